//! References of a sheet to positions that it does not hold itself: the handle or IRI of one, `sheet#key`, or
//! `previous`.
//!
//! They are resolved when all sheets of a load are, since the IRI of a position depends on all its fields. The
//! positions of the load come before those of the store, which no longer has what the load replaces.

use super::sheet::{Declared, Field, Reference, Referred, Step};
use super::stored::Stored;
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::base::error::count;
use crate::model::identity::{handle, id_of};
use crate::model::registry::{PositionFacts, Registry, Wanted};
use crate::model::{CodingRole, Concept, Content, Position};
use oxrdf::NamedNode;
use std::collections::{HashMap, HashSet};

/// So many positions are listed.
const LISTED: usize = 5;

/// The positions of a load.
#[derive(Default)]
pub(super) struct Positions {
    facts: Vec<PositionFacts>,
    known: HashSet<NamedNode>,
    by_matter: HashMap<(NamedNode, NamedNode), Vec<usize>>,
    by_handle: HashMap<String, Vec<usize>>,
    /// By document, what has a key in it.
    keys: Vec<(String, Vec<(String, NamedNode)>)>,
    /// Those of graphs.
    graphs: Option<Stored>,
}

impl Positions {
    /// The positions of the graphs among the inputs.
    pub(super) fn of_graphs(graphs: Option<Stored>) -> Self {
        Self { graphs, ..Self::default() }
    }

    /// Adds those of a sheet; `document` is its short name.
    pub(super) fn add(&mut self, document: &str, declared: &Declared, content: &Content) {
        let mut keys = Vec::new();
        // What a second coding says is no earlier position: it is another reading of the same words.
        let is_second = content.codings.iter().any(|coding| coding.role == CodingRole::Second);
        for (record, position) in declared.written.sheet.positions.iter().zip(&content.positions) {
            keys.extend(record.key.as_ref().map(|key| (key.0.clone(), position.iri.clone())));
            if !self.known.insert(position.iri.clone()) {
                continue;
            }
            let at = self.facts.len();
            if !is_second {
                let matter = (position.actor.clone(), position.issue.clone());
                self.by_matter.entry(matter).or_default().push(at);
            }
            if let Some(handle) = handle(position.iri.as_str()) {
                self.by_handle.entry(handle.to_owned()).or_default().push(at);
            }
            self.facts.push(facts(position, content));
        }
        self.keys.push((document.to_owned(), keys));
    }

    fn find(&self, registry: &Registry, wanted: &Wanted<'_>) -> Vec<PositionFacts> {
        let places = match *wanted {
            Wanted::Iri(iri) => self.by_handle.get(handle(iri.as_str()).unwrap_or_default()),
            Wanted::Handle(handle) => self.by_handle.get(handle),
            Wanted::On(actor, issue) => self.by_matter.get(&(actor.clone(), issue.clone())),
        };
        let own = places.into_iter().flatten().map(|at| &self.facts[*at]);
        let mut found: Vec<PositionFacts> = own.filter(|facts| facts.is(wanted)).cloned().collect();
        let graphs = self.graphs.as_ref();
        let others = graphs.map(|graphs| super::stored::positions(graphs, wanted)).unwrap_or_default();
        for other in others.into_iter().chain(registry.positions(wanted)) {
            if found.iter().all(|facts| facts.iri != other.iri) {
                found.push(other);
            }
        }
        found
    }

