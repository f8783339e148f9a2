//! From the algebra to nodes: what is joined is gathered into blocks, over the borders of OPTIONAL,
//! BIND and MINUS where that changes nothing, and conditions go down to where they first can be
//! asked.

mod look;

use super::aggregate::Aggregation;
use super::estimate::{self, Estimate};
use super::expression::Compiled;
use super::node::{Block, End, Group, Item, Node, Path, Pattern, Slot, Step, Test};
use super::order::Order;
use super::table::Names;
use crate::query::parse::algebra::{conjuncts, variables_of};
use crate::store::index::Corruption;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::Snapshot;
use look::{blank, is_plain, names_of, one_of};
use oxrdf::{NamedNode, Term, TermRef, Variable};
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, GraphPattern, OrderExpression, PropertyPathExpression,
};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};
use std::collections::BTreeMap;

/// Why there is no plan.
pub(super) enum Unfit {
    /// It is for the evaluator.
    Other,
    Corruption(Corruption),
}

impl From<Corruption> for Unfit {
    fn from(damage: Corruption) -> Self {
        Self::Corruption(damage)
    }
}

type Result<T> = std::result::Result<T, Unfit>;

pub(super) struct Compiler<'a> {
    snapshot: &'a Snapshot,
    /// Number of variables of the query.
    variables: usize,
    pub(super) slots: Slot,
    /// In how many of the patterns that surround this one, and are joined to it, a variable may be
    /// bound.
    ///
    /// As SPARQL has it, a pattern knows nothing of its surroundings. The evaluator goes from row to
    /// row, and lets an EXISTS see a variable that is bound only outside its group, and an OPTIONAL
    /// one that two surroundings bind and its own left side does not; such patterns are left to it.
    around: BTreeMap<Variable, usize>,
}

/// A join remembers in the bits of a number which of them a row binds.
const MOST_VARIABLES: usize = 120;

/// Rows beyond which a LIMIT is better served by the evaluator, which need not see all of them.
const STREAMED: f64 = 50_000.0;

