//! Which rules and shapes are run, and how.

use super::rule::{self, Rule};
use super::shacl::{self, Shapes};
use super::{Change, Finding, Found, Lexicon, Severity};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::model::identity::id_of;
use crate::model::ontology;
use crate::model::project::Project;
use crate::store::index::Index;
use oxrdf::{NamedNode, Term};
use serde::Serialize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

/// What mends a broken shape, in general: the message says what is missing.
const SHAPE_SOLUTION: &str = "correct the record in its sheet or RDF file; ontology/shapes.ttl has the shape";

/// What every shape is there for.
const SHAPE_PROBLEM: &str = "Questions expect complete records: a record that breaks its shape is missing in answers, or counted twice.";

/// The rules and shapes to run.
#[derive(Clone, Debug)]
pub struct Checks {
    rules: Vec<Rule>,
    /// Names of the shapes to run, each with its IRI.
    shapes: Vec<(String, NamedNode)>,
    lexicon: Lexicon,
    off: Vec<(String, String)>,
}

/// A rule or shape in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Severity of its findings. Single parts of a shape may be milder.
    pub severity: Severity,
    /// Finding in one line.
    pub summary: String,
    /// Why that matters.
    pub problem: String,
    /// Remedy.
    pub solution: String,
    /// Why it is switched off, if it is.
    pub off: Option<String>,
}

/// The shapes of `ontology/shapes.ttl`.
///
/// # Panics
/// If they cannot be read, which a test excludes.
fn shapes() -> &'static Shapes {
    static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
        let file = ontology::FILES.iter().find(|(name, _)| *name == "shapes.ttl");
        let (_, text) = file.expect("the ontology has its shapes");
        Shapes::parse(text).unwrap_or_else(|fault| panic!("ontology/shapes.ttl: {fault}"))
    });
    &SHAPES
}

/// `shape-attribution-step` for the shape `AttributionStep`.
fn shape_name(shape: &NamedNode) -> String {
    let mut name = String::from("shape");
    for c in id_of(shape).chars() {
        if c.is_uppercase() || name == "shape" {
            name.push('-');
        }
        name.extend(c.to_lowercase());
    }
    name
}

impl Default for Checks {
    /// All that the program carries.
    fn default() -> Self {
        let named = |shape: NamedNode| (shape_name(&shape), shape);
        Self {
            rules: rule::library().to_vec(),
            shapes: shapes().names().cloned().map(named).collect(),
            lexicon: Lexicon::shipped(),
            off: Vec::new(),
        }
    }
}

impl Checks {
    /// With what a project adds and switches off. A rule of its own takes the place of one of the
    /// same name.
    ///
    /// # Errors
    /// Files that cannot be read, a rule that is switched off and does not exist.
    pub fn of_project(project: &Project) -> Result<Self> {
        let mut checks = Self::default();
        for path in &project.rules {
            for rule in rule::read(path)? {
                checks.rules.retain(|other| other.name != rule.name);
                checks.rules.push(rule);
            }
        }
        checks.rules.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(file) = &project.hedges {
            checks.lexicon = checks.lexicon.replaced_by(Lexicon::read(file)?);
        }
        for (name, _) in &project.off {
            checks.known(name, &format!("{}: the rule switched off there", project.file.display()))?;
        }
        checks.off.clone_from(&project.off);
        Ok(checks)
    }

    /// Only these, also those that are switched off.
    ///
    /// # Errors
    /// A name that no rule has.
    pub fn only(mut self, names: &[String]) -> Result<Self> {
        for name in names {
            self.known(name, "the rule asked for")?;
        }
        self.rules.retain(|rule| names.contains(&rule.name));
        self.shapes.retain(|(name, _)| names.contains(name));
        self.off.clear();
        Ok(self)
    }

    fn known(&self, name: &str, what: &str) -> Result<()> {
        let rules = self.rules.iter().map(|rule| rule.name.as_str());
        let mut known = rules.chain(self.shapes.iter().map(|(name, _)| name.as_str()));
        if known.clone().any(|known| known == name) {
            return Ok(());
        }
        let help = did_you_mean(&nearest(name, &mut known, 3));
        Err(Error::usage(format!("{what} is unknown: `{name}`"))
            .with_help(help.unwrap_or_else(|| "`standpoint check --rules` lists them".to_owned())))
    }

