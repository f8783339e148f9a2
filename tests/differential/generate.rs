//! Random queries about graphs of [`crate::graphs`], of every shape that SPARQL has for one graph:
//! here what is asked of a pattern.

mod expressions;
mod patterns;
pub mod terms;

use crate::graphs::{CANONICAL, Fact, Rng, Role, terms};
use crate::queries::{Column, Duplicates, Expression, Group, Path, Pattern, Query, Select};
use std::collections::HashMap;

/// Variables, and what they are likely to stand for.
type Scope = Vec<(String, Role)>;

struct Draw<'r> {
    rng: &'r mut Rng,
    /// A graph that the query is about, so that it finds something there.
    facts: &'r [Fact],
    /// What variables stand for in a solution.
    witness: HashMap<String, String>,
    /// Variables so far.
    names: usize,
    /// Patterns that may still begin anywhere: what they find is multiplied.
    loose: usize,
}

/// A query that most often has an answer on a graph of these facts.
pub fn query(rng: &mut Rng, facts: &[Fact]) -> Query {
    let loose = if rng.chance(40) { 2 } else { 1 };
    let mut draw = Draw { rng, facts, witness: HashMap::new(), names: 0, loose };
    match draw.rng.below(100) {
        0..6 => Query::Ask(draw.body(&mut Scope::new(), 2)),
        6..13 => draw.construct(),
        _ => {
            let mut scope = Scope::new();
            let body = draw.body(&mut scope, 2);
            Query::Select(draw.select(body, &scope, true))
        }
    }
}

/// A condition about variables that may stand for anything.
pub fn condition(rng: &mut Rng, names: &[String]) -> Expression {
    let scope: Scope = names.iter().map(|name| (name.clone(), Role::Odd)).collect();
    Draw { rng, facts: &[], witness: HashMap::new(), names: 0, loose: 0 }.condition(&scope, 2)
}

