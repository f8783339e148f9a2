//! What a change of the graph can have added to a query's rows, without asking the whole graph.
//!
//! As Datalog is evaluated semi-naively: a row is new only if something in it is. Of each pattern
//! that a change touches, the changed triples are put beside the query as `VALUES`, so that it
//! starts from them. A row also comes where something is gone that kept it away: then what was
//! there, `MINUS { … }` say, is asked with the triples that are gone, and its rows are put beside
//! the rest.
//!
//! Let P be a pattern. `delta` gives patterns whose solutions cover the solutions of P that are new
//! (or gone): of each of these, a part is among them. `ever` gives one that covers those before the
//! change and after it. What neither can see through, such as a LIMIT that is touched, is asked
//! whole.

use super::{Answer, QueryError};
use crate::query::parse::algebra::{certain, expressions_in, projection, rewrite};
use oxrdf::{NamedNode, Term, Triple, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern, OrderExpression, PropertyPathExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Rows beyond which asking the whole graph is less work.
const MANY: usize = 20_000;

/// Only the whole query tells.
#[derive(Debug)]
pub(super) struct Whole;

type Result<T> = std::result::Result<T, Whole>;

/// Rows of VALUES.
pub(super) type Row = Vec<Option<GroundTerm>>;

/// Which solutions: those that are there since the change, or were before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    New,
    Gone,
}

use Side::{Gone, New};

impl Side {
    fn other(self) -> Self {
        if self == New { Gone } else { New }
    }
}

/// The new rows of a query, asked in parts; none if only the whole query tells.
pub(super) fn parts(
    query: &Query,
    changed: &Changed<'_>,
    ask: &impl Fn(Query) -> Answered,
) -> std::result::Result<Option<Answer>, QueryError> {
    let query = with_names(query);
    let Ok(deltas) = changed.of_query(&query) else { return Ok(None) };
    // By the variables that they bind.
    let mut starts: BTreeMap<Vec<Variable>, HashSet<Row>> = BTreeMap::new();
    for delta in deltas {
        let Some((variables, rows)) = rows_of(delta, ask)? else { return Ok(None) };
        let all = starts.entry(variables).or_default();
        all.extend(rows);
        if all.len() > MANY {
            return Ok(None);
        }
    }
    let Query::Select { pattern, .. } = &query else { return Ok(None) };
    let columns = projection(pattern).map_or_else(Vec::new, |(variables, _)| variables.clone());
    let mut answer = (columns, Vec::new());
    let mut known = HashSet::new();
    for (variables, rows) in starts.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let values = GraphPattern::Values { variables, bindings: rows.into_iter().collect() };
        let Answer::Rows { rows, .. } = ask(beginning_with(&query, values))? else { return Ok(None) };
        answer.1.extend(rows.into_iter().filter(|row| known.insert(row.clone())));
    }
    Ok(Some(Answer::Rows { variables: answer.0, rows: answer.1 }))
}

type Answered = std::result::Result<Answer, QueryError>;

type Table = (Vec<Variable>, Vec<Row>);

/// The different rows that a pattern gives, as VALUES; none if they cannot be.
fn rows_of(
    delta: GraphPattern,
    ask: &impl Fn(Query) -> Answered,
) -> std::result::Result<Option<Table>, QueryError> {
    if let GraphPattern::Values { variables, bindings } = delta {
        return Ok(Some((variables, bindings)));
    }
    let variables: Vec<Variable> = certain(&delta).into_iter().collect();
    let distinct = GraphPattern::Distinct {
        inner: Box::new(GraphPattern::Project { inner: Box::new(delta), variables }),
    };
    let Answer::Rows { variables, rows } =
        ask(Query::Select { dataset: None, pattern: distinct, base_iri: None })?
    else {
        return Ok(None);
    };
    let ground = |row: Vec<Option<Term>>| -> Result<Row> {
        row.into_iter().map(|term| term.map(ground).transpose()).collect()
    };
    let rows: Result<Vec<Row>> = rows.into_iter().map(ground).collect();
    Ok(rows.ok().filter(|_| !variables.is_empty()).map(|rows| (variables, rows)))
}

/// The triples that are new and those that are gone, by predicate.
pub(super) struct Changed<'t> {
    sides: [HashMap<&'t NamedNode, Vec<&'t Triple>>; 2],
}

