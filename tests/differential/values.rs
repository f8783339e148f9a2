//! What of an answer is a term of the data, to be compared to the letter, and what is computed, to be
//! compared by its value.

use crate::queries::{Column, Duplicates, Expression, Group, Part, Query, Select};
use oxrdf::vocab::xsd;
use oxrdf::{Literal, Term};
use oxsdatatypes::{Boolean, Date, DateTime, Double};
use standpoint::query::Answer;
use std::collections::BTreeSet;

/// Names of variables whose values are computed: two engines may spell these differently.
pub struct Computed(BTreeSet<String>);

/// Calls that make a number or a time of their own.
const MAKE: &[&str] = &[
    "ABS",
    "ROUND",
    "CEIL",
    "FLOOR",
    "SECONDS",
    "xsd:integer",
    "xsd:decimal",
    "xsd:double",
    "xsd:float",
    "xsd:boolean",
    "xsd:date",
    "xsd:dateTime",
];
/// Calls that give one of their arguments.
const PASS: &[&str] = &["COALESCE", "IF"];
/// Calls whose outcome does not depend on how a number is spelled.
const BLIND: &[&str] = &[
    "BOUND",
    "isIRI",
    "isBLANK",
    "isLITERAL",
    "isNUMERIC",
    "DATATYPE",
    "LANG",
    "YEAR",
    "MONTH",
    "DAY",
    "HOURS",
    "TZ",
];

impl Computed {
    /// What is computed in a query.
    pub fn of(query: &Query) -> Self {
        let mut computed = Self(BTreeSet::new());
        let body = match query {
            Query::Select(select) => Part::Select(Box::new(select.clone())),
            Query::Ask(group) | Query::Construct(_, group) => Part::Group(group.clone()),
        };
        let group = Group(vec![body]);
        loop {
            let mut more = Vec::new();
            visit(&group, &mut |made| {
                if let Use::Named(name, expression) = made
                    && computed.makes(expression)
                {
                    more.push(name.to_owned());
                }
            });
            let before = computed.0.len();
            computed.0.extend(more);
            if computed.0.len() == before {
                return computed;
            }
        }
    }

    /// Whether an expression gives a value that is no term of the data.
    fn makes(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Term(name) => self.0.contains(name),
            Expression::Infix(_, sign, _) => ["+", "-", "*", "/"].contains(sign),
            Expression::Prefix(sign, _) => *sign != "!",
            Expression::Call(name, items) => {
                MAKE.contains(name) || (PASS.contains(name) && items.iter().any(|item| self.makes(item)))
            }
            Expression::Aggregate(name, _, of) => {
                ["SUM", "AVG"].contains(name)
                    || (["MIN", "MAX", "SAMPLE"].contains(name)
                        && of.as_ref().is_some_and(|of| self.makes(of)))
            }
            Expression::In(..) | Expression::Exists(..) => false,
        }
    }

    /// Whether the spelling of a computed value decides on the answer.
    pub fn are_read(&self, query: &Query) -> bool {
        let body = match query {
            Query::Select(select) => Part::Select(Box::new(select.clone())),
            Query::Ask(group) | Query::Construct(_, group) => Part::Group(group.clone()),
        };
        let mut read = false;
        visit(&Group(vec![body]), &mut |found| {
            read |= match found {
                Use::Named(_, expression) | Use::Asked(expression) => self.reads(expression),
                Use::Term(name) => self.0.contains(name),
                Use::Key(column) => {
                    self.0.contains(&column.name)
                        || column.expression.as_ref().is_some_and(|key| self.makes(key))
                }
                Use::Distinct(select) => {
                    select.columns.is_empty() && !self.0.is_empty()
                        || select.columns.iter().any(|column| self.0.contains(&column.name))
                }
            };
        });
        read
    }

    fn reads(&self, expression: &Expression) -> bool {
        expression.any(&|part| match part {
            Expression::Call(name, items) => {
                !MAKE.contains(name)
                    && !PASS.contains(name)
                    && !BLIND.contains(name)
                    && items.iter().any(|item| self.makes(item))
                    || *name == "xsd:boolean" && items.iter().any(|item| self.makes(item))
            }
            Expression::Aggregate(name, distinct, Some(of)) => {
                (*distinct || ["GROUP_CONCAT"].contains(name)) && self.makes(of)
            }
            _ => false,
        })
    }

    /// An answer with its computed values in one spelling.
    pub fn settle(&self, answer: Answer) -> Answer {
        if self.0.is_empty() {
            return answer;
        }
        match answer {
            Answer::Rows { variables, mut rows } => {
                for (at, variable) in variables.iter().enumerate() {
                    if self.0.contains(&variable.to_string()) {
                        for row in &mut rows {
                            row[at] = row[at].take().map(spelled);
                        }
                    }
                }
                Answer::Rows { variables, rows }
            }
            Answer::Graph(mut triples) => {
                for triple in &mut triples {
                    triple.object = spelled(triple.object.clone());
                }
                triples.sort_by_cached_key(ToString::to_string);
                triples.dedup();
                Answer::Graph(triples)
            }
            other => other,
        }
    }
}

