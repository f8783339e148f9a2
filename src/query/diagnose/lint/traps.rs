//! What the engine, or the graph as it is kept, is known to do badly.

use super::Found;
use super::places::{Places, first_iri};
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::model::vocab::rdf;
use crate::query::Query;
use crate::query::parse::algebra::{all_patterns, expressions_in, expressions_of, patterns_in, projection};
use crate::store::index::Index;
use oxrdf::{NamedNode, NamedNodeRef, Variable};
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::NamedNodePattern;

pub(super) fn check(query: &Query, index: &Index, found: &mut Found<'_>) {
    let places = Places::of(&query.text, &query.tokens, &query.prefixes);
    let mut traps = Traps { places: &places, found };
    all_patterns(query.pattern()).into_iter().for_each(|pattern| traps.pattern(pattern));
    columns(query, &places, found);
    reifiers(query, index, &places, found);
    unbound(query, &places, found);
}

/// Variables that an expression asks about and nothing gives a value to. Whoever writes BOUND or COALESCE
/// knows that.
fn unbound(query: &Query, places: &Places<'_>, found: &mut Found<'_>) {
    let Variables { bound, mut asked } = Variables::of(query.pattern());
    asked.retain(|name| !bound.contains(name));
    asked.dedup();
    for name in asked {
        let warning = Diagnostic::warning(format!("?{name} is in no pattern")).expected("never has a value");
        found.warn(places.variable(&name), mean(warning, &name, &bound));
    }
}

/// With the variable that may have been meant, or with the pattern that Wikidata's `?aLabel` needs here.
fn mean(warning: Diagnostic, name: &str, bound: &[String]) -> Diagnostic {
    for (ending, property) in [("AltLabel", "skos:altLabel"), ("Label", "skos:prefLabel")] {
        if let Some(thing) = name.strip_suffix(ending).filter(|thing| bound.iter().any(|one| one == thing)) {
            return warning.help(format!(
                "tables show the label of ?{thing} anyway; for a column of its own, add ?{thing} {property} ?{name}"
            ));
        }
    }
    let near = nearest(name, bound.iter().map(String::as_str), 1);
    let near: Vec<String> = near.iter().map(|name| format!("?{name}")).collect();
    match did_you_mean(&near.iter().map(String::as_str).collect::<Vec<_>>()) {
        Some(help) => warning.help(help),
        None => warning,
    }
}

/// The variables of a query.
#[derive(Default)]
struct Variables {
    /// What patterns, VALUES and AS give values to, anywhere.
    bound: Vec<String>,
    /// What expressions ask about.
    asked: Vec<String>,
}

impl Variables {
    fn of(pattern: &GraphPattern) -> Self {
        let mut variables = Self::default();
        for pattern in all_patterns(pattern) {
            expressions_of(pattern).into_iter().for_each(|expression| variables.ask(expression));
            let mut bind = |variable: &Variable| variables.bound.push(variable.as_str().to_owned());
            match pattern {
                GraphPattern::Extend { variable, .. }
                | GraphPattern::Graph { name: NamedNodePattern::Variable(variable), .. } => bind(variable),
                GraphPattern::Group { aggregates, .. } => aggregates.iter().for_each(|(name, _)| bind(name)),
                GraphPattern::Bgp { .. }
                | GraphPattern::Path { .. }
                | GraphPattern::Values { .. }
                | GraphPattern::Service { .. } => pattern.on_in_scope_variable(bind),
                _ => {}
            }
        }
        variables
    }

    fn ask(&mut self, expression: &Expression) {
        match expression {
            Expression::Variable(variable) => self.asked.push(variable.as_str().to_owned()),
            Expression::Coalesce(_) => {}
            // `IF(…, ?value, ?none)` has no other way to say that there is none.
            Expression::If(condition, one, other) => {
                self.ask(condition);
                for branch in [one, other] {
                    if !matches!(**branch, Expression::Variable(_)) {
                        self.ask(branch);
                    }
                }
            }
            other => expressions_in(other).into_iter().for_each(|part| self.ask(part)),
        }
    }
}

