//! Mistakes in the columns of SELECT and in what rows are grouped and ordered by.

use crate::base::diagnostic::Diagnostic;
use crate::base::tokens::{Kind, Token};
use std::ops::Range;

/// Words and brackets that end a clause.
const ENDS: &[&str] = &["{", "}", "WHERE", "FROM", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"];
/// A clause that is longer is not written out.
const LONGEST: usize = 120;

/// The clause in which a word stands.
struct Clause {
    /// Number of its keyword: SELECT or BY.
    keyword: usize,
    /// The innermost bracket around the word, and how many there are.
    bracket: Option<usize>,
    depth: usize,
}

/// What is wrong with the word of this number, if that is a habit of other languages: a comma between columns,
/// an expression without brackets, one without a name. `can_be_named` says whether AS could stand there.
pub(super) fn diagnose(
    source: &str,
    tokens: &[Token],
    fault: usize,
    can_be_named: impl Fn() -> bool,
    marked: impl Fn(String) -> Diagnostic,
) -> Option<Diagnostic> {
    let clause = Clause::around(source, tokens, fault)?;
    let in_select = tokens[clause.keyword].is_word(source, "SELECT");
    let found = tokens[fault].text(source);
    let is_opened = tokens.get(fault + 1).is_some_and(|next| next.text(source) == "(");
    match found {
        "," if clause.depth == 0 => {
            let help = match clause.without_commas(source, tokens) {
                Some(clause) => format!("write {clause}"),
                None => "write a blank in the place of each".to_owned(),
            };
            Some(marked("unexpected `,`".into()).expected("takes no commas").help(help))
        }
        ")" if in_select && clause.depth == 1 && can_be_named() => {
            let inside = clause.bracket? + 1..fault;
            let help = match &tokens[inside.clone()] {
                [only] if only.kind == Kind::Variable => {
                    format!("write {} without brackets", only.text(source))
                }
                _ => named(source, tokens, &inside, fault + 1),
            };
            Some(
                marked("a column of SELECT has no name".into()).expected("expected AS and a name").help(help),
            )
        }
        _ if in_select && clause.depth == 0 && is_opened && tokens[fault].kind == Kind::Word => {
            let close = closing(source, tokens, fault + 1)?;
            let help = named(source, tokens, &(fault..close + 1), close + 1);
            Some(marked(format!("`{found}` needs brackets and a name")).help(help))
        }
        _ => None,
    }
}

/// The place of an expression of SELECT that is one of GROUP BY too, and what to write; for a query with one
/// SELECT.
pub(super) fn grouped_again(source: &str, tokens: &[Token]) -> Option<(Range<usize>, String)> {
    let word = |word: &'static str| {
        tokens.iter().enumerate().filter(move |(_, token)| token.is_word(source, word)).map(|(at, _)| at)
    };
    let (Some(select), None) = (word("SELECT").next(), word("SELECT").nth(1)) else { return None };
    let by = word("GROUP").next()? + 1;
    let columns = expressions(source, tokens, select + 1);
    let groups = expressions(source, tokens, by + 1);
    let text = |range: &Range<usize>| {
        let words = tokens[range.clone()].iter().map(|token| token.text(source).to_lowercase());
        words.collect::<Vec<_>>().join(" ")
    };
    let pairs = columns.iter().flat_map(|column| groups.iter().map(move |group| (column, group)));
    let ((column, name), (_, group)) =
        pairs.into_iter().find(|((column, _), (group, _))| text(column) == text(group))?;
    let help = match (name, group) {
        (_, Some(group)) => format!("GROUP BY names it already: write SELECT {group}"),
        (name, None) => {
            let name = name.unwrap_or("?name");
            let written = &source[span(tokens, column)];
            format!("name it where rows are grouped: SELECT {name} … GROUP BY ({written} AS {name})")
        }
    };
    Some((span(tokens, column), help))
}

