//! What is most likely a mistake in a query, found before it is run.
//!
//! A warning is given only for what is certain of the graph at hand: a term that neither the
//! ontology nor the data have; patterns that cannot meet by type, where the ontology or the data
//! raise the suspicion and the data confirm it; and what the engine is known to do badly. A
//! question that merely has no rows is none of these: `why_empty` is for that.

mod functions;
mod graphs;
mod habits;
mod known;
mod literals;
mod places;
mod scope;
mod terms;
mod traps;
mod types;

use crate::base::diagnostic::{Diagnostic, Place};
use crate::model::prefixes::Prefixes;
use crate::query::parse::algebra::pattern_of;
use crate::query::parse::guard;
use crate::query::{Query, QueryError};
use crate::store::index::Index;
use known::Known;
use oxrdf::NamedNodeRef;
use places::Places;
use std::ops::Range;

/// An error about a function with its place in the query.
pub(in crate::query) fn placed(query: &Query, error: QueryError) -> QueryError {
    let (name, message, help) = match &error {
        QueryError::NoFunction(name) => (
            name,
            "unknown function",
            "the only functions with an IRI are casts, such as xsd:integer, xsd:date and xsd:string",
        ),
        QueryError::Arguments(name) => (name, "wrong number of arguments for", "a cast takes one argument"),
        _ => return error,
    };
    let Some(range) = Places::of(&query.text, &query.tokens, &query.prefixes).iri(name.as_ref()) else {
        return error;
    };
    let called = &query.text[range.clone()];
    Diagnostic::error(format!("{message} `{called}`"))
        .at(Place::in_source(&query.name, &query.text, range))
        .help(help)
        .into()
}

impl Query {
    /// What is most likely a mistake: warnings in the order of the text.
    #[must_use]
    pub fn lint(&self, index: &Index) -> Vec<Diagnostic> {
        self.lint_and_mend(index).0
    }

    /// The same, and words that may have been meant in the place of others, by their bytes.
    #[must_use]
    pub fn lint_with_remedies(&self, index: &Index) -> (Vec<Diagnostic>, Vec<(Range<usize>, String)>) {
        let (warnings, mends) = self.lint_and_mend(index);
        (warnings, mends.into_iter().map(|mend| (mend.range, mend.with)).collect())
    }

    /// The same, and what may have been meant by words that nobody knows.
    pub(in crate::query) fn lint_and_mend(&self, index: &Index) -> (Vec<Diagnostic>, Vec<Mend>) {
        guard::with_room(|| {
            let known = Known::new(index, &self.prefixes).in_graphs(self.names_graphs());
            let places = Places::of(&self.text, &self.tokens, &self.prefixes);
            let mut found = Found { query: self, warnings: Vec::new(), mends: Vec::new() };
            let pattern = self.pattern();
            let blocks = scope::blocks(pattern);
            // First: of several warnings at one place the first stays, and these say what to write.
            habits::check(&blocks, &known, &places, &mut found);
            terms::check(&self.parsed, &known, &places, &mut found);
            types::check(&blocks, &known, &places, &mut found);
            literals::check(&blocks, &known, &places, &mut found);
            functions::check(self, &known, &places, &mut found);
            traps::check(self, index, &mut found);
            graphs::check(self, index, &mut found);
            let mends = std::mem::take(&mut found.mends);
            (found.in_order(), mends)
        })
    }

    /// The pattern of its WHERE clause, with what is done to the rows around it.
    pub(in crate::query) fn pattern(&self) -> &spargebra::algebra::GraphPattern {
        pattern_of(&self.parsed)
    }
}

/// The warnings, gathered.
struct Found<'q> {
    query: &'q Query,
    warnings: Vec<Diagnostic>,
    mends: Vec<Mend>,
}

/// A word that may have been meant in the place of another.
#[derive(Clone, Debug)]
pub(in crate::query) struct Mend {
    pub(in crate::query) range: Range<usize>,
    pub(in crate::query) with: String,
}

/// Whether the ontology or the data have this IRI.
pub(in crate::query) fn knows(index: &Index, iri: NamedNodeRef<'_>) -> bool {
    Known::new(index, &Prefixes::known()).knows(iri)
}

impl Found<'_> {
    /// Adds a warning about these bytes of the text, or about the text as a whole.
    fn warn(&mut self, range: Option<Range<usize>>, warning: Diagnostic) {
        let place = match range {
            Some(range) => Place::in_source(&self.query.name, &self.query.text, range),
            None => Place::file(&self.query.name),
        };
        self.warnings.push(warning.at(place));
    }

    /// One warning a place: whoever mends the first of several there mends the others with it.
    fn in_order(self) -> Vec<Diagnostic> {
        let mut warnings = self.warnings;
        let order = |warning: &Diagnostic| warning.place.as_ref().map(Place::order);
        warnings.sort_by_key(order);
        warnings.dedup_by(|next, one| {
            next.message == one.message
                || (order(next) == order(one) && order(one).is_some_and(|at| at.1 > 0))
        });
        warnings
    }
}

#[cfg(test)]
mod tests;