impl<'a> Compiler<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, pattern: &GraphPattern) -> Self {
        let mut names = Names::new();
        names_of(pattern, &mut names);
        Self { snapshot, variables: names.len(), slots: 0, around: BTreeMap::new() }
    }

    /// The node of the whole pattern.
    pub(super) fn root(&mut self, pattern: &GraphPattern) -> Result<Node> {
        if self.variables > MOST_VARIABLES { Err(Unfit::Other) } else { self.node(pattern) }
    }

    fn node(&mut self, pattern: &GraphPattern) -> Result<Node> {
        Ok(match pattern {
            GraphPattern::Bgp { patterns } => {
                let mut block = Block::default();
                for pattern in patterns {
                    let subject = self.end(&pattern.subject)?;
                    let predicate = match &pattern.predicate {
                        NamedNodePattern::NamedNode(iri) => self.constant(iri.as_ref().into())?,
                        NamedNodePattern::Variable(variable) => End::Variable(variable.clone()),
                    };
                    let object = self.end(&pattern.object)?;
                    let estimate = estimate::of_triple(self.snapshot, &subject, &predicate, &object)?;
                    let text = pattern.to_string();
                    block.items.push(Item::Pattern(Pattern { subject, predicate, object, estimate, text }));
                }
                Node::Block(block)
            }
            GraphPattern::Path { subject, path, object } => self.path(subject, path, object)?,
            GraphPattern::Join { left, right } => {
                let (one, other) = (in_scope(left), in_scope(right));
                let left = self.within(&other, |compiler| compiler.node(left))?;
                let right = self.within(&one, |compiler| compiler.node(right))?;
                self.join(left, right)
            }
            GraphPattern::LeftJoin { left, right, expression } => {
                let outer = in_scope(left);
                let left = self.node(left)?;
                let right = self.within(&outer, |compiler| compiler.node(right))?;
                let mut optional = right.variables();
                if let Some(expression) = expression {
                    optional.extend(variables_of(expression));
                }
                self.ensure_apart(&optional, &left.certain(), 1)?;
                self.left_join(left, right, expression.as_ref())?
            }
            GraphPattern::Filter { expr, inner } => {
                let inner = self.node(inner)?;
                self.filter(inner, expr)?
            }
            GraphPattern::Union { left, right } => {
                Node::Union(Box::new(self.node(left)?), Box::new(self.node(right)?))
            }
            GraphPattern::Extend { inner, variable, expression } => {
                let inner = self.node(inner)?;
                if inner.variables().contains(variable) {
                    return Err(Unfit::Other);
                }
                let value = Compiled::new(expression).ok_or(Unfit::Other)?;
                Node::Extend { inner: Box::new(inner), variable: variable.clone(), value }
            }
            GraphPattern::Minus { left, right } => {
                let left = self.node(left)?;
                let around = std::mem::take(&mut self.around);
                let right = self.node(right);
                self.around = around;
                let right = right?;
                let common = &left.certain() & &right.certain();
                let slot = self.slot();
                let right = Self::seeded(right, slot, &common);
                Node::Minus { left: Box::new(left), right: Box::new(right), slot }
            }
            GraphPattern::Values { variables, bindings } => values(variables, bindings)?,
            GraphPattern::OrderBy { inner, expression } => {
                let mut used = Names::new();
                for by in expression {
                    let (OrderExpression::Asc(value) | OrderExpression::Desc(value)) = by;
                    used.extend(variables_of(value));
                }
                let order = Order::new(expression).ok_or(Unfit::Other)?;
                Node::Order { inner: Box::new(self.node(inner)?), order, used, first: None }
            }
            GraphPattern::Project { inner, variables } => {
                let mut around = self.around.clone();
                around.retain(|name, _| variables.contains(name));
                let around = std::mem::replace(&mut self.around, around);
                let inner = self.node(inner);
                self.around = around;
                Node::Project { inner: Box::new(inner?), variables: variables.clone() }
            }
            // The evaluator takes one for the other, too.
            GraphPattern::Distinct { inner } | GraphPattern::Reduced { inner } => {
                Node::Distinct(Box::new(self.node(inner)?))
            }
            GraphPattern::Slice { inner, start, length } => {
                let mut inner = self.node(inner)?;
                if let Some(length) = length {
                    let first = start.saturating_add(*length);
                    if !takes_first(&mut inner, first) && length_of(&inner) > STREAMED {
                        return Err(Unfit::Other);
                    }
                }
                Node::Slice { inner: Box::new(inner), start: *start, length: *length }
            }
            GraphPattern::Group { inner, variables, aggregates } => {
                let inner = Box::new(self.node(inner)?);
                Node::Group { inner, by: variables.clone(), group: group(variables, aggregates)? }
            }
            _ => return Err(Unfit::Other),
        })
    }

    /// Compiles something that these variables surround, too.
    fn within<T>(&mut self, names: &Names, compile: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.around.clone();
        names.iter().for_each(|name| *self.around.entry(name.clone()).or_default() += 1);
        let compiled = compile(self);
        self.around = around;
        compiled
    }

    /// What an OPTIONAL or EXISTS speaks of is bound right beside it, or by no more than so many patterns
    /// around.
    fn ensure_apart(&self, names: &Names, bound: &Names, most: usize) -> Result<()> {
        let around = |name: &Variable| self.around.get(name).is_some_and(|number| *number > most);
        let apart = names.iter().all(|name| bound.contains(name) || !around(name));
        if apart { Ok(()) } else { Err(Unfit::Other) }
    }

    fn slot(&mut self) -> Slot {
        self.slots += 1;
        self.slots - 1
    }

    fn constant(&self, term: TermRef<'_>) -> Result<End> {
        let id = match Id::of_term(term) {
            Some(id) => Some(id),
            None => self.snapshot.id(term)?,
        };
        Ok(id.map_or(End::Absent, End::Id))
    }

    fn end(&self, pattern: &TermPattern) -> Result<End> {
        Ok(match pattern {
            TermPattern::NamedNode(iri) => self.constant(iri.as_ref().into())?,
            TermPattern::Literal(literal) => self.constant(literal.as_ref().into())?,
            TermPattern::Variable(variable) => End::Variable(variable.clone()),
            TermPattern::BlankNode(node) => End::Variable(blank(node)),
            TermPattern::Triple(_) => return Err(Unfit::Other),
        })
    }

    fn step(&self, path: &PropertyPathExpression) -> Result<Step> {
        let iri = |iri: &NamedNode| Ok::<_, Unfit>(self.constant(iri.as_ref().into())?.id());
        let inner = |path: &PropertyPathExpression| Ok::<_, Unfit>(Box::new(self.step(path)?));
        Ok(match path {
            PropertyPathExpression::NamedNode(predicate) => Step::Predicate(iri(predicate)?),
            PropertyPathExpression::Reverse(path) => Step::Reverse(inner(path)?),
            PropertyPathExpression::Sequence(one, other) => Step::Sequence(inner(one)?, inner(other)?),
            PropertyPathExpression::Alternative(one, other) => Step::Alternative(inner(one)?, inner(other)?),
            PropertyPathExpression::ZeroOrMore(path) => Step::ZeroOrMore(inner(path)?),
            PropertyPathExpression::OneOrMore(path) => Step::OneOrMore(inner(path)?),
            PropertyPathExpression::ZeroOrOne(path) => Step::ZeroOrOne(inner(path)?),
            PropertyPathExpression::NegatedPropertySet(but) => {
                let but = but.iter().map(iri).collect::<Result<Vec<_>>>()?;
                Step::Not(but.into_iter().flatten().collect())
            }
        })
    }

    /// A path of length zero leads from a term of the query to itself even if no triple has it (SPARQL 1.1, 18.4):
    /// then that is its only solution.
    fn path(
        &self,
        subject: &TermPattern,
        path: &PropertyPathExpression,
        object: &TermPattern,
    ) -> Result<Node> {
        let text = format!("{subject} {path} {object}");
        let (start, step, end) = (self.end(subject)?, self.step(path)?, self.end(object)?);
        if step.is_nullable() {
            let outside = |end: &End| match end {
                End::Id(id) => super::path::is_node(self.snapshot, *id).map(|is_node| !is_node),
                End::Absent => Ok(true),
                End::Variable(_) => Ok(false),
            };
            let itself = |term: &TermPattern, variable: &Variable| {
                let term = match term {
                    TermPattern::NamedNode(iri) => Term::from(iri.clone()),
                    TermPattern::Literal(literal) => Term::from(literal.clone()),
                    _ => return Err(Unfit::Other),
                };
                Ok(Node::Values { variables: vec![variable.clone()], rows: vec![vec![Some(term)]] })
            };
            match (&start, &end) {
                (_, End::Variable(end)) if outside(&start)? => return itself(subject, end),
                (End::Variable(start), _) if outside(&end)? => return itself(object, start),
                (End::Variable(_), _) | (_, End::Variable(_)) => {}
                _ if subject == object && outside(&start)? => return Ok(Node::default()),
                _ => {}
            }
        }
        let estimate = estimate::of_path(self.snapshot, &start, &step, &end);
        Ok(Node::item(Item::Path(Path { subject: start, step, object: end, estimate, text })))
    }

    /// Joins with what is below OPTIONAL, BIND or MINUS of the other side if the result is the same.
    fn join(&mut self, left: Node, right: Node) -> Node {
        match (left, right) {
            (Node::Block(left), Node::Block(right)) => {
                if left.items.is_empty() && left.tests.is_empty() {
                    return Node::Block(right);
                }
                if right.items.is_empty() && right.tests.is_empty() {
                    return Node::Block(left);
                }
                let mut all = Block::default();
                let (theirs, ours) = (right.variables(), left.variables());
                for (block, others) in [(left, theirs), (right, ours)] {
                    if block.tests.iter().all(|test| is_settled(&test.variables(), &block.certain(), &others))
                    {
                        all.items.extend(block.items);
                        all.tests.extend(block.tests);
                    } else {
                        all.items.push(self.as_item(Node::Block(block)));
                    }
                }
                Node::Block(all)
            }
            (left, right) if is_open(&left, &right) => self.join_inside(left, right),
            (left, right) if is_open(&right, &left) => self.join_inside(right, left),
            (left, right) => {
                let (left, right) = (self.as_block(left), self.as_block(right));
                self.join(left, right)
            }
        }
    }

    fn join_inside(&mut self, outer: Node, other: Node) -> Node {
        match outer {
            Node::Left { left, right, on, slot } => {
                Node::Left { left: Box::new(self.join(*left, other)), right, on, slot }
            }
            Node::Minus { left, right, slot } => {
                Node::Minus { left: Box::new(self.join(*left, other)), right, slot }
            }
            Node::Extend { inner, variable, value } => {
                Node::Extend { inner: Box::new(self.join(*inner, other)), variable, value }
            }
            _ => unreachable!("only what is open is joined inside"),
        }
    }

    fn as_block(&mut self, node: Node) -> Node {
        if matches!(node, Node::Block(_)) { node } else { Node::item(self.as_item(node)) }
    }

    fn as_item(&mut self, node: Node) -> Item {
        let estimate = Estimate::of_node(&node);
        let slot = self.slot();
        let certain = node.certain();
        let node = Box::new(Self::seeded(node, slot, &certain));
        Item::Node { node, slot, estimate }
    }

    /// Lets the solutions of a slot in, as far down as they go.
    fn seeded(node: Node, slot: Slot, names: &Names) -> Node {
        match node {
            Node::Block(mut block) => {
                let variables = names & &block.certain();
                if !variables.is_empty() {
                    block.items.push(Item::SidewaysBinding { slot, variables });
                }
                Node::Block(block)
            }
            Node::Left { left, right, on, slot: own } => {
                let names = names & &left.certain();
                Node::Left { left: Self::boxed(left, slot, &names), right, on, slot: own }
            }
            Node::Minus { left, right, slot: own } => {
                Node::Minus { left: Self::boxed(left, slot, names), right, slot: own }
            }
            Node::Union(left, right) => {
                Node::Union(Self::boxed(left, slot, names), Self::boxed(right, slot, names))
            }
            Node::Extend { inner, variable, value } => {
                let mut names = names.clone();
                names.remove(&variable);
                Node::Extend { inner: Self::boxed(inner, slot, &names), variable, value }
            }
            Node::Project { inner, variables } => {
                let names = names.iter().filter(|name| variables.contains(name)).cloned().collect();
                Node::Project { inner: Self::boxed(inner, slot, &names), variables }
            }
            Node::Distinct(inner) => Node::Distinct(Self::boxed(inner, slot, names)),
            Node::Group { inner, by, group } => {
                let names = names.iter().filter(|name| by.contains(name)).cloned().collect();
                Node::Group { inner: Self::boxed(inner, slot, &names), by, group }
            }
            other => other,
        }
    }

    fn boxed(mut node: Box<Node>, slot: Slot, names: &Names) -> Box<Node> {
        *node = Self::seeded(std::mem::take(&mut *node), slot, names);
        node
    }

    fn left_join(&mut self, left: Node, right: Node, on: Option<&Expression>) -> Result<Node> {
        let conditions = on.map(conjuncts).unwrap_or_default();
        let mut right = right;
        let mut both = Vec::new();
        for condition in conditions {
            let compiled = Compiled::new(condition).ok_or(Unfit::Other)?;
            let names = compiled.variables().iter().cloned().collect();
            if is_settled(&names, &right.certain(), &left.variables()) {
                right = self.test(right, Test::Filter(compiled));
            } else {
                both.push(compiled);
            }
        }
        let slot = self.slot();
        let common = &left.certain() & &right.certain();
        let right = Box::new(Self::seeded(right, slot, &common));
        Ok(Node::Left { left: Box::new(left), right, on: both, slot })
    }

    fn filter(&mut self, mut node: Node, condition: &Expression) -> Result<Node> {
        for condition in conjuncts(condition) {
            if let Some((variable, iris)) = one_of(condition)
                && node.certain().contains(variable)
            {
                let rows = iris.into_iter().map(|iri| vec![Some(Term::from(iri.clone()))]).collect();
                let values = Node::Values { variables: vec![variable.clone()], rows };
                node = self.join(node, values);
                continue;
            }
            let test = match condition {
                Expression::Exists(pattern) => self.exists(&node, pattern, false)?,
                Expression::Not(inner) => match &**inner {
                    Expression::Exists(pattern) => self.exists(&node, pattern, true)?,
                    _ => Test::Filter(Compiled::new(condition).ok_or(Unfit::Other)?),
                },
                _ => Test::Filter(Compiled::new(condition).ok_or(Unfit::Other)?),
            };
            node = self.test(node, test);
        }
        Ok(node)
    }

    /// Inside, values of the outer row stand for its variables; that is the same as a join with the
    /// outer row if all that happens inside is joins, and conditions on what is bound there.
    fn exists(&mut self, outer: &Node, pattern: &GraphPattern, negated: bool) -> Result<Test> {
        let node = is_plain(pattern).then(|| self.node(pattern));
        let node = node.ok_or(Unfit::Other)??;
        self.ensure_apart(&node.variables(), &outer.certain(), 0)?;
        let estimate = Estimate::of_node(&node);
        let slot = self.slot();
        let common = &outer.certain() & &node.certain();
        let node = Box::new(Self::seeded(node, slot, &common));
        Ok(Test::Exists { node, slot, negated, estimate })
    }

    /// Puts a condition as far down as it can be asked.
    fn test(&mut self, node: Node, test: Test) -> Node {
        let names = test.variables();
        match node {
            Node::Block(mut block) => {
                block.tests.push(test);
                Node::Block(block)
            }
            Node::Left { left, right, on, slot }
                if is_settled(&names, &left.certain(), &right.variables()) =>
            {
                Node::Left { left: Box::new(self.test(*left, test)), right, on, slot }
            }
            Node::Minus { left, right, slot } => {
                Node::Minus { left: Box::new(self.test(*left, test)), right, slot }
            }
            Node::Extend { inner, variable, value } if !names.contains(&variable) => {
                Node::Extend { inner: Box::new(self.test(*inner, test)), variable, value }
            }
            other => Node::Block(Block { items: vec![self.as_item(other)], tests: vec![test] }),
        }
    }
}

