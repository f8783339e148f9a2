//! What the editor of the query page asks while somebody types: what can stand at the cursor, and what is wrong.
//!
//! Places are in UTF-16 code units, as scripts of browsers count them.

use super::body::Whole;
use super::reply::{self, Failure, Reply};
use super::{Asked, Service};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::query::complete::{Lexicon, complete};
use crate::query::{ParseOptions, Query, QueryError};
use hyper::{StatusCode, header};
use serde_json::{Value, json};
use std::rc::Rc;

/// The script of the query page, which works without it.
const SCRIPT: &str = include_str!("editor.js");

/// The script.
pub(super) fn script(asked: &Asked) -> Result<Reply, Failure> {
    let tag = reply::tag([SCRIPT]);
    if reply::has_already(asked, &tag) {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED).with(header::ETAG, &tag));
    }
    Reply::new("text/javascript; charset=utf-8", Whole::text(SCRIPT))
        .with(header::ETAG, &tag)
        .with(header::CACHE_CONTROL, "private, no-cache")
        .compressed(asked)
}

fn sent(value: &Value) -> Reply {
    Reply::new("application/json", Whole::text(&value.to_string())).with(header::CACHE_CONTROL, "no-store")
}

/// Number of UTF-16 code units of a text.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// What can stand between `before` and `after`: the beginning of the word that it replaces, and each candidate.
pub(super) fn completions(service: &Service, asked: &Asked) -> Result<Reply, Failure> {
    let part = |name| asked.parameters.all(name).next().unwrap_or_default();
    let (before, after) = (part("before"), part("after"));
    let lexicon = Lexicon::new(Rc::new(service.state(asked)?.index), service.options.prefixes.clone());
    let (start, candidates) = complete(&format!("{before}{after}"), before.len(), &lexicon);
    let candidate = |of: &crate::query::complete::Candidate| json!({"text": of.text, "about": of.about});
    Ok(sent(&json!({
        "start": units(&before[..start]),
        "candidates": candidates.iter().map(candidate).collect::<Vec<_>>(),
    })))
}

/// What is wrong with a query, or most likely a mistake, with a remedy where there is a nearest word.
pub(super) fn remarks(service: &Service, asked: &Asked) -> Result<Reply, Failure> {
    let text = asked.parameters.once("query")?.unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(sent(&json!({ "problems": [] })));
    }
    let options = ParseOptions {
        prefixes: service.options.prefixes.clone(),
        services: false,
        ..ParseOptions::default()
    };
    let problems = match Query::read("query", text, &options) {
        Ok(query) => {
            let (warnings, remedies) = query.lint_with_remedies(&service.state(asked)?.index);
            let fix = |of: &Diagnostic| {
                let at = of.place.as_ref()?;
                let is_there = |(range, _): &&(std::ops::Range<usize>, String)| {
                    let before = &text[..range.start];
                    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
                    let line = before.matches('\n').count() + 1;
                    (line, before[line_start..].chars().count() + 1) == (at.line, at.column)
                };
                let (range, with) = remedies.iter().find(is_there)?;
                Some(
                    json!({"start": units(&text[..range.start]), "end": units(&text[..range.end]), "text": with}),
                )
            };
            warnings.iter().map(|warning| problem(warning, fix(warning))).collect()
        }
        Err(QueryError::Malformed(diagnostic)) => vec![problem(&diagnostic, None)],
        Err(error) => vec![problem(&Diagnostic::error(error.to_string()), None)],
    };
    Ok(sent(&json!({ "problems": Value::Array(problems) })))
}

fn problem(of: &Diagnostic, fix: Option<Value>) -> Value {
    let place = of.place.as_ref();
    json!({
        "severity": if of.severity == Severity::Error { "error" } else { "warning" },
        "message": of.message,
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "help": of.help,
        "fix": fix,
    })
}
