//! `standpoint show`.

use super::context::Context;
use super::last;
use super::output::{self, Outcome};
use super::times::Times;
use crate::base::error::{Error, Result};
use crate::model::registry::Kind;
use crate::store::index::Index;
use crate::store::names;

/// Show an actor, issue, article or position with everything around it, evidence first
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint show Zelensky\n  standpoint show 'cedes territory'\n  \
    standpoint show ca885008\n  standpoint show 3\n\n\
    The third is a position, by its handle in the answers of `ask`; the last is the third row of the last \
    answer, which a terminal shows with numbers.")]
pub struct Args {
    /// Its label, alias, id or IRI, an unambiguous part of a name; or the number of a row of the last answer
    #[arg(value_name = "THING", required = true)]
    thing: Vec<String>,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data; nothing, or more than one thing, of that name.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let index = context.index(&args.times)?;
    // Quotes around a name of several words are easily forgotten.
    let text = args.thing.join(" ");
    // The answer, and not the store, knows what its third row is.
    let text = match last::number(&text) {
        None => text,
        Some(number) => {
            let last = last::last(context)?;
            let iri = last.row(number)?.to_owned();
            output::note(&format!("row {number} of {}", last.told()));
            iri
        }
    };
    output::print(&page(&index, &text, context.width)?)
}

/// The page about what is called like this.
///
/// # Errors
/// Nothing, or more than one thing, of that name.
pub(super) fn page(index: &Index, text: &str, width: usize) -> Result<String> {
    let kinds = [Kind::Actor, Kind::Issue, Kind::Article, Kind::Position, Kind::Post, Kind::Topic];
    let thing = names::one_of(index, &kinds, text)?;
    crate::analysis::show::show(index, &thing.iri, width)?
        .ok_or_else(|| Error::usage(format!("the graph says nothing about {}", thing.iri)))
}
