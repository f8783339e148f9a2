//! One shape held against one node.

use super::Shapes;
use super::path::Path;
use super::shape::{Bound, Constraint, Limit, Qualified, Shape, ShapeId};
use super::value::{Value, is_well_formed};
use super::view::View;
use super::words::Words;
use oxrdf::{NamedNode, Term};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Answers about nodes that are remembered for each shape at most.
const REMEMBERED: usize = 1 << 15;

/// Reasons that are given for not conforming to one shape.
const REASONS: usize = 3;

/// One validation result, before it is known on whose behalf.
pub(super) struct Finding {
    pub focus: Term,
    pub path: Option<Path>,
    pub value: Option<Term>,
    pub source: ShapeId,
    /// Among the constraints of the source.
    pub constraint: usize,
    pub explanation: String,
}

/// What evaluation leaves behind: all findings, or only whether there is one.
struct Report {
    in_full: bool,
    conforms: bool,
    findings: Vec<Finding>,
}

impl Report {
    fn new(in_full: bool) -> Self {
        Self { in_full, conforms: true, findings: Vec::new() }
    }

    fn add(&mut self, finding: impl FnOnce() -> Finding) {
        self.conforms = false;
        if self.in_full {
            self.findings.push(finding());
        }
    }

    /// Whether nothing can change the answer any more.
    fn is_settled(&self) -> bool {
        !self.in_full && !self.conforms
    }
}

/// Holds shapes against nodes, on one thread.
pub(super) struct Evaluation<'a> {
    shapes: &'a Shapes,
    view: View<'a>,
    words: Words<'a>,
    /// For each shape, what is known of which nodes.
    answers: RefCell<Vec<HashMap<Term, bool>>>,
}

/// The place of a constraint, and the values it is about.
struct Site<'s> {
    shape: &'s Shape,
    source: ShapeId,
    constraint: usize,
    focus: &'s Term,
    values: &'s [Term],
}

impl Site<'_> {
    fn finding(&self, value: Option<&Term>, explanation: String) -> Finding {
        Finding {
            focus: self.focus.clone(),
            path: self.shape.path.clone(),
            value: value.cloned(),
            source: self.source,
            constraint: self.constraint,
            explanation,
        }
    }
}

impl<'a> Evaluation<'a> {
    pub fn new(shapes: &'a Shapes, view: View<'a>) -> Self {
        let answers = RefCell::new(vec![HashMap::new(); shapes.shapes.len()]);
        Self { shapes, view, words: Words::new(shapes), answers }
    }

    /// Everything about this node that breaks this shape.
    pub fn findings(&self, shape: ShapeId, focus: &Term) -> Vec<Finding> {
        let mut report = Report::new(true);
        self.check(shape, focus, &mut report);
        report.findings
    }

    /// Whether nothing about this node breaks this shape.
    fn conforms(&self, shape: ShapeId, focus: &Term) -> bool {
        if let Some(answer) = self.answers.borrow()[shape].get(focus) {
            return *answer;
        }
        let mut report = Report::new(false);
        self.check(shape, focus, &mut report);
        let known = &mut self.answers.borrow_mut()[shape];
        if known.len() == REMEMBERED {
            known.clear();
        }
        known.insert(focus.clone(), report.conforms);
        report.conforms
    }

    fn check(&self, source: ShapeId, focus: &Term, report: &mut Report) {
        let shape = &self.shapes.shapes[source];
        if shape.deactivated {
            return;
        }
        let reached;
        let values = match &shape.path {
            None => std::slice::from_ref(focus),
            Some(path) => {
                reached = path.values(&self.view, focus);
                &*reached
            }
        };
        for (constraint, what) in shape.constraints.iter().enumerate() {
            self.constraint(what, &Site { shape, source, constraint, focus, values }, report);
            if report.is_settled() {
                return;
            }
        }
    }

