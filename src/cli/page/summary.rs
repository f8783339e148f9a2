//! What is in a store, as people and programs read it.

use crate::analysis::summary::Summary;
use crate::audit::check::{Finding, Severity};
use crate::base::error::count;
use crate::base::page::Page;
use serde_json::{Map, Value, json};

/// For people, at most `width` columns wide.
#[must_use]
pub fn page(summary: &Summary, findings: &[Finding], width: usize) -> String {
    let mut page = Page::new(width);
    page.title(&count(summary.positions, "position"), &period(summary));
    page.field("articles", &summary.articles.to_string());
    page.field("actors", &with_most(summary.actors, summary.most[0].as_ref()));
    page.field("issues", &with_most(summary.issues, summary.most[1].as_ref()));
    page.list("coders", summary.coders.iter().cloned());
    page.list("stances", listed(&summary.by_stance));
    page.list("modes", listed(&summary.by_mode));
    page.list("status", listed(&summary.by_status));
    page.field("check", &checked(findings));
    page.list("unusual", unusual(summary));
    page.finish()
}

/// For programs: `articles`, `from`, `until`, `positions`, `byStance`, `byMode`, `actors`, `issues`, `coders`,
/// `findings`. Plurals are numbers; days are null where nothing is dated.
#[must_use]
pub fn json(summary: &Summary, findings: &[Finding]) -> Value {
    let counts = |counts: &[(String, usize)]| -> Map<String, Value> {
        counts.iter().map(|(name, count)| (name.clone(), (*count).into())).collect()
    };
    json!({
        "articles": summary.articles,
        "from": summary.from.map(|day| day.to_string()),
        "until": summary.until.map(|day| day.to_string()),
        "positions": summary.positions,
        "byStance": counts(&summary.by_stance),
        "byMode": counts(&summary.by_mode),
        "actors": summary.actors,
        "issues": summary.issues,
        "coders": summary.coders.len(),
        "findings": findings.len(),
    })
}

fn period(summary: &Summary) -> String {
    match (summary.from, summary.until) {
        (Some(from), Some(until)) if from == until => from.to_string(),
        (Some(from), Some(until)) => format!("{from} – {until}"),
        _ => "no dates".to_owned(),
    }
}

fn with_most(number: usize, most: Option<&(String, usize)>) -> String {
    match most {
        Some((name, positions)) => format!("{number}; most positions: {name} ({positions})"),
        None => number.to_string(),
    }
}

fn listed(counts: &[(String, usize)]) -> impl Iterator<Item = String> {
    counts.iter().map(|(name, count)| format!("{name} {count}"))
}

fn checked(findings: &[Finding]) -> String {
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counts =
        [(Severity::Violation, "violation"), (Severity::Warning, "warning"), (Severity::Note, "note")]
            .map(|(severity, noun)| (of(severity), noun));
    let found: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
    match found.is_empty() {
        true => "no findings".to_owned(),
        false => format!("{}; `standpoint check` lists them", found.join(", ")),
    }
}

/// What somebody should know who expects otherwise.
fn unusual(summary: &Summary) -> Vec<String> {
    let mut unusual = Vec::new();
    let mut tell = |number: usize, what: String| unusual.extend((number > 0).then_some(what));
    let without = |number: usize, noun: &str| format!("{} without a position", count(number, noun));
    tell(summary.undated, format!("{} without a day", count(summary.undated, "position")));
    for (number, noun) in summary.unused.into_iter().zip(["actor", "issue", "article"]) {
        tell(number, without(number, noun));
    }
    let mut half = |counts: &[(String, usize)], what: &str| {
        if let Some((name, number)) = counts.iter().max_by_key(|(_, number)| *number)
            && summary.positions > 10
            && number * 4 > summary.positions * 3
        {
            tell(*number, format!("{number} of {} positions have the {what} `{name}`", summary.positions));
        }
    };
    half(&summary.by_stance, "stance");
    half(&summary.by_mode, "mode");
    unusual
}
