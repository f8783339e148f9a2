//! `standpoint serve`.

use super::author::now;
use super::context::Context;
use super::load;
use super::output::{self, Outcome};
use super::sizes::memory;
use super::times;
use super::verify::kept;
use super::writing::Writing;
use crate::audit::check::Checks;
use crate::audit::history::{self, Diff, Logged};
use crate::audit::verify::{Article, TextAtHand};
use crate::base::error::{Error, Result, count};
use crate::ingest::coding::CaseFiles;
use crate::model::project::{Defaults, Project};
use crate::serve::http::{self, Access, Coding, Graphs, Options, Shutdown, State, Token};
use crate::store::archive::{Archive, ContentHash, When, is_store};
use crate::store::index::{Index, storage};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// The heading of what limits queries.
const LIMITS: &str = "Limits";
/// The heading of who may ask.
const ACCESS: &str = "Access";
/// The store where none is named.
const DEFAULT_STORE: &str = "standpoint.db";
/// Characters of a token, at least.
const SHORTEST_TOKEN: usize = 16;
/// Ports after a busy one that are tried, to name a free one.
const PORTS_TRIED: u16 = 100;
/// States besides the present one that are kept open: days and revisions that were asked lately.
const KEPT: usize = 4;

/// Arguments of `standpoint serve`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint serve
  standpoint --data data/night-ferry serve --listen 127.0.0.1:8080
  standpoint serve --edit data/night-ferry
  curl -s 'http://127.0.0.1:7878/sparql?query=ASK%7B%7D'
  curl -s 'http://127.0.0.1:7878/graphs?default' -H 'Accept: application/n-triples'

Programs ask /sparql (SPARQL 1.1 Protocol) and read /graphs?default or /graphs?graph=IRI; a browser gets a page. \
Nothing can be changed through the server but with --edit, which codes articles of a case at /edit. It sees each new revision of the store without a restart.")]
pub struct Args {
    /// Address and port
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:7878", value_parser = address)]
    listen: SocketAddr,

    /// Code the articles of this case in the browser: write its files, and load them. Without a store the case is
    /// loaded into a temporary one
    #[arg(long, value_name = "CASE")]
    edit: Option<PathBuf>,

    /// Answer requests only that show this token; needed for any address but this machine's own
    #[arg(long, value_name = "TOKEN", env = "STANDPOINT_TOKEN", hide_env_values = true, help_heading = ACCESS)]
    token: Option<String>,

    /// Answer to this name, too, such as that of a proxy; repeat it for several
    #[arg(long, value_name = "NAME", help_heading = ACCESS, value_parser = host)]
    allow_host: Vec<String>,

    /// Let pages of this origin ask /sparql, such as `https://yasgui.org`; repeat it for several
    #[arg(long, value_name = "ORIGIN", help_heading = ACCESS, value_parser = origin)]
    cors: Vec<String>,

    /// Write queries into the access log
    #[arg(long, help_heading = ACCESS)]
    log_queries: bool,

    /// Stop a query after this time, and refuse one that has waited so long for its turn
    #[arg(long, value_name = "TIME", default_value = "30s", help_heading = LIMITS, value_parser = times::duration)]
    timeout: Duration,

    /// Stop a query whose intermediate results need more memory than this
    #[arg(long, value_name = "SIZE", default_value = "1G", help_heading = LIMITS, value_parser = memory)]
    max_memory: usize,

    /// Refuse answers with more rows or triples than this
    #[arg(long, value_name = "N", default_value = "1000000", help_heading = LIMITS)]
    max_rows: usize,

    /// Refuse requests whose body is longer than this
    #[arg(long, value_name = "SIZE", default_value = "1M", help_heading = LIMITS, value_parser = memory)]
    max_body: usize,

    /// Run so many queries at the same time
    #[arg(long, value_name = "N", default_value = "4", help_heading = LIMITS, value_parser = clap::value_parser!(u16).range(1..))]
    concurrent: u16,

