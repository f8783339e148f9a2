//! Coded texts as whole files: what a load keeps of them, and what they hold.

use super::input::ReadError;
use super::{BYTE_ORDER_MARK, Content, Encoding, Input, Origin, Texts, invalid_utf8, texts};
use crate::base::error::{Error, Result};
use crate::ingest::sheet;
use crate::model::encode::encode;
use crate::model::project::Defaults;
use crate::model::registry::{Known, Registry};
use crate::model::text::ArticleText;
use oxrdf::NamedNode;
use std::sync::Arc;

/// A coded text as it is written: what a store keeps, so that it can be written back.
#[derive(Clone, Debug)]
pub struct CodedText {
    /// Name of the document that it encodes to.
    pub document: NamedNode,
    /// The file, byte for byte.
    pub source: String,
    /// The article whose text it is.
    pub article: NamedNode,
    /// The text of the article.
    pub text: Arc<ArticleText>,
}

/// The canonical N-Triples that a coded text encodes to, as the document of this name; none if anything is wrong
/// with it. `known` knows what its names mean.
#[doc(hidden)]
#[must_use]
pub fn encode_coded_text(
    file: &str,
    text: String,
    document: &NamedNode,
    known: Box<dyn Known>,
) -> Option<String> {
    let mut registry = Registry::default();
    let written = sheet::read(file, text, sheet::Format::CodedText).ok().filter(|w| w.faults.is_empty())?;
    let declared = sheet::declare(written, &mut registry);
    registry.know(known);
    let input = Input {
        name: file.to_owned(),
        path: None,
        held: None,
        content: Content::Sheet(sheet::Format::CodedText),
        encoding: Encoding::Plain,
        document: file.to_owned(),
        in_folder: false,
    };
    let sheets = [(Origin { input: &input, hash: String::new() }, declared)];
    let faults = texts::attach(&sheets, &Texts::default(), &mut registry).ok()?;
    if !faults.is_empty() {
        return None;
    }
    let [(_, declared)] = &sheets;
    let content = sheet::resolve(declared, document, &registry, None, &Defaults::default()).ok()?.content;
    let mut lines = String::new();
    encode(&content, &declared.base, &mut |text| lines += &text);
    Some(lines)
}

/// Reads a coded text and takes its marks out.
///
/// # Errors
/// An input that cannot be read, or is no coded text; what is wrong with the form of its marks.
pub fn article_text(input: &Input) -> Result<String> {
    let bytes = input.read().map_err(|error| match error {
        ReadError::Fault(fault) => Error::Input(vec![*fault]),
        ReadError::Io(error) => error,
    })?;
    let text =
        String::from_utf8(bytes).map_err(|error| Error::Input(vec![invalid_utf8(&input.name, &error)]))?;
    let bare = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    sheet::article_text(&input.name, bare).map_err(Error::Input)
}
