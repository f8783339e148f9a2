//! Functions of texts that are given no text: CONCAT, REGEX and the like of IRIs, numbers or dates have no value
//! (SPARQL 1.1, 17.4.3 and 18.5.1.7), so a filter with one lets nothing pass.

use super::Found;
use super::known::Known;
use super::places::Places;
use crate::base::diagnostic::Diagnostic;
use crate::model::vocab::{rdf, xsd};
use crate::query::parse::algebra::{all_expressions, all_patterns, expressions_of};
use crate::query::run::ExecOptions;
use crate::query::{Answer, Query, run};
use oxrdf::{NamedNode, Variable};
use spargebra::algebra::{AggregateExpression, AggregateFunction, Expression, Function, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::time::Duration;

/// A suspicion is looked into for so long; what takes longer is not reported.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn check(query: &Query, known: &Known<'_>, places: &Places<'_>, found: &mut Found<'_>) {
    let patterns = all_patterns(query.pattern());
    for pattern in &patterns {
        if let GraphPattern::Group { aggregates, .. } = pattern {
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall {
                    name: AggregateFunction::GroupConcat { .. },
                    expr: Expression::Variable(variable),
                    ..
                } = aggregate
                {
                    warn("GROUP_CONCAT", "joins texts", variable, &patterns, known, places, found);
                }
            }
        }
        for expression in expressions_of(pattern).into_iter().flat_map(all_expressions) {
            let Expression::FunctionCall(function, arguments) = expression else { continue };
            let Some((name, of_texts, takes)) = of_texts(function) else { continue };
            for argument in arguments.iter().take(of_texts) {
                if let Expression::Variable(variable) = argument {
                    warn(name, takes, variable, &patterns, known, places, found);
                }
            }
        }
    }
}

/// The name of a function of texts, how many of its first arguments are texts, and what it does with them.
fn of_texts(function: &Function) -> Option<(&'static str, usize, &'static str)> {
    const SEARCHES: &str = "searches a text";
    Some(match function {
        Function::Concat => ("CONCAT", usize::MAX, "joins texts"),
        Function::Regex => ("REGEX", 1, SEARCHES),
        Function::Contains => ("CONTAINS", 2, SEARCHES),
        Function::StrStarts => ("STRSTARTS", 2, SEARCHES),
        Function::StrEnds => ("STRENDS", 2, SEARCHES),
        Function::StrBefore => ("STRBEFORE", 2, SEARCHES),
        Function::StrAfter => ("STRAFTER", 2, SEARCHES),
        Function::Replace => ("REPLACE", 1, "changes a text"),
        Function::SubStr => ("SUBSTR", 1, "cuts a text"),
        Function::StrLen => ("STRLEN", 1, "measures a text"),
        Function::UCase => ("UCASE", 1, "changes a text"),
        Function::LCase => ("LCASE", 1, "changes a text"),
        Function::EncodeForUri => ("ENCODE_FOR_URI", 1, "changes a text"),
        _ => return None,
    })
}

fn warn(
    function: &str,
    takes: &str,
    variable: &Variable,
    patterns: &[&GraphPattern],
    known: &Known<'_>,
    places: &Places<'_>,
    found: &mut Found<'_>,
) {
    let is_told = format!("but {variable} is not text");
    if !found.warnings.iter().any(|told| told.message.ends_with(&is_told))
        && never_text(variable, patterns, known)
    {
        let takes_more =
            ["REGEX", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "REPLACE", "SUBSTR"];
        let rest = if takes_more.contains(&function) { ", …" } else { "" };
        let warning = Diagnostic::warning(format!("{function} {takes}, and {variable} is never one"))
            .expected("has no value")
            .help(format!("write {function}(STR({variable}){rest})"));
        found.warn(places.keyword(function), warning);
    }
}

/// Whether a pattern gives this variable values none of which is a text.
fn never_text(variable: &Variable, patterns: &[&GraphPattern], known: &Known<'_>) -> bool {
    let is_it = |end: &TermPattern| matches!(end, TermPattern::Variable(other) if other == variable);
    let triples = patterns.iter().filter_map(|pattern| match pattern {
        GraphPattern::Bgp { patterns } => Some(patterns),
        _ => None,
    });
    triples.flatten().any(|triple| match &triple.predicate {
        _ if is_it(&triple.subject) => true,
        NamedNodePattern::NamedNode(property) if is_it(&triple.object) => has_no_text(property, known),
        _ => false,
    })
}

/// Whether a property has values, and none of them is a text.
fn has_no_text(property: &NamedNode, known: &Known<'_>) -> bool {
    let value = Variable::new_unchecked("value");
    let values = || GraphPattern::Bgp {
        patterns: vec![TriplePattern {
            subject: Variable::new_unchecked("thing").into(),
            predicate: property.clone().into(),
            object: value.clone().into(),
        }],
    };
    let datatype = Expression::FunctionCall(Function::Datatype, vec![Expression::Variable(value.clone())]);
    let texts = [xsd::STRING, rdf::LANG_STRING].map(|text| Expression::NamedNode(text.into_owned()));
    let of_texts = GraphPattern::Filter {
        expr: Expression::In(Box::new(datatype), texts.to_vec()),
        inner: Box::new(values()),
    };
    let is = |pattern: GraphPattern, truth: bool| {
        let ask = spargebra::Query::Ask { dataset: None, pattern, base_iri: None };
        let answer = run::answer(ask, known.index, &ExecOptions::within(PATIENCE));
        matches!(answer, Ok(Answer::Truth(found)) if found == truth)
    };
    is(values(), true) && is(of_texts, false)
}