    /// Puts what the references of a sheet mean into its positions, and tells those that mean nothing.
    pub(super) fn link(
        &self,
        content: &mut Content,
        references: &[Reference],
        declared: &Declared,
        registry: &Registry,
    ) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for reference in references {
            let own = facts(&content.positions[reference.position], content);
            let found = match &reference.to {
                Referred::Previous => self.previous(registry, &own),
                Referred::Handle(handle) => self.one(registry, &own, &Wanted::Handle(handle), handle),
                Referred::Iri(iri, written) => self.one(registry, &own, &Wanted::Iri(iri), written),
                Referred::Key(sheet, key) => self.keyed(sheet, key),
            };
            let found = found.and_then(|iri| match iri == own.iri {
                true => Err(Box::new(
                    Diagnostic::error(format!(
                        "this position names itself under `{}`",
                        reference.field.name()
                    ))
                    .expected("expected another record"),
                )),
                false => Ok(iri),
            });
            match found {
                Ok(iri) => {
                    let position = &mut content.positions[reference.position];
                    match reference.field {
                        Field::Supersedes => position.supersedes.push(iri),
                        Field::AlternativeReading => position.alternative_readings.push(iri),
                    }
                }
                Err(fault) => faults.push(fault.at(declared.written.place(&path(declared, reference)))),
            }
        }
        faults
    }

    fn one(
        &self,
        registry: &Registry,
        own: &PositionFacts,
        wanted: &Wanted<'_>,
        written: &str,
    ) -> Result<NamedNode, Box<Diagnostic>> {
        let mut found = self.find(registry, wanted);
        match found.len() {
            1 => Ok(found.remove(0).iri),
            0 => {
                let what = if matches!(wanted, Wanted::Handle(_)) { "handle" } else { "IRI" };
                let fault = Diagnostic::error(format!("no position has the {what} `{written}`"))
                    .expected("neither these files nor the store have it");
                let others = self.on_the_same(registry, own);
                Err(Box::new(match others.is_empty() {
                    true => fault.help("`standpoint show ACTOR` lists positions with their handles"),
                    false => listed(fault, &others)
                        .help(format!("these are the positions of {} on this issue", id_of(&own.actor))),
                }))
            }
            number => Err(Box::new(listed(
                Diagnostic::error(format!("`{written}` is the handle of {number} positions"))
                    .expected("write the IRI of the one you mean"),
                &found,
            ))),
        }
    }

    /// The other positions of the same actor on the same issue, in whosever name; the newest first.
    fn on_the_same(&self, registry: &Registry, own: &PositionFacts) -> Vec<PositionFacts> {
        let mut others = self.find(registry, &Wanted::On(&own.actor, &own.issue));
        others.retain(|other| other.iri != own.iri);
        others.sort_by(|a, b| b.stated_until.cmp(&a.stated_until).then_with(|| a.iri.cmp(&b.iri)));
        others
    }

    /// The position of the same actor, `onBehalfOf` and issue with the greatest earlier day.
    fn previous(&self, registry: &Registry, own: &PositionFacts) -> Result<NamedNode, Box<Diagnostic>> {
        let others = self.on_the_same(registry, own);
        let Some(day) = own.stated_until else {
            return Err(Box::new(listed(
                Diagnostic::error("`previous` needs a date, and this position has none")
                    .expected("no position is earlier than one without a date")
                    .help("date the article (`published`) or the position (`time`), or write a handle"),
                &others,
            )));
        };
        let is_earlier = |other: &&PositionFacts| {
            other.on_behalf_of == own.on_behalf_of && other.stated_until.is_some_and(|until| until < day)
        };
        let earlier: Vec<&PositionFacts> = others.iter().filter(is_earlier).collect();
        let last = earlier.iter().filter_map(|other| other.stated_until).max();
        let newest: Vec<PositionFacts> =
            earlier.into_iter().filter(|other| other.stated_until == last).cloned().collect();
        match (newest.as_slice(), last) {
            ([one], _) => Ok(one.iri.clone()),
            ([], _) | (_, None) => {
                let fault = Diagnostic::error(format!(
                    "{} has no earlier position on `{}`",
                    id_of(&own.actor),
                    id_of(&own.issue)
                ))
                .expected(format!("expected one that was stated before {day}, in the same name"));
                Err(Box::new(match others.is_empty() {
                    true => fault.help("load the earlier document too, or remove `supersedes`"),
                    false => listed(fault, &others).help("write the handle of the one you mean"),
                }))
            }
            (several, Some(last)) => Err(Box::new(listed(
                Diagnostic::error(format!(
                    "{} took {} on `{}` by {last}",
                    id_of(&own.actor),
                    count(several.len(), "position"),
                    id_of(&own.issue)
                ))
                .expected("`previous` cannot mean several")
                .help("write the handle of the one you mean"),
                several,
            ))),
        }
    }

    /// What has this key in a sheet of this load, which may be named by the last part of its name.
    fn keyed(&self, sheet: &str, key: &str) -> Result<NamedNode, Box<Diagnostic>> {
        let is_named = |document: &str| {
            document == sheet || document.strip_suffix(sheet).is_some_and(|before| before.ends_with('/'))
        };
        let named: Vec<_> = self.keys.iter().filter(|(document, _)| is_named(document)).collect();
        let documents = || self.keys.iter().map(|(document, _)| document.as_str());
        let [(document, keys)] = named[..] else {
            let fault = match named.len() {
                0 => Diagnostic::error(format!("no sheet of this load has the name `{sheet}`")),
                number => Diagnostic::error(format!("{number} sheets of this load have the name `{sheet}`")),
            };
            let last = |document: &str| document.rsplit('/').next().unwrap_or_default().to_owned();
            let parts: Vec<String> = documents().map(last).collect();
            let near: Vec<&str> = match named.len() {
                0 => nearest(sheet, documents().chain(parts.iter().map(String::as_str)), 3),
                _ => named.iter().map(|(document, _)| document.as_str()).collect(),
            };
            let help = did_you_mean(&near)
                .unwrap_or_else(|| "load both sheets in one call, or write the position's handle".to_owned());
            return Err(Box::new(fault.expected("expected the name of a document").help(help)));
        };
        keys.iter().find(|(name, _)| name == key).map(|(_, iri)| iri.clone()).ok_or_else(|| {
            let names = || keys.iter().map(|(name, _)| name.as_str());
            let near = nearest(key, names(), 3);
            let all: Vec<&str> = names().take(LISTED).collect();
            let help = did_you_mean(&near).unwrap_or_else(|| match all.is_empty() {
                true => "give the position a `key`, or write its handle".to_owned(),
                false => format!("its keys: {}", all.join(", ")),
            });
            Box::new(
                Diagnostic::error(format!("no position of `{document}` has the key `{key}`"))
                    .expected("expected a `key` of that sheet")
                    .help(help),
            )
        })
    }
}

