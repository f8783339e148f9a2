//! What follows from positions, in ids: the rules of [`crate::model::encode::direct`], over columns.

use super::rows::Cursor;
use super::run::Run;
use crate::model::encode::direct::{Parts, Terms, direct_triples};
use crate::model::vocab::stp;
use crate::model::{Concept, Stance, Status};
use crate::store::index::read::corruption::Corruption;
use crate::store::index::read::id::Id;
use rustc_hash::{FxHashMap, FxHashSet};
use std::io;

/// The ids of the terms that derived triples depend on.
#[derive(Clone, Debug)]
pub(in crate::store::index) struct Names {
    pub(in crate::store::index) actor: Id,
    pub(in crate::store::index) stance: Id,
    pub(in crate::store::index) issue: Id,
    pub(in crate::store::index) status: Id,
    pub(in crate::store::index) in_force: Id,
    pub(in crate::store::index) superseded: Id,
    pub(in crate::store::index) supersedes: Id,
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
            superseded: run.named(Status::Superseded.iri())?,
            supersedes: run.named(stp::prop::SUPERSEDES)?,
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
            superseded: to(self.superseded),
            supersedes: to(self.supersedes),
            properties: self
                .properties
                .iter()
                .map(|(stance, property)| (to(*stance), to(*property)))
                .collect(),
        }
    }

    /// The statuses with which a position supersedes others, as
    /// [`supersedes`](crate::model::encode::direct::supersedes) has it.
    pub(in crate::store::index) fn counting(&self) -> [Id; 2] {
        [self.in_force, self.superseded]
    }

    /// The positions that are superseded, given a cursor over the table of a predicate.
    pub(in crate::store::index) fn superseded<'a>(
        &self,
        cursor: impl Fn(Id) -> Cursor<'a>,
    ) -> io::Result<FxHashSet<Id>> {
        let (mut pairs, mut later) = (Vec::new(), cursor(self.supersedes));
        while let Some((position, earlier)) = later.next()? {
            if position != earlier {
                pairs.push((position, earlier));
            }
        }
        let mut superseded = FxHashSet::default();
        let (mut statuses, mut of_position) = (cursor(self.status), Vec::new());
        let mut last = None;
        for (position, earlier) in pairs {
            if last.replace(position) != Some(position) {
                statuses.values(position, &mut of_position)?;
            }
            if of_position.iter().any(|status| self.counting().contains(status)) {
                superseded.insert(earlier);
            }
        }
        Ok(superseded)
    }

    /// Hands over the direct triples of one position, given what it has by each of the four properties.
    pub(in crate::store::index) fn direct(
        &self,
        has: &mut dyn FnMut(Id) -> Result<Vec<Id>, Corruption>,
        is_resource: &dyn Fn(Id) -> Result<bool, Corruption>,
        mut take: impl FnMut([Id; 3]),
    ) -> Result<(), Corruption> {
        let statuses = has(self.status)?;
        if !statuses.contains(&self.in_force) {
            return Ok(());
        }
        let (actors, stances, issues) = (has(self.actor)?, has(self.stance)?, has(self.issue)?);
        let parts = Parts { actors, stances, issues, statuses };
        let terms = Ids { names: self, is_resource };
        direct_triples(&terms, &parts, |triple| {
            take(triple);
            Ok(())
        })
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
        let terms = Ids { names: self, is_resource: &|id| Ok(is_resource(id)) };
        let mut parts = Parts::default();
        while let Some((position, status)) = statuses.next()? {
            // Rows are pairs: a position with another status as well comes again.
            if status != self.in_force {
                continue;
            }
            parts.statuses = vec![status];
            actors.values(position, &mut parts.actors)?;
            stances.values(position, &mut parts.stances)?;
            issues.values(position, &mut parts.issues)?;
            direct_triples(&terms, &parts, &mut take)?;
        }
        Ok(())
    }
}

/// Terms as ids of an index.
struct Ids<'a, E> {
    names: &'a Names,
    is_resource: &'a dyn Fn(Id) -> Result<bool, E>,
}

impl<E> Terms for Ids<'_, E> {
    type Term = Id;
    type Error = E;

    fn is_in_force(&self, status: &Id) -> bool {
        *status == self.names.in_force
    }

    fn is_resource(&self, actor: &Id) -> Result<bool, E> {
        (self.is_resource)(*actor)
    }

    fn direct_property(&self, stance: &Id) -> Option<Id> {
        self.names.properties.get(stance).copied()
    }
}
