//! `standpoint load`.

mod reading;
mod watch;

use super::context::Context;
use super::output::{self, Outcome};
use super::progress::Progress;
use super::sizes::memory;
use super::writing::Writing;
use crate::audit::check;
use crate::audit::check::{Checks, Finding};
use crate::base::diagnostic::{Diagnostic, printable};
use crate::base::error::{Error, Result, count};
use crate::ingest;
use crate::ingest::{Content, Input, Loaded, Options, Texts};
use crate::model::document::Document;
use crate::model::ontology;
use crate::store::archive::{Action, Archive, Effect, Meta};
use crate::store::index::Corruption;
use crate::store::index::storage;
use crate::store::index::storage::StagedIndex;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;

/// Take in coding sheets and RDF files
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "Examples:\n  standpoint load data/witkoff-putin-2025\n  \
    standpoint load --dry-run -m 'a first look' data/night-ferry\n  \
    standpoint export | standpoint --store copy.db load --format turtle -\n\n\
    All files of a call are taken, or none. A document that is loaded again replaces what it said \
    before. Its name is the sheet's `document:`, a named graph's IRI, or the file's folder and name.")]
pub struct Args {
    /// Files, folders, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Format of the files, whatever their names say: turtle, trig, ntriples, nquads, rdfxml,
    /// jsonld, yaml, json, jsonl, csv
    #[arg(long, value_name = "FORMAT", value_parser = content)]
    format: Option<Content>,

    /// Name of the document, where the file does not name it itself
    #[arg(long, value_name = "NAME")]
    document: Option<String>,

    /// Text of an article, or a folder of texts, to find quotes in; repeat it for several
    #[arg(long, value_name = "PATH")]
    text: Vec<PathBuf>,

    /// Keep the texts of the articles in the store, so that `verify` needs no files
    #[arg(long)]
    keep_text: bool,

    /// Take what breaks shapes and rules all the same; the history records that it was so
    #[arg(long)]
    allow_violations: bool,

    /// The project file, which may add rules [default: standpoint.yaml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,

    #[command(flatten)]
    writing: Writing,

    /// Put down on disk meanwhile what takes more memory: 512M, 4G [default: 1G]
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    max_memory: Option<usize>,

    /// Only say what would change
    #[arg(long, conflicts_with = "watch")]
    dry_run: bool,

    /// Stay, and load again whatever is saved
    #[arg(long)]
    watch: bool,
}

/// Runs it.
///
/// # Errors
/// Input that cannot be taken, a store that cannot be written. Then the store is as it was.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data is for asking files without a store")
            .with_help("name the files behind `load` to take them into a store"));
    }
    if args.watch {
        return watch::watch(&args.paths, |first| match once(context, &args, first) {
            Ok(documents) => Some(documents),
            Err(error) => {
                output::report(&error, context.stderr_is_terminal, context.width);
                None
            }
        });
    }
    once(context, &args, true).map(|_| Outcome::Done)
}

/// Loads, and returns the names of the documents. `each` is whether every document is told, or only
/// those that changed.
fn once(context: &Context, args: &Args, each: bool) -> Result<BTreeSet<String>> {
    let inputs = ingest::find(&args.paths, args.format)?;
    if args.document.is_some() && inputs.len() > 1 {
        return Err(Error::usage("--document names one document, and there are several files")
            .with_help("load them one by one, or write `document:` into the sheets"));
    }
    let mut archive = Archive::open_or_create(&context.store)?;
    let progress = Progress::new(context);
    progress.say(format!("reading {}", count(inputs.len(), "file")));
    let options = Options {
        document: args.document.clone(),
        base: context.base.clone(),
        texts: Texts::read(&args.text)?,
        temporary: Some(if args.dry_run { std::env::temp_dir() } else { archive.temporary_dir() }),
        memory: args.max_memory.map(|bytes| bytes as u64),
        progress: Arc::default(),
    };
    let checks = Checks::of_project(&context.project(args.project.as_deref())?)?;
    let work = Work { context, inputs: &inputs, options, checks: &checks, allowed: args.allow_violations };
    let mut outlook = work.outlook(&archive, None, &progress)?;
    let effects = if args.dry_run {
        let effects = outlook.loaded.documents.iter().map(|document| archive.effect(document));
        effects.collect()
    } else {
        let read_from = archive.head_hash();
        // Whom is waited for is said in a line of its own.
        progress.finish();
        let (mut transaction, meta) = args.writing.begin(&mut archive, context, Action::Load)?;
        let progress = Progress::new(context);
        if transaction.head_hash() != read_from {
            // Names in sheets may mean something else since another writer was waited for.
            let names = inputs.iter().any(|input| matches!(input.content, Content::Sheet(_)));
            if names && inputs.iter().any(|input| input.path.is_none()) {
                return Err(Error::usage(
                    "the store was changed meanwhile, and the input cannot be read twice",
                )
                .with_help("run the command again"));
            }
            let loaded = Some(outlook.loaded).filter(|_| !names);
            outlook = work.outlook(&Archive::open(&context.store)?, loaded, &progress)?;
        }
        let Outlook { loaded, violations, .. } = &outlook;
        progress.say(format!("writing {}", count(loaded.documents.len(), "document")));
        let effects = loaded.documents.iter().map(|document| transaction.put(document));
        let effects = effects.collect::<Result<Vec<_>, _>>()?;
        if args.keep_text {
            loaded.texts.iter().try_for_each(|text| transaction.keep_text(text.as_str()))?;
        }
        let revision = transaction.commit(Meta { violations: violations.len(), ..meta })?;
        if revision.is_some() {
            outlook.staged.keep(&archive, ontology::background());
        }
        progress.finish();
        effects
    };
    progress.finish();
    output::diagnostics(&outlook.loaded.warnings, context);
    output::diagnostics(&outlook.twice, context);
    output::diagnostics(&outlook.violations, context);
    summary(&outlook.loaded, &effects, args.dry_run, each);
    if !args.dry_run {
        storage::tidy(&context.store, ontology::background());
    }
    Ok(outlook.loaded.documents.iter().map(|document| document.short_name().to_owned()).collect())
}

