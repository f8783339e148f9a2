//! Smaller queries and graphs: what is left of a difference when nothing can be left out.

use crate::graphs::Rng;
use crate::queries::{Column, Duplicates, Expression, Group, Part, Path, Pattern, Query, Select};
use oxrdf::Triple;

/// So many attempts, and then what has been reached.
const TRIES: usize = 4_000;

/// The smallest that still `fails` and can be reached by leaving out.
pub fn shrink(
    mut query: Query,
    mut triples: Vec<Triple>,
    fails: &dyn Fn(&Query, &[Triple]) -> bool,
) -> (Query, Vec<Triple>) {
    let mut tries = 0;
    let mut attempt = |query: &Query, triples: &[Triple]| {
        tries += 1;
        tries < TRIES && fails(query, triples)
    };
    loop {
        let mut smaller = false;
        let mut chunk = triples.len().max(1);
        while chunk > 0 && !triples.is_empty() {
            let mut at = 0;
            while at < triples.len() {
                let mut fewer = triples.clone();
                fewer.drain(at..(at + chunk).min(triples.len()));
                if attempt(&query, &fewer) {
                    triples = fewer;
                    smaller = true;
                } else {
                    at += chunk;
                }
            }
            chunk /= 2;
        }
        while let Some(next) = query.smaller().into_iter().find(|next| attempt(next, &triples)) {
            query = next;
            smaller = true;
        }
        if !smaller {
            return (query, triples);
        }
    }
}

/// Something of which a part can be left out.
trait Smaller: Sized {
    /// Everything that is one step smaller.
    fn smaller(&self) -> Vec<Self>;
}

/// Without one of them, and with one of them smaller.
fn fewer<T: Smaller + Clone>(items: &[T]) -> Vec<Vec<T>> {
    let mut found: Vec<Vec<T>> = (0..items.len()).map(|at| without(items, at)).collect();
    for (at, item) in items.iter().enumerate() {
        for other in item.smaller() {
            let mut items = items.to_vec();
            items[at] = other;
            found.push(items);
        }
    }
    found
}

fn without<T: Clone>(items: &[T], at: usize) -> Vec<T> {
    [&items[..at], &items[at + 1..]].concat()
}

impl Smaller for Query {
    fn smaller(&self) -> Vec<Self> {
        match self {
            Self::Select(select) => select.smaller().into_iter().map(Self::Select).collect(),
            Self::Ask(group) => group.smaller().into_iter().map(Self::Ask).collect(),
            Self::Construct(template, group) => {
                let templates =
                    fewer(template).into_iter().map(|template| Self::Construct(template, group.clone()));
                let groups =
                    group.smaller().into_iter().map(|group| Self::Construct(template.clone(), group));
                templates.chain(groups).collect()
            }
        }
    }
}

impl Smaller for Select {
    fn smaller(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut add = |change: &dyn Fn(&mut Self)| {
            let mut other = self.clone();
            change(&mut other);
            if other != *self {
                found.push(other);
            }
        };
        add(&|select| select.limit = None);
        add(&|select| select.offset = None);
        add(&|select| select.duplicates = Duplicates::Kept);
        add(&|select| select.having.clear());
        for at in 0..self.order.len() {
            add(&|select| select.order = without(&self.order, at));
            add(&|select| select.order[at].0 = false);
            for key in self.order[at].1.smaller() {
                add(&|select| select.order[at].1 = key.clone());
            }
        }
        for body in self.body.smaller() {
            add(&|select| select.body = body.clone());
        }
        // No columns at all would be `*`.
        for columns in fewer(&self.columns).into_iter().filter(|columns| !columns.is_empty()) {
            add(&|select| select.columns = columns.clone());
        }
        for keys in fewer(&self.keys) {
            add(&|select| select.keys = keys.clone());
        }
        for having in fewer(&self.having) {
            add(&|select| select.having = having.clone());
        }
        found
    }
}

impl Smaller for Column {
    fn smaller(&self) -> Vec<Self> {
        let Some(expression) = &self.expression else { return Vec::new() };
        let column = |expression| Self { name: self.name.clone(), expression: Some(expression) };
        expression.smaller().into_iter().map(column).collect()
    }
}

impl Smaller for Group {
    fn smaller(&self) -> Vec<Self> {
        let mut found: Vec<Self> = fewer(&self.0).into_iter().map(Self).collect();
        // What stands in a part, in its place.
        for (at, part) in self.0.iter().enumerate() {
            let inner: Vec<&Self> = match part {
                Part::Optional(group) | Part::Minus(group) | Part::Group(group) | Part::Graph(_, group) => {
                    vec![group]
                }
                Part::Union(groups) => groups.iter().collect(),
                Part::Select(select) => vec![&select.body],
                Part::Filter(Expression::Exists(_, group)) => vec![group],
                _ => Vec::new(),
            };
            for group in inner {
                found.push(Self([&self.0[..at], &group.0, &self.0[at + 1..]].concat()));
            }
        }
        found
    }
}

