//! Which patterns of a query have to match together.

use crate::query::parse::algebra::exists_in;
use oxrdf::NamedNode;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

/// Patterns that have to match together, and the filters over them. What OPTIONAL, UNION and
/// EXISTS hold is a block of its own, which begins with the patterns around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Block<'q> {
    pub(super) links: Vec<Link<'q>>,
    pub(super) filters: Vec<&'q Expression>,
    /// So many of the links and filters belong to the block around this one.
    pub(super) inherited: (usize, usize),
}

/// A subject and an object with what joins them; a plain property is a path too.
#[derive(Clone, Debug)]
pub(super) struct Link<'q> {
    pub(super) subject: &'q TermPattern,
    pub(super) path: Path,
    pub(super) object: &'q TermPattern,
}

impl Link<'_> {
    /// The link as a triple with this property, a step of its path.
    pub(super) fn triple(&self, property: &NamedNode) -> TriplePattern {
        TriplePattern {
            subject: self.subject.clone(),
            predicate: property.clone().into(),
            object: self.object.clone(),
        }
    }
}

/// All blocks of a query.
pub(super) fn blocks(pattern: &GraphPattern) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    whole(pattern, Block::default(), &mut blocks);
    blocks
}

/// Adds the block of this pattern, which begins with `around`, and those within it.
fn whole<'q>(pattern: &'q GraphPattern, around: Block<'q>, blocks: &mut Vec<Block<'q>>) {
    let mut block = around;
    block.inherited = (block.links.len(), block.filters.len());
    let mut within = Vec::new();
    gather(pattern, &mut block, &mut within);
    // An expression may hold EXISTS.
    let exists: Vec<_> = block.filters[block.inherited.1..].iter().copied().flat_map(exists_in).collect();
    let around = block.clone();
    blocks.push(block);
    for pattern in exists {
        whole(pattern, around.clone(), blocks);
    }
    for inner in within {
        match inner {
            Within::Part(pattern, expression) => {
                let mut around = around.clone();
                around.filters.extend(expression);
                whole(pattern, around, blocks);
            }
            Within::Apart(pattern) => whole(pattern, Block::default(), blocks),
        }
    }
}

enum Within<'q> {
    /// It matches together with what is around it, under this condition.
    Part(&'q GraphPattern, Option<&'q Expression>),
    /// It has its own variables.
    Apart(&'q GraphPattern),
}

fn gather<'q>(pattern: &'q GraphPattern, block: &mut Block<'q>, within: &mut Vec<Within<'q>>) {
    match pattern {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                if let NamedNodePattern::NamedNode(predicate) = &triple.predicate {
                    let path = Path::NamedNode(predicate.clone());
                    block.links.push(Link { subject: &triple.subject, path, object: &triple.object });
                }
            }
        }
        GraphPattern::Path { subject, path, object } => {
            block.links.push(Link { subject, path: path.clone(), object });
        }
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            gather(left, block, within);
            gather(right, block, within);
        }
        GraphPattern::LeftJoin { left, right, expression } => {
            gather(left, block, within);
            within.push(Within::Part(right, expression.as_ref()));
        }
        GraphPattern::Minus { left, right } => {
            gather(left, block, within);
            within.push(Within::Apart(right));
        }
        GraphPattern::Filter { expr, inner } => {
            block.filters.push(expr);
            gather(inner, block, within);
        }
        GraphPattern::Union { left, right } => {
            within.push(Within::Part(left, None));
            within.push(Within::Part(right, None));
        }
        GraphPattern::Extend { inner, .. } | GraphPattern::OrderBy { inner, .. } => {
            gather(inner, block, within)
        }
        // A sub-query has its own variables, and the query itself stands here as one.
        GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Group { inner, .. } => within.push(Within::Apart(inner)),
        GraphPattern::Graph { .. } | GraphPattern::Service { .. } | GraphPattern::Values { .. } => {}
    }
}
