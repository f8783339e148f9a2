//! `standpoint changes`.

use super::case_files::Case;
use super::context::{Context, Origin, documents as documents_of};
use super::output::{self, Outcome};
use super::times::{Coding, Times};
use super::writing::Writing;
use crate::audit::history::change::accept::{self, Accepted, Link};
use crate::audit::history::{Changes, Side};
use crate::base::error::{Error, Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use crate::ingest;
use crate::model::document::Document;
use crate::model::prefixes::Prefixes;
use crate::model::registry::Kind;
use crate::store::archive::{Archive, When};
use crate::store::index::Index;
use crate::store::names;
use oxrdf::NamedNode;
use std::path::{Path, PathBuf};

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry changes herald-2025-05-16 voice-2025-06-10
  standpoint changes --revisions 1 2
  standpoint changes --revisions 1 2 --article herald-2025-05-16 --format json

Each position is compared with those of the other side that have the same actor (or represented \
actor) and the same issue (or its opposite). The types of change: shift of the same speaker, another \
speaker for the same actor, condition fulfilled or no longer stated, correction of the coding (the \
same words), order unknown, restated, new; between revisions also gone. Each is listed with its reasons.

--propose writes `stp:supersedes` as an RDF Patch. A person reads it, deletes blocks and accepts the \
rest: --accept writes `supersedes` into the sheets and loads them again, in one revision. RDF files \
are left as they are. `standpoint recode --undo` takes it back.";

/// Compare two articles or revisions, and classify each change
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// An article or document: label, id, IRI, or a document's name
    #[arg(value_name = "EARLIER", required_unless_present_any = ["revisions", "accept"], requires = "later")]
    earlier: Option<String>,

    /// The article or document to compare it with
    #[arg(value_name = "LATER")]
    later: Option<String>,

    /// Compare two revisions of the store instead: numbers, days or moments
    #[arg(long, value_names = ["REV", "REV"], num_args = 2, conflicts_with = "earlier")]
    revisions: Vec<When>,

    /// Compare only this article's positions in the two revisions
    #[arg(long, value_name = "NAME", requires = "revisions")]
    article: Option<String>,

    /// Write proposals for `supersedes` to this file, as an RDF Patch
    #[arg(long, value_name = "FILE")]
    propose: Option<PathBuf>,

    /// Write the links of a proposal into the sheets, and load them again
    #[arg(long, value_name = "FILE", conflicts_with_all = ["earlier", "revisions", "propose"])]
    accept: Option<PathBuf>,

    /// Folder of the case, for --accept [default: that of standpoint.yaml, else of the store's files]
    #[arg(long, value_name = "DIR", requires = "accept")]
    case: Option<PathBuf>,

    #[command(flatten)]
    writing: Writing,

    /// table: earlier beside later, for people; json: for programs
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Page]), hide_possible_values = true)]
    format: Format,

    #[command(flatten)]
    coding: Coding,
}

