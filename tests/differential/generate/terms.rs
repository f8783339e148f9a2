//! Random queries that take a term out of the data, pass it through an expression, and look for it again.

use super::{Draw, constant, pattern};
use crate::graphs::{Fact, Rng};
use crate::queries::{Column, Duplicates, Expression, Group, Part, Path, Pattern, Query, Select};
use std::collections::HashMap;

/// A query about the terms of a graph.
pub fn query(rng: &mut Rng, facts: &[Fact]) -> Query {
    let mut draw = Draw { rng, facts, witness: HashMap::new(), names: 0, loose: 1 };
    Query::Select(match draw.rng.below(100) {
        0..30 => draw.joined_back(),
        30..65 => draw.passed_through(),
        65..80 => draw.counted(),
        _ => draw.alternatives(),
    })
}

fn variable(name: &str) -> Expression {
    Expression::Term(name.to_owned())
}

fn boxed(expression: Expression) -> Box<Expression> {
    Box::new(expression)
}

impl Draw<'_> {
    /// A property of the graph, rather one that has literals.
    fn property(&mut self) -> String {
        let literal: Vec<&Fact> = self.facts.iter().filter(|fact| fact.2.starts_with('"')).collect();
        if self.rng.chance(85) && !literal.is_empty() {
            return self.rng.pick(&literal).1.clone();
        }
        if self.facts.is_empty() { "stp:odd".to_owned() } else { self.rng.pick(self.facts).1.clone() }
    }

    /// A pattern that takes the term, at the role that `name` has in it.
    fn found(&mut self, subject: &str, name: &str) -> Part {
        let property = self.property();
        Part::Patterns(vec![pattern(subject, &property, name)])
    }

    /// Where the term is looked for again.
    fn again(&mut self, property: &str, name: &str) -> Vec<Part> {
        let part = Part::Patterns(vec![pattern("?again", property, name)]);
        match self.rng.below(7) {
            0 => vec![Part::Optional(Group(vec![part]))],
            1 => vec![Part::Minus(Group(vec![part]))],
            2 => {
                let there = self.rng.chance(50);
                vec![Part::Filter(Expression::Exists(there, Group(vec![part])))]
            }
            3 => {
                let other = self.property();
                let other = Part::Patterns(vec![pattern("?again", &other, name)]);
                vec![Part::Union(vec![Group(vec![part]), Group(vec![other])])]
            }
            _ => vec![part],
        }
    }

    /// An aggregate of a subselect, joined with the pattern that it is from.
    fn joined_back(&mut self) -> Select {
        let property = self.property();
        let name = *self.rng.pick(&["MAX", "MAX", "MIN", "MIN", "SAMPLE"]);
        let of = match self.rng.below(4) {
            0 => self.kept(variable("?v")),
            _ => variable("?v"),
        };
        let aggregate = Expression::Aggregate(name, self.rng.chance(15), Some(boxed(of)));
        let mut columns = vec![Column { name: "?m".into(), expression: Some(aggregate) }];
        let mut body = vec![Part::Patterns(vec![pattern("?x", &property, "?v")])];
        let mut keys = Vec::new();
        if self.rng.chance(50) {
            let key = self.property();
            body.push(Part::Patterns(vec![pattern("?x", &key, "?k")]));
            keys.push(Column::plain("?k"));
            columns.push(Column::plain("?k"));
        }
        if self.rng.chance(60) {
            body.push(Part::Filter(Expression::Call("isNUMERIC", vec![variable("?v")])));
        }
        let within = Select { columns, body: Group(body), keys, ..Select::default() };
        let mut parts = vec![Part::Select(Box::new(within))];
        parts.extend(self.again(&property, "?m"));
        if self.rng.chance(20) {
            parts.reverse();
        }
        Select { body: Group(parts), ..Select::default() }
    }

    /// An expression that has to give the very term.
    fn kept(&mut self, of: Expression) -> Expression {
        match self.rng.below(6) {
            0 => Expression::Call("COALESCE", vec![variable("?nothing"), of]),
            1 => Expression::Call("COALESCE", vec![of, constant("1")]),
            2 => Expression::Call("IF", vec![constant("true"), of, constant("1")]),
            3 => {
                let condition = Expression::Infix(boxed(of.clone()), "=", boxed(of.clone()));
                Expression::Call("IF", vec![condition, of, constant("\"not equal\"")])
            }
            4 => {
                let text = Expression::Call("STR", vec![of.clone()]);
                Expression::Call("STRDT", vec![text, Expression::Call("DATATYPE", vec![of])])
            }
            _ => of,
        }
    }

    /// A term that goes through BIND, a column of a subselect, or VALUES, and comes back.
    fn passed_through(&mut self) -> Select {
        let property = self.property();
        let mut parts = vec![Part::Patterns(vec![pattern("?x", &property, "?v")])];
        let expression = match self.rng.below(10) {
            0 => {
                let cast = *self.rng.pick(&[
                    "xsd:integer",
                    "xsd:decimal",
                    "xsd:double",
                    "xsd:float",
                    "xsd:boolean",
                    "xsd:dateTime",
                    "xsd:date",
                    "xsd:string",
                ]);
                Expression::Call(cast, vec![variable("?v")])
            }
            1 => Expression::Call("STR", vec![variable("?v")]),
            2 => Expression::Call("DATATYPE", vec![variable("?v")]),
            3 => {
                let datatype = *self.rng.pick(&[
                    "xsd:integer",
                    "xsd:decimal",
                    "xsd:dateTime",
                    "xsd:boolean",
                    "xsd:long",
                ]);
                let text = Expression::Call("STR", vec![variable("?v")]);
                Expression::Call("STRDT", vec![text, constant(datatype)])
            }
            _ => self.kept(variable("?v")),
        };
        if self.rng.chance(40) {
            let columns =
                vec![Column::plain("?x"), Column { name: "?m".into(), expression: Some(expression) }];
            let body = Group(std::mem::take(&mut parts));
            let duplicates = *self.rng.pick(&[Duplicates::Kept, Duplicates::Distinct]);
            parts.push(Part::Select(Box::new(Select { columns, body, duplicates, ..Select::default() })));
        } else {
            parts.push(Part::Bind(expression, "?m".into()));
        }
        match self.rng.below(5) {
            0 => {}
            1 => {
                let rows: Vec<Vec<String>> = (0..1 + self.rng.below(3))
                    .filter_map(|_| {
                        let objects: Vec<&Fact> =
                            self.facts.iter().filter(|fact| !fact.2.starts_with("_:")).collect();
                        if objects.is_empty() { None } else { Some(vec![self.rng.pick(&objects).2.clone()]) }
                    })
                    .collect();
                parts.push(Part::Values(vec!["?m".into()], rows));
            }
            _ => parts.extend(self.again(&property, "?m")),
        }
        let duplicates = if self.rng.chance(25) { Duplicates::Distinct } else { Duplicates::Kept };
        Select { body: Group(parts), duplicates, ..Select::default() }
    }

    /// Counts of different terms, and groups by a term or what it is.
    fn counted(&mut self) -> Select {
        let mut body = vec![self.found("?x", "?v")];
        if self.rng.chance(30) {
            body.push(Part::Filter(self.condition(&[("?v".into(), crate::graphs::Role::Odd)], 1)));
        }
        let of = match self.rng.below(4) {
            0 => self.kept(variable("?v")),
            1 => {
                let name =
                    *self.rng.pick(&["STR", "DATATYPE", "YEAR", "LANG", "xsd:integer", "xsd:decimal", "ABS"]);
                Expression::Call(name, vec![variable("?v")])
            }
            _ => variable("?v"),
        };
        let name = *self.rng.pick(&["COUNT", "COUNT", "COUNT", "MIN", "MAX", "SUM", "AVG"]);
        let aggregate = Expression::Aggregate(name, self.rng.chance(60), Some(boxed(of)));
        let mut columns = vec![Column { name: "?n".into(), expression: Some(aggregate) }];
        let mut keys = Vec::new();
        if self.rng.chance(45) {
            let expression = match self.rng.below(3) {
                0 => None,
                1 => Some(self.kept(variable("?v"))),
                _ => Some(Expression::Call("DATATYPE", vec![variable("?v")])),
            };
            let name = if expression.is_some() { "?key" } else { "?v" };
            columns.push(Column::plain(name));
            keys.push(Column { name: name.into(), expression });
        }
        Select { columns, body: Group(body), keys, ..Select::default() }
    }

    /// Alternatives of a path, whose duplicates count.
    fn alternatives(&mut self) -> Select {
        let one = |draw: &mut Self| Path::One(draw.property_of_any());
        let (first, second) = (one(self), one(self));
        let second = if self.rng.chance(20) { first.clone() } else { second };
        let mut path = Path::Or(Box::new(first), Box::new(second));
        match self.rng.below(6) {
            0 => path = Path::Inverse(Box::new(path)),
            1 => path = Path::Then(Box::new(path), Box::new(one(self))),
            2 => path = Path::Then(Box::new(one(self)), Box::new(path)),
            3 => path = Path::Or(Box::new(path), Box::new(one(self))),
            4 => path = Path::Repeated(Box::new(path), *self.rng.pick(&['*', '+', '?'])),
            _ => {}
        }
        let to = match self.rng.below(3) {
            0 if !self.facts.is_empty() => self.rng.pick(self.facts).2.clone(),
            _ => "?to".to_owned(),
        };
        let to = if to.starts_with("_:") { "?to".to_owned() } else { to };
        let mut body = vec![Part::Patterns(vec![Pattern("?from".into(), path, to)])];
        if self.rng.chance(25) {
            body.push(self.found("?from", "?v"));
        }
        let mut select = Select { body: Group(body), ..Select::default() };
        if self.rng.chance(50) {
            let count = Expression::Aggregate("COUNT", false, None);
            select.columns =
                vec![Column::plain("?from"), Column { name: "?n".into(), expression: Some(count) }];
            select.keys = vec![Column::plain("?from")];
        }
        select
    }

    fn property_of_any(&mut self) -> String {
        if self.facts.is_empty() { "stp:actor".to_owned() } else { self.rng.pick(self.facts).1.clone() }
    }
}
