//! Front matter: the YAML before the text, between two lines `---`.

use super::{Cursor, cursor_at};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::ingest::sheet::faults::{self, Fault};
use crate::ingest::sheet::read::fields_of;
use crate::ingest::sheet::record::{Article, Sheet};
use crate::ingest::sheet::tree::{Entry, Node, Value};
use crate::ingest::sheet::yaml::yaml;

/// Where the parts of a coded text begin.
pub(super) struct Front<'t> {
    yaml: &'t str,
    /// Code points before the YAML.
    before: usize,
    pub(super) text: Cursor<'t>,
}

/// Whether a line, without its line feed, is one that begins or ends front matter.
pub(super) fn is_fence(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty())
}

/// Parts front matter and text.
pub(super) fn split(file: &str) -> Result<Front<'_>, Box<Fault>> {
    let mut lines = file.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if !is_fence(first.trim_end_matches('\n')) {
        let end = first.trim_end().chars().count().max(1);
        let fault = Fault::new(0..end, "not a coded text")
            .expected("expected a first line `---`, then the article's fields, a line `---` and the text")
            .help("`standpoint init DIR` writes a coded text to start from");
        return Err(fault.into());
    }
    let mut at = first.len();
    for line in lines {
        let end = at + line.len();
        if is_fence(line.trim_end_matches('\n')) {
            if !line.ends_with('\n') || file[end..].trim().is_empty() {
                let place = file[..at].chars().count();
                let fault = Fault::new(place..place + 3, "no text after the front matter")
                    .expected("the article's text begins on the next line");
                return Err(fault.into());
            }
            return Ok(Front {
                yaml: &file[first.len()..at],
                before: first.chars().count(),
                text: cursor_at(file, end),
            });
        }
        at = end;
    }
    let fault = Fault::new(0..3, "front matter that does not end")
        .expected("expected a second line `---` before the text");
    Err(fault.into())
}

impl Front<'_> {
    /// The root of the sheet: its own fields and sections, and the article as one of `articles`.
    ///
    /// # Errors
    /// It is no YAML, or no fields.
    pub(super) fn tree(&self, file: &str, faults: &mut Vec<Fault>) -> Result<Vec<Entry>, Box<Fault>> {
        let tree = yaml(self.yaml).map_err(|error| faults::yaml(self.yaml, &error).shifted(self.before))?;
        let tree = tree.shifted(self.before);
        let fence = 0..first_line(file);
        let fields = match tree.value {
            Value::Map(fields) => fields,
            Value::Null => Vec::new(),
            Value::Text(_) | Value::List(_) => return Err(faults::no_sheet(&tree).into()),
        };
        let of_sheet = fields_of::<Sheet>();
        let of_article = fields_of::<Article>();
        // A coded text is its own text.
        let is_of_article = |key: &str| key != "text" && of_article.contains(&key);
        let (mut article, mut root): (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());
        for field in fields {
            let key = field.key.as_str();
            if is_of_article(key) {
                article.push(field);
            } else if of_sheet.contains(&key) {
                root.push(field);
            } else {
                let all = of_article.iter().filter(|key| is_of_article(key)).chain(of_sheet).copied();
                let near = did_you_mean(&nearest(key, all.clone(), 3));
                let help = if key == "text" {
                    "the text stands below the front matter".to_owned()
                } else {
                    near.unwrap_or_else(|| format!("its fields are {}", all.collect::<Vec<_>>().join(", ")))
                };
                faults.push(
                    Fault::new(field.key_place.clone(), format!("unknown field `{key}`"))
                        .expected("front matter has no such field")
                        .help(help),
                );
            }
        }
        let named = root.iter().find(|field| field.key == "article");
        let id = ["id", "title"].iter().find_map(|key| article.iter().find(|field| field.key == *key));
        match (named, id, article.first()) {
            (Some(_), _, None) => {}
            (Some(_), _, Some(field)) => faults.push(
                Fault::new(
                    field.key_place.clone(),
                    format!("`article` and `{}` in one front matter", field.key),
                )
                .expected(
                    "`article:` names an article whose fields stand elsewhere, as a rule in the registry",
                )
                .help("write `article:` alone; or `id:` in its place, and the article's fields"),
            ),
            (None, Some(id), _) => {
                let name = Entry {
                    key: "article".to_owned(),
                    key_place: id.key_place.clone(),
                    node: id.node.clone(),
                };
                let place = id.key_place.start..id.node.place.end;
                let item = Node { place: place.clone(), value: Value::Map(article) };
                root.push(name);
                add(&mut root, "articles", place, vec![item], true);
            }
            (None, None, _) => faults.push(
                Fault::new(fence, "`id` is missing")
                    .expected("the front matter does not say which article this is")
                    .help("write `id: a-short-name`; or `article: …` if the registry has the article"),
            ),
        }
        Ok(root)
    }
}

fn first_line(file: &str) -> usize {
    file.lines().next().unwrap_or_default().trim_end().chars().count()
}

/// Adds items to a section, which is made where it is absent; before its other items, if `first`. A section that
/// is no list is left alone: what is wrong with it is reported. Returns the number of items before them.
pub(super) fn add(
    root: &mut Vec<Entry>,
    section: &str,
    place: std::ops::Range<usize>,
    items: Vec<Node>,
    first: bool,
) -> usize {
    let list = |items| Node { place: place.clone(), value: Value::List(items) };
    match root.iter_mut().find(|entry| entry.key == section) {
        None => {
            root.push(Entry { key: section.to_owned(), key_place: place.clone(), node: list(items) });
            0
        }
        Some(Entry { node, .. }) => match &mut node.value {
            Value::Null => {
                *node = list(items);
                0
            }
            Value::List(there) => {
                let at = if first { 0 } else { there.len() };
                there.splice(at..at, items);
                at
            }
            Value::Text(_) | Value::Map(_) => 0,
        },
    }
}
