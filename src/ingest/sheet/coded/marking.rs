//! One mark put into a coded text, the rest of the file untouched.
//!
//! Two designs were weighed. Writing the file anew from what it says would lose its comments and its layout. So the
//! brackets are put around the words where they stand, and the file is read again: its text must be the same, and
//! every part must belong to the mark that it belonged to. Where brackets cannot do that, because the words cross
//! another mark or would take its parts away, an empty mark carries the words as its quote.

use super::attributes::value;
use super::class::Class;
use super::front;
use super::scan::{Mark, Scanned, scan};
use crate::model::text::ArticleText;
use std::ops::Range;

/// Why words of a coded text are not marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmarked {
    /// The file is no coded text, or its marks cannot be read.
    Unreadable,
    /// The text has no such words.
    NoWords,
    /// The words stand in several paragraphs.
    SeveralParagraphs,
}

impl Unmarked {
    /// The reason, as a message.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Unreadable => "the marks of the file cannot be read",
            Self::NoWords => "the text has no such words",
            Self::SeveralParagraphs => "the words stand in several paragraphs",
        }
    }
}

/// The file with these words of its article marked: code points of the text, and what stands between the braces.
///
/// # Errors
/// Words that are not there or cannot be marked as one; a file whose marks cannot be read.
pub fn marked(file: &str, words: Range<usize>, attributes: &str) -> Result<String, Unmarked> {
    let front = front::split(file).map_err(|_| Unmarked::Unreadable)?;
    let before = scan(file, front.text);
    if !before.faults.is_empty() {
        return Err(Unmarked::Unreadable);
    }
    let quote: String = before.text.chars().skip(words.start).take(words.len()).collect();
    if quote.trim().is_empty() || quote.chars().count() != words.len() {
        return Err(Unmarked::NoWords);
    }
    if quote.lines().any(|line| line.trim().is_empty()) {
        return Err(Unmarked::SeveralParagraphs);
    }
    let bytes: Vec<usize> = file.char_indices().map(|(byte, _)| byte).chain([file.len()]).collect();
    let inside: Vec<&Mark> = before.marks.iter().filter(|mark| is_inside(mark, &before, &words)).collect();
    let open = inside.iter().filter(|mark| mark.start == words.start).map(|mark| bytes[mark.brackets.start]);
    let start = open.chain([before.byte_of(file, words.start)]).min().unwrap_or_default();
    let close = inside.iter().filter(|mark| end(mark, &before) == words.end);
    let last = before.byte_of(file, words.end - 1);
    let last = last + file[last..].chars().next().map_or(0, |c| c.len_utf8() + escape(file, last, c));
    let end = close.map(|mark| bytes[mark.attributes.place.end]).chain([last]).max().unwrap_or(last);
    let around = format!("{}[{}]{{{attributes}}}{}", &file[..start], &file[start..end], &file[end..]);
    if is_as_before(&around, &before, Some(&words)) {
        return Ok(around);
    }
    // Found in the text as in a sheet; a start where the words stand several times.
    let text = ArticleText::new(before.text.clone());
    let at = match text.find(&quote) {
        Ok(_) => String::new(),
        Err(_) => format!(" start={}", words.start),
    };
    let mark = format!("[]{{{attributes} quote={}{at}}}", value(&quote));
    let beside = format!("{}{mark}{}", &file[..start], &file[start..]);
    if is_as_before(&beside, &before, None) { Ok(beside) } else { Err(Unmarked::Unreadable) }
}

/// Length of the backslash before a bracket that is text; `byte` is where the piece begins that holds it.
fn escape(file: &str, byte: usize, sign: char) -> usize {
    // Such a piece begins with the backslash when `byte_of` has stepped back.
    usize::from(sign == '\\' && file[byte + 1..].starts_with(['[', ']']))
}

impl Scanned {
    /// The byte of the file at which a code point of the text is written, with the backslash before it.
    fn byte_of(&self, file: &str, at: usize) -> usize {
        let piece = self.places.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        let Some((start, byte)) = self.places.get(piece) else { return file.len() };
        let byte = file[*byte..].char_indices().nth(at - start).map_or(file.len(), |(more, _)| byte + more);
        let is_escaped = file[byte..].starts_with(['[', ']']) && file[..byte].ends_with('\\');
        if is_escaped { byte - 1 } else { byte }
    }
}

/// The code point behind the words of a mark.
fn end(mark: &Mark, scanned: &Scanned) -> usize {
    mark.start + scanned.text[mark.bytes.clone()].chars().count()
}

fn is_inside(mark: &Mark, scanned: &Scanned, words: &Range<usize>) -> bool {
    !mark.bytes.is_empty() && mark.start >= words.start && end(mark, scanned) <= words.end
}

