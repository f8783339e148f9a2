//! What [`crate::ingest::rdf::graph::settle`] does, done to sorted lines as they pass by.
//!
//! What is said about a position stands together, so who holds which stance on which issue is known when
//! its lines have passed. Direct triples are set aside until all positions have been seen. Two ways were
//! weighed to tell which of them a position backs: sorting the triples that positions give rise to and
//! merging both, which is exact and needs a second run of the machinery; and a list of hashes, sixteen bytes
//! each, which is shorter in memory than the lines themselves and needs no file. It is the hashes: of 128
//! bits, with keys made anew for each load, so that nobody can make two of them alike.

use super::sort::{Source, merge};
use crate::ingest::rdf::graph;
use crate::model::document::{Begun, Content, ContentPool};
use crate::model::ontology;
use crate::model::vocab::stp;
use crate::model::{Concept, Stance};
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{NamedNode, NamedNodeRef, Triple};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::LazyLock;

/// Direct triples of a graph are set aside in memory up to this length, in bytes.
const ASIDE: u64 = 4 << 20;

/// Which lines matter here, by their predicate within the project's namespace.
#[derive(Clone, Copy)]
enum Word {
    Actor,
    Stance,
    Issue,
    Direct(Stance),
}

struct Words {
    /// How a predicate of the project begins, after its bracket.
    begins: Vec<u8>,
    words: HashMap<Vec<u8>, Word, rustc_hash::FxBuildHasher>,
    /// The triples that every graph holds anyway, and how all of them begin.
    schemes: HashSet<Vec<u8>, rustc_hash::FxBuildHasher>,
    scheme: Vec<u8>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let local = |name: NamedNodeRef<'_>| name.as_str().as_bytes()[stp::NAMESPACE.len()..].to_vec();
    let parts =
        [(stp::prop::ACTOR, Word::Actor), (stp::prop::STANCE, Word::Stance), (stp::prop::ISSUE, Word::Issue)];
    let direct = Stance::ALL.iter().map(|stance| (stance.direct_property(), Word::Direct(*stance)));
    let words = parts.into_iter().chain(direct).map(|(name, word)| (local(name), word)).collect();
    let schemes: HashSet<Vec<u8>, _> = ontology::schemes().iter().map(line).collect();
    let mut scheme: Vec<u8> = schemes.iter().next().cloned().unwrap_or_default();
    for line in &schemes {
        let same = scheme.iter().zip(line).take_while(|(a, b)| a == b).count();
        scheme.truncate(same);
    }
    Words { begins: format!("<{}", stp::NAMESPACE).into_bytes(), words, schemes, scheme }
});

impl Words {
    fn is_scheme(&self, line: &[u8]) -> bool {
        line.starts_with(&self.scheme) && self.schemes.contains(line)
    }

    /// The subject, the word and the object of a line that matters.
    fn of<'l>(&self, line: &'l [u8]) -> Option<(&'l [u8], Word, &'l [u8])> {
        let subject = memchr::memchr(b' ', line)?;
        let local = line[subject + 1..].strip_prefix(&self.begins[..])?;
        let end = memchr::memchr(b'>', local)?;
        let word = *self.words.get(&local[..end])?;
        let object = local.get(end + 2..)?.strip_suffix(b" .\n")?;
        Some((&line[..subject], word, object))
    }
}

fn line(triple: &Triple) -> Vec<u8> {
    format!("{triple} .\n").into_bytes()
}

/// The parts of a position, as far as its lines have passed.
#[derive(Default)]
struct Position {
    subject: Vec<u8>,
    actors: Vec<Vec<u8>>,
    stances: Vec<Stance>,
    issues: Vec<Vec<u8>>,
}

/// Keys of hashes.
#[derive(Default)]
struct Keys([RandomState; 2]);

impl Keys {
    fn hash(&self, actor: &[u8], stance: Stance, issue: &[u8]) -> u128 {
        let [high, low] = &self.0;
        let property = stance.direct_property();
        let one = |key: &RandomState| u128::from(key.hash_one((actor, property, issue)));
        one(high) << 64 | one(low)
    }
}

/// A graph whose lines have passed.
pub(super) struct Settled {
    pub(super) graph: usize,
    /// All but direct triples and schemes.
    pub(super) content: Content,
    /// Direct triples that no position backs whose parts all have names.
    pub(super) unbacked: Content,
    /// How many.
    number: usize,
}