impl<'t> Changed<'t> {
    pub(super) fn new(added: &'t [Triple], removed: &'t [Triple]) -> Self {
        let by_predicate = |triples: &'t [Triple]| {
            let mut all: HashMap<_, Vec<_>> = HashMap::new();
            triples.iter().for_each(|triple| all.entry(&triple.predicate).or_default().push(triple));
            all
        };
        Self { sides: [by_predicate(added), by_predicate(removed)] }
    }

    fn side(&self, side: Side) -> &HashMap<&'t NamedNode, Vec<&'t Triple>> {
        &self.sides[usize::from(side == Gone)]
    }

    /// Patterns that together cover what is new in the rows of a query before they are ordered and
    /// cut to their columns. None: nothing can be.
    ///
    /// The query has names for its blank nodes; see [`with_names`].
    pub(super) fn of_query(&self, query: &Query) -> Result<Vec<GraphPattern>> {
        let Query::Select { dataset: None, pattern, .. } = query else { return Err(Whole) };
        self.delta(core(pattern), New, true)
    }

    fn delta(&self, pattern: &GraphPattern, side: Side, loose: bool) -> Result<Vec<GraphPattern>> {
        Ok(match pattern {
            GraphPattern::Bgp { patterns } => {
                let mut found = Vec::new();
                for (at, triple) in patterns.iter().enumerate() {
                    let Some(values) = self.values(triple, side)? else { continue };
                    let others = patterns.iter().enumerate().filter(|(other, _)| *other != at);
                    found.push(match (loose, side) {
                        (true, _) => values,
                        (false, New) => {
                            let patterns = others.map(|(_, triple)| triple.clone()).collect();
                            join(values, GraphPattern::Bgp { patterns })
                        }
                        (false, Gone) => others
                            .map(|(_, triple)| self.ever_of(triple))
                            .try_fold(values, |all, one| Ok(join(all, one?)))?,
                    });
                }
                found
            }
            GraphPattern::Path { subject, path, object } => {
                self.values_of_path(subject, path, object, side)?
            }
            GraphPattern::Join { left, right } => {
                let mut found = Vec::new();
                for (one, other) in [(left, right), (right, left)] {
                    for delta in self.delta(one, side, loose)? {
                        found.push(if loose { delta } else { join(delta, self.at(other, side)?) });
                    }
                }
                found
            }
            GraphPattern::Union { left, right } => {
                [self.delta(left, side, loose)?, self.delta(right, side, loose)?].concat()
            }
            GraphPattern::LeftJoin { left, right, expression } => {
                let mut beside = self.delta(right, New, false)?;
                beside.extend(self.delta(right, Gone, false)?);
                if let Some(expression) = expression {
                    self.ensure_still(expression)?;
                }
                let mut found = self.delta(left, side, loose)?;
                found.extend(self.beside(left, beside, side, loose)?);
                found
            }
            GraphPattern::Minus { left, right } => {
                let mut found = self.delta(left, side, loose)?;
                let beside = self.delta(right, side.other(), false)?;
                found.extend(self.beside(left, beside, side, loose)?);
                found
            }
            GraphPattern::Filter { expr, inner } => {
                let mut found = self.delta(inner, side, loose)?;
                let beside = self.existing(expr, side)?;
                found.extend(self.beside(inner, beside, side, loose)?);
                found
            }
            GraphPattern::Extend { inner, expression, .. } => {
                self.ensure_still(expression)?;
                self.delta(inner, side, loose)?
            }
            GraphPattern::OrderBy { inner, expression } => {
                for expression in expression {
                    let (OrderExpression::Asc(by) | OrderExpression::Desc(by)) = expression;
                    self.ensure_still(by)?;
                }
                self.delta(inner, side, loose)?
            }
            GraphPattern::Distinct { inner } | GraphPattern::Reduced { inner } => {
                self.delta(inner, side, loose)?
            }
            GraphPattern::Project { inner, variables } => {
                let variables = variables.iter().cloned().collect();
                let found = self.delta(inner, side, loose)?;
                found.into_iter().map(|delta| project(delta, &variables)).collect::<Result<_>>()?
            }
            GraphPattern::Group { inner, variables, .. } => {
                let keys: BTreeSet<Variable> = variables.iter().cloned().collect();
                let keys = keys.intersection(&certain(inner)).cloned().collect();
                let mut found = self.delta(inner, New, false)?;
                found.extend(self.delta(inner, Gone, false)?);
                found.into_iter().map(|delta| project(delta, &keys)).collect::<Result<_>>()?
            }
            GraphPattern::Values { .. } => Vec::new(),
            GraphPattern::Slice { inner, .. } => self.ensure_untouched(inner)?,
            GraphPattern::Lateral { .. } | GraphPattern::Graph { .. } | GraphPattern::Service { .. } => {
                return Err(Whole);
            }
        })
    }

    /// What is beside a pattern, OPTIONAL or negated, as far as it tells of the pattern's solutions.
    fn beside(
        &self,
        pattern: &GraphPattern,
        beside: Vec<GraphPattern>,
        side: Side,
        loose: bool,
    ) -> Result<Vec<GraphPattern>> {
        if beside.is_empty() {
            return Ok(Vec::new());
        }
        let shared = certain(pattern);
        let each = beside.into_iter().map(|delta| {
            let delta = project(delta, &shared)?;
            Ok(if loose { delta } else { join(delta, self.at(pattern, side)?) })
        });
        each.collect()
    }

    /// What can make a condition true that was not, or the other way round.
    fn existing(&self, expression: &Expression, side: Side) -> Result<Vec<GraphPattern>> {
        Ok(match expression {
            Expression::Exists(pattern) => self.delta(pattern, side, false)?,
            Expression::Not(inner) => self.existing(inner, side.other())?,
            Expression::And(one, other) | Expression::Or(one, other) => {
                [self.existing(one, side)?, self.existing(other, side)?].concat()
            }
            other => {
                let mut found = Vec::new();
                for inner in expressions_in(other) {
                    found.extend(self.existing(inner, New)?);
                    found.extend(self.existing(inner, Gone)?);
                }
                found
            }
        })
    }

    fn ensure_still(&self, expression: &Expression) -> Result<()> {
        let still = self.existing(expression, New)?.is_empty() && self.existing(expression, Gone)?.is_empty();
        if still { Ok(()) } else { Err(Whole) }
    }

    fn ensure_untouched(&self, pattern: &GraphPattern) -> Result<Vec<GraphPattern>> {
        let touched =
            !self.delta(pattern, New, true)?.is_empty() || !self.delta(pattern, Gone, true)?.is_empty();
        if touched { Err(Whole) } else { Ok(Vec::new()) }
    }

    /// A pattern as it is, or, to go with what is gone, as it is or was.
    fn at(&self, pattern: &GraphPattern, side: Side) -> Result<GraphPattern> {
        match side {
            New => Ok(pattern.clone()),
            Gone => self.ever(pattern),
        }
    }

    fn ever(&self, pattern: &GraphPattern) -> Result<GraphPattern> {
        Ok(match pattern {
            GraphPattern::Bgp { patterns } => patterns
                .iter()
                .try_fold(GraphPattern::default(), |all, one| Ok(join(all, self.ever_of(one)?)))?,
            GraphPattern::Path { subject, path, object } => {
                let gone = self.values_of_path(subject, path, object, Gone)?;
                gone.into_iter().fold(pattern.clone(), union)
            }
            GraphPattern::Join { left, right } => join(self.ever(left)?, self.ever(right)?),
            GraphPattern::Union { left, right } => union(self.ever(left)?, self.ever(right)?),
            GraphPattern::LeftJoin { left: inner, .. }
            | GraphPattern::Minus { left: inner, .. }
            | GraphPattern::Filter { inner, .. }
            | GraphPattern::Extend { inner, .. }
            | GraphPattern::OrderBy { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner } => self.ever(inner)?,
            GraphPattern::Project { inner, variables } => {
                let variables = variables.iter().cloned().collect();
                project(self.ever(inner)?, &variables).unwrap_or_default()
            }
            values @ GraphPattern::Values { .. } => values.clone(),
            // Anything.
            _ => GraphPattern::default(),
        })
    }

    fn ever_of(&self, triple: &TriplePattern) -> Result<GraphPattern> {
        let now = GraphPattern::Bgp { patterns: vec![triple.clone()] };
        Ok(match self.values(triple, Gone)? {
            Some(gone) => union(now, gone),
            None => now,
        })
    }

    /// The changed triples that a pattern matches, as what it binds.
    fn values(&self, triple: &TriplePattern, side: Side) -> Result<Option<GraphPattern>> {
        let changed = self.side(side);
        let triples: Vec<&&Triple> = match &triple.predicate {
            NamedNodePattern::NamedNode(predicate) => changed.get(predicate).into_iter().flatten().collect(),
            NamedNodePattern::Variable(_) => changed.values().flatten().collect(),
        };
        let predicate = match &triple.predicate {
            NamedNodePattern::NamedNode(predicate) => predicate.clone().into(),
            NamedNodePattern::Variable(variable) => variable.clone().into(),
        };
        let ends = [triple.subject.clone(), predicate, triple.object.clone()];
        let terms = triples.into_iter().map(|triple| {
            [Term::from(triple.subject.clone()), triple.predicate.clone().into(), triple.object.clone()]
        });
        values(&ends, terms)
    }

    /// The same of a path that is one step, of one property or another.
    fn values_of_path(
        &self,
        subject: &TermPattern,
        path: &PropertyPathExpression,
        object: &TermPattern,
        side: Side,
    ) -> Result<Vec<GraphPattern>> {
        Ok(match path {
            PropertyPathExpression::NamedNode(predicate) => {
                let (subject, object) = (subject.clone(), object.clone());
                let predicate = predicate.clone().into();
                self.values(&TriplePattern { subject, predicate, object }, side)?.into_iter().collect()
            }
            PropertyPathExpression::Reverse(path) => self.values_of_path(object, path, subject, side)?,
            PropertyPathExpression::Alternative(one, other) => [
                self.values_of_path(subject, one, object, side)?,
                self.values_of_path(subject, other, object, side)?,
            ]
            .concat(),
            longer => {
                if self.touches(longer) {
                    return Err(Whole);
                }
                Vec::new()
            }
        })
    }

    fn touches(&self, path: &PropertyPathExpression) -> bool {
        match path {
            PropertyPathExpression::NamedNode(predicate) => {
                self.sides.iter().any(|side| side.contains_key(predicate))
            }
            PropertyPathExpression::Reverse(path) | PropertyPathExpression::OneOrMore(path) => {
                self.touches(path)
            }
            PropertyPathExpression::Sequence(one, other)
            | PropertyPathExpression::Alternative(one, other) => self.touches(one) || self.touches(other),
            // Of length zero it begins at every node, also at new ones.
            PropertyPathExpression::ZeroOrMore(_)
            | PropertyPathExpression::ZeroOrOne(_)
            | PropertyPathExpression::NegatedPropertySet(_) => true,
        }
    }
}

