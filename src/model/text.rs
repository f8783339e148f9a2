//! An article's text, and where words stand in it.
//!
//! Places are Unicode code points counted from 0, ends exclusive, whatever the encoding.

mod seen;

use crate::model::document::sha256;
use seen::Seen;
use std::collections::BTreeSet;
use std::ops::Range;

/// Stands for a letter of a quote that a purge took out, so that places stay what they are.
pub const BLOCK: char = '█';

/// Whether words are those of a quote, letters aside that a purge took out.
#[must_use]
pub fn is_quoted_as(words: &str, quote: &str) -> bool {
    words == quote
        || (quote.contains(BLOCK)
            && words.chars().count() == quote.chars().count()
            && words.chars().zip(quote.chars()).all(|(word, quoted)| word == quoted || quoted == BLOCK))
}

/// The text of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleText {
    content: String,
    /// Byte offset of every 64th code point, to find places in long texts quickly.
    marks: Vec<u32>,
    length: u32,
    sha256: String,
}

/// Code points between two marks.
const STRIDE: usize = 64;

/// Why a quote has no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// It stands nowhere; the passage most like it, if any is.
    Nowhere(Option<Passage>),
    /// It stands more than once.
    Several(Vec<Passage>),
}

/// A passage of a text with a few words around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it begins.
    pub start: u32,
    /// The words themselves.
    pub words: String,
    /// What stands before and after, on one line.
    pub context: String,
}

impl Passage {
    /// The place after its last word.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.start.saturating_add(u32::try_from(self.words.chars().count()).unwrap_or(u32::MAX))
    }
}

impl ArticleText {
    /// Takes a text as it is; nothing is normalised, or offsets would lie.
    #[must_use]
    pub fn new(content: String) -> Self {
        let (mut marks, mut length) = (Vec::new(), 0);
        for (i, (byte, _)) in content.char_indices().enumerate() {
            if i % STRIDE == 0 {
                marks.push(u32::try_from(byte).unwrap_or(u32::MAX));
            }
            length += 1;
        }
        let sha256 = sha256(content.as_bytes());
        Self { content, marks, length, sha256 }
    }

