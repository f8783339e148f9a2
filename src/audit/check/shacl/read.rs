//! From the graph of a file of shapes to shapes that can be evaluated.

use super::error::ShapesError;
use super::shape::{Bound, Constraint, Limit, NodeKinds, Qualified, Severity, Shape, ShapeId, Target};
use super::source::{DEPTH, Source};
use super::value::Value;
use super::{Shapes, pattern};
use crate::model::vocab::{rdfs, sh, xsd};
use oxrdf::{Literal, NamedNode, NamedNodeRef, Term};
use std::collections::HashMap;

/// What may be said of a shape once at most.
const ONCE: &[NamedNodeRef<'static>] = &[
    sh::PATH,
    sh::DEACTIVATED,
    sh::SEVERITY,
    sh::DATATYPE,
    sh::NODE_KIND,
    sh::MIN_COUNT,
    sh::MAX_COUNT,
    sh::MIN_EXCLUSIVE,
    sh::MIN_INCLUSIVE,
    sh::MAX_EXCLUSIVE,
    sh::MAX_INCLUSIVE,
    sh::MIN_LENGTH,
    sh::MAX_LENGTH,
    sh::PATTERN,
    sh::FLAGS,
    sh::LANGUAGE_IN,
    sh::UNIQUE_LANG,
    sh::QUALIFIED_VALUE_SHAPE,
    sh::QUALIFIED_MIN_COUNT,
    sh::QUALIFIED_MAX_COUNT,
    sh::QUALIFIED_VALUE_SHAPES_DISJOINT,
    sh::CLOSED,
    sh::IGNORED_PROPERTIES,
    sh::IN,
];

/// What only a shape with a path can ask for.
const WITH_PATH: &[NamedNodeRef<'static>] = &[
    sh::MIN_COUNT,
    sh::MAX_COUNT,
    sh::UNIQUE_LANG,
    sh::LESS_THAN,
    sh::LESS_THAN_OR_EQUALS,
    sh::QUALIFIED_VALUE_SHAPE,
];

/// What makes its subject a shape that is about something.
const TARGETS: &[NamedNodeRef<'static>] =
    &[sh::TARGET_CLASS, sh::TARGET_NODE, sh::TARGET_SUBJECTS_OF, sh::TARGET_OBJECTS_OF];

/// Said for people only, or read together with something else.
const SILENT: &[NamedNodeRef<'static>] = &[
    sh::PATH,
    sh::DEACTIVATED,
    sh::SEVERITY,
    sh::MESSAGE,
    sh::FLAGS,
    sh::IGNORED_PROPERTIES,
    sh::QUALIFIED_MIN_COUNT,
    sh::QUALIFIED_MAX_COUNT,
    sh::QUALIFIED_VALUE_SHAPES_DISJOINT,
    sh::NAME,
    sh::DESCRIPTION,
    sh::ORDER,
    sh::GROUP,
    sh::DEFAULT_VALUE,
];

pub(super) fn read(turtle: &str) -> Result<Shapes, ShapesError> {
    let source = Source::parse(turtle)?;
    if let Some((node, _)) = source.pairs(sh::ENTAILMENT).next() {
        return Err(ShapesError {
            shape: Some(source.name(node)),
            property: Some(source.prefixes.shorten(sh::ENTAILMENT)),
            place: None,
            problem: "entailment is not supported".to_owned(),
        });
    }
    let mut reader =
        Reader { source: &source, shapes: Vec::new(), known: HashMap::new(), classes: Vec::new() };
    for node in &source.subjects {
        let is_shape =
            [sh::NODE_SHAPE, sh::PROPERTY_SHAPE].iter().any(|kind| source.is_instance(node, *kind))
                || TARGETS.iter().any(|target| source.values(node, *target).next().is_some());
        if is_shape {
            reader.shape(node, None, 0)?;
        }
    }
    let Reader { shapes, classes, .. } = reader;
    let shapes = shapes.into_iter().map(|shape| shape.expect("every shape was read to its end")).collect();
    Ok(Shapes { shapes, classes, prefixes: source.prefixes })
}

struct Reader<'s> {
    source: &'s Source,
    /// In the order in which they are met; none while one is being read.
    shapes: Vec<Option<Shape>>,
    known: HashMap<Term, ShapeId>,
    classes: Vec<Term>,
}

