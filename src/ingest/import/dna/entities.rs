//! The values of short texts: persons, organizations, concepts, with attributes and hierarchy.

use super::super::record;
use super::map::Scheme;
use super::table::{Cell, Database};
use crate::model::identity::{Base, slug};
use crate::model::{ActorKind, Concept, Family};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What becomes of a variable's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Person,
    Organization,
    Issue,
}

/// A value of a variable.
#[derive(Debug)]
pub(super) struct Entity {
    /// Its name.
    pub(super) label: String,
    /// How sheets name it: its id, or its IRI where others are called alike.
    pub(super) reference: String,
    id: String,
    role: Option<Role>,
    /// The name of its variable.
    variable: String,
    /// Attributes that have a value.
    attributes: Vec<(String, String)>,
    /// Place of what it belongs to, among the entities.
    parent: Option<usize>,
}

/// All entities of a database.
pub(super) struct Entities {
    all: Vec<Entity>,
    by_id: HashMap<i64, usize>,
    /// By the name of the variable and the value.
    by_value: HashMap<(String, String), usize>,
    variables: HashMap<i64, String>,
}

impl Entities {
    /// Reads them; those that have the same value of variables of the same name are one.
    pub(super) fn of(database: &Database, scheme: &Scheme) -> Self {
        let mut roles: HashMap<String, Role> = HashMap::new();
        let mut name = |variable: &i64, role: Role| {
            if let Some(name) = database.variable(*variable) {
                roles.entry(name.to_owned()).or_insert(role);
            }
        };
        for variables in scheme.types.values() {
            variables.actor.iter().for_each(|variable| name(variable, Role::Person));
            variables.on_behalf_of.iter().for_each(|variable| name(variable, Role::Organization));
            name(&variables.issue, Role::Issue);
        }
        let mut entities = Self {
            all: Vec::new(),
            by_id: HashMap::new(),
            by_value: HashMap::new(),
            variables: database
                .table("VARIABLES")
                .rows()
                .filter_map(|row| Some((row.number("ID")?, row.text("Variable").to_owned())))
                .collect(),
        };
        entities.read(database, &roles);
        entities.name();
        entities
    }

    fn read(&mut self, database: &Database, roles: &HashMap<String, Role>) {
        let attribute_names = database.names("ATTRIBUTEVARIABLES", "AttributeVariable");
        let mut attributes: HashMap<i64, Vec<(String, String)>> = HashMap::new();
        for row in database.table("ATTRIBUTEVALUES").rows() {
            let name = row.number("AttributeVariableId").and_then(|id| attribute_names.get(&id));
            let (Some(entity), Some(name), value) =
                (row.number("EntityId"), name, row.text("AttributeValue"))
            else {
                continue;
            };
            if !value.trim().is_empty() {
                attributes.entry(entity).or_default().push((name.clone(), value.to_owned()));
            }
        }
        let table = if database.is_version_2() { "ATTRIBUTES" } else { "ENTITIES" };
        let mut parents: Vec<(usize, Cell, String)> = Vec::new();
        for row in database.table(table).rows() {
            let (Some(id), Some(variable)) = (row.number("ID"), row.number("VariableId")) else { continue };
            let place = self.add(variable, row.text("Value"), roles);
            self.by_id.insert(id, place);
            let own = &mut self.all[place].attributes;
            own.extend(attributes.remove(&id).unwrap_or_default());
            for column in ["Type", "Alias", "Notes"] {
                let value = row.text(column);
                if !value.trim().is_empty() {
                    own.push((column.to_owned(), value.to_owned()));
                }
            }
            let above = row.cell("ChildOf");
            if !above.to_string().trim().is_empty() {
                parents.push((place, above.clone(), self.all[place].variable.clone()));
            }
        }
        for (child, parent, variable) in parents {
            let parent = match parent {
                Cell::Integer(id) => self.by_id.get(&id),
                value => self.by_value.get(&(variable, value.to_string())),
            };
            self.all[child].parent = parent.copied().filter(|parent| *parent != child);
        }
        // Version 2 may use values that it does not list.
        if database.is_version_2() {
            for row in database.table("DATASHORTTEXT").rows() {
                if let Some(variable) = row.number("VariableId") {
                    self.add(variable, row.text("Value"), roles);
                }
            }
        }
    }

    fn add(&mut self, variable: i64, value: &str, roles: &HashMap<String, Role>) -> usize {
        let name = self.variables.get(&variable).cloned().unwrap_or_default();
        let key = (name.clone(), value.to_owned());
        let all = &mut self.all;
        *self.by_value.entry(key).or_insert_with(|| {
            all.push(Entity {
                label: value.trim().to_owned(),
                reference: String::new(),
                id: String::new(),
                role: roles.get(&name).copied(),
                variable: name,
                attributes: Vec::new(),
                parent: None,
            });
            all.len() - 1
        })
    }

