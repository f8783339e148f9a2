//! `standpoint log`.

use super::context::Context;
use super::output::{self, Outcome};
use super::times::Times;
use crate::audit::history;
use crate::audit::history::{Logged, Of};
use crate::base::error::{Error, Result, count};
use crate::base::table::{Column, Table};
use crate::cli::format::FormatParser;
use crate::export::{Content, Format};
use crate::model::prefixes::Prefixes;
use crate::model::registry::Kind;
use crate::store::archive::{Action, Archive, Change, Revision};
use crate::store::names;
use oxrdf::NamedNode;

/// Documents of one revision that a table names.
const NAMED: usize = 4;

/// List every load, removal and undo, newest first
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint log\n  standpoint log --article witkoff-putin-2025\n  \
    standpoint log --document positions --format json\n  standpoint log --anchor > anchor.txt\n  standpoint log --migrated")]
pub struct Args {
    /// Only revisions that changed a document about this article
    #[arg(long, value_name = "NAME", conflicts_with = "document")]
    article: Option<String>,

    /// Only revisions that changed this document, even if it was removed since
    #[arg(long, value_name = "NAME")]
    document: Option<String>,

    /// Maximum number of revisions, newest first
    #[arg(short = 'n', long, value_name = "NUMBER")]
    limit: Option<usize>,

    /// List IRIs that moved: what a document loaded again said as before, by another IRI
    #[arg(long, conflicts_with_all = ["article", "document", "limit", "anchor"])]
    migrated: bool,

    /// Print only the hash of the newest revision, to keep elsewhere
    #[arg(long, conflicts_with_all = ["article", "document", "limit"])]
    anchor: bool,

    /// table: for people; json: for programs
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Page]), hide_possible_values = true)]
    format: Format,
}

/// Runs it.
///
/// # Errors
/// No store, or a damaged one; no such document or article.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let archive = Archive::open(&context.store)?;
    if args.anchor {
        return anchor(&archive, args.format);
    }
    if args.migrated {
        return migrated(context, &archive, args.format);
    }
    let of = match (args.document, &args.article) {
        (Some(document), _) => Of::Document(document),
        (None, Some(name)) => Of::Article(article(&archive, name)?),
        (None, None) => Of::Everything,
    };
    let mut logged = history::log(&archive, &of)?;
    logged.truncate(args.limit.unwrap_or(usize::MAX));
    let text = match args.format {
        Format::Json => format!("{:#}\n", serde_json::Value::from_iter(logged.iter().map(Logged::json))),
        _ => table(&logged).fixed().render(context.width),
    };
    context.print(&text)
}

/// Prints which IRIs became which others.
fn migrated(context: &Context, archive: &Archive, format: Format) -> Result<Outcome> {
    let moved = history::moved(archive)?;
    if format == Format::Json {
        let rows = moved.iter().map(|moved| {
            serde_json::json!({
                "revision": moved.revision, "document": moved.document.as_str(),
                "from": moved.from.as_str(), "to": moved.to.as_str(),
            })
        });
        return context.print(&format!("{:#}\n", serde_json::Value::from_iter(rows)));
    }
    if moved.is_empty() {
        output::note("no IRI has moved");
        return Ok(Outcome::Done);
    }
    let columns = ["revision", "from", "to"];
    let columns = columns.map(|name| Column { name: name.into(), right: name == "revision" });
    let prefixes = Prefixes::known();
    let rows = moved.iter().map(|moved| {
        let [from, to] = [&moved.from, &moved.to].map(|iri| prefixes.shorten(iri.as_ref()));
        vec![moved.revision.to_string(), from, to]
    });
    context.print(&Table::new(columns.into(), rows.collect()).fixed().render(context.width))
}

/// Prints the hash of the newest revision, proved by the whole chain.
fn anchor(archive: &Archive, format: Format) -> Result<Outcome> {
    archive.verify_chain()?;
    let (Some(head), Some(hash)) = (archive.head(), archive.head_hash()) else {
        return Err(Error::usage("the store is empty: it has no revision to print"));
    };
    if format == Format::Json {
        let anchor = serde_json::json!({
            "store": archive.identity(), "revision": head.number, "time": head.time, "hash": hash,
        });
        return output::print(&format!("{anchor:#}\n"));
    }
    let time = head.time.strftime("%Y-%m-%d %H:%M UTC");
    output::note(&format!("revision {} of {time}; later: standpoint repair --expect {hash}", head.number));
    output::print(&format!("{hash}\n"))
}

/// The article of that name; one that is no longer in the store goes by its IRI.
fn article(archive: &Archive, name: &str) -> Result<NamedNode> {
    if let Some(iri) = Prefixes::known().expand(name)
        && let Ok(iri) = NamedNode::new(iri)
    {
        return Ok(iri);
    }
    if name.contains("://") {
        return NamedNode::new(name)
            .map_err(|error| Error::usage(format!("`{name}` is not an IRI: {error}")));
    }
    Ok(names::one(&Context::of_archive(archive, &Times::default().of_all_coders())?, Kind::Article, name)?
        .iri)
}

fn table(logged: &[Logged]) -> Table {
    let columns = ["revision", "time (UTC)", "by", "action", "documents", "message"];
    let columns = columns.map(|name| Column { name: name.into(), right: name == "revision" });
    let rows = logged.iter().map(|entry| {
        let revision = &entry.revision;
        vec![
            revision.number.to_string(),
            revision.time.strftime("%Y-%m-%d %H:%M").to_string(),
            crate::base::diagnostic::printable(&revision.by),
            entry.action(),
            documents(revision),
            crate::base::diagnostic::printable(revision.message.as_deref().unwrap_or_default()),
        ]
    });
    Table::new(columns.into(), rows.collect())
}

/// A line a document, and how many more.
fn documents(revision: &Revision) -> String {
    let changes = &revision.changes;
    let line = |change: &Change| {
        let triples = usize::try_from(change.triples).unwrap_or(usize::MAX);
        let name = crate::base::diagnostic::printable(change.short_name());
        let triples = count(triples, "triple");
        match (revision.action, change.after) {
            (Action::Purge, Some(_)) => format!("purged parts of {name} ({triples} left)"),
            (Action::Purge, None) => format!("purged {name} ({triples})"),
            _ => format!("{} {name} ({triples})", change.word()),
        }
    };
    let mut lines: Vec<String> = changes.iter().take(NAMED).map(line).collect();
    if changes.len() > NAMED {
        lines.push(format!("and {}", count(changes.len() - NAMED, "more document")));
    }
    if !revision.texts.is_empty() {
        lines.push(format!("kept {}", count(revision.texts.len(), "text")));
    }
    if let Some(purged) = &revision.purged {
        let past = purged.contents.len().saturating_sub(changes.len());
        let numbers = [(past, "earlier content"), (purged.texts.len(), "kept text")];
        let purged = numbers.iter().filter(|(number, _)| *number > 0);
        lines.extend(purged.map(|(number, noun)| format!("purged {}", count(*number, noun))));
    }
    lines.join("\n")
}
