//! Positions of which an article is the record, encoded as they come.
//!
//! Two ways were weighed. Sheets in portions would go through the one resolver, but a load resolves all its sheets
//! against each other, so it holds them all. Encoding at once wins, since a
//! record of a vote has nothing to resolve: no words to find, no references, no coder. What comes out is read as any
//! long file of N-Triples is, within the load's memory, and held against the shapes like one.

use crate::base::error::{Error, Result};
use crate::ingest::import::{Encoded, Options, record};
use crate::model::encode::encode;
use crate::model::identity::{Base, Evidence};
use crate::model::{
    Attestation, Certainty, Concept, Content, Edtf, Explicitness, Intensity, Listed, Mode, Position, Stance,
    Status, Time,
};
use oxrdf::NamedNode;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::io::{BufWriter, Write};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Number of positions that are encoded in one go.
const PORTION: usize = 4096;
/// Number of first records that are kept to be shown.
const FIRST: usize = 3;

/// What a row says: ids of things, and the stance.
pub(super) struct Vote<'a> {
    pub(super) article: &'a str,
    pub(super) actor: &'a str,
    pub(super) issue: &'a str,
    pub(super) stance: Stance,
    pub(super) behalf: &'a [String],
}

/// Encoder of positions, a portion at a time.
pub(super) struct Encoder {
    base: Base,
    portion: Content,
    /// What has been taken: article, actor and issue, each by its number.
    taken: HashSet<[u32; 3]>,
    numbers: HashMap<String, u32>,
    /// Words of modes, degrees and the like by the text that the table has.
    out: Out,
    first: Vec<Value>,
    pub(super) positions: usize,
}

enum Out {
    Held(Vec<u8>),
    File(BufWriter<NamedTempFile>),
}

impl Encoder {
    pub(super) fn new(options: &Options) -> Result<Self> {
        let out = match &options.temporary {
            None => Out::Held(Vec::new()),
            Some(folder) => {
                let file = NamedTempFile::new_in(folder).map_err(Error::file("create", folder))?;
                Out::File(BufWriter::with_capacity(1 << 20, file))
            }
        };
        Ok(Self {
            base: Base::default(),
            portion: Content::default(),
            taken: HashSet::new(),
            numbers: HashMap::new(),
            out,
            first: Vec::new(),
            positions: 0,
        })
    }

    /// Says when an article appeared; its positions are of that day.
    pub(super) fn publish(&mut self, article: &str, edtf: &str) -> Result<(), String> {
        let edtf: Edtf = edtf.parse().map_err(|error| format!("{error}"))?;
        self.portion.published.insert(self.base.thing("article", article), (edtf.first(), edtf.last()));
        Ok(())
    }

    /// Takes a position; `plain` are its other fields.
    pub(super) fn add(&mut self, vote: &Vote<'_>, plain: &[(&str, Value)]) -> Result<(), String> {
        let key = [vote.article, vote.actor, vote.issue].map(|id| {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            match self.numbers.get(id) {
                Some(number) => *number,
                None => *self.numbers.entry(id.to_owned()).or_insert(next),
            }
        });
        let text = |field: &str| {
            let value = plain.iter().find(|(name, _)| *name == field).and_then(|(_, value)| value.as_str());
            value.map(str::trim).filter(|text| !text.is_empty())
        };
        if text("quote").is_some() {
            return Err("a map with `record: article` has no `quote`".to_owned());
        }
        let position = self.made(vote, text)?;
        if !self.taken.insert(key) {
            let Vote { article, actor, issue, .. } = vote;
            return Err(format!("a second record of `{actor}` on `{issue}` in `{article}`"));
        }
        if self.first.len() < FIRST {
            let mut fields = vec![
                ("article", vote.article.into()),
                ("actor", vote.actor.into()),
                ("onBehalfOf", vote.behalf.to_vec().into()),
                ("stance", vote.stance.word().into()),
                ("issue", vote.issue.into()),
            ];
            fields.extend(plain.iter().cloned());
            self.first.push(record(fields));
        }
        self.portion.positions.push(position);
        self.positions += 1;
        if self.portion.positions.len() >= PORTION {
            self.flush().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn made<'t>(&self, vote: &Vote<'_>, text: impl Fn(&str) -> Option<&'t str>) -> Result<Position, String> {
        let thing = |kind: &str, id: &str| self.base.thing(kind, id);
        let (article, actor) = (thing("article", vote.article), thing("actor", vote.actor));
        let issue = thing("issue", vote.issue);
        let mode: Mode = word(text("mode"))?.unwrap_or(Mode::PublicStatement);
        let intensity: Option<Intensity> = word(text("intensity"))?;
        let attestation = Attestation {
            record: Some(String::new()),
            certainty: Some(word(text("certainty"))?.unwrap_or(Certainty::Certain)),
            notes: text("note").map(str::to_owned).into_iter().collect(),
            time: Time { is_of_article: true, ..Time::default() },
            ..Attestation::default()
        };
        let evidence = Evidence::of(&attestation);
        Ok(Position {
            iri: self.base.position(&article, &actor, &issue, vote.stance, mode.iri(), evidence),
            alternative_holders: Vec::new(),
            on_behalf_of: vote.behalf.iter().map(|id| thing("actor", id)).collect::<Vec<NamedNode>>(),
            stance: vote.stance,
            intensity,
            mode: Listed::Model(mode),
            explicitness: word(text("explicitness"))?.unwrap_or(Explicitness::Explicit),
            attestation,
            conditions: Vec::new(),
            reasons: Vec::new(),
            targets: Vec::new(),
            valid_from: None,
            valid_until: None,
            status: Status::InForce,
            supersedes: Vec::new(),
            alternative_readings: Vec::new(),
            coding: None,
            actor,
            issue,
            article,
        })
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let out = &mut self.out;
        let mut failed = None;
        encode(&self.portion, &self.base, &mut |lines| {
            let written = match out {
                Out::Held(bytes) => bytes.write_all(lines.as_bytes()),
                Out::File(file) => file.write_all(lines.as_bytes()),
            };
            failed = failed.take().or(written.err());
        });
        self.portion.positions.clear();
        failed.map_or(Ok(()), Err)
    }

    /// The first records, and all that was encoded.
    pub(super) fn finish(mut self) -> Result<(Vec<Value>, Encoded)> {
        self.flush().map_err(Error::temporary)?;
        let graph = match self.out {
            Out::Held(bytes) => Encoded::Held(Arc::from(bytes)),
            Out::File(file) => {
                let file = file.into_inner().map_err(|error| Error::temporary(error.into_error()))?;
                Encoded::File(file)
            }
        };
        Ok((self.first, graph))
    }
}

/// A word of one of the model's lists.
fn word<C: Concept>(text: Option<&str>) -> Result<Option<C>, String> {
    text.map(|text| C::from_word(text).ok_or_else(|| format!("unknown {} `{text}`", C::FIELD))).transpose()
}
