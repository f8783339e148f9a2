//! `standpoint show`.

use super::context::Context;
use super::filters::Filters;
use super::last;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::show::Page;
use crate::base::error::{Error, Result};
use crate::cli::page;
use crate::model::registry::Kind;
use crate::store::index::Index;
use crate::store::names;

/// Show everything about an actor, issue, article or position, evidence first
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint show Zelensky\n  standpoint show 'cedes territory'\n  \
    standpoint show ca885008\n  standpoint show 3\n\n\
    The third example names a position by its handle, the last column in the answers of `ask`. The \
    fourth opens row 3 of the last answer; on a terminal, rows are numbered.")]
pub struct Args {
    /// A label, alias, id, IRI or unambiguous part of a name; or the number of a row of the last answer
    #[arg(value_name = "THING", required = true)]
    thing: Vec<String>,

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
    context.print(&page)
}

/// The page about what is called like this.
///
/// # Errors
/// Nothing, or more than one thing, of that name.
pub(super) fn page(index: &Index, text: &str, width: usize) -> Result<String> {
    let kinds = [Kind::Actor, Kind::Issue, Kind::Article, Kind::Position, Kind::Post, Kind::Topic];
    let thing = names::one_of(index, &kinds, text)?;
    let page = Page::of(index, &thing.iri)?
        .ok_or_else(|| Error::usage(format!("the data say nothing about {}", thing.iri)))?;
    Ok(page::show::page(&page, width))
}
