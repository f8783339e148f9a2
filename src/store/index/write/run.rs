//! Terms and triples as they are read, before they are sorted.

use super::delta::Failure;
use super::lines::{self, Parts};
use super::order;
use super::sorted::{Sorted, Terms, tables};
use crate::base::spill::Spill;
use crate::model::document;
use crate::store::index::read::corruption::Corruption;
use crate::store::index::read::id::Id;
use crate::store::index::read::key;
use crate::store::index::read::snapshot::Snapshot;
use hashbrown::HashTable;
use oxrdf::{NamedNodeRef, TermRef, TripleRef};
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::io;
use std::sync::Arc;

/// Some of the triples of a segment. Its own terms have local ids, in the order in which they were
/// first seen.
pub(in crate::store::index) struct Run<'a> {
    /// The state whose terms have ids already.
    below: Option<&'a Snapshot>,
    /// The bytes of its own terms, one after another.
    text: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<Slot>,
    /// The predicates of lines so far.
    predicates: Vec<Predicate>,
    /// Which of them the last line had.
    last_predicate: usize,
    pub(in crate::store::index) triples: Vec<[Id; 3]>,
    key: Vec<u8>,
    /// The subject of the last line, as written, and its id: lines of one subject stand together.
    last_subject: (String, Id),
}

/// A term in the table. With its hash there, the text of others is not looked at when the table grows.
struct Slot {
    number: u32,
    hash: u32,
}

/// A predicate as written, and which one came after it when the last other one did.
struct Predicate {
    text: String,
    id: Id,
    next: usize,
}

const MOST_PREDICATES: usize = 256;

impl<'a> Run<'a> {
    /// For triples on top of a state, or of none.
    pub(in crate::store::index) fn new(below: Option<&'a Snapshot>) -> Self {
        Self {
            below,
            text: Vec::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            predicates: Vec::new(),
            last_predicate: 0,
            triples: Vec::new(),
            key: Vec::new(),
            last_subject: (String::new(), Id::UNBOUND),
        }
    }

    pub(in crate::store::index) fn add(&mut self, triple: TripleRef<'_>) -> Result<(), Corruption> {
        let ids = [
            self.term(triple.subject.into())?,
            self.term(triple.predicate.into())?,
            self.term(triple.object)?,
        ];
        self.triples.push(ids);
        Ok(())
    }

    /// Takes a line of canonical N-Triples in; whether it is simple enough for that.
    pub(in crate::store::index) fn add_line(&mut self, line: &str) -> Result<bool, Corruption> {
        let Some(Parts { subject, predicate, object }) = lines::split(line) else { return Ok(false) };
        if self.last_subject.0 != subject {
            let Some(id) = self.resource(subject)? else { return Ok(false) };
            self.last_subject.0.clear();
            self.last_subject.0.push_str(subject);
            self.last_subject.1 = id;
        }
        let Some(predicate) = self.predicate(predicate)? else { return Ok(false) };
        let object = match object.as_bytes()[0] {
            b'"' => self.literal(object)?,
            _ => self.resource(object)?,
        };
        let Some(object) = object else { return Ok(false) };
        self.triples.push([self.last_subject.1, predicate, object]);
        Ok(true)
    }

    /// Adds the triples of a document in canonical N-Triples.
    pub(in crate::store::index) fn add_ntriples(&mut self, ntriples: &str) -> Result<(), Failure> {
        for line in ntriples.lines() {
            if self.add_line(line)? {
                continue;
            }
            for triple in document::parse(line) {
                self.add(triple?.as_ref())?;
            }
        }
        Ok(())
    }

    fn resource(&mut self, text: &str) -> Result<Option<Id>, Corruption> {
        self.key.clear();
        if !lines::resource(text, &mut self.key) {
            return Ok(None);
        }
        self.id_of_key().map(Some)
    }

    /// The same of a predicate. What follows one mostly is what followed it before: one and the same,
    /// or that of the next line that all positions have.
    fn predicate(&mut self, text: &str) -> Result<Option<Id>, Corruption> {
        let last = self.last_predicate;
        if let Some(Predicate { next, .. }) = self.predicates.get(last) {
            for likely in [last, *next] {
                if self.predicates[likely].text == text {
                    self.last_predicate = likely;
                    return Ok(Some(self.predicates[likely].id));
                }
            }
        }
        let Some(id) = self.resource(text)? else { return Ok(None) };
        // There are a few dozen of them; if there were many, this would take longer than it saves.
        let known = self.predicates.iter().position(|known| known.id == id);
        if known.is_some() || self.predicates.len() < MOST_PREDICATES {
            let at = known.unwrap_or_else(|| {
                self.predicates.push(Predicate { text: text.into(), id, next: 0 });
                self.predicates.len() - 1
            });
            self.predicates[last].next = at;
            self.last_predicate = at;
        }
        Ok(Some(id))
    }