    /// Gives them ids that differ. Those that share a name with others are named by IRI.
    fn name(&mut self) {
        let is_issue = |entity: &Entity| entity.role == Some(Role::Issue);
        let mut named: BTreeMap<(bool, String), BTreeSet<usize>> = BTreeMap::new();
        for (at, entity) in self.all.iter().enumerate().filter(|(_, entity)| entity.role.is_some()) {
            for name in entity.aliases().chain([entity.label.as_str()]) {
                named.entry((is_issue(entity), slug(name))).or_default().insert(at);
            }
        }
        let mut used: BTreeSet<(bool, String)> = BTreeSet::new();
        for at in 0..self.all.len() {
            let entity = &self.all[at];
            let (kind, plain) = (is_issue(entity), slug(&entity.label));
            if entity.role.is_none() || entity.label.is_empty() {
                continue;
            }
            let plain = if plain.is_empty() { slug(&entity.variable) } else { plain };
            let mut id = plain.clone();
            let mut number = 1;
            while !used.insert((kind, id.clone())) {
                number += 1;
                id = match number {
                    2 => format!("{plain}-{}", slug(&entity.variable)),
                    number => format!("{plain}-{number}"),
                };
            }
            let is_shared =
                named.get(&(kind, plain.clone())).is_some_and(|same| same.len() > 1) || id != plain;
            let iri = Base::default().thing(if kind { "issue" } else { "actor" }, &id);
            self.all[at].reference = if is_shared { iri.into_string() } else { id.clone() };
            self.all[at].id = id;
        }
    }

    pub(super) fn by_id(&self, id: i64) -> Option<&Entity> {
        self.by_id.get(&id).map(|place| &self.all[*place])
    }

    /// The entity that is the value of a variable; none of a value that is none.
    pub(super) fn of_value(&self, variable: i64, value: &Cell) -> Option<&Entity> {
        match value {
            Cell::Text(text) => {
                let key = (self.variables.get(&variable)?.clone(), text.clone());
                self.by_value.get(&key).map(|place| &self.all[*place])
            }
            Cell::Integer(id) => {
                self.by_id(*id).filter(|entity| Some(&entity.variable) == self.variables.get(&variable))
            }
            _ => None,
        }
    }

    fn with(&self, wanted: impl Fn(Role) -> bool) -> impl Iterator<Item = &Entity> {
        let is_wanted = move |entity: &&Entity| entity.role.is_some_and(&wanted) && !entity.id.is_empty();
        self.all.iter().filter(is_wanted)
    }

    pub(super) fn actors(&self) -> impl Iterator<Item = &Entity> {
        self.with(|role| role != Role::Issue)
    }

    pub(super) fn issues(&self) -> impl Iterator<Item = &Entity> {
        self.with(|role| role == Role::Issue)
    }
}

impl Entity {
    fn attribute<'e>(&'e self, wanted: &'e str) -> impl Iterator<Item = &'e str> {
        self.attributes.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    fn aliases(&self) -> impl Iterator<Item = &str> {
        self.attribute("Alias").filter(|alias| alias.trim() != self.label)
    }

    /// Notes, and attributes that no field is for.
    fn notes(&self, others: &[&str]) -> Value {
        let note = |(name, value): &(String, String)| match name.as_str() {
            "Notes" => Some(value.clone()),
            name if others.contains(&name) => None,
            name => Some(format!("{name}: {value}")),
        };
        self.attributes.iter().filter_map(note).collect::<Vec<_>>().into()
    }

    fn parent<'e>(&self, entities: &'e Entities) -> Vec<Value> {
        let parent = self.parent.map(|place| &entities.all[place]);
        let is_alike = |parent: &&'e Entity| {
            (parent.role == Some(Role::Issue)) == (self.role == Some(Role::Issue))
                && !parent.reference.is_empty()
        };
        parent.filter(is_alike).map(|parent| Value::from(parent.reference.clone())).into_iter().collect()
    }

    /// Its IRI, if it is an actor or issue.
    pub(super) fn iri(&self) -> Option<String> {
        let kind = if self.role? == Role::Issue { "issue" } else { "actor" };
        (!self.id.is_empty()).then(|| Base::default().thing(kind, &self.id).into_string())
    }

    /// The record of an actor.
    pub(super) fn actor(&self, entities: &Entities) -> Value {
        let kind = if self.role == Some(Role::Person) { ActorKind::Person } else { ActorKind::Organisation };
        record(vec![
            ("id", self.id.clone().into()),
            ("label", self.label.clone().into()),
            ("aliases", self.aliases().collect::<Vec<_>>().into()),
            ("kind", kind.word().into()),
            ("sector", self.attribute("Type").next().map_or(Value::Null, Value::from)),
            ("memberOf", self.parent(entities).into()),
            ("note", self.notes(&["Type", "Alias"])),
        ])
    }

    /// The record of an issue.
    pub(super) fn issue(&self, entities: &Entities, family: Family) -> Value {
        record(vec![
            ("id", self.id.clone().into()),
            ("label", self.label.clone().into()),
            ("aliases", self.aliases().collect::<Vec<_>>().into()),
            ("family", family.word().into()),
            ("broader", self.parent(entities).into()),
            ("note", self.notes(&["Alias"])),
        ])
    }
}
