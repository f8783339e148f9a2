//! What the checks say: by severity and rule, each finding with the records that show it.

use super::{View, heading, name, prose, text};
use crate::audit::check::{Checks, Finding, Record, Severity};
use crate::base::diagnostic::printable;
use crate::base::error::{count, grouped};
use crate::store::GraphReader;
use maud::{Markup, html};
use oxrdf::{NamedNode, Term};

/// Findings of a rule that are shown.
const SHOWN: usize = 10;
/// Records of a finding that are shown.
const RECORDS: usize = 8;

/// Findings of a rule, with what the rule is about.
#[derive(Clone, Debug)]
pub struct Group {
    /// The rule's name.
    pub rule: String,
    /// How bad its findings are.
    pub severity: Severity,
    /// Why they are a fault.
    pub problem: String,
    /// Remedy.
    pub solution: String,
    /// The first findings, with the records that show each.
    pub findings: Vec<(Finding, Vec<Record>)>,
    /// Number of findings that are left out.
    pub omitted: usize,
}

/// The findings by rule, the worst first, each with its records.
#[must_use]
pub fn groups(findings: &[Finding], checks: &Checks, index: &dyn GraphReader) -> Vec<Group> {
    let listed = checks.list();
    let of_rule = findings.chunk_by(|a, b| (a.severity, &a.rule) == (b.severity, &b.rule));
    of_rule
        .filter_map(|of_rule| {
            let first = of_rule.first()?;
            let shown = of_rule.iter().take(SHOWN).map(|finding| {
                let records = finding.records.iter().take(RECORDS);
                (finding.clone(), records.map(|record| Record::of(record, index)).collect())
            });
            Some(Group {
                rule: first.rule.clone(),
                severity: first.severity,
                problem: listed
                    .iter()
                    .find(|rule| rule.name == first.rule)
                    .map(|rule| rule.problem.clone())
                    .unwrap_or_default(),
                solution: first.solution.clone(),
                findings: shown.collect(),
                omitted: of_rule.len().saturating_sub(SHOWN),
            })
        })
        .collect()
}

/// "2 violations, 1 warning"; "no findings".
#[must_use]
pub fn sentence(findings: &[Finding]) -> String {
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let found = Severity::ALL.iter().rev().map(|severity| (number(*severity), severity.word()));
    let found: Vec<String> =
        found.filter(|(number, _)| *number > 0).map(|(number, word)| count(number, word)).collect();
    if found.is_empty() { "no findings".to_owned() } else { found.join(", ") }
}

/// The findings as a list.
#[must_use]
pub fn checks(groups: &[Group], view: View<'_>) -> Markup {
    html! {
        @for group in groups {
            section.finding.(format!("level-{}", group.severity.word())) {
                (heading(view.level, &html! {
                    span.severity { (group.severity.word()) } " " (group.rule) " "
                    span.number { (grouped(group.findings.len() + group.omitted)) }
                }))
                @if !group.problem.is_empty() { p { (prose(&group.problem)) } }
                @if !group.solution.is_empty() { p.how { "To fix: " (prose(&group.solution)) } }
                ul {
                    @for (finding, records) in &group.findings { li { (one(finding, records, view)) } }
                }
                @if group.omitted > 0 {
                    p.omitted {
                        "… and " (grouped(group.omitted)) " more: "
                        code { "standpoint check --rule " (group.rule) } " shows all of them"
                    }
                }
            }
        }
    }
}

fn one(finding: &Finding, records: &[Record], view: View<'_>) -> Markup {
    let subject = match &finding.subject {
        Term::NamedNode(node) => Some(node),
        _ => None,
    };
    let is_subject = |record: &Record| subject.is_some_and(|node| node.as_str() == record.record);
    html! {
        (text(&finding.message))
        @if records.is_empty() && !finding.message.contains(&finding.label) {
            " (" (name(&finding.label, subject, view.links)) ")"
        }
        @if let Some(place) = &finding.place { " " span.how { (text(&place.to_string())) } }
        @if !records.is_empty() {
            ul {
                @for record in records {
                    li {
                        @let node = NamedNode::new(&record.record).ok();
                        @if !(records.len() == 1 && is_subject(record) && finding.message.contains(&record.says)) {
                            (name(&record.says, node.as_ref(), view.links))
                        }
                        @for quote in &record.quotes { " " q dir="auto" { (printable(&quote.exact)) } }
                        @if !record.attribution.is_empty() {
                            " " span.how { "via " (text(&record.attribution.join(" ← "))) }
                        }
                    }
                }
                @if finding.records.len() > records.len() {
                    li { "… and " (grouped(finding.records.len() - records.len())) " more" }
                }
            }
        }
    }
}
