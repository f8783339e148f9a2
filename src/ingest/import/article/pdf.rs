//! PDF: the text layer, and what the file says of itself.

use super::Article;
use lopdf::{Document, Object};

/// Length that the contents of all pages may have when they are unpacked, in bytes.
const MOST: usize = 256 << 20;

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Result<Article, String> {
    let document = Document::load_mem(bytes).map_err(|error| format!("the PDF cannot be read: {error}"))?;
    if document.is_encrypted() {
        return Err("the PDF is encrypted".to_owned());
    }
    let mut article = Article::default();
    let mut empty = Vec::new();
    for page in document.get_pages().keys() {
        let text = document.extract_text_with_limit(&[*page], MOST).unwrap_or_default();
        match text.trim() {
            "" => empty.push(page.to_string()),
            text => {
                if !article.text.is_empty() {
                    article.text += "\n\n";
                }
                article.text += &lines(text);
            }
        }
    }
    if !empty.is_empty() && !article.text.is_empty() {
        article.notes.push(format!("no text on page {}", empty.join(", ")));
    }
    if let Ok(Object::Reference(id)) = document.trailer.get(b"Info")
        && let Ok(info) = document.get_dictionary(*id)
    {
        let get = |key: &[u8]| {
            info.get(key).ok().and_then(|value| lopdf::decode_text_string(value).ok()).unwrap_or_default()
        };
        (article.title, article.author) = (get(b"Title"), get(b"Author"));
    }
    article
        .notes
        .push("check the text against the page: a PDF does not say which lines are paragraphs".to_owned());
    Ok(article)
}

/// Lines without blanks at their ends, and no more than one empty line between.
fn lines(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out += line;
        out.push('\n');
    }
    out.trim_end().to_owned()
}
