//! `ORDER BY` that any terms can be put in, for the evaluator.
//!
//! The evaluator compares numbers by what they are worth, and what it cannot compare by its text: so
//! 9 < 10 < "10" < 9, and the standard library's sort panics if it notices. SPARQL leaves open where
//! terms of different kinds stand; here each kind has a place of its own, by a key before each key.
//! Batches sort without panicking, and need none of this.

use crate::model::vocab::{rdf, xsd};
use crate::query::parse::algebra::{pattern_of_mut, rewrite};
use crate::store::index::read::dataset::from_spelled;
use oxigraph::sparql::SparqlEvaluator;
use oxrdf::{Literal, NamedNode, Term, Variable};
use spargebra::algebra::{Expression, GraphPattern, OrderExpression};
use spargebra::{Query, SparqlParser};

/// Nobody can write it in a query by mistake.
const KIND: &str = "urn:standpoint:kind";

/// The query, with such a key before each that its orders have.
pub(super) fn ordered(mut query: Query) -> Query {
    let mut count = 0;
    rewrite(pattern_of_mut(&mut query), &mut |pattern| {
        if let GraphPattern::OrderBy { inner, expression } = pattern {
            let keys = std::mem::take(expression);
            *expression = keys.into_iter().flat_map(|key| with_kind(key, inner, &mut count)).collect();
        }
    });
    query
}

/// The key, behind one for its kind. What is more than a variable is computed once, below: RAND() is
/// another each time.
fn with_kind(key: OrderExpression, inner: &mut Box<GraphPattern>, count: &mut usize) -> [OrderExpression; 2] {
    let (descending, key) = match key {
        OrderExpression::Asc(key) => (false, key),
        OrderExpression::Desc(key) => (true, key),
    };
    let variable = match key {
        Expression::Variable(variable) => variable,
        expression => {
            *count += 1;
            let variable = Variable::new_unchecked(format!("standpoint_order_key_{count}"));
            let below = std::mem::take(&mut **inner);
            **inner = GraphPattern::Extend { inner: Box::new(below), variable: variable.clone(), expression };
            variable
        }
    };
    let order = if descending { OrderExpression::Desc } else { OrderExpression::Asc };
    [kind(&variable), Expression::Variable(variable)].map(order)
}

/// Which kind of term a variable has, as a text: what is no literal; numbers; those that are none; other literals by
/// [`kind_of`].
fn kind(variable: &Variable) -> Expression {
    let text = format!(
        r#"SELECT (IF(!isLiteral({variable}), "0", IF(isNumeric({variable}), IF({variable} = {variable}, "1", "2"),
            <{KIND}>({variable}))) AS ?kind) {{}}"#
    );
    let Ok(Query::Select { pattern: GraphPattern::Project { inner, .. }, .. }) =
        SparqlParser::new().parse_query(&text)
    else {
        unreachable!("this is a query with one expression")
    };
    let GraphPattern::Extend { expression, .. } = *inner else {
        unreachable!("SELECT (… AS ?kind) extends")
    };
    expression
}

/// The function that tells kinds of literals apart, for an evaluator that is to run such a query.
pub(super) fn functions(evaluator: SparqlEvaluator) -> SparqlEvaluator {
    evaluator.with_custom_function(NamedNode::new_unchecked(KIND), |arguments| match arguments {
        [term] => match from_spelled(term.clone()) {
            Term::Literal(literal) => Some(Literal::new_simple_literal(kind_of(&literal)).into()),
            _ => None,
        },
        _ => None,
    })
}

/// Literals of one kind the evaluator puts in one order: texts, with a language or without; days and times with a
/// zone, those without; durations of one type. Each value of any other type is a kind, as of `xsd:duration`, where a
/// month is neither more nor less than 30 days.
fn kind_of(literal: &Literal) -> String {
    let (datatype, value) = (literal.datatype(), literal.value());
    let one_order = if [xsd::STRING, rdf::LANG_STRING, rdf::DIR_LANG_STRING].contains(&datatype) {
        return "4".into();
    } else if [xsd::DATE, xsd::DATE_TIME].contains(&datatype) {
        value.bytes().all(|b| b.is_ascii_digit() || b"-+:.TZ".contains(&b))
    } else if [xsd::DAY_TIME_DURATION, xsd::YEAR_MONTH_DURATION].contains(&datatype) {
        value.trim_start_matches('-').starts_with('P')
    } else {
        false
    };
    match one_order {
        true => format!("3 {} {}", datatype.as_str(), has_zone(value)),
        false => format!("5 {} {value}", datatype.as_str()),
    }
}

