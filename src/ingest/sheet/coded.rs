//! Coded texts: the article itself as a sheet, its words marked in brackets.
//!
//! Two designs were weighed. Records made straight from the marks are quicker, and would need every check of
//! form, every message and every place a second time. The tree that YAML and CSV become, made from front matter
//! and marks, needs none: what a sheet refuses is refused here, at the line and column of the mark. Deliberately
//! absent: Markdown. The text is taken as it is.

mod attributes;
mod class;
mod cursor;
mod front;
mod marking;
mod records;
mod scan;

use super::faults::Fault;
use super::tree::{Node, Step};
pub use attributes::value;
use cursor::Cursor;
pub use marking::{Unmarked, marked};

/// A coded text, read.
pub(super) struct Coded {
    pub(super) tree: Node,
    /// What leaves the rest of it readable.
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
    /// Fields that are absent because a faulty attribute was meant for them.
    pub(super) left_out: Vec<Vec<Step>>,
    /// The text of the article: what is left without front matter and marks.
    pub(super) text: String,
}

/// Reads a coded text whose line ends are line feeds.
///
/// # Errors
/// Front matter that is absent or no YAML; with it, what is wrong with the marks.
pub(super) fn read(file: &str) -> Result<Coded, Vec<Fault>> {
    let front = front::split(file).map_err(|fault| vec![*fault])?;
    let scan::Scanned { text, marks, mut faults, warnings, .. } = scan::scan(file, front.text.clone());
    match front.tree(file, &mut faults) {
        Ok(root) => {
            let (tree, left_out) = records::root(root, &marks, &text, &mut faults);
            Ok(Coded { tree, faults, warnings, left_out, text })
        }
        Err(fault) => {
            faults.insert(0, *fault);
            Err(faults)
        }
    }
}

/// The code point with which the text of the article begins; 0 where there is no front matter.
pub(super) fn text_start(file: &str) -> usize {
    front::split(file).map_or(0, |front| front.text.at())
}

/// The text of the article alone.
///
/// # Errors
/// Front matter that is absent, and what is wrong with the form of the marks.
pub(super) fn article_text(file: &str) -> Result<String, Vec<Fault>> {
    let front = front::split(file).map_err(|fault| vec![*fault])?;
    let scanned = scan::scan(file, front.text);
    if scanned.faults.is_empty() { Ok(scanned.text) } else { Err(scanned.faults) }
}

/// Whether a file begins as coded texts do: with a line `---`. Of a longer file the first bytes will do.
pub(super) fn is_coded(file: &str) -> bool {
    front::is_fence(file.strip_prefix('\u{feff}').unwrap_or(file).split('\n').next().unwrap_or_default())
}

/// A text with line feeds for the line ends of Windows; none if it has none of these.
pub(super) fn with_line_feeds(file: &str) -> Option<String> {
    file.contains("\r\n").then(|| file.replace("\r\n", "\n"))
}

/// The place of a byte in a text.
fn cursor_at(text: &str, byte: usize) -> Cursor<'_> {
    let before = &text[..byte];
    let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    Cursor::new(text, byte, before.chars().count(), lines + 1)
}
