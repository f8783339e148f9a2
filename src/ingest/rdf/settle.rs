//! What is derived anyway, left out of sorted lines as they pass by; old terms give way to the new ones.
//!
//! Derived are the direct triples of positions in force that the document holds, and the ontology's schemes:
//! an export holds both, and loading it must not turn them into claims of their own.
//!
//! What is said about a position stands together, so its direct triples are known when its lines have
//! passed. Direct triples that are stated are set aside until all positions have been seen. Two ways were
//! weighed to tell which of them a position backs: sorting the triples that positions give rise to and
//! merging both, which is exact and needs a second run of the machinery; and a list of hashes, sixteen bytes
//! each, which is shorter in memory than the lines themselves and needs no file. It is the hashes: of 128
//! bits, with keys made anew for each load, so that nobody can make two of them alike.

use crate::model::document::{Begun, Content, ContentPool};
use crate::model::encode::direct::{Parts, Terms, direct_triples};
use crate::model::ontology;
use crate::model::renamed::RENAMED;
use crate::model::vocab::stp;
use crate::model::{Concept, Stance, Status};
use oxrdf::{NamedNodeRef, Triple};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::LazyLock;

/// Length up to which direct triples of a graph are set aside in memory, in bytes.
const ASIDE: u64 = 4 << 20;

/// Meaning of a predicate of the project's namespace here.
#[derive(Clone, Copy)]
enum Word {
    Actor,
    Stance,
    Issue,
    Status,
    Beside,
    Direct,
}

struct Words {
    /// Beginning of a predicate of the project, after its bracket.
    begins: Vec<u8>,
    words: HashMap<Vec<u8>, Word, rustc_hash::FxBuildHasher>,
    /// Direct properties by stances, both in their brackets.
    properties: HashMap<Vec<u8>, Vec<u8>, rustc_hash::FxBuildHasher>,
    in_force: Vec<u8>,
    /// Objects of `stp:status` that are read as others where the position has other readings.
    renamed: Vec<(Vec<u8>, Vec<u8>)>,
    /// The triples that every graph holds anyway, and how all of them begin.
    schemes: HashSet<Vec<u8>, rustc_hash::FxBuildHasher>,
    scheme: Vec<u8>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let local = |name: NamedNodeRef<'_>| name.as_str().as_bytes()[stp::NAMESPACE.len()..].to_vec();
    let parts = [
        (stp::prop::ACTOR, Word::Actor),
        (stp::prop::STANCE, Word::Stance),
        (stp::prop::ISSUE, Word::Issue),
        (stp::prop::STATUS, Word::Status),
        (stp::prop::ALTERNATIVE_READING, Word::Beside),
    ];
    let direct = Stance::ALL.iter().map(|stance| (stance.direct_property(), Word::Direct));
    let words = parts.into_iter().chain(direct).map(|(name, word)| (local(name), word)).collect();
    let bytes = |name: NamedNodeRef<'_>| name.to_string().into_bytes();
    let properties =
        Stance::ALL.iter().map(|stance| (bytes(stance.iri()), bytes(stance.direct_property()))).collect();
    let in_force = bytes(Status::InForce.iri());
    let schemes: HashSet<Vec<u8>, _> = ontology::schemes().iter().map(line).collect();
    let mut scheme: Vec<u8> = schemes.iter().next().cloned().unwrap_or_default();
    for line in &schemes {
        let same = scheme.iter().zip(line).take_while(|(a, b)| a == b).count();
        scheme.truncate(same);
    }
    let renamed = RENAMED.iter().map(|renamed| (bytes(renamed.old), bytes(renamed.new))).collect();
    let begins = format!("<{}", stp::NAMESPACE).into_bytes();
    Words { begins, words, properties, in_force, renamed, schemes, scheme }
});

impl Words {
    fn is_scheme(&self, line: &[u8]) -> bool {
        line.starts_with(&self.scheme) && self.schemes.contains(line)
    }

    /// The line taken apart, if it matters.
    fn of<'l>(&self, line: &'l [u8]) -> Option<Line<'l>> {
        let subject = memchr::memchr(b' ', line)?;
        let local = line[subject + 1..].strip_prefix(&self.begins[..])?;
        let end = memchr::memchr(b'>', local)?;
        let word = *self.words.get(&local[..end])?;
        let object = local.get(end + 2..)?.strip_suffix(b" .\n")?;
        let predicate = &line[subject + 1..subject + 1 + self.begins.len() + end + 1];
        Some(Line { subject: &line[..subject], word, predicate, object })
    }
}

/// The terms of a line as N-Triples has them.
struct Line<'l> {
    subject: &'l [u8],
    word: Word,
    predicate: &'l [u8],
    object: &'l [u8],
}

impl Terms for Words {
    type Term = Vec<u8>;
    type Error = Infallible;

    fn is_in_force(&self, status: &Vec<u8>) -> bool {
        *status == self.in_force
    }

    fn is_resource(&self, actor: &Vec<u8>) -> Result<bool, Infallible> {
        Ok(!actor.starts_with(b"\""))
    }

