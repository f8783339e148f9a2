//! A report as rows, the same for people's tables and for programs.

use super::explain::{Explanation, Outcome};
use super::seek::Now;
use super::span::{Rest, Span, rests_on};
use super::{ArticleReport, Cause, Report, Shift};
use crate::model::text::Passage;
use crate::store::GraphReader;
use serde::Serialize;

/// What became of a span, a text or an article. The names stay the same in later versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A span whose words stand at their place.
    Ok,
    /// A span whose words do not.
    Orphaned,
    /// Words to which the graph gives no place, and that the text has or may have.
    Words,
    /// Words to which the graph gives no place, and that the text does not have.
    Missing,
    /// A span of which the graph does not say place and words.
    Unplaced,
    /// An article whose text has another hash than the one that was coded.
    OtherText,
    /// An article whose text is not at hand.
    NoText,
    /// A text that is no article's.
    NoArticle,
}

/// One finding, or one span in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The article's IRI.
    pub article: Option<String>,
    /// Status of the span.
    pub status: Status,
    /// The text that it was held against.
    pub text: Option<String>,
    /// The span's IRI.
    pub span: Option<String>,
    /// First code point, as the graph has it.
    pub start: Option<u32>,
    /// Code point after the last.
    pub end: Option<u32>,
    /// The words that should stand there.
    pub exact: Option<String>,
    /// Words that stand there instead.
    pub stands: Option<String>,
    /// Place of the words, if there is exactly one.
    pub found: Option<Found>,
    /// Places of the words, if there are several.
    pub candidates: Vec<Found>,
    /// Most similar words, if they stand nowhere.
    pub nearest: Option<Found>,
    /// Why, as far as it is recognised.
    pub explanation: Option<Reason>,
    /// The positions that rest on the span.
    pub positions: Vec<String>,
    /// Events, measures, relations and office claims that do.
    pub others: Vec<String>,
}

/// A passage of the text at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// First code point.
    pub start: u32,
    /// Code point after the last.
    pub end: u32,
    /// Words at that place.
    pub exact: String,
    /// A few words around it.
    pub context: String,
}

impl From<&Passage> for Found {
    fn from(passage: &Passage) -> Self {
        Self {
            start: passage.start,
            end: passage.end(),
            exact: passage.words.clone(),
            context: passage.context.clone(),
        }
    }
}

/// Why words are not at their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The names of the causes.
    pub causes: Vec<&'static str>,
    /// Cause in words.
    pub words: String,
    /// Number of code points that the words stand further on.
    pub shift: Option<i64>,
    /// Whether the text is the coded one once this is undone, by its hash.
    pub proven: bool,
}

impl Reason {
    fn new(causes: &[Cause], shift: Option<i64>, proven: bool) -> Option<Self> {
        (!causes.is_empty()).then(|| Self {
            causes: causes.iter().map(|cause| cause.name()).collect(),
            words: causes.iter().map(|cause| cause.words()).collect::<Vec<_>>().join("; "),
            shift,
            proven,
        })
    }
}

impl Explanation {
    /// What happened, as half a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let causes = self.causes.iter().filter(|cause| **cause != Cause::Shift);
        let causes = causes.map(|cause| cause.words().to_owned());
        causes.chain(self.shifts.iter().map(Shift::words)).collect::<Vec<_>>().join("; ")
    }
}

impl Shift {
    /// What happened, as half a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let way = if self.by < 0 { "back" } else { "further on" };
        format!(
            "the words of {}–{} are {} {way}",
            self.from,
            self.until,
            crate::base::error::count(
                usize::try_from(self.by.unsigned_abs()).unwrap_or(usize::MAX),
                "code point"
            )
        )
    }
}

impl Row {
    fn of(status: Status, report: Option<&ArticleReport>) -> Self {
        Self {
            article: report.map(|report| report.article.iri.as_str().to_owned()),
            status,
            text: report.and_then(|report| Some(report.text.as_ref()?.name.clone())),
            span: None,
            start: None,
            end: None,
            exact: None,
            stands: None,
            found: None,
            candidates: Vec::new(),
            nearest: None,
            explanation: None,
            positions: Vec::new(),
            others: Vec::new(),
        }
    }
}

