//! Names that nothing has: gathered by name, told together.

use super::{At, Resolver, way};
use crate::base::diagnostic::Place;
use crate::base::fold::normalize_name;
use crate::ingest::sheet::record;
use crate::ingest::sheet::tree::Step;
use crate::model::registry::Kind;
use crate::model::{Family, Stance, stance_words};
use std::collections::BTreeMap;

/// A name that nothing has, however often the sheets write it.
#[derive(Clone, Debug)]
pub struct UnknownName {
    /// What it should be a name of.
    pub kind: Kind,
    /// The name as it is first written.
    pub name: String,
    /// Number of times that it is written.
    pub count: usize,
    /// Place where it is first written.
    pub place: Place,
    /// Of an issue: the place of the first stance that only fits a proposal, and of the first that only fits a
    /// claim.
    pub families: BTreeMap<Family, Place>,
    /// Of an issue: what it is where the stances on it fit both.
    pub default_family: Family,
}

impl UnknownName {
    /// What is the same of all spellings that mean one thing.
    #[must_use]
    pub fn key(&self) -> (usize, String) {
        (Kind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or_default(), normalize_name(&self.name))
    }

    /// Takes in the same name from elsewhere.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        for (family, place) in other.families {
            self.families.entry(family).or_insert(place);
        }
    }
}

impl Resolver<'_> {
    /// Takes down a name that nothing has.
    pub(super) fn unknown_name(&self, kind: Kind, name: &str, path: &[Step]) {
        let mut all = self.unknown.borrow_mut();
        let (place, names) = (all.len(), &mut self.unknown_places.borrow_mut());
        let at = *names.entry((kind, normalize_name(name))).or_insert(place);
        if let Some(known) = all.get_mut(at) {
            known.count += 1;
            return;
        }
        all.push(UnknownName {
            kind,
            name: name.trim().to_owned(),
            count: 1,
            place: self.declared.written.place(path),
            families: BTreeMap::new(),
            default_family: self.defaults.get().map_or(Family::Proposal, |defaults| defaults.family),
        });
    }

    /// Takes down what the stance of a position says about an issue that nothing knows yet.
    pub(super) fn stance_on_unknown(&self, r: &record::Position, at: At) {
        let (Some(issue), Some(word)) = (&r.issue, &r.stance) else { return };
        let key = (Kind::Issue, normalize_name(&issue.0));
        let Some(place) = self.unknown_places.borrow().get(&key).copied() else { return };
        let meant: Vec<Stance> = stance_words::stances(&word.text);
        let fits = |family: Family| meant.iter().any(|stance| stance.fits(family));
        let family = match (fits(Family::Proposal), fits(Family::Claim)) {
            (true, false) => Family::Proposal,
            (false, true) => Family::Claim,
            _ => return,
        };
        let mut unknown = self.unknown.borrow_mut();
        let families = &mut unknown[place].families;
        families.entry(family).or_insert_with(|| self.declared.written.place(way!(at, "stance")));
    }
}
