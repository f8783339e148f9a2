//! Asking again, and holding what comes out against what came out then.
//!
//! The store of that time is looked up by its hash and the whole chain is proved first, so a
//! difference cannot come from the data. It can come from the query, where that leaves its
//! answer open, or from another version of the program, its engine or its ontology; then
//! nothing is decided: the verdict is that it cannot be said.

use super::{Canonical, Receipt, Recorded, Source, SourceDocument, ontology};
use crate::base::error::{Error, Result, count};
use crate::model::document::Document;
use crate::query::{Answer, ENGINE, GroundTerm, Query};
use crate::store::archive::layout::TOOL;
use crate::store::archive::{Archive, ContentHash};
use crate::store::index::Index;
use oxrdf::{Term, Variable};
use std::collections::HashMap;
use std::time::Duration;

/// Digits of a hash that a message shows.
const SHOWN: usize = 12;

/// What asking again showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same answer.
    Same,
    /// Another answer.
    Different,
    /// Another answer, of another version of the program or of a store from which something was purged: nobody
    /// knows why.
    Undecided,
}

/// The answer of a receipt's query from some graph.
pub struct Outcome<'a> {
    /// The graph, for the labels.
    pub index: &'a Index,
    /// The query.
    pub query: Query,
    /// Its answer.
    pub answer: Answer,
    /// Form of the answer that is hashed.
    pub canonical: Canonical,
}

/// How an answer differs from the one of a receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Number of rows that are gone.
    pub gone: usize,
    /// Which lines came.
    pub came: Vec<usize>,
}

/// A receipt whose query was asked again.
pub struct Reproduction<'a> {
    /// The receipt.
    pub receipt: &'a Receipt,
    /// Verdict on the receipt.
    pub verdict: Verdict,
    /// Whether something was purged from the graph since.
    pub is_purged: bool,
    /// Remarks about the verdict.
    pub notes: Vec<String>,
    /// The answer from the graph that was asked.
    pub then: Outcome<'a>,
    /// Second source that it was compared with, and the answer from there.
    pub against: Option<(Source, Outcome<'a>)>,
    /// Difference between the latest answer and the receipt's.
    pub difference: Difference,
    /// The lines of `then` that are gone, where they are known.
    pub lost: Option<Vec<usize>>,
}

impl Receipt {
    /// The store as it was when it was asked, found by its hash, else by the set of documents that it held:
    /// another store, or one that was made anew from the same files, answers as well. The chain is proved.
    ///
    /// # Errors
    /// The receipt is of files, or of another store; the history is damaged.
    pub fn store_then(&self, archive: &Archive) -> Result<Archive> {
        let Source::Store { revision, hash, documents, .. } = &self.source else {
            return Err(Error::usage("the receipt is of files, not of a store"));
        };
        archive.verify_chain()?;
        let newest = archive.head().map_or(0, |head| head.number);
        let wanted = hash.map_or_else(String::new, |hash| format!(" ({})", short(hash)));
        let help = "name the original store with --store; `standpoint log --format json` lists its hashes";
        if *revision <= newest {
            let then = archive.at(*revision)?;
            if then.head_hash() == *hash {
                return Ok(then);
            }
        }
        if let Some(documents) = documents
            && let Some(number) = archive.holding(*documents)?
        {
            return Ok(archive.at(number)?);
        }
        if *revision > newest {
            return Err(Error::usage(format!(
                "the receipt is of revision {revision}{wanted}, but this store has {}",
                count(usize::try_from(newest).unwrap_or(usize::MAX), "revision")
            ))
            .with_help(help));
        }
        let found = archive.at(*revision)?.head_hash().map_or_else(|| "none".to_owned(), short);
        Err(Error::usage(format!(
            "the receipt is of revision {revision}{wanted}, but revision {revision} of this store is another one ({found})"
        ))
        .with_help(help))
    }

    /// What is to be said where the documents are those that were asked, in another history.
    #[must_use]
    pub fn other_history(&self, then: &Archive) -> Option<String> {
        let Source::Store { identity, revision, hash, .. } = &self.source else { return None };
        let whose = if *identity == then.identity() { "history" } else { "store" };
        (then.head_hash() != *hash).then(|| {
            format!(
                "the receipt is of revision {revision} of another {whose}; revision {} of this one holds the same documents",
                then.number()
            )
        })
    }

