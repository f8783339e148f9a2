//! A text read as if something had not happened to it, and where each letter of that reading
//! stands in the text at hand.

use super::cause::Cause;
use super::encoding;
use crate::model::text::{ArticleText, plain};
use std::ops::Range;
use std::sync::Arc;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Something done to a text; each undoes a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// Reads mojibake back.
    Unread,
    /// Makes mojibake.
    Misread,
    /// Takes a byte-order mark away.
    WithoutBom,
    /// Puts one there.
    WithBom,
    /// Ends lines in LF.
    Lf,
    /// Ends lines in CRLF.
    Crlf,
    /// Composes letters.
    Compose,
    /// Decomposes letters.
    Decompose,
    /// Makes one blank of several, line by line.
    OneBlank,
    /// Makes one blank of all white space.
    OneSpace,
    /// Makes quotation marks and dashes plain.
    PlainMarks,
}

/// A text as it would be but for some causes.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub text: Arc<ArticleText>,
    pub causes: Vec<Cause>,
    /// Where each letter comes from in the text at hand; none where nothing was done.
    origin: Option<Vec<Range<u32>>>,
}

impl Reading {
    /// The text as it is.
    pub fn new(text: Arc<ArticleText>, causes: Vec<Cause>) -> Self {
        Self { text, causes, origin: None }
    }

    /// The place in the text at hand of a place in this reading; none if it lies outside.
    pub fn at_hand(&self, place: &Range<u32>) -> Option<Range<u32>> {
        let Some(origin) = &self.origin else {
            return (place.start <= place.end && place.end <= self.text.length()).then(|| place.clone());
        };
        let letters = origin.get(place.start as usize..place.end as usize)?;
        Some(letters.first()?.start..letters.last()?.end)
    }

    /// Reading with one thing more undone; none where that changes nothing.
    pub fn through(&self, layer: Layer) -> Option<Self> {
        let letters: Vec<char> = self.text.as_str().chars().collect();
        let mut out = Rewritten { letters: &letters, at: 0, text: String::new(), from: Vec::new() };
        let cause = out.rewrite(layer);
        if out.text == self.text.as_str() || (layer == Layer::Unread && !out.was_misread()) {
            return None;
        }
        let before = |place: &Range<u32>| match &self.origin {
            None => place.clone(),
            Some(origin) if place.is_empty() => {
                let at = origin.get(place.start as usize).map_or(0, |letter| letter.start);
                at..at
            }
            Some(origin) => origin[place.start as usize].start..origin[place.end as usize - 1].end,
        };
        let origin = out.from.iter().map(before).collect();
        let causes = self.causes.iter().copied().chain([cause]).collect();
        Some(Self { text: Arc::new(ArticleText::new(out.text)), causes, origin: Some(origin) })
    }
}

/// A text through a layer, for looking up words in a reading that went through the same.
pub(super) fn through(text: &str, layer: Layer) -> String {
    let reading = Reading::new(Arc::new(ArticleText::new(text.to_owned())), Vec::new());
    reading.through(layer).map_or_else(|| text.to_owned(), |reading| reading.text.as_str().to_owned())
}

/// A text in the making.
struct Rewritten<'a> {
    letters: &'a [char],
    /// How many letters are done.
    at: usize,
    text: String,
    from: Vec<Range<u32>>,
}

impl Rewritten<'_> {
    fn keep(&mut self, number: usize) {
        for _ in 0..number {
            self.text.push(self.letters[self.at]);
            let at = place(self.at);
            self.from.push(at..at + 1);
            self.at += 1;
        }
    }

    /// Puts `text` in the place of the next letters.
    fn replace(&mut self, number: usize, text: &str) {
        let from = place(self.at)..place(self.at + number);
        self.from.extend(text.chars().map(|_| from.clone()));
        self.text.push_str(text);
        self.at += number;
    }

    /// How many of the next letters are of a kind.
    fn run(&self, kind: impl Fn(char) -> bool) -> usize {
        self.letters[self.at..].iter().take_while(|c| kind(**c)).count()
    }

    /// Whether reading mojibake back is credible: `é’”` may as well be three letters side by
    /// side, and a text that was misread has little but such runs beyond ASCII.
    fn was_misread(&self) -> bool {
        let runs: usize = self.from.iter().map(Range::len).filter(|length| *length > 1).sum();
        2 * runs >= self.letters.iter().filter(|letter| !letter.is_ascii()).count()
    }

    fn rewrite(&mut self, layer: Layer) -> Cause {
        let mut cause = layer.cause();
        if layer == Layer::WithBom && self.letters.first() != Some(&'\u{feff}') {
            self.replace(0, "\u{feff}");
        }
        let mut utf8 = [0; 4];
        while let Some(&letter) = self.letters.get(self.at) {
            let rest = &self.letters[self.at..];
            match layer {
                Layer::Unread => match encoding::unread(rest) {
                    Some((sound, number)) => {
                        if encoding::is_latin1(&rest[..number]) {
                            cause = Cause::MojibakeLatin1;
                        }
                        self.replace(number, sound.encode_utf8(&mut utf8));
                    }
                    None => self.keep(1),
                },
                Layer::Misread if !letter.is_ascii() => {
                    let bytes = letter.encode_utf8(&mut utf8).bytes();
                    let misread: String = bytes.map(encoding::letter).collect();
                    self.replace(1, &misread);
                }
                Layer::WithoutBom if letter == '\u{feff}' && self.at == 0 => self.replace(1, ""),
                Layer::Lf if letter == '\r' => {
                    self.replace(if rest.get(1) == Some(&'\n') { 2 } else { 1 }, "\n");
                }
                Layer::Crlf if letter == '\n' => self.replace(1, "\r\n"),
                Layer::Crlf if letter == '\r' && rest.get(1) == Some(&'\n') => self.keep(2),
                Layer::Compose | Layer::Decompose => self.normalise(layer),
                Layer::OneBlank if is_blank(letter) => self.replace(self.run(is_blank), " "),
                Layer::OneSpace if letter.is_whitespace() => {
                    self.replace(self.run(char::is_whitespace), " ");
                }
                Layer::PlainMarks => self.plain_mark(letter),
                _ => self.keep(1),
            }
        }
        cause
    }

    /// A letter with the marks that combine with it, composed or decomposed.
    fn normalise(&mut self, layer: Layer) {
        let number = 1 + self.letters[self.at + 1..].iter().take_while(|c| combines(**c)).count();
        let letters = &self.letters[self.at..self.at + number];
        let text: String = match layer {
            Layer::Compose => letters.iter().copied().nfc().collect(),
            _ => letters.iter().copied().nfd().collect(),
        };
        if text.chars().eq(letters.iter().copied()) { self.keep(number) } else { self.replace(number, &text) }
    }

    fn plain_mark(&mut self, letter: char) {
        match plain(letter) {
            '-' => self.replace(self.run(|c| plain(c) == '-'), "-"),
            '…' => self.replace(1, "..."),
            '\u{ad}' | '\u{200b}' => self.replace(1, ""),
            // Blanks are another layer's business.
            ' ' => self.keep(1),
            mark if mark == letter => self.keep(1),
            mark => self.replace(1, mark.encode_utf8(&mut [0; 4])),
        }
    }
}