/// A graph whose lines are passing.
struct Passing {
    graph: usize,
    content: Begun,
    aside: Begun,
    aside_room: ContentPool,
    position: Position,
    backed: Vec<u128>,
    /// The last line.
    last: Vec<u8>,
}

/// Takes lines in the order of graphs and lines.
#[derive(Default)]
pub(super) struct DerivedFilter {
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
                position: Position::default(),
                backed: Vec::new(),
                last: Vec::new(),
            }
        });
        if first_line(lines) == passing.last {
            lines = &lines[passing.last.len()..];
        }
        passing.take(lines, room, &self.keys)
    }

    fn end_graph(&mut self, room: &mut ContentPool) -> io::Result<()> {
        let Some(mut passing) = self.passing.take() else { return Ok(()) };
        passing.end_position(&self.keys);
        let Passing { graph, content, aside, mut aside_room, mut backed, .. } = passing;
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
            for line in piece.split_inclusive('\n') {
                let Some((actor, Word::Direct(stance), issue)) = WORDS.of(line.as_bytes()) else {
                    unreachable!("only direct triples are set aside")
                };
                if backed.binary_search(&self.keys.hash(actor, stance, issue)).is_err() {
                    unbacked.write(line.as_bytes(), &mut left)?;
                    number += 1;
                }
            }
        }
        let unbacked = unbacked.end(&mut left)?;
        self.settled.push(Settled { graph, content, unbacked, number });
        Ok(())
    }

    /// All graphs that had lines, in their order.
    pub(super) fn end(mut self, room: &mut ContentPool) -> io::Result<Vec<Settled>> {
        self.end_graph(room)?;
        Ok(self.settled)
    }

    /// The lines that were taken, but for the schemes, as sorted runs: they were not in order after all.
    pub(super) fn give_back(mut self, room: &mut ContentPool) -> io::Result<Vec<(usize, Content)>> {
        let mut runs = Vec::new();
        if let Some(passing) = self.passing.take() {
            let Passing { graph, content, aside, mut aside_room, .. } = passing;
            runs.push((graph, content.end(room)?));
            runs.push((graph, aside.end(&mut aside_room)?));
        }
        // Of those that have ended, the backed direct triples are gone; they would be again.
        for Settled { graph, content, unbacked, .. } in self.settled {
            runs.push((graph, content));
            runs.push((graph, unbacked));
        }
        Ok(runs)
    }
}

fn first_line(lines: &[u8]) -> &[u8] {
    &lines[..memchr::memchr(b'\n', lines).map_or(lines.len(), |feed| feed + 1)]
}