/// Whether a day or time says where it is that time: `Z`, `+02:00`.
fn has_zone(value: &str) -> bool {
    let behind = value.len().checked_sub(6).and_then(|at| value.get(at..));
    value.ends_with('Z')
        || behind.is_some_and(|zone| zone.starts_with(['+', '-']) && zone.as_bytes().get(3) == Some(&b':'))
}

#[cfg(test)]
mod tests {
    use crate::query::{Answer, Query as Parsed};
    use crate::store::index::Index;
    use oxigraph::io::{RdfFormat, RdfParser};
    use std::fmt::Write;

    /// Terms of which oxigraph's order runs in circles, in an order of their own.
    fn graph(seed: usize) -> String {
        let mut drawn = seed;
        let mut draw = |most: usize| {
            drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (drawn >> 33) % most
        };
        let mut turtle = String::from("@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n");
        for thing in 0..300 {
            let (n, m) = (draw(30), draw(9) + 1);
            let object = match draw(11) {
                0 => format!("{n}"),
                1 => format!("\"{n}\""),
                2 => "'NaN'^^xsd:double, 'INF'^^xsd:double, 'x'^^xsd:integer".into(),
                3 => format!("'2025-01-0{m}T0{m}:00:00'^^xsd:dateTime"),
                4 => format!("'2025-01-0{m}T0{m}:00:00+14:00'^^xsd:dateTime"),
                5 => format!("'2025-01-0{m}'^^xsd:date, '2025-01-0{m}-14:00'^^xsd:date"),
                6 => format!("'P{m}M'^^xsd:yearMonthDuration, 'P{n}D'^^xsd:dayTimeDuration"),
                7 => format!("'P1M{n}D'^^xsd:duration"),
                8 => format!("'{n}'@en, '{n}'^^<http://ex.org/type>"),
                9 => format!("_:b{n}, <http://ex.org/{n}>"),
                _ => format!("{n}.{m}, true"),
            };
            let _ = writeln!(turtle, "<http://ex.org/s{thing}> <http://ex.org/p> {object} .");
        }
        turtle
    }

    fn objects(turtle: &str, query: &str) -> Vec<String> {
        let parsed = RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle);
        let index = Index::from_triples(parsed.map(|quad| quad.unwrap().into()));
        match Parsed::parse("query", query).unwrap().answer(&index, None).unwrap() {
            Answer::Rows { rows, .. } => rows
                .into_iter()
                .map(|row| row[0].as_ref().map_or_else(String::new, ToString::to_string))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    /// BASE is one of the things for which a query is left to the evaluator.
    #[test]
    fn terms_of_every_kind_can_be_put_in_order() {
        for seed in 0..6 {
            let turtle = graph(seed);
            for order in ["?o", "DESC(?o) ?s", "(IF(RAND() < 2, ?o, 1))"] {
                let query = format!("BASE <http://ex.org/> SELECT ?o {{ ?s <p> ?o }} ORDER BY {order}");
                let mut found = objects(&turtle, &query);
                let mut all = objects(&turtle, "SELECT ?o { ?s ?p ?o }");
                found.sort();
                all.sort();
                assert_eq!(found, all, "{seed} {order}");
            }
        }
    }

    #[test]
    fn terms_of_one_kind_keep_the_evaluators_order() {
        let same = |objects: &str, expected: &[&str]| {
            let turtle = format!(
                "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . <http://ex.org/s> <http://ex.org/p> {objects} ."
            );
            let query = "BASE <http://ex.org/> SELECT (STR(?o) AS ?t) { ?s <p> ?o } ORDER BY ?o";
            let expected: Vec<String> = expected.iter().map(|text| format!("\"{text}\"")).collect();
            assert_eq!(self::objects(&turtle, query), expected);
        };
        same("10, 9.5, '1.1e1'^^xsd:double, 2", &["2", "9.5", "10", "1.1e1"]);
        same("'P10D'^^xsd:dayTimeDuration, 'P2D'^^xsd:dayTimeDuration", &["P2D", "P10D"]);
        same("'b'@en, 'a', 'c', 'B'@de", &["B", "a", "b", "c"]);
        same(
            "'2025-01-02T00:00:00+14:00'^^xsd:dateTime, '2025-01-01T12:00:00Z'^^xsd:dateTime",
            &["2025-01-02T00:00:00+14:00", "2025-01-01T12:00:00Z"],
        );
        same("'2025-01-02'^^xsd:date, '2025-01-10'^^xsd:date", &["2025-01-02", "2025-01-10"]);
    }
}