/// A place of a query.
enum Use<'q> {
    /// An expression that is given a name.
    Named(&'q str, &'q Expression),
    /// Another expression.
    Asked(&'q Expression),
    /// An end of a pattern, or a variable of VALUES.
    Term(&'q str),
    Key(&'q Column),
    Distinct(&'q Select),
}

fn visit(group: &Group, with: &mut dyn FnMut(Use<'_>)) {
    for part in &group.0 {
        match part {
            Part::Patterns(patterns) => {
                for pattern in patterns {
                    with(Use::Term(&pattern.0));
                    with(Use::Term(&pattern.2));
                }
            }
            Part::Filter(condition) => visit_expression(condition, with),
            Part::Bind(expression, name) => {
                with(Use::Named(name, expression));
                visit_expression(expression, with);
            }
            Part::Optional(group) | Part::Minus(group) | Part::Group(group) => visit(group, with),
            Part::Graph(name, group) => {
                with(Use::Term(name));
                visit(group, with);
            }
            Part::Union(groups) => groups.iter().for_each(|group| visit(group, with)),
            Part::Values(names, _) => names.iter().for_each(|name| with(Use::Term(name))),
            Part::Select(select) => {
                for column in select.columns.iter().chain(&select.keys) {
                    if let Some(expression) = &column.expression {
                        with(Use::Named(&column.name, expression));
                        visit_expression(expression, with);
                    }
                }
                select.keys.iter().for_each(|key| with(Use::Key(key)));
                select.having.iter().for_each(|condition| visit_expression(condition, with));
                select.order.iter().for_each(|(_, key)| visit_expression(key, with));
                if select.duplicates != Duplicates::Kept {
                    with(Use::Distinct(select));
                }
                visit(&select.body, with);
            }
        }
    }
}

fn visit_expression(expression: &Expression, with: &mut dyn FnMut(Use<'_>)) {
    with(Use::Asked(expression));
    let mut groups = Vec::new();
    exists(expression, &mut groups);
    groups.into_iter().for_each(|group| visit(group, with));
}

/// The groups of EXISTS in an expression.
fn exists<'e>(expression: &'e Expression, groups: &mut Vec<&'e Group>) {
    match expression {
        Expression::Exists(_, group) => groups.push(group),
        Expression::Prefix(_, inner) | Expression::Aggregate(_, _, Some(inner)) => exists(inner, groups),
        Expression::Infix(left, _, right) => {
            exists(left, groups);
            exists(right, groups);
        }
        Expression::Call(_, items) => items.iter().for_each(|item| exists(item, groups)),
        Expression::In(item, _, items) => {
            exists(item, groups);
            items.iter().for_each(|item| exists(item, groups));
        }
        Expression::Term(_) | Expression::Aggregate(_, _, None) => {}
    }
}

/// A value in the one spelling that stands for all of its spellings. Decimals and doubles are rounded to
/// ten digits, since engines divide to different precisions.
fn spelled(term: Term) -> Term {
    let Term::Literal(literal) = &term else { return term };
    let text = literal.value();
    let number = || text.parse::<Double>().ok().map(|value| format!("{:.9e}", f64::from(value) + 0.0));
    let spelling = match literal.datatype() {
        xsd::INTEGER | xsd::DECIMAL | xsd::DOUBLE | xsd::FLOAT => number(),
        xsd::BOOLEAN => text.parse::<Boolean>().ok().map(|value| value.to_string()),
        xsd::DATE => text.parse::<Date>().ok().map(|value| value.to_string()),
        xsd::DATE_TIME => text.parse::<DateTime>().ok().map(|value| value.to_string()),
        _ => None,
    };
    match spelling {
        Some(spelling) => Literal::new_typed_literal(spelling, literal.datatype()).into(),
        None => term,
    }
}
