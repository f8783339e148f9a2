//! Who takes which stance on what, for whoever lays that out in a table.

use super::{Answer, Query, QueryError, Stop};
use crate::store::index::Index;
use oxrdf::{NamedNode, Term};
use std::time::Duration;

/// A stance that an actor takes on an issue.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The actor.
    pub actor: NamedNode,
    /// The issue.
    pub issue: NamedNode,
    /// Place on the axis from -1 (against) to 1 (for); none if it is undeclared.
    pub value: Option<f64>,
}

/// The stances of the positions that are in force or disputed, each once, by actor and issue.
///
/// # Errors
/// As [`Query::answer`].
pub fn stances_taken(index: &Index, limit: Option<Duration>, stop: &Stop) -> Result<Vec<Taken>, QueryError> {
    let query = Query::parse("src/query/stances.rq", include_str!("stances.rq"))?.until(stop);
    let Answer::Rows { rows, .. } = query.answer(index, limit)? else { return Ok(Vec::new()) };
    let iri = |term: &Option<Term>| match term {
        Some(Term::NamedNode(iri)) => Some(iri.clone()),
        _ => None,
    };
    let number = |term: &Option<Term>| match term {
        Some(Term::Literal(literal)) => literal.value().parse().ok(),
        _ => None,
    };
    let taken = |row: &Vec<Option<Term>>| {
        Some(Taken { actor: iri(&row[0])?, issue: iri(&row[1])?, value: number(&row[3]) })
    };
    let mut all: Vec<Taken> = rows.iter().filter_map(taken).collect();
    all.sort_by(|a, b| {
        (&a.actor, &a.issue)
            .cmp(&(&b.actor, &b.issue))
            .then(a.value.partial_cmp(&b.value).unwrap_or(std::cmp::Ordering::Equal))
    });
    Ok(all)
}
