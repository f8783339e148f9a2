//! The marks of a text, and the text without them.
//!
//! A bracket that opens is known to be text only when its fellow is met, so the text is put together in a second
//! pass: the first finds what each bracket is.

use super::attributes::Attributes;
use super::cursor::Cursor;
use crate::ingest::sheet::faults::Fault;
use std::ops::Range;

/// Brackets may stand in each other so deep.
const MOST_NESTED: usize = 255;

/// A text and its marks.
pub(super) struct Scanned {
    /// The text of the article.
    pub(super) text: String,
    /// In the order in which they open.
    pub(super) marks: Vec<Mark>,
    /// Pieces of the text: the first code point of each, and the byte of the file at which it is written.
    pub(super) places: Vec<(usize, usize)>,
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
}

/// `[words]{attributes}`.
#[derive(Debug)]
pub(super) struct Mark {
    /// From `[` to `]`, in code points of the file.
    pub(super) brackets: Range<usize>,
    /// The words, in bytes of the article's text.
    pub(super) bytes: Range<usize>,
    /// Their first code point in the article's text.
    pub(super) start: usize,
    pub(super) attributes: Attributes,
    /// The mark around it.
    pub(super) around: Option<usize>,
}

/// A bracket that opens.
struct Open {
    at: usize,
    byte: usize,
    line: usize,
    paragraph: usize,
    /// What it opens; none while it is text.
    mark: Option<(usize, Attributes)>,
}

/// What the text consists of.
enum Piece {
    /// These bytes of the file.
    Text(Range<usize>),
    /// A bracket that opens, by its number.
    Open(usize),
    /// The end of the mark that opened last.
    Close,
}

struct Scanner<'t> {
    cursor: Cursor<'t>,
    pieces: Vec<Piece>,
    opens: Vec<Open>,
    /// Brackets of this paragraph that are open, by their numbers.
    open: Vec<usize>,
    /// Brackets of paragraphs before that were never closed.
    unclosed: Vec<usize>,
    /// Number of the paragraph; 0 before the first.
    paragraph: usize,
    /// Whether an empty line stands before what comes next.
    between: bool,
    too_deep: bool,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

/// Reads the text from here on.
pub(super) fn scan(file: &str, cursor: Cursor<'_>) -> Scanned {
    let mut scanner = Scanner {
        cursor,
        pieces: Vec::new(),
        opens: Vec::new(),
        open: Vec::new(),
        unclosed: Vec::new(),
        paragraph: 0,
        between: true,
        too_deep: false,
        faults: Vec::new(),
        warnings: Vec::new(),
    };
    scanner.run();
    scanner.finish(file)
}