/// What a load would bring.
struct Outlook {
    loaded: Loaded,
    staged: StagedIndex,
    /// Warnings of documents that say what others say.
    twice: Vec<Diagnostic>,
    violations: Vec<Diagnostic>,
}

/// What is to be taken in, and what it is held against.
struct Work<'a> {
    context: &'a Context,
    inputs: &'a [Input],
    options: Options,
    checks: &'a Checks,
    /// Whether violations are.
    allowed: bool,
}

impl Work<'_> {
    /// What the load brings to the store as it is now; the inputs are read if they have not been.
    ///
    /// # Errors
    /// Input that cannot be taken; violations that are not allowed.
    fn outlook(&self, archive: &Archive, loaded: Option<Loaded>, progress: &Progress) -> Result<Outlook> {
        let looked = catch_unwind(AssertUnwindSafe(|| self.look(archive, loaded, progress)));
        // The archive has what a damaged index has lost.
        looked.unwrap_or_else(|thrown| match thrown.downcast::<Corruption>() {
            Ok(damage) if self.inputs.iter().all(|input| input.path.is_some()) => {
                output::note(&format!("the index of the store was damaged and is made anew: {damage}"));
                storage::forget(archive).map_err(Error::file("delete", archive.index_dir()))?;
                self.look(archive, None, progress)
            }
            Ok(damage) => Err((*damage).into()),
            Err(panic) => resume_unwind(panic),
        })
    }

    fn look(&self, archive: &Archive, loaded: Option<Loaded>, progress: &Progress) -> Result<Outlook> {
        let present = if archive.number() == 0 { None } else { Some(Context::of_archive(archive, None)?) };
        let read = || {
            let known = match &present {
                None => ingest::nothing_known(),
                Some(present) => ingest::known_to(archive, present),
            };
            ingest::read(self.inputs, self.options.clone(), known)
        };
        let loaded = match loaded {
            Some(loaded) => loaded,
            None => reading::told(self.context, progress, self.inputs, &self.options.progress, read)?,
        };
        progress.say(format!("checking {}", count(loaded.documents.len(), "document")));
        let twice = ingest::duplicate_documents(archive, &loaded.documents);
        let changed =
            loaded.documents.iter().filter(|document| archive.effect(document) != Effect::Unchanged);
        let changed: Vec<&Document> = changed.collect();
        let staged = StagedIndex::new(
            archive,
            ontology::background(),
            present.as_ref(),
            &changed,
            self.options.memory,
        )?;
        let violations = check::violations(archive, &loaded, &staged, self.checks)?;
        let violations: Vec<Diagnostic> = violations.iter().map(Finding::diagnostic).collect();
        if violations.is_empty() || self.allowed {
            Ok(Outlook { loaded, staged, twice, violations })
        } else {
            // It may be why.
            Err(Error::Refused(twice.into_iter().chain(violations).collect()))
        }
    }
}

fn summary(loaded: &Loaded, effects: &[Effect], dry_run: bool, each: bool) {
    let is_told = |effect: &Effect| each || *effect != Effect::Unchanged;
    let unchanged = effects.iter().filter(|effect| !is_told(effect)).count();
    if unchanged > 0 {
        output::note(&format!("unchanged: {}", count(unchanged, "document")));
    }
    for (document, effect) in loaded.documents.iter().zip(effects).filter(|(_, effect)| is_told(effect)) {
        let what = match (effect, dry_run) {
            (Effect::New, false) => "loaded",
            (Effect::Replaced, false) => "replaced",
            (Effect::New, true) => "would load",
            (Effect::Replaced, true) => "would replace",
            (Effect::Unchanged, _) => "unchanged",
        };
        let counts = document.counts();
        let positions = match counts.positions {
            0 => String::new(),
            number => format!("{}, ", count(number, "position")),
        };
        let triples = count(counts.triples, "triple");
        output::note(&format!("{what} {} ({positions}{triples})", printable(document.short_name())));
    }
}

fn content(name: &str) -> Result<Content, String> {
    Content::from_name(name).ok_or_else(|| {
        let names =
            ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "yaml", "json", "jsonl", "csv"];
        let near = crate::base::diagnostic::nearest(name, names, 1);
        crate::base::diagnostic::did_you_mean(&near)
            .unwrap_or_else(|| format!("choose one of {}", names.join(", ")))
    })
}
