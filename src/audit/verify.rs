//! Every quote of the graph held against its article's text.
//!
//! A span whose words are not at its place is orphaned. What stands there instead is reported, and
//! where the words stand now; nothing is ever moved. Most orphans have one cause for a whole
//! article: another encoding, other line ends, offsets that count bytes. Those are recognised
//! (`cause`) by reading the text as if they had not happened (`reading`), and reported once
//! (`explain`); what remains is looked for word by word (`seek`).
//!
//! [`Proposal`] writes down what a person would have to accept to have the words in place
//! again. Deliberately absent: accepting it.

mod cause;
mod encoding;
pub mod explain;
mod patch;
mod reading;
mod reanchor;
mod row;
pub mod seek;
mod shift;
pub mod span;
mod text;
mod texts;

pub use cause::Cause;
pub use explain::{Explanation, Outcome};
pub use reanchor::{ArticleProposal, Change, Move, Proposal};
pub use row::{Found, Reason, Row, Status};
pub use seek::Now;
pub use shift::Shift;
pub use span::{Article, Rest, Span, articles, rests_on};
pub use text::TextAtHand;
pub use texts::{Matched, read};

use crate::model::text::ArticleText;

/// What was found, article by article.
#[derive(Clone, Debug)]
pub struct Report {
    /// Articles that are quoted, by IRI.
    pub articles: Vec<ArticleReport>,
    /// The names of texts that are no article's.
    pub unused: Vec<String>,
}

/// What was found about one article.
#[derive(Clone, Debug)]
pub struct ArticleReport {
    /// Which, with its spans.
    pub article: Article,
    /// Its text, if it is at hand.
    pub text: Option<MatchedText>,
    /// Explanation for words that are not at their place, if there is one.
    pub explanation: Option<Explanation>,
    /// Outcome for each span.
    pub outcomes: Vec<Outcome>,
}

/// A text that was taken for an article's.
#[derive(Clone, Debug)]
pub struct MatchedText {
    /// Name of the text.
    pub name: String,
    /// Evidence that it is the article's.
    pub matched: Matched,
    /// Its SHA-256.
    pub sha256: String,
    /// Its length in code points.
    pub length: u32,
}

/// Holds articles against texts.
#[must_use]
pub fn verify(articles: Vec<Article>, texts: &[TextAtHand]) -> Report {
    let assigned = texts::assign(&articles, texts);
    let used = |number| assigned.iter().flatten().any(|(used, _)| *used == number);
    let unused = texts.iter().enumerate().filter(|(number, text)| !text.kept && !used(*number));
    let unused = unused.map(|(_, text)| text.name.clone()).collect();
    let with_text = articles.into_iter().zip(&assigned);
    let reports = with_text
        .filter(|(article, text)| text.is_some() || !article.spans.is_empty() || article.records > 0);
    let articles = reports
        .map(|(article, text)| match text {
            None => {
                let unread = |span: &Span| match span.words_only() {
                    Some(_) => Outcome::Words(None),
                    None => Outcome::Unread,
                };
                let outcomes = article.spans.iter().map(unread).collect();
                ArticleReport { article, text: None, explanation: None, outcomes }
            }
            Some((number, matched)) => {
                let text = &texts[*number];
                let (explanation, outcomes) = explain::explain(&article, text);
                let text = MatchedText {
                    name: text.name.clone(),
                    matched: *matched,
                    sha256: text.text.sha256().to_owned(),
                    length: text.text.length(),
                };
                ArticleReport { article, text: Some(text), explanation, outcomes }
            }
        })
        .collect();
    Report { articles, unused }
}

impl Report {
    /// Whether every text is the one that was coded, and every span in its place. Articles without a text at hand
    /// count only if all are `asked` about.
    #[must_use]
    pub fn is_sound(&self, asked: bool) -> bool {
        let mut articles = self.articles.iter().filter(|report| asked || report.text.is_some());
        self.unused.is_empty() && articles.all(ArticleReport::is_sound)
    }
}

impl ArticleReport {
    /// Its text among those that were at hand.
    #[must_use]
    pub fn text_of<'t>(&self, texts: &'t [TextAtHand]) -> Option<&'t ArticleText> {
        let hash = &self.text.as_ref()?.sha256;
        texts.iter().map(|text| &*text.text).find(|text| text.sha256() == hash)
    }

    /// Whether its text is the one that was coded, as far as the graph says, and every span in
    /// its place. Words without a place have to stand in the text, if it is at hand; they need none.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_sound = |outcome: &Outcome| match outcome {
            Outcome::InPlace => true,
            Outcome::Words(now) => !matches!(now, Some(Now::Near(_) | Now::Nowhere)),
            _ => false,
        };
        !self.is_another_text() && self.explanation.is_none() && self.outcomes.iter().all(is_sound)
    }

    /// Whether the text has another hash than the one that was coded.
    #[must_use]
    pub fn is_another_text(&self) -> bool {
        let hash = self.article.sha256.as_deref();
        self.text.as_ref().zip(hash).is_some_and(|(text, hash)| text.sha256 != hash)
    }

    /// How many spans came out so.
    #[must_use]
    pub fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.outcomes.iter().filter(|outcome| is(outcome)).count()
    }
}
