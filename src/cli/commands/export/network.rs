//! `standpoint export --format graphml`, and the other formats of networks.

use super::{Args, send};
use crate::base::error::{Error, Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::Format;
use crate::export::network::positions;
use std::path::Path;

/// Runs it.
///
/// # Errors
/// No positions, unknown names, a name that the format cannot carry, no place to write it.
pub(super) fn run(context: &Context, args: &Args, format: Format, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(format)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let network = match args.nodes.as_deref() {
        Some("actor") => positions::congruence(&index)?,
        _ => positions::actors_and_issues(&index)?,
    };
    let ambiguous = positions::ambiguous(&index)?;
    if ambiguous > 0 {
        let left_out = count(ambiguous, "position");
        output::note(&format!(
            "left out: {left_out} with several values where a position has one; `standpoint check` lists them"
        ));
    }
    if network.nodes.is_empty() {
        return Err(Error::usage("there is no network: no position is in force")
            .with_help("`standpoint summary` counts the positions"));
    }
    if format == Format::Dl && network.first_set.is_some() {
        output::note("a matrix has one number a pair: the sum of the stances' values, 0 without a stance");
    }
    let text = network.text(format)?;
    let (nodes, edges) = (count(network.nodes.len(), "node"), count(network.edges.len(), "edge"));
    send(output, text.as_bytes(), &format!("{nodes} and {edges}"))?;
    Ok(Outcome::Done)
}
