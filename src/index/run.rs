//! Terms and triples as they are read, before they are sorted.

use super::id::Id;
use super::key;
use super::lines::{self, Parts};
use super::snapshot::{Damage, Snapshot};
use hashbrown::HashTable;
use oxrdf::{NamedNodeRef, TermRef, TripleRef};
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Some of the triples of a segment. Its own terms have local ids, in the order in which they were
/// first seen.
pub(super) struct Run<'a> {
    /// The state whose terms have ids already.
    below: Option<&'a Snapshot>,
    /// The bytes of its own terms, one after another.
    text: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<u32>,
    pub(super) triples: Vec<[Id; 3]>,
    key: Vec<u8>,
    /// The subject of the last line, as written, and its id: lines of one subject stand together.
    last_subject: (String, Id),
}

impl<'a> Run<'a> {
    /// For triples on top of a state, or of none.
    pub(super) fn new(below: Option<&'a Snapshot>) -> Self {
        Self {
            below,
            text: Vec::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            triples: Vec::new(),
            key: Vec::new(),
            last_subject: (String::new(), Id::UNBOUND),
        }
    }

    pub(super) fn add(&mut self, triple: TripleRef<'_>) -> Result<(), Damage> {
        let ids = [
            self.term(triple.subject.into())?,
            self.term(triple.predicate.into())?,
            self.term(triple.object)?,
        ];
        self.triples.push(ids);
        Ok(())
    }

    /// Takes a line of canonical N-Triples in; whether it is simple enough for that.
    pub(super) fn add_line(&mut self, line: &str) -> Result<bool, Damage> {
        let Some(Parts { subject, predicate, object }) = lines::split(line) else { return Ok(false) };
        if self.last_subject.0 != subject {
            let Some(id) = self.resource(subject)? else { return Ok(false) };
            self.last_subject.0.clear();
            self.last_subject.0.push_str(subject);
            self.last_subject.1 = id;
        }
        let Some(predicate) = self.resource(predicate)? else { return Ok(false) };
        let object = match object.as_bytes()[0] {
            b'"' => self.literal(object)?,
            _ => self.resource(object)?,
        };
        let Some(object) = object else { return Ok(false) };
        self.triples.push([self.last_subject.1, predicate, object]);
        Ok(true)
    }

    fn resource(&mut self, text: &str) -> Result<Option<Id>, Damage> {
        self.key.clear();
        if !lines::resource(text, &mut self.key) {
            return Ok(None);
        }
        self.id_of_key().map(Some)
    }

    fn literal(&mut self, text: &str) -> Result<Option<Id>, Damage> {
        self.key.clear();
        match lines::literal(text, &mut self.key) {
            None => Ok(None),
            Some(Some(inline)) => Ok(Some(inline)),
            Some(None) => self.id_of_key().map(Some),
        }
    }

    pub(super) fn term(&mut self, term: TermRef<'_>) -> Result<Id, Damage> {
        if let Some(id) = Id::of_term(term) {
            return Ok(id);
        }
        self.key.clear();
        key::write(term, &mut self.key);
        self.id_of_key()
    }

    pub(super) fn named(&mut self, node: NamedNodeRef<'_>) -> Result<Id, Damage> {
        self.term(node.into())
    }

    /// The id of a term whose bytes are known.
    pub(super) fn by_key(&mut self, key: &[u8]) -> Result<Id, Damage> {
        self.key.clear();
        self.key.extend_from_slice(key);
        self.id_of_key()
    }

    fn id_of_key(&mut self) -> Result<Id, Damage> {
        if let Some(below) = self.below
            && let Some(id) = below.id_of_key(&self.key)?
        {
            return Ok(id);
        }
        let key = self.key.as_slice();
        let (text, ends) = (&self.text, &self.ends);
        let found = self.table.find(hash(key), |n| bytes(text, ends, *n) == key);
        let number = match found {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.ends.len()).expect("ids have 32 bits");
                self.text.extend_from_slice(key);
                self.ends.push(self.text.len());
                let (text, ends) = (&self.text, &self.ends);
                self.table.insert_unique(hash(key), number, |n| hash(bytes(text, ends, *n)));
                number
            }
        };
        Ok(Id::local(number as usize).expect("a run has fewer terms than a dictionary may have"))
    }

    /// The bytes of its n-th own term.
    pub(super) fn key(&self, n: u32) -> &[u8] {
        bytes(&self.text, &self.ends, n)
    }

    /// Whether its n-th own term is an IRI or a blank node.
    pub(super) fn is_resource(&self, n: u32) -> bool {
        key::is_resource(self.key(n))
    }

    /// Its own terms in the order of their bytes.
    ///
    /// Documents are sorted by subject, so they come nearly so: a sort that makes use of that is
    /// worth more than one that is fast on what has no order.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.ends.len() as u32).collect();
        order.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
        order
    }
}

fn bytes<'a>(text: &'a [u8], ends: &[usize], n: u32) -> &'a [u8] {
    let n = n as usize;
    &text[if n == 0 { 0 } else { ends[n - 1] }..ends[n]]
}

fn hash(key: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(key);
    hasher.finish()
}
