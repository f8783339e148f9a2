//! The server: SPARQL 1.1 Protocol, graphs and pages over HTTP/1.1.
//!
//! Two designs were weighed. `axum` brings routing, extractors and forms, and 24 crates; but what is hard here is
//! not routing: it is whom to answer at all, how long, with how much memory, and what to do when nobody listens any
//! more. `hyper` alone gives every request as it came, and a future that is dropped when the client hangs up; the
//! routes are one `match`. So `hyper` was taken, with one thread for all connections and a thread for each query.
//!
//! A request takes this way: `guard` decides whether it is answered at all; its body is read, bounded and in
//! time; it waits in a fair queue for one of the places that queries have; a thread answers it from one state of
//! the store; and only an answer that is whole is sent. A client that hangs up stops its query.
//!
//! Only `serve --edit` has routes that write: `coding` says what guards them. Deliberately absent: TLS (a proxy has it), HTTP/2, `SERVICE`.

mod body;
mod coding;
mod description;
mod editor;
mod graphs;
mod guard;
mod listen;
mod negotiate;
mod page;
mod pages;
mod parameters;
mod reply;
mod sparql;

pub use coding::Coding;
pub use guard::Token;
pub use listen::{Shutdown, serve};

use crate::audit::check::{Checks, Finding};
use crate::audit::history::{Diff, Logged};
use crate::audit::verify::{Article, TextAtHand};
use crate::base::error::Result;
use crate::model::Edtf;
use crate::model::prefixes::Prefixes;
use crate::model::project::{Defaults, Project};
use crate::query::Stop;
use crate::store::archive::When;
use crate::store::index::Index;
use guard::Guard;
use hyper::{Method, StatusCode};
use jiff::civil::Date;
use parameters::Parameters;
use reply::{Failure, Reply};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Where the server finds its graphs.
pub trait Graphs: Send + Sync + 'static {
    /// The graph at these times, as it is now. It is asked for each request.
    ///
    /// # Errors
    /// A damaged store, a history that does not reach back so far.
    fn at(&self, times: &Times) -> Result<State>;

    /// The checks of the case.
    ///
    /// # Errors
    /// Rules that cannot be read.
    fn checks(&self) -> Result<Checks> {
        Checks::of_project(&Project::default())
    }

    /// What the case takes where a position leaves a field out.
    fn defaults(&self) -> Defaults {
        Defaults::default()
    }

    /// Loads files that coding has written.
    ///
    /// # Errors
    /// What a load refuses. Then the graph is as it was.
    fn load(&self, _files: &[std::path::PathBuf]) -> Result<()> {
        Ok(())
    }

    /// Every revision, newest first; none where there is no store.
    ///
    /// # Errors
    /// A damaged store.
    fn history(&self) -> Result<Option<Vec<Logged>>> {
        Ok(None)
    }

    /// What a revision changed; none where there is no store.
    ///
    /// # Errors
    /// A damaged store, no such revision.
    fn diff(&self, _revision: u64) -> Result<Option<Diff>> {
        Ok(None)
    }

    /// Texts of these articles, as far as they are kept.
    ///
    /// # Errors
    /// A damaged store.
    fn texts(&self, _articles: &[Article]) -> Result<Vec<TextAtHand>> {
        Ok(Vec::new())
    }
}

/// The times that a request names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Only positions in force on this day.
    pub as_of: Option<Date>,
    /// What the data held then.
    pub known_on: Option<When>,
}

/// One state of what is served.
#[derive(Clone)]
pub struct State {
    /// The graph.
    pub index: Index,
    /// The revision of the store; none of files.
    pub revision: Option<u64>,
    /// What distinguishes this state from all others, times included.
    pub digest: String,
}

/// What a server allows.
#[derive(Clone, Debug)]
pub struct Options {
    /// The prefixes that need no declaration.
    pub prefixes: Prefixes,
    /// The time of a query, waiting included.
    pub timeout: Duration,
    /// Bytes that intermediate results of a query may take.
    pub memory: usize,
    /// Rows or triples of an answer.
    pub rows: usize,
    /// Bytes of a request's body.
    pub body: usize,
    /// Queries that run at the same time.
    pub concurrent: usize,
    /// Queries that may wait for those.
    pub waiting: usize,
    /// The time in which a request has to arrive.
    pub patience: Duration,
    /// Names of this server besides those of its address.
    pub hosts: Vec<String>,
    /// Origins whose pages may ask.
    pub origins: Vec<String>,
    /// The token that every request must show, if there is one.
    pub token: Option<Token>,
    /// The case whose files are written, if any are.
    pub coding: Option<std::sync::Arc<Coding>>,
}

