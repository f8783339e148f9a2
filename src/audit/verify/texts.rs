//! The texts at hand, and which article each is the text of.

use super::explain;
use super::seek::Seeker;
use super::span::Article;
use super::text::TextAtHand;
use crate::base::error::{Error, Result};
use crate::ingest;
use crate::model::identity::id_of;
use std::path::PathBuf;

/// Of the words quoted from an article, this share has to stand in a text that nothing else
/// says to be the article's.
const SHARE: f64 = 0.5;
/// Fewer letters than this in common are no evidence.
const LEAST: usize = 20;

/// Reads text files, and every `.txt` and coded text in folders, in whatever encoding.
///
/// # Errors
/// A file that cannot be read.
pub fn read(paths: &[PathBuf]) -> Result<Vec<TextAtHand>> {
    let files = ingest::text_files(paths)?;
    files
        .into_iter()
        .map(|file| {
            let bytes = std::fs::read(&file).map_err(Error::file("read", &file))?;
            let bytes = match String::from_utf8(bytes) {
                Ok(content) => ingest::without_marks(&file, content)?.into_bytes(),
                Err(error) => error.into_bytes(),
            };
            Ok(TextAtHand::new(file.display().to_string(), ingest::stem(&file), bytes))
        })
        .collect()
}

/// What tells that a text is an article's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// Its SHA-256.
    Hash,
    /// The name of its file.
    Name,
    /// Its SHA-256, but for a recognised change such as line ends.
    ChangedHash,
    /// Its words, for want of anything else.
    Words,
}

impl Matched {
    /// In a word or two.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Hash => "by its SHA-256",
            Self::Name => "by its name",
            Self::ChangedHash => "by the SHA-256 that it had",
            Self::Words => "by its words",
        }
    }
}

/// For every article the number of its text and what told so; an article without has none.
///
/// Texts that somebody named come first: who names a changed copy wants to know about that one.
pub(super) fn assign(articles: &[Article], texts: &[TextAtHand]) -> Vec<Option<(usize, Matched)>> {
    let by_hash = |article: &Article, kept: bool| {
        let hash = article.sha256.as_deref();
        let is = |text: &TextAtHand| text.kept == kept && Some(text.text.sha256()) == hash;
        Some((texts.iter().position(is)?, Matched::Hash))
    };
    let by_name = |article: &Article| {
        let is = |text: &TextAtHand| !text.kept && text.stem == id_of(&article.iri);
        Some((texts.iter().position(is)?, Matched::Name))
    };
    let named = |article| by_hash(article, false).or_else(|| by_name(article));
    let mut assigned: Vec<Option<(usize, Matched)>> = articles.iter().map(named).collect();
    assign_others(articles, texts, &mut assigned);
    for (article, slot) in articles.iter().zip(&mut assigned) {
        *slot = slot.or_else(|| by_hash(article, true));
    }
    assigned
}

/// Finds articles for the named texts that are left.
fn assign_others(articles: &[Article], texts: &[TextAtHand], assigned: &mut [Option<(usize, Matched)>]) {
    for (number, text) in texts.iter().enumerate().filter(|(_, text)| !text.kept) {
        if assigned.iter().flatten().any(|(taken, _)| *taken == number) {
            continue;
        }
        let mut traits = Traits { hashes: explain::hashes(text), seeker: explain::seeker(text) };
        let lacking = articles.iter().zip(&mut *assigned).filter(|(_, text)| text.is_none());
        let mut fitting: Vec<_> =
            lacking.filter_map(|(article, slot)| Some((likeness(article, &mut traits)?, slot))).collect();
        fitting.sort_by(|(a, _), (b, _)| b.0.total_cmp(&a.0));
        // Two articles that fit as well may be one piece of news in two papers: nothing is guessed.
        if let [((best, matched), slot), others @ ..] = &mut fitting[..]
            && others.first().is_none_or(|((other, _), _)| other < best)
        {
            **slot = Some((number, *matched));
        }
    }
}

/// What a text has that may tell whose it is.
struct Traits {
    hashes: Vec<String>,
    seeker: Seeker,
}

/// How well a text fits an article that it does not name; none where it does not.
fn likeness(article: &Article, text: &mut Traits) -> Option<(f64, Matched)> {
    if article.sha256.as_ref().is_some_and(|hash| text.hashes.contains(hash)) {
        return Some((2.0, Matched::ChangedHash));
    }
    let mut words: Vec<&str> = article.spans.iter().filter_map(|span| Some(span.quote()?.1)).collect();
    words.sort_unstable();
    words.dedup();
    let letters = |words: &[&str]| words.iter().map(|words| words.len()).sum::<usize>();
    let all = letters(&words);
    words.retain(|words| text.seeker.stands(words));
    let found = letters(&words);
    let share = found as f64 / all.max(1) as f64;
    (found >= LEAST && share >= SHARE).then_some((share, Matched::Words))
}