impl Clause {
    /// None for a word of a pattern.
    fn around(source: &str, tokens: &[Token], word: usize) -> Option<Self> {
        let (mut closed, mut depth, mut bracket) = (0_usize, 0, None);
        for (at, token) in tokens[..word].iter().enumerate().rev() {
            match token.text(source) {
                ")" => closed += 1,
                "(" if closed > 0 => closed -= 1,
                "(" => {
                    depth += 1;
                    bracket = bracket.or(Some(at));
                }
                "{" | "}" => return None,
                _ if token.is_word(source, "SELECT") || token.is_word(source, "BY") => {
                    return Some(Self { keyword: at, bracket, depth });
                }
                _ if ENDS.iter().any(|end| token.is_word(source, end)) => return None,
                _ => {}
            }
        }
        None
    }

    /// The clause with blanks for its commas, unless it is long.
    fn without_commas(&self, source: &str, tokens: &[Token]) -> Option<String> {
        let start = if tokens[self.keyword].is_word(source, "BY") { self.keyword - 1 } else { self.keyword };
        let mut text = String::new();
        let mut depth = 0_usize;
        let mut end = tokens[start].range.start;
        for (at, token) in tokens.iter().enumerate().skip(start) {
            let word = token.text(source);
            if at > self.keyword && depth == 0 && is_end(source, token) {
                break;
            }
            match word {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            text += &source[end..token.range.start];
            text += if word == "," && depth == 0 { " " } else { word };
            end = token.range.end;
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (text.len() <= LONGEST).then_some(text)
    }
}

fn is_end(source: &str, token: &Token) -> bool {
    ENDS.iter().any(|end| token.text(source) == *end || token.is_word(source, end))
}

/// The number of the bracket that closes this one.
fn closing(source: &str, tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let closes = |token: &Token| {
        match token.text(source) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    };
    tokens[open..].iter().position(closes).map(|length| open + length)
}

/// The bytes of these tokens.
fn span(tokens: &[Token], of: &Range<usize>) -> Range<usize> {
    tokens[of.start].range.start..tokens[of.end - 1].range.end
}

/// The expression of these tokens as a column; its name is the one written behind it, else its function's.
fn named(source: &str, tokens: &[Token], expression: &Range<usize>, behind: usize) -> String {
    let given = match tokens.get(behind..behind + 2) {
        Some([word, name]) if word.is_word(source, "AS") && name.kind == Kind::Variable => {
            Some(name.text(source).to_owned())
        }
        _ => None,
    };
    let function = &tokens[expression.start];
    let of_function =
        (function.kind == Kind::Word).then(|| format!("?{}", function.text(source).to_lowercase()));
    let is_free = |name: &String| tokens.iter().all(|token| token.text(source) != name);
    let name = given.or(of_function.filter(is_free)).unwrap_or_else(|| "?name".into());
    format!("write ({} AS {name})", &source[span(tokens, expression)])
}

/// The expressions of a clause, each with its name: in brackets, or the call of a function.
fn expressions<'s>(source: &'s str, tokens: &[Token], start: usize) -> Vec<(Range<usize>, Option<&'s str>)> {
    let mut found = Vec::new();
    let mut at = start;
    while let Some(token) = tokens.get(at).filter(|token| !is_end(source, token)) {
        let is_opened = tokens.get(at + 1).is_some_and(|next| next.text(source) == "(");
        let open = match token.text(source) {
            "(" => at,
            _ if is_opened => at + 1,
            _ => {
                at += 1;
                continue;
            }
        };
        let Some(close) = closing(source, tokens, open) else { break };
        let inside = if open == at { at + 1..close } else { at..close + 1 };
        let named = (inside.start..inside.end).find(|at| tokens[*at].is_word(source, "AS"));
        let end = named.unwrap_or(inside.end);
        let name = named.and_then(|at| tokens.get(at + 1)).map(|name| name.text(source));
        if inside.start < end {
            found.push((inside.start..end, name));
        }
        at = close + 1;
    }
    found
}
