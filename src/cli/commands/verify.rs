//! `standpoint verify`.

use super::context::Context;
use super::output::{self, Outcome, stdout, to_stdout};
use super::times::{Coding, Times};
use crate::audit::verify;
use crate::audit::verify::{Article, Proposal, Report, TextAtHand};
use crate::base::error::{Error, Result};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use crate::model::registry::Kind;
use crate::store::archive::Archive;
use crate::store::index::Index;
use crate::store::names;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry verify --text data/night-ferry
  standpoint verify --text data/night-ferry --article herald-2025-05-16
  standpoint verify --text data/night-ferry --reanchor -o moves.rdfp

A text is matched to its article by SHA-256, else by file name (the article's id), else by the \
quoted words. Texts stored by `load --keep-text` need not be named.

The command recognises other encodings, line ends, Unicode normal forms, quotation marks and dashes, \
a byte-order mark, inserted or deleted text, and offsets that count bytes or UTF-16 units.

Quotes without a place are looked for in the text, if it is at hand; they are counted apart, and so are \
records without words.

--reanchor writes an RDF Patch with one block per span. A person reads it, deletes some blocks, and \
applies the rest to the RDF files that were loaded; for sheets, a list at its end gives the new \
numbers. This command never changes the data.

Spans of articles without a text at hand are counted and are no findings, unless --all or --article asks \
about them.

Exit status: 0 all spans in place and all quotes found, 1 findings, 2 the texts could not be verified.";

/// Arguments of `standpoint verify`.
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// Text of an article, or a folder of texts; repeat it for several
    #[arg(long, value_name = "PATH")]
    text: Vec<PathBuf>,

    /// Only this article; repeat it for several
    #[arg(long, value_name = "NAME")]
    article: Vec<String>,

    /// Count articles without a text at hand as findings, and list them
    #[arg(long)]
    all: bool,

    /// table: for people; json: for programs, with every span, even those in place
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Page]), hide_possible_values = true)]
    format: Format,

    /// Propose new places for the words, as an RDF Patch
    #[arg(long)]
    reanchor: bool,

    /// Write the patch to this file and the report to standard output
    #[arg(short, long, value_name = "FILE", requires = "reanchor")]
    output: Option<PathBuf>,

    #[command(flatten)]
    coding: Coding,
}

/// Runs it.
///
/// # Errors
/// No data, no text at all, files that cannot be read or written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let index = context.index(&Times { coding: args.coding.clone(), ..Times::default() })?;
    let mut articles = verify::articles(&index);
    if !args.article.is_empty() {
        let wanted = args.article.iter().map(|name| Ok(names::one(&index, Kind::Article, name)?.iri));
        let wanted: Vec<_> = wanted.collect::<Result<_>>()?;
        articles.retain(|article| wanted.contains(&article.iri));
    }
    let mut texts = verify::read(&args.text)?;
    texts.extend(kept(context, &articles)?);
    if texts.is_empty() {
        return Err(Error::usage("there is no text to check the quotes against")
            .with_help("name texts with `--text PATH`, or keep them in the store: `load --keep-text`"));
    }
    let report = verify::verify(articles, &texts);
    // Who names articles asks about them.
    let asked = args.all || !args.article.is_empty();
    if args.reanchor {
        propose(context, &args, &index, &report)?;
    }
    if !args.reanchor || args.output.is_some() {
        let mut out = stdout();
        print(&report, &index, args.format, context.width, asked, &mut out)
            .and_then(|()| out.flush())
            .map_err(to_stdout)?;
    }
    Ok(if report.is_sound(asked) { Outcome::Done } else { Outcome::Findings })
}

/// The texts that the store keeps of these articles.
///
/// # Errors
/// A store that is absent or damaged.
pub(super) fn kept(context: &Context, articles: &[Article]) -> Result<Vec<TextAtHand>> {
    if !context.data.is_empty() {
        return Ok(Vec::new());
    }
    let archive = Archive::open(&context.store)?;
    let hashes: BTreeSet<&str> = articles.iter().filter_map(|article| article.sha256.as_deref()).collect();
    // What is no hash names no text.
    let hashes = hashes.into_iter().filter_map(|hash| hash.parse().ok());
    let texts = hashes.map(|hash| Ok(archive.text(hash)?.map(TextAtHand::kept)));
    texts.filter_map(Result::transpose).collect()
}

fn propose(context: &Context, args: &Args, index: &Index, report: &Report) -> Result<()> {
    let proposal = Proposal::new(report, index, &context.documents()?);
    let Some(path) = &args.output else {
        let mut out = stdout();
        out.write_all(proposal.patch().as_bytes()).and_then(|()| out.flush()).map_err(to_stdout)?;
        output::note(&page::verify::summary(report));
        return Ok(());
    };
    std::fs::write(path, proposal.patch()).map_err(Error::file("write", path))?;
    let moves = proposal.articles.iter().map(|article| article.moves.len()).sum();
    output::note(&format!("wrote {} to {}", crate::base::error::count(moves, "move"), path.display()));
    Ok(())
}

fn print(
    report: &Report,
    index: &Index,
    format: Format,
    width: usize,
    asked: bool,
    out: &mut impl Write,
) -> std::io::Result<()> {
    match format {
        Format::Json => {
            let rows: Vec<_> = report.rows(index).collect();
            serde_json::to_writer_pretty(&mut *out, &rows)?;
            writeln!(out)
        }
        _ => out.write_all(page::verify::page(report, index, width, asked).as_bytes()),
    }
}
