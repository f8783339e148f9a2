//! What a query may demand of those who read it. The engine's parser, its optimiser and its
//! evaluator recurse: into brackets, and along every chain of operators and patterns.

use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::tokens::{Kind, Token};
use crate::query::QueryError;
use std::panic::resume_unwind;
use std::thread;

/// Brackets may stand in so many others. In debug builds the parser takes two seconds for so many
/// collections in each other: its time grows with the third power.
const MOST_NESTED: usize = 64;
/// Words, signs and brackets outside of lists of values.
const MOST_TOKENS: usize = 5_000;
/// What may be needed for a query within these limits, in debug builds too.
const STACK: usize = 64 << 20;

/// Refuses queries that are nested too deeply or have too many parts.
pub(in crate::query) fn check(name: &str, source: &str, tokens: &[Token]) -> Result<(), QueryError> {
    let refuse = |token: &Token, what: &str, label: String, help: &str| {
        let place = Place::in_source(name, source, token.range.clone());
        Err(QueryError::from(Diagnostic::error(what).at(place).expected(label).help(help)))
    };
    let (mut depth, mut negations, mut counted) = (0usize, 0, 0);
    let mut lists = Lists::default();
    for token in tokens {
        let word = token.text(source);
        negations = if word == "!" { negations + 1 } else { 0 };
        match word {
            "(" | "[" | "{" | "<<" | "<<(" | "{|" => depth += 1,
            ")" | "]" | "}" | ">>" | ")>>" | "|}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        // `?a<((…>` is an IRI to the lexer; the parser tries `?a < ((…` as well.
        let within = match token.kind {
            Kind::Iri | Kind::BrokenIri => word.matches(['(', '[', '!']).count(),
            _ => 0,
        };
        if depth + negations + within > MOST_NESTED {
            let label = format!("inside {MOST_NESTED} others");
            let help = "split it into steps with BIND, or into separate queries";
            return refuse(token, "brackets are nested too deeply", label, help);
        }
        counted += usize::from(!lists.holds(source, token, depth));
        if counted > MOST_TOKENS {
            let label = format!("more than {MOST_TOKENS} words and signs before it");
            let help = "put long lists of values in VALUES { … } or IN ( … ), where they do not count";
            return refuse(token, "the query is too long", label, help);
        }
    }
    Ok(())
}

/// Where values are listed, which cost the engine no recursion.
#[derive(Default)]
struct Lists {
    /// The keyword was read, its bracket was not.
    begun: Option<Listing>,
    /// The list, and the depth within its bracket.
    within: Option<(Listing, usize)>,
    /// The item has not begun yet.
    before_item: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Listing {
    Values,
    In,
}

impl Lists {
    /// Whether a token is a listed value or stands between two.
    fn holds(&mut self, source: &str, token: &Token, depth: usize) -> bool {
        let word = token.text(source);
        if let Some((listing, inside)) = self.within {
            if depth < inside {
                self.within = None;
                return false;
            }
            // In IN only the first token of an item is free: the rest may be a chain of operators.
            let first = std::mem::replace(&mut self.before_item, word == ",");
            return listing == Listing::Values || word == "," || first;
        }
        match (self.begun, word) {
            (Some(Listing::Values), "{") | (Some(Listing::In), "(") => {
                self.within = self.begun.take().map(|listing| (listing, depth));
                self.before_item = true;
            }
            // VALUES (?a ?b) { … }
            (Some(Listing::Values), "(" | ")") => {}
            (Some(Listing::Values), _) if token.kind == Kind::Variable => {}
            _ if token.is_word(source, "VALUES") => self.begun = Some(Listing::Values),
            _ if token.is_word(source, "IN") => self.begun = Some(Listing::In),
            _ => self.begun = None,
        }
        false
    }
}

/// Does work that may recurse, where there is room for it.
pub(in crate::query) fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        worker.expect("a thread can be started").join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::tokens::tokens;

    fn fault(source: &str) -> Option<String> {
        check("query", source, &tokens(source)).err().map(|fault| fault.to_string())
    }

    #[test]
    fn nesting_is_limited() {
        for (open, close) in [("(", ")"), ("{", "}"), ("[?b ", "]"), ("<<( ?a ?b ", " )>>"), ("!", "")] {
            let nested = |n: usize| open.repeat(n) + "1" + &close.repeat(n);
            assert!(fault(&nested(MOST_NESTED + 1)).is_some_and(|f| f.contains("nested")), "{open}");
            assert_eq!(fault(&nested(MOST_NESTED)), None, "{open}");
        }
        assert!(fault(&format!("FILTER(?a<{}>?b)", "(".repeat(100))).is_some());
    }

    #[test]
    fn only_lists_of_values_may_be_long() {
        let many = MOST_TOKENS + 1;
        let values = format!("SELECT * {{ VALUES ?a {{ {} }} }}", "issue:a ".repeat(many));
        let pairs = format!("SELECT * {{ VALUES (?a ?b) {{ {} }} }}", "('a'@en -1) ".repeat(many));
        let within = format!("ASK {{ FILTER(?a NOT IN ({}1)) }}", "1, ".repeat(many));
        for long in [values, pairs, within] {
            assert_eq!(fault(&long), None);
        }
        let patterns = "?a ?b ?c . ".repeat(many / 3);
        let sum = format!("ASK {{ FILTER(?a IN (1{})) }}", "+1".repeat(many));
        let after = format!("ASK {{ VALUES ?a {{ 1 }} {patterns} }}");
        for long in [patterns.clone(), sum, after] {
            assert_eq!(fault(&long).as_deref(), Some("the query is too long"));
        }
    }
}