/// What these ends bind in those of the triples that they match.
fn values(ends: &[TermPattern; 3], triples: impl Iterator<Item = [Term; 3]>) -> Result<Option<GraphPattern>> {
    let mut variables: Vec<Variable> = Vec::new();
    for end in ends {
        match end {
            TermPattern::Variable(variable) if !variables.contains(variable) => {
                variables.push(variable.clone());
            }
            TermPattern::Triple(_) => return Err(Whole),
            _ => {}
        }
    }
    let mut bindings: Vec<Row> = Vec::new();
    'triples: for triple in triples {
        let mut row: Vec<Option<Term>> = vec![None; variables.len()];
        for (end, term) in ends.iter().zip(triple) {
            let fits = match end {
                TermPattern::NamedNode(iri) => term == Term::from(iri.clone()),
                TermPattern::Literal(literal) => term == Term::from(literal.clone()),
                TermPattern::Variable(variable) => {
                    let at = variables.iter().position(|v| v == variable).unwrap_or_default();
                    let same = row[at].as_ref().is_none_or(|same| *same == term);
                    row[at] = Some(term);
                    same
                }
                TermPattern::BlankNode(_) | TermPattern::Triple(_) => true,
            };
            if !fits {
                continue 'triples;
            }
        }
        bindings.push(row.into_iter().map(|term| term.map(ground).transpose()).collect::<Result<_>>()?);
    }
    match (bindings.is_empty(), variables.is_empty()) {
        (true, _) => Ok(None),
        // It holds or does not hold for all rows.
        (false, true) => Err(Whole),
        (false, false) => Ok(Some(GraphPattern::Values { variables, bindings })),
    }
}