    /// How many code points it has.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.length
    }

    /// SHA-256 over its UTF-8 bytes, lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// All of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// The words at a place; none if it lies outside.
    #[must_use]
    pub fn words(&self, place: Range<u32>) -> Option<&str> {
        (place.start <= place.end).then_some(())?;
        Some(&self.content[self.byte(place.start)?..self.byte(place.end)?])
    }

    /// Where a quote stands, if at one place only. Where its very code points stand nowhere, those are
    /// taken that look the same: a blank stands for the line break or the no-break blank that the text
    /// has there, and a letter with its accent may be one code point or two.
    ///
    /// # Errors
    /// It stands nowhere, or more than once.
    pub fn find(&self, quote: &str) -> Result<Range<u32>, Misplaced> {
        let mut found = self.find_all(quote);
        if found.is_empty() {
            found = Seen::of(&self.content).find_all(&Seen::of(quote));
        }
        match &found[..] {
            [] => Err(Misplaced::Nowhere(self.nearest(quote))),
            [place] => Ok(place.clone()),
            all => Err(Misplaced::Several(all.iter().map(|place| self.passage(place.clone())).collect())),
        }
    }

    /// Everywhere a quote stands, in the order of the text; an empty one nowhere.
    #[must_use]
    pub fn find_all(&self, quote: &str) -> Vec<Range<u32>> {
        if quote.is_empty() {
            return Vec::new();
        }
        let length = u32::try_from(quote.chars().count()).unwrap_or(u32::MAX);
        let starts = self.content.match_indices(quote).map(|(byte, _)| self.char(byte));
        starts.map(|start| start..start + length).collect()
    }

    /// Where a quote stands inside a longer passage, which itself must stand at one place only.
    ///
    /// # Errors
    /// The passage or the quote in it stands nowhere, or more than once.
    pub fn find_within(&self, quote: &str, within: &str) -> Result<Range<u32>, Misplaced> {
        let outer = self.find(within)?;
        let inner = Self::new(self.words(outer.clone()).unwrap_or_default().to_owned()).find(quote)?;
        Ok(outer.start + inner.start..outer.start + inner.end)
    }

    fn byte(&self, char: u32) -> Option<usize> {
        if char == self.length {
            return Some(self.content.len());
        }
        let mark = *self.marks.get(char as usize / STRIDE)? as usize;
        self.content[mark..].char_indices().nth(char as usize % STRIDE).map(|(byte, _)| mark + byte)
    }

    fn char(&self, byte: usize) -> u32 {
        let mark = self.marks.partition_point(|m| *m as usize <= byte).saturating_sub(1);
        let rest = self.content[self.marks[mark] as usize..byte].chars().count();
        u32::try_from(mark * STRIDE + rest).unwrap_or(u32::MAX)
    }

    /// The words at a place and a few around it; a place beyond the end has none.
    #[must_use]
    pub fn passage(&self, place: Range<u32>) -> Passage {
        let around = place.start.saturating_sub(24)..place.end.saturating_add(24).min(self.length);
        let cut = |range: Range<u32>| self.words(range).unwrap_or_default();
        let context: String =
            cut(around.clone()).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let before = if around.start > 0 { "…" } else { "" };
        let after = if around.end < self.length { "…" } else { "" };
        Passage {
            start: place.start,
            words: cut(place).to_owned(),
            context: format!("{before}{context}{after}"),
        }
    }

    /// The passage most like a quote: the one in which only case, quotation marks and dashes differ;
    /// else one of as many words, compared letter by letter with these made alike; none if less than
    /// half of it agrees.
    #[must_use]
    pub fn nearest(&self, quote: &str) -> Option<Passage> {
        let count = quote.split_whitespace().count();
        if count == 0 || self.content.len() > 2_000_000 {
            return None;
        }
        let (seen, quoted) = (Seen::of(&self.content), Seen::of(quote));
        if let Some(place) = seen.alike().find_all(&quoted.alike()).into_iter().next() {
            return Some(self.passage(place));
        }
        self.nearest_words(quote, count).or_else(|| {
            let place = seen::is_without_blanks(quote).then(|| seen.nearest(&quoted))?;
            place.map(|place| self.passage(place))
        })
    }

    fn nearest_words(&self, quote: &str, count: usize) -> Option<Passage> {
        let wanted = alike(quote);
        let words = word_places(&self.content);
        let wanted_words: Vec<&str> = wanted.split_whitespace().collect();
        let shares: Vec<bool> = words
            .iter()
            .map(|place| {
                let word = alike(&self.content[place.clone()]);
                wanted_words.iter().any(|w| strsim::normalized_levenshtein(w, &word) > 0.7)
            })
            .collect();
        let mut best: Option<(f64, Range<usize>)> = None;
        for from in 0..words.len() {
            let to = (from + count).min(words.len());
            // Only where a third of the words agree is the costly comparison worth it.
            if shares[from..to].iter().filter(|s| **s).count() * 3 < count {
                continue;
            }
            let bytes = words[from].start..words[to - 1].end;
            let score = strsim::normalized_levenshtein(&wanted, &alike(&self.content[bytes.clone()]));
            if score > best.as_ref().map_or(0.5, |(score, _)| *score) {
                best = Some((score, bytes));
            }
        }
        let (_, bytes) = best?;
        // Words have their commas and quotation marks with them.
        let (mut passage, mut start) = (&self.content[bytes.clone()], bytes.start);
        let is_mark = |c: char| !c.is_alphanumeric();
        if !quote.trim_start().starts_with(is_mark) {
            start += passage.len() - passage.trim_start_matches(is_mark).len();
            passage = passage.trim_start_matches(is_mark);
        }
        if !quote.trim_end().ends_with(is_mark) {
            passage = passage.trim_end_matches(is_mark);
        }
        Some(self.passage(self.char(start)..self.char(start + passage.len())))
    }
}

/// In what two wordings differ that people take for the same: "capitals", "dashes", "quotation
/// marks". Nothing if they are the same, or differ in more than that.
#[must_use]
pub fn differences(one: &str, other: &str) -> BTreeSet<&'static str> {
    seen::differences(one, other)
}

