//! HTML: the paragraphs of the article, and what the head says of it.

use super::{Article, Paragraphs, day};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use serde_json::Value;

/// Elements of which nothing is text for readers.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "math", "nav", "aside", "footer", "form", "button",
    "select", "figure", "iframe", "object", "head",
];
/// Elements after and before which a paragraph ends.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// A part of a page that may be the article.
#[derive(Default)]
struct Part {
    open: usize,
    paragraphs: Paragraphs,
}

/// Reads a page.
pub(super) fn read(page: &str) -> Article {
    let mut article = Article::default();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reading = Reading::default();
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let attribute = |wanted: &str| {
                    let found = tag.attributes.iter().find(|(name, _)| name.as_slice() == wanted.as_bytes());
                    found
                        .map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
                        .unwrap_or_default()
                };
                match name.as_str() {
                    "html" => article.language = attribute("lang"),
                    "meta" => meta(&mut article, &attribute),
                    "link" if attribute("rel") == "canonical" => set(&mut article.url, &attribute("href")),
                    "time" if reading.whole.article.open > 0 => {
                        set(&mut article.published, &day(&attribute("datetime")).unwrap_or_default());
                    }
                    _ => {}
                }
                let is_json = name == "script" && attribute("type") == "application/ld+json";
                reading.begin(&name, is_json);
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if name == "script" && !reading.json.is_empty() {
                    linked(&mut article, &std::mem::take(&mut reading.json));
                }
                reading.end(&name);
            }
            Token::String(text) => reading.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    reading.end_heading();
    let Whole { article: inside, main, body } = reading.whole;
    let title = reading.title.finish();
    if let Some((_, headline)) = reading.headline {
        set(&mut article.title, &headline);
    }
    set(&mut article.title, &title);
    let parts = [inside, main, body].map(|part| part.paragraphs.finish());
    article.text = parts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    article.language = article.language.split('_').collect::<Vec<_>>().join("-");
    if !article.url.contains("://") {
        article.url.clear();
    }
    article
}

#[derive(Default)]
struct Whole {
    article: Part,
    main: Part,
    body: Part,
}

/// A page that is being read.
#[derive(Default)]
struct Reading {
    whole: Whole,
    /// First heading so far, those inside the article before those around it, and how far around it is.
    headline: Option<(u8, String)>,
    /// Heading that is open.
    heading: Paragraphs,
    title: Paragraphs,
    /// Elements of which nothing is read, from the outermost that is open.
    skipped: Vec<String>,
    /// Whether in the title or first heading.
    in_title: bool,
    in_heading: bool,
    /// JSON-LD that is being read.
    json: String,
    in_json: bool,
}

impl Reading {
    fn begin(&mut self, name: &str, is_json: bool) {
        self.in_json = is_json;
        match name {
            "title" => self.in_title = true,
            "h1" => self.in_heading = true,
            // Whatever comes with the body is no longer in the head.
            "body" => self.skipped.clear(),
            _ => {}
        }
        if SKIPPED.contains(&name) && (self.skipped.is_empty() || self.skipped.contains(&name.to_owned())) {
            self.skipped.push(name.to_owned());
        }
        match name {
            "article" => self.whole.article.open += 1,
            "main" => self.whole.main.open += 1,
            _ => {}
        }
        self.ends(name, true);
    }

    fn end(&mut self, name: &str) {
        self.in_json = false;
        self.ends(name, false);
        match name {
            "title" => self.in_title = false,
            "h1" => self.end_heading(),
            "article" => self.whole.article.open = self.whole.article.open.saturating_sub(1),
            "main" => self.whole.main.open = self.whole.main.open.saturating_sub(1),
            _ => {}
        }
        if self.skipped.last().is_some_and(|last| last == name) {
            self.skipped.pop();
        }
    }

    fn end_heading(&mut self) {
        self.in_heading = false;
        let heading = std::mem::take(&mut self.heading).finish();
        let around = match (self.whole.article.open, self.whole.main.open) {
            (1.., _) => 0,
            (0, 1..) => 1,
            (0, 0) => 2,
        };
        if !heading.is_empty() && self.headline.as_ref().is_none_or(|(known, _)| around < *known) {
            self.headline = Some((around, heading));
        }
    }

    /// Ends a line or paragraph where an element begins or ends.
    fn ends(&mut self, name: &str, begins: bool) {
        for part in [&mut self.whole.article, &mut self.whole.main, &mut self.whole.body] {
            match name {
                "br" if begins => part.paragraphs.line_break(),
                name if BLOCKS.contains(&name) => part.paragraphs.end(),
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_json {
            self.json += text;
        }
        if self.in_title && !text.is_empty() {
            self.title.add(text);
        }
        if !self.skipped.is_empty() {
            return;
        }
        if self.in_heading {
            self.heading.add(text);
        }
        for (part, always) in
            [(&mut self.whole.article, false), (&mut self.whole.main, false), (&mut self.whole.body, true)]
        {
            if always || part.open > 0 {
                part.paragraphs.add(text);
            }
        }
    }
}

/// Sets a field that nothing has set yet.
fn set(field: &mut String, value: &str) {
    if field.is_empty() {
        *field = value.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

fn meta(article: &mut Article, attribute: &dyn Fn(&str) -> String) {
    let name = [attribute("property"), attribute("name")].into_iter().find(|name| !name.is_empty());
    let content = attribute("content");
    match name.unwrap_or_default().to_ascii_lowercase().as_str() {
        "og:title" | "dc.title" | "citation_title" => set(&mut article.title, &content),
        "og:site_name" | "dc.publisher" | "citation_publisher" => set(&mut article.publisher, &content),
        "author" | "article:author" | "dc.creator" | "citation_author" => set(&mut article.author, &content),
        "og:url" => set(&mut article.url, &content),
        "article:published_time" | "date" | "dc.date" | "dcterms.date" | "citation_date" | "pubdate" => {
            set(&mut article.published, &day(&content).unwrap_or_default());
        }
        _ => {}
    }
}

/// What schema.org's JSON-LD says of an article.
fn linked(article: &mut Article, json: &str) {
    let Ok(value) = serde_json::from_str::<Value>(json) else { return };
    let items = match &value {
        Value::Array(items) => items.iter().collect::<Vec<_>>(),
        value => value["@graph"].as_array().map_or(vec![value], |items| items.iter().collect()),
    };
    let name = |value: &Value| {
        let value = value.as_array().and_then(|all| all.first()).unwrap_or(value);
        value.as_str().or_else(|| value["name"].as_str()).unwrap_or_default().to_owned()
    };
    for item in items.into_iter().filter(|item| name(&item["@type"]).contains("Article")) {
        set(&mut article.title, &name(&item["headline"]));
        set(&mut article.publisher, &name(&item["publisher"]));
        set(&mut article.author, &name(&item["author"]));
        set(&mut article.published, &day(&name(&item["datePublished"])).unwrap_or_default());
    }
}
