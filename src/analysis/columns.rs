//! Columns of the position table as terms and concepts of the model.

use crate::model::{Concept, Explicitness, Mode};
use crate::store::index::Corruption;
use crate::store::index::positions::{PositionTable, Thing, Things};
use oxrdf::{NamedNode, Term};

/// The node that a number stands for; none of a literal or a blank node.
pub(crate) fn node(table: &PositionTable<'_>, thing: Thing) -> Result<Option<NamedNode>, Corruption> {
    Ok(match table.term(thing)? {
        Term::NamedNode(node) => Some(node),
        _ => None,
    })
}

/// The concept that each row of a column has.
pub(crate) fn concepts<C: Concept>(
    table: &PositionTable<'_>,
    column: &Things<'_>,
) -> Result<Vec<Option<C>>, Corruption> {
    let (things, of_row) = column.levels();
    let concept = |thing| Ok(node(table, thing)?.and_then(|node| C::from_iri(node.as_ref())));
    let concepts: Vec<Option<C>> = things.into_iter().map(concept).collect::<Result<_, Corruption>>()?;
    Ok(of_row.into_iter().map(|level| level.and_then(|level| concepts[level as usize])).collect())
}

/// Whether a text says each position outright, or reports it: a decision or vote that stands for a stance does, too.
pub(crate) fn plain(table: &PositionTable<'_>) -> Result<Vec<bool>, Corruption> {
    let degrees: Vec<Option<Explicitness>> = concepts(table, &table.explicitness()?)?;
    let modes: Vec<Option<Mode>> = concepts(table, &table.modes()?)?;
    let is_plain = |(degree, mode): (Option<Explicitness>, Option<Mode>)| match degree {
        Some(Explicitness::Explicit | Explicitness::Reported) => true,
        Some(Explicitness::Inferred) => matches!(mode, Some(Mode::PolicyAction | Mode::Vote)),
        _ => false,
    };
    Ok(degrees.into_iter().zip(modes).map(is_plain).collect())
}
