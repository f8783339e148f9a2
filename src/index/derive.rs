//! Direct triples in ids: what [`crate::encode::direct`] says, over columns.

use super::build::{Tables, ends};
use super::id::Id;
use super::run::Run;
use super::snapshot::Damage;
use crate::model::{Concept, Stance, Status};
use crate::vocab::stp;
use rustc_hash::FxHashMap;

/// The ids of the terms that direct triples depend on.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) actor: Id,
    pub(super) stance: Id,
    pub(super) issue: Id,
    pub(super) status: Id,
    pub(super) in_force: Id,
    /// Of each stance of the ontology, the property that direct triples have.
    pub(super) properties: FxHashMap<Id, Id>,
}

impl Names {
    /// As a run knows them; it does from now on.
    pub(super) fn of(run: &mut Run<'_>) -> Result<Self, Damage> {
        let mut properties = FxHashMap::default();
        for stance in Stance::ALL {
            properties.insert(run.named(stance.iri())?, run.named(stance.direct_property())?);
        }
        Ok(Self {
            actor: run.named(stp::ACTOR_OF)?,
            stance: run.named(stp::STANCE_OF)?,
            issue: run.named(stp::ISSUE_OF)?,
            status: run.named(stp::STATUS)?,
            in_force: run.named(Status::InForce.iri())?,
            properties,
        })
    }

    pub(super) fn map(&self, to: &dyn Fn(Id) -> Id) -> Self {
        Self {
            actor: to(self.actor),
            stance: to(self.stance),
            issue: to(self.issue),
            status: to(self.status),
            in_force: to(self.in_force),
            properties: self
                .properties
                .iter()
                .map(|(stance, property)| (to(*stance), to(*property)))
                .collect(),
        }
    }

    /// The direct triples of one position, given what it has by each of the four properties.
    /// `is_resource`: literals act for nobody.
    pub(super) fn direct(
        &self,
        has: &mut dyn FnMut(Id) -> Result<Vec<Id>, Damage>,
        is_resource: &dyn Fn(Id) -> Result<bool, Damage>,
        mut take: impl FnMut([Id; 3]),
    ) -> Result<(), Damage> {
        if !has(self.status)?.contains(&self.in_force) {
            return Ok(());
        }
        let (actors, stances, issues) = (has(self.actor)?, has(self.stance)?, has(self.issue)?);
        for actor in actors {
            if !is_resource(actor)? {
                continue;
            }
            for property in stances.iter().filter_map(|stance| self.properties.get(stance)) {
                issues.iter().for_each(|issue| take([actor, *property, *issue]));
            }
        }
        Ok(())
    }

    /// Adds the direct triples of all positions in these tables, which are sorted by subject and may
    /// hold a pair several times.
    pub(super) fn derive(&self, tables: &mut Tables, is_resource: &dyn Fn(Id) -> bool) {
        let table = |predicate: Id| tables.get(&predicate).map_or(&[][..], Vec::as_slice);
        let (statuses, actors) = (table(self.status), table(self.actor));
        let (stances, issues) = (table(self.stance), table(self.issue));
        let mut direct: Vec<[Id; 3]> = Vec::new();
        // Places in the other three, which only go forward.
        let (mut a, mut s, mut i) = (0, 0, 0);
        let mut last = None;
        for status in statuses {
            let (position, value) = ends(*status);
            if value != self.in_force || last == Some(position) {
                continue;
            }
            last = Some(position);
            let actors = values(actors, &mut a, position);
            let stances = values(stances, &mut s, position);
            let issues = values(issues, &mut i, position);
            for actor in actors.filter(|actor| is_resource(*actor)) {
                for property in stances.clone().filter_map(|stance| self.properties.get(&stance)) {
                    direct.extend(issues.clone().map(|issue| [actor, *property, issue]));
                }
            }
        }
        for [actor, property, issue] in direct {
            let pair = u64::from(actor.number()) << 32 | u64::from(issue.number());
            tables.entry(property).or_default().push(pair);
        }
    }
}

/// The different values of a subject in a table, from a place on that is moved behind them.
fn values<'a>(
    table: &'a [u64],
    place: &mut usize,
    subject: Id,
) -> impl Iterator<Item = Id> + Clone + use<'a> {
    while table.get(*place).is_some_and(|pair| ends(*pair).0 < subject) {
        *place += 1;
    }
    let of_it = table[*place..].chunk_by(|a, b| a == b).map(|same| ends(same[0]));
    of_it.take_while(move |(s, _)| *s == subject).map(|(_, value)| value)
}
