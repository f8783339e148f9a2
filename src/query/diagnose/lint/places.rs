//! Where in a query's text the parts of its algebra stand, which does not say so itself.

use crate::base::tokens::{Kind, Token};
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{rdf, xsd};
use oxrdf::{Literal, NamedNode, NamedNodeRef};
use spargebra::algebra::PropertyPathExpression;
use spargebra::term::{TermPattern, TriplePattern};
use std::ops::Range;

/// How far apart the parts of a triple may stand, in tokens: `;` and `,` lie between.
const APART: usize = 60;

/// Tokens with what they stand for.
pub(super) struct Places<'q> {
    source: &'q str,
    tokens: Vec<(&'q Token, Meaning)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Iri(String),
    Variable(String),
    /// A text, number or truth value, with datatype and language where they follow.
    Literal(String, usize),
    Other,
}

impl<'q> Places<'q> {
    pub(super) fn of(source: &'q str, tokens: &'q [Token], prefixes: &Prefixes) -> Self {
        let mut all = Vec::with_capacity(tokens.len());
        for (at, token) in tokens.iter().enumerate() {
            let before = |n: usize, word: &str| at >= n && tokens[at - n].is_word(source, word);
            let text = token.text(source);
            let declared = before(1, "PREFIX") || before(2, "PREFIX") || before(1, "BASE");
            let meaning = match token.kind {
                _ if declared => Meaning::Other,
                Kind::PrefixedName => {
                    prefixes.expand(&text.replace('\\', "")).map_or(Meaning::Other, Meaning::Iri)
                }
                Kind::Iri => Meaning::Iri(text[1..text.len() - 1].to_owned()),
                Kind::Word if text == "a" => Meaning::Iri(rdf::TYPE.as_str().to_owned()),
                Kind::Variable => Meaning::Variable(text[1..].to_owned()),
                Kind::Text => {
                    Meaning::Literal(unquoted(text), tail(source, &tokens[at + 1..], token.range.end))
                }
                Kind::Number => Meaning::Literal(text.to_owned(), token.range.end),
                Kind::Word if ["true", "false"].contains(&text) => {
                    Meaning::Literal(text.to_owned(), token.range.end)
                }
                _ => Meaning::Other,
            };
            all.push((token, meaning));
        }
        Self { source, tokens: all }
    }

    /// Where an IRI stands first.
    pub(super) fn iri(&self, iri: NamedNodeRef<'_>) -> Option<Range<usize>> {
        self.iris(iri).next().map(|at| self.tokens[at].0.range.clone())
    }

    /// Where an IRI stands last.
    pub(super) fn last_iri(&self, iri: NamedNodeRef<'_>) -> Option<Range<usize>> {
        self.iris(iri).last().map(|at| self.tokens[at].0.range.clone())
    }

    /// Where a variable stands first.
    pub(super) fn variable(&self, name: &str) -> Option<Range<usize>> {
        let is_it = |(_, meaning): &&(&Token, Meaning)| *meaning == Meaning::Variable(name.to_owned());
        self.tokens.iter().find(is_it).map(|(token, _)| token.range.clone())
    }

    /// Where a literal stands, with its datatype or language; the first behind these bytes.
    pub(super) fn literal(&self, literal: &Literal, behind: usize) -> Option<Range<usize>> {
        let place = |(token, meaning): &(&Token, Meaning)| match meaning {
            Meaning::Literal(text, end) if token.range.start >= behind && same(text, literal) => {
                Some(token.range.start..*end)
            }
            _ => None,
        };
        self.tokens.iter().find_map(place)
    }

    /// Where the predicate of a triple stands: of several uses, the one that fits best.
    pub(super) fn predicate(
        &self,
        subject: &TermPattern,
        path: &PropertyPathExpression,
        object: &TermPattern,
    ) -> Option<Range<usize>> {
        let predicate = first_iri(path)?;
        let fit = |at: &usize| {
            let after = self.tokens.get(at + 1).is_some_and(|(_, meaning)| stands_for(meaning, object));
            let before = self.tokens[at.saturating_sub(APART)..*at].iter().rev();
            let before = before.into_iter().position(|(_, meaning)| stands_for(meaning, subject));
            (after, before.map(|apart| APART - apart), usize::MAX - at)
        };
        let at = self.iris(predicate.as_ref()).max_by_key(fit)?;
        Some(self.tokens[at].0.range.clone())
    }

