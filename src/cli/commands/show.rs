//! `standpoint show`.

use super::context::Context;
use super::destination::Destination;
use super::filters::Filters;
use super::last;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::pictures;
use crate::analysis::show::Page;
use crate::base::error::{Error, Result};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use crate::model::registry::Kind;
use crate::store::index::Index;
use crate::store::names;

/// Show everything about an actor, issue, article or position, evidence first
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint show Zelensky\n  standpoint show 'cedes territory'\n  \
    standpoint show ca885008\n  standpoint show 3\n\n\
    The third example names a position by its handle, the last column in the answers of `ask`. The \
    fourth opens row 3 of the last answer; on a terminal, rows are numbered.\n\n\
    As a picture a position shows on whose word it is: standpoint show ca885008 -o chain.svg")]
pub struct Args {
    /// A label, alias, id, IRI or unambiguous part of a name; or the number of a row of the last answer
    #[arg(value_name = "THING", required = true)]
    thing: Vec<String>,

    /// svg or png: on whose word a position is, as a picture [default: by the file's extension, else text]
    #[arg(long, value_name = "FORMAT", value_parser = FormatParser(&[Content::Picture]), hide_possible_values = true)]
    format: Option<Format>,

    #[command(flatten)]
    to: Destination,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data; nothing, or more than one thing, of that name.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let format = args.to.format(args.format, &[Content::Picture])?;
    args.to.look.check(format)?;
    args.to.check_terminal(context, format)?;
    let index = context.filtered(&args.times, &args.filters)?;
    // Quotes around a name of several words are easily forgotten.
    let text = args.thing.join(" ");
    // The answer, and not the store, knows what its third row is.
    let text = match last::number(&text) {
        None => text,
        Some(number) => {
            let last = last::last(context)?;
            let iri = last.row(number)?.to_owned();
            output::note(&format!("row {number} of {}", last.description()));
            iri
        }
    };
    if format.holds(Content::Picture) {
        let thing = names::one_of(&index, KINDS, &text)?;
        let picture = pictures::attribution(&index, &thing.iri, &args.to.look.frame(&index)?)?;
        return args.to.send(context, &args.to.look.draw(&picture, format)?, "the attribution of a position");
    }
    let page = page(&index, &text, context.width).or_else(|error| {
        // Rows of a question about coders lead to what only another coder says.
        let elsewhere = args.times.coding.coder.is_none().then(|| {
            let all = context.index(&args.times.of_all_coders()).ok()?;
            page(&all, &text, context.width).ok()
        });
        let page = elsewhere.flatten().ok_or(error)?;
        output::note("only another coding has this; --coder all shows everything with it");
        Ok::<_, Error>(page)
    })?;
    args.to.send(context, page.as_bytes(), "a page")
}

/// What has a page.
const KINDS: &[Kind] = &[Kind::Actor, Kind::Issue, Kind::Article, Kind::Position, Kind::Post, Kind::Topic];

/// The page about what is called like this.
///
/// # Errors
/// Nothing, or more than one thing, of that name.
pub(super) fn page(index: &Index, text: &str, width: usize) -> Result<String> {
    let thing = names::one_of(index, KINDS, text)?;
    let page = Page::of(index, &thing.iri)?
        .ok_or_else(|| Error::usage(format!("the data say nothing about {}", thing.iri)))?;
    Ok(page::show::page(&page, width))
}
