//! What was found, in words: a sentence about the focus node, which it does not name.

use super::shape::{Bound, Constraint, Shape, ShapeId};
use super::value::Value;
use super::{Path, Shapes};
use crate::model::prefixes::Prefixes;
use crate::model::vocab::xsd;
use oxrdf::{Literal, NamedNode, Term};
use std::cmp::Ordering;

/// Characters of a text that are shown.
const SHOWN: usize = 60;
/// Members of a list that are shown.
const LISTED: usize = 5;
/// Alternatives of a path that are all named.
const MOST_ALTERNATIVES: usize = 4;

/// Says what was found about the shapes of a file, with its prefixes.
pub(super) struct Words<'a> {
    shapes: &'a Shapes,
}

impl<'a> Words<'a> {
    pub fn new(shapes: &'a Shapes) -> Self {
        Self { shapes }
    }

    pub fn too_few(&self, shape: &Shape, count: u64, min: u64) -> String {
        let path = self.path(shape);
        let expected = expected(shape).unwrap_or_else(|| format!("at least {}", number(min)));
        let verb = if min == 1 { "is" } else { "are" };
        match count {
            0 => format!("has no {path}; {expected} {verb} expected"),
            1 => format!("has one value of {path}; {expected} {verb} expected"),
            _ => format!("has {count} values of {path}; {expected} {verb} expected"),
        }
    }

    pub fn too_many(&self, shape: &Shape, values: &[Term], max: u64) -> String {
        let path = self.path(shape);
        let count = values.len();
        if max == 0 {
            return format!("has {path} ({}); none is expected", self.list(values));
        }
        let expected = expected(shape).unwrap_or_else(|| format!("at most {}", number(max)));
        let verb = if max == 1 { "is" } else { "are" };
        let values = self.list(values);
        let noun = if count == 1 { "value" } else { "values" };
        format!("has {count} {noun} of {path} ({values}); {expected} {verb} expected")
    }

    pub fn lacks(&self, shape: &Shape, wanted: &Term) -> String {
        let wanted = self.term(wanted);
        match shape.path {
            Some(_) => format!("does not have {wanted} as {}", self.path(shape)),
            None => format!("is not {wanted}"),
        }
    }

    pub fn only(&self, shape: &Shape, value: &Term, other: &NamedNode, here: bool) -> String {
        let (path, other) = (self.path(shape), self.iri(other));
        let (has, lacks) = if here { (path, other) } else { (other, path) };
        match (&shape.path, here) {
            (Some(_), _) => {
                format!("has {} as {has}, not as {lacks}; the same is expected", self.term(value))
            }
            (None, true) => format!("is not its own {lacks}"),
            (None, false) => format!("has {} as {has}, which it is not", self.term(value)),
        }
    }

    pub fn both(&self, shape: &Shape, value: &Term, other: &NamedNode) -> String {
        match shape.path {
            Some(_) => {
                let (value, path, other) = (self.term(value), self.path(shape), self.iri(other));
                format!("has {value} both as {path} and as {other}")
            }
            None => format!("is its own {}", self.iri(other)),
        }
    }

    pub fn disordered(
        &self,
        shape: &Shape,
        value: &Term,
        other: &NamedNode,
        limit: &Term,
        order: Option<Ordering>,
    ) -> String {
        let is_moment = matches!(limit, Term::Literal(l) if Value::of(l).is_some_and(|v| v.is_moment()));
        let relation = match order {
            None => "cannot be compared with",
            Some(Ordering::Equal) => "equals",
            Some(_) if is_moment => "is later than",
            Some(_) => "is greater than",
        };
        let (other, limit) = (self.iri(other), self.term(limit));
        format!("{}{relation} {other} {limit}", self.subject(shape, value))
    }

    pub fn repeated(&self, shape: &Shape, language: &str, count: usize) -> String {
        format!(
            "has {count} values of {} in the language {language}; at most one is expected",
            self.path(shape)
        )
    }

