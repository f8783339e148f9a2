//! Texts of articles with quotes at their places, for formats that know words by their place alone.
//!
//! Where a text is not at hand, its quotes stand in blanks at their places: the places stay what they are, and
//! that is what the reader sees of it.

/// Length beyond which offsets are taken for no offsets, in code points.
const LONGEST: usize = 1 << 24;
/// What stands for evidence without words.
const RECORD: &str = "(record)";

/// Words, and where they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Quote {
    /// First code point, and the one after the last.
    pub(super) place: Option<(usize, usize)>,
    pub(super) words: String,
}

/// A text, and where the quotes stand in it.
pub(super) struct Placed {
    pub(super) letters: Vec<char>,
    /// Of each quote, first code point and the one after the last.
    pub(super) places: Vec<(usize, usize)>,
}

impl Placed {
    /// Puts quotes into a text; where it is not at hand, into blanks of its length.
    pub(super) fn new<'q>(
        text: Option<&str>,
        length: Option<usize>,
        quotes: impl Iterator<Item = &'q Quote>,
    ) -> Self {
        let mut letters: Vec<char> = text.unwrap_or_default().chars().collect();
        if text.is_none() {
            letters.resize(length.unwrap_or_default().min(LONGEST), ' ');
        }
        let mut places = Vec::new();
        for quote in quotes {
            let words = quote.words.as_str();
            let place = quote.place.filter(|(start, end)| start < end && *end <= LONGEST);
            places.push(match (text, place) {
                (Some(_), Some((start, end))) if end <= letters.len() => (start, end),
                (Some(text), _) => found(text, words).unwrap_or((0, letters.len())),
                (None, Some((start, end))) => {
                    letters.resize(letters.len().max(end), ' ');
                    for (letter, to) in words.chars().zip(&mut letters[start..end]) {
                        *to = letter;
                    }
                    (start, end)
                }
                // Words without a place, and records: behind the text.
                (None, None) => {
                    if !letters.is_empty() {
                        letters.push('\n');
                    }
                    let start = letters.len();
                    letters.extend(if words.is_empty() { RECORD } else { words }.chars());
                    (start, letters.len())
                }
            });
        }
        Self { letters, places }
    }
}

/// Where words stand in a text, in code points; none if they do not, or are none.
fn found(text: &str, words: &str) -> Option<(usize, usize)> {
    let at = text.find(words).filter(|_| !words.trim().is_empty())?;
    let start = text[..at].chars().count();
    Some((start, start + words.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(
        text: Option<&str>,
        quotes: &[(Option<(usize, usize)>, &str)],
    ) -> (String, Vec<(usize, usize)>) {
        let quotes: Vec<Quote> =
            quotes.iter().map(|(place, words)| Quote { place: *place, words: (*words).to_owned() }).collect();
        let placed = Placed::new(text, Some(8), quotes.iter());
        (placed.letters.into_iter().collect(), placed.places)
    }

    #[test]
    fn quotes_stand_at_their_places_in_the_text_or_in_blanks() {
        let quotes = [(Some((2, 4)), "go"), (None, "no"), (None, ""), (Some((90, 91)), "x")];
        assert_eq!(placed(Some("\u{1F600} go, no"), &quotes).1, [(2, 4), (6, 8), (0, 8), (0, 8)]);
        let (text, places) = placed(None, &quotes[..3]);
        assert_eq!(text, "  go    \nno\n(record)");
        assert_eq!(places, [(2, 4), (9, 11), (12, 20)]);
    }
}