    /// Where the object of a triple stands, a constant; else its predicate.
    pub(super) fn object(
        &self,
        pattern: &TriplePattern,
        path: &PropertyPathExpression,
    ) -> Option<Range<usize>> {
        let predicate = self.predicate(&pattern.subject, path, &pattern.object)?;
        let object = match &pattern.object {
            TermPattern::Literal(literal) => self.literal(literal, predicate.end),
            TermPattern::NamedNode(iri) => self
                .iris(iri.as_ref())
                .map(|at| self.tokens[at].0.range.clone())
                .find(|range| range.start >= predicate.end),
            _ => None,
        };
        Some(object.unwrap_or(predicate))
    }

    /// Where this keyword is followed by brackets that hold all these IRIs.
    pub(super) fn keyword_around(&self, keyword: &str, iris: &[NamedNode]) -> Option<Range<usize>> {
        let uses = (0..self.tokens.len()).filter(|at| self.tokens[*at].0.is_word(self.source, keyword));
        let holds = |at: &usize| {
            let mut depth = 0usize;
            let mut within = Vec::new();
            for (token, meaning) in &self.tokens[at + 1..] {
                match token.text(self.source) {
                    "{" => depth += 1,
                    "}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                within.push(meaning);
            }
            iris.iter().all(|iri| within.contains(&&Meaning::Iri(iri.as_str().to_owned())))
        };
        uses.clone().find(holds).or(uses.into_iter().next()).map(|at| self.tokens[at].0.range.clone())
    }

    /// Where this keyword stands first.
    pub(super) fn keyword(&self, keyword: &str) -> Option<Range<usize>> {
        self.keyword_around(keyword, &[])
    }

    /// The tokens that stand for an IRI; a relative one may, if it ends like it.
    fn iris<'p>(&'p self, iri: NamedNodeRef<'p>) -> impl Iterator<Item = usize> + Clone + 'p {
        let is_it = move |text: &str| {
            text == iri.as_str() || (!text.is_empty() && !text.contains(':') && iri.as_str().ends_with(text))
        };
        (0..self.tokens.len())
            .filter(move |at| matches!(&self.tokens[*at].1, Meaning::Iri(text) if is_it(text)))
    }
}

/// The first property that a path names.
pub(super) fn first_iri(path: &PropertyPathExpression) -> Option<&NamedNode> {
    use PropertyPathExpression as Path;
    match path {
        Path::NamedNode(iri) => Some(iri),
        Path::Reverse(inner) | Path::ZeroOrMore(inner) | Path::OneOrMore(inner) | Path::ZeroOrOne(inner) => {
            first_iri(inner)
        }
        Path::Sequence(one, _) | Path::Alternative(one, _) => first_iri(one),
        Path::NegatedPropertySet(iris) => iris.first(),
    }
}

fn stands_for(meaning: &Meaning, term: &TermPattern) -> bool {
    match (meaning, term) {
        (Meaning::Variable(name), TermPattern::Variable(variable)) => name == variable.as_str(),
        (Meaning::Iri(text), TermPattern::NamedNode(iri)) => text == iri.as_str(),
        (Meaning::Literal(text, _), TermPattern::Literal(literal)) => same(text, literal),
        _ => false,
    }
}

fn same(text: &str, literal: &Literal) -> bool {
    let sign = text.strip_prefix('+').filter(|_| literal.datatype() != xsd::STRING);
    text == literal.value() || sign == Some(literal.value())
}

/// Where a literal ends: behind its language or datatype.
fn tail(source: &str, after: &[Token], end: usize) -> usize {
    match after {
        [language, ..] if language.text(source).starts_with('@') => language.range.end,
        [sign, datatype, ..] if sign.text(source) == "^^" => datatype.range.end,
        _ => end,
    }
}

/// What a string in quotes says; escapes of code points are left as they are.
fn unquoted(text: &str) -> String {
    let fence =
        if text.len() >= 6 && (text.starts_with("\"\"\"") || text.starts_with("'''")) { 3 } else { 1 };
    let mut out = String::new();
    let mut chars = text.get(fence..text.len() - fence).unwrap_or_default().chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
