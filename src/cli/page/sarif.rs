//! A report in SARIF 2.1.0, which code hosts and editors show beside the lines it is about.
//!
//! Format: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. What has no place
//! in a file has a logical location, the IRI of the thing at fault.

use crate::audit::check::{Checks, Finding, Record, Row, Severity, rows};
use crate::store::GraphReader;
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The report as one SARIF log.
#[must_use]
pub fn sarif(findings: &[Finding], index: &dyn GraphReader, checks: &Checks) -> Value {
    let listed = checks.list();
    let rules: Vec<Value> = listed
        .iter()
        .map(|rule| {
            json!({
                "id": rule.name,
                "shortDescription": { "text": rule.summary },
                "fullDescription": { "text": rule.problem },
                "help": { "text": rule.solution },
                "defaultConfiguration": { "level": level(rule.severity), "enabled": rule.off.is_none() },
            })
        })
        .collect();
    let results: Vec<Value> = rows(findings, index)
        .into_iter()
        .zip(findings)
        .map(|(row, finding)| {
            let mut result = json!({
                "ruleId": row.rule,
                "level": level(finding.severity),
                "message": { "text": format!("{}. To fix: {}.", row.message, row.solution.trim_end_matches('.')) },
                "locations": [location(&row)],
            });
            if let Some(index) = listed.iter().position(|rule| rule.name == row.rule) {
                result["ruleIndex"] = index.into();
            }
            let related: Vec<Value> = row
                .records
                .iter()
                .filter(|record| record.record != row.subject)
                .map(|record| {
                    json!({
                        "message": { "text": said(record) },
                        "logicalLocations": [{ "fullyQualifiedName": record.record, "kind": "resource" }],
                    })
                })
                .collect();
            if !related.is_empty() {
                result["relatedLocations"] = related.into();
            }
            result
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            // Columns count code points, as all places of this program do.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What a record says, on whose word, and the words themselves.
fn said(record: &Record) -> String {
    let mut said = record.says.clone();
    if !record.attribution.is_empty() {
        said += &format!(" (via {})", record.attribution.join(" ← "));
    }
    for quote in &record.quotes {
        said += &format!(" {quote}");
    }
    said
}

fn location(row: &Row) -> Value {
    let mut location = json!({
        "logicalLocations": [{
            "name": row.label, "fullyQualifiedName": row.subject, "kind": "resource",
        }],
    });
    if let Some(file) = &row.file {
        let mut physical = json!({ "artifactLocation": { "uri": uri(file) } });
        if let Some(line) = row.line {
            physical["region"] = json!({ "startLine": line });
            if let Some(column) = row.column {
                physical["region"]["startColumn"] = column.into();
            }
        }
        location["physicalLocation"] = physical;
    }
    location
}

/// A path as a relative reference: what is no letter, digit or plain mark is escaped.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(byte.into())
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Violation => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
