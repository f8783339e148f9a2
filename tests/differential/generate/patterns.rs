//! Random patterns: what a query is about.

use super::{Draw, Scope, extend, pattern};
use crate::graphs::{Fact, Role, SHAPE, terms};
use crate::named::NAMES;
use crate::queries::{Column, Expression, Group, Part, Path, Pattern, Select};

impl Draw<'_> {
    pub(super) fn body(&mut self, scope: &mut Scope, depth: usize) -> Group {
        let mut parts = Vec::new();
        match self.rng.below(100) {
            0..3 => {}
            3..8 => parts.push(self.values(scope)),
            8..14 if depth == 2 => self.latest(scope, &mut parts),
            14..20 if depth == 2 => self.rivals(scope, &mut parts),
            _ => parts.push(self.star(scope, true)),
        }
        for _ in 0..self.rng.below(4) {
            let part = self.part(scope, depth);
            parts.push(part);
        }
        Group(parts)
    }

    pub(super) fn part(&mut self, scope: &mut Scope, depth: usize) -> Part {
        match self.rng.below(100) {
            0..26 => Part::Filter(self.condition(scope, 2)),
            26..40 => Part::Optional(self.inner(scope, depth, true)),
            40..50 => {
                let name = self.fresh("made");
                let expression = self.value(scope, 2);
                scope.push((name.clone(), Role::Odd));
                Part::Bind(expression, name)
            }
            50..57 => {
                let branches = (0..2 + self.rng.below(2)).map(|_| self.branch(scope, depth)).collect();
                Part::Union(branches)
            }
            57..64 => Part::Minus(self.inner(&mut scope.clone(), depth, false)),
            64..70 => self.values(scope),
            70..77 => {
                let there = self.rng.chance(50);
                Part::Filter(Expression::Exists(there, self.inner(&mut scope.clone(), 1, true)))
            }
            77..82 if depth > 0 => self.within(scope),
            82..88 => self.path(scope),
            88..92 => self.wild(scope),
            92..93 if depth > 0 => Part::Group(self.branch(scope, depth)),
            93..96 if depth > 0 => self.graph(scope, depth),
            _ => self.star(scope, false),
        }
    }

    /// A pattern about what is known outside, for OPTIONAL, MINUS and EXISTS.
    pub(super) fn inner(&mut self, scope: &mut Scope, depth: usize, sees: bool) -> Group {
        let outside = scope.clone();
        let mut own = if self.rng.chance(90) { scope.clone() } else { Scope::new() };
        let mut parts = vec![self.star(&mut own, false)];
        if self.rng.chance(35) {
            let seen = if sees { &[outside.as_slice(), own.as_slice()].concat() } else { &own };
            parts.push(Part::Filter(self.condition(seen, 1)));
        }
        if depth > 0 && self.rng.chance(15) {
            parts.push(Part::Optional(self.inner(&mut own, depth - 1, sees)));
        }
        extend(scope, own);
        Group(parts)
    }

    pub(super) fn branch(&mut self, scope: &mut Scope, depth: usize) -> Group {
        let mut own = if self.rng.chance(80) { scope.clone() } else { Scope::new() };
        let mut parts = vec![self.star(&mut own, false)];
        if depth > 0 && self.rng.chance(40) {
            parts.push(self.part(&mut own, depth - 1));
        }
        extend(scope, own);
        Group(parts)
    }

    /// What a graph says, of one name or any.
    pub(super) fn graph(&mut self, scope: &mut Scope, depth: usize) -> Part {
        let known = scope.iter().find(|(_, role)| *role == Role::Odd && self.rng.chance(10)).cloned();
        let name = match (self.rng.chance(30), known) {
            (true, _) => (*self.rng.pick(NAMES)).to_owned(),
            (false, Some((name, _))) => name,
            (false, None) => self.fresh("graph"),
        };
        let group = match self.rng.chance(15) {
            true => Group(vec![self.within(scope)]),
            false => self.branch(scope, depth),
        };
        if name.starts_with('?') {
            extend(scope, vec![(name.clone(), Role::Odd)]);
        }
        Part::Graph(name, group)
    }

    pub(super) fn within(&mut self, scope: &mut Scope) -> Part {
        let mut own: Scope = scope.iter().filter(|_| self.rng.chance(50)).cloned().collect();
        let body = self.body(&mut own, 0);
        let select = self.select(body, &own, false);
        for column in &select.columns {
            let role = own.iter().find(|(name, _)| *name == column.name).map_or(Role::Odd, |(_, role)| *role);
            extend(scope, vec![(column.name.clone(), role)]);
        }
        Part::Select(Box::new(select))
    }

    /// The latest stance: a MAX over a star, joined with the star again.
    pub(super) fn latest(&mut self, scope: &mut Scope, parts: &mut Vec<Part>) {
        self.loose = self.loose.saturating_sub(1);
        let by: &[(&str, &str, Role)] = &[
            ("stp:actor", "?who", Role::Actor),
            ("stp:issue", "?what", Role::Issue),
            ("stp:stance", "?how", Role::Stance),
        ];
        let by: Vec<_> = by[..1 + self.rng.below(2)].to_vec();
        let star = |subject: &str, date: &str| {
            let mut patterns: Vec<Pattern> = by.iter().map(|(p, o, _)| pattern(subject, p, o)).collect();
            patterns.push(pattern(subject, "stp:statedUntil", date));
            patterns
        };
        let keys: Vec<Column> = by.iter().map(|(_, name, _)| Column::plain(name)).collect();
        let name = *self.rng.pick(&["MAX", "MAX", "MIN"]);
        let latest = Expression::Aggregate(name, false, Some(Box::new(Expression::Term("?day".into()))));
        let mut columns = keys.clone();
        columns.push(Column { name: "?latest".into(), expression: Some(latest) });
        let body = Group(vec![Part::Patterns(star("?any", "?day"))]);
        parts.push(Part::Select(Box::new(Select { columns, body, keys, ..Select::default() })));
        let mut patterns = star("?last", "?latest");
        patterns.push(pattern("?last", "stp:stance", "?stance"));
        parts.push(Part::Patterns(patterns));
        if self.rng.chance(30) {
            parts.reverse();
        }
        extend(scope, by.iter().map(|(_, name, role)| ((*name).to_owned(), *role)).collect());
        for (name, role) in [("?latest", Role::Date), ("?last", Role::Position), ("?stance", Role::Stance)] {
            extend(scope, vec![(name.to_owned(), role)]);
        }
    }

    /// Who opposes whom: two stars that meet in an issue.
    pub(super) fn rivals(&mut self, scope: &mut Scope, parts: &mut Vec<Part>) {
        self.loose = self.loose.saturating_sub(1);
        let mut patterns = Vec::new();
        let through = *self.rng.pick(&["stp:issue", "stp:actor"]);
        let (shared, role) =
            if through == "stp:issue" { ("?issue", Role::Issue) } else { ("?actor", Role::Actor) };
        for (position, stance) in [("?one", "?oneStance"), ("?other", "?otherStance")] {
            patterns.push(pattern(position, through, shared));
            let stance = if self.rng.chance(50) { stance } else { self.rng.pick(terms(Role::Stance)) };
            patterns.push(pattern(position, "stp:stance", stance));
            extend(scope, vec![(position.to_owned(), Role::Position)]);
            if stance.starts_with('?') {
                extend(scope, vec![(stance.to_owned(), Role::Stance)]);
            }
        }
        extend(scope, vec![(shared.to_owned(), role)]);
        if self.rng.chance(50) {
            self.rng.shuffle(&mut patterns);
        }
        parts.push(Part::Patterns(patterns));
        if self.rng.chance(50) {
            let sign = *self.rng.pick(&["!=", "<", "="]);
            let str = |name: &str| Expression::Call("STR", vec![Expression::Term(name.into())]);
            let differ = Expression::Infix(Box::new(str("?one")), sign, Box::new(str("?other")));
            parts.push(Part::Filter(differ));
        }
    }

    /// Patterns about one thing, and now and then about what they lead to.
    pub(super) fn star(&mut self, scope: &mut Scope, first: bool) -> Part {
        let mut patterns = Vec::new();
        for _ in 0..if first { 1 + self.rng.below(2) } else { 1 } {
            let (subject, role) = self.subject(scope);
            if self.true_star(scope, &subject, if first { 4 } else { 2 }, &mut patterns) {
                continue;
            }
            let mut rays: Vec<_> = SHAPE.iter().filter(|(domain, ..)| *domain == role).collect();
            self.rng.shuffle(&mut rays);
            let most = rays.len().min(if first { 4 } else { 2 });
            for (_, property, range, _) in rays.into_iter().take(1 + self.rng.below(most)) {
                let object = self.object(scope, *range);
                let property = match self.rng.below(100) {
                    0..3 => self.variable(scope, Role::Odd, "p"),
                    3..5 => "stp:unknown".into(),
                    5..7 => "a".into(),
                    _ => (*property).to_owned(),
                };
                patterns.push(Pattern(subject.clone(), Path::One(property), object));
            }
        }
        Part::Patterns(patterns)
    }

    /// Patterns that the graph fits, as far as it is known what their subject stands for.
    pub(super) fn true_star(
        &mut self,
        scope: &mut Scope,
        subject: &str,
        most: usize,
        patterns: &mut Vec<Pattern>,
    ) -> bool {
        if self.rng.chance(12) {
            return false;
        }
        let facts = self.facts;
        let node = self.witness.get(subject).cloned().unwrap_or_else(|| subject.to_owned());
        let mut rays: Vec<&Fact> = facts.iter().filter(|(subject, ..)| *subject == node).collect();
        let incoming: Vec<&Fact> = facts.iter().filter(|(.., object)| *object == node).collect();
        self.rng.shuffle(&mut rays);
        if !incoming.is_empty() && (rays.is_empty() || self.rng.chance(12)) {
            let (from, property, _) = (*self.rng.pick(&incoming)).clone();
            let role =
                SHAPE.iter().find(|(_, other, ..)| *other == property).map_or(Role::Odd, |shape| shape.0);
            let from = self.standing(scope, &from, role);
            patterns.push(Pattern(from, Path::One(property), subject.to_owned()));
            return true;
        }
        let count = 1 + self.rng.below(most);
        for (_, property, object) in rays.iter().take(count) {
            let role =
                SHAPE.iter().find(|(_, other, ..)| other == property).map_or(Role::Odd, |shape| shape.2);
            let object = self.standing(scope, object, role);
            let property = match self.rng.chance(3) {
                true => self.variable(scope, Role::Odd, "p"),
                false => property.clone(),
            };
            patterns.push(Pattern(subject.to_owned(), Path::One(property), object));
        }
        !rays.is_empty()
    }

    /// Something that may stand for a term: itself, a variable that does already, or another.
    pub(super) fn standing(&mut self, scope: &mut Scope, token: &str, role: Role) -> String {
        let same: Scope = scope
            .iter()
            .filter(|(name, _)| self.witness.get(name).is_some_and(|is| is == token))
            .cloned()
            .collect();
        if !same.is_empty() && self.rng.chance(30) {
            return self.rng.pick(&same).0.clone();
        }
        if !token.starts_with("_:") && self.rng.chance(15) {
            return token.to_owned();
        }
        let name = self.variable(scope, role, "");
        self.witness.insert(name.clone(), token.to_owned());
        name
    }

    /// Something that properties are asked of: one that is known, unless another may begin.
    pub(super) fn subject(&mut self, scope: &mut Scope) -> (String, Role) {
        let has_shape = |role: Role| SHAPE.iter().any(|(domain, ..)| *domain == role);
        let known: Scope = scope.iter().filter(|(_, role)| has_shape(*role)).cloned().collect();
        let anew = self.loose > 0 && self.rng.chance(25);
        if !known.is_empty() && !anew {
            return self.rng.pick(&known).clone();
        }
        let role = if self.rng.chance(65) { Role::Position } else { self.rng.pick(SHAPE).0 };
        if self.loose == 0 || self.rng.chance(5) {
            let nodes: Vec<&&str> = terms(role).iter().filter(|node| !node.starts_with("_:")).collect();
            return match nodes.is_empty() {
                true => ("position:p1".into(), Role::Position),
                false => ((**self.rng.pick(&nodes)).to_owned(), role),
            };
        }
        self.loose -= 1;
        let name = self.variable(scope, role, "thing");
        if !self.facts.is_empty() {
            let (subject, property, _) = self.rng.pick(self.facts).clone();
            let role = SHAPE.iter().find(|(_, other, ..)| *other == property).map_or(role, |shape| shape.0);
            self.witness.insert(name.clone(), subject);
            return (name, role);
        }
        (name, role)
    }

    pub(super) fn object(&mut self, scope: &mut Scope, role: Role) -> String {
        match self.rng.below(100) {
            0..18 => self.constant(role),
            18..38 => match self.of_roles(scope, &[role]) {
                Some(name) => name,
                None => self.variable(scope, role, ""),
            },
            38..40 => self.any(scope).unwrap_or_else(|| "?x".into()),
            _ => self.variable(scope, role, ""),
        }
    }

    pub(super) fn path(&mut self, scope: &mut Scope) -> Part {
        if self.rng.chance(75)
            && let Some(pattern) = self.true_path(scope)
        {
            return Part::Patterns(vec![pattern]);
        }
        let (from, to) = match self.of_roles(scope, &[Role::Issue]) {
            Some(issue) if self.rng.chance(70) => (issue, self.object(scope, Role::Issue)),
            _ => {
                let (subject, _) = self.subject(scope);
                (subject, self.object(scope, Role::Issue))
            }
        };
        // Both ends open is every pair of nodes.
        let to = if self.loose == 0 && to.starts_with('?') { self.constant(Role::Issue) } else { to };
        self.loose = self.loose.saturating_sub(1);
        let path = self.steps(2);
        let (from, to) = if self.rng.chance(20) { (to, from) } else { (from, to) };
        Part::Patterns(vec![Pattern(from, path, to)])
    }

    /// A path that the graph has from where a variable stands.
    pub(super) fn true_path(&mut self, scope: &mut Scope) -> Option<Pattern> {
        let facts = self.facts;
        let begins: Scope =
            scope.iter().filter(|(name, _)| self.witness.contains_key(name)).cloned().collect();
        let from = self.any(&begins)?;
        let step = |draw: &mut Self, node: &str| {
            let ways: Vec<&Fact> = facts.iter().filter(|(subject, ..)| subject == node).collect();
            if ways.is_empty() { None } else { Some((*draw.rng.pick(&ways)).clone()) }
        };
        let (_, property, mut end) = step(self, &self.witness[&from].clone())?;
        let repeated = |draw: &mut Self, path| match draw.rng.below(5) {
            0 | 1 => path,
            _ => Path::Repeated(Box::new(path), *draw.rng.pick(&['*', '+', '?'])),
        };
        let mut path = repeated(self, Path::One(property));
        if self.rng.chance(60)
            && let Some((_, property, further)) = step(self, &end)
        {
            let second = repeated(self, Path::One(property));
            path = Path::Then(Box::new(path), Box::new(second));
            end = further;
        }
        if self.rng.chance(20) {
            path = Path::Or(Box::new(path), Box::new(self.steps(0)));
        }
        path = if self.rng.chance(25) { repeated(self, path) } else { path };
        let to = self.standing(scope, &end, Role::Issue);
        Some(match self.rng.chance(20) {
            true => Pattern(to, Path::Inverse(Box::new(path)), from),
            false => Pattern(from, path, to),
        })
    }

    pub(super) fn steps(&mut self, depth: usize) -> Path {
        let name = *self.rng.pick(&[
            "skos:broader",
            "skos:broader",
            "stp:issue",
            "stp:actor",
            "stp:supersedes",
            "stp:incompatibleWith",
            "stp:opposes",
        ]);
        let one = Path::One(name.to_owned());
        let kind = self.rng.below(if depth == 0 { 4 } else { 16 });
        let part = |draw: &mut Self| Box::new(draw.steps(depth - 1));
        match kind {
            0..2 => one,
            2 => Path::Inverse(Box::new(one)),
            3 => {
                let not = (0..1 + self.rng.below(2)).map(|_| {
                    let name = *self.rng.pick(&["stp:actor", "skos:broader", "stp:issue", "a"]);
                    (self.rng.chance(75), name.to_owned())
                });
                Path::Not(not.collect())
            }
            4..8 => Path::Repeated(Box::new(one), *self.rng.pick(&['*', '+', '?'])),
            8 | 9 => Path::Repeated(part(self), *self.rng.pick(&['*', '+', '?'])),
            10..14 => Path::Then(part(self), part(self)),
            14 => Path::Inverse(part(self)),
            _ => Path::Or(part(self), part(self)),
        }
    }

    /// Patterns with variables where there usually are none.
    pub(super) fn wild(&mut self, scope: &mut Scope) -> Part {
        let begins = self.loose > 0;
        self.loose = self.loose.saturating_sub(1);
        let known = self.any(scope).filter(|_| !begins || self.rng.chance(60));
        let subject = known.unwrap_or_else(|| "position:p1".into());
        let pattern = match self.rng.below(4) {
            0 if begins => ("?s".into(), "?p".into(), "?o".into()),
            1 => (subject.clone(), "?p".into(), subject),
            2 if begins => ("?s".into(), "?s".into(), "?o".into()),
            _ => (subject, "?p".into(), "?o".into()),
        };
        for name in [&pattern.0, &pattern.1, &pattern.2] {
            if name.starts_with('?') {
                extend(scope, vec![(name.clone(), Role::Odd)]);
            }
        }
        let (subject, property, object): (String, String, String) = pattern;
        Part::Patterns(vec![Pattern(subject, Path::One(property), object)])
    }

    pub(super) fn values(&mut self, scope: &mut Scope) -> Part {
        let mut names: Vec<(String, Role)> = Vec::new();
        for _ in 0..1 + self.rng.below(2) {
            let known = if self.rng.chance(80) && !scope.is_empty() {
                Some(self.rng.pick(scope).clone())
            } else {
                None
            };
            let (name, role) = known.unwrap_or_else(|| {
                let role = *self.rng.pick(&[Role::Actor, Role::Issue, Role::Value, Role::Odd]);
                (self.fresh("given"), role)
            });
            if names.iter().all(|(other, _)| *other != name) {
                names.push((name, role));
            }
        }
        let count = if self.rng.chance(6) { 0 } else { 1 + self.rng.below(4) };
        let true_one = self.rng.chance(75);
        let rows = (0..count).map(|at| {
            let cell = |(name, role): &(String, Role)| match self.witness.get(name) {
                _ if self.rng.chance(12) => "UNDEF".to_owned(),
                Some(token) if at == 0 && true_one && !token.starts_with("_:") => token.clone(),
                _ => self.like(name, *role),
            };
            names.iter().map(cell).collect()
        });
        let rows = rows.collect();
        extend(scope, names.clone());
        Part::Values(names.into_iter().map(|(name, _)| name).collect(), rows)
    }
}
