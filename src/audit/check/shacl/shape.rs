//! Shapes as they are evaluated: parsed once, referring to each other by number.

use super::path::Path;
use super::value::Value;
use super::view::ClassId;
use crate::model::vocab::sh;
use oxrdf::{Literal, NamedNode, NamedNodeRef, Term};
use regex::Regex;
use std::collections::HashSet;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The data are wrong; what a shape says unless it says otherwise.
    Violation,
    /// Somebody should look.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: &[Self] = &[Self::Violation, Self::Warning, Self::Info];

    /// Its IRI in SHACL.
    #[must_use]
    pub fn iri(self) -> NamedNodeRef<'static> {
        match self {
            Self::Violation => sh::VIOLATION,
            Self::Warning => sh::WARNING,
            Self::Info => sh::INFO,
        }
    }
}

/// A shape among all shapes of a file.
pub(super) type ShapeId = usize;

/// A node shape, or, where it has a path, a property shape.
#[derive(Debug)]
pub(super) struct Shape {
    pub id: Term,
    /// What to call it: its short name, or where it stands.
    pub name: String,
    pub path: Option<Path>,
    pub targets: Vec<Target>,
    pub constraints: Vec<Constraint>,
    pub deactivated: bool,
    pub severity: Severity,
    pub messages: Vec<Literal>,
}

/// What a shape is about.
#[derive(Debug)]
pub(super) enum Target {
    Class(ClassId),
    Node(Term),
    SubjectsOf(NamedNode),
    ObjectsOf(NamedNode),
}

/// What has to hold for a shape's value nodes.
#[derive(Debug)]
pub(super) enum Constraint {
    Class(ClassId),
    Datatype(NamedNode),
    NodeKind(NodeKinds),
    MinCount(u64),
    MaxCount(u64),
    Bound(Bound, Limit),
    MinLength(u64),
    MaxLength(u64),
    Pattern {
        regex: Regex,
        source: String,
    },
    /// In lower case.
    LanguageIn(Vec<String>),
    UniqueLang,
    Equals(NamedNode),
    Disjoint(NamedNode),
    LessThan(NamedNode),
    LessThanOrEquals(NamedNode),
    Not(ShapeId),
    And(Vec<ShapeId>),
    Or(Vec<ShapeId>),
    Xone(Vec<ShapeId>),
    Node(ShapeId),
    Property(ShapeId),
    QualifiedMin(u64, Qualified),
    QualifiedMax(u64, Qualified),
    /// What a node may have besides nothing.
    Closed(HashSet<NamedNode>),
    HasValue(Term),
    In {
        members: HashSet<Term>,
        listed: Vec<Term>,
    },
}

/// Which values count, for `sh:qualifiedMinCount` and `sh:qualifiedMaxCount`.
#[derive(Clone, Debug)]
pub(super) struct Qualified {
    pub shape: ShapeId,
    /// Of these none may be met, with `sh:qualifiedValueShapesDisjoint`.
    pub siblings: Vec<ShapeId>,
}

/// The side of a range that a limit closes, and whether the limit itself is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    MinExclusive,
    MinInclusive,
    MaxExclusive,
    MaxInclusive,
}

/// A limit as it is written and as it is compared.
#[derive(Debug)]
pub(super) struct Limit {
    pub literal: Literal,
    /// None where its datatype has no order: nothing is inside then.
    pub value: Option<Value>,
}

/// Which kinds of terms are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeKinds {
    pub iri: bool,
    pub blank: bool,
    pub literal: bool,
}

impl NodeKinds {
    pub fn from_iri(iri: NamedNodeRef<'_>) -> Option<Self> {
        let (iri, blank, literal) = match iri {
            sh::IRI => (true, false, false),
            sh::BLANK_NODE => (false, true, false),
            sh::LITERAL => (false, false, true),
            sh::BLANK_NODE_OR_IRI => (true, true, false),
            sh::IRI_OR_LITERAL => (true, false, true),
            sh::BLANK_NODE_OR_LITERAL => (false, true, true),
            _ => return None,
        };
        Some(Self { iri, blank, literal })
    }

    pub fn allow(self, term: &Term) -> bool {
        match term {
            Term::NamedNode(_) => self.iri,
            Term::BlankNode(_) => self.blank,
            Term::Literal(_) => self.literal,
            // A triple term is none of them.
            Term::Triple(_) => false,
        }
    }
}

impl fmt::Display for NodeKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named =
            [(self.iri, "an IRI"), (self.blank, "a blank node"), (self.literal, "a literal")].into_iter();
        let names: Vec<_> = named.filter(|(allowed, _)| *allowed).map(|(_, name)| name).collect();
        f.write_str(&names.join(" or "))
    }
}

impl Constraint {
    /// The constraint component that SHACL counts it to.
    pub fn component(&self) -> NamedNodeRef<'static> {
        match self {
            Self::Class(_) => sh::CLASS_CONSTRAINT,
            Self::Datatype { .. } => sh::DATATYPE_CONSTRAINT,
            Self::NodeKind(_) => sh::NODE_KIND_CONSTRAINT,
            Self::MinCount(_) => sh::MIN_COUNT_CONSTRAINT,
            Self::MaxCount(_) => sh::MAX_COUNT_CONSTRAINT,
            Self::Bound(Bound::MinExclusive, _) => sh::MIN_EXCLUSIVE_CONSTRAINT,
            Self::Bound(Bound::MinInclusive, _) => sh::MIN_INCLUSIVE_CONSTRAINT,
            Self::Bound(Bound::MaxExclusive, _) => sh::MAX_EXCLUSIVE_CONSTRAINT,
            Self::Bound(Bound::MaxInclusive, _) => sh::MAX_INCLUSIVE_CONSTRAINT,
            Self::MinLength(_) => sh::MIN_LENGTH_CONSTRAINT,
            Self::MaxLength(_) => sh::MAX_LENGTH_CONSTRAINT,
            Self::Pattern { .. } => sh::PATTERN_CONSTRAINT,
            Self::LanguageIn(_) => sh::LANGUAGE_IN_CONSTRAINT,
            Self::UniqueLang => sh::UNIQUE_LANG_CONSTRAINT,
            Self::Equals(_) => sh::EQUALS_CONSTRAINT,
            Self::Disjoint(_) => sh::DISJOINT_CONSTRAINT,
            Self::LessThan(_) => sh::LESS_THAN_CONSTRAINT,
            Self::LessThanOrEquals(_) => sh::LESS_THAN_OR_EQUALS_CONSTRAINT,
            Self::Not(_) => sh::NOT_CONSTRAINT,
            Self::And(_) => sh::AND_CONSTRAINT,
            Self::Or(_) => sh::OR_CONSTRAINT,
            Self::Xone(_) => sh::XONE_CONSTRAINT,
            Self::Node(_) => sh::NODE_CONSTRAINT,
            Self::Property(_) => sh::PROPERTY_CONSTRAINT,
            Self::QualifiedMin(..) => sh::QUALIFIED_MIN_COUNT_CONSTRAINT,
            Self::QualifiedMax(..) => sh::QUALIFIED_MAX_COUNT_CONSTRAINT,
            Self::Closed(_) => sh::CLOSED_CONSTRAINT,
            Self::HasValue(_) => sh::HAS_VALUE_CONSTRAINT,
            Self::In { .. } => sh::IN_CONSTRAINT,
        }
    }
}