    fn direct_property(&self, stance: &Vec<u8>) -> Option<Vec<u8>> {
        self.properties.get(stance).cloned()
    }
}

/// Whether a line has a blank node. A literal ends in a quotation mark, a tag behind one, or a datatype.
fn has_blank(line: &[u8]) -> bool {
    let object = || {
        let line = line.strip_suffix(b" .\n")?;
        Some(&line[memchr::memrchr(b' ', line)? + 1..])
    };
    line.starts_with(b"_:")
        || object().is_some_and(|object| object.starts_with(b"_:") && !object.contains(&b'"'))
}

fn line(triple: &Triple) -> Vec<u8> {
    format!("{triple} .\n").into_bytes()
}

/// Keys of hashes.
#[derive(Default)]
struct Keys([RandomState; 2]);

impl Keys {
    fn hash(&self, triple: [&[u8]; 3]) -> u128 {
        let [high, low] = &self.0;
        let one = |key: &RandomState| u128::from(key.hash_one(triple));
        one(high) << 64 | one(low)
    }
}

/// A graph whose lines have passed.
pub(super) struct Settled {
    pub(super) graph: usize,
    /// All lines without blank nodes but direct triples and schemes.
    pub(super) content: Content,
    /// Lines without blank nodes of direct triples that no position backs.
    pub(super) unbacked: Content,
    /// Lines with blank nodes, but direct triples that a position backs.
    pub(super) blank: Vec<u8>,
    /// Number of direct triples that no position backs.
    pub(super) unbacked_number: usize,
}

/// A graph whose lines are passing.
struct Passing {
    graph: usize,
    content: Begun,
    aside: Begun,
    aside_room: ContentPool,
    blank: Vec<u8>,
    /// The position whose lines are passing, and what they have said.
    position: Vec<u8>,
    parts: Parts<Vec<u8>>,
    /// Whether it has other readings.
    is_reading: bool,
    /// Number of old terms that were read as the new ones.
    renamed: usize,
    /// Hashes of the direct triples of positions in force.
    backed: Vec<u128>,
    /// The last line.
    last: Vec<u8>,
}

/// Filter of derived triples. Lines come in the order of graphs and lines.
#[derive(Default)]
pub(super) struct DerivedFilter {
    /// Whether lines may have blank nodes.
    pub(super) has_blank: bool,
    /// Number of old terms that were read as the new ones.
    pub(super) renamed: usize,
    keys: Keys,
    passing: Option<Passing>,
    settled: Vec<Settled>,
}

impl DerivedFilter {
    /// Whether these lines come after all that have been taken, or repeat the last of them.
    pub(super) fn is_next(&self, graph: usize, lines: &[u8]) -> bool {
        match &self.passing {
            Some(passing) if passing.graph == graph => first_line(lines) >= &passing.last[..],
            Some(passing) => passing.graph < graph,
            None => self.settled.last().is_none_or(|settled| settled.graph < graph),
        }
    }

    /// Takes lines that come next.
    pub(super) fn take(&mut self, graph: usize, mut lines: &[u8], room: &mut ContentPool) -> io::Result<()> {
        if self.passing.as_ref().is_some_and(|passing| passing.graph != graph) {
            self.end_graph(room)?;
        }
        let passing = self.passing.get_or_insert_with(|| {
            let aside_room = room.beside(ASIDE);
            Passing {
                graph,
                content: room.begin(),
                aside: aside_room.begin(),
                aside_room,
                blank: Vec::new(),
                position: Vec::new(),
                parts: Parts::default(),
                is_reading: false,
                renamed: 0,
                backed: Vec::new(),
                last: Vec::new(),
            }
        });
        if first_line(lines) == passing.last {
            lines = &lines[passing.last.len()..];
        }
        passing.take(lines, self.has_blank, room, &self.keys)
    }

    fn end_graph(&mut self, room: &mut ContentPool) -> io::Result<()> {
        let Some(mut passing) = self.passing.take() else { return Ok(()) };
        passing.end_position(&self.keys);
        let Passing { graph, content, aside, mut aside_room, mut blank, mut backed, renamed, .. } = passing;
        self.renamed += renamed;
        let content = content.end(room)?;
        let aside = aside.end(&mut aside_room)?;
        let mut left = room.beside(ASIDE);
        let (mut unbacked, mut number) = (left.begin(), 0);
        if !aside.is_empty() {
            backed.sort_unstable();
            backed.dedup();
        }
        let mut pieces = aside.pieces();
        while let Some(piece) = pieces.next()? {
            for line in piece.as_bytes().split_inclusive(|byte| *byte == b'\n') {
                let Some(Line { subject, predicate, object, .. }) = WORDS.of(line) else {
                    unreachable!("only direct triples are set aside")
                };
                if backed.binary_search(&self.keys.hash([subject, predicate, object])).is_ok() {
                    continue;
                }
                number += 1;
                match has_blank(line) {
                    true => blank.extend_from_slice(line),
                    false => unbacked.write(line, &mut left)?,
                }
            }
        }
        let unbacked = unbacked.end(&mut left)?;
        self.settled.push(Settled { graph, content, unbacked, blank, unbacked_number: number });
        Ok(())
    }