impl Scanner<'_> {
    fn run(&mut self) {
        loop {
            let rest = self.cursor.rest();
            let plain = memchr::memchr3(b'[', b']', b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let plain = memchr::memchr(b'\\', &rest.as_bytes()[..plain]).unwrap_or(plain);
            if plain > 0 {
                self.push(plain);
                continue;
            }
            match self.cursor.peek() {
                None => break,
                Some('\\') => self.backslashes(),
                Some('[') => self.opening(),
                Some(']') => self.closing(),
                Some(_) => {
                    if self.cursor.is_paragraph_end() {
                        self.end_paragraph();
                        self.between = true;
                    }
                    let byte = self.cursor.byte();
                    self.cursor.next();
                    self.pieces.push(Piece::Text(byte..byte + 1));
                }
            }
        }
        self.end_paragraph();
    }

    /// Whatever is open was never closed; of brackets that are too many, the first is reported.
    fn end_paragraph(&mut self) {
        if std::mem::take(&mut self.too_deep) {
            self.open.clear();
        }
        self.unclosed.append(&mut self.open);
    }

    /// So many bytes of the file belong to the text.
    fn push(&mut self, bytes: usize) {
        let start = self.cursor.byte();
        if self.between && !self.cursor.rest()[..bytes].trim().is_empty() {
            self.begin_paragraph();
        }
        self.cursor.skip(bytes);
        self.pieces.push(Piece::Text(start..start + bytes));
    }

    fn begin_paragraph(&mut self) {
        if std::mem::take(&mut self.between) {
            self.paragraph += 1;
        }
    }

    /// Directly before a bracket, two backslashes are one, and a single one makes the bracket text.
    fn backslashes(&mut self) {
        let rest = self.cursor.rest();
        let slashes = rest.len() - rest.trim_start_matches('\\').len();
        if !rest[slashes..].starts_with(['[', ']']) {
            return self.push(slashes);
        }
        if slashes >= 2 {
            self.push(slashes / 2);
        }
        self.cursor.skip(slashes.div_ceil(2));
        if slashes % 2 == 1 {
            self.push(1);
        }
    }

    fn opening(&mut self) {
        if self.open.len() == MOST_NESTED {
            if !self.too_deep {
                self.too_deep = true;
                let at = self.cursor.at();
                self.faults.push(
                    Fault::new(at..at + 1, "marks are nested too deeply")
                        .expected(format!("at most {MOST_NESTED} brackets may be open here"))
                        .help("close those before it, or write \\[ where a bracket is text"),
                );
            }
            return self.push(1);
        }
        self.begin_paragraph();
        let number = self.opens.len();
        self.opens.push(Open {
            at: self.cursor.at(),
            byte: self.cursor.byte(),
            line: self.cursor.line(),
            paragraph: self.paragraph,
            mark: None,
        });
        self.open.push(number);
        self.pieces.push(Piece::Open(number));
        self.cursor.next();
    }

    fn closing(&mut self) {
        self.begin_paragraph();
        let attributes = &self.cursor.rest()[1..];
        if !attributes.starts_with('{') {
            self.open.pop();
            return self.push(1);
        }
        // Behind a bracket that opened nothing, braces are text, unless they cannot be meant so.
        let is_meant = attributes[1..].trim_start().starts_with(['.', '#']);
        let (at, line) = (self.cursor.at(), self.cursor.line());
        match (self.open.pop(), self.unclosed.last()) {
            (Some(number), _) => {
                self.cursor.next();
                let attributes = Attributes::read(&mut self.cursor, &mut self.faults);
                self.opens[number].mark = Some((at + 1, attributes));
                self.pieces.push(Piece::Close);
            }
            (None, Some(number)) if is_meant => {
                let open = &self.opens[*number];
                self.faults.push(
                    Fault::new(open.at..open.at + 1, "a mark across an empty line")
                        .expected(format!(
                            "it opens in paragraph {} on line {} and closes in paragraph {} on line {line}",
                            open.paragraph, open.line, self.paragraph
                        ))
                        .help("mark the words of each paragraph: one mark makes the record, the others are [words]{.evidence of=id}"),
                );
                self.unclosed.pop();
                self.cursor.next();
                Attributes::read(&mut self.cursor, &mut self.faults);
            }
            _ => {
                if is_meant {
                    self.warnings.push(
                        Fault::new(at..at + 2, "`]{` closes no bracket")
                            .expected("taken as text")
                            .help("write `[` before the words, or \\] if the bracket is text")
                            .into_warning(),
                    );
                }
                self.push(1);
            }
        }
    }

    fn finish(mut self, file: &str) -> Scanned {
        for number in &self.unclosed {
            let at = self.opens[*number].at;
            self.faults.push(
                Fault::new(at..at + 1, "a mark that is never closed")
                    .expected("it opens here; its paragraph has no `]` for it")
                    .help("close it with ]{.class …}, or write \\[ if the bracket is text"),
            );
        }
        let mut marks: Vec<Mark> = Vec::new();
        let (mut text, mut length) = (String::new(), 0);
        let mut places = Vec::new();
        // Bracket and mark of those that are open.
        let mut around: Vec<usize> = Vec::new();
        for piece in self.pieces {
            match piece {
                Piece::Text(bytes) => {
                    places.push((length, bytes.start));
                    let words = &file[bytes];
                    length += words.chars().count();
                    text += words;
                }
                Piece::Open(number) => match self.opens[number].mark.take() {
                    Some((end, attributes)) => {
                        marks.push(Mark {
                            brackets: self.opens[number].at..end,
                            bytes: text.len()..text.len(),
                            start: length,
                            attributes,
                            around: around.last().copied(),
                        });
                        around.push(marks.len() - 1);
                    }
                    None => {
                        places.push((length, self.opens[number].byte));
                        text.push('[');
                        length += 1;
                    }
                },
                Piece::Close => {
                    let mark = around.pop().expect("what closes was open");
                    marks[mark].bytes.end = text.len();
                }
            }
        }
        Scanned { text, marks, places, faults: self.faults, warnings: self.warnings }
    }
}