    pub fn qualified(&self, shape: &Shape, count: u64, limit: u64, is_min: bool) -> String {
        let (min, max) = qualified_limits(shape);
        let expected = match (min, max) {
            (Some(min), Some(max)) if min == max => format!("exactly {}", number(min)),
            _ if is_min => format!("at least {}", number(limit)),
            _ => format!("at most {}", number(limit)),
        };
        let verb = if limit == 1 { "is" } else { "are" };
        let path = self.path(shape);
        let found = match count {
            0 => format!("no {path}"),
            1 => format!("one value of {path}"),
            _ => format!("{count} values of {path}"),
        };
        format!("has {found} of the qualified kind; {expected} {verb} expected")
    }

    pub fn unlisted(&self, shape: &Shape, property: &NamedNode, object: &Term) -> String {
        format!("has {} {}, which {} does not list", self.iri(property), self.term(object), shape.name)
    }

    pub fn forbidden(&self, shape: &Shape, value: &Term, inner: ShapeId) -> String {
        let subject = self.subject(shape, value);
        match self.name(inner) {
            Some(name) => format!("{subject}conforms to {name}, but must not"),
            None => format!("{subject}is of a kind that is not allowed"),
        }
    }

    /// A value that should conform to all, and what keeps it from some.
    pub fn not_all(&self, shape: &Shape, value: &Term, reasons: &[(ShapeId, String)]) -> String {
        let subject = self.subject(shape, value);
        match reasons {
            [] => format!("{subject}does not conform"),
            [(inner, reason), ..] => match self.name(*inner) {
                Some(name) => format!("{subject}does not conform to {name}: {reason}"),
                None => format!("{subject}does not conform: {reason}"),
            },
        }
    }

    /// A value that should conform to one at least, and what keeps it from each.
    pub fn none_of(&self, shape: &Shape, value: &Term, reasons: &[(ShapeId, String)]) -> String {
        let subject = self.subject(shape, value);
        let reasons: Vec<&str> = reasons.iter().map(|(_, reason)| reason.as_str()).collect();
        match reasons[..] {
            [] => format!("{subject}is not allowed; no value is"),
            _ => format!("{subject}is not allowed: it {}", reasons.join(", and ")),
        }
    }

    pub fn several_of(&self, shape: &Shape, value: &Term, met: usize, all: usize) -> String {
        let subject = self.subject(shape, value);
        format!("{subject}conforms to {met} of {all} alternatives; exactly one is expected")
    }

    /// Words for what is wrong with a value by itself.
    pub fn unfit(&self, shape: &Shape, constraint: &Constraint, value: &Term) -> String {
        let subject = self.subject(shape, value);
        let problem = match constraint {
            Constraint::Class(class) => {
                format!("is not of class {}", self.term(&self.shapes.classes[*class]))
            }
            Constraint::Datatype(datatype) => match value {
                Term::Literal(literal) if literal.datatype() == datatype.as_ref() => {
                    format!("is not a valid {}", self.iri(datatype))
                }
                Term::Literal(literal) => {
                    let found = self.shapes.prefixes.shorten(literal.datatype());
                    format!("is of type {found}; {} is expected", self.iri(datatype))
                }
                _ => format!("is not a literal; {} is expected", self.iri(datatype)),
            },
            Constraint::NodeKind(kinds) => format!("is not {kinds}"),
            Constraint::Bound(bound, limit) => {
                format!("is not {} {}", relation(*bound), literal(&self.shapes.prefixes, &limit.literal))
            }
            Constraint::MinLength(_) | Constraint::MaxLength(_) | Constraint::Pattern { .. }
                if value.is_blank_node() =>
            {
                "has no text".to_owned()
            }
            Constraint::MinLength(min) => format!("is shorter than {}", characters(*min)),
            Constraint::MaxLength(max) => format!("is longer than {}", characters(*max)),
            Constraint::Pattern { source, .. } => format!("does not match {source:?}"),
            Constraint::LanguageIn(ranges) => format!("is in no language of {}", ranges.join(", ")),
            Constraint::In { listed, .. } if listed.is_empty() => "is not allowed; no value is".to_owned(),
            Constraint::In { listed, .. } => format!("is none of {}", self.list(listed)),
            _ => unreachable!("everything else has words of its own"),
        };
        format!("{subject}{problem}")
    }