    fn constraint(&self, constraint: &Constraint, site: &Site<'_>, report: &mut Report) {
        let count = site.values.len() as u64;
        let words = &self.words;
        match constraint {
            // About all values together.
            Constraint::MinCount(min) => {
                if count < *min {
                    report.add(|| site.finding(None, words.too_few(site.shape, count, *min)));
                }
            }
            Constraint::MaxCount(max) => {
                if count > *max {
                    report.add(|| site.finding(None, words.too_many(site.shape, site.values, *max)));
                }
            }
            Constraint::HasValue(wanted) => {
                if !site.values.contains(wanted) {
                    report.add(|| site.finding(None, words.lacks(site.shape, wanted)));
                }
            }
            Constraint::UniqueLang => self.unique_lang(site, report),
            Constraint::Equals(other) => {
                let others = self.others(site, other);
                self.each(
                    site,
                    report,
                    |value| others.contains(value),
                    |value| words.only(site.shape, value, other, true),
                );
                for value in others.iter().filter(|value| !site.values.contains(value)) {
                    report.add(|| site.finding(Some(value), words.only(site.shape, value, other, false)));
                }
            }
            Constraint::Disjoint(other) => {
                let others = self.others(site, other);
                self.each(
                    site,
                    report,
                    |value| !others.contains(value),
                    |value| words.both(site.shape, value, other),
                );
            }
            Constraint::LessThan(other) => self.ordered(site, other, false, report),
            Constraint::LessThanOrEquals(other) => self.ordered(site, other, true, report),
            Constraint::QualifiedMin(min, qualified) => {
                let met = self.count(site, qualified);
                if met < *min {
                    report.add(|| site.finding(None, words.qualified(site.shape, met, *min, true)));
                }
            }
            Constraint::QualifiedMax(max, qualified) => {
                let met = self.count(site, qualified);
                if met > *max {
                    report.add(|| site.finding(None, words.qualified(site.shape, met, *max, false)));
                }
            }
            Constraint::Closed(allowed) => {
                for value in site.values {
                    for (property, objects) in self.view.node(value).properties() {
                        if allowed.contains(property) {
                            continue;
                        }
                        for object in objects.iter() {
                            report.add(|| Finding {
                                path: Some(Path::Predicate(property.clone())),
                                ..site.finding(Some(object), words.unlisted(site.shape, property, object))
                            });
                        }
                    }
                }
            }
            Constraint::Property(property) => {
                site.values.iter().for_each(|value| self.check(*property, value, report));
            }
            // About each value by itself.
            Constraint::Not(shape) => self.each(
                site,
                report,
                |value| !self.conforms(*shape, value),
                |value| words.forbidden(site.shape, value, *shape),
            ),
            Constraint::And(shapes) => {
                let fits = |value: &Term| shapes.iter().all(|shape| self.conforms(*shape, value));
                self.each(site, report, fits, |value| {
                    words.not_all(site.shape, value, &self.reasons(shapes, value))
                });
            }
            Constraint::Or(shapes) => {
                let fits = |value: &Term| shapes.iter().any(|shape| self.conforms(*shape, value));
                self.each(site, report, fits, |value| {
                    words.none_of(site.shape, value, &self.reasons(shapes, value))
                });
            }
            Constraint::Xone(shapes) => {
                let met = |value: &Term| shapes.iter().filter(|shape| self.conforms(**shape, value)).count();
                self.each(
                    site,
                    report,
                    |value| met(value) == 1,
                    |value| match met(value) {
                        0 => words.none_of(site.shape, value, &self.reasons(shapes, value)),
                        met => words.several_of(site.shape, value, met, shapes.len()),
                    },
                );
            }
            Constraint::Node(shape) => self.each(
                site,
                report,
                |value| self.conforms(*shape, value),
                |value| words.not_all(site.shape, value, &self.reasons(&[*shape], value)),
            ),
            _ => self.each(
                site,
                report,
                |value| self.fits(constraint, value),
                |value| words.unfit(site.shape, constraint, value),
            ),
        }
    }

    /// Reports each value that does not fit.
    fn each(
        &self,
        site: &Site<'_>,
        report: &mut Report,
        fits: impl Fn(&Term) -> bool,
        explain: impl Fn(&Term) -> String,
    ) {
        for value in site.values {
            if !fits(value) {
                report.add(|| site.finding(Some(value), explain(value)));
                if report.is_settled() {
                    return;
                }
            }
        }
    }

    /// Whether a value is as the constraint wants each to be, looked at by itself.
    fn fits(&self, constraint: &Constraint, value: &Term) -> bool {
        match constraint {
            Constraint::Class(class) => self.view.is_instance_of(value, *class),
            other => fits(other, value),
        }
    }

    /// The focus node's values of another property.
    fn others(&self, site: &Site<'_>, property: &NamedNode) -> Rc<[Term]> {
        self.view.node(site.focus).values(property)
    }