impl Draw<'_> {
    fn construct(&mut self) -> Query {
        let mut scope = Scope::new();
        let body = self.body(&mut scope, 2);
        let variables = scope.clone();
        let end = |draw: &mut Self| match draw.rng.below(10) {
            0 => "_:new".to_owned(),
            1 => "stp:Thing".to_owned(),
            _ => draw.any(&variables).unwrap_or_else(|| "stp:Thing".into()),
        };
        let template = (0..1 + self.rng.below(2)).map(|_| {
            let property = if self.rng.chance(10) { self.any(&variables) } else { None };
            let property = property.unwrap_or_else(|| "stp:concerns".into());
            Pattern(end(self), Path::One(property), end(self))
        });
        Query::Construct(template.collect(), body)
    }

    /// What is asked of a pattern; `whole` if it is not asked within another.
    fn select(&mut self, body: Group, scope: &Scope, whole: bool) -> Select {
        let mut select = Select { body, ..Select::default() };
        if scope.is_empty() && self.rng.chance(50) {
            select.columns.push(self.named(Expression::Aggregate("COUNT", false, None)));
            return select;
        }
        if self.rng.chance(35) {
            self.group(&mut select, scope);
        } else {
            self.columns(&mut select, scope, whole);
        }
        let rows = !select.groups();
        select.duplicates = match self.rng.below(100) {
            0..15 => Duplicates::Distinct,
            15..19 if rows && whole => Duplicates::Reduced,
            _ => Duplicates::Kept,
        };
        self.order(&mut select, scope, whole);
        select
    }

    fn columns(&mut self, select: &mut Select, scope: &Scope, whole: bool) {
        if scope.is_empty() || (whole && self.rng.chance(25)) {
            return;
        }
        for _ in 0..1 + self.rng.below(4) {
            let name = self.any(scope).expect("there are variables");
            if select.columns.iter().all(|column| column.name != name) {
                select.columns.push(Column::plain(&name));
            }
        }
        if self.rng.chance(20) {
            let expression = self.value(scope, 2);
            select.columns.push(self.named(expression));
        }
    }

    fn group(&mut self, select: &mut Select, scope: &Scope) {
        for _ in 0..self.rng.below(3) {
            let key = if self.rng.chance(75) {
                self.any(scope).map(|name| Column::plain(&name))
            } else {
                let expression = self.value(scope, 1);
                Some(self.named(expression))
            };
            let Some(key) = key else { continue };
            if select.keys.iter().all(|other| other.name != key.name) {
                select.columns.push(Column::plain(&key.name));
                select.keys.push(key);
            }
        }
        for _ in 0..1 + self.rng.below(2) {
            let aggregate = self.aggregate(scope);
            let aggregate = match self.rng.below(10) {
                0 => Expression::Infix(Box::new(aggregate), "+", Box::new(constant("1"))),
                1 => Expression::Call("STR", vec![aggregate]),
                _ => aggregate,
            };
            select.columns.push(self.named(aggregate));
        }
        if self.rng.chance(20) {
            let sign = *self.rng.pick(&[">", "=", "<=", "!="]);
            let count = Expression::Aggregate("COUNT", self.rng.chance(30), None);
            let aggregate = if self.rng.chance(60) { count } else { self.aggregate(scope) };
            let number = *self.rng.pick(&["1", "2", "0.5"]);
            let number = constant(number);
            select.having.push(Expression::Infix(Box::new(aggregate), sign, Box::new(number)));
        }
    }

    fn aggregate(&mut self, scope: &Scope) -> Expression {
        let name = *self.rng.pick(&["COUNT", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"]);
        let distinct = self.rng.chance(25);
        if name == "COUNT" && self.rng.chance(40) {
            return Expression::Aggregate(name, distinct, None);
        }
        let wanted: &[Role] = match name {
            "SUM" | "AVG" => &[Role::Value, Role::Whole, Role::Odd],
            "MIN" | "MAX" => &[Role::Date, Role::Value, Role::Whole, Role::Odd, Role::Moment],
            _ => &[],
        };
        let of = match self.of_roles(scope, wanted) {
            Some(name) if self.rng.chance(85) => Expression::Term(name),
            _ => self.value(scope, 1),
        };
        Expression::Aggregate(name, distinct, Some(Box::new(of)))
    }

    fn order(&mut self, select: &mut Select, scope: &Scope, whole: bool) {
        let ordered = self.rng.chance(if whole { 40 } else { 25 });
        if ordered && !whole {
            // Within another query a cut has to be settled: everything that is seen is ordered.
            for column in select.columns.clone() {
                select.order.push((self.rng.chance(50), Expression::Term(column.name)));
            }
        } else if ordered {
            for _ in 0..1 + self.rng.below(2) {
                let key = self.key(select, scope);
                select.order.extend(key.map(|key| (self.rng.chance(50), key)));
            }
        }
        let cut = if select.order.is_empty() { if whole { 8 } else { 0 } } else { 55 };
        if self.rng.chance(cut) && select.duplicates != Duplicates::Reduced {
            select.limit = Some(*self.rng.pick(&[0, 1, 1, 2, 3, 5, 10, 25]));
            if self.rng.chance(30) {
                select.offset = Some(*self.rng.pick(&[0, 1, 2, 7]));
            }
        } else if self.rng.chance(cut / 8) && select.duplicates != Duplicates::Reduced {
            select.offset = Some(*self.rng.pick(&[1, 3]));
        }
    }

    fn key(&mut self, select: &Select, scope: &Scope) -> Option<Expression> {
        let seen = || select.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        if select.columns.is_empty() {
            return self.any(scope).map(Expression::Term);
        }
        match self.rng.below(100) {
            0..20 if !select.groups() => self.any(scope).map(Expression::Term),
            20..35 if !select.groups() => Some(self.value(scope, 1)),
            0..15 => Some(self.aggregate(scope)),
            _ => Some(Expression::Term(self.rng.pick(&seen()).clone())),
        }
    }

    /// A constant to hold a variable against: now and then what it stands for.
    fn like(&mut self, name: &str, role: Role) -> String {
        match self.witness.get(name) {
            Some(token) if !token.starts_with("_:") && self.rng.chance(50) => token.clone(),
            _ => self.constant(role),
        }
    }

    fn constant(&mut self, role: Role) -> String {
        let role = if self.rng.chance(6) { Role::Odd } else { role };
        let of = terms(role);
        // Spellings that are no canonical ones make queries that only exact terms can be compared with.
        let of = if role == Role::Odd && self.rng.chance(95) { &of[..CANONICAL] } else { of };
        let known: Vec<&&str> = of.iter().filter(|token| !token.starts_with("_:")).collect();
        if known.is_empty() { "position:p2".into() } else { (**self.rng.pick(&known)).to_owned() }
    }

    fn any(&mut self, scope: &[(String, Role)]) -> Option<String> {
        if scope.is_empty() { None } else { Some(self.rng.pick(scope).0.clone()) }
    }

    /// A variable of one of these roles, of any if none is wanted.
    fn of_roles(&mut self, scope: &[(String, Role)], roles: &[Role]) -> Option<String> {
        let fitting: Scope =
            scope.iter().filter(|(_, role)| roles.is_empty() || roles.contains(role)).cloned().collect();
        self.any(&fitting)
    }

    fn variable(&mut self, scope: &mut Scope, role: Role, name: &str) -> String {
        let name = if name.is_empty() { format!("{role:?}").to_lowercase() } else { name.to_owned() };
        let name = self.fresh(&name);
        scope.push((name.clone(), role));
        name
    }

    fn fresh(&mut self, name: &str) -> String {
        self.names += 1;
        format!("?{name}{}", self.names)
    }

    fn named(&mut self, expression: Expression) -> Column {
        Column { name: self.fresh("col"), expression: Some(expression) }
    }
}

fn pattern(subject: &str, property: &str, object: &str) -> Pattern {
    Pattern(subject.to_owned(), Path::One(property.to_owned()), object.to_owned())
}

fn constant(token: &str) -> Expression {
    Expression::Term(token.to_owned())
}

/// Adds those that are new.
fn extend(scope: &mut Scope, more: Scope) {
    for (name, role) in more {
        if scope.iter().all(|(known, _)| *known != name) {
            scope.push((name, role));
        }
    }
}