/// Runs it.
///
/// # Errors
/// No data, or a damaged store; nothing, or more than one thing, of these names.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if let Some(file) = &args.accept {
        return accept(context, file, args.case.as_deref(), args.writing.clone());
    }
    let times = Times { coding: args.coding.clone(), ..Times::default() };
    if let [earlier, later] = &args.revisions[..] {
        if !context.data.is_empty() {
            return Err(Error::usage("--revisions needs a store: files have no history")
                .with_help("omit --data, or name two articles of the files"));
        }
        let archive = Archive::open(&context.store)?;
        let number = |when| -> Result<u64> { Ok(archive.resolve(when)?) };
        let (from, to) = (number(earlier)?, number(later)?);
        let (old, new) = (archive.at(from)?, archive.at(to)?);
        let graph = |archive| -> Result<_> { Ok(context.reading(Context::of_archive(archive, &times)?)) };
        let (old, now) = (graph(&old)?, (graph(&new)?, new));
        let article = args.article.as_ref().map(|name| article(&now.0, &old, name)).transpose()?;
        let side = |index, number| match &article {
            Some(article) => Side::of_article(index, format!("revision {number}"), article),
            None => Side::whole(index, format!("revision {number}")),
        };
        let changes = Changes::between(&side(&old, from), &side(&now.0, to));
        return show(context, &args, &changes, &format!("Revision {from} → {to}"));
    }
    let (index, origin) = context.graph(&times)?;
    let documents = match origin {
        Origin::Files(documents) => documents,
        Origin::Store(archive) => documents_of(&archive)?,
    };
    let names = [&args.earlier, &args.later].map(|name| name.as_deref().unwrap_or_default());
    // A document says what it says, whoever coded it.
    let all = match names.iter().any(|name| document(&documents, name).is_some()) {
        true => context.index(&times.of_all_coders())?,
        false => index.clone(),
    };
    let [earlier, later] = names.map(|name| side((&index, &all), &documents, name));
    let (earlier, later) = (earlier?, later?);
    let title = format!("{} → {}", earlier.name, later.name);
    show(context, &args, &Changes::of_articles(&earlier, &later), &title)
}

/// Writes the links of a proposal into the sheets of the case.
fn accept(context: &Context, file: &Path, case: Option<&Path>, writing: Writing) -> Result<Outcome> {
    let name = file.display().to_string();
    let patch = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
    let links = accept::links(&name, &patch)?;
    let case = Case::find(context, case)?;
    let inputs = case.inputs()?;
    let loaded = case.with_known(|known| ingest::read(&inputs, ingest::Options::default(), known))?;
    let title = format!("changes --accept {name}");
    let Accepted { edits, written, known, elsewhere } = accept::accept(&loaded, links, &case.folder, &title)?;
    let tell = |links: &[Link], what: &str| {
        for Link { later, earlier } in links {
            let [later, earlier] = [later, earlier].map(|iri| Prefixes::known().shorten(iri.as_ref()));
            output::note(&format!("{later} {what} {earlier}"));
        }
    };
    tell(&written, "supersedes");
    tell(&known, "already supersedes");
    tell(&elsewhere, "is in no sheet of the case, and is not linked to");
    if !edits.is_empty() {
        case.change(context, edits, writing, &title)?;
    }
    Ok(if elsewhere.is_empty() { Outcome::Done } else { Outcome::Findings })
}

fn show(context: &Context, args: &Args, changes: &Changes, title: &str) -> Result<Outcome> {
    if let Some(path) = &args.propose {
        let proposal = changes.proposal();
        std::fs::write(path, proposal.patch()).map_err(Error::file("write", path))?;
        output::note(&format!("wrote {} to {}", count(proposal.len(), "proposal"), path.display()));
    }
    context.print(&match args.format {
        Format::Json => format!("{:#}\n", page::changes::json(changes)),
        _ => page::changes::page(changes, title, context.width),
    })
}

/// The article of that name in the later graph, else in the earlier.
fn article(later: &Index, earlier: &Index, name: &str) -> Result<NamedNode> {
    let found = names::one(later, Kind::Article, name)
        .or_else(|error| names::one(earlier, Kind::Article, name).map_err(|_| error));
    Ok(found?.iri)
}

/// The document of that name, in the graph of all codings; else the article.
fn side<'a>((index, all): (&'a Index, &'a Index), documents: &[Document], name: &str) -> Result<Side<'a>> {
    if let Some(document) = document(documents, name) {
        return Ok(Side::of_document(
            all,
            document.short_name(),
            &document.ntriples.text().map_err(Error::temporary)?,
        ));
    }
    let article = names::one(index, Kind::Article, name)?;
    Ok(Side::of_article(index, article.label, &article.iri))
}

/// The document of that name.
fn document<'d>(documents: &'d [Document], name: &str) -> Option<&'d Document> {
    let fits = |document: &&Document| {
        document.name.as_str() == name || document.short_name() == name || document.origin == name
    };
    documents.iter().find(fits)
}