/// Byte ranges of the words of a text.
fn word_places(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut start = None;
    for (byte, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), start) {
            (true, Some(from)) => {
                places.push(from..byte);
                start = None;
            }
            (false, None) => start = Some(byte),
            _ => {}
        }
    }
    places
}

/// A text with the differences made away that people do not see: case, quotation marks, dashes.
fn alike(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(plain).collect()
}

/// The plainest letter that means the same: typewriter quotation marks, hyphens, blanks.
#[must_use]
pub fn plain(letter: char) -> char {
    match letter {
        '\u{2018}'..='\u{201b}' | '\u{2039}' | '\u{203a}' | '\u{2032}' | '\u{b4}' | '`' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_code_points() {
        let text = ArticleText::new("«Ünïted» she said. ".repeat(20) + "The end.");
        let place = text.find("The end").unwrap();
        assert_eq!(place, 380..387);
        assert_eq!(text.words(place), Some("The end"));
        assert_eq!(text.words(380..388), Some("The end."));
        assert_eq!(text.words(380..389), None);
        assert_eq!(text.length(), 388);
    }

    #[test]
    fn a_quote_that_stands_twice_shows_both_places() {
        let text = ArticleText::new("He may go. She may stay.".to_owned());
        let Err(Misplaced::Several(found)) = text.find("may") else { panic!("found once") };
        assert_eq!(found.iter().map(|p| p.start).collect::<Vec<_>>(), [3, 15]);
        assert_eq!(text.find_within("may", "She may"), Ok(15..18));
    }

    #[test]
    fn what_looks_the_same_is_found() {
        let text = ArticleText::new(
            "It “must go by\r\n  summer”, on 3\u{a0}March, Cafe\u{301} so\u{ad}on.".to_owned(),
        );
        let words = |quote: &str| text.find(quote).map(|place| text.words(place).unwrap());
        assert_eq!(words("go by summer"), Ok("go by\r\n  summer"));
        assert_eq!(words("on 3 March, Café soon"), Ok("on 3\u{a0}March, Cafe\u{301} so\u{ad}on"));
        assert_eq!(words("Cafe\u{301}"), Ok("Cafe\u{301}"));
        assert_eq!(text.find_within("summer", "must go by summer"), Ok(18..24));
        assert!(matches!(text.find("by\u{a0}"), Ok(place) if text.words(place.clone()) == Some("by")));
        assert!(text.find(" ").is_err());
        // What is there to the letter comes first.
        let text = ArticleText::new("a b. a\nb.".to_owned());
        assert_eq!(text.find("a b"), Ok(0..3));
        assert_eq!(text.find("a\nb"), Ok(5..8));
        let twice = ArticleText::new("a\tb. a\nb.".to_owned());
        assert!(matches!(twice.find("a b"), Err(Misplaced::Several(found)) if found.len() == 2));
    }

    #[test]
    fn a_quote_that_differs_in_its_marks_is_reported_so() {
        let text =
            ArticleText::new("They said: “We don’t want it – ever,” again. 我们支持这座桥。".to_owned());
        let nearest = |quote: &str| match text.find(quote) {
            Err(Misplaced::Nowhere(near)) => near.map(|near| near.words).unwrap_or_default(),
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest("\"we don't want it - ever,\""), "“We don’t want it – ever,”");
        assert_eq!(nearest("We dont wan it"), "We don’t want it");
        assert_eq!(nearest("我们支持那座桥"), "我们支持这座桥");
        assert_eq!(nearest("反对"), "");
        let found: Vec<_> = differences("\"we don't - \"", "“We don’t – ”").into_iter().collect();
        assert_eq!(found, ["capitals", "dashes", "quotation marks"]);
        assert!(differences("We dont", "We don’t").is_empty());
        assert!(differences("a b", "a\nb").is_empty());
    }

    #[test]
    fn a_quote_that_stands_nowhere_shows_the_nearest_passage() {
        let text = ArticleText::new("Witkoff’s visit comes amid reports of pressure.".to_owned());
        let Err(Misplaced::Nowhere(Some(near))) = text.find("Witkoff's visits come") else {
            panic!("no suggestion")
        };
        assert_eq!(near.words, "Witkoff’s visit comes");
        assert_eq!(text.find("quite something else"), Err(Misplaced::Nowhere(None)));
    }
}
