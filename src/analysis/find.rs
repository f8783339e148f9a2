//! Things and positions by words: labels, aliases, titles, quotes.
//!
//! [`find`] goes through every text of the graph and compares words as [`mod@crate::base::fold`] makes them
//! alike. No text index is kept. One that lasts would have to follow the archive, and the library for it
//! (tantivy) brings 68 further packages. Going through the texts of 100,000 positions is lost in the
//! variation of what reading the graph into memory takes, which every command does first: 10 to 14
//! seconds of processor time with and without it. It grows with the texts and needs nothing on disk.
//!
//! # Rank
//!
//! A text is found if each of the words fits one of its own, or begins it. What is better comes
//! first, by these in turn:
//!
//! 1. *As it is written* before mistyped: words are compared with typos (one in words from 4
//!    letters, two from 8) and as forms of one word (ceding, cedes) only where nothing fits without,
//!    among names and among quotes each: who wrote what is there means that.
//! 2. *Names before quotes*: labels, titles, aliases, ids of what has no name; then the conditions, events
//!    and the like that articles state, quotes, words for times. A thing explains its quotes, not
//!    the reverse, and there are few things and many quotes.
//! 3. *The whole text* before the words in a row, all the words, words that begin so, words spelled
//!    so by another custom (Zelenskyy, Зеленський).
//! 4. *Label* before alias, in the order of 2.
//! 5. *Positions in force* before all others.
//! 6. *Short texts* before long ones, of which the words are a smaller part; then alphabetically.
//!
//! A thing is reported once, with the best of its texts. Where no text has all of the words, those with
//! most of them are reported, and that they are.

mod pattern;
mod scan;

pub use pattern::Fit;

use crate::base::diagnostic::nearest;
use crate::base::fold;
use crate::base::fold::fold;
use crate::model::vocab::{org, skos, stp};
use crate::store::GraphReader;
use crate::store::index::{Corruption, reading};
use oxrdf::{NamedNode, NamedNodeRef};
use std::ops::Range;

/// So many names are offered where nothing is found.
const NEAREST: usize = 3;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A stakeholder or source
    Actor,
    /// A sentence one can be for or against
    Issue,
    /// A stance on an issue, by the words that prove it
    Position,
    /// A document
    Article,
    /// An office
    Post,
    /// What issues are about
    Topic,
    /// What an article says happened
    Event,
    /// A number that an article gives
    Figure,
    /// What an article says two actors are to each other
    Relation,
    /// An office that an article gives to somebody
    OfficeClaim,
    /// A word of the vocabulary
    Term,
}

impl Kind {
    /// All kinds; what is of several is of the first.
    pub const ALL: [Self; 11] = [
        Self::Actor,
        Self::Issue,
        Self::Position,
        Self::Article,
        Self::Post,
        Self::Event,
        Self::Figure,
        Self::Relation,
        Self::OfficeClaim,
        Self::Term,
        Self::Topic,
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Issue => "issue",
            Self::Position => "position",
            Self::Article => "article",
            Self::Post => "post",
            Self::Topic => "topic",
            Self::Event => "event",
            Self::Figure => "figure",
            Self::Relation => "relation",
            Self::OfficeClaim => "office claim",
            Self::Term => "term",
        }
    }

    /// Its class; terms are known by their namespace.
    fn class(self) -> Option<NamedNodeRef<'static>> {
        Some(match self {
            Self::Actor => stp::ACTOR,
            Self::Issue => stp::ISSUE,
            Self::Position => stp::POSITION,
            Self::Article => stp::ARTICLE,
            Self::Post => org::POST,
            Self::Topic => skos::CONCEPT,
            Self::Event => stp::EVENT,
            Self::Figure => stp::MEASURE,
            Self::Relation => stp::RELATION,
            Self::OfficeClaim => stp::OFFICE_CLAIM,
            Self::Term => return None,
        })
    }
}

