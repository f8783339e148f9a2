//! A text at hand, which may be that of an article.

use super::cause::Cause;
use super::encoding;
use crate::model::text::ArticleText;
use std::sync::Arc;

/// A text at hand.
#[derive(Clone, Debug)]
pub struct TextAtHand {
    /// Name for people: the path of its file.
    pub name: String,
    /// The name of the file without its extension, which may be an article's id.
    pub stem: String,
    /// The text itself.
    pub text: Arc<ArticleText>,
    /// Fault of its encoding.
    pub encoding: Option<Cause>,
    /// Whether it is from the store, where nobody named it: then it stands back.
    pub kept: bool,
}

impl TextAtHand {
    /// A text of this name from the bytes of a file, in whatever encoding.
    #[must_use]
    pub fn new(name: impl Into<String>, stem: impl Into<String>, bytes: Vec<u8>) -> Self {
        let (text, encoding) = encoding::decode(bytes);
        let text = Arc::new(ArticleText::new(text));
        Self { name: name.into(), stem: stem.into(), text, encoding, kept: false }
    }

    /// A text that the store keeps.
    #[must_use]
    pub fn kept(text: String) -> Self {
        Self { kept: true, ..Self::new("kept in the store", "", text.into_bytes()) }
    }
}