    /// All graphs that had lines, in their order.
    pub(super) fn end(&mut self, room: &mut ContentPool) -> io::Result<Vec<Settled>> {
        self.end_graph(room)?;
        Ok(std::mem::take(&mut self.settled))
    }

    /// The lines that were taken, but for the schemes, as sorted runs: they were not in order after all.
    pub(super) fn give_back(&mut self, room: &mut ContentPool) -> io::Result<Vec<(usize, Content)>> {
        let mut runs = Vec::new();
        if let Some(passing) = self.passing.take() {
            let Passing { graph, content, aside, mut aside_room, blank, renamed, .. } = passing;
            self.renamed += renamed;
            runs.push((graph, content.end(room)?));
            runs.push((graph, aside.end(&mut aside_room)?));
            runs.push((graph, sorted_run(blank, room)?));
        }
        // Of those that have ended, the backed direct triples are gone; they would be again.
        for Settled { graph, content, unbacked, blank, .. } in std::mem::take(&mut self.settled) {
            runs.push((graph, content));
            runs.push((graph, unbacked));
            runs.push((graph, sorted_run(blank, room)?));
        }
        Ok(runs)
    }
}

/// Lines as a run: unbacked direct triples stand behind the others.
fn sorted_run(blank: Vec<u8>, room: &mut ContentPool) -> io::Result<Content> {
    let mut lines: Vec<&[u8]> = blank.split_inclusive(|byte| *byte == b'\n').collect();
    lines.sort_unstable();
    let text = String::from_utf8(lines.concat()).map_err(io::Error::other)?;
    room.beside(ASIDE).keep(text)
}

fn first_line(lines: &[u8]) -> &[u8] {
    &lines[..memchr::memchr(b'\n', lines).map_or(lines.len(), |feed| feed + 1)]
}

impl Passing {
    fn take(
        &mut self,
        lines: &[u8],
        may_have_blank: bool,
        room: &mut ContentPool,
        keys: &Keys,
    ) -> io::Result<()> {
        let words = &*WORDS;
        // What is kept is given on in as few portions as can be.
        let (mut kept, mut at) = (0, 0);
        let mut last = 0..0;
        while at < lines.len() {
            let line = first_line(&lines[at..]);
            let end = at + line.len();
            last = at..end;
            let found = words.of(line);
            let renamed = found.as_ref().and_then(|line| self.renamed(line));
            let is_direct = matches!(found, Some(Line { word: Word::Direct, .. }));
            let is_blank = !is_direct && may_have_blank && has_blank(line);
            if is_direct || is_blank || renamed.is_some() || words.is_scheme(line) {
                self.content.write(&lines[kept..at], room)?;
                kept = end;
            }
            if is_direct {
                self.aside.write(line, &mut self.aside_room)?;
            } else if is_blank {
                self.blank.extend_from_slice(renamed.as_deref().unwrap_or(line));
            } else if let Some(line) = renamed {
                self.content.write(&line, room)?;
            }
            if let Some(line) = found {
                self.note(&line, keys);
            }
            at = end;
        }
        self.content.write(&lines[kept..], room)?;
        if !last.is_empty() {
            self.last.clear();
            self.last.extend_from_slice(&lines[last]);
        }
        Ok(())
    }

    /// The line with the new term for an old one, and in the same place of the order.
    fn renamed(&mut self, line: &Line<'_>) -> Option<Vec<u8>> {
        let Line { subject, word: Word::Status, predicate, object } = *line else { return None };
        if !self.is_reading || self.position != subject || !self.parts.statuses.is_empty() {
            return None;
        }
        let (_, new) = WORDS.renamed.iter().find(|(old, _)| old == object)?;
        self.renamed += 1;
        Some([subject, b" ", predicate, b" ", new, b" .\n"].concat())
    }

    fn note(&mut self, line: &Line<'_>, keys: &Keys) {
        if self.position != line.subject {
            self.end_position(keys);
            self.position.extend_from_slice(line.subject);
        }
        let part = match line.word {
            Word::Actor => &mut self.parts.actors,
            Word::Stance => &mut self.parts.stances,
            Word::Issue => &mut self.parts.issues,
            Word::Status => &mut self.parts.statuses,
            Word::Beside => {
                self.is_reading = true;
                return;
            }
            Word::Direct => return,
        };
        part.push(line.object.to_vec());
    }

    fn end_position(&mut self, keys: &Keys) {
        let Ok(()) = direct_triples(&*WORDS, &self.parts, |[actor, property, issue]| {
            self.backed.push(keys.hash([&actor, &property, &issue]));
            Ok(())
        });
        self.position.clear();
        self.is_reading = false;
        self.parts.actors.clear();
        self.parts.stances.clear();
        self.parts.issues.clear();
        self.parts.statuses.clear();
    }
}

impl Settled {
    /// A graph without lines.
    pub(super) fn empty(graph: usize) -> Self {
        Self { graph, content: "".into(), unbacked: "".into(), blank: Vec::new(), unbacked_number: 0 }
    }
}