fn in_scope(pattern: &GraphPattern) -> Names {
    let mut names = Names::new();
    pattern.on_in_scope_variable(|variable| {
        names.insert(variable.clone());
    });
    names
}

/// Whether a join with others leaves the values of these variables as they are.
fn is_settled(names: &Names, certain: &Names, others: &Names) -> bool {
    names.iter().all(|name| certain.contains(name) || !others.contains(name))
}

/// Whether `outer` is an operator below which `other` can as well be joined.
fn is_open(outer: &Node, other: &Node) -> bool {
    let others = other.variables();
    match outer {
        Node::Left { left, right, on, .. } => {
            let mut names = right.variables();
            names.extend(on.iter().flat_map(Compiled::variables).cloned());
            is_settled(&names, &left.certain(), &others)
        }
        Node::Minus { left, right, .. } => is_settled(&right.variables(), &left.certain(), &others),
        Node::Extend { inner, variable, value } => {
            let names = value.variables().iter().cloned().collect();
            !others.contains(variable) && is_settled(&names, &inner.certain(), &others)
        }
        _ => false,
    }
}

/// Gives an order below it the number of rows that are wanted, if there is one; whether all rows are
/// needed for the first.
fn takes_first(node: &mut Node, wanted: usize) -> bool {
    match node {
        Node::Project { inner, .. } | Node::Extend { inner, .. } => takes_first(inner, wanted),
        Node::Order { first, .. } => {
            *first = Some(wanted);
            true
        }
        Node::Distinct(inner) => gathers(inner),
        other => gathers(other),
    }
}

