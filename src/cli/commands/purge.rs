//! `standpoint purge`.

use super::context::Context;
use super::last;
use super::output::{self, Outcome};
use super::times::Times;
use super::writing::Writing;
use crate::audit::purge::{self, Plan, Subject};
use crate::base::error::{Error, Result, count};
use crate::model::ontology;
use crate::store::archive::{Action, Archive};
use std::io::{self, BufRead, IsTerminal, Write};

const HELP: &str = "\
Examples:
  standpoint purge 'Ana Berg' --dry-run
  standpoint purge 'Ana Berg' --yes
  standpoint purge witkoff-putin-2025/positions

Nothing else that the program does deletes anything; this does, and cannot be undone. A document goes \
whole. A thing goes with every position, event, measure, relation, office claim and membership that \
refers to it, and with the words that prove them. The names of an actor become blocks (███) in all other \
texts. Kept texts that have a name or a quote go. The index and other caches are made anew.

The history keeps that something was purged, when, by whom and why, and every revision can still be \
verified; `--known-on` reports that something is missing. Not changed: IRIs, backups, exports, receipts, \
and the files that were loaded. Whoever loads them again gets a warning, and has it again.";

/// Delete a thing or a document from every revision, for good
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// A whole name, alias, id or IRI of a thing; or a document, as `remove` takes it
    #[arg(value_name = "THING|DOCUMENT")]
    name: String,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Report what would be deleted, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Blot out these words like a name of the thing: another spelling, an inflected form
    #[arg(long = "word", value_name = "WORDS")]
    words: Vec<String>,

    #[command(flatten)]
    writing: Writing,
}

/// Runs it.
///
/// # Errors
/// No store, or a damaged one; nothing, or more than one thing, of that name; nobody to confirm it.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data asks files without a store, so there is nothing to purge")
            .with_help("name the store with `--store`"));
    }
    let archive = Archive::open(&context.store)?;
    let present = Context::of_archive(&archive, &Times::default().of_all_coders())?;
    let subject = purge::find(&archive, &present, ontology::schemes(), &args.name)?;
    let plan = Plan::new(&archive, subject, &args.words)?;
    if plan.is_empty() {
        output::note(&format!("nothing of `{}` is left in the store", plan.subject.name()));
        return Ok(Outcome::Done);
    }
    if args.dry_run {
        describe(&plan, "would purge", archive.unnamed_files());
        return Ok(Outcome::Done);
    }
    if !args.yes {
        describe(&plan, "about to purge", archive.unnamed_files());
        confirm(context, plan.subject.name())?;
    }
    let reader = archive;
    let mut archive = Archive::open(&context.store)?;
    let (mut transaction, mut meta) = args.writing.begin(&mut archive, context, Action::Purge)?;
    plan.apply(&reader, &mut transaction)?;
    meta.message = meta.message.map(|message| plan.blotted(&message));
    let revision = transaction.commit(meta)?;
    last::forget(context);
    Context::keep_index(&archive);
    if args.yes {
        describe(&plan, "purged", 0);
    }
    if let Some(revision) = revision {
        output::note(&format!("this is revision {}; it cannot be undone", revision.number));
    }
    Ok(Outcome::Done)
}

/// What goes, and what stays although it may have a name.
fn describe(plan: &Plan, done: &str, unnamed: usize) {
    let mut what: Vec<String> = Vec::new();
    what.extend(Some(plan.records_in_words()).filter(|words| !words.is_empty()));
    what.push(count(plan.triples, "triple"));
    if !plan.texts.is_empty() {
        what.push(count(plan.texts.len(), "kept text"));
    }
    let (present, past) = plan.contents();
    let (kind, name) = match &plan.subject {
        Subject::Document(_) => ("document ", plan.subject.name()),
        Subject::Thing(_) => ("", plan.subject.name()),
    };
    output::note(&format!("{done} {kind}{name}: {}", what.join(", ")));
    output::note(&format!("  from {} of now and {past} of earlier revisions", count(present, "content")));
    if plan.blotted > 0 {
        let texts = count(plan.blotted, "other text");
        output::note(&format!("  blotted out in {texts}: {}", plan.names.join(", ")));
    }
    if unnamed > 0 {
        let files = count(unnamed, "damaged or unnamed file");
        output::note(&format!("  and {files} of the store, since nobody can tell what they say"));
    }
    for left in &plan.left {
        output::note(&format!("  still has the name: {left}"));
    }
}

/// Lets a person type the name.
fn confirm(context: &Context, name: &str) -> Result<()> {
    if !context.stderr_is_terminal || !io::stdin().is_terminal() {
        return Err(Error::usage("nothing was purged: without a terminal, nobody can confirm it")
            .with_help("add `--yes` if this is to be deleted for good; `--dry-run` only reports"));
    }
    let mut typed = String::new();
    let _ = write!(io::stderr(), "This cannot be undone. Type `{name}` to go on: ");
    io::stdin().lock().read_line(&mut typed).map_err(Error::file("read", "standard input"))?;
    match typed.trim() == name.trim() {
        true => Ok(()),
        false => Err(Error::usage("nothing was purged: that is another name")),
    }
}
