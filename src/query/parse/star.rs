//! The columns of `SELECT *`: in the order in which their author wrote the variables.
//!
//! The engine sorts them by name, so that `?s ?p ?o` comes out as o, p, s.

use super::algebra::projection_mut;
use crate::base::tokens::{Kind, Token};
use spargebra::Query;

pub(in crate::query) fn order(query: &mut Query, source: &str, tokens: &[Token]) {
    let Query::Select { pattern, .. } = query else { return };
    let mut after_select = tokens
        .iter()
        .skip_while(|token| !token.is_word(source, "SELECT"))
        .skip(1)
        .skip_while(|token| token.is_word(source, "DISTINCT") || token.is_word(source, "REDUCED"));
    if after_select.next().is_none_or(|token| token.text(source) != "*") {
        return;
    }
    if let Some((variables, _)) = projection_mut(pattern) {
        let written: Vec<&str> = tokens
            .iter()
            .filter(|token| token.kind == Kind::Variable)
            .map(|token| &token.text(source)[1..])
            .collect();
        variables.sort_by_key(|variable| written.iter().position(|name| *name == variable.as_str()));
    }
}