fn ground(term: Term) -> Result<GroundTerm> {
    GroundTerm::try_from(term).map_err(|_| Whole)
}

fn join(left: GraphPattern, right: GraphPattern) -> GraphPattern {
    let nothing =
        |pattern: &GraphPattern| matches!(pattern, GraphPattern::Bgp { patterns } if patterns.is_empty());
    match (nothing(&left), nothing(&right)) {
        (true, _) => right,
        (_, true) => left,
        _ => GraphPattern::Join { left: Box::new(left), right: Box::new(right) },
    }
}

fn union(left: GraphPattern, right: GraphPattern) -> GraphPattern {
    GraphPattern::Union { left: Box::new(left), right: Box::new(right) }
}

/// What solutions bind of these variables; where that is nothing, it tells of none.
fn project(inner: GraphPattern, variables: &BTreeSet<Variable>) -> Result<GraphPattern> {
    let certain = certain(&inner);
    let variables: Vec<Variable> = certain.intersection(variables).cloned().collect();
    if variables.is_empty() {
        return Err(Whole);
    }
    if variables.len() == certain.len()
        && matches!(inner, GraphPattern::Values { .. } | GraphPattern::Distinct { .. })
    {
        return Ok(inner);
    }
    let inner = Box::new(GraphPattern::Project { inner: Box::new(inner), variables });
    Ok(GraphPattern::Distinct { inner })
}

