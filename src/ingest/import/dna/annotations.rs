//! Everything that the tables hold, as a graph: a node a row, a property a column.
//!
//! The texts of documents are kept as texts, passwords not at all. What is empty is left out. Values of statements
//! and attributes of entities become one triple each, whose property is the variable.

use super::entities::Entities;
use super::table::{Cell, Database, Row, VALUES};
use crate::model::identity::Base;
use crate::model::vocab::{rdf, rdfs, schema, xsd};
use oxrdf::{Literal, NamedNode, NamedNodeRef};
use std::collections::BTreeSet;
use std::fmt::Display;

/// Tables that are kept as annotations alone, and what a row of each is.
pub(super) const ONLY: &[(&str, &str)] = &[
    ("CODERS", "coder account"),
    ("CODERPERMISSIONS", "permission"),
    ("CODERRELATIONS", "coder relation"),
    ("STATEMENTTYPES", "statement type"),
    ("VARIABLES", "variable"),
    ("VARIABLELINKS", "variable link"),
    ("STATEMENTLINKS", "statement link"),
    ("REGEXES", "regular expression"),
    ("SETTINGS", "setting"),
];

/// Namespace of columns and tables.
const NAMESPACE: &str = "https://w3id.org/standpoint/dna#";

/// Columns that hold IDs, and the tables that these are of.
const REFERENCES: &[(&str, &str)] = &[
    ("Coder", "CODERS"),
    ("OtherCoder", "CODERS"),
    ("DocumentId", "DOCUMENTS"),
    ("StatementTypeId", "STATEMENTTYPES"),
    ("VariableId", "VARIABLES"),
    ("SourceVariableId", "VARIABLES"),
    ("TargetVariableId", "VARIABLES"),
    ("SourceId", "STATEMENTS"),
    ("TargetId", "STATEMENTS"),
];

/// Columns by which people call a row.
const LABELS: &[(&str, &str)] = &[
    ("DOCUMENTS", "Title"),
    ("CODERS", "Name"),
    ("STATEMENTTYPES", "Label"),
    ("VARIABLES", "Variable"),
    ("REGEXES", "Label"),
    ("ENTITIES", "Value"),
    ("ATTRIBUTES", "Value"),
    ("ATTRIBUTEVARIABLES", "AttributeVariable"),
];

/// Columns that are kept otherwise, or not at all.
const LEFT_OUT: &[(&str, &str)] = &[("DOCUMENTS", "Text"), ("CODERS", "Password")];

/// The graph of a database, as N-Quads in order. `name` is that of the data.
pub(super) fn quads(database: &Database, name: &str, entities: &Entities) -> String {
    let graph = Base::default().thing("document", &format!("{name}/annotations"));
    let mut quads = Quads { name, graph, lines: BTreeSet::new() };
    for (table, read) in &database.tables {
        if VALUES.contains(&table.as_str()) || table == "ATTRIBUTEVALUES" {
            continue;
        }
        for (number, row) in (1..).zip(read.rows()) {
            let id = row.number("ID").unwrap_or(number);
            quads.row(table, id, row);
            let about = match table.as_str() {
                "DOCUMENTS" => Some(Base::default().thing("article", &format!("{name}-{id}")).into_string()),
                "ENTITIES" | "ATTRIBUTES" => entities.by_id(id).and_then(super::Entity::iri),
                _ => None,
            };
            if let Some(about) = about {
                let node = quads.node(table, id);
                quads.add(&node, schema::ABOUT, NamedNode::new_unchecked(about));
            }
        }
    }
    for (statement, values) in database.values() {
        let node = quads.node("STATEMENTS", statement);
        for (variable, value) in values {
            let property = quads.node("VARIABLES", variable);
            match value {
                Cell::Integer(entity) if database.is_reference(variable) => {
                    let entity = quads.node("ENTITIES", entity);
                    quads.add(&node, property.as_ref(), entity);
                }
                value => quads.value(&node, property.as_ref(), &value),
            }
        }
    }
    for row in database.table("ATTRIBUTEVALUES").rows() {
        if let (Some(entity), Some(attribute)) = (row.number("EntityId"), row.number("AttributeVariableId")) {
            let (node, property) =
                (quads.node("ENTITIES", entity), quads.node("ATTRIBUTEVARIABLES", attribute));
            quads.value(&node, property.as_ref(), row.cell("AttributeValue"));
        }
    }
    quads.lines.into_iter().collect()
}

struct Quads<'a> {
    name: &'a str,
    graph: NamedNode,
    lines: BTreeSet<String>,
}

impl Quads<'_> {
    /// The node of a row. Variables are properties, too, and what a property's IRI ends in has to be the name of an
    /// XML element: RDF/XML carries no other.
    fn node(&self, table: &str, id: i64) -> NamedNode {
        let kind = table.to_ascii_lowercase();
        let letter = if kind.ends_with("variables") { "v" } else { "" };
        Base::default().thing("dna", &format!("{}/{kind}/{letter}{id}", self.name))
    }

    fn add(&mut self, subject: &NamedNode, property: NamedNodeRef<'_>, object: impl Display) {
        self.lines.insert(format!("{subject} {property} {object} {} .\n", self.graph));
    }

    /// A value, if it is not empty.
    fn value(&mut self, subject: &NamedNode, property: NamedNodeRef<'_>, value: &Cell) {
        let literal = match value {
            Cell::Null => return,
            Cell::Text(text) if text.is_empty() => return,
            Cell::Text(text) => Literal::new_simple_literal(text),
            Cell::Integer(_) => Literal::new_typed_literal(value.to_string(), xsd::INTEGER),
            Cell::Real(_) => Literal::new_typed_literal(value.to_string(), xsd::DOUBLE),
            Cell::Bytes(_) => {
                let hex = NamedNodeRef::new_unchecked("http://www.w3.org/2001/XMLSchema#hexBinary");
                Literal::new_typed_literal(value.to_string(), hex)
            }
        };
        self.add(subject, property, literal);
    }

    fn row(&mut self, table: &str, id: i64, row: Row<'_>) {
        let node = self.node(table, id);
        // Names of tables and columns may hold anything.
        let term = |name: &str| {
            let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
            let letter = if name.starts_with(|c: char| c.is_alphabetic()) { "" } else { "_" };
            NamedNode::new_unchecked(format!("{NAMESPACE}{letter}{name}"))
        };
        self.add(&node, rdf::TYPE, term(table));
        for (column, value) in row.cells() {
            if LEFT_OUT.contains(&(table, column)) {
                continue;
            }
            let property = term(column);
            let of = REFERENCES.iter().find(|(name, _)| *name == column).map(|(_, of)| *of);
            let of = of.or((table == "ENTITIES" && column == "ChildOf").then_some("ENTITIES"));
            match (of, value) {
                (Some(of), Cell::Integer(id)) => {
                    let other = self.node(of, *id);
                    self.add(&node, property.as_ref(), other);
                }
                _ => self.value(&node, property.as_ref(), value),
            }
            if LABELS.contains(&(table, column)) {
                self.value(&node, rdfs::LABEL, value);
            }
        }
    }
}
