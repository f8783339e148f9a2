//! `standpoint load`.

pub(super) mod reading;
pub(super) mod register;
mod watch;

use super::author::fresh_identity;
use super::context::Context;
use super::output::{self, Outcome};
use super::progress::Progress;
use super::sizes::memory;
use super::writing::Writing;
use crate::audit::check;
use crate::audit::check::{Checks, Finding};
use crate::audit::history;
use crate::base::diagnostic::{Diagnostic, printable};
use crate::base::error::{Error, Result, count};
use crate::ingest;
use crate::ingest::file_edits;
use crate::ingest::register::Registered;
use crate::ingest::{Content, Input, Loaded, Options, Texts};
use crate::model::document::{Document, short_name};
use crate::model::ontology;
use crate::store::archive::{Action, Archive, Effect, Meta, Transaction};
use crate::store::index::Index;
use crate::store::index::storage::{self, StagedIndex};
use crate::store::load::{self, Load, Step};
use oxrdf::NamedNode;
use register::Register;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Bytes of documents up to which a load looks for IRIs that moved; `log --migrated` looks at all.
const COMPARED: u64 = 32 << 20;

/// Load coded texts, sheets and RDF files
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "Examples:\n  standpoint load data/witkoff-putin-2025\n  \
    standpoint load --dry-run -m 'a first look' data/night-ferry\n  \
    standpoint export | standpoint --store copy.db load --format turtle -\n\n\
    All files of one call are loaded, or none. A document that is loaded again replaces its former \
    content. Its name is the sheet's `document:`, a named graph's IRI, or the file's folder and name.")]
pub struct Args {
    /// Files, folders, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Format of the files, regardless of their names: turtle, trig, ntriples, nquads, rdfxml,
    /// jsonld, coded-text, yaml, json, jsonl, csv, xlsx
    #[arg(long, value_name = "FORMAT", value_parser = content)]
    format: Option<Content>,

    /// Name of the document, unless the file gives one
    #[arg(long, value_name = "NAME")]
    document: Option<String>,

    /// Text of an article, or a folder of texts, in which to find quotes; repeat it for several
    #[arg(long, value_name = "PATH")]
    text: Vec<PathBuf>,

    /// Add unknown actors, issues and articles to the case's registry; `--register=print` prints them
    #[arg(
        long,
        value_name = "print",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "add",
        hide_possible_values = true,
        conflicts_with = "document"
    )]
    register: Option<Register>,

    /// Keep the texts of the articles in the store, so that `verify` needs no files
    #[arg(long)]
    keep_text: bool,

    #[command(flatten)]
    taking: Taking,

    /// Report what would change, and change nothing
    #[arg(long, conflicts_with = "watch")]
    dry_run: bool,

    /// Keep running, and load files again when they are saved
    #[arg(long)]
    watch: bool,
}

/// Options of every command that takes documents in.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Taking {
    /// Load data that break shapes and rules; the history records this
    #[arg(long)]
    allow_violations: bool,

    /// The project file, which may add rules [default: standpoint.yaml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,

    #[command(flatten)]
    writing: Writing,

    /// Use temporary files beyond this much memory: 512M, 4G [default: 1G]
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    max_memory: Option<usize>,
}

/// Runs it.
///
/// # Errors
/// Input that cannot be taken, a store that cannot be written. Then the store is as it was.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data asks files without a store, so `load` cannot use it")
            .with_help("name the files after `load`"));
    }
    if args.watch {
        return watch::watch(&args.paths, |first| {
            match once(context, &args, if first { Told::Each } else { Told::Changed }) {
                Ok(documents) => Some(documents),
                Err(error) => {
                    context.report(&error);
                    None
                }
            }
        });
    }
    once(context, &args, Told::Each).map(|_| Outcome::Done)
}

/// Loads files again that a command has changed; only what is another document now is reported.
///
/// # Errors
/// As [`run`].
pub(super) fn again(context: &Context, paths: &[PathBuf], writing: Writing) -> Result<()> {
    let taking = Taking { allow_violations: false, project: None, writing, max_memory: None };
    let args = Args { paths: paths.to_vec(), ..Args::plain(taking) };
    once(context, &args, Told::Changed).map(drop)
}

