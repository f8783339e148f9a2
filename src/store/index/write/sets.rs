//! Of which predicates things are a subject, or an object: sets of predicates, each kept once.

use super::build::write_ids;
use crate::store::index::read::id::Id;
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::Sets;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

/// Sets in the making. Predicates come one after another, so each set is another one with a predicate
/// added.
pub(in crate::store::index) struct Collected {
    /// The segment's own terms, and the set of each, 0 being none.
    own: Range<u32>,
    of_own: Vec<u32>,
    /// Terms of the state below, and those that hold their values.
    of_others: BTreeMap<Id, u32>,
    /// The set that a set adds its predicate to.
    sets: Vec<(u32, Id)>,
    known: FxHashMap<(u32, Id), u32>,
    /// The step taken last, from which set to which: neighbours are alike.
    last: ((u32, Id), u32),
}

impl Collected {
    pub(in crate::store::index) fn new(own: Range<u32>) -> Self {
        let of_own = vec![0; own.len()];
        let last = ((0, Id::UNBOUND), 0);
        Self { own, of_own, of_others: BTreeMap::new(), sets: Vec::new(), known: FxHashMap::default(), last }
    }

    pub(in crate::store::index) fn note(&mut self, key: Id, predicate: Id) {
        let set = match key.as_stored().filter(|n| self.own.contains(n)) {
            Some(n) => &mut self.of_own[(n - self.own.start) as usize],
            None => self.of_others.entry(key).or_default(),
        };
        let step = (*set, predicate);
        if self.last.0 != step {
            let larger = *self.known.entry(step).or_insert_with(|| {
                self.sets.push(step);
                self.sets.len() as u32
            });
            self.last = (step, larger);
        }
        *set = self.last.1;
    }

    pub(in crate::store::index) fn write<W: Write>(mut self, out: &mut Sealing<W>) -> io::Result<Sets> {
        // Most sets were only on the way to another.
        let mut numbers = FxHashMap::default();
        let (mut starts, mut members) = (Vec::new(), Vec::new());
        let sets = &self.sets;
        let mut number = |set: &mut u32| {
            *set = *numbers.entry(*set).or_insert_with(|| {
                starts.push(Id::from_number(members.len() as u32));
                let start = members.len();
                let mut at = *set;
                while at != 0 {
                    let (smaller, predicate) = sets[at as usize - 1];
                    members.push(predicate);
                    at = smaller;
                }
                members[start..].reverse();
                starts.len() as u32
            });
        };
        // Terms of the state below come first, those that hold their values last.
        let mut above = self.of_others.split_off(&Id::from_number(self.own.start));
        self.of_others.values_mut().for_each(&mut number);
        self.of_own.iter_mut().filter(|set| **set != 0).for_each(&mut number);
        above.values_mut().for_each(&mut number);
        starts.push(Id::from_number(members.len() as u32));

        let own = self.own.clone().map(Id::stored).zip(self.of_own.iter().copied());
        let [below, above] = [&self.of_others, &above].map(|some| some.iter().map(|(id, set)| (*id, *set)));
        let of = below.chain(own.filter(|(_, set)| *set != 0)).chain(above);
        out.align()?;
        let at = out.at();
        let rows = of.clone().count();
        write_ids(of.clone().map(|(key, _)| key), out)?;
        write_ids(of.map(|(_, set)| Id::from_number(set - 1)), out)?;
        let starts_at = out.at();
        write_ids(starts.into_iter(), out)?;
        let members_at = out.at();
        write_ids(members.into_iter(), out)?;
        Ok(Sets { at, rows, starts: starts_at..members_at, members: members_at..out.at() })
    }
}
