//! Changes of a sheet's text that leave the rest as it is written: comments, order, layout, quotation marks.
//!
//! Places come from the tree that faults are shown by. What cannot be changed in place, such as a column that a
//! CSV file does not have, is told and left to the person who wrote the file.

use super::csv::{delimiter, separator_line};
use super::read::{Format, Written};
use super::record::with_brackets;
use super::tree::{Node, Step, Value};
use super::{coded, columns, yaml};
use std::ops::Range;

/// One change of a text: bytes, and what stands there afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes; none where something is put in.
    pub range: Range<usize>,
    /// The new text.
    pub with: String,
}

impl Written {
    /// Whether fields can be changed in place.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        self.fixed_form().is_none()
    }

    /// The form of a sheet that is not changed in place: a workbook, or a coded text whose line ends were read as
    /// others, so that every line would change.
    #[must_use]
    pub fn fixed_form(&self) -> Option<&'static str> {
        match self.form() {
            Format::CodedText if self.has_other_line_ends() => Some("coded text with line ends of Windows"),
            Format::Xlsx => Some("workbook"),
            Format::Yaml | Format::Json | Format::JsonLines | Format::Csv | Format::CodedText => None,
        }
    }

    /// The format in which a part is written: the front matter of a coded text is YAML.
    fn form_of(&self, node: &Node) -> Format {
        match self.form() {
            Format::CodedText if node.place.start < coded::text_start(self.text()) => Format::Yaml,
            form => form,
        }
    }

    fn editable(&self) -> Option<()> {
        self.is_editable().then_some(())
    }

    /// Number of records in a section.
    #[must_use]
    pub fn items(&self, section: &str) -> usize {
        match self.tree().and_then(|tree| tree.get(&[Step::from(section)])).map(|list| &list.value) {
            Some(Value::List(items)) => items.len(),
            Some(Value::Map(_)) => 1,
            _ => 0,
        }
    }

    /// Names of the fields that a record has.
    pub fn field_names(&self, record: &[Step]) -> impl Iterator<Item = &str> {
        let entries = match self.tree().and_then(|tree| tree.get(record)).map(|record| &record.value) {
            Some(Value::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|entry| entry.key.as_str())
    }

    /// The texts of a field of a record, with the paths that lead to them; `[]` in the field's name stands for
    /// the items of a list, or for one that is not written as a list.
    #[must_use]
    pub fn texts(&self, record: &[Step], field: &str) -> Vec<(Vec<Step>, &str)> {
        let Some(node) = self.tree().and_then(|tree| tree.get(record)) else { return Vec::new() };
        let mut found = vec![(record.to_vec(), node)];
        for step in field.split('.') {
            found = found.into_iter().flat_map(|(path, node)| below(path, node, step)).collect();
        }
        let texts = found.into_iter().filter_map(|(path, node)| match &node.value {
            Value::Text(text) => Some((path, text.as_str())),
            _ => None,
        });
        texts.collect()
    }

    /// The text of a field that is written with its language: `{uk: Олена}`.
    #[must_use]
    pub fn only_text(&self, record: &[Step], field: &str) -> Option<(Vec<Step>, &str)> {
        let path = [record, &[Step::from(field)]].concat();
        let Value::Map(entries) = &self.tree()?.get(&path)?.value else { return None };
        let [entry] = entries.as_slice() else { return None };
        Some(([path, vec![Step::from(entry.key.as_str())]].concat(), entry.node.text()))
    }

    /// Puts a text in the place of the one that the path leads to; none where it leads to no text.
    #[must_use]
    pub fn replace(&self, path: &[Step], text: &str) -> Option<Edit> {
        self.editable()?;
        let tree = self.tree()?;
        let node = tree.get(path)?;
        let Value::Text(_) = &node.value else { return None };
        let range = self.bytes(&node.place);
        let form = self.form_of(node);
        if form == Format::CodedText {
            let raw = &self.text()[range.clone()];
            // What is no value of its own, such as the words of a mark, is part of the text.
            let is_value = raw == node.text() || raw == coded::value(node.text()) || raw.starts_with('"');
            return is_value.then(|| Edit { range, with: coded::value(text) });
        }
        if form == Format::Csv {
            let (last, above) = path.split_last()?;
            let of_cell = match (last, tree.get(above).map(|above| &above.value)) {
                (Step::Item(at), Some(Value::List(items))) if are_one_cell(items) => Some((*at, items)),
                _ => None,
            };
            let text = match of_cell {
                Some((at, items)) => {
                    let texts =
                        items.iter().enumerate().map(|(i, item)| if i == at { text } else { item.text() });
                    texts.collect::<Vec<_>>().join(" | ")
                }
                None => text.to_owned(),
            };
            return Some(Edit { with: cell(&text, &self.text()[range.clone()]), range });
        }
        let with = scalar(form, text, &self.text()[range.clone()], self.is_in_flow(path));
        Some(Edit { range, with })
    }

    /// Adds items to a list of the record that the path leads to, making the field behind `after`, or at the
    /// end of the record, where there is none. None where the file has no place for it.
    #[must_use]
    pub fn append(&self, record: &[Step], field: &str, texts: &[&str], after: Option<&str>) -> Option<Edit> {
        self.editable()?;
        let node = self.tree()?.get(record)?;
        let Value::Map(entries) = &node.value else { return None };
        let form = self.form_of(node);
        let Some(entry) =
            entries.iter().find(|entry| entry.key == field).filter(|_| form != Format::CodedText)
        else {
            return self.insert(record, field, texts, after);
        };
        let place = self.bytes(&entry.node.place);
        let raw = &self.text()[place.clone()];
        if form == Format::Csv {
            let mut items = match &entry.node.value {
                Value::List(items) if are_one_cell(items) => items.iter().map(Node::text).collect(),
                Value::Text(one) => vec![one.as_str()],
                _ => return None,
            };
            items.extend(texts);
            return Some(Edit { with: cell(&items.join(" | "), raw), range: place });
        }
        let new = texts.iter().map(|text| scalar(form, text, "", true)).collect::<Vec<_>>().join(", ");
        match &entry.node.value {
            Value::Null => {
                let at = self.behind_colon(self.bytes(&entry.key_place).end)?;
                let range = at..at.max(self.end(&entry.node));
                Some(Edit { range, with: format!(" {}", list(form, texts, false)) })
            }
            Value::Text(one) => {
                let first = scalar(form, one, raw, true);
                Some(Edit { range: place, with: format!("[{first}, {new}]") })
            }
            Value::Map(_) if raw.starts_with('{') => {
                let range = place.start..self.end(&entry.node);
                let first = &self.text()[range.clone()];
                Some(Edit { with: format!("[{first}, {new}]"), range })
            }
            Value::List(items) if raw.starts_with('[') => {
                let at = items.last().map_or(place.start + 1, |last| self.end(last));
                let comma = if items.is_empty() { "" } else { ", " };
                Some(Edit { range: at..at, with: format!("{comma}{new}") })
            }
            Value::List(items) => {
                let (first, last) = (items.first()?, items.last()?);
                let begin = self.line_start(self.bytes(&first.place).start);
                let dash = self.text()[begin..].find('-')?;
                let at = self.line_end(self.end(last));
                let indent = &self.text()[begin..begin + dash];
                let line =
                    |text: &&str| format!("{}{indent}- {}", self.newline(), scalar(form, text, "", false));
                Some(Edit { range: at..at, with: texts.iter().map(line).collect() })
            }
            Value::Map(_) => None,
        }
    }

    /// Adds a field to the record that the path leads to: a text, or a list of several.
    #[must_use]
    pub fn insert(&self, record: &[Step], field: &str, texts: &[&str], after: Option<&str>) -> Option<Edit> {
        self.editable()?;
        let node = self.tree()?.get(record)?;
        let Value::Map(entries) = &node.value else { return None };
        let form = self.form_of(node);
        if form == Format::CodedText {
            // The attributes of a mark: a list repeats its key.
            let at = self.bytes(&node.place).end.checked_sub(1)?;
            let with = texts.iter().map(|text| format!(" {field}={}", coded::value(text))).collect();
            return self.text()[at..].starts_with('}').then_some(Edit { range: at..at, with });
        }
        if form == Format::Csv {
            let at = empty_cell(self.text(), self.bytes(&node.place), field)?;
            return Some(Edit { range: at..at, with: cell(&texts.join(" | "), "") });
        }
        let last = entries.iter().find(|entry| Some(entry.key.as_str()) == after).or(entries.last())?;
        let key = self.bytes(&last.key_place);
        let begin = self.line_start(key.start);
        let column = &self.text()[begin..key.start];
        let is_flow = self.text()[self.bytes(&node.place).start..].starts_with('{');
        let name = match form {
            Format::Json | Format::JsonLines => format!("\"{field}\""),
            _ => field.to_owned(),
        };
        let end = self.end(&last.node).max(key.end);
        if is_flow {
            let own_line = column.trim().is_empty() && begin > 0;
            let gap = if own_line { format!("{}{column}", self.newline()) } else { " ".to_owned() };
            let with = format!(",{gap}{name}: {}", list(form, texts, true));
            return Some(Edit { range: end..end, with });
        }
        let at = self.line_end(end);
        // The first field of an item of a list stands behind the hyphen.
        let indent = " ".repeat(column.chars().count());
        let with = format!("{}{indent}{name}: {}", self.newline(), list(form, texts, false));
        Some(Edit { range: at..at, with })
    }

    /// A short entry, such as `Ana Berg (person)`, written with its fields and these; none of a record that has
    /// fields already.
    #[must_use]
    pub fn in_full(
        &self,
        section: &str,
        at: usize,
        label: Option<&str>,
        fields: &[(&str, &[&str])],
    ) -> Option<Edit> {
        self.editable()?;
        let node = self.tree()?.get(&[Step::from(section), Step::from(at)])?;
        let Value::Text(short) = &node.value else { return None };
        let (own, inside) = with_brackets(short);
        let mut parts = inside.into_iter().flat_map(|inside| inside.splitn(2, ',')).map(str::trim);
        let names: &[&str] = if section == "issues" { &["family"] } else { &["kind", "sector"] };
        let said: Vec<(&str, &str)> =
            names.iter().copied().zip(&mut parts).filter(|(_, value)| !value.is_empty()).collect();
        let label = [("label", label.unwrap_or(own))];
        let texts = label.into_iter().chain(said).map(|(name, text)| (name, vec![text]));
        let lists = fields.iter().map(|(name, texts)| (*name, texts.to_vec()));
        let form = self.form_of(node);
        let quote = if form == Format::Yaml { "" } else { "\"" };
        let written: Vec<String> = texts
            .chain(lists)
            .map(|(name, texts)| format!("{quote}{name}{quote}: {}", list(form, &texts, true)))
            .collect();
        Some(Edit { range: self.bytes(&node.place), with: format!("{{{}}}", written.join(", ")) })
    }

    /// Takes out the record of a section.
    #[must_use]
    pub fn remove(&self, section: &str, at: usize) -> Option<Edit> {
        self.editable()?;
        let tree = self.tree()?;
        let path = [Step::from(section)];
        let list = tree.get(&path)?;
        let Value::List(items) = &list.value else { return None };
        let item = items.get(at)?;
        let form = self.form_of(item);
        if form == Format::CodedText {
            return None;
        }
        let (start, end) = (self.bytes(&item.place).start, self.end(item));
        let is_flow = self.text()[self.bytes(&list.place).start..].starts_with('[')
            && matches!(form, Format::Json | Format::Yaml);
        if is_flow {
            let range = match (items.get(at + 1), at.checked_sub(1).and_then(|before| items.get(before))) {
                (Some(next), _) => start..self.bytes(&next.place).start,
                (None, Some(before)) => self.end(before)..end,
                (None, None) => start..end,
            };
            return Some(Edit { range, with: String::new() });
        }
        let mut from = self.line_start(start);
        if items.len() == 1 && form == Format::Yaml {
            // A section of nothing is no list.
            let Value::Map(sections) = &tree.value else { return None };
            let key = sections.iter().find(|entry| entry.key == section)?;
            from = self.line_start(self.bytes(&key.key_place).start);
        }
        let to = (self.line_end(end) + 1).min(self.text().len());
        let to = if self.text()[..to].ends_with('\r') { (to + 1).min(self.text().len()) } else { to };
        Some(Edit { range: from..to, with: String::new() })
    }

    /// The byte behind a part, its closing bracket included, comments behind it not.
    fn end(&self, node: &Node) -> usize {
        let range = self.bytes(&node.place);
        let text = self.text();
        match &node.value {
            Value::Map(_) | Value::List(_) if text[range.start..].starts_with(['{', '[']) => {
                (range.end + 1).min(text.len())
            }
            Value::Map(entries) => entries
                .last()
                .map_or(range.end, |last| self.end(&last.node).max(self.bytes(&last.key_place).end)),
            Value::List(items) => items.last().map_or(range.end, |last| self.end(last)),
            Value::Text(_) | Value::Null => range.start + text[range].trim_end().len(),
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text()[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// The end of the line that a byte is on, without what ends it.
    fn line_end(&self, at: usize) -> usize {
        let text = self.text();
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        if text[..end].ends_with('\r') { end - 1 } else { end }
    }

    fn newline(&self) -> &'static str {
        if self.text().contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn behind_colon(&self, from: usize) -> Option<usize> {
        self.text()[from..].find(':').map(|at| from + at + 1)
    }

    /// Whether a part stands in brackets or braces.
    fn is_in_flow(&self, path: &[Step]) -> bool {
        let Some(tree) = self.tree() else { return false };
        (0..path.len()).filter_map(|end| tree.get(&path[..end])).any(|node| {
            matches!(node.value, Value::Map(_) | Value::List(_))
                && self.text()[self.bytes(&node.place).start..].starts_with(['{', '['])
        })
    }
}

/// One text, or several in brackets.
fn list(form: Format, texts: &[&str], in_flow: bool) -> String {
    match texts {
        [one] => scalar(form, one, "", in_flow),
        several => {
            let several: Vec<String> = several.iter().map(|text| scalar(form, text, "", true)).collect();
            format!("[{}]", several.join(", "))
        }
    }
}

/// A text as it is written in this format, with the quotation marks of what stood there.
fn scalar(form: Format, text: &str, raw: &str, in_flow: bool) -> String {
    let json = || serde_json::Value::from(text).to_string();
    if form != Format::Yaml {
        return json();
    }
    let single = || format!("'{}'", text.replace('\'', "''"));
    let is_line = !text.contains(|c: char| c.is_control());
    match raw.chars().next() {
        _ if !is_line => json(),
        Some('"') => json(),
        Some('\'') => single(),
        _ if is_plain(text, in_flow) => text.to_owned(),
        _ => single(),
    }
}

/// The parts below a part that a step of a field's name leads to.
fn below<'n>(mut path: Vec<Step>, node: &'n Node, step: &str) -> Vec<(Vec<Step>, &'n Node)> {
    match (step, &node.value) {
        ("[]", Value::List(items)) => {
            let item = |(at, item)| ([path.as_slice(), &[Step::from(at)]].concat(), item);
            items.iter().enumerate().map(item).collect()
        }
        ("[]", Value::Null) => Vec::new(),
        ("[]", _) => vec![(path, node)],
        (field, Value::Map(entries)) => {
            let entry = entries.iter().find(|entry| entry.key == field);
            path.push(Step::from(field));
            entry.map(|entry| (path, &entry.node)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether YAML reads a text without quotation marks as this very text, and every reader as a text.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let written = if in_flow { format!("[{text}]") } else { format!("k: {text}") };
    let read = match yaml::yaml(&written).map(|node| node.value) {
        Ok(Value::List(items)) if items.len() == 1 => items.into_iter().next(),
        Ok(Value::Map(entries)) => entries.into_iter().next().map(|entry| entry.node),
        _ => None,
    };
    let is_other = text.parse::<f64>().is_ok()
        || ["true", "false", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word));
    !is_other && read.is_some_and(|node| node.value == Value::Text(text.to_owned()))
}

/// Whether items stand in one cell of a CSV file.
fn are_one_cell(items: &[Node]) -> bool {
    items.windows(2).all(|pair| pair[0].place == pair[1].place)
}

/// A cell of a CSV file, in quotation marks where it needs them or had them.
fn cell(text: &str, raw: &str) -> String {
    let needs =
        text.contains([',', ';', '\t', '"', '\n', '\r']) || text.trim() != text || raw.starts_with('"');
    if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// A text after these changes, which do not overlap; the same change twice is made once.
#[must_use]
pub fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    edits.dedup();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        if edit.range.start >= at {
            out.push_str(&text[at..edit.range.start]);
            out.push_str(&edit.with);
            at = edit.range.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Where the empty cell of a column is in the row of these bytes; none where there is no such column or cell.
fn empty_cell(text: &str, row: Range<usize>, column: &str) -> Option<usize> {
    let (comma, before) = separator_line(text).unwrap_or_else(|| (delimiter(text), 0));
    let reader = |from: usize| {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(comma).from_reader(&text.as_bytes()[from..])
    };
    let mut header = csv::StringRecord::new();
    reader(before).read_record(&mut header).ok()?;
    let wanted = header.iter().position(|name| columns::name(name) == column)?;
    let mut cells = csv::StringRecord::new();
    reader(row.start).read_record(&mut cells).ok()?;
    if !cells.get(wanted)?.is_empty() {
        return None;
    }
    // What stands before it: cells as they are written, each with what parts it from the next.
    let (mut at, mut quoted) = (row.start, false);
    let mut left = wanted;
    while left > 0 {
        match text.as_bytes().get(at)? {
            b'"' => quoted = !quoted,
            b if *b == comma && !quoted => left -= 1,
            _ => {}
        }
        at += 1;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    /// The text after a change of it; none where it has no place for that.
    fn changed(file: &str, text: &str, change: impl FnOnce(&Written) -> Option<Edit>) -> Option<String> {
        let format = Format::from_extension(file.rsplit('.').next().unwrap_or_default()).unwrap();
        let written = read(file, text.to_owned(), format).unwrap_or_else(|faults| panic!("{faults:?}"));
        let after = edited(text, vec![change(&written)?]);
        assert!(read(file, after.clone(), format).is_ok(), "{after}");
        Some(after)
    }

    fn path(section: &str, at: usize, field: &str) -> Vec<Step> {
        vec![section.into(), at.into(), field.into()]
    }

    const YAML: &str = "# who\nactors:\n  - label: Ana Berg   # the mayor\n    kind: person\n# others\n  - {label: 'Mira Holt', kind: person}\n  - label: Sports club\n    aliases:\n      - The club # so called\n    kind: organisation\nissues:\n  - label: Yes\n    family: proposal\n";

    const CODED: &str = "---\nid: mill\nactors:\n  - label: Ana Berg # the mayor\n    kind: person\n---\nShe [will tear it down [if need be]{.condition kind=if}]{.for actor=\"Ana Berg\" issue=mill} \\[soon\\]{x}.\n\n[Ana Berg]{.event label=Ana}\n";

    #[test]
    fn a_coded_text_is_changed_in_its_marks_and_its_front_matter() {
        let article = |text: &str| read("a.md", text.to_owned(), Format::CodedText).unwrap().article_text;
        let after = |change: &dyn Fn(&Written) -> Option<Edit>| {
            let after = changed("a.md", CODED, change).unwrap();
            assert_eq!(article(&after).unwrap().as_str(), article(CODED).unwrap().as_str());
            after
        };
        let replaced = |section: &str, field: &str, text: &str| {
            after(&|written| written.replace(&path(section, 0, field), text))
        };
        assert_eq!(
            replaced("actors", "label", "Ana: B"),
            CODED.replace("label: Ana Berg", "label: 'Ana: B'")
        );
        assert_eq!(replaced("positions", "actor", "B"), CODED.replace("actor=\"Ana Berg\"", "actor=B"));
        assert_eq!(
            replaced("positions", "issue", "The \"mill\""),
            CODED.replace("issue=mill", r#"issue="The \"mill\"""#)
        );
        let record = [Step::from("positions"), Step::from(0)];
        assert_eq!(
            after(&|written| written.append(&record, "supersedes", &["a", "b c"], None)),
            CODED.replace("issue=mill}", "issue=mill supersedes=a supersedes=\"b c\"}")
        );
        // The words of the article are no value.
        let words = [&record[..], &["quote".into(), "exact".into()]].concat();
        assert_eq!(changed("a.md", CODED, |written| written.replace(&words, "will not")), None);
        let windows = CODED.replace('\n', "\r\n");
        assert_eq!(
            changed("a.md", &windows, |written| written.replace(&path("actors", 0, "label"), "B")),
            None
        );
    }

    #[test]
    fn a_text_is_replaced_as_it_was_quoted() {
        let to = |at, text: &str| {
            changed("a.yaml", YAML, |w| w.replace(&path("actors", at, "label"), text)).unwrap()
        };
        assert_eq!(to(0, "Ana: B"), YAML.replace("Ana Berg", "'Ana: B'"));
        assert_eq!(to(0, "Ana B"), YAML.replace("Ana Berg", "Ana B"));
        assert_eq!(to(1, "M's"), YAML.replace("'Mira Holt'", "'M''s'"));
        let json = r#"{"actors": [{"label": "A\u0042", "kind": "person"}]}"#;
        let after = changed("a.json", json, |w| w.replace(&path("actors", 0, "label"), "A \"C\""));
        assert_eq!(after.unwrap(), r#"{"actors": [{"label": "A \"C\"", "kind": "person"}]}"#);
        let csv = "record,label,kind,aliases\nactor,Ana,person,A | B\n";
        let after = changed("a.csv", csv, |w| w.replace(&path("actors", 0, "label"), "Ana, B"));
        assert_eq!(after.unwrap(), csv.replace("Ana", "\"Ana, B\""));
        let mut item = path("actors", 0, "aliases");
        item.push(1.into());
        let after = changed("a.csv", csv, |w| w.replace(&item, "C"));
        assert_eq!(after.unwrap(), csv.replace("A | B", "A | C"));
    }

    #[test]
    fn an_item_is_added_where_its_list_is_or_belongs() {
        let add = |section: &str, at: usize| {
            let record = [Step::from(section), at.into()];
            changed("a.yaml", YAML, |w| w.append(&record, "aliases", &["X: y"], Some("label"))).unwrap()
        };
        assert_eq!(add("actors", 0), YAML.replace("the mayor\n", "the mayor\n    aliases: 'X: y'\n"));
        assert_eq!(add("actors", 1), YAML.replace("'Mira Holt'", "'Mira Holt', aliases: 'X: y'"));
        assert_eq!(add("actors", 2), YAML.replace("so called\n", "so called\n      - 'X: y'\n"));
        let record = [Step::from("positions"), 0.into()];
        for (text, after) in [
            ("positions:\n- supersedes: a\n  key: b", "positions:\n- supersedes: [a, c]\n  key: b"),
            ("positions:\n- supersedes: [ a ]\n  key: b", "positions:\n- supersedes: [ a, c ]\n  key: b"),
            ("positions:\n- supersedes:\n  key: b", "positions:\n- supersedes: c\n  key: b"),
            ("positions:\n- key: b # x", "positions:\n- key: b # x\n  supersedes: c"),
        ] {
            assert_eq!(
                changed("a.yaml", text, |w| w.append(&record, "supersedes", &["c"], None)).unwrap(),
                after
            );
        }
        let json = "{\"positions\": [\n  {\n    \"key\": \"b\"\n  }\n]}";
        let after = changed("a.json", json, |w| w.append(&record, "supersedes", &["c"], None)).unwrap();
        assert_eq!(after, json.replace("\"b\"", "\"b\",\n    \"supersedes\": \"c\""));
        let csv = "actor,supersedes,key\nAna,,k\n";
        let after = changed("a.csv", csv, |w| w.append(&record, "supersedes", &["c"], None));
        assert_eq!(after.unwrap(), "actor,supersedes,key\nAna,c,k\n");
        assert_eq!(
            changed("a.csv", "actor,key\nAna,k\n", |w| w.append(&record, "supersedes", &["c"], None)),
            None
        );
    }

    #[test]
    fn a_short_entry_gets_fields() {
        let text = "actors:\n  - Ana Berg (person, politics) # x\n  - Bo\n";
        let full = |at, label| {
            changed("a.yaml", text, |w| {
                w.in_full("actors", at, label, &[("id", &["b"]), ("aliases", &["A: 1", "C"])])
            })
        };
        assert_eq!(
            full(0, Some("Ana B")).unwrap(),
            text.replace(
                "Ana Berg (person, politics)",
                "{label: Ana B, kind: person, sector: politics, id: b, aliases: ['A: 1', C]}"
            )
        );
        assert_eq!(full(1, None).unwrap(), text.replace("Bo", "{label: Bo, id: b, aliases: ['A: 1', C]}"));
        assert_eq!(changed("a.yaml", YAML, |w| w.in_full("actors", 0, None, &[])), None);
        let json = r#"{"issues": ["The mill (proposal)"]}"#;
        assert_eq!(
            changed("a.json", json, |w| w.in_full("issues", 0, None, &[("aliases", &["M"])])).unwrap(),
            r#"{"issues": [{"label": "The mill", "family": "proposal", "aliases": "M"}]}"#
        );
    }

    #[test]
    fn a_record_goes_with_its_lines_and_no_others() {
        let remove = |section: &str, at| changed("a.yaml", YAML, |w| w.remove(section, at)).unwrap();
        assert_eq!(
            remove("actors", 0),
            YAML.replace("  - label: Ana Berg   # the mayor\n    kind: person\n", "")
        );
        assert_eq!(remove("actors", 1), YAML.replace("  - {label: 'Mira Holt', kind: person}\n", ""));
        assert_eq!(remove("issues", 0), YAML.split("issues:").next().unwrap());
        let json = r#"{"actors": [{"label": "A", "kind": "person"}, {"label": "B", "kind": "person"}]}"#;
        for (at, left) in [(0, "B"), (1, "A")] {
            let after = changed("a.json", json, |w| w.remove("actors", at)).unwrap();
            assert_eq!(after, format!(r#"{{"actors": [{{"label": "{left}", "kind": "person"}}]}}"#));
        }
        let csv = "record,label,kind\nactor,A,person\nactor,B,person\n";
        assert_eq!(
            changed("a.csv", csv, |w| w.remove("actors", 0)).unwrap(),
            csv.replace("actor,A,person\n", "")
        );
    }
}