/// Loads what an import made, and keeps its texts.
///
/// # Errors
/// As [`run`].
pub(super) fn imported(
    context: &Context,
    inputs: Vec<Input>,
    texts: Texts,
    taking: Taking,
    dry_run: bool,
) -> Result<()> {
    let args = Args { dry_run, keep_text: true, ..Args::plain(taking) };
    take_in(context, &args, inputs, texts, Told::Counts).map(drop)
}

impl Args {
    /// A load without options of its own.
    fn plain(taking: Taking) -> Self {
        Self {
            paths: Vec::new(),
            format: None,
            document: None,
            text: Vec::new(),
            keep_text: false,
            register: None,
            taking,
            dry_run: false,
            watch: false,
        }
    }
}

/// Which documents are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Every one.
    Each,
    /// Those that changed.
    Changed,
    /// None, but their number.
    Counts,
}

/// Loads files, and returns the names of the documents.
fn once(context: &Context, args: &Args, told: Told) -> Result<BTreeSet<String>> {
    let inputs = ingest::find(&args.paths, args.format)?;
    take_in(context, args, inputs, Texts::read(&args.text)?, told)
}

/// Loads inputs, and returns the names of the documents.
fn take_in(
    context: &Context,
    args: &Args,
    mut inputs: Vec<Input>,
    texts: Texts,
    told: Told,
) -> Result<BTreeSet<String>> {
    if args.document.is_some() && inputs.len() > 1 {
        return Err(Error::usage("--document names one document, but there are several files")
            .with_help("load them one by one, or write `document:` into the sheets"));
    }
    let destination = match args.register {
        Some(register) => {
            Some(register::destination(register, &args.paths, args.taking.project.as_deref(), &mut inputs)?)
        }
        None => None,
    };
    let mut archive = Archive::open_or_create(&context.store)?;
    let progress = Progress::new(context);
    progress.say(format!("reading {}", count(inputs.len(), "file")));
    let options = Options {
        document: args.document.clone(),
        base: context.base.clone(),
        project: args.taking.project.clone(),
        register: destination,
        texts: texts.with_kept_in(&context.store),
        temporary: Some(if args.dry_run { std::env::temp_dir() } else { archive.temporary_dir() }),
        memory: args.taking.max_memory.map(|bytes| bytes as u64),
        progress: Arc::default(),
    };
    let checks = Checks::of_project(&context.project_of(&inputs, args.taking.project.as_deref())?)?;
    let progress = RefCell::new(progress);
    let (replaced, printed) = (RefCell::default(), RefCell::default());
    let work = Work {
        context,
        args,
        inputs: &inputs,
        options,
        checks: &checks,
        progress: &progress,
        replaced: &replaced,
        printed: &printed,
    };
    let loaded = match args.dry_run {
        true => load::rehearse(&archive, ontology::background(), &work),
        false => {
            let fresh = fresh_identity()?;
            args.taking
                .writing
                .within(context, |wait| load::load(&mut archive, ontology::background(), &work, fresh, wait))
        }
    };
    progress.borrow().finish();
    if let (Err(error), Some(replaced)) = (&loaded, replaced.take()) {
        // What cannot be put back is told as well.
        if let Err(lost) = file_edits::Made::take_back(replaced) {
            context.report(error);
            return Err(lost);
        }
    }
    if let Some(registered) = printed.take() {
        output::print(&registered.block)?;
        if args.register == Some(Register::Print) {
            output::note(&register::only_printed(&registered, &inputs, true).to_string());
            return Ok(BTreeSet::new());
        }
    }
    let load::Outcome { read, findings, effects, gone } = loaded?;
    if let Some(registered) = &read.registered {
        register::tell(context, registered, args.dry_run)?;
    }
    context.warn(&read.warnings);
    context.warn(&findings.documents);
    context.warn(&findings.violations);
    summary(&read, &effects, args.dry_run, told);
    for document in &gone {
        let what = if args.dry_run { "would remove" } else { "removed" };
        let name = short_name(document);
        output::note(&format!("{what} {}: its file no longer has it", printable(name)));
    }
    if !args.dry_run {
        // The load is done: what is wrong with an older revision is reported when that is asked for.
        let moved = match effects.contains(&Effect::Replaced) {
            true => history::just_moved(&archive, COMPARED).map_or(0, |moved| moved.len()),
            false => 0,
        };
        if moved > 0 {
            let iris = count(moved, "IRI");
            output::note(&format!("{iris} moved; `standpoint log --migrated` lists them"));
        }
        storage::merge_segments(&context.store, ontology::background());
    }
    Ok(read.documents.iter().map(|document| document.short_name().to_owned()).collect())
}

