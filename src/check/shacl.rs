#![allow(missing_docs)]
use crate::index::Index;
use oxrdf::*;
use std::collections::HashSet;
pub struct Shapes;
impl Shapes {
    pub fn parse(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
    pub fn names(&self) -> Vec<NamedNode> {
        vec![]
    }
}
pub enum Severity {
    Violation,
    Warning,
    Info,
}
pub struct Outcome {
    pub focus: Term,
    pub shape: NamedNode,
    pub severity: Severity,
    pub messages: Vec<Literal>,
    pub explanation: String,
}
pub fn validate(_: &Index, _: &Shapes, _: Option<&HashSet<NamedNode>>) -> Vec<Outcome> {
    vec![]
}
