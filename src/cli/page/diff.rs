//! The difference between two graphs as people and as programs read it.

use crate::audit::history::{Changed, Diff, FieldChange, Stated, Value};
use crate::base::page::Page;
use serde_json::{Map, Value as Json, json};

/// The difference in lines of at most `width` columns where words allow it; `title` says of what.
#[must_use]
pub fn page(diff: &Diff, title: &str, width: usize) -> String {
    let mut page = Page::new(width);
    page.title(title, "");
    page.detail(&diff.summary());
    if !diff.changed.is_empty() {
        page.heading("Changed", diff.changed.len());
        for changed in &diff.changed {
            entry(&changed.after, &mut page);
            changed.fields.iter().flat_map(lines).for_each(|line| page.detail(&line));
            page.gap();
        }
    }
    let lists = [("Removed", &diff.removed), ("Added", &diff.added)];
    for (heading, positions) in lists.into_iter().filter(|(_, positions)| !positions.is_empty()) {
        page.heading(heading, positions.len());
        for position in positions {
            entry(position, &mut page);
            page.gap();
        }
    }
    page.finish()
}

fn entry(stated: &Stated, page: &mut Page) {
    stated.texts("evidence").iter().for_each(|quote| page.quote(quote));
    page.entry(&stated.sentence());
    let how = ["mode", "explicitness", "certainty"].map(|name| stated.texts(name).join(", "));
    page.detail(&how.join(" · "));
}

/// "stance: opposes → supports"; of several values, what went and what came.
fn lines(change: &FieldChange) -> Vec<String> {
    if let ([before], [after]) = (&change.before[..], &change.after[..]) {
        return vec![format!("{}: {} → {}", change.name, before.text, after.text)];
    }
    let line = |sign: char, value: &Value| format!("{sign} {}: {}", change.name, value.text);
    let gone = change.removed().map(|value| line('−', value));
    gone.chain(change.added().map(|value| line('+', value))).collect()
}

/// The difference for programs, but for the triples: those are in the patch.
#[must_use]
pub fn json(diff: &Diff) -> Map<String, Json> {
    let triples = json!({
        "added": diff.patch.added.len(),
        "removed": diff.patch.removed.len(),
        "outsidePositions": diff.elsewhere,
    });
    let parts: [(&str, Json); 4] = [
        ("added", diff.added.iter().map(stated).collect()),
        ("removed", diff.removed.iter().map(stated).collect()),
        ("changed", diff.changed.iter().map(changed).collect()),
        ("triples", triples),
    ];
    parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect()
}

fn stated(stated: &Stated) -> Json {
    let fields: Map<String, Json> =
        stated.fields.iter().map(|field| (field.name.to_owned(), texts(&field.values))).collect();
    json!({ "position": stated.position.as_str(), "fields": fields })
}

fn changed(changed: &Changed) -> Json {
    let field = |change: &FieldChange| json!({ "field": change.name, "before": texts(&change.before), "after": texts(&change.after) });
    json!({
        "before": changed.before.position.as_str(),
        "after": changed.after.position.as_str(),
        "position": changed.after.sentence(),
        "fields": changed.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

fn texts(values: &[Value]) -> Json {
    values.iter().map(|value| Json::from(value.text.as_str())).collect()
}
