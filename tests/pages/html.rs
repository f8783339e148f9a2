//! A reader of the HTML that the program writes: strict, so that what passes is read alike by every browser.

/// Elements that have no end tag.
const VOID: &[&str] = &["br", "hr", "input", "link", "meta", "wbr"];

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Name of its tag.
    pub name: String,
    /// Its attributes, in their order.
    pub attributes: Vec<(String, String)>,
    /// Text that stands in it, but not in an element in it.
    pub text: String,
}

impl Element {
    #[cfg(test)]
    pub fn new(name: &str, attributes: &[(&str, &str)], text: &str) -> Self {
        let attributes =
            attributes.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Self { name: name.to_owned(), attributes, text: text.to_owned() }
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The elements of a page, in the order of their start tags.
pub fn elements(page: &str) -> Result<Vec<Element>, String> {
    let (mut elements, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap_or(page);
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        if text.contains('>') && open.last().is_none_or(|at| elements[*at].name != "style") {
            return Err(format!("an angle bracket in `{text}`"));
        }
        match open.last() {
            Some(at) => elements[*at].text += &unescaped(text),
            None if text.trim().is_empty() => {}
            None => return Err(format!("`{text}` stands in no element")),
        }
        if tag.is_empty() {
            break;
        }
        let (tag, after) = tag.split_once('>').ok_or("a tag without an end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let at = open.pop().ok_or(format!("</{name}> ends nothing"))?;
            if elements[at].name != name {
                return Err(format!("</{name}> ends <{}>", elements[at].name));
            }
            continue;
        }
        let element = element(tag)?;
        if !VOID.contains(&&*element.name) {
            open.push(elements.len());
        }
        elements.push(element);
    }
    match open.last() {
        Some(at) => Err(format!("<{}> has no end", elements[*at].name)),
        None => Ok(elements),
    }
}

/// `p id="a" hidden`; values are quoted always, and no attribute occurs twice.
fn element(tag: &str) -> Result<Element, String> {
    let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let mut element = Element { name: tag[..end].to_owned(), ..Element::default() };
    if element.name.is_empty() || !element.name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(format!("`<{tag}` is no tag"));
    }
    let mut rest = tag[end..].trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix('=') {
            let quoted = quoted.strip_prefix('"').ok_or(format!("<{tag}>: a value without quotes"))?;
            (value, rest) = quoted.split_once('"').ok_or(format!("<{tag}>: a value without an end"))?;
        }
        if element.get(&name).is_some() {
            return Err(format!("<{tag}>: {name} occurs twice"));
        }
        element.attributes.push((name, unescaped(value)));
        rest = rest.trim_start();
    }
    Ok(element)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