    /// Let so many queries wait for those, the first first; refuse others
    #[arg(long, value_name = "N", default_value = "256", help_heading = LIMITS)]
    queue: u16,
}

/// Runs it.
///
/// # Errors
/// No data; a port that is taken; an address for all without a token.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !args.listen.ip().is_loopback() && args.token.is_none() {
        let message = format!("{} can be reached from other machines", args.listen.ip());
        return Err(Error::usage(message).with_help(
            "set a token (--token, or STANDPOINT_TOKEN), or listen on 127.0.0.1 and put a proxy before it",
        ));
    }
    let (context, case, _temporary) = match &args.edit {
        Some(case) => edited(context, case)?,
        None => (context.clone(), None, None),
    };
    let context = &context;
    let project = case.as_ref().and_then(|case| Project::find(case.folder()));
    let options = Options {
        prefixes: context.project(project.as_deref())?.all_prefixes(),
        timeout: args.timeout,
        memory: args.max_memory,
        rows: args.max_rows,
        body: args.max_body,
        concurrent: args.concurrent.into(),
        waiting: args.queue.into(),
        hosts: args.allow_host,
        origins: args.cors,
        token: args.token.as_deref().map(token).transpose()?,
        coding: case.map(|case| Ok::<_, Error>(Arc::new(Coding::new(case, secret()?)))).transpose()?,
        ..Options::default()
    };
    let graphs = Served::open(context, project)?;
    let listener = bind(args.listen)?;
    let address = listener.local_addr().map_err(|error| unusable(args.listen, &error))?;
    let shutdown = Shutdown::default();
    let signal = shutdown.clone();
    if let Err(error) = ctrlc::set_handler(move || signal.begin()) {
        output::note(&format!("Ctrl-C will end the server without a farewell: {error}"));
    }
    output::print(&format!("http://{address}/\n"))?;
    output::note(&format!("serving {}; SPARQL at http://{address}/sparql; Ctrl-C ends", graphs.title()));
    if let Some(case) = &args.edit {
        output::note(&format!("coding {} at http://{address}/edit", case.display()));
    }
    let shows_queries = args.log_queries;
    http::serve(listener, graphs, options, move |access| log(access, shows_queries), &shutdown)?;
    Ok(Outcome::Done)
}

/// The case to be coded, and a context whose store it is loaded into: the one that is there or was named, else a
/// temporary one. Two designs were weighed: to read the files anew for each page, which needs no store, has no
/// history and takes the longer the larger the case is; and a store, into which only what was written is loaded, as
/// `load` does it, checks included. So there is one way for both.
fn edited(context: &Context, case: &Path) -> Result<(Context, Option<CaseFiles>, Option<TempDir>)> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data serves files as they are, and --edit writes the files of a case")
            .with_help("leave --data out"));
    }
    let files = CaseFiles::new(case)?;
    let mut context = context.clone();
    let temporary = match context.store == Path::new(DEFAULT_STORE) && !is_store(&context.store) {
        true => {
            let failed = |error| Error::usage(format!("a temporary store cannot be made: {error}"));
            Some(tempfile::tempdir().map_err(failed)?)
        }
        false => None,
    };
    if let Some(dir) = &temporary {
        context.store = dir.path().join(DEFAULT_STORE);
    }
    load::again(&context, &files.to_load()?, Writing::plain())?;
    Ok((context, Some(files), temporary))
}

/// A secret of 256 random bits.
fn secret() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::usage(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A line of the access log: time, who, what, status, bytes, time taken; a query only if it is wished.
fn log(access: &Access, shows_queries: bool) {
    let query = access.query.as_deref().filter(|_| shows_queries);
    let query = query.map_or_else(String::new, |query| format!(" {query:?}"));
    let Access { peer, method, path, status, bytes, duration, .. } = access;
    let milliseconds = duration.as_secs_f64() * 1000.0;
    let line = format!(
        "{} {} {method} {path} {status} {bytes} {milliseconds:.1}ms{query}",
        now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        peer.ip()
    );
    output::note(&line);
}

fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let failure = unusable(address, &error);
        if error.kind() != ErrorKind::AddrInUse {
            return failure;
        }
        let ports = (1..=PORTS_TRIED).filter_map(|further| address.port().checked_add(further));
        let mut others = ports.map(|port| SocketAddr::new(address.ip(), port));
        match others.find(|other| TcpListener::bind(other).is_ok()) {
            Some(free) => failure.with_help(format!("the next free port: --listen {free}")),
            None => failure,
        }
    })
}

