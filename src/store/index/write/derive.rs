//! Direct triples in ids: what [`crate::model::encode::direct`] says, over columns.

use super::rows::Cursor;
use super::run::Run;
use crate::model::vocab::stp;
use crate::model::{Concept, Stance, Status};
use crate::store::index::read::corruption::Corruption;
use crate::store::index::read::id::Id;
use rustc_hash::FxHashMap;
use std::io;

/// The ids of the terms that direct triples depend on.
#[derive(Clone, Debug)]
pub(in crate::store::index) struct Names {
    pub(in crate::store::index) actor: Id,
    pub(in crate::store::index) stance: Id,
    pub(in crate::store::index) issue: Id,
    pub(in crate::store::index) status: Id,
    pub(in crate::store::index) in_force: Id,
    /// Of each stance of the ontology, the property that direct triples have.
    pub(in crate::store::index) properties: FxHashMap<Id, Id>,
}

impl Names {
    /// As a run knows them; it does from now on.
    pub(in crate::store::index) fn of(run: &mut Run<'_>) -> Result<Self, Corruption> {
        let mut properties = FxHashMap::default();
        for stance in Stance::ALL {
            properties.insert(run.named(stance.iri())?, run.named(stance.direct_property())?);
        }
        Ok(Self {
            actor: run.named(stp::prop::ACTOR)?,
            stance: run.named(stp::prop::STANCE)?,
            issue: run.named(stp::prop::ISSUE)?,
            status: run.named(stp::prop::STATUS)?,
            in_force: run.named(Status::InForce.iri())?,
            properties,
        })
    }

    pub(in crate::store::index) fn map(&self, to: &dyn Fn(Id) -> Id) -> Self {
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
    pub(in crate::store::index) fn direct(
        &self,
        has: &mut dyn FnMut(Id) -> Result<Vec<Id>, Corruption>,
        is_resource: &dyn Fn(Id) -> Result<bool, Corruption>,
        mut take: impl FnMut([Id; 3]),
    ) -> Result<(), Corruption> {
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

    /// Hands over the direct triples of all positions, given a cursor over the table of a predicate.
    pub(in crate::store::index) fn derive<'a>(
        &self,
        cursor: impl Fn(Id) -> Cursor<'a>,
        is_resource: impl Fn(Id) -> bool,
        mut take: impl FnMut([Id; 3]) -> io::Result<()>,
    ) -> io::Result<()> {
        let [mut statuses, mut actors, mut stances, mut issues] =
            [self.status, self.actor, self.stance, self.issue].map(cursor);
        let (mut acting, mut taken, mut about) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((position, status)) = statuses.next()? {
            if status != self.in_force {
                continue;
            }
            actors.values(position, &mut acting)?;
            stances.values(position, &mut taken)?;
            issues.values(position, &mut about)?;
            for actor in acting.iter().filter(|actor| is_resource(**actor)) {
                for property in taken.iter().filter_map(|stance| self.properties.get(stance)) {
                    about.iter().try_for_each(|issue| take([*actor, *property, *issue]))?;
                }
            }
        }
        Ok(())
    }
}