    /// Whether documents without a store are those that were asked.
    ///
    /// # Errors
    /// Which are not, or that the receipt is of a store.
    pub fn ensure_documents(&self, documents: &[Document]) -> Result<()> {
        let Source::Files { documents: then, .. } = &self.source else {
            return Err(Error::usage("the receipt is of a store, not of files")
                .with_help("omit --data, and name the store with --store"));
        };
        let now: Vec<SourceDocument> = documents.iter().map(SourceDocument::of).collect();
        let find = |all: &[SourceDocument], one: &SourceDocument| {
            all.iter().find(|other| other.document == one.document).cloned()
        };
        let mut wrong = Vec::new();
        for one in then {
            match find(&now, one) {
                None => wrong.push(format!("`{}` is not among the files", one.origin)),
                Some(other) if other.content == one.content => {}
                Some(other) if other.sha256 == one.sha256 => {
                    wrong
                        .push(format!("`{}` is unchanged, but a text that it names has changed", one.origin));
                }
                Some(_) => wrong.push(format!("`{}` has changed", one.origin)),
            }
        }
        let new = now.iter().filter(|one| find(then, one).is_none());
        wrong.extend(new.map(|one| format!("`{}` was not among the files then", one.origin)));
        if wrong.is_empty() {
            return Ok(());
        }
        Err(Error::usage(format!("the files are not those of the receipt: {}", wrong.join("; "))).with_help(
            "name the original files with --data; or use `--against now` to compare with the files as they are",
        ))
    }

    /// Asks the query of a graph, with the receipt's parameters.
    ///
    /// # Errors
    /// Those of the query; a term that is none.
    pub fn ask<'a>(&self, index: &'a Index, limit: Option<Duration>) -> Result<Outcome<'a>> {
        let mut query = Query::parse("the receipt's query", &format!("{}{}", self.prologue, self.query))?;
        for parameter in &self.parameters {
            let Some(text) = &parameter.term else { continue };
            let term: Option<GroundTerm> = match text.parse() {
                Ok(Term::NamedNode(node)) => Some(node.into()),
                Ok(Term::Literal(literal)) => Some(literal.into()),
                _ => None,
            };
            let (Some(term), Ok(variable)) = (term, Variable::new(&parameter.name)) else {
                return Err(Error::usage(format!(
                    "the receipt's parameter `{}` has no term: `{text}`",
                    parameter.name
                )));
            };
            query = query.bind(variable, term);
        }
        let (answer, keys) = query.ordered_answer(index, limit)?;
        let canonical = Canonical::of(&answer, keys.as_deref())?;
        Ok(Outcome { index, query, answer, canonical })
    }

    /// What asking again showed: the graph of that time, and another one if its answer is
    /// wanted too.
    #[must_use]
    pub fn compare<'a>(
        &'a self,
        then: Outcome<'a>,
        against: Option<(Source, Outcome<'a>)>,
    ) -> Reproduction<'a> {
        let mut notes = self.other_versions();
        let same_program = notes.is_empty();
        let reproduces = self.answer.is(&then.canonical);
        // Who cannot repeat what was, cannot say what has changed since.
        let against = against.filter(|_| reproduces);
        let now = against.as_ref().map_or(&then.canonical, |(_, outcome)| &outcome.canonical);
        let difference = Difference::between(&self.answer.fingerprints, now);
        let verdict = if self.answer.is(now) {
            Verdict::Same
        } else if reproduces || same_program {
            Verdict::Different
        } else {
            Verdict::Undecided
        };
        if verdict != Verdict::Same {
            if difference == Difference::default() {
                let why = if now.ordered { "in another order" } else { "but for blank nodes" };
                notes.push(format!("the rows are the same, {why}"));
            }
            notes.extend(then.query.unsettled().into_iter().map(str::to_owned));
        }
        let lost = against
            .as_ref()
            .map(|(_, now)| missing(&then.canonical.fingerprints, &now.canonical.fingerprints));
        Reproduction { receipt: self, verdict, is_purged: false, notes, then, against, difference, lost }
    }

    /// In what this program is another one than that of the receipt.
    fn other_versions(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (what, then, now) in [("program", &*self.program, TOOL), ("engine", &*self.engine, ENGINE)] {
            if then != now {
                notes.push(format!("another {what}: {then} then, {now} now"));
            }
        }
        if self.ontology != ontology() {
            notes.push("another ontology: its concept schemes are part of every graph".into());
        }
        notes
    }
}

impl Reproduction<'_> {
    /// The same of a graph from which something was purged since, which may be why its answer is another one.
    #[must_use]
    pub fn of_purged(mut self, note: String) -> Self {
        self.is_purged = true;
        self.notes.push(note);
        if self.verdict == Verdict::Different {
            self.verdict = Verdict::Undecided;
        }
        self
    }
}

impl Recorded {
    /// Whether an answer is this one.
    fn is(&self, answer: &Canonical) -> bool {
        self.sha256 == answer.sha256 && self.ordered == answer.ordered
    }
}

impl Difference {
    fn between(then: &[String], now: &Canonical) -> Self {
        let gone = missing(then, &now.fingerprints).len();
        Self { gone, came: missing(&now.fingerprints, then) }
    }
}

/// Which of these the others lack; what is there twice has to be there twice.
fn missing(these: &[String], others: &[String]) -> Vec<usize> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    others.iter().for_each(|other| *left.entry(other).or_default() += 1);
    let mut lacks = |fingerprint: &str| match left.get_mut(fingerprint) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    };
    (0..these.len()).filter(|place| lacks(&these[*place])).collect()
}

fn short(hash: ContentHash) -> String {
    format!("{}…", &hash.to_string()[..SHOWN])
}

impl Verdict {
    /// "same", "different" or "cannot".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Undecided => "cannot",
        }
    }
}
