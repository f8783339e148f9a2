//! Articles as they are found, made into coded texts without marks: HTML, PDF, DOCX, plain text.
//!
//! The text is what a reader sees. It may lack what a page builds by scripts, and of a PDF all that is a picture.
//!
//! Deliberately absent: fetching. A page is saved first, and the file is kept beside the coded text.

mod docx;
mod html;
mod pdf;

use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result};
use crate::ingest::BYTE_ORDER_MARK;
use crate::ingest::sheet::article_text;
use crate::model::identity::slug;
use std::fmt::Write;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What a file says of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Headline; empty if the file has none, as all fields.
    pub title: String,
    /// Outlet.
    pub publisher: String,
    /// Author.
    pub author: String,
    /// Day on which it appeared, `YYYY-MM-DD`.
    pub published: String,
    /// BCP 47 tag.
    pub language: String,
    /// Where it can be read.
    pub url: String,
    /// Paragraphs, with an empty line between.
    pub text: String,
    /// What could not be read.
    pub notes: Vec<String>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Pdf,
    Docx,
    Plain,
}

impl Form {
    /// By the first bytes, else by the name.
    fn of(name: &str, bytes: &[u8]) -> Self {
        let head: String =
            bytes.iter().take(2048).map(|byte| char::from(*byte).to_ascii_lowercase()).collect();
        let end = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match () {
            () if bytes.starts_with(b"%PDF-") => Self::Pdf,
            () if bytes.starts_with(b"PK\x03\x04") => Self::Docx,
            () if head.contains("<!doctype html") || head.contains("<html") => Self::Html,
            () if ["html", "htm", "xhtml"].contains(&end.as_str()) => Self::Html,
            () => Self::Plain,
        }
    }
}

/// Reads an article. `name` is that of its file; `to_nfc` composes letters and accents.
///
/// # Errors
/// A file without text, or in another format.
pub fn read(name: &str, bytes: &[u8], to_nfc: bool) -> Result<Article> {
    let read = match Form::of(name, bytes) {
        Form::Html => Ok(html::read(&decoded(bytes))),
        Form::Pdf => pdf::read(bytes),
        Form::Docx => docx::read(bytes),
        Form::Plain => plain(bytes),
    };
    let mut article = read.map_err(|why| fault(name, &why))?;
    if article.text.trim().is_empty() {
        return Err(fault(name, "it has no text; a scanned page needs OCR first"));
    }
    article.text = article.text.trim_matches('\n').to_owned() + "\n";
    if !is_nfc(&article.text) {
        match to_nfc {
            true => article.text = article.text.nfc().collect(),
            false => {
                article.notes.push("the text is not in NFC; `--nfc` composes letters and accents".to_owned())
            }
        }
    }
    Ok(article)
}

fn fault(name: &str, why: &str) -> Error {
    let help = "`import article` reads HTML, PDF with a text layer, DOCX and plain text in UTF-8";
    Error::Input(vec![
        Diagnostic::error("no article can be read").expected(why).help(help).at(Place::file(name)),
    ])
}

fn plain(bytes: &[u8]) -> Result<Article, String> {
    if bytes.contains(&0) {
        return Err("it is neither text nor a format that is known".to_owned());
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("byte {} is not valid UTF-8", error.valid_up_to()))?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    Ok(Article { text, ..Article::default() })
}

/// Bytes of a page as text: UTF-8, or what Windows takes Latin-1 for.
fn decoded(bytes: &[u8]) -> String {
    /// Characters of Windows-1252 from 0x80 to 0x9f.
    const HIGH: &[char; 32] = &[
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).to_owned(),
        Err(_) => {
            let letter = |byte: &u8| match byte {
                0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
                byte => char::from(*byte),
            };
            bytes.iter().map(letter).collect()
        }
    }
}

impl Article {
    /// A short name: of the title, else of the file.
    #[must_use]
    pub fn id(&self, file: &str) -> String {
        let mut id = String::new();
        for word in slug(&self.title).split('-').filter(|word| !word.is_empty()) {
            if id.len() + word.len() > 48 {
                break;
            }
            id += if id.is_empty() { "" } else { "-" };
            id += word;
        }
        let stem = file.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
        [id, slug(stem), "article".to_owned()].into_iter().find(|id| !id.is_empty()).unwrap_or_default()
    }