impl Report {
    /// Everything that was found, spans in their place included: what `--format json` writes.
    pub fn rows<'a>(&'a self, index: &'a dyn GraphReader) -> impl Iterator<Item = Row> + 'a {
        let unused = self
            .unused
            .iter()
            .map(|name| Row { text: Some(name.clone()), ..Row::of(Status::NoArticle, None) });
        self.articles.iter().flat_map(move |report| report.rows(index)).chain(unused)
    }
}

impl ArticleReport {
    fn rows<'a>(&'a self, index: &'a dyn GraphReader) -> impl Iterator<Item = Row> + 'a {
        let whole = match &self.text {
            None if self.outcomes.contains(&Outcome::Unread) => Some(Row::of(Status::NoText, Some(self))),
            None => None,
            Some(_) if self.is_another_text() => Some(Row {
                explanation: self.explanation.as_ref().and_then(|explanation| {
                    let shift = explanation.shifts.first().filter(|_| explanation.shifts.len() == 1);
                    let reason = Reason::new(&explanation.causes, shift.map(|s| s.by), explanation.proven)?;
                    Some(Reason { words: explanation.words(), ..reason })
                }),
                ..Row::of(Status::OtherText, Some(self))
            }),
            Some(_) => None,
        };
        let spans = self.article.spans.iter().zip(&self.outcomes);
        whole.into_iter().chain(spans.filter_map(|(span, outcome)| self.row(span, outcome, index)))
    }

    fn row(&self, span: &Span, outcome: &Outcome, index: &dyn GraphReader) -> Option<Row> {
        let status = match outcome {
            Outcome::InPlace => Status::Ok,
            Outcome::Orphaned { .. } => Status::Orphaned,
            Outcome::Words(Some(Now::Near(_) | Now::Nowhere)) => Status::Missing,
            Outcome::Words(_) => Status::Words,
            Outcome::Unplaced => Status::Unplaced,
            // The row of the article says so already.
            Outcome::Unread => return None,
        };
        let rests = rests_on(index, span);
        let (positions, others): (Vec<Rest>, Vec<Rest>) =
            rests.into_iter().partition(|rest| rest.is_position);
        let iris = |rests: Vec<Rest>| rests.into_iter().map(|rest| rest.iri.into_string()).collect();
        let mut row = Row {
            span: Some(name(&span.node)),
            start: span.start,
            end: span.end,
            exact: span.exact.clone(),
            positions: iris(positions),
            others: iris(others),
            ..Row::of(status, Some(self))
        };
        if let Outcome::Orphaned { now, .. } | Outcome::Words(Some(now)) = outcome {
            match now {
                Now::At(passage) => row.found = Some(passage.into()),
                Now::OneOf(passages) => row.candidates = passages.iter().map(Found::from).collect(),
                Now::Near(passage) => row.nearest = Some(passage.into()),
                Now::Nowhere => {}
            }
        }
        if let Outcome::Orphaned { stands, causes, explained, .. } = outcome {
            row.stands.clone_from(stands);
            let shift = row.found.as_ref().zip(span.start);
            let shift = shift.map(|(found, start)| i64::from(found.start) - i64::from(start));
            let proven = *explained && self.explanation.as_ref().is_some_and(|e| e.proven);
            row.explanation = Reason::new(causes, shift.filter(|by| *by != 0), proven);
        }
        Some(row)
    }
}

/// An IRI as such, a blank node with its label.
fn name(node: &oxrdf::NamedOrBlankNode) -> String {
    match node {
        oxrdf::NamedOrBlankNode::NamedNode(iri) => iri.as_str().to_owned(),
        blank @ oxrdf::NamedOrBlankNode::BlankNode(_) => blank.to_string(),
    }
}
