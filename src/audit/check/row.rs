//! A report for programs: findings as JSON.

use super::Finding;
use crate::analysis::facts::{Facts, QuoteFacts};
use crate::model::vocab::stp;
use crate::store::GraphReader;
use oxrdf::{NamedNode, Term};
use serde::Serialize;
use std::panic::resume_unwind;
use std::thread;

/// One finding. The names stay the same in later versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The rule's name.
    pub rule: String,
    /// violation, warning or note.
    pub severity: &'static str,
    /// Fault in one sentence.
    pub message: String,
    /// The thing at fault: its IRI, or the label of a blank node.
    pub subject: String,
    /// Label of the thing.
    pub label: String,
    /// Remedy.
    pub solution: String,
    /// The words that the first record rests on.
    pub quote: Option<String>,
    /// The file where it is written, as the user named it.
    pub file: Option<String>,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column in code points, from 1.
    pub column: Option<usize>,
    /// Names of the documents that speak of it.
    pub documents: Vec<String>,
    /// The records that show it.
    pub records: Vec<Record>,
}

/// A record that shows what is wrong, for looking at side by side with others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Its IRI.
    pub record: String,
    /// Statement in one line.
    pub says: String,
    /// Sources, the one nearest to the words first.
    pub attribution: Vec<String>,
    /// The last day on which it can have been expressed.
    pub stated: Option<String>,
    /// The words that prove it.
    pub quotes: Vec<QuoteFacts>,
}

/// The findings in their order. Looking up what records say takes longer than finding them, so it
/// is shared among the processors.
#[must_use]
pub fn rows(findings: &[Finding], index: &dyn GraphReader) -> Vec<Row> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = findings.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = findings
            .chunks(share)
            .map(|part| {
                scope.spawn(move || part.iter().map(|finding| row(finding, index)).collect::<Vec<_>>())
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

fn row(finding: &Finding, index: &dyn GraphReader) -> Row {
    let records: Vec<Record> = finding.records.iter().map(|record| Record::of(record, index)).collect();
    let place = finding.place.as_ref();
    let counted = |number: usize| (number > 0).then_some(number);
    Row {
        rule: finding.rule.clone(),
        severity: finding.severity.word(),
        message: finding.message.clone(),
        subject: named(&finding.subject),
        label: finding.label.clone(),
        solution: finding.solution.clone(),
        quote: records.iter().find_map(|record| Some(record.quotes.first()?.exact.clone())),
        file: place.map(|place| place.file.clone()),
        line: place.and_then(|place| counted(place.line)),
        column: place.and_then(|place| counted(place.column)),
        documents: finding.documents.iter().map(|document| document.as_str().to_owned()).collect(),
        records,
    }
}

impl Record {
    /// The record of this IRI, as a report shows it.
    pub fn of(record: &NamedNode, index: &dyn GraphReader) -> Self {
        let facts = Facts::new(index);
        Self {
            record: record.as_str().to_owned(),
            says: super::name(index, record),
            attribution: facts.attribution(record),
            stated: facts.text(record, stp::prop::STATED_UNTIL),
            quotes: facts.quotes(record),
        }
    }
}

/// An IRI as such, a blank node with its label.
pub(super) fn named(subject: &Term) -> String {
    match subject {
        Term::NamedNode(iri) => iri.as_str().to_owned(),
        other => other.to_string(),
    }
}