impl Layer {
    fn cause(self) -> Cause {
        match self {
            Self::Unread => Cause::Mojibake,
            Self::Misread => Cause::MojibakeCoded,
            Self::WithoutBom => Cause::Bom,
            Self::WithBom => Cause::BomLost,
            Self::Lf => Cause::Crlf,
            Self::Crlf => Cause::CrlfLost,
            Self::Compose => Cause::Nfd,
            Self::Decompose => Cause::Nfc,
            Self::OneBlank | Self::OneSpace => Cause::Whitespace,
            Self::PlainMarks => Cause::QuotationMarks,
        }
    }
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() && !matches!(letter, '\n' | '\r')
}

/// Whether a letter may become one with what stands before it.
fn combines(letter: char) -> bool {
    canonical_combining_class(letter) != 0 || is_nfc_quick(std::iter::once(letter)) == IsNormalized::Maybe
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, layer: Layer) -> (String, Vec<Range<u32>>) {
        let reading = Reading::new(Arc::new(ArticleText::new(text.to_owned())), Vec::new());
        let through = reading.through(layer).unwrap();
        (through.text.as_str().to_owned(), through.origin.unwrap())
    }

    #[test]
    fn every_layer_knows_where_its_letters_come_from() {
        for (text, layer, expected, last) in [
            ("a\r\nb\rc", Layer::Lf, "a\nb\nc", 5..6),
            ("a\nb\r\nc", Layer::Crlf, "a\r\nb\r\nc", 5..6),
            ("\u{feff}ab", Layer::WithoutBom, "ab", 2..3),
            ("ab", Layer::WithBom, "\u{feff}ab", 1..2),
            ("cafe\u{301}s", Layer::Compose, "cafés", 5..6),
            ("cafés", Layer::Decompose, "cafe\u{301}s", 4..5),
            ("â€œcafÃ©", Layer::Unread, "“café", 6..8),
            ("é!", Layer::Misread, "Ã©!", 1..2),
            ("a  b\n\nc", Layer::OneBlank, "a b\n\nc", 6..7),
            ("a  b\n\nc", Layer::OneSpace, "a b c", 6..7),
            ("“a” -- b…", Layer::PlainMarks, "\"a\" - b...", 8..9),
        ] {
            let (text, origin) = read(text, layer);
            assert_eq!(text, expected);
            assert_eq!(origin.len(), text.chars().count());
            assert_eq!(origin.last(), Some(&last), "{layer:?}");
        }
    }

    #[test]
    fn layers_lie_on_one_another() {
        let text = ArticleText::new("\u{feff}a\r\ncafe\u{301} b".to_owned());
        let reading = Reading::new(Arc::new(text), Vec::new());
        let reading = reading.through(Layer::WithoutBom).unwrap().through(Layer::Lf).unwrap();
        let reading = reading.through(Layer::Compose).unwrap();
        assert_eq!(reading.text.as_str(), "a\ncafé b");
        assert_eq!(reading.at_hand(&(2..6)), Some(4..9));
        assert_eq!(reading.causes, [Cause::Bom, Cause::Crlf, Cause::Nfd]);
        assert!(reading.through(Layer::Lf).is_none());
    }

    #[test]
    fn letters_that_happen_to_stand_side_by_side_are_no_mojibake() {
        let text = ArticleText::new("‘‘Au café’” – “naïve” – ‘façade’".to_owned());
        let reading = Reading::new(Arc::new(text), Vec::new());
        assert!(reading.through(Layer::Unread).is_none());
    }
}
