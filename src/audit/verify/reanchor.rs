//! What a person would have to accept so that the words are in place again.
//!
//! Proposed are spans whose words stand at exactly one place, be it found by a search or by
//! what explains the whole article. Only the selector of a span is touched: its place, and its
//! words where the text writes them otherwise. The span keeps its IRI, although that tells the
//! former place, and so do the positions that rest on it: whoever cites them still finds them.
//!
//! Nothing is proposed for a text that is damaged: the words would be garbage.

use super::explain::Outcome;
use super::seek::Now;
use super::span::Span;
use super::{ArticleReport, Cause, Report};
use crate::model::document::Document;
use crate::model::text::Passage;
use crate::model::vocab::{oa, schema, stp};
use crate::store::GraphReader;
use oxrdf::{Literal, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::HashMap;

/// All that would have to change.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// One an article for which there is something to say.
    pub articles: Vec<ArticleProposal>,
}

/// What would have to change for one article.
#[derive(Clone, Debug)]
pub struct ArticleProposal {
    /// Its IRI.
    pub article: String,
    /// The text that the words would be anchored in.
    pub text: String,
    /// Remarks to read before accepting it.
    pub notes: Vec<String>,
    /// Hash and length of the text, as they are and as they would be: only where every span of
    /// the article would be in place.
    pub retold: Vec<Change>,
    /// The spans that would move.
    pub moves: Vec<Move>,
}

/// A triple as it is and as it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The triple now.
    pub from: Triple,
    /// The triple as proposed.
    pub to: Triple,
}

/// A span that would move.
#[derive(Clone, Debug)]
pub struct Move {
    /// The short names of the documents that say where it is.
    pub documents: Vec<String>,
    /// Place now, and its words.
    pub from: Passage,
    /// Proposed place, and the words there.
    pub to: Passage,
    /// Why.
    pub causes: Vec<Cause>,
    /// The triples of its selector.
    pub changes: Vec<Change>,
}

impl Proposal {
    /// What would have to change, in which documents.
    #[must_use]
    pub fn new(report: &Report, index: &dyn GraphReader, documents: &[Document]) -> Self {
        let articles = report.articles.iter().filter_map(|article| propose(article, index));
        let mut proposal = Self { articles: articles.collect() };
        proposal.name_documents(documents);
        proposal
    }

    /// Whether nothing would move.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.articles.iter().all(|article| article.moves.is_empty() && article.retold.is_empty())
    }

    fn name_documents(&mut self, documents: &[Document]) {
        let mut moves: HashMap<String, Vec<&mut Move>> = HashMap::new();
        for one in self.articles.iter_mut().flat_map(|article| &mut article.moves) {
            let Some(change) = one.changes.first() else { continue };
            moves.entry(change.from.subject.to_string()).or_default().push(one);
        }
        let start = format!(" {} ", oa::START);
        for document in documents {
            let mut pieces = document.ntriples.pieces();
            while let Ok(Some(piece)) = pieces.next() {
                for line in piece.lines() {
                    let moved = line.split_once(&start).and_then(|(selector, _)| moves.get_mut(selector));
                    for one in moved.into_iter().flatten() {
                        one.documents.push(document.short_name().to_owned());
                    }
                }
            }
        }
    }
}

fn propose(report: &ArticleReport, index: &dyn GraphReader) -> Option<ArticleProposal> {
    let text = report.text.as_ref()?;
    if report.is_sound() {
        return None;
    }
    let explanation = report.explanation.as_ref();
    let damaged = explanation.is_some_and(|e| e.causes.iter().any(|cause| cause.is_damage()));
    let mut notes: Vec<String> = explanation.iter().map(|e| format!("{}.", e.words())).collect();
    if damaged {
        notes.push("The text is damaged. Fix it; there are no proposals for a damaged text.".to_owned());
    } else if explanation.is_some_and(|e| e.proven) && report.is_another_text() {
        notes.push("Otherwise it is the text that was coded: better fix the text.".to_owned());
    }
    let spans = report.article.spans.iter().zip(&report.outcomes);
    let moves: Vec<Move> = match damaged {
        true => Vec::new(),
        false => spans.filter_map(|(span, outcome)| moved(span, outcome, index)).collect(),
    };
    let left = report.count(|outcome| *outcome != Outcome::InPlace) - moves.len();
    if left > 0 && !damaged {
        notes.push(format!("{} would still be out of place.", crate::base::error::count(left, "span")));
    }
    let retold = match left == 0 && report.is_another_text() && !damaged {
        true => {
            let article = NamedOrBlankNode::from(report.article.iri.clone());
            let mut retold = changes(index, &article, schema::SHA256, &text.sha256);
            retold.extend(changes(index, &article, stp::prop::TEXT_LENGTH, &text.length.to_string()));
            retold
        }
        false => Vec::new(),
    };
    Some(ArticleProposal {
        article: report.article.iri.as_str().to_owned(),
        text: text.name.clone(),
        notes,
        retold,
        moves,
    })
}

fn moved(span: &Span, outcome: &Outcome, index: &dyn GraphReader) -> Option<Move> {
    let Outcome::Orphaned { now: Now::At(to), causes, .. } = outcome else { return None };
    let (place, words) = span.quote()?;
    let changes = [
        changes(index, &span.selector, oa::START, &to.start.to_string()),
        changes(index, &span.selector, oa::END, &to.end().to_string()),
        changes(index, &span.selector, oa::EXACT, &to.words),
    ];
    Some(Move {
        documents: Vec::new(),
        from: Passage { start: place.start, words: words.to_owned(), context: String::new() },
        to: to.clone(),
        causes: causes.clone(),
        changes: changes.concat(),
    })
}

/// The triples of a property as they are, and with another value of the same datatype.
fn changes(index: &dyn GraphReader, s: &NamedOrBlankNode, p: NamedNodeRef<'_>, value: &str) -> Vec<Change> {
    let to = |from: Triple| {
        let Term::Literal(literal) = &from.object else { return None };
        let new = match literal.language() {
            Some(language) => Literal::new_language_tagged_literal_unchecked(value, language),
            None => Literal::new_typed_literal(value, literal.datatype()),
        };
        (literal.value() != value)
            .then(|| Change { to: Triple::new(from.subject.clone(), from.predicate.clone(), new), from })
    };
    index.matching(Some(s.as_ref()), Some(p), None).filter_map(to).collect()
}