fn gathers(node: &Node) -> bool {
    match node {
        Node::Group { .. } | Node::Order { .. } => true,
        Node::Project { inner, .. } | Node::Distinct(inner) | Node::Extend { inner, .. } => gathers(inner),
        Node::Block(block) => match &*block.items {
            [Item::Node { node, .. }] => gathers(node),
            _ => false,
        },
        _ => false,
    }
}

/// How many rows at most lie between a node and its result.
fn length_of(node: &Node) -> f64 {
    let own = Estimate::of_node(node).rows;
    let inner = match node {
        Node::Block(block) => Estimate::of_block(block).1,
        Node::Left { left, .. } | Node::Minus { left, .. } => length_of(left),
        Node::Union(left, right) => length_of(left) + length_of(right),
        Node::Extend { inner, .. } | Node::Project { inner, .. } | Node::Distinct(inner) => length_of(inner),
        _ => 0.0,
    };
    own.max(inner)
}

fn values(variables: &[Variable], bindings: &[Vec<Option<GroundTerm>>]) -> Result<Node> {
    if variables.iter().enumerate().any(|(at, variable)| variables[..at].contains(variable)) {
        return Err(Unfit::Other);
    }
    let term = |term: &Option<GroundTerm>| term.clone().map(Term::from);
    let rows = bindings.iter().map(|row| row.iter().map(term).collect()).collect();
    Ok(Node::Values { variables: variables.to_vec(), rows })
}