    /// "stp:actor actor:ana " before what is said of it; nothing if that is the focus node itself.
    fn subject(&self, shape: &Shape, value: &Term) -> String {
        match shape.path {
            Some(_) => format!("{} {} ", self.path(shape), self.term(value)),
            None => String::new(),
        }
    }

    fn path(&self, shape: &Shape) -> String {
        let path = match &shape.path {
            None => return String::new(),
            Some(path) => path,
        };
        // Of a long list of alternatives the ends say enough.
        match path {
            Path::Alternative(paths) if paths.len() > MOST_ALTERNATIVES => {
                let end = |path: &Path| path.shortened(&self.shapes.prefixes);
                format!("{}|…|{}", end(&paths[0]), end(&paths[paths.len() - 1]))
            }
            path => path.shortened(&self.shapes.prefixes),
        }
    }

    fn name(&self, shape: ShapeId) -> Option<&str> {
        let shape = &self.shapes.shapes[shape];
        shape.id.is_named_node().then_some(&*shape.name)
    }

    fn iri(&self, iri: &NamedNode) -> String {
        self.shapes.prefixes.shorten(iri.as_ref())
    }

    fn term(&self, value: &Term) -> String {
        term(&self.shapes.prefixes, value)
    }

    fn list(&self, values: &[Term]) -> String {
        let shown: Vec<_> = values.iter().take(LISTED).map(|value| self.term(value)).collect();
        let more = values.len().saturating_sub(LISTED);
        if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
    }
}

/// How a limit is put.
fn relation(bound: Bound) -> &'static str {
    match bound {
        Bound::MinExclusive => "greater than",
        Bound::MinInclusive => "at least",
        Bound::MaxExclusive => "less than",
        Bound::MaxInclusive => "at most",
    }
}

/// "exactly one" where a shape says the same for how many there are at least and at most.
fn expected(shape: &Shape) -> Option<String> {
    let mut limits = (None, None);
    for constraint in &shape.constraints {
        match constraint {
            Constraint::MinCount(min) => limits.0 = Some(*min),
            Constraint::MaxCount(max) => limits.1 = Some(*max),
            _ => {}
        }
    }
    (limits.0 == limits.1).then(|| limits.0.map(|count| format!("exactly {}", number(count))))?
}

fn qualified_limits(shape: &Shape) -> (Option<u64>, Option<u64>) {
    let mut limits = (None, None);
    for constraint in &shape.constraints {
        match constraint {
            Constraint::QualifiedMin(min, _) => limits.0 = Some(*min),
            Constraint::QualifiedMax(max, _) => limits.1 = Some(*max),
            _ => {}
        }
    }
    limits
}

fn number(count: u64) -> String {
    if count == 1 { "one".to_owned() } else { count.to_string() }
}

fn characters(count: u64) -> String {
    format!("{} character{}", number(count), if count == 1 { "" } else { "s" })
}

/// A term as it is shown: IRIs with prefixes, texts in quotes, cut where they are long, without
/// anything that a terminal would take for a command.
pub(super) fn term(prefixes: &Prefixes, value: &Term) -> String {
    match value {
        Term::NamedNode(iri) => prefixes.shorten(iri.as_ref()),
        Term::BlankNode(_) => "[]".to_owned(),
        Term::Literal(value) => literal(prefixes, value),
        Term::Triple(_) => "a triple".to_owned(),
    }
}

fn literal(prefixes: &Prefixes, literal: &Literal) -> String {
    let datatype = literal.datatype();
    // Numbers and days are told from texts by their looks.
    if datatype != xsd::STRING && literal.value().len() <= SHOWN && Value::of(literal).is_some() {
        return literal.value().to_owned();
    }
    let mut text: String = literal.value().chars().take(SHOWN).collect();
    if text.len() < literal.value().len() {
        text.push('…');
    }
    match literal.language() {
        Some(language) => format!("{text:?}@{language}"),
        None if datatype == xsd::STRING => format!("{text:?}"),
        None => format!("{text:?}^^{}", prefixes.shorten(datatype)),
    }
}
