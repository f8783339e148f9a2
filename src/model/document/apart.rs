//! Codings that are not the first coder's: how a document says so.
//!
//! It says so in its triples: a coding has `stp:codingRole`. So a sheet, the RDF that it is exported as,
//! and a document of an archive say the same.

use super::{Content, parse};
use crate::model::vocab::{foaf, prov, rdf, stp};
use crate::model::{CodingRole, Concept};
use memchr::memmem;
use oxrdf::{NamedNodeRef, NamedOrBlankNode, Term};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Properties that lead from a record to its coding, and from that to coders.
pub const TO_CODING: [NamedNodeRef<'static>; 4] =
    [prov::WAS_GENERATED_BY, prov::WAS_ASSOCIATED_WITH, stp::prop::SETTLES, stp::prop::ACCEPTED_BY];

/// The coding of a document that is not the first coder's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// `Second` or `Agreed`.
    pub role: CodingRole,
    /// IRIs of the coders, each with its name; with its IRI where it has none.
    pub coders: BTreeMap<String, String>,
}

impl Apart {
    /// Whether the document belongs to the default graph: an agreed coding does.
    #[must_use]
    pub fn in_default_graph(&self) -> bool {
        self.role == CodingRole::Agreed
    }

    /// Whether this is one of its coders.
    #[must_use]
    pub fn is_by(&self, coder: &str) -> bool {
        self.coders.contains_key(coder)
    }
}

impl Content {
    /// What it says of its coding, if that is not the first coder's.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn apart(&self) -> io::Result<Option<Apart>> {
        let found = match self.apart.get() {
            Some(_) => None,
            None => self.look_for_coding()?,
        };
        Ok(self.apart.get_or_init(|| found).clone())
    }

    fn look_for_coding(&self) -> io::Result<Option<Apart>> {
        let roles = self.roles()?;
        // One that says several things of itself is outside the default graph if it may be.
        let role = [CodingRole::Second, CodingRole::Agreed].into_iter().find(|role| roles.contains(role));
        let Some(role) = role else { return Ok(None) };
        let mut coders = BTreeSet::new();
        let mut names = BTreeMap::new();
        let mut pieces = self.pieces();
        while let Some(piece) = pieces.next()? {
            let is_told = |line: &&str| {
                [prov::WAS_ASSOCIATED_WITH, foaf::NAME]
                    .iter()
                    .any(|property| line.contains(property.as_str()))
            };
            for triple in piece.lines().filter(is_told).flat_map(parse).flatten() {
                match (triple.subject, triple.object) {
                    (_, Term::NamedNode(coder)) if triple.predicate == prov::WAS_ASSOCIATED_WITH => {
                        coders.insert(coder.into_string());
                    }
                    (NamedOrBlankNode::NamedNode(coder), Term::Literal(name))
                        if triple.predicate == foaf::NAME =>
                    {
                        names.insert(coder.into_string(), name.value().to_owned());
                    }
                    _ => {}
                }
            }
        }
        let named = |iri: String| (iri.clone(), names.remove(&iri).unwrap_or(iri));
        Ok(Some(Apart { role, coders: coders.into_iter().map(named).collect() }))
    }

    /// The roles of its codings.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn roles(&self) -> io::Result<BTreeSet<CodingRole>> {
        let said = |role: CodingRole| format!(" {} {} .\n", stp::prop::CODING_ROLE, role.iri());
        let typed = format!(" {} {} .\n", rdf::TYPE, stp::CODING);
        let (second, agreed) = (said(CodingRole::Second), said(CodingRole::Agreed));
        let [second, agreed, typed] =
            [&second, &agreed, &typed].map(|line| memmem::Finder::new(line.as_bytes()));
        let [mut seconds, mut agreements, mut all] = [0_usize; 3];
        let mut pieces = self.pieces();
        while let Some(piece) = pieces.next()? {
            let lines = piece.as_bytes();
            seconds += second.find_iter(lines).count();
            agreements += agreed.find_iter(lines).count();
            all += typed.find_iter(lines).count();
        }
        let found = [
            (CodingRole::First, all > seconds + agreements),
            (CodingRole::Second, seconds > 0),
            (CodingRole::Agreed, agreements > 0),
        ];
        Ok(found.into_iter().filter(|(_, is_there)| *is_there).map(|(role, _)| role).collect())
    }
}

impl Serialize for CodingRole {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for CodingRole {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_word(&word).ok_or_else(|| serde::de::Error::custom(format!("unknown role `{word}`")))
    }
}