/// What is ordered and cut to columns last.
fn core(pattern: &GraphPattern) -> &GraphPattern {
    match pattern {
        GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::OrderBy { inner, .. } => core(inner),
        core => core,
    }
}

/// The query, of rows that begin with one of these; `values` are VALUES.
pub(super) fn beginning_with(query: &Query, values: GraphPattern) -> Query {
    fn at_core(pattern: &mut GraphPattern, values: GraphPattern) {
        match pattern {
            GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::OrderBy { inner, .. } => at_core(inner, values),
            core => begin(core, values),
        }
    }
    let mut query = query.clone();
    if let Query::Select { pattern, .. } = &mut query {
        at_core(pattern, values);
    }
    query
}

/// Joins values as deep inside a pattern as changes nothing, so that everything starts from them: of
/// what every solution binds, as a join would bind the rest.
fn begin(pattern: &mut GraphPattern, values: GraphPattern) {
    if let GraphPattern::Union { left, right } = pattern {
        begin(left, values.clone());
        begin(right, values);
        return;
    }
    let variables = &certain(&values) & &certain(pattern);
    if variables.is_empty() {
        return;
    }
    let values = of_columns(values, &variables);
    let has = |pattern: &GraphPattern| variables.is_subset(&certain(pattern));
    match pattern {
        GraphPattern::LeftJoin { left: inner, .. }
        | GraphPattern::Minus { left: inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        // What is cut to columns, or grouped by them, has these among them.
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Group { inner, .. }
            if has(inner) =>
        {
            begin(inner, values);
        }
        GraphPattern::Join { left, .. } if has(left) => begin(left, values),
        GraphPattern::Join { right, .. } if has(right) => begin(right, values),
        other => *other = join(values, std::mem::take(other)),
    }
}

fn of_columns(values: GraphPattern, wanted: &BTreeSet<Variable>) -> GraphPattern {
    let GraphPattern::Values { variables, bindings } = values else { return values };
    let places: Vec<usize> = (0..variables.len()).filter(|at| wanted.contains(&variables[*at])).collect();
    let part = |row: &Row| places.iter().map(|at| row[*at].clone()).collect::<Row>();
    let bindings: HashSet<Row> = bindings.iter().map(part).collect();
    GraphPattern::Values {
        variables: places.iter().map(|at| variables[*at].clone()).collect(),
        bindings: bindings.into_iter().collect(),
    }
}

/// The query with variables for its blank nodes: else parts of it could not be asked by themselves.
pub(super) fn with_names(query: &Query) -> Query {
    let mut query = query.clone();
    if let Query::Select { pattern, .. } = &mut query {
        name_blanks(pattern);
    }
    query
}

fn name_blanks(pattern: &mut GraphPattern) {
    let name = |end: &mut TermPattern| {
        if let TermPattern::BlankNode(node) = end {
            *end = Variable::new_unchecked(format!("blank_{}", node.as_str())).into();
        }
    };
    rewrite(pattern, &mut |pattern| match pattern {
        GraphPattern::Bgp { patterns } => {
            for TriplePattern { subject, object, .. } in patterns {
                name(subject);
                name(object);
            }
        }
        GraphPattern::Path { subject, object, .. } => {
            name(subject);
            name(object);
        }
        _ => {}
    });
}

#[cfg(test)]
mod tests;
