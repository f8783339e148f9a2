//! The terms of a segment, sorted; which one it is makes its id.
//!
//! Sixteen terms make a block: the first is written whole, each of the others as what it shares
//! with the one before and what follows. Where blocks begin is a table beside them.

use super::corruption::Corruption;
use super::id::Id;
use super::key;
use super::key::common;
use super::sealed::{Sealed, Sealing};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::io::{self, Write};
use std::ops::Range;

const BLOCK: u32 = 16;

/// Where a dictionary lies in its segment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::store::index) struct Dictionary {
    /// The number of its first term.
    pub(in crate::store::index) first: u32,
    /// How many terms it has.
    pub(in crate::store::index) terms: u32,
    /// How many of them, the first ones, are IRIs and blank nodes.
    pub(in crate::store::index) resources: u32,
    /// Where blocks begin within the text, 8 bytes each.
    blocks: Range<usize>,
    text: Range<usize>,
}

impl Dictionary {
    /// The numbers of its terms.
    pub(in crate::store::index) fn numbers(&self) -> Range<u32> {
        self.first..self.first + self.terms
    }

    /// Whether the term with this number is an IRI or a blank node.
    pub(in crate::store::index) fn is_resource(&self, number: u32) -> bool {
        number - self.first < self.resources
    }

    /// The number of a term.
    pub(in crate::store::index) fn find(
        &self,
        key: &[u8],
        sealed: &Sealed,
    ) -> Result<Option<u32>, Corruption> {
        let Some(block) = self.block_of(key, sealed)? else { return Ok(None) };
        let found = self.not_below(key, block, sealed)?;
        Ok(found.filter(|(_, term)| term == key).map(|(number, _)| number))
    }

    /// Whether the bytes of any term begin like this.
    pub(in crate::store::index) fn has_prefix(
        &self,
        prefix: &[u8],
        sealed: &Sealed,
    ) -> Result<bool, Corruption> {
        let block = self.block_of(prefix, sealed)?;
        // What is not in that block begins the next one.
        let after = block.map_or(0, |block| block + 1);
        for block in block.into_iter().chain((after * BLOCK < self.terms).then_some(after)) {
            if let Some((_, term)) = self.not_below(prefix, block, sealed)? {
                return Ok(term.starts_with(prefix));
            }
        }
        Ok(false)
    }

    /// The last block whose first term is not above the key.
    fn block_of(&self, key: &[u8], sealed: &Sealed) -> Result<Option<u32>, Corruption> {
        let (mut low, mut high) = (0, self.terms.div_ceil(BLOCK));
        while low < high {
            let middle = low.midpoint(high);
            let block = self.block(middle, sealed)?;
            let (_, first, _) = entry(block).ok_or_else(|| broken(sealed))?;
            match first.cmp(key) {
                Ordering::Greater => high = middle,
                _ => low = middle + 1,
            }
        }
        Ok(low.checked_sub(1))
    }

    /// The first term of a block that is not below the key, with its number.
    fn not_below(
        &self,
        key: &[u8],
        block: u32,
        sealed: &Sealed,
    ) -> Result<Option<(u32, Vec<u8>)>, Corruption> {
        let mut rest = self.block(block, sealed)?;
        let mut term = Vec::new();
        let first = block * BLOCK;
        for n in first..(first + BLOCK).min(self.terms) {
            rest = next(rest, &mut term).ok_or_else(|| broken(sealed))?;
            if term.as_slice() >= key {
                return Ok(Some((self.first + n, term)));
            }
        }
        Ok(None)
    }

    /// The bytes of the term with this number.
    ///
    /// # Panics
    /// It is not of this dictionary.
    pub(in crate::store::index) fn key(&self, number: u32, sealed: &Sealed) -> Result<Vec<u8>, Corruption> {
        let n = number - self.first;
        assert!(n < self.terms, "a term of this dictionary");
        let mut rest = self.block(n / BLOCK, sealed)?;
        let mut term = Vec::with_capacity(96);
        for _ in 0..=n % BLOCK {
            rest = next(rest, &mut term).ok_or_else(|| broken(sealed))?;
        }
        Ok(term)
    }

    /// The numbers of the terms whose bytes begin so.
    pub(in crate::store::index) fn beginning(
        &self,
        prefix: &[u8],
        sealed: &Sealed,
    ) -> Result<Range<u32>, Corruption> {
        let first = |is_before: &dyn Fn(&[u8]) -> bool| {
            let (mut low, mut high) = (0, self.terms);
            while low < high {
                let middle = low.midpoint(high);
                let key = self.key(self.first + middle, sealed)?;
                if is_before(&key) { low = middle + 1 } else { high = middle }
            }
            Ok(self.first + low)
        };
        let start = first(&|key| key < prefix)?;
        Ok(start..first(&|key| key < prefix || key.starts_with(prefix))?)
    }

    /// Hands the bytes of all terms over, in order.
    pub(in crate::store::index) fn for_each(
        &self,
        sealed: &Sealed,
        mut take: impl FnMut(u32, &[u8]),
    ) -> Result<(), Corruption> {
        let mut rest = sealed.bytes(self.text.clone())?;
        let mut term = Vec::new();
        for n in 0..self.terms {
            if n % BLOCK == 0 {
                term.clear();
            }
            rest = next(rest, &mut term).ok_or_else(|| broken(sealed))?;
            take(self.first + n, &term);
        }
        Ok(())
    }

