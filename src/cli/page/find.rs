//! What was found, as people and programs read it.

use crate::analysis::find::{Hit, Hits};
use crate::base::diagnostic::printable;
use crate::base::page::Page;
use crate::base::table::{Column, Table};
use serde_json::json;

/// For people, at most `width` columns wide: what each hit is and is called, where the words stand, what
/// `show` takes. That stands on a line of its own, since a table would break it.
#[must_use]
pub fn page(hits: &Hits, width: usize) -> String {
    let mut page = Page::new(width);
    for hit in &hits.hits {
        page.gap();
        if hit.is_named() {
            page.field(hit.kind.word(), &hit.marked());
        } else {
            page.field(hit.kind.word(), &hit.label);
            page.field("", &format!("{}: {}", hit.field.word(), hit.marked()));
        }
        page.field("", if hit.in_force { "" } else { "not in force" });
        page.field("", &hit.id);
    }
    page.finish()
}

/// A row a hit: what it is, what it is called, where the words stand, what `show` takes. The words
/// are between `«` and `»`.
#[must_use]
pub fn table(hits: &Hits) -> Table {
    let columns = ["kind", "what", "found in", "show"].map(|name| Column { name: name.into(), right: false });
    let row = |hit: &Hit| {
        let (what, place) = if hit.is_named() {
            (hit.marked(), "label".to_owned())
        } else {
            (hit.label.clone(), format!("{}: {}", hit.field.word(), hit.marked()))
        };
        let mut kind = hit.kind.word().to_owned();
        if !hit.in_force {
            kind += " (not in force)";
        }
        [kind, what, place, hit.id.clone()].iter().map(|cell| printable(cell)).collect()
    };
    Table::new(columns.into(), hits.hits.iter().map(row).collect())
}

/// A list of objects: `kind`, `label`, `id` (what `show` takes), `iri`, `in` (which of its texts),
/// `text`, `words` (from and to, in code points of that text), `fit`, `inForce`.
#[must_use]
pub fn json(hits: &Hits) -> serde_json::Value {
    serde_json::Value::from_iter(hits.hits.iter().map(|hit| {
        let at = |byte: usize| hit.text[..byte].chars().count();
        let words: Vec<_> = hit.words.iter().map(|word| [at(word.start), at(word.end)]).collect();
        json!({
            "kind": hit.kind.word(),
            "label": hit.label,
            "id": hit.id,
            "iri": hit.iri.as_str(),
            "in": hit.field.word(),
            "text": hit.text,
            "words": words,
            "fit": hit.fit.word(),
            "inForce": hit.in_force,
        })
    }))
}

/// Comma-separated values, with a line of names.
///
/// # Panics
/// Never: memory takes what is written to it.
#[must_use]
pub fn csv(hits: &Hits) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut write = |row: &[&str]| out.write_record(row).expect("memory takes rows");
    write(&["kind", "label", "id", "iri", "in", "text", "fit", "inForce"]);
    for hit in &hits.hits {
        write(&[
            hit.kind.word(),
            &hit.label,
            &hit.id,
            hit.iri.as_str(),
            hit.field.word(),
            &hit.text,
            hit.fit.word(),
            if hit.in_force { "true" } else { "false" },
        ]);
    }
    String::from_utf8(out.into_inner().expect("memory takes rows")).expect("texts are UTF-8")
}
