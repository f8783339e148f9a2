//! Random expressions: what is computed from a row.

use super::{Draw, constant};
use crate::graphs::Role;
use crate::queries::Expression;

impl Draw<'_> {
    /// Something that is true or false, or an error.
    pub(super) fn condition(&mut self, scope: &[(String, Role)], depth: usize) -> Expression {
        let Some(name) = self.any(scope) else { return constant("true") };
        let role = scope.iter().find(|(other, _)| *other == name).map_or(Role::Odd, |(_, role)| *role);
        let it = Expression::Term(name.clone());
        let sign = *self.rng.pick(&["=", "=", "!=", "<", ">", "<=", ">="]);
        match self.rng.below(if depth == 0 { 60 } else { 100 }) {
            0..18 => {
                let other = Expression::Term(self.like(&name, role));
                Expression::Infix(Box::new(it), sign, Box::new(other))
            }
            18..26 => {
                let other = Expression::Term(self.any(scope).expect("there is one"));
                Expression::Infix(Box::new(it), sign, Box::new(other))
            }
            26..32 => {
                let list = (0..self.rng.below(4)).map(|_| Expression::Term(self.like(&name, role)));
                let list = list.collect();
                Expression::In(Box::new(it), self.rng.chance(70), list)
            }
            32..36 => Expression::Call("BOUND", vec![it]),
            36..41 => {
                let kind = *self.rng.pick(&["isIRI", "isBLANK", "isLITERAL", "isNUMERIC"]);
                Expression::Call(kind, vec![it])
            }
            41..49 => {
                let name = *self.rng.pick(&["CONTAINS", "STRSTARTS", "STRENDS", "REGEX"]);
                let of = if self.rng.chance(70) { Expression::Call("STR", vec![it]) } else { it };
                let word = *self.rng.pick(&["\"e\"", "\"peace\"", "\"Ky\"", "\"\"", "\"a.\""]);
                let mut items = vec![of, constant(word)];
                if name == "REGEX" && self.rng.chance(50) {
                    items.push(constant("\"i\""));
                }
                Expression::Call(name, items)
            }
            49..52 => {
                let range = *self.rng.pick(&["\"en\"", "\"*\"", "\"de\""]);
                let items = vec![Expression::Call("LANG", vec![it]), constant(range)];
                Expression::Call("LANGMATCHES", items)
            }
            52..55 => Expression::Call("sameTerm", vec![it, Expression::Term(self.like(&name, role))]),
            55..60 => it,
            60..75 => {
                let (left, right) = (self.condition(scope, depth - 1), self.condition(scope, depth - 1));
                let sign = *self.rng.pick(&["&&", "||"]);
                Expression::Infix(Box::new(left), sign, Box::new(right))
            }
            75..82 => Expression::Prefix("!", Box::new(self.condition(scope, depth - 1))),
            _ => {
                let (left, right) = (self.value(scope, depth - 1), self.value(scope, depth - 1));
                Expression::Infix(Box::new(left), sign, Box::new(right))
            }
        }
    }

    /// Something that has a value, or is an error.
    pub(super) fn value(&mut self, scope: &[(String, Role)], depth: usize) -> Expression {
        let number = [Role::Value, Role::Whole, Role::Odd];
        let day = [Role::Date, Role::Moment, Role::Odd];
        let any = |draw: &mut Self, roles: &[Role]| {
            let name = draw.of_roles(scope, roles).or_else(|| draw.any(scope));
            name.map_or_else(|| constant("1"), Expression::Term)
        };
        match self.rng.below(if depth == 0 { 30 } else { 100 }) {
            0..20 => any(self, &[]),
            20..30 => {
                let role = *self.rng.pick(&[Role::Whole, Role::Value, Role::Text, Role::Odd, Role::Actor]);
                Expression::Term(self.constant(role))
            }
            30..45 => {
                let sign = *self.rng.pick(&["+", "-", "*", "/"]);
                let left = any(self, &number);
                let right =
                    if self.rng.chance(50) { self.value(scope, depth - 1) } else { any(self, &number) };
                Expression::Infix(Box::new(left), sign, Box::new(right))
            }
            45..57 => {
                let name = *self.rng.pick(&["YEAR", "MONTH", "DAY", "HOURS", "TZ"]);
                Expression::Call(name, vec![any(self, &day)])
            }
            57..67 => {
                let name = *self.rng.pick(&["STR", "LANG", "DATATYPE", "STRLEN", "UCASE", "LCASE", "IRI"]);
                Expression::Call(name, vec![any(self, &[])])
            }
            67..72 => {
                let name = *self.rng.pick(&["ABS", "ROUND", "CEIL", "FLOOR"]);
                Expression::Call(name, vec![any(self, &number)])
            }
            72..79 => {
                let condition = self.condition(scope, depth - 1);
                let (yes, no) = (self.value(scope, depth - 1), self.value(scope, depth - 1));
                Expression::Call("IF", vec![condition, yes, no])
            }
            79..86 => Expression::Call("COALESCE", vec![any(self, &[]), self.value(scope, depth - 1)]),
            86..91 => {
                let name = *self.rng.pick(&[
                    "xsd:integer",
                    "xsd:decimal",
                    "xsd:double",
                    "xsd:string",
                    "xsd:boolean",
                    "xsd:date",
                ]);
                Expression::Call(name, vec![any(self, &[])])
            }
            91..95 => {
                let items = vec![
                    Expression::Call("STR", vec![any(self, &[])]),
                    constant("\"-\""),
                    any(self, &[Role::Label]),
                ];
                Expression::Call("CONCAT", items)
            }
            95..97 => {
                Expression::Call("SUBSTR", vec![Expression::Call("STR", vec![any(self, &[])]), constant("2")])
            }
            97 => Expression::Call("BNODE", vec![]),
            98 => Expression::Call(
                "STRLANG",
                vec![Expression::Call("STR", vec![any(self, &[])]), constant("\"en\"")],
            ),
            _ => self.condition(scope, depth - 1),
        }
    }
}
