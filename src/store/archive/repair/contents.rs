//! What documents said, and kept texts: every file against the hash that it is named by.

use super::super::ContentHash;
use super::super::error::Result;
use super::super::layout::{Layout, files_below, hash_of_name};
use super::super::object;
use super::super::revision::Entry;
use super::super::texts;
use super::chain::Chain;
use super::{Again, Lost, Mended, Remedy, packed, read_file};
use crate::model::document::{Apart, Content, count_lines};
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::thread;

/// A content whose length nobody knows is unpacked up to here.
const MOST_UNPACKED: u64 = 1 << 30;
/// Readers at the same time.
const THREADS: usize = 8;

/// What was found out about all contents.
#[derive(Default)]
pub(super) struct Contents {
    pub verified: usize,
    pub texts_verified: usize,
    /// Files that are whole again, and their bytes.
    pub mended: Vec<(Mended, Vec<u8>)>,
    /// Losses, each with the file to be set aside.
    pub lost: Vec<(Lost, PathBuf)>,
    /// Contents that no revision names.
    pub unnamed: Vec<PathBuf>,
    /// Number of losses that are recorded already.
    pub known: usize,
}

/// A file that does not have the content of its name.
struct Mismatch {
    hash: ContentHash,
    path: PathBuf,
    why: String,
    /// What could be unpacked of it.
    rest: Vec<u8>,
}

impl Contents {
    pub fn read(layout: &Layout, chain: &Chain, again: &Again<'_>) -> Result<Self> {
        let entries: Vec<Entry> = chain
            .revisions
            .iter()
            .flat_map(|sealed| sealed.revision.changes.iter().map(|change| (sealed.revision.number, change)))
            .filter_map(|(number, change)| change.entry(number))
            .filter_map(|entry| chain.state.gaps.left(&entry).map(Cow::into_owned))
            .collect();
        let mut uses: BTreeMap<ContentHash, Vec<&Entry>> = BTreeMap::new();
        for entry in &entries {
            uses.entry(entry.hash).or_default().push(entry);
        }
        let files: Vec<(ContentHash, PathBuf, u64)> = uses
            .iter()
            .map(|(hash, uses)| {
                (*hash, layout.object(*hash), uses.iter().map(|e| e.bytes).max().unwrap_or(0))
            })
            .collect();
        let mut texts = texts::kept(layout);
        texts.extend(chain.state.texts.iter().map(|hash| (*hash, layout.text(*hash))));
        let texts: Vec<(ContentHash, PathBuf, u64)> =
            texts.into_iter().map(|(hash, path)| (hash, path, MOST_UNPACKED)).collect();
        let damaged = mismatches(&files)?;
        let damaged_texts = mismatches(&texts)?;
        let others: Vec<PathBuf> = files_below(&layout.objects())
            .into_iter()
            .filter(|path| hash_of_name(path, ".nt.gz").is_none_or(|hash| !uses.contains_key(&hash)))
            .collect();
        let mut all = Self {
            verified: files.len() - damaged.len(),
            texts_verified: texts.len() - damaged_texts.len(),
            unnamed: others.clone(),
            ..Self::default()
        };
        if damaged.is_empty() && damaged_texts.is_empty() {
            return Ok(all);
        }
        let elsewhere: Vec<PathBuf> = others
            .into_iter()
            .chain(files_below(&layout.lost()))
            .chain(files_below(&layout.temporary()))
            .collect();
        let wanted: Vec<ContentHash> = damaged.iter().chain(&damaged_texts).map(|d| d.hash).collect();
        let found = search(&elsewhere, &wanted);

        let (mut damaged, damaged_texts) = (all.mend(damaged, &found), all.mend(damaged_texts, &found));
        if !damaged.is_empty() {
            let lost = damaged.iter().flat_map(|mismatch| uses[&mismatch.hash].iter().copied().cloned());
            let documents = again(&lost.collect::<Vec<_>>(), &entries);
            let documents = documents.into_iter().filter_map(|document| {
                let hash = document.ntriples.hash();
                let content = document.ntriples.into_text().ok()?.into_bytes();
                Some((hash, (Remedy::Origin(document.origin), content)))
            });
            damaged = all.mend(damaged, &documents.collect());
        }
        let gone: Vec<ContentHash> = damaged.iter().map(|mismatch| mismatch.hash).collect();
        for mismatch in damaged {
            let present = |entry: &Entry| {
                chain.state.documents.get(&entry.document).is_some_and(|now| now.hash == entry.hash)
            };
            let known = chain.knows_lost(mismatch.hash);
            all.known += usize::from(known);
            let readable = count_lines(&mismatch.rest) as u64;
            // Once for each document, as it was last in this state.
            let last: BTreeMap<_, _> =
                uses[&mismatch.hash].iter().map(|entry| (&entry.document, *entry)).collect();
            for entry in last.into_values().filter(|entry| !known || present(entry)) {
                let earlier = entries.iter().filter(|other| {
                    other.document == entry.document
                        && other.revision < entry.revision
                        && !gone.contains(&other.hash)
                });
                let lost = Lost::Content {
                    path: mismatch.path.clone(),
                    why: mismatch.why.clone(),
                    readable,
                    present: present(entry),
                    earlier: earlier.map(|entry| entry.revision).max(),
                    entry: entry.clone(),
                };
                all.lost.push((lost, mismatch.path.clone()));
            }
        }
        for mismatch in damaged_texts {
            let documents = speaking_of(layout, chain, mismatch.hash);
            let lost =
                Lost::Text { hash: mismatch.hash, path: mismatch.path.clone(), why: mismatch.why, documents };
            all.lost.push((lost, mismatch.path));
        }
        Ok(all)
    }

