//! Prefixes, declared for people and for other tools.

use crate::base::table::{Column, Table};
use crate::export::Format;
use crate::model::prefixes::Prefixes;

/// The prefixes, a line each: declarations in SPARQL or Turtle, a JSON object of namespaces as in a JSON-LD
/// context, or a table that also says which the program does not know by itself.
#[must_use]
pub fn page(prefixes: &Prefixes, format: Format, width: usize) -> String {
    let lines = |line: fn((&str, &str)) -> String| prefixes.iter().map(line).collect();
    match format {
        Format::Sparql => lines(|(prefix, iri)| format!("PREFIX {prefix}: <{iri}>\n")),
        Format::Turtle => lines(|(prefix, iri)| format!("@prefix {prefix}: <{iri}> .\n")),
        Format::Json => format!("{:#}\n", prefixes.iter().collect::<serde_json::Value>()),
        _ => {
            let known = Prefixes::known();
            let columns =
                ["prefix", "namespace", "of"].map(|name| Column { name: name.into(), right: false });
            let row = |(prefix, iri): (&str, &str)| {
                let of = if known.get(prefix) == Some(iri) { "the program" } else { "the project file" };
                vec![format!("{prefix}:"), iri.to_owned(), of.to_owned()]
            };
            Table::new(columns.into(), prefixes.iter().map(row).collect()).render(width)
        }
    }
}
