//! Encodings of XML: by its byte order mark, else by its declaration (XML 1.0, appendix F).

use encoding_rs::{Encoding, UTF_8};

/// Bytes within which a declaration ends.
const DECLARATION: usize = 1024;

/// The same text in UTF-8, with a declaration that says so; as it came if it cannot be told or read in what it
/// says.
pub(in crate::ingest) fn in_utf8(bytes: Vec<u8>) -> Vec<u8> {
    let marked = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding);
    let Some(encoding) = marked.or_else(|| declared(&bytes)).filter(|encoding| *encoding != UTF_8) else {
        return bytes;
    };
    let (text, _, has_errors) = encoding.decode(&bytes);
    if has_errors {
        return bytes;
    }
    let mut text = text.into_owned();
    if let Some(name) = name(&text) {
        text.replace_range(name, UTF_8.name());
    }
    text.into_bytes()
}

/// The encoding that an XML declaration names, where its letters are those of ASCII.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION)];
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    Encoding::for_label(head[name(&head)?].as_bytes())
}

/// Where the name of the encoding is.
fn name(text: &str) -> Option<std::ops::Range<usize>> {
    let begin = text.find("<?xml").filter(|begin| text[..*begin].trim().is_empty())?;
    let end = begin + text[begin..].find("?>")?;
    let key = begin + text[begin..end].find("encoding")? + "encoding".len();
    let open = key + text[key..end].find(['"', '\''])?;
    let quote = text[open..].chars().next()?;
    let close = open + 1 + text[open + 1..end].find(quote)?;
    Some(open + 1..close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_read() {
        let text =
            |encoding: &str| format!("<?xml version=\"1.0\" encoding='{encoding}' ?>\n<a b=\"café €\"/>");
        let latin = encoding_rs::WINDOWS_1252.encode(&text("ISO-8859-1")).0.into_owned();
        let utf16: Vec<u8> = std::iter::once('\u{feff}')
            .chain(text("UTF-16").chars())
            .flat_map(|c| (c as u16).to_le_bytes())
            .collect();
        for bytes in [latin, utf16, text("utf-8").into_bytes()] {
            let read = String::from_utf8(in_utf8(bytes)).unwrap();
            assert_eq!(read.to_lowercase(), text("utf-8").to_lowercase());
        }
        // Not of the declared encoding, and of none that is known.
        for bytes in [text("euc-jp").replace("café", "\u{e000}").into_bytes(), text("klingon").into_bytes()]
        {
            assert_eq!(in_utf8(bytes.clone()), bytes);
        }
    }
}