impl Reader<'_> {
    /// Reads a shape, and those that it refers to, unless that is done. `parent` is the name of
    /// the one that refers to it.
    fn shape(&mut self, node: &Term, parent: Option<&str>, depth: usize) -> Result<ShapeId, ShapesError> {
        if let Some(&id) = self.known.get(node) {
            return match &self.shapes[id] {
                Some(_) => Ok(id),
                None => Err(ShapesError {
                    shape: Some(self.name(node, parent)),
                    property: None,
                    place: None,
                    problem: "the shape refers to itself, which is not supported".to_owned(),
                }),
            };
        }
        let name = self.name(node, parent);
        let at = At { node, name: &name, depth };
        if depth > DEPTH {
            return Err(at.error(None, format!("shapes nest deeper than {DEPTH} levels")));
        }
        if let Term::Literal(_) | Term::Triple(_) = node {
            return Err(at.error(None, "expected a shape, found a literal".to_owned()));
        }
        let id = self.shapes.len();
        self.shapes.push(None);
        self.known.insert(node.clone(), id);
        let shape = self.read(&at)?;
        self.shapes[id] = Some(shape);
        Ok(id)
    }

    fn name(&self, node: &Term, parent: Option<&str>) -> String {
        if let (Term::BlankNode(_), Some(parent)) = (node, parent) {
            let path = self.source.values(node, sh::PATH).next();
            return match path.and_then(|path| self.source.path(path, 0).ok()) {
                Some(path) => format!("{parent} → {}", path.shortened(&self.source.prefixes)),
                None => format!("{parent} → []"),
            };
        }
        self.source.name(node)
    }

    fn read(&mut self, at: &At<'_>) -> Result<Shape, ShapesError> {
        let source = self.source;
        for property in ONCE {
            let count = source.values(at.node, *property).count();
            if count > 1 {
                return Err(at.wrong(source, *property, format!("{count} values; at most one is expected")));
            }
        }
        let path = match source.values(at.node, sh::PATH).next() {
            Some(path) => {
                let path = source.path(path, 0).map_err(|problem| at.wrong(source, sh::PATH, problem))?;
                if source.is_instance(at.node, sh::NODE_SHAPE) {
                    let problem = "a node shape has no path; use sh:PropertyShape".to_owned();
                    return Err(at.wrong(source, sh::PATH, problem));
                }
                Some(path)
            }
            None if source.is_instance(at.node, sh::PROPERTY_SHAPE) => {
                return Err(at.wrong(source, sh::PATH, "none; a property shape has one path".to_owned()));
            }
            None => None,
        };
        let mut shape = Shape {
            id: at.node.clone(),
            name: at.name.to_owned(),
            path,
            targets: Vec::new(),
            constraints: Vec::new(),
            deactivated: self.truth(at, sh::DEACTIVATED)?,
            severity: self.severity(at)?,
            messages: Vec::new(),
        };
        for value in source.values(at.node, sh::MESSAGE) {
            match value {
                Term::Literal(literal)
                    if literal.language().is_some() || literal.datatype() == xsd::STRING =>
                {
                    shape.messages.push(literal.clone());
                }
                other => return Err(self.unexpected(at, sh::MESSAGE, "a text", other)),
            }
        }
        if source.is_instance(at.node, rdfs::CLASS) && at.node.is_named_node() {
            shape.targets.push(Target::Class(self.class(at.node)));
        }
        for (property, value) in source.about(at.node) {
            let property = property.as_ref();
            if shape.path.is_none() && WITH_PATH.contains(&property) {
                return Err(at.wrong(source, property, "only a shape with a path can have this".to_owned()));
            }
            if TARGETS.contains(&property) {
                let target = self.target(at, property, value)?;
                shape.targets.push(target);
            } else if property.as_str().starts_with(sh::NAMESPACE) && !SILENT.contains(&property) {
                self.constraints(at, property, value, &mut shape.constraints)?;
            }
        }
        if !shape.targets.is_empty() && !at.node.is_named_node() {
            let problem = "a shape with a target needs an IRI: findings are reported under it".to_owned();
            return Err(at.error(None, problem));
        }
        Ok(shape)
    }

    fn target(
        &mut self,
        at: &At<'_>,
        property: NamedNodeRef<'_>,
        value: &Term,
    ) -> Result<Target, ShapesError> {
        Ok(match property {
            sh::TARGET_NODE if !value.is_blank_node() => Target::Node(value.clone()),
            sh::TARGET_NODE => return Err(self.unexpected(at, property, "an IRI or a literal", value)),
            sh::TARGET_CLASS => Target::Class(self.class(&self.iri(at, property, value)?.into())),
            sh::TARGET_SUBJECTS_OF => Target::SubjectsOf(self.iri(at, property, value)?),
            _ => Target::ObjectsOf(self.iri(at, property, value)?),
        })
    }

    /// Reads one parameter, together with those that belong to it.
    fn constraints(
        &mut self,
        at: &At<'_>,
        property: NamedNodeRef<'_>,
        value: &Term,
        found: &mut Vec<Constraint>,
    ) -> Result<(), ShapesError> {
        found.push(match property {
            sh::CLASS => Constraint::Class(self.class(&self.iri(at, property, value)?.into())),
            sh::DATATYPE => Constraint::Datatype(self.iri(at, property, value)?),
            sh::NODE_KIND => {
                let kind = self.iri(at, property, value)?;
                let kinds = NodeKinds::from_iri(kind.as_ref());
                Constraint::NodeKind(
                    kinds.ok_or_else(|| {
                        self.unexpected(at, property, "sh:IRI, sh:Literal or the like", value)
                    })?,
                )
            }
            sh::MIN_COUNT => Constraint::MinCount(self.count(at, property, value)?),
            sh::MAX_COUNT => Constraint::MaxCount(self.count(at, property, value)?),
            sh::MIN_LENGTH => Constraint::MinLength(self.count(at, property, value)?),
            sh::MAX_LENGTH => Constraint::MaxLength(self.count(at, property, value)?),
            sh::MIN_EXCLUSIVE => self.bound(at, property, Bound::MinExclusive, value)?,
            sh::MIN_INCLUSIVE => self.bound(at, property, Bound::MinInclusive, value)?,
            sh::MAX_EXCLUSIVE => self.bound(at, property, Bound::MaxExclusive, value)?,
            sh::MAX_INCLUSIVE => self.bound(at, property, Bound::MaxInclusive, value)?,
            sh::PATTERN => {
                let source = self.text(at, property, value)?;
                let flags = match self.source.values(at.node, sh::FLAGS).next() {
                    Some(flags) => self.text(at, sh::FLAGS, flags)?,
                    None => String::new(),
                };
                let regex = pattern::compile(&source, &flags)
                    .map_err(|problem| at.wrong(self.source, property, problem))?;
                Constraint::Pattern { regex, source }
            }
            sh::LANGUAGE_IN => {
                let ranges = self.list(at, property, value)?;
                let ranges = ranges.iter().map(|range| self.text(at, property, range));
                Constraint::LanguageIn(ranges.map(|range| Ok(range?.to_ascii_lowercase())).collect::<Result<
                    _,
                    ShapesError,
                >>(
                )?)
            }
            sh::UNIQUE_LANG => {
                // The test suite of the specification wants this to be `true`, and "1" to be nothing.
                if !self.truth(at, property)? || *value != Term::from(Literal::from(true)) {
                    return Ok(());
                }
                Constraint::UniqueLang
            }
            sh::EQUALS => Constraint::Equals(self.iri(at, property, value)?),
            sh::DISJOINT => Constraint::Disjoint(self.iri(at, property, value)?),
            sh::LESS_THAN => Constraint::LessThan(self.iri(at, property, value)?),
            sh::LESS_THAN_OR_EQUALS => Constraint::LessThanOrEquals(self.iri(at, property, value)?),
            sh::NOT => Constraint::Not(self.inner(at, value)?),
            sh::AND => Constraint::And(self.inner_list(at, property, value)?),
            sh::OR => Constraint::Or(self.inner_list(at, property, value)?),
            sh::XONE => Constraint::Xone(self.inner_list(at, property, value)?),
            sh::NODE => {
                let inner = self.inner(at, value)?;
                if self.has_path(inner) {
                    let problem = "the shape has a path; sh:node takes one without, sh:property this one";
                    return Err(at.wrong(self.source, property, problem.to_owned()));
                }
                Constraint::Node(inner)
            }
            sh::PROPERTY => {
                let inner = self.inner(at, value)?;
                if !self.has_path(inner) {
                    let problem = format!("{} has no sh:path", self.name(value, Some(at.name)));
                    return Err(at.wrong(self.source, property, problem));
                }
                Constraint::Property(inner)
            }
            sh::QUALIFIED_VALUE_SHAPE => return self.qualified(at, value, found),
            sh::CLOSED => {
                if !self.truth(at, property)? {
                    return Ok(());
                }
                self.closed(at)?
            }
            sh::HAS_VALUE => Constraint::HasValue(value.clone()),
            sh::IN => {
                let members = self.list(at, property, value)?;
                let listed: Vec<_> = members.to_vec();
                Constraint::In { members: listed.iter().cloned().collect(), listed }
            }
            _ => return Err(self.unsupported(at, property)),
        });
        Ok(())
    }

    fn qualified(
        &mut self,
        at: &At<'_>,
        value: &Term,
        found: &mut Vec<Constraint>,
    ) -> Result<(), ShapesError> {
        let source = self.source;
        let shape = self.inner(at, value)?;
        let mut siblings = Vec::new();
        if self.truth(at, sh::QUALIFIED_VALUE_SHAPES_DISJOINT)? {
            let own = Term::clone(value);
            let parents = source.pairs(sh::PROPERTY).filter(|(_, shape)| *shape == at.node);
            for sibling in parents
                .flat_map(|(parent, _)| source.values(parent, sh::PROPERTY))
                .flat_map(|property| source.values(property, sh::QUALIFIED_VALUE_SHAPE))
                .filter(|sibling| **sibling != own)
            {
                siblings.push(self.inner(at, sibling)?);
            }
            siblings.sort_unstable();
            siblings.dedup();
        }
        let qualified = Qualified { shape, siblings };
        let [min, max] = [sh::QUALIFIED_MIN_COUNT, sh::QUALIFIED_MAX_COUNT].map(|property| {
            source.values(at.node, property).next().map(|value| self.count(at, property, value)).transpose()
        });
        let (min, max) = (min?, max?);
        if min.is_none() && max.is_none() {
            let problem = "sh:qualifiedMinCount or sh:qualifiedMaxCount is missing".to_owned();
            return Err(at.wrong(source, sh::QUALIFIED_VALUE_SHAPE, problem));
        }
        found.extend(min.map(|count| Constraint::QualifiedMin(count, qualified.clone())));
        found.extend(max.map(|count| Constraint::QualifiedMax(count, qualified)));
        Ok(())
    }

    fn closed(&self, at: &At<'_>) -> Result<Constraint, ShapesError> {
        let source = self.source;
        let paths = source.values(at.node, sh::PROPERTY).flat_map(|shape| source.values(shape, sh::PATH));
        let mut allowed: Vec<Term> = paths.cloned().collect();
        if let Some(ignored) = source.values(at.node, sh::IGNORED_PROPERTIES).next() {
            for property in self.list(at, sh::IGNORED_PROPERTIES, ignored)? {
                allowed.push(self.iri(at, sh::IGNORED_PROPERTIES, &property)?.into());
            }
        }
        let allowed = allowed.into_iter().filter_map(|path| NamedNode::try_from(path).ok());
        Ok(Constraint::Closed(allowed.collect()))
    }

    fn bound(
        &self,
        at: &At<'_>,
        property: NamedNodeRef<'_>,
        bound: Bound,
        value: &Term,
    ) -> Result<Constraint, ShapesError> {
        match value {
            Term::Literal(literal) => {
                Ok(Constraint::Bound(bound, Limit { literal: literal.clone(), value: Value::of(literal) }))
            }
            other => Err(self.unexpected(at, property, "a literal", other)),
        }
    }

    fn inner(&mut self, at: &At<'_>, value: &Term) -> Result<ShapeId, ShapesError> {
        self.shape(value, Some(at.name), at.depth + 1)
    }

    fn inner_list(
        &mut self,
        at: &At<'_>,
        property: NamedNodeRef<'_>,
        value: &Term,
    ) -> Result<Vec<ShapeId>, ShapesError> {
        self.list(at, property, value)?.iter().map(|member| self.inner(at, member)).collect()
    }

    fn has_path(&self, id: ShapeId) -> bool {
        self.shapes[id].as_ref().is_some_and(|shape| shape.path.is_some())
    }

    fn class(&mut self, class: &Term) -> usize {
        let known = self.classes.iter().position(|known| known == class);
        known.unwrap_or_else(|| {
            self.classes.push(class.clone());
            self.classes.len() - 1
        })
    }

    fn severity(&self, at: &At<'_>) -> Result<Severity, ShapesError> {
        let Some(value) = self.source.values(at.node, sh::SEVERITY).next() else {
            return Ok(Severity::Violation);
        };
        let known = Severity::ALL.iter().find(|severity| *value == Term::from(severity.iri()));
        known
            .copied()
            .ok_or_else(|| self.unexpected(at, sh::SEVERITY, "sh:Violation, sh:Warning or sh:Info", value))
    }

    fn truth(&self, at: &At<'_>, property: NamedNodeRef<'_>) -> Result<bool, ShapesError> {
        match self.source.values(at.node, property).next() {
            None => Ok(false),
            Some(value) => match value {
                Term::Literal(literal) if literal.datatype() == xsd::BOOLEAN => match literal.value() {
                    "true" | "1" => Ok(true),
                    "false" | "0" => Ok(false),
                    _ => Err(self.unexpected(at, property, "true or false", value)),
                },
                _ => Err(self.unexpected(at, property, "true or false", value)),
            },
        }
    }

    fn count(&self, at: &At<'_>, property: NamedNodeRef<'_>, value: &Term) -> Result<u64, ShapesError> {
        let count = match value {
            Term::Literal(literal) => match Value::of(literal) {
                Some(Value::Integer(count)) => u64::try_from(count).ok(),
                _ => None,
            },
            _ => None,
        };
        count.ok_or_else(|| self.unexpected(at, property, "a whole number from 0", value))
    }

    fn text(&self, at: &At<'_>, property: NamedNodeRef<'_>, value: &Term) -> Result<String, ShapesError> {
        match value {
            Term::Literal(literal) if literal.datatype() == xsd::STRING => Ok(literal.value().to_owned()),
            other => Err(self.unexpected(at, property, "a text without a language", other)),
        }
    }

    fn iri(&self, at: &At<'_>, property: NamedNodeRef<'_>, value: &Term) -> Result<NamedNode, ShapesError> {
        match value {
            Term::NamedNode(iri) => Ok(iri.clone()),
            other => Err(self.unexpected(at, property, "an IRI", other)),
        }
    }

    fn list(&self, at: &At<'_>, property: NamedNodeRef<'_>, head: &Term) -> Result<Vec<Term>, ShapesError> {
        self.source.list(head).map_err(|problem| at.wrong(self.source, property, problem))
    }

    fn unexpected(
        &self,
        at: &At<'_>,
        property: NamedNodeRef<'_>,
        expected: &str,
        found: &Term,
    ) -> ShapesError {
        at.wrong(self.source, property, format!("expected {expected}, found {}", self.source.name(found)))
    }

    /// A word of SHACL that is none of its core, or no word of it at all.
    fn unsupported(&self, at: &At<'_>, property: NamedNodeRef<'_>) -> ShapesError {
        let local = property.as_str().trim_start_matches(sh::NAMESPACE);
        let beyond = [
            "sparql",
            "rule",
            "target",
            "js",
            "expression",
            "values",
            "filterShape",
            "nodes",
            "prefixes",
            "declare",
            "select",
            "ask",
            "parameter",
            "validator",
            "nodeValidator",
            "propertyValidator",
            "shapesGraph",
            "reifierShape",
            "reificationRequired",
        ];
        let problem = if beyond.contains(&local) {
            "not supported: only SHACL Core is".to_owned()
        } else {
            let near = sh::TERMS
                .iter()
                .map(|term| term.as_str().trim_start_matches(sh::NAMESPACE))
                .filter(|term| term.starts_with(char::is_lowercase))
                .max_by(|a, b| strsim::jaro_winkler(a, local).total_cmp(&strsim::jaro_winkler(b, local)));
            match near.filter(|near| strsim::jaro_winkler(near, local) > 0.8) {
                Some(near) => format!("not a term of SHACL Core; did you mean sh:{near}?"),
                None => "not a term of SHACL Core".to_owned(),
            }
        };
        at.wrong(self.source, property, problem)
    }
}

/// The shape that is being read.
struct At<'a> {
    node: &'a Term,
    name: &'a str,
    depth: usize,
}

impl At<'_> {
    fn error(&self, property: Option<String>, problem: String) -> ShapesError {
        ShapesError { shape: Some(self.name.to_owned()), property, place: None, problem }
    }

    fn wrong(&self, source: &Source, property: NamedNodeRef<'_>, problem: String) -> ShapesError {
        self.error(Some(source.prefixes.shorten(property)), problem)
    }
}