fn unusable(address: SocketAddr, error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::AddrInUse => Error::usage(format!("another program listens on {address}")),
        _ => Error::usage(format!("cannot listen on {address}: {error}")),
    }
}

/// The token with this text, which no message repeats.
fn token(text: &str) -> Result<Token> {
    match text.len() >= SHORTEST_TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(Token::new(text)),
        false => Err(Error::usage("the token is too easy to guess")
            .with_help(format!("choose at least {SHORTEST_TOKEN} letters, digits or signs, without spaces"))),
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let parsed = local.as_deref().unwrap_or(text).parse();
    parsed.map_err(|_| "write address and port, such as 127.0.0.1:7878".into())
}

fn host(text: &str) -> Result<String, String> {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]_".contains(&byte))
    };
    match is_name(text) {
        true => Ok(text.to_owned()),
        false => Err("write a name, such as standpoint.example.org".into()),
    }
}

fn origin(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest.map(|rest| rest.trim_end_matches('/')).map(host) {
        Some(Ok(_)) => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err("write scheme and host, such as https://yasgui.org".into()),
    }
}

/// What is served: files as they were when the server began, or a store as it is.
enum Served {
    Files {
        context: Box<Context>,
        index: Index,
        digest: String,
        names: String,
    },
    Store {
        context: Box<Context>,
        dir: PathBuf,
        open: Mutex<Open>,
        /// Of the case that is coded, if one is.
        project: Option<PathBuf>,
    },
}

/// The state of a store that was last asked, and some other states.
#[derive(Default)]
struct Open {
    present: Option<(u64, Option<ContentHash>, Index)>,
    /// With their digests, the last asked at the end.
    others: Vec<State>,
}

impl Served {
    fn open(context: &Context, project: Option<PathBuf>) -> Result<Self> {
        if context.data.is_empty() {
            let dir = context.store.clone();
            let (context, open) = (Box::new(context.clone()), Mutex::default());
            let served = Self::Store { context, dir, open, project };
            served.at(&http::Times::default())?;
            return Ok(served);
        }
        let loaded = context.loaded()?;
        context.warn(&loaded.warnings);
        let texts: Vec<String> =
            loaded.documents.iter().map(|document| document.source_hash.to_string()).collect();
        let index = context.reading(Context::of_files(&loaded, &times::Times::default())?);
        let digest = format!("{} {}", env!("CARGO_PKG_VERSION"), texts.join(" "));
        let digest = ContentHash::of(digest.as_bytes()).to_string();
        let names = count(context.data.len(), "path");
        Ok(Self::Files { context: Box::new(context.clone()), index, digest, names })
    }

    fn project(&self) -> Result<Project> {
        match self {
            Self::Files { context, .. } => context.project(None),
            Self::Store { context, project, .. } => context.project(project.as_deref()),
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Files { names, .. } => names.clone(),
            Self::Store { dir, .. } => dir.display().to_string(),
        }
    }
}

