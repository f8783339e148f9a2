//! What the files of a folder are, as Frictionless has it (<https://specs.frictionlessdata.io>): a data package.

use super::Table;
use crate::export::cells::Spreadsheet;
use crate::export::format::{Content, Format};
use crate::export::value::Kind;
use serde_json::{Value, json};

/// Name of the file.
pub const PACKAGE: &str = "datapackage.json";

/// The package of all tables in CSV or TSV.
pub(super) fn package(format: Format, how: Spreadsheet) -> String {
    let resources: Vec<Value> = Table::ALL.iter().map(|table| resource(*table, format, how)).collect();
    let package = json!({
        "profile": "tabular-data-package",
        "name": "positions",
        "title": "Who stands where, on what, since when, on whose word",
        "resources": resources,
    });
    format!("{package:#}\n")
}

fn resource(table: Table, format: Format, how: Spreadsheet) -> Value {
    let fields: Vec<Value> = table
        .columns()
        .iter()
        .map(|column| {
            let kind = match column.kind {
                Kind::Text => "string",
                Kind::Integer => "integer",
                Kind::Decimal => "number",
                Kind::Day => "date",
            };
            json!({ "name": column.name, "type": kind, "description": column.description })
        })
        .collect();
    let mut schema = json!({ "fields": fields, "missingValues": [""] });
    let key = match table {
        Table::Positions => Some("position_iri"),
        Table::Actors => Some("actor_iri"),
        Table::Issues => Some("issue_iri"),
        Table::Articles => Some("article_iri"),
        Table::Evidence | Table::Conditions | Table::Attributions => None,
    };
    match key {
        Some(key) => schema["primaryKey"] = json!([key]),
        None => {
            let positions = json!({ "resource": "positions", "fields": ["position_iri"] });
            schema["foreignKeys"] = json!([{ "fields": ["position_iri"], "reference": positions }]);
        }
    }
    json!({
        "profile": "tabular-data-resource",
        "name": table.name(),
        "title": table.description(),
        "path": format!("{}.{}", table.name(), format.extensions()[0]),
        "format": format.name(),
        "mediatype": format.media_type(Content::Tables),
        "encoding": if how.byte_order_mark { "utf-8-sig" } else { "utf-8" },
        "dialect": { "delimiter": if format == Format::Tsv { "\t" } else { "," } },
        "schema": schema,
    })
}