    fn ordered(&self, site: &Site<'_>, other: &NamedNode, or_equal: bool, report: &mut Report) {
        for limit in self.others(site, other).iter() {
            for value in site.values {
                let order = compare(value, limit);
                let fits = order == Some(Ordering::Less) || or_equal && order == Some(Ordering::Equal);
                if !fits {
                    let explain = || self.words.disordered(site.shape, value, other, limit, order);
                    report.add(|| site.finding(Some(value), explain()));
                }
            }
        }
    }

    fn unique_lang(&self, site: &Site<'_>, report: &mut Report) {
        let mut texts = BTreeMap::<String, usize>::new();
        for value in site.values {
            if let Term::Literal(literal) = value
                && let Some(language) = literal.language()
            {
                *texts.entry(language.to_ascii_lowercase()).or_default() += 1;
            }
        }
        for (language, count) in texts.into_iter().filter(|(_, count)| *count > 1) {
            report.add(|| site.finding(None, self.words.repeated(site.shape, &language, count)));
        }
    }

    fn count(&self, site: &Site<'_>, qualified: &Qualified) -> u64 {
        let counts = |value: &&Term| {
            self.conforms(qualified.shape, value)
                && !qualified.siblings.iter().any(|sibling| self.conforms(*sibling, value))
        };
        site.values.iter().filter(counts).count() as u64
    }

    /// What keeps a value from each of these shapes.
    fn reasons(&self, shapes: &[ShapeId], value: &Term) -> Vec<(ShapeId, String)> {
        let reason = |shape: &ShapeId| {
            let mut found: Vec<_> =
                self.findings(*shape, value).into_iter().map(|finding| finding.explanation).collect();
            found.truncate(REASONS);
            (!found.is_empty()).then(|| (*shape, found.join("; ")))
        };
        shapes.iter().filter_map(reason).collect()
    }
}

/// Whether a value is as the constraint wants each to be, and no graph is needed to say so.
pub(super) fn fits(constraint: &Constraint, value: &Term) -> bool {
    match constraint {
        Constraint::Datatype(datatype) => match value {
            Term::Literal(literal) if literal.datatype() == datatype.as_ref() => is_well_formed(literal),
            _ => false,
        },
        Constraint::NodeKind(kinds) => kinds.allow(value),
        Constraint::Bound(bound, limit) => match value {
            Term::Literal(literal) => is_inside(*bound, limit, Value::of(literal).as_ref()),
            _ => false,
        },
        Constraint::MinLength(_) | Constraint::MaxLength(_) | Constraint::Pattern { .. } => {
            text(value).is_some_and(|text| text_fits(constraint, text))
        }
        Constraint::LanguageIn(ranges) => match value {
            Term::Literal(literal) => literal.language().is_some_and(|language| {
                let language = language.to_ascii_lowercase();
                ranges.iter().any(|range| is_in_range(&language, range))
            }),
            _ => false,
        },
        Constraint::In { members, .. } => members.contains(value),
        _ => unreachable!("everything else needs more than the value"),
    }
}

/// Whether a text is as long as it is to be, or matches.
pub(super) fn text_fits(constraint: &Constraint, text: &str) -> bool {
    match constraint {
        Constraint::MinLength(min) => {
            *min <= 1 && text.len() as u64 >= *min || text.chars().count() as u64 >= *min
        }
        Constraint::MaxLength(max) => text.chars().count() as u64 <= *max,
        Constraint::Pattern { regex, .. } => regex.is_match(text),
        _ => unreachable!("nothing else is about texts alone"),
    }
}

pub(super) fn is_inside(bound: Bound, limit: &Limit, value: Option<&Value>) -> bool {
    let Some(limit) = &limit.value else { return false };
    let order = value.and_then(|value| value.partial_cmp(limit));
    match bound {
        Bound::MinExclusive => order.is_some_and(Ordering::is_gt),
        Bound::MinInclusive => order.is_some_and(Ordering::is_ge),
        Bound::MaxExclusive => order.is_some_and(Ordering::is_lt),
        Bound::MaxInclusive => order.is_some_and(Ordering::is_le),
    }
}

pub(super) fn compare(one: &Term, other: &Term) -> Option<Ordering> {
    match (one, other) {
        (Term::Literal(one), Term::Literal(other)) => Value::of(one)?.partial_cmp(&Value::of(other)?),
        _ => None,
    }
}

/// What SPARQL's `str()` gives.
fn text(term: &Term) -> Option<&str> {
    match term {
        Term::NamedNode(iri) => Some(iri.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

/// SPARQL's `langMatches`, of two tags in lower case.
fn is_in_range(language: &str, range: &str) -> bool {
    range == "*" || language.strip_prefix(range).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
