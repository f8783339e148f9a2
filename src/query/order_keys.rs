//! How far a query settles its answer: what `ORDER BY` orders, and what nothing does.
//!
//! Rows that `ORDER BY` leaves tied come in any order, so the order of an answer counts only
//! between rows with different keys. The keys are asked for together with the answer: as
//! further columns of the outermost projection, computed below the ordering that uses them.
//! Under `DISTINCT` a further column would make rows of what is one row, so there only keys that
//! can be computed from a row itself are taken, up to the first that cannot; what follows it
//! settles nothing for certain.

use super::Query;
use crate::base::tokens;
use crate::base::tokens::{Kind, Token};
use oxrdf::{Literal, Term, Variable};
use spargebra::algebra::{Expression, GraphPattern, OrderExpression};

/// What gives another result at another time, or in another order of the same rows.
const UNSETTLED: &[(&str, &str)] = &[
    ("RAND", "RAND() gives a new number each time"),
    ("NOW", "NOW() is the time of the query"),
    ("UUID", "UUID() gives a new IRI each time"),
    ("STRUUID", "STRUUID() gives a new string each time"),
    ("SAMPLE", "SAMPLE() takes any value of a group"),
    ("GROUP_CONCAT", "GROUP_CONCAT() joins values in any order"),
];

/// A query that answers with the keys of its order behind its columns.
pub(super) struct Keyed {
    pub(super) query: spargebra::Query,
    /// Where the keys are, of every row.
    pub(super) keys: Vec<usize>,
    /// How many columns the query itself has.
    pub(super) columns: usize,
}

/// The query with the keys of its outermost order; none where it has no such order.
pub(super) fn keyed(query: &spargebra::Query) -> Option<Keyed> {
    let mut query = query.clone();
    let spargebra::Query::Select { pattern, .. } = &mut query else { return None };
    let mut distinct = false;
    let mut pattern = pattern;
    let (inner, variables) = loop {
        match pattern {
            GraphPattern::Slice { inner, .. } => pattern = inner,
            GraphPattern::Distinct { inner } | GraphPattern::Reduced { inner } => {
                distinct = true;
                pattern = inner;
            }
            GraphPattern::Project { inner, variables } => break (inner, variables),
            _ => return None,
        }
    };
    let GraphPattern::OrderBy { inner, expression } = &mut **inner else { return None };
    let columns = variables.len();
    let own = variables.clone();
    let mut keys = Vec::new();
    for (number, order) in expression.iter().enumerate() {
        let (OrderExpression::Asc(key) | OrderExpression::Desc(key)) = order;
        if let Expression::Variable(variable) = key
            && let Some(column) = own.iter().position(|own| own == variable)
        {
            keys.push(column);
            continue;
        }
        if distinct && !uses_only(key, &own) {
            break;
        }
        let variable = Variable::new_unchecked(format!("standpoint_order_{number}"));
        let below = std::mem::take(&mut **inner);
        **inner = GraphPattern::Extend {
            inner: Box::new(below),
            variable: variable.clone(),
            expression: key.clone(),
        };
        keys.push(variables.len());
        variables.push(variable);
    }
    Some(Keyed { query, keys, columns })
}

/// Whether an expression is about these variables and nothing else.
fn uses_only(expression: &Expression, own: &[Variable]) -> bool {
    let text = expression.to_string();
    let variables = tokens::tokens(&text).into_iter().filter(|token| token.kind == Kind::Variable);
    variables
        .map(|token| text[token.range][1..].to_owned())
        .all(|name| own.iter().any(|o| o.as_str() == name))
}

/// What a key of the order is, as far as ordering can tell it from others: numbers by what they
/// are worth, other literals by their text, and no blank node from another.
pub(super) fn rank(key: Option<&Term>) -> String {
    match key {
        None => "unbound".into(),
        Some(Term::BlankNode(_)) => "blank".into(),
        Some(Term::Literal(literal)) => match number(literal) {
            Some(number) => format!("number {number}"),
            None => format!("text {}", literal.value()),
        },
        Some(other) => other.to_string(),
    }
}

fn number(literal: &Literal) -> Option<f64> {
    use crate::model::vocab::xsd;
    let numeric = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE].contains(&literal.datatype());
    literal.value().parse().ok().filter(|_| numeric)
}

impl Query {
    /// What in the query leaves its answer open, so that it may differ from one time to the
    /// next although the graph is the same; empty for nearly all queries.
    #[must_use]
    pub fn unsettled(&self) -> Vec<&'static str> {
        let has = |word: &str| self.tokens.iter().any(|token| token.is_word(&self.text, word));
        let called = |word: &str| {
            self.tokens.windows(2).any(|pair: &[Token]| {
                pair[0].is_word(&self.text, word) && pair[1].text(&self.text).starts_with('(')
            })
        };
        let mut open: Vec<&str> =
            UNSETTLED.iter().filter(|(word, _)| called(word)).map(|(_, why)| *why).collect();
        if has("LIMIT") || has("OFFSET") {
            open.push(match has("ORDER") {
                true => "LIMIT may cut between rows that are tied in ORDER BY",
                false => "LIMIT without ORDER BY takes any rows",
            });
        }
        open
    }

    /// The query's text, as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Declarations of the prefixes that the text uses and does not declare, and of the base of its relative
    /// IRIs: before the text, they make it a query for every engine.
    #[must_use]
    pub fn prologue(&self) -> String {
        let name =
            |token: &Token| token.text(&self.text).split_once(':').map(|(prefix, _)| prefix.to_owned());
        let declared: Vec<String> = self
            .tokens
            .windows(2)
            .filter(|pair| pair[0].is_word(&self.text, "PREFIX"))
            .filter_map(|pair| name(&pair[1]))
            .collect();
        let mut used: Vec<String> =
            self.tokens.iter().filter(|t| t.kind == Kind::PrefixedName).filter_map(name).collect();
        used.sort();
        used.dedup();
        used.retain(|prefix| !declared.contains(prefix));
        let line = |prefix: &String| Some(format!("PREFIX {prefix}: <{}>\n", self.prefixes.get(prefix)?));
        let base = self.base.as_ref().filter(|_| self.has_relative_iris());
        let base = base.map(|base| format!("BASE {base}\n"));
        base.into_iter().chain(used.iter().filter_map(line)).collect()
    }

    fn has_relative_iris(&self) -> bool {
        let is_relative = |token: &Token| {
            let iri = token.text(&self.text).trim_start_matches('<').trim_end_matches('>');
            token.kind == Kind::Iri && oxiri::Iri::parse(iri).is_err()
        };
        !self.tokens.iter().any(|token| token.is_word(&self.text, "BASE"))
            && self.tokens.iter().any(is_relative)
    }
}