impl Default for Options {
    /// What a person on their own machine needs.
    fn default() -> Self {
        Self {
            prefixes: Prefixes::known(),
            timeout: Duration::from_secs(30),
            memory: 1 << 30,
            rows: 1_000_000,
            body: 1 << 20,
            concurrent: 4,
            waiting: 256,
            patience: Duration::from_secs(10),
            hosts: Vec::new(),
            origins: Vec::new(),
            token: None,
            coding: None,
        }
    }
}

/// A request that was answered, for the log.
#[derive(Clone, Debug)]
pub struct Access {
    /// Who asked.
    pub peer: SocketAddr,
    /// The method.
    pub method: String,
    /// The path, without what follows the question mark.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// Bytes of the answer.
    pub bytes: u64,
    /// How long it took.
    pub duration: Duration,
    /// The query, if there was one.
    pub query: Option<String>,
}

/// Everything that all requests share.
struct Service {
    graphs: Box<dyn Graphs>,
    options: Options,
    guard: Guard,
    places: Arc<Semaphore>,
    waiting: Semaphore,
    log: Box<dyn Fn(&Access) + Send + Sync>,
    /// What the checks found in the state that was last checked.
    checked: Mutex<Option<Arc<Checked>>>,
}

/// What the checks find in one state of the store.
struct Checked {
    digest: String,
    checks: Checks,
    findings: Vec<Finding>,
}

/// A request that was let in, with its body.
struct Asked {
    method: Method,
    path: String,
    parameters: Parameters,
    headers: hyper::HeaderMap,
    body: Vec<u8>,
    /// The address under which the client knows this server, such as `http://127.0.0.1:7878`.
    origin: String,
    stop: Stop,
}

impl Asked {
    /// Whether only reading is asked for.
    fn is_reading(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }

    /// A header, if it is text.
    fn header(&self, name: &hyper::header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The times that are meant.
    fn times(&self) -> Result<Times, Failure> {
        let as_of = self.parameters.once("as-of")?.map(|text| {
            Edtf::period(text).and_then(|period| period.last()).ok_or_else(|| {
                Failure::bad_request(format!("`{text}` is not a day, month or year"))
                    .with_help("write ?as-of=2025-04-17")
            })
        });
        let known_on = self.parameters.once("known-on")?.map(|text| {
            text.parse::<When>().map_err(|error| {
                Failure::bad_request(format!("?known-on=: {error}"))
                    .with_help("write a day, such as 2025-04-17, or the number of a revision")
            })
        });
        Ok(Times { as_of: as_of.transpose()?, known_on: known_on.transpose()? })
    }
}

impl Service {
    /// The answer to a request, on a thread of its own.
    fn answer(&self, asked: &Asked) -> Result<Reply, Failure> {
        match asked.path.as_str() {
            "/sparql" | "/sparql/" => sparql::answer(self, asked),
            "/style.css" => page::style(asked),
            "/editor.js" => editor::script(asked),
            "/complete" => editor::completions(self, asked),
            "/check" => editor::remarks(self, asked),
            // Browsers ask for it by themselves, and note an error where there is none.
            "/favicon.ico" => Ok(Reply::empty(StatusCode::NO_CONTENT)),
            "/graphs" => graphs::answer(self, asked),
            _ => self.page(asked),
        }
    }

    /// What a path allows, for `Allow`.
    fn methods(&self, path: &str) -> &'static str {
        methods(path, self.options.coding.is_some())
    }

    fn page(&self, asked: &Asked) -> Result<Reply, Failure> {
        if let Some(reply) = coding::answer(self, asked)? {
            return Ok(reply);
        }
        if let Some(reply) = pages::answer(self, asked)? {
            return Ok(reply);
        }
        Err(Failure::not_found(format!("nothing is at `{}`", asked.path))
            .with_help("/sparql answers queries, /graphs?default holds the graph"))
    }

    /// The state that the request asks.
    fn state(&self, asked: &Asked) -> Result<State, Failure> {
        let times = asked.times()?;
        self.graphs.at(&times).map_err(|error| Failure::of_store(&error, &times))
    }
}

/// What a path allows, for `Allow`.
fn methods(path: &str, is_edited: bool) -> &'static str {
    match path {
        "/sparql" | "/sparql/" => "GET, HEAD, OPTIONS, POST",
        "/complete" | "/check" => "OPTIONS, POST",
        path if is_edited && coding::writes(path) => "GET, HEAD, OPTIONS, POST",
        _ => "GET, HEAD, OPTIONS",
    }
}
