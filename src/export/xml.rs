//! Texts in XML.

/// A text as content or attribute of an element. Tabs and line ends become references: in attributes a reader
/// takes them for blanks (<https://www.w3.org/TR/xml/#AVNormalize>).
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | '\r' => out += &format!("&#{};", u32::from(c)),
            c => out.push(c),
        }
    }
    out
}