    /// Finding about contents that no revision names.
    pub fn unnamed(&self) -> Option<Lost> {
        (!self.unnamed.is_empty()).then(|| Lost::Unnamed { paths: self.unnamed.clone() })
    }

    /// Mends what can be mended with these contents, or with what is left of the file itself;
    /// returns the rest.
    fn mend(
        &mut self,
        damaged: Vec<Mismatch>,
        found: &HashMap<ContentHash, (Remedy, Vec<u8>)>,
    ) -> Vec<Mismatch> {
        let mut left = Vec::new();
        for mismatch in damaged {
            let (from, bytes) = if ContentHash::of(&mismatch.rest) == mismatch.hash {
                (Remedy::Wrapping, packed(&mismatch.rest))
            } else if let Some((from, content)) = found.get(&mismatch.hash) {
                (from.clone(), packed(content))
            } else {
                left.push(mismatch);
                continue;
            };
            self.mended.push((Mended { path: mismatch.path, why: mismatch.why, from }, bytes));
        }
        left
    }
}

/// Files that do not have the content of their names.
fn mismatches(files: &[(ContentHash, PathBuf, u64)]) -> Result<Vec<Mismatch>> {
    let one = |(hash, path, most): &(ContentHash, PathBuf, u64)| -> Result<Option<Mismatch>> {
        let (rest, wrong) = match read_file(path)? {
            Ok(bytes) => match ContentHash::of_stream(unpacked(&bytes, *most)) {
                Ok(found) if found == *hash => return Ok(None),
                _ => unpack(&bytes, *most),
            },
            Err(why) => (Vec::new(), Some(why)),
        };
        let why = match wrong {
            None => "does not match the hash in its name".into(),
            Some(why) => why,
        };
        Ok(Some(Mismatch { hash: *hash, path: path.clone(), why, rest }))
    };
    let share = files.len().div_ceil(THREADS).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().filter_map(|file| one(file).transpose()).collect()))
            .collect();
        let mut damaged = Vec::new();
        for worker in workers {
            let part: Result<Vec<Mismatch>> = worker.join().expect("hashing does not panic");
            damaged.extend(part?);
        }
        Ok(damaged)
    })
}

/// As much as can be unpacked, one byte more than `most` at the most, and what is wrong then.
fn unpack(bytes: &[u8], most: u64) -> (Vec<u8>, Option<String>) {
    let mut content = Vec::new();
    let result = unpacked(bytes, most).read_to_end(&mut content);
    (content, result.err().map(|error| format!("cannot be unpacked: {error}")))
}

/// What a file unpacks to, one byte more than `most` at the most.
fn unpacked(bytes: &[u8], most: u64) -> impl Read {
    MultiGzDecoder::new(bytes).take(most.saturating_add(1))
}

/// What a content tells of its document, if it is sound.
pub(super) fn measure(layout: &Layout, hash: ContentHash) -> Option<Measured> {
    let (content, _) = unpack(&fs::read(layout.object(hash)).ok()?, MOST_UNPACKED);
    let content = (ContentHash::of(&content) == hash).then(|| String::from_utf8(content).ok())??;
    let content = Content::from(content);
    Some(Measured { triples: content.triples(), bytes: content.len(), coding: content.apart().ok()? })
}

/// What a content tells of its document.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) triples: u64,
    pub(super) bytes: u64,
    pub(super) coding: Option<Apart>,
}

/// Which of these files have a content that is wanted.
fn search(paths: &[PathBuf], wanted: &[ContentHash]) -> HashMap<ContentHash, (Remedy, Vec<u8>)> {
    let contents = paths.iter().filter_map(|path| {
        let (content, _) = unpack(&fs::read(path).ok()?, MOST_UNPACKED);
        let hash = ContentHash::of(&content);
        wanted.contains(&hash).then(|| (hash, (Remedy::Elsewhere(path.clone()), content)))
    });
    contents.collect()
}

/// The documents that name the hash of a text, and where they came from.
fn speaking_of(layout: &Layout, chain: &Chain, text: ContentHash) -> Vec<(String, String)> {
    let literal = format!("\"{text}\"");
    let entries = chain.state.documents.values();
    entries
        .filter(|entry| object::read(layout, entry).is_ok_and(|ntriples| ntriples.contains(&literal)))
        .map(|entry| (entry.short_name().to_owned(), entry.origin.clone()))
        .collect()
}
