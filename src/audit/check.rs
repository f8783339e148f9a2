//! What is wrong with a graph: shapes and rules, and the findings that they give.
//!
//! Two kinds of checks share one report. *Shapes* (`shacl`, from `ontology/shapes.ttl`) are the
//! closed-world side of the model: counts, value types, order of dates. *Rules* (`rule`, from
//! `rules/`) are SPARQL queries for what an analyst would object to. Both are files that anybody
//! can read, run elsewhere, switch off in the project file, and add to.
//!
//! A finding names the thing at fault and the records that show it; `place` adds where it is
//! written. Deliberately absent: mending. A check never changes anything.

mod change;
mod lexicon;
mod message;
mod place;
mod row;
mod rule;
pub mod selection;
pub mod shacl;
mod violations;

pub use change::Change;
pub use lexicon::Lexicon;
pub use place::{documents, origins, places};
pub use row::{Record, Row, rows};
pub use selection::{Checks, Listed};
pub use violations::violations;

use crate::analysis::facts::Facts;
use crate::analysis::show;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::Result;
use crate::model::vocab::stp;
use crate::store::GraphReader;
use crate::store::index::Index;
use oxrdf::{NamedNode, Term};
use serde::Serialize;

/// How bad a finding is, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Somebody should look: the graph may say what is not so.
    Warning,
    /// The graph is wrong as a graph; `load` refuses it.
    Violation,
}

impl Severity {
    /// All severities, the worst last.
    pub const ALL: &[Self] = &[Self::Note, Self::Warning, Self::Violation];

    /// Its name in rules, reports and options.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Violation => "violation",
        }
    }

    /// The severity of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|severity| severity.word() == word)
    }
}

/// One thing that a rule or shape found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// Severity.
    pub severity: Severity,
    /// Fault in one sentence.
    pub message: String,
    /// Remedy.
    pub solution: String,
    /// The thing at fault.
    pub subject: Term,
    /// Label of the subject.
    pub label: String,
    /// The records that show it, side by side; the subject itself, if it is one.
    pub records: Vec<NamedNode>,
    /// The documents that speak of the subject, as far as they were looked for.
    pub documents: Vec<NamedNode>,
    /// Place in a file, as far as that is known.
    pub place: Option<Place>,
}

impl Finding {
    /// The finding as `load` tells what it refuses.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = match self.severity {
            Severity::Violation => Diagnostic::error(&self.message),
            Severity::Warning | Severity::Note => Diagnostic::warning(&self.message),
        };
        let diagnostic = diagnostic.note(format!("rule {}", self.rule)).help(&self.solution);
        match (&self.place, self.documents.as_slice()) {
            // A file as a whole does not tell what is meant.
            (Some(place), _) if place.line == 0 => {
                diagnostic.note(format!("about {}", self.label)).at(place.clone())
            }
            (Some(place), _) => diagnostic.at(place.clone()),
            (None, []) => diagnostic.note(format!("about {}", self.label)),
            (None, [document, ..]) => {
                diagnostic.note(format!("about {} in {}", self.label, document.as_str()))
            }
        }
    }
}

/// What a rule's query gives, before the rule puts its name to it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    subject: Term,
    message: String,
    records: Vec<NamedNode>,
}

impl Found {
    /// The finding, with what there is to show.
    fn finding(self, rule: &str, severity: Severity, solution: &str, index: &Index) -> Finding {
        let mut records = self.records;
        if let Term::NamedNode(subject) = &self.subject
            && records.is_empty()
            && is_record(index, subject)
        {
            records.push(subject.clone());
        }
        Finding {
            rule: rule.to_owned(),
            severity,
            message: self.message,
            solution: solution.to_owned(),
            label: match &self.subject {
                Term::NamedNode(node) => name(index, node),
                other => other.to_string(),
            },
            subject: self.subject,
            records,
            documents: Vec::new(),
            place: None,
        }
    }
}

/// Whether an article states this, in words that can be shown.
fn is_record(index: &dyn GraphReader, node: &NamedNode) -> bool {
    index.matching(Some(node.as_ref().into()), Some(stp::prop::EVIDENCE), None).next().is_some()
}

/// What to call a thing: what a record states, else its label.
fn name(index: &dyn GraphReader, node: &NamedNode) -> String {
    if is_record(index, node) { show::sentence(index, node) } else { Facts::new(index).label(node) }
}

impl Checks {
    /// Everything that is wrong with the graph, the worst first.
    ///
    /// # Errors
    /// A rule that cannot be run.
    pub fn run(&self, index: &Index) -> Result<Vec<Finding>> {
        self.run_on(index, Severity::Note, None)
    }
}