    fn block<'a>(&self, block: u32, sealed: &'a Sealed) -> Result<&'a [u8], Corruption> {
        let at = self.blocks.start + 8 * block as usize;
        let last = at + 8 == self.blocks.end;
        let table = sealed.bytes(at..if last { at + 8 } else { at + 16 })?;
        let (places, _) = table.as_chunks::<8>();
        let place = |i: usize| usize::try_from(u64::from_le_bytes(places[i])).ok();
        let length = self.text.len();
        let start = place(0).filter(|start| *start <= length).ok_or_else(|| broken(sealed))?;
        let end = if last { Some(length) } else { place(1).filter(|end| *end <= length) };
        let end = end.filter(|end| *end >= start).ok_or_else(|| broken(sealed))?;
        sealed.bytes(self.text.start + start..self.text.start + end)
    }
}

fn broken(sealed: &Sealed) -> Corruption {
    sealed.corruption("has a dictionary that cannot be read".into())
}

/// What an entry shares with the one before, what follows, and the entries behind it.
fn entry(bytes: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    let (shared, bytes) = number(bytes)?;
    let (length, bytes) = number(bytes)?;
    let (own, rest) = bytes.split_at_checked(length)?;
    Some((shared, own, rest))
}

fn next<'a>(bytes: &'a [u8], term: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (shared, own, rest) = entry(bytes)?;
    if shared > term.len() {
        return None;
    }
    term.truncate(shared);
    term.extend_from_slice(own);
    Some(rest)
}

/// Seven bits a byte, the lowest first; all but the last have the highest bit.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (i, byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[i + 1..]));
        }
    }
    None
}

fn put_number(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A dictionary in the making; terms come in their order, each once.
pub(in crate::store::index) struct Writer {
    first: u32,
    terms: u32,
    resources: u32,
    text: Range<usize>,
    blocks: Vec<u8>,
    last: Vec<u8>,
    entry: Vec<u8>,
}

impl Writer {
    /// Begins where `out` is.
    pub(in crate::store::index) fn new<W: Write>(first: u32, out: &Sealing<W>) -> Self {
        let text = out.at()..out.at();
        Self { first, terms: 0, resources: 0, text, blocks: Vec::new(), last: Vec::new(), entry: Vec::new() }
    }

    /// The number of the term that was added last, if it is this one.
    pub(in crate::store::index) fn last(&self, key: &[u8]) -> Option<u32> {
        (self.terms > 0 && self.last == key).then(|| self.first + self.terms - 1)
    }

    /// Adds a term; its number.
    pub(in crate::store::index) fn add<W: Write>(
        &mut self,
        key: &[u8],
        out: &mut Sealing<W>,
    ) -> io::Result<u32> {
        let begins = self.terms.is_multiple_of(BLOCK);
        if begins {
            self.blocks.extend(((out.at() - self.text.start) as u64).to_le_bytes());
        }
        let shared = if begins { 0 } else { common(&self.last, key) };
        self.entry.clear();
        put_number(shared, &mut self.entry);
        put_number(key.len() - shared, &mut self.entry);
        self.entry.extend_from_slice(&key[shared..]);
        out.write(&self.entry)?;
        self.last.clear();
        self.last.extend_from_slice(key);
        let number = self.first + self.terms;
        if number >= Id::MOST_STORED {
            return Err(io::Error::other("the store has more different terms than ids"));
        }
        self.terms += 1;
        self.resources += u32::from(key::is_resource(key));
        Ok(number)
    }

    /// Writes the table of blocks.
    pub(in crate::store::index) fn finish<W: Write>(
        mut self,
        out: &mut Sealing<W>,
    ) -> io::Result<Dictionary> {
        self.text.end = out.at();
        out.align()?;
        let blocks = out.at()..out.at() + self.blocks.len();
        out.write(&self.blocks)?;
        let Self { first, terms, resources, text, .. } = self;
        Ok(Dictionary { first, terms, resources, blocks, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn every_term_is_found_and_no_other(
            terms in prop::collection::btree_set("[ab]{0,6}", 0..80),
            others in prop::collection::btree_set("[abc]{0,6}", 0..30),
            first in 0u32..1000,
        ) {
            let terms: BTreeSet<String> = terms;
            let mut sealing = Sealing::new(Vec::new());
            sealing.write(b"abc").unwrap();
            let mut writer = Writer::new(first, &sealing);
            for (n, term) in (first..).zip(&terms) {
                prop_assert_eq!(writer.add(term.as_bytes(), &mut sealing).unwrap(), n);
            }
            let dictionary = writer.finish(&mut sealing).unwrap();
            let sealed = Sealed::in_memory(sealing.into_inner());
            for (n, term) in (first..).zip(&terms) {
                prop_assert_eq!(dictionary.find(term.as_bytes(), &sealed).unwrap(), Some(n));
                prop_assert_eq!(dictionary.key(n, &sealed).unwrap(), term.as_bytes());
            }
            for other in others.difference(&terms) {
                prop_assert_eq!(dictionary.find(other.as_bytes(), &sealed).unwrap(), None);
            }
            let mut all = Vec::new();
            dictionary.for_each(&sealed, |n, key| all.push((n, String::from_utf8(key.to_vec()).unwrap()))).unwrap();
            prop_assert_eq!(all, (first..).zip(terms).collect::<Vec<_>>());
        }
    }

    #[test]
    fn long_terms_are_written_too() {
        let long = "x".repeat(100_000);
        let mut sealing = Sealing::new(Vec::new());
        let mut writer = Writer::new(0, &sealing);
        writer.add(long.as_bytes(), &mut sealing).unwrap();
        writer.add((long.clone() + "y").as_bytes(), &mut sealing).unwrap();
        let dictionary = writer.finish(&mut sealing).unwrap();
        let sealed = Sealed::in_memory(sealing.into_inner());
        assert_eq!(dictionary.key(1, &sealed).unwrap().len(), 100_001);
    }
}