    /// All rules and shapes, those that are switched off included.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let off = |name: &str| self.off.iter().find(|(off, _)| off == name).map(|(_, reason)| reason.clone());
        let rules = self.rules.iter().map(|rule| Listed {
            name: rule.name.clone(),
            severity: rule.severity,
            summary: rule.summary.clone(),
            problem: rule.problem.clone(),
            solution: rule.solution.clone(),
            off: off(&rule.name),
        });
        let shapes = self.shapes.iter().map(|(name, shape)| Listed {
            name: name.clone(),
            severity: Severity::Violation,
            summary: format!(
                "A record that breaks the shape `stpsh:{}` of ontology/shapes.ttl",
                id_of(shape)
            ),
            problem: SHAPE_PROBLEM.to_owned(),
            solution: SHAPE_SOLUTION.to_owned(),
            off: off(name),
        });
        rules.chain(shapes).collect()
    }

    /// What is switched off, each with its reason.
    #[must_use]
    pub fn off(&self) -> &[(String, String)] {
        &self.off
    }

    /// How many rules and how many shapes are run.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let rules = self.rules.iter().filter(|rule| self.is_on(&rule.name)).count();
        (rules, self.shapes.iter().filter(|(name, _)| self.is_on(name)).count())
    }

    fn is_on(&self, name: &str) -> bool {
        !self.off.iter().any(|(off, _)| off == name)
    }

    /// Whether a rule that is not the program's own finds what `load` refuses.
    pub(super) fn has_violations_of_its_own(&self) -> bool {
        self.rules.iter().any(|rule| {
            rule.severity == Severity::Violation && self.is_on(&rule.name) && !rule::library().contains(rule)
        })
    }

    /// What is at least this bad, the worst first; after a change, what that can have brought about.
    pub(super) fn run_on(
        &self,
        index: &Index,
        least: Severity,
        change: Option<&Change>,
    ) -> Result<Vec<Finding>> {
        let rules: Vec<&Rule> =
            self.rules.iter().filter(|rule| rule.severity >= least && self.is_on(&rule.name)).collect();
        let mut findings = in_parallel(&rules, |rule| {
            let found = rule.find(index, &self.lexicon, change)?;
            let finding = |found: Found| found.finding(&rule.name, rule.severity, &rule.solution, index);
            Ok(found.into_iter().map(finding).collect())
        })?;
        let shapes: Vec<&(String, NamedNode)> =
            self.shapes.iter().filter(|(name, _)| self.is_on(name)).collect();
        if !shapes.is_empty() {
            let outcomes = match change {
                Some(change) => shacl::validate_after(index, self::shapes(), &change.added, &change.removed),
                None => shacl::validate(index, self::shapes(), None),
            };
            findings.extend(outcomes.into_iter().filter_map(|outcome| {
                let (name, _) = shapes.iter().find(|(_, shape)| *shape == outcome.shape)?;
                let message = sentence(&outcome);
                let severity = outcome.severity.into();
                let found = Found { message, subject: outcome.focus, records: Vec::new() };
                (severity >= least).then(|| found.finding(name, severity, SHAPE_SOLUTION, index))
            }));
        }
        findings.sort_by(|a, b| {
            let key =
                |finding: &Finding| (finding.rule.clone(), finding.label.clone(), finding.message.clone());
            b.severity.cmp(&a.severity).then_with(|| key(a).cmp(&key(b)))
        });
        Ok(findings)
    }
}

/// What the shape says is wrong, and what was found.
fn sentence(outcome: &shacl::Outcome) -> String {
    let message = outcome.messages.iter().find(|message| message.language().is_none_or(|tag| tag == "en"));
    match message {
        Some(message) => format!("{}: {}", message.value(), outcome.explanation),
        None => outcome.explanation.clone(),
    }
}

/// Does the work for each rule, as many at a time as there are processors; findings in the order
/// of the rules.
fn in_parallel(rules: &[&Rule], work: impl Fn(&Rule) -> Result<Vec<Finding>> + Sync) -> Result<Vec<Finding>> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(rules.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(rule) = rules.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let findings = work(rule);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((rule.name.clone(), findings));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut all = Vec::new();
    for (_, findings) in done {
        all.extend(findings?);
    }
    Ok(all)
}

impl From<shacl::Severity> for Severity {
    fn from(severity: shacl::Severity) -> Self {
        match severity {
            shacl::Severity::Violation => Self::Violation,
            shacl::Severity::Warning => Self::Warning,
            shacl::Severity::Info => Self::Note,
        }
    }
}

/// The things that a term names.
pub fn node(term: &Term) -> Option<&NamedNode> {
    if let Term::NamedNode(node) = term { Some(node) } else { None }
}
