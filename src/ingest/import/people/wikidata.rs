//! Extracts of Wikidata in N-Triples: labels, kinds, offices and memberships with their qualifiers.
//!
//! Statements (`p:`, `ps:`, `pq:`) come before direct values (`wdt:`), since only they have dates. Deprecated ones
//! are left out.

use super::{Actor, Fault, Membership, People, Post};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Term;
use std::collections::{BTreeMap, BTreeSet};

const ENTITY: &str = "http://www.wikidata.org/entity/";
const DIRECT: &str = "http://www.wikidata.org/prop/direct/";
const CLAIM: &str = "http://www.wikidata.org/prop/";
const VALUE: &str = "http://www.wikidata.org/prop/statement/";
const QUALIFIER: &str = "http://www.wikidata.org/prop/qualifier/";
const QUALIFIER_VALUE: &str = "http://www.wikidata.org/prop/qualifier/value/";
const RANK: &str = "http://wikiba.se/ontology#rank";
const DEPRECATED: &str = "http://wikiba.se/ontology#DeprecatedRank";
const PRECISION: &str = "http://wikiba.se/ontology#timePrecision";
const TIME: &str = "http://wikiba.se/ontology#timeValue";
const LABELS: &[&str] = &[
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://schema.org/name",
];
const ALIAS: &str = "http://www.w3.org/2004/02/skos/core#altLabel";
/// Position held; its objects are offices.
const OFFICE: &str = "P39";
/// Member of a party, member of, employer, part of.
const BODIES: &[(&str, &str)] = &[("P102", "party member"), ("P463", "member"), ("P108", "employee")];
/// Applies to jurisdiction: whose office it is.
const JURISDICTION: &str = "P1001";
const KIND: &str = "P31";
/// Start and end time.
const START: &str = "P580";
const END: &str = "P582";
/// Kinds by what something is an instance of.
const KINDS: &[(&str, &str)] = &[
    ("Q5", "person"),
    ("Q7278", "party"),
    ("Q6256", "state"),
    ("Q3624078", "state"),
    ("Q43229", "organisation"),
    ("Q4830453", "company"),
    ("Q783794", "company"),
    ("Q79913", "NGO"),
    ("Q7188", "government"),
    ("Q11032", "media"),
    ("Q1193236", "media"),
    ("Q178790", "union"),
    ("Q41487", "court"),
];

/// What is said of one subject: properties and their values.
type Said = BTreeMap<String, Vec<Term>>;

/// Reads an extract.
pub(super) fn read(text: &str) -> Result<People, Fault> {
    let mut subjects: BTreeMap<String, Said> = BTreeMap::new();
    let mut seen = 0;
    for quad in RdfParser::from_format(RdfFormat::NTriples).for_slice(text) {
        let quad = quad.map_err(|error| {
            let line = error.location().and_then(|place| usize::try_from(place.start.line).ok());
            Fault { message: format!("not N-Triples: {error}"), line: line.map(|line| line + 1) }
        })?;
        seen += 1;
        let subject = quad.subject.to_string();
        let subject = subject.trim_matches(['<', '>']).to_owned();
        let values = subjects.entry(subject).or_default().entry(quad.predicate.into_string()).or_default();
        if !values.contains(&quad.object) {
            values.push(quad.object);
        }
    }
    let graph = Graph { subjects };
    let people = graph.people();
    match people.actors.is_empty() {
        true => Err(Fault::new(format!("no people, offices or bodies of Wikidata in {seen} triples"))),
        false => Ok(people),
    }
}

struct Graph {
    subjects: BTreeMap<String, Said>,
}

impl Graph {
    fn values(&self, subject: &str, property: &str) -> &[Term] {
        self.subjects.get(subject).and_then(|said| said.get(property)).map_or(&[][..], Vec::as_slice)
    }