fn path(declared: &Declared, reference: &Reference) -> [Step; 4] {
    debug_assert!(reference.position < declared.written.sheet.positions.len());
    [
        Step::from("positions"),
        Step::from(reference.position),
        Step::from(reference.field.name()),
        Step::from(reference.item),
    ]
}

fn facts(position: &Position, content: &Content) -> PositionFacts {
    let published = content.published.get(&position.article).and_then(|(_, until)| *until);
    PositionFacts {
        iri: position.iri.clone(),
        actor: position.actor.clone(),
        on_behalf_of: position.on_behalf_of.iter().cloned().collect(),
        issue: position.issue.clone(),
        stated_until: position.attestation.time.stated_until(published),
        stance: position.stance.word().to_owned(),
        words: position.attestation.evidence.first().map(|span| span.exact.clone()).unwrap_or_default(),
    }
}

/// A note a position: handle, stance, words and day.
fn listed(mut fault: Diagnostic, positions: &[PositionFacts]) -> Diagnostic {
    for facts in positions.iter().take(LISTED) {
        let name = handle(facts.iri.as_str()).unwrap_or(facts.iri.as_str());
        let words = if facts.words.is_empty() { String::new() } else { format!(", “{}”", facts.words) };
        let day = facts.stated_until.map(|day| format!(", by {day}")).unwrap_or_default();
        let whose: Vec<&str> = facts.on_behalf_of.iter().map(id_of).collect();
        let whose = if whose.is_empty() { String::new() } else { format!(" for {}", whose.join(", ")) };
        fault = fault.note(format!("{name}: {}{whose}{words}{day}", facts.stance));
    }
    if positions.len() > LISTED {
        fault = fault.note(format!("and {} more", positions.len() - LISTED));
    }
    fault
}