/// Reifiers, which the graph has none of: they become nodes as they are loaded. Patterns of triple terms
/// are refused before.
fn reifiers(query: &Query, index: &Index, places: &Places<'_>, found: &mut Found<'_>) {
    if !asks_for(query.pattern(), rdf::REIFIES)
        || index.matching(None, Some(rdf::REIFIES), None).next().is_some()
    {
        return;
    }
    let warning = Diagnostic::warning("the graph has no triple terms (RDF 1.2)")
        .expected("never matches")
        .note("`standpoint export --view rdf12` writes them, for other engines")
        .help("use the position's node: ?p stp:actor ?who ; stp:stance ?stance ; stp:issue ?what");
    found.warn(places.iri(rdf::REIFIES), warning);
}

fn asks_for(pattern: &GraphPattern, property: NamedNodeRef<'_>) -> bool {
    let is_it = |name: &NamedNodePattern| matches!(name, NamedNodePattern::NamedNode(iri) if iri.as_ref() == property);
    all_patterns(pattern).into_iter().any(|pattern| match pattern {
        GraphPattern::Bgp { patterns } => patterns.iter().any(|triple| is_it(&triple.predicate)),
        _ => false,
    })
}

/// Columns that no pattern fills.
fn columns(query: &Query, places: &Places<'_>, found: &mut Found<'_>) {
    let Some((variables, inner)) = projection(query.pattern()) else { return };
    let mut bound = Vec::new();
    inner.on_in_scope_variable(|variable| bound.push(variable.as_str().to_owned()));
    for variable in variables.iter().filter(|variable| !bound.iter().any(|name| name == variable.as_str())) {
        let warning =
            Diagnostic::warning(format!("{variable} is in no pattern")).expected("the column stays empty");
        found.warn(places.variable(variable.as_str()), mean(warning, variable.as_str(), &bound));
    }
}

struct Traps<'t, 'q> {
    places: &'t Places<'t>,
    found: &'t mut Found<'q>,
}

impl Traps<'_, '_> {
    fn pattern(&mut self, pattern: &GraphPattern) {
        expressions_of(pattern).into_iter().for_each(|expression| self.expression(expression, false));
    }

    fn expression(&mut self, expression: &Expression, negated: bool) {
        let Expression::Exists(pattern) = expression else {
            let negates = matches!(expression, Expression::Not(_));
            expressions_in(expression).into_iter().for_each(|part| self.expression(part, negates));
            return;
        };
        let mut named = Vec::new();
        let patterns = count(pattern, &mut named);
        if patterns > 1 {
            let (what, help) = if negated {
                (
                    "NOT EXISTS",
                    "write OPTIONAL { … BIND(true AS ?found) } FILTER(!BOUND(?found)), or MINUS { … }",
                )
            } else {
                ("EXISTS", "write its patterns beside the others, with SELECT DISTINCT")
            };
            let warning = Diagnostic::warning(format!("{what} with {patterns} patterns is slow"))
                .expected("evaluated for every row, in this order")
                .note("the engine does not reorder the patterns inside EXISTS")
                .help(help);
            self.found.warn(self.places.keyword_around("EXISTS", &named), warning);
        }
    }
}

/// How many patterns there are to be put in order, and which properties they name.
fn count(pattern: &GraphPattern, named: &mut Vec<NamedNode>) -> usize {
    match pattern {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                if let NamedNodePattern::NamedNode(predicate) = &triple.predicate {
                    named.push(predicate.clone());
                }
            }
            patterns.len()
        }
        GraphPattern::Path { path, .. } => {
            named.extend(first_iri(path).cloned());
            1
        }
        other => patterns_in(other).into_iter().map(|inner| count(inner, named)).sum(),
    }
}