/// Inputs that are to be taken in, and what they are held against.
struct Work<'a> {
    context: &'a Context,
    args: &'a Args,
    inputs: &'a [Input],
    options: Options,
    checks: &'a Checks,
    progress: &'a RefCell<Progress>,
    /// What the registry was before names were added to it.
    replaced: &'a RefCell<Option<file_edits::Made>>,
    /// Names that are printed and not registered.
    printed: &'a RefCell<Option<Registered>>,
}

impl Work<'_> {
    /// Names that are only printed, for that is what was asked for, or there is no one registry for them.
    fn only_printed<'r>(&self, read: &'r Loaded) -> Option<&'r Registered> {
        let names = read.registered.as_ref()?;
        let is_print = self.args.register == Some(Register::Print) || names.file.is_none();
        is_print.then_some(names)
    }
}

/// What is wrong with what is taken in.
struct Findings {
    /// Documents that say what others say, or whose positions move.
    documents: Vec<Diagnostic>,
    violations: Vec<Diagnostic>,
}

impl Load for Work<'_> {
    type Read = Loaded;
    type Findings = Findings;

    fn read(&self, archive: &Archive, present: Option<&Index>) -> Result<Loaded> {
        let read = || {
            let known = match present {
                None => ingest::nothing_known(),
                Some(present) => ingest::known_to(archive, present),
            };
            let mut loaded = ingest::read(self.inputs, self.options.clone(), known)?;
            if let Some(present) = present {
                let moved = ingest::moved_spans(present, &loaded);
                loaded.warnings.extend(moved);
            }
            Ok(loaded)
        };
        let files: Vec<_> = self.inputs.iter().map(|input| input.path.as_deref()).collect();
        reading::told(self.context, &self.progress.borrow(), &files, &self.options.progress, read)
    }

    fn documents<'r>(&self, read: &'r Loaded) -> &'r [Document] {
        &read.documents
    }

    fn gone(&self, archive: &Archive, read: &Loaded) -> Vec<NamedNode> {
        read.gone(archive)
    }

    fn check(&self, archive: &Archive, read: &Loaded, staged: &StagedIndex) -> Result<Findings> {
        let mut documents = ingest::duplicate_documents(archive, &read.documents);
        documents.extend(ingest::moved_positions(archive, read)?);
        let violations = check::violations(archive, read, staged, self.checks)?;
        let violations: Vec<Diagnostic> = violations.iter().map(Finding::diagnostic).collect();
        if let Some(names) = self.only_printed(read).filter(|_| violations.is_empty()) {
            self.printed.replace(Some(names.clone()));
            return Err(register::only_printed(names, self.inputs, false));
        }
        if violations.is_empty() || self.args.taking.allow_violations {
            Ok(Findings { documents, violations })
        } else {
            // A document under another name may be why.
            Err(Error::Refused(documents.into_iter().chain(violations).collect()))
        }
    }

    fn violations(&self, findings: &Findings) -> usize {
        findings.violations.len()
    }

    fn is_lasting(&self) -> bool {
        self.inputs.iter().all(|input| input.path.is_some() || input.held.is_some())
    }

    /// Names in sheets may mean something else when another document is there.
    fn depends_on_store(&self) -> bool {
        self.inputs.iter().any(|input| matches!(input.content, Content::Sheet(_)))
    }

    fn add_to(&self, transaction: &mut Transaction<'_>, read: &Loaded) -> Result<()> {
        // A coded text is source and text at once: without it, nothing could write it back.
        for coded in &read.coded {
            transaction.keep_text(&coded.source)?;
            transaction.keep_text(coded.text.as_str())?;
        }
        if self.args.keep_text {
            read.texts.iter().try_for_each(|text| transaction.keep_text(text.as_str()))?;
        }
        if let Some(names) = &read.registered {
            *self.replaced.borrow_mut() = names.write()?;
        }
        Ok(())
    }

    fn meta(&self) -> Meta {
        self.args.taking.writing.meta(Action::Load)
    }

    fn memory(&self) -> Option<u64> {
        self.options.memory
    }

    fn notice(&self, step: Step<'_>) {
        let say = |what: &str, number| {
            self.progress.borrow().say(format!("{what} {}", count(number, "document")));
        };
        match step {
            Step::Checking(number) => say("checking", number),
            // Whom is waited for is said in a line of its own; the next step begins another one.
            Step::Locking => drop(self.progress.replace(Progress::new(self.context))),
            Step::Writing(number) => say("writing", number),
            Step::HistoryShrank(revision) => output::history_shrank(revision),
            Step::ClockJump(jump) => output::note(&jump.to_string()),
            Step::Purged { documents, thing, gap } => {
                let name = match documents {
                    [document] => format!("{} brings", printable(document.short_name())),
                    _ => format!("{} bring", count(documents.len(), "document")),
                };
                let day = gap.time.strftime("%Y-%m-%d");
                output::note(&format!(
                    "warning: {name} back `{thing}`, which was purged on {day} by {} (revision {})",
                    gap.by, gap.number
                ));
            }
            Step::Rebuilding(damage) => {
                output::note(&format!("the store's index was damaged and has been rebuilt: {damage}"));
            }
        }
    }
}