/// Which of a thing's texts it was found by, in the order of their rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Its label or title.
    Label,
    /// Another name.
    Alias,
    /// The end of its IRI, where it has no name.
    Id,
    /// A condition, reason or the like that belongs to it.
    Part,
    /// Words that prove it.
    Quote,
    /// Words for a time.
    Time,
}

impl Field {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Alias => "alias",
            Self::Id => "id",
            Self::Part => "part",
            Self::Quote => "quote",
            Self::Time => "time",
        }
    }

    /// Whether it names a thing, and is not about one.
    fn is_name(self) -> bool {
        self <= Self::Id
    }
}

/// A thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Kind of the thing.
    pub kind: Kind,
    /// Which.
    pub iri: NamedNode,
    /// Name that `show` takes: a handle, a prefixed name, an IRI in angle brackets.
    pub id: String,
    /// Its label; of a position who stands where on what.
    pub label: String,
    /// Which of its texts has the words.
    pub field: Field,
    /// Text that the words were found in.
    pub text: String,
    /// Byte ranges of the words in the text, in its order.
    pub words: Vec<Range<usize>>,
    /// Fit of the word that fits worst.
    pub fit: Fit,
    /// Whether it is a position that is in force, or no position.
    pub in_force: bool,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The best, best first.
    pub hits: Vec<Hit>,
    /// Whether there are more than were wanted.
    pub more: bool,
    /// Whether no text has all of the words, and these have most.
    pub partial: bool,
    /// Nearest names, where nothing was found.
    pub nearest: Vec<String>,
}

/// The things that have these words in one of their texts, the best `limit`, of one kind if one is
/// given. Words without letters and digits find nothing.
///
/// # Errors
/// A file of the index is damaged.
pub fn find(
    graph: &dyn GraphReader,
    words: &str,
    kind: Option<Kind>,
    limit: usize,
) -> Result<Hits, Corruption> {
    reading(|| hits(graph, words, kind, limit))
}

fn hits(index: &dyn GraphReader, words: &str, kind: Option<Kind>, limit: usize) -> Hits {
    let pattern = pattern::Pattern::new(words);
    if pattern.is_empty() {
        return Hits::default();
    }
    let mut found = scan::Scan::new(index, &pattern, kind).best(limit);
    if found.hits.is_empty() {
        found.nearest = near(&pattern, scan::names(index, kind));
    }
    found
}

/// The names that come nearest to words that nothing has, or one of whose words comes near to one.
fn near(pattern: &pattern::Pattern, mut names: Vec<String>) -> Vec<String> {
    names.sort_by_key(String::len);
    let mut by_words: Vec<(String, usize)> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        by_words.push((fold(name), i));
        if pattern.len() == 1 {
            // What is shorter comes near to everything.
            let is_long = |word: &str| word.chars().count() > 3;
            fold::each(name, |_, word| by_words.extend(is_long(word).then(|| (word.to_owned(), i))));
        }
    }
    let mut found = Vec::new();
    for words in nearest(&pattern.folded(), by_words.iter().map(|(words, _)| words.as_str()), NEAREST) {
        for name in by_words.iter().filter(|(of, _)| of == words).map(|(_, i)| &names[*i]) {
            if found.len() < NEAREST && !found.contains(name) {
                found.push(name.clone());
            }
        }
    }
    found
}

impl Hit {
    /// Whether its label is the text that was found, which need not be reported twice.
    pub fn is_named(&self) -> bool {
        self.field == Field::Label && self.label == self.text
    }

    /// The text with its words between `«` and `»`.
    #[must_use]
    pub fn marked(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + 4 * self.words.len());
        let mut end = 0;
        for word in &self.words {
            out += &self.text[end..word.start];
            out.push('«');
            out += &self.text[word.clone()];
            out.push('»');
            end = word.end;
        }
        out + &self.text[end..]
    }
}

#[cfg(test)]
mod tests;