impl Smaller for Part {
    fn smaller(&self) -> Vec<Self> {
        let groups = |group: &Group, make: fn(Group) -> Self| group.smaller().into_iter().map(make).collect();
        match self {
            Self::Patterns(patterns) => fewer(patterns).into_iter().map(Self::Patterns).collect(),
            Self::Filter(condition) => condition.smaller().into_iter().map(Self::Filter).collect(),
            Self::Bind(expression, name) => {
                expression.smaller().into_iter().map(|smaller| Self::Bind(smaller, name.clone())).collect()
            }
            Self::Optional(group) => groups(group, Self::Optional),
            Self::Minus(group) => groups(group, Self::Minus),
            Self::Group(group) => groups(group, Self::Group),
            Self::Graph(name, group) => {
                group.smaller().into_iter().map(|group| Self::Graph(name.clone(), group)).collect()
            }
            Self::Union(branches) => {
                fewer(branches).into_iter().filter(|branches| !branches.is_empty()).map(Self::Union).collect()
            }
            Self::Values(names, rows) => {
                let column = |at: usize| {
                    let rows = rows.iter().map(|row| without(row, at)).collect();
                    Self::Values(without(names, at), rows)
                };
                let rows = (0..rows.len()).map(|at| Self::Values(names.clone(), without(rows, at)));
                rows.chain((0..names.len()).filter(|_| names.len() > 1).map(column)).collect()
            }
            Self::Select(select) => {
                select.smaller().into_iter().map(|select| Self::Select(Box::new(select))).collect()
            }
        }
    }
}

impl Smaller for Pattern {
    fn smaller(&self) -> Vec<Self> {
        let path = |path| Self(self.0.clone(), path, self.2.clone());
        self.1.smaller().into_iter().map(path).collect()
    }
}

impl Smaller for Path {
    fn smaller(&self) -> Vec<Self> {
        match self {
            Self::One(_) => Vec::new(),
            Self::Inverse(path) | Self::Repeated(path, _) => {
                let again = |inner: Self| match self {
                    Self::Repeated(_, times) => Self::Repeated(Box::new(inner), *times),
                    _ => Self::Inverse(Box::new(inner)),
                };
                [(**path).clone()].into_iter().chain(path.smaller().into_iter().map(again)).collect()
            }
            Self::Then(first, second) | Self::Or(first, second) => {
                vec![(**first).clone(), (**second).clone()]
            }
            Self::Not(names) if names.len() > 1 => {
                (0..names.len()).map(|at| Self::Not(without(names, at))).collect()
            }
            Self::Not(_) => Vec::new(),
        }
    }
}

impl Smaller for Expression {
    fn smaller(&self) -> Vec<Self> {
        let boxed = |inner: &Self, make: &dyn Fn(Box<Self>) -> Self| -> Vec<Self> {
            inner.smaller().into_iter().map(|smaller| make(Box::new(smaller))).collect()
        };
        match self {
            Self::Term(_) => Vec::new(),
            Self::Infix(left, sign, right) => {
                let mut found = vec![(**left).clone(), (**right).clone()];
                found.extend(boxed(left, &|left| Self::Infix(left, sign, right.clone())));
                found.extend(boxed(right, &|right| Self::Infix(left.clone(), sign, right)));
                found
            }
            Self::Prefix(sign, inner) => {
                [vec![(**inner).clone()], boxed(inner, &|inner| Self::Prefix(sign, inner))].concat()
            }
            Self::Call(name, items) => {
                let changed = fewer(items).into_iter().filter(|changed| changed.len() == items.len());
                items.iter().cloned().chain(changed.map(|items| Self::Call(name, items))).collect()
            }
            Self::In(item, within, list) => {
                let mut found = vec![(**item).clone()];
                found.extend(fewer(list).into_iter().map(|list| Self::In(item.clone(), *within, list)));
                found.extend(boxed(item, &|item| Self::In(item, *within, list.clone())));
                found
            }
            Self::Exists(there, group) => {
                group.smaller().into_iter().map(|group| Self::Exists(*there, group)).collect()
            }
            Self::Aggregate(name, distinct, of) => {
                let mut found = Vec::new();
                if *distinct {
                    found.push(Self::Aggregate(name, false, of.clone()));
                }
                if let Some(of) = of {
                    found.extend(boxed(of, &|of| Self::Aggregate(name, *distinct, Some(of))));
                }
                found
            }
        }
    }
}

/// The same query with what has no order in another one: patterns, branches, rows of values.
pub fn permuted(query: &Query, seed: u64) -> Query {
    let mut rng = Rng(seed);
    let mut query = query.clone();
    match &mut query {
        Query::Select(select) => permute(&mut select.body, &mut rng),
        Query::Ask(group) | Query::Construct(_, group) => permute(group, &mut rng),
    }
    query
}

fn permute(group: &mut Group, rng: &mut Rng) {
    for part in &mut group.0 {
        match part {
            Part::Patterns(patterns) => rng.shuffle(patterns),
            Part::Values(_, rows) => rng.shuffle(rows),
            Part::Union(branches) => {
                rng.shuffle(branches);
                branches.iter_mut().for_each(|branch| permute(branch, rng));
            }
            Part::Optional(group) | Part::Minus(group) | Part::Group(group) | Part::Graph(_, group) => {
                permute(group, rng);
            }
            Part::Select(select) => permute(&mut select.body, rng),
            Part::Filter(_) | Part::Bind(..) => {}
        }
    }
}