    /// The coded text, of which the text is what was read. `original` is the file that it was read from.
    ///
    /// # Errors
    /// The text would not come out of it again.
    pub fn coded_text(&self, id: &str, original: &str) -> Result<String> {
        let mut out = format!("---\nid: {id}\n");
        for (field, value) in [
            ("title", &self.title),
            ("publisher", &self.publisher),
            ("author", &self.author),
            ("published", &self.published),
            ("language", &self.language),
            ("url", &self.url),
        ] {
            if !value.trim().is_empty() {
                let _ = writeln!(out, "{field}: {}", serde_json::Value::from(value.trim()));
            }
        }
        let _ = writeln!(out, "note: {}\n---", serde_json::Value::from(format!("Text of {original}")));
        out += &escaped(&self.text);
        match article_text(id, &out) {
            Ok(text) if text == self.text => Ok(out),
            _ => Err(Error::usage("the text cannot be written as a coded text")
                .with_help("save it as plain text, and import that")),
        }
    }
}

/// A text in which no bracket is a mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut slashes = 0;
    for letter in text.chars() {
        if ['[', ']'].contains(&letter) {
            // Backslashes before a bracket count twice.
            out.extend(std::iter::repeat_n('\\', slashes + 1));
        }
        slashes = if letter == '\\' { slashes + 1 } else { 0 };
        out.push(letter);
    }
    out
}

/// Paragraphs of a text that is being read.
#[derive(Default)]
struct Paragraphs {
    out: String,
    line: String,
}

impl Paragraphs {
    /// Adds text, in which white space is one blank.
    fn add(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                    if !self.line.is_empty() && !self.line.ends_with([' ', '\n']) {
                        self.line.push(' ');
                    }
                }
                letter => self.line.push(letter),
            }
        }
    }

    /// Ends a line.
    fn line_break(&mut self) {
        if !self.line.is_empty() {
            self.line.truncate(self.line.trim_end_matches(' ').len());
            self.line.push('\n');
        }
    }

    /// Ends a paragraph.
    fn end(&mut self) {
        let line = self.line.trim_matches([' ', '\n']);
        if !line.is_empty() {
            if !self.out.is_empty() {
                self.out += "\n\n";
            }
            self.out += line;
        }
        self.line.clear();
    }

    fn finish(mut self) -> String {
        self.end();
        self.out
    }
}

/// The day at the beginning of a date with or without a time.
fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let day = text.get(..10)?;
    day.parse::<jiff::civil::Date>().ok().map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Article, read};
    use proptest::prelude::*;

    #[test]
    fn a_page_gives_its_article() {
        let page = "<!doctype html><html lang=en><head><title>Mill &amp; quay | Canal Courier</title>\
            <meta property=og:title content='Mill &amp; quay'><meta property=og:site_name content='Canal Courier'>\
            <meta property=article:published_time content=2025-03-06T08:00:00Z><script>var x = '<p>no</p>';</script></head>\
            <body><nav>Home</nav><article><h1>Mill &amp; quay</h1><p>The\n mill   goes.<br>So it is.</p><p>Ana&nbsp;said [it]{.no}.\
            <aside>Ads</aside></article><p>Imprint</p></body></html>";
        let article = read("page.html", page.as_bytes(), false).unwrap();
        assert_eq!(article.text, "Mill & quay\n\nThe mill goes.\nSo it is.\n\nAna\u{a0}said [it]{.no}.\n");
        assert_eq!(
            [&article.title, &article.publisher, &article.published, &article.language],
            ["Mill & quay", "Canal Courier", "2025-03-06", "en"]
        );
        let coded = article.coded_text("mill-quay", "page.html").unwrap();
        assert!(coded.contains("\\[it\\]{.no}"), "{coded}");
    }

    proptest! {
        #[test]
        fn texts_come_out_of_their_coded_texts(text in "[\\[\\]{}\\\\a .#\n-]{1,60}") {
            // What is blank is no article.
            let article = Article { text: format!("a{text}\n"), ..Article::default() };
            prop_assert!(article.coded_text("a", "a.txt").is_ok(), "{:?}", article.text);
        }

        #[test]
        fn whatever_is_read_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[<>/a-z =\"&;!-]{0,200}") {
            let _ = read("a.txt", &bytes, true);
            let _ = read("a.html", text.as_bytes(), true);
            let _ = read("a.pdf", &[b"%PDF-1.7\n", bytes.as_slice()].concat(), true);
            let _ = read("a.docx", &[b"PK\x03\x04", bytes.as_slice()].concat(), true);
        }
    }
}