    fn literal(&mut self, text: &str) -> Result<Option<Id>, Corruption> {
        self.key.clear();
        match lines::literal(text, &mut self.key) {
            None => Ok(None),
            Some(Some(inline)) => Ok(Some(inline)),
            Some(None) => self.id_of_key().map(Some),
        }
    }

    pub(in crate::store::index) fn term(&mut self, term: TermRef<'_>) -> Result<Id, Corruption> {
        if let Some(id) = Id::of_term(term) {
            return Ok(id);
        }
        self.key.clear();
        key::write(term, &mut self.key);
        self.id_of_key()
    }

    pub(in crate::store::index) fn named(&mut self, node: NamedNodeRef<'_>) -> Result<Id, Corruption> {
        self.term(node.into())
    }

    /// The id of a term whose bytes are known.
    pub(in crate::store::index) fn by_key(&mut self, key: &[u8]) -> Result<Id, Corruption> {
        self.key.clear();
        self.key.extend_from_slice(key);
        self.id_of_key()
    }

    fn id_of_key(&mut self) -> Result<Id, Corruption> {
        if let Some(below) = self.below
            && let Some(id) = below.id_of_key(&self.key)?
        {
            return Ok(id);
        }
        let key = self.key.as_slice();
        let (text, ends) = (&self.text, &self.ends);
        let hash = hash(key);
        let is_it = |slot: &Slot| slot.hash == hash && bytes(text, ends, slot.number) == key;
        let number = match self.table.find(wide(hash), is_it) {
            Some(slot) => slot.number,
            None => {
                let number = u32::try_from(self.ends.len()).expect("ids have 32 bits");
                self.text.extend_from_slice(key);
                self.ends.push(self.text.len());
                self.table.insert_unique(wide(hash), Slot { number, hash }, |slot| wide(slot.hash));
                number
            }
        };
        Ok(Id::local(number as usize).expect("a run has fewer terms than a dictionary may have"))
    }

    /// The bytes of its n-th own term.
    pub(in crate::store::index) fn key(&self, n: u32) -> &[u8] {
        bytes(&self.text, &self.ends, n)
    }

    /// Whether its n-th own term is an IRI or a blank node.
    pub(in crate::store::index) fn is_resource(&self, n: u32) -> bool {
        key::is_resource(self.key(n))
    }

    /// Number of its own terms.
    pub(in crate::store::index) fn terms(&self) -> usize {
        self.ends.len()
    }

    /// About how much memory it takes, in bytes.
    pub(in crate::store::index) fn weight(&self) -> usize {
        // A term has its end and a place in the table, which is not full.
        self.text.len() + 24 * self.ends.len() + size_of::<[Id; 3]>() * self.triples.len()
    }

    /// Whether there is nothing in it.
    pub(in crate::store::index) fn is_empty(&self) -> bool {
        self.ends.is_empty() && self.triples.is_empty()
    }

    /// Sorts it, to a file if there is one; also, what its ids have become.
    pub(in crate::store::index) fn sort(self, spill: Option<&Arc<Spill>>) -> io::Result<(Sorted, Places)> {
        let order = order::by_key(self.ends.len() as u32, |n| self.key(n));
        let mut own = vec![0; order.len()];
        (0..).zip(&order).for_each(|(place, n)| own[*n as usize] = place);
        let places = Places { first: self.below.map_or(0, Snapshot::next_number), own };
        let terms = match spill {
            Some(spill) => Terms::spill(order.iter().map(|n| self.key(*n)), spill)?,
            None => {
                let span = |n: u32| {
                    let end = self.ends[n as usize];
                    let length = self.key(n).len();
                    (end - length, u32::try_from(length).expect("a term is no longer than a document"))
                };
                let spans = order.iter().map(|n| span(*n)).collect();
                Terms::Memory { text: self.text, spans }
            }
        };
        let Self { triples, .. } =
            Self { text: Vec::new(), ends: Vec::new(), table: HashTable::new(), ..self };
        let tables = tables(triples, |id| places.of(id), spill)?;
        Ok((Sorted { terms, tables }, places))
    }
}

/// What the ids of a run have become when it was sorted.
pub(in crate::store::index) struct Places {
    first: u32,
    own: Vec<u32>,
}

impl Places {
    pub(in crate::store::index) fn of(&self, id: Id) -> Id {
        id.as_local().map_or(id, |n| Id::stored(self.first + self.own[n]))
    }
}

fn bytes<'a>(text: &'a [u8], ends: &[usize], n: u32) -> &'a [u8] {
    let n = n as usize;
    &text[if n == 0 { 0 } else { ends[n - 1] }..ends[n]]
}

fn hash(key: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(key);
    let hash = hasher.finish();
    (hash ^ hash >> 32) as u32
}

/// A hash as tables want it, which take some of the highest and some of the lowest bits.
fn wide(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}