/// Whether a file with one more mark has the text of before, the words between its brackets if there are any, and
/// all parts where they were.
fn is_as_before(file: &str, before: &Scanned, words: Option<&Range<usize>>) -> bool {
    let Ok(front) = front::split(file) else { return false };
    let after = scan(file, front.text);
    if !after.faults.is_empty() || after.text != before.text || after.marks.len() != before.marks.len() + 1 {
        return false;
    }
    // The new mark is the first that differs from its counterpart.
    let same = |(one, other): (&Mark, &Mark)| {
        one.bytes == other.bytes && one.attributes.place.len() == other.attributes.place.len()
    };
    let new = after.marks.iter().zip(&before.marks).take_while(|pair| same((pair.0, pair.1))).count();
    let place = after.marks[new].start..end(&after.marks[new], &after);
    if words.is_some_and(|words| place != *words) {
        return false;
    }
    let old = |number: usize| if number > new { number - 1 } else { number };
    let others = after.marks.iter().enumerate().filter(|(number, _)| *number != new);
    others.map(|(_, mark)| mark).zip(&before.marks).all(|(mark, counterpart)| {
        let is_part = mark
            .attributes
            .class
            .as_ref()
            .is_some_and(|class| matches!(Class::from_name(&class.text), Some(Class::Part(_))));
        let is_bound = mark.attributes.fields.iter().any(|(key, _)| key.text == "of");
        !is_part || is_bound || (mark.around != Some(new) && mark.around.map(old) == counterpart.around)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str, words: &str) -> String {
        let file = format!("---\narticle: a\n---\n{text}");
        let plain = super::super::article_text(&file).ok().unwrap();
        let byte = plain.find(words).unwrap();
        let start = plain[..byte].chars().count();
        let made = marked(&file, start..start + words.chars().count(), ".opposes actor=b").unwrap();
        made["---\narticle: a\n---\n".len()..].to_owned()
    }

    #[test]
    fn words_are_marked_where_they_stand() {
        for (text, words, expected) in [
            ("Ä says no.\n", "says no", "Ä [says no]{.opposes actor=b}.\n"),
            // Around marks that lie within, inside marks that lie around.
            ("[a b]{.for #p} c", "a b", "[[a b]{.for #p}]{.opposes actor=b} c"),
            ("[a b c]{.for #p}", "a b", "[[a b]{.opposes actor=b} c]{.for #p}"),
            ("[a b c]{.for #p}", "b c", "[a [b c]{.opposes actor=b}]{.for #p}"),
            ("[a]{.for #p} b [c]{.for #q}", "a b c", "[[a]{.for #p} b [c]{.for #q}]{.opposes actor=b}"),
            // Across a mark: an empty mark with its quote.
            ("[a b]{.for #p} c", "b c", "[a []{.opposes actor=b quote=\"b c\"}b]{.for #p} c"),
            // Parts stay with the mark that they belong to.
            (
                "[a [b]{.hedge} c]{.for #p}",
                "b c",
                "[a []{.opposes actor=b quote=\"b c\"}[b]{.hedge} c]{.for #p}",
            ),
            ("[a [b]{.hedge of=p} c]{.for #p}", "b c", "[a [[b]{.hedge of=p} c]{.opposes actor=b}]{.for #p}"),
            // Brackets that are text.
            ("a \\[b\\] c", "[b]", "a [\\[b\\]]{.opposes actor=b} c"),
            ("a [b] c", "[b]", "a [[b]]{.opposes actor=b} c"),
            ("[a b]{.for #p} c, b c", "b c,", "[a []{.opposes actor=b quote=\"b c,\"}b]{.for #p} c, b c"),
        ] {
            assert_eq!(mark(text, words), expected, "{text} {words}");
        }
        let file = "---\narticle: a\n---\n[a b]{.for #p} c b c\n";
        let made = marked(file, 2..5, ".opposes").unwrap();
        assert!(made.contains("[]{.opposes quote=\"b c\" start=2}"), "{made}");
    }

    #[test]
    fn what_cannot_be_marked_is_told() {
        let file = "---\narticle: a\n---\none\n\ntwo\n";
        assert_eq!(marked(file, 0..8, ".for"), Err(Unmarked::SeveralParagraphs));
        assert_eq!(marked(file, 3..4, ".for"), Err(Unmarked::NoWords));
        assert_eq!(marked(file, 2..90, ".for"), Err(Unmarked::NoWords));
        assert_eq!(marked("one", 0..1, ".for"), Err(Unmarked::Unreadable));
    }
}