impl Graphs for Served {
    fn at(&self, times: &http::Times) -> Result<State> {
        let state = match self {
            Self::Files { index, digest, .. } => {
                times::Times { known_on: times.known_on.clone(), ..times::Times::default() }
                    .ensure_no_past()?;
                State { index: index.clone(), revision: None, digest: digest.clone() }
            }
            Self::Store { context, dir, open, .. } => {
                // Who waits here waits for the index of a new revision, which all need.
                let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
                match &times.known_on {
                    None => present(context, dir, &mut open)?,
                    Some(when) => past(context, when, &mut open)?,
                }
            }
        };
        let Some(day) = times.as_of else { return Ok(state) };
        let digest = format!("{} {day}", state.digest);
        if let Self::Store { open, .. } = self
            && let Some(kept) = open.lock().unwrap_or_else(PoisonError::into_inner).kept(&digest)
        {
            return Ok(kept);
        }
        let (index, _) = state.index.as_of(day);
        let state = State { index, digest, ..state };
        if let Self::Store { open, .. } = self {
            open.lock().unwrap_or_else(PoisonError::into_inner).keep(&state);
        }
        Ok(state)
    }

    fn checks(&self) -> Result<Checks> {
        Checks::of_project(&self.project()?)
    }

    fn defaults(&self) -> Defaults {
        self.project().map(|project| project.defaults).unwrap_or_default()
    }

    fn load(&self, files: &[PathBuf]) -> Result<()> {
        let (Self::Files { context, .. } | Self::Store { context, .. }) = self;
        load::again(context, files, Writing::plain().with_message("coded in the browser"))
    }

    fn history(&self) -> Result<Option<Vec<Logged>>> {
        let Self::Store { dir, .. } = self else { return Ok(None) };
        history::log(&Archive::open(dir)?, &history::Of::Everything).map(Some)
    }

    fn diff(&self, revision: u64) -> Result<Option<Diff>> {
        let Self::Store { context, dir, .. } = self else { return Ok(None) };
        let archive = Archive::open(dir)?;
        // Whatever a revision put in or took out, whoever coded it.
        let all = times::Times::default().of_all_coders();
        let graph =
            |number| -> Result<_> { Ok(context.reading(Context::of_archive(&archive.at(number)?, &all)?)) };
        Ok(Some(Diff::between(&graph(revision.saturating_sub(1))?, &graph(revision)?)))
    }

    fn texts(&self, articles: &[Article]) -> Result<Vec<TextAtHand>> {
        let (Self::Files { context, .. } | Self::Store { context, .. }) = self;
        kept(context, articles)
    }
}

/// The store as it is now.
fn present(context: &Context, dir: &std::path::Path, open: &mut MutexGuard<'_, Open>) -> Result<State> {
    let is_current =
        |(revision, hash, _): &(u64, Option<ContentHash>, Index)| storage::is_newest(dir, *revision, *hash);
    if !open.present.as_ref().is_some_and(is_current) {
        let archive = Archive::open(dir)?;
        let index = context.reading(Context::of_archive(&archive, &times::Times::default())?);
        open.present = Some((archive.number(), archive.head_hash(), index));
    }
    let Some((revision, hash, index)) = &open.present else { unreachable!("it has just been opened") };
    let hash = hash.map_or_else(String::new, |hash| hash.to_string());
    let digest = format!("{} {revision} {hash}", env!("CARGO_PKG_VERSION"));
    Ok(State { index: index.clone(), revision: Some(*revision), digest })
}

/// The store as it was.
fn past(context: &Context, when: &When, open: &mut MutexGuard<'_, Open>) -> Result<State> {
    let archive = Archive::open(&context.store)?;
    let archive = archive.at(archive.resolve(when)?)?;
    let revision = archive.number();
    let hash = archive.head_hash().map_or_else(String::new, |hash| hash.to_string());
    let digest = format!("{} {revision} {hash}", env!("CARGO_PKG_VERSION"));
    if let Some(kept) = open.kept(&digest) {
        return Ok(kept);
    }
    let index = context.reading(Context::of_archive(&archive, &times::Times::default())?);
    let state = State { index, revision: Some(revision), digest };
    open.keep(&state);
    Ok(state)
}

impl Open {
    fn kept(&self, digest: &str) -> Option<State> {
        self.others.iter().find(|state| state.digest == digest).cloned()
    }

    fn keep(&mut self, state: &State) {
        if self.others.len() >= KEPT {
            self.others.remove(0);
        }
        self.others.push(state.clone());
    }
}
