//! A report for people: by rule, the worst first, each finding with the words it rests on.

use crate::audit::check::Record;
use crate::audit::check::{Checks, Finding, Listed, Severity};
use crate::base::error::{count, grouped};
use crate::base::page::Page;
use crate::store::GraphReader;

/// Findings of a rule that are shown unless all are asked for.
const SHOWN: usize = 10;
/// Records of a finding that are shown beside each other.
const RECORDS: usize = 8;

/// The report as lines of at most `width` columns, where words allow it. Of a rule that finds
/// much, the first findings are shown, unless `all` are wanted.
#[must_use]
pub fn page(
    findings: &[Finding],
    index: &dyn GraphReader,
    checks: &Checks,
    width: usize,
    all: bool,
) -> String {
    let mut page = Page::new(width);
    let listed = checks.list();
    for of_rule in findings.chunk_by(|a, b| (a.severity, &a.rule) == (b.severity, &b.rule)) {
        let (Some(first), number) = (of_rule.first(), of_rule.len()) else { continue };
        let rule = listed.iter().find(|rule| rule.name == first.rule);
        page.heading(&format!("{}: {}", first.severity.word(), first.rule), number);
        if let Some(rule) = rule {
            page.entry(&rule.problem);
        }
        page.entry(&format!("To fix: {}", first.solution));
        let shown = if all { number } else { SHOWN };
        for finding in of_rule.iter().take(shown) {
            page.gap();
            entry(finding, index, &mut page);
        }
        if number > shown {
            page.gap();
            page.entry(&format!(
                "… and {} more: `standpoint check --rule {}` shows all of them",
                grouped(number - shown),
                first.rule
            ));
        }
    }
    page.gap();
    page.quote(&summary(findings, checks));
    page.finish()
}

fn entry(finding: &Finding, index: &dyn GraphReader, page: &mut Page) {
    page.entry(&finding.message);
    let mut at: Vec<String> = Vec::new();
    match (&finding.place, finding.documents.as_slice()) {
        (Some(place), _) => at.push(place.to_string()),
        (None, []) => {}
        (None, documents) => at.extend(documents.iter().map(|document| short(document.as_str()))),
    }
    let is_record = finding.records.len() == 1
        && crate::audit::check::selection::node(&finding.subject) == finding.records.first();
    if finding.records.is_empty() && !finding.message.contains(&finding.label) {
        at.insert(0, finding.label.clone());
    }
    page.detail(&at.join(" · "));
    for record in finding.records.iter().take(RECORDS) {
        let Record { says, attribution, quotes, .. } = Record::of(record, index);
        if !is_record {
            page.detail(&format!("· {says}"));
        }
        let mut evidence: Vec<String> = quotes.iter().map(ToString::to_string).collect();
        if !attribution.is_empty() {
            evidence.push(format!("via {}", attribution.join(" ← ")));
        }
        page.detail(&evidence.join(" "));
    }
    if finding.records.len() > RECORDS {
        page.detail(&format!("… and {} more", grouped(finding.records.len() - RECORDS)));
    }
}

/// `case/positions` of a document's IRI.
fn short(document: &str) -> String {
    document.split_once("/document/").map_or(document, |(_, short)| short).to_owned()
}

/// "2 violations, 1 warning, 3 notes by 24 rules and 19 shapes (1 rule switched off)".
#[must_use]
pub(super) fn summary(findings: &[Finding], checks: &Checks) -> String {
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let found: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .filter(|severity| number(**severity) > 0)
        .map(|severity| count(number(*severity), severity.word()))
        .collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    let (rules, shapes) = checks.count();
    let off = match checks.off().len() {
        0 => String::new(),
        number => format!(" ({} switched off)", count(number, "rule")),
    };
    format!("{found} by {} and {}{off}", count(rules, "rule"), count(shapes, "shape"))
}

/// The rules as lines of at most `width` columns.
#[must_use]
pub fn listing(rules: &[Listed], width: usize) -> String {
    let mut page = Page::new(width);
    for severity in Severity::ALL.iter().rev() {
        let of_severity: Vec<&Listed> = rules.iter().filter(|rule| rule.severity == *severity).collect();
        if of_severity.is_empty() {
            continue;
        }
        page.heading(&format!("{}s", severity.word()), of_severity.len());
        for rule in of_severity {
            page.quote(&rule.name);
            page.detail(&rule.summary);
            if let Some(reason) = &rule.off {
                page.detail(&format!("switched off: {reason}"));
            }
        }
    }
    page.finish()
}