impl Passing {
    fn take(&mut self, lines: &[u8], room: &mut ContentPool, keys: &Keys) -> io::Result<()> {
        let words = &*WORDS;
        // What is kept is given on in as few portions as can be.
        let (mut kept, mut at) = (0, 0);
        let mut last = 0..0;
        while at < lines.len() {
            let line = first_line(&lines[at..]);
            let end = at + line.len();
            last = at..end;
            let found = words.of(line);
            let is_direct = matches!(found, Some((_, Word::Direct(_), _)));
            if is_direct || words.is_scheme(line) {
                self.content.write(&lines[kept..at], room)?;
                kept = end;
            }
            match found {
                Some((_, Word::Direct(_), _)) => self.aside.write(line, &mut self.aside_room)?,
                Some((subject, word, object)) => self.note(subject, word, object, keys),
                None => {}
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

    fn note(&mut self, subject: &[u8], word: Word, object: &[u8], keys: &Keys) {
        if self.position.subject != subject {
            self.end_position(keys);
            self.position.subject.extend_from_slice(subject);
        }
        let iri = object.strip_prefix(b"<").and_then(|object| object.strip_suffix(b">"));
        match word {
            Word::Actor if iri.is_some() => self.position.actors.push(object.to_vec()),
            Word::Stance => {
                let iri = iri.and_then(|iri| std::str::from_utf8(iri).ok()).map(NamedNodeRef::new_unchecked);
                self.position.stances.extend(iri.and_then(Stance::from_iri));
            }
            Word::Issue => self.position.issues.push(object.to_vec()),
            Word::Actor | Word::Direct(_) => {}
        }
    }

    fn end_position(&mut self, keys: &Keys) {
        let Position { subject, actors, stances, issues } = &mut self.position;
        for actor in &*actors {
            for stance in &*stances {
                self.backed.extend(issues.iter().map(|issue| keys.hash(actor, *stance, issue)));
            }
        }
        subject.clear();
        actors.clear();
        stances.clear();
        issues.clear();
    }
}

/// Why a graph cannot be completed.
pub(in crate::ingest) enum Incomplete {
    Fault(Box<crate::base::diagnostic::Diagnostic>),
    Io(io::Error),
}

impl From<io::Error> for Incomplete {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Settled {
    /// A graph without lines.
    pub(super) fn empty(graph: usize) -> Self {
        Self { graph, content: "".into(), unbacked: "".into(), number: 0 }
    }

    /// Brings a graph's lines and its triples with blank nodes together, and says how many direct triples
    /// nothing backs.
    pub(super) fn complete(
        self,
        blank: Vec<Triple>,
        name: &NamedNode,
        file: &str,
        room: &mut ContentPool,
    ) -> Result<(Content, usize), Incomplete> {
        let Self { content, unbacked, number, .. } = self;
        if blank.is_empty() {
            if number == 0 {
                return Ok((content, 0));
            }
            return Ok((together(content, &[Source::Run(&unbacked)], room)?, number));
        }
        // A position with blank nodes may have parts that stand among the lines.
        let mut triples = blank;
        let own = triples.len();
        triples.extend(parts_of_positions(&content, &triples)?);
        let backed = graph::backed_direct_triples(&triples);
        triples.truncate(own);
        let mut left = HashSet::new();
        triples.retain(|triple| {
            let is_direct = Stance::from_direct_property(triple.predicate.as_ref()).is_some();
            if is_direct && !backed.contains(triple) {
                left.insert(triple.clone());
            }
            !(is_direct && backed.contains(triple))
        });
        let backed: HashSet<Vec<u8>> = backed.iter().map(line).collect();
        let mut still = Vec::new();
        let mut number = left.len();
        let mut pieces = unbacked.pieces();
        while let Some(piece) = pieces.next()? {
            for line in piece.as_bytes().split_inclusive(|byte| *byte == b'\n') {
                if !backed.contains(line) {
                    still.extend_from_slice(line);
                    number += 1;
                }
            }
        }
        let labelled = graph::label_blank_nodes(triples, name, file).map_err(Incomplete::Fault)?;
        let labelled = crate::model::document::ntriples(labelled);
        let sources = [Source::Lines(&still), Source::Lines(labelled.as_bytes())];
        Ok((together(content, &sources, room)?, number))
    }
}

/// Lines merged into a content.
fn together(content: Content, more: &[Source<'_>], room: &mut ContentPool) -> io::Result<Content> {
    let mut all = room.begin();
    let mut sources = vec![Source::Run(&content)];
    sources.extend_from_slice(more);
    merge(sources, &mut |lines| all.write(lines, room))?;
    let all = all.end(room)?;
    room.free(content);
    Ok(all)
}

/// The actors, stances and issues that the lines name of positions in these triples.
fn parts_of_positions(content: &Content, triples: &[Triple]) -> io::Result<Vec<Triple>> {
    let parts = [stp::prop::ACTOR, stp::prop::STANCE, stp::prop::ISSUE];
    let positions: HashSet<Vec<u8>> = triples
        .iter()
        .filter(|triple| triple.subject.is_named_node() && parts.contains(&triple.predicate.as_ref()))
        .map(|triple| triple.subject.to_string().into_bytes())
        .collect();
    let mut found = String::new();
    if !positions.is_empty() {
        let mut pieces = content.pieces();
        while let Some(piece) = pieces.next()? {
            for line in piece.split_inclusive('\n') {
                let part = WORDS.of(line.as_bytes());
                if part.is_some_and(|(subject, _, _)| positions.contains(subject)) {
                    found.push_str(line);
                }
            }
        }
    }
    let parsed = RdfParser::from_format(RdfFormat::NTriples).lenient().for_slice(found.as_bytes());
    parsed.map(|quad| quad.map(Triple::from).map_err(io::Error::other)).collect()
}