    /// The IRIs among the values.
    fn iris<'g>(&'g self, subject: &str, property: &str) -> impl Iterator<Item = &'g str> {
        self.values(subject, property).iter().filter_map(|term| match term {
            Term::NamedNode(node) => Some(node.as_str()),
            _ => None,
        })
    }

    /// The text in English, else the first.
    fn text(&self, subject: &str, properties: &[&str]) -> Option<String> {
        let all = properties.iter().flat_map(|property| self.values(subject, property));
        let all: Vec<_> =
            all.filter_map(|term| if let Term::Literal(text) = term { Some(text) } else { None }).collect();
        let english =
            all.iter().find(|text| matches!(text.language(), Some("en" | "mul" | "en-gb" | "en-us")));
        english.or(all.first()).map(|text| text.value().to_owned())
    }

    fn actor(&self, entity: &str) -> Actor {
        let label = self.text(entity, LABELS).unwrap_or_else(|| last(entity).to_owned());
        let aliases = self.values(entity, ALIAS).iter().filter_map(|term| match term {
            Term::Literal(text) if matches!(text.language(), None | Some("en" | "mul")) => {
                Some(text.value().to_owned())
            }
            _ => None,
        });
        let kind = self
            .iris(entity, &format!("{DIRECT}{KIND}"))
            .find_map(|class| KINDS.iter().find(|(id, _)| *id == last(class)).map(|(_, kind)| *kind));
        let aliases: BTreeSet<String> = aliases.filter(|alias| *alias != label).collect();
        Actor {
            label,
            aliases: aliases.into_iter().collect(),
            kind: kind.unwrap_or_default(),
            exact_match: vec![entity.to_owned()],
            ..Actor::default()
        }
    }

    fn people(&self) -> People {
        let mut people = People::default();
        for subject in self.subjects.keys() {
            if !subject.starts_with(ENTITY) || subject.contains("/statement/") {
                continue;
            }
            let mut terms: Vec<Membership> = Vec::new();
            for (property, role) in [(OFFICE, "")].iter().chain(BODIES) {
                terms.extend(self.terms(subject, property, role, &mut people));
            }
            let is_known = self
                .iris(subject, &format!("{DIRECT}{KIND}"))
                .any(|class| KINDS.iter().any(|(id, _)| *id == last(class)));
            if !terms.is_empty() || is_known {
                let mut actor = self.actor(subject);
                if actor.kind.is_empty() && !terms.is_empty() {
                    actor.kind = "person";
                }
                people.actors.insert(subject.clone(), actor);
            }
            people.memberships.extend(terms);
        }
        for membership in &people.memberships {
            if let Some(body) = &membership.organisation {
                people.actors.entry(body.clone()).or_insert_with(|| self.actor(body));
            }
        }
        for membership in &people.memberships {
            let Some(office) = &membership.post else { continue };
            let whose = self.iris(office, &format!("{DIRECT}{JURISDICTION}")).next().map(str::to_owned);
            if let Some(whose) = &whose {
                people.actors.entry(whose.clone()).or_insert_with(|| self.actor(whose));
            }
            let label = self.text(office, LABELS).unwrap_or_else(|| last(office).to_owned());
            people.posts.insert(office.clone(), Post { label, organisation: whose });
        }
        self.rest(&mut people);
        people
    }

    /// What somebody held or belonged to by a property.
    fn terms(&self, subject: &str, property: &str, role: &str, people: &mut People) -> Vec<Membership> {
        let statements: Vec<&str> = self.iris(subject, &format!("{CLAIM}{property}")).collect();
        let made = |object: &str, from: String, until: String| {
            let (post, organisation) = match property == OFFICE {
                true => (Some(object.to_owned()), None),
                false => (None, Some(object.to_owned())),
            };
            let (person, role) = (subject.to_owned(), role.to_owned());
            Membership { person, post, organisation, role, from, until, note: Vec::new() }
        };
        let mut terms = Vec::new();
        for statement in &statements {
            if self.iris(statement, RANK).any(|rank| rank == DEPRECATED) {
                *people.not_kept.entry("deprecated statements".to_owned()).or_default() += 1;
                continue;
            }
            for object in self.iris(statement, &format!("{VALUE}{property}")) {
                terms.push(made(object, self.day(statement, START), self.day(statement, END)));
            }
        }
        if statements.is_empty() {
            let direct = format!("{DIRECT}{property}");
            let objects = self.iris(subject, &direct);
            terms.extend(objects.map(|object| made(object, String::new(), String::new())));
        }
        terms
    }

    /// A qualifier as a date, as exact as the value says it is.
    fn day(&self, statement: &str, property: &str) -> String {
        let value = self.iris(statement, &format!("{QUALIFIER_VALUE}{property}")).next();
        let literal = |subject: &str, property: &str| {
            self.values(subject, property).iter().find_map(|term| match term {
                Term::Literal(text) => Some(text.value().to_owned()),
                _ => None,
            })
        };
        let time = value.and_then(|value| literal(value, TIME));
        let time = time.or_else(|| literal(statement, &format!("{QUALIFIER}{property}"))).unwrap_or_default();
        let precision =
            value.and_then(|value| literal(value, PRECISION)).and_then(|text| text.parse::<u8>().ok());
        let day = time.split('T').next().unwrap_or_default().trim_start_matches('+');
        let length = match precision {
            Some(..9) => return String::new(),
            Some(9) => 4,
            Some(10) => 7,
            _ => day.len(),
        };
        day.get(..length).unwrap_or(day).to_owned()
    }

    /// Counts what is not kept: properties of people and bodies that have no field.
    fn rest(&self, people: &mut People) {
        let kept: Vec<String> = [OFFICE, KIND, JURISDICTION]
            .iter()
            .chain(BODIES.iter().map(|(id, _)| id))
            .map(|id| (*id).to_owned())
            .collect();
        for (subject, said) in &self.subjects {
            if !people.actors.contains_key(subject) && !people.posts.contains_key(subject) {
                continue;
            }
            for (property, values) in said {
                let is_kept = LABELS.contains(&property.as_str())
                    || property == ALIAS
                    || kept.iter().any(|id| last(property) == id);
                if !is_kept {
                    *people.not_kept.entry(last(property).to_owned()).or_default() += values.len();
                }
            }
        }
    }
}

/// What an IRI ends with.
fn last(iri: &str) -> &str {
    iri.rsplit(['/', '#']).next().unwrap_or(iri)
}
