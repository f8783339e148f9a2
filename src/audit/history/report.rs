//! A difference as people and as programs read it.

use super::diff::{Changed, Diff, Stated};
use super::fields::{Field, FieldChange, Value, identities};
use crate::base::error::count;
use crate::base::page::Page;
use serde_json::{Map, Value as Json, json};

impl Diff {
    /// As lines at most `width` columns wide where words allow it; `title` says of what.
    #[must_use]
    pub fn page(&self, title: &str, width: usize) -> String {
        let mut page = Page::new(width);
        page.title(title, "");
        page.detail(&self.summary());
        let lists = [("Removed", &self.removed), ("Added", &self.added)];
        if !self.changed.is_empty() {
            page.heading("Changed", self.changed.len());
            for changed in &self.changed {
                changed.entry(&mut page);
            }
        }
        for (heading, positions) in lists.into_iter().filter(|(_, positions)| !positions.is_empty()) {
            page.heading(heading, positions.len());
            for position in positions {
                position.entry(&mut page);
                page.gap();
            }
        }
        page.finish()
    }

    /// "2 positions added, 1 removed, 3 changed; 40 triples added, 12 removed".
    #[must_use]
    pub fn summary(&self) -> String {
        let positions = |list: &[Stated]| count(list.len(), "position");
        let mut summary = format!(
            "{} added, {} removed, {} changed; {} added, {} removed",
            positions(&self.added),
            self.removed.len(),
            self.changed.len(),
            count(self.patch.added.len(), "triple"),
            self.patch.removed.len(),
        );
        if self.elsewhere > 0 {
            summary += &format!(", {} of them outside positions", self.elsewhere);
        }
        summary
    }

    /// All of it, for programs, but for the triples: those are in the patch.
    #[must_use]
    pub fn json(&self) -> Map<String, Json> {
        let triples = json!({
            "added": self.patch.added.len(),
            "removed": self.patch.removed.len(),
            "outsidePositions": self.elsewhere,
        });
        let parts: [(&str, Json); 4] = [
            ("added", self.added.iter().map(Stated::json).collect()),
            ("removed", self.removed.iter().map(Stated::json).collect()),
            ("changed", self.changed.iter().map(Changed::json).collect()),
            ("triples", triples),
        ];
        parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect()
    }
}

impl Stated {
    /// "Vladimir Putin: supports – Russia and Ukraine reach …". No verb, so nothing to agree in number.
    #[must_use]
    pub fn sentence(&self) -> String {
        Self::sentence_of(&self.fields)
    }

    /// The same of a position with these fields.
    pub(super) fn sentence_of(fields: &[Field]) -> String {
        let text = |name| texts_of(fields, name).join(", ");
        format!("{}: {} – {}", text("actor"), text("stance"), text("issue"))
    }

    fn texts(&self, name: &str) -> Vec<String> {
        texts_of(&self.fields, name)
    }

    fn entry(&self, page: &mut Page) {
        self.texts("evidence").iter().for_each(|quote| page.quote(quote));
        page.entry(&self.sentence());
        let how = ["mode", "explicitness", "certainty"].map(|name| self.texts(name).join(", "));
        page.detail(&how.join(" · "));
    }

    fn json(&self) -> Json {
        let fields: Map<String, Json> =
            self.fields.iter().map(|field| (field.name.to_owned(), texts(&field.values))).collect();
        json!({ "position": self.position.as_str(), "fields": fields })
    }
}

impl Changed {
    fn entry(&self, page: &mut Page) {
        self.after.entry(page);
        self.fields.iter().flat_map(lines).for_each(|line| page.detail(&line));
        page.gap();
    }

    fn json(&self) -> Json {
        let field = |change: &FieldChange| json!({ "field": change.name, "before": texts(&change.before), "after": texts(&change.after) });
        json!({
            "before": self.before.position.as_str(),
            "after": self.after.position.as_str(),
            "position": self.after.sentence(),
            "fields": self.fields.iter().map(field).collect::<Vec<_>>(),
        })
    }
}

fn texts_of(fields: &[Field], name: &str) -> Vec<String> {
    let values = fields.iter().filter(|field| field.name == name).flat_map(|field| &field.values);
    values.map(|value| value.text.clone()).collect()
}

/// "stance: opposes → supports"; of several values, what went and what came.
fn lines(change: &FieldChange) -> Vec<String> {
    if let ([before], [after]) = (&change.before[..], &change.after[..]) {
        return vec![format!("{}: {} → {}", change.name, before.text, after.text)];
    }
    let (before, after) = (identities(&change.before), identities(&change.after));
    let went = change.before.iter().filter(|value| !after.contains(value.identity.as_str()));
    let came = change.after.iter().filter(|value| !before.contains(value.identity.as_str()));
    let line = |sign: char, value: &Value| format!("{sign} {}: {}", change.name, value.text);
    went.map(|value| line('−', value)).chain(came.map(|value| line('+', value))).collect()
}

fn texts(values: &[Value]) -> Json {
    values.iter().map(|value| Json::from(value.text.as_str())).collect()
}