fn summary(loaded: &Loaded, effects: &[Effect], dry_run: bool, told: Told) {
    if told == Told::Counts {
        return counts(loaded, effects, dry_run);
    }
    let is_told = |effect: &Effect| told == Told::Each || *effect != Effect::Unchanged;
    let unchanged = effects.iter().filter(|effect| !is_told(effect)).count();
    if unchanged > 0 {
        output::note(&format!("unchanged: {}", count(unchanged, "document")));
    }
    for (document, effect) in loaded.documents.iter().zip(effects).filter(|(_, effect)| is_told(effect)) {
        let what = done(*effect, dry_run);
        let counts = document.counts();
        let positions = match counts.positions {
            0 => String::new(),
            number => format!("{}, ", count(number, "position")),
        };
        let triples = count(counts.triples, "triple");
        output::note(&format!("{what} {} ({positions}{triples})", printable(document.short_name())));
    }
}

/// What became of a document, or would.
fn done(effect: Effect, dry_run: bool) -> &'static str {
    match (effect, dry_run) {
        (Effect::New, false) => "loaded",
        (Effect::Replaced, false) => "replaced",
        (Effect::New, true) => "would load",
        (Effect::Replaced, true) => "would replace",
        (Effect::Unchanged, _) => "unchanged",
    }
}

/// A line for all documents of which the same became.
fn counts(loaded: &Loaded, effects: &[Effect], dry_run: bool) {
    for effect in [Effect::New, Effect::Replaced, Effect::Unchanged] {
        let all = loaded.documents.iter().zip(effects).filter(|(_, own)| **own == effect);
        let (mut documents, mut positions, mut triples) = (0, 0, 0);
        for (document, _) in all {
            let own = document.counts();
            documents += 1;
            positions += own.positions;
            triples += own.triples;
        }
        if documents > 0 {
            output::note(&format!(
                "{} {} ({}, {})",
                done(effect, dry_run),
                count(documents, "document"),
                count(positions, "position"),
                count(triples, "triple")
            ));
        }
    }
}

pub(in crate::cli) fn content(name: &str) -> Result<Content, String> {
    Content::from_name(name).ok_or_else(|| {
        let names = [
            "turtle",
            "trig",
            "ntriples",
            "nquads",
            "rdfxml",
            "jsonld",
            "coded-text",
            "yaml",
            "json",
            "jsonl",
            "csv",
            "xlsx",
        ];
        let near = crate::base::diagnostic::nearest(name, names, 1);
        crate::base::diagnostic::did_you_mean(&near)
            .unwrap_or_else(|| format!("choose one of {}", names.join(", ")))
    })
}