fn group(by: &[Variable], aggregates: &[(Variable, AggregateExpression)]) -> Result<Group> {
    let mut used: Names = by.iter().cloned().collect();
    let mut counts = false;
    for (_, aggregate) in aggregates {
        match aggregate {
            // What counts as the same there, variables that nobody named included, is the
            // evaluator's business.
            AggregateExpression::CountSolutions { distinct: true } => return Err(Unfit::Other),
            AggregateExpression::CountSolutions { distinct: false } => counts = true,
            AggregateExpression::FunctionCall { name, expr, distinct } => {
                used.extend(variables_of(expr));
                counts |= !distinct && !matches!(name, AggregateFunction::Min | AggregateFunction::Max);
            }
        }
    }
    let aggregation = Aggregation::new(by, aggregates).ok_or(Unfit::Other)?;
    let picked = |aggregate: &AggregateExpression| match aggregate {
        AggregateExpression::FunctionCall {
            name: AggregateFunction::Min | AggregateFunction::Max | AggregateFunction::Sample,
            expr: Expression::Variable(variable),
            ..
        } => Some(variable.clone()),
        _ => None,
    };
    let results = aggregates.iter().map(|(variable, one)| (variable.clone(), picked(one))).collect();
    Ok(Group { aggregation, results, used, counts })
}
