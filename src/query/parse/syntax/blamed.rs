//! Which word breaks a rule that is only checked at the end of a clause.

use crate::base::tokens::{Kind, Token};
use std::ops::Range;

/// The place of what breaks the rule, as far as it can be found; else of `fault`, where the rule was checked.
pub(in crate::query) fn range(reason: &str, source: &str, tokens: &[Token], fault: &Token) -> Range<usize> {
    let mut selects = tokens.iter().enumerate().filter(|(_, token)| token.is_word(source, "SELECT"));
    let clause = match (selects.next(), selects.next()) {
        (Some((at, _)), None) => Some(Clause::of(source, tokens, at)),
        // Which of several SELECTs is meant is not said.
        _ => None,
    };
    let found = match (reason, clause) {
        ("BIND is overriding an existing variable", _) => {
            let before = tokens.iter().take_while(|token| token.range.start < fault.range.start);
            let before: Vec<&Token> = before.collect();
            before.windows(2).rev().find(|pair| pair[0].is_word(source, "AS")).map(|pair| pair[1])
        }
        ("Duplicated variable name in SELECT", Some(clause)) => clause.twice(),
        ("The SELECT contains a variable that is unbound", Some(clause)) => clause.ungrouped(),
        ("The SELECT overrides an existing variable using an expression", Some(clause)) => clause.renamed(),
        (reason, Some(clause)) if reason.contains("SELECT") => Some(clause.select),
        _ => None,
    };
    found.unwrap_or(fault).range.clone()
}

/// The columns of a SELECT.
struct Clause<'t> {
    source: &'t str,
    select: &'t Token,
    /// Variables that are columns themselves.
    plain: Vec<&'t Token>,
    /// Those that expressions are named by.
    named: Vec<&'t Token>,
    /// Everything behind the clause.
    rest: &'t [Token],
}

impl<'t> Clause<'t> {
    fn of(source: &'t str, tokens: &'t [Token], select: usize) -> Self {
        let ends = |token: &Token| {
            token.text(source) == "{" || ["WHERE", "FROM"].iter().any(|word| token.is_word(source, word))
        };
        let end = tokens[select..].iter().position(ends).map_or(tokens.len(), |length| select + length);
        let (mut plain, mut named) = (Vec::new(), Vec::new());
        let mut depth = 0_usize;
        for at in select + 1..end {
            let token = &tokens[at];
            match token.text(source) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ if token.kind != Kind::Variable => {}
                _ if depth == 0 => plain.push(token),
                _ if tokens[at - 1].is_word(source, "AS") => named.push(token),
                _ => {}
            }
        }
        Self { source, select: &tokens[select], plain, named, rest: &tokens[end..] }
    }

    fn name(&self, token: &Token) -> &'t str {
        &token.text(self.source)[1..]
    }

    /// The second column of a name.
    fn twice(&self) -> Option<&'t Token> {
        let mut all: Vec<&Token> = self.plain.iter().chain(&self.named).copied().collect();
        all.sort_by_key(|token| token.range.start);
        let is_again = |at: &usize| all[..*at].iter().any(|before| self.name(before) == self.name(all[*at]));
        (0..all.len()).find(is_again).map(|at| all[at])
    }

    /// The first column that is in no GROUP BY.
    fn ungrouped(&self) -> Option<&'t Token> {
        let group = self.rest.iter().position(|token| token.is_word(self.source, "GROUP"));
        let by = group.map_or(&[][..], |at| &self.rest[at..]);
        let ends = ["HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"];
        let by = by.iter().take_while(|token| !ends.iter().any(|word| token.is_word(self.source, word)));
        let grouped: Vec<&str> =
            by.filter(|token| token.kind == Kind::Variable).map(|token| self.name(token)).collect();
        self.plain.iter().find(|column| !grouped.contains(&self.name(column))).copied()
    }

    /// The first name of an expression that the pattern has too.
    fn renamed(&self) -> Option<&'t Token> {
        let has = |column: &&&Token| {
            let mut variables = self.rest.iter().filter(|token| token.kind == Kind::Variable);
            variables.any(|token| self.name(token) == self.name(column))
        };
        self.named.iter().find(has).copied()
    }
}
