//! Whose coding is asked: codings that are not the first coder's, in the place of those that are.
//!
//! An index holds what first coders say. Documents of other codings come on top of it when somebody asks:
//!
//! - [`Coders::First`]: agreed codings stand in the place of what they settle.
//! - [`Coders::One`]: what a coder says stands in the place of what others say of the same articles. Articles
//!   that this coder has not coded stay as they are: an answer that changes then changes because of the
//!   coding, not because fewer articles are left.
//! - [`Coders::All`]: all codings beside each other, for questions about coders.
//!
//! The unit is what one coding states of one article. Two shapes were weighed. *Documents take the place of
//! documents*: a first coder's table of a hundred articles would go for the one that was coded again. *Records
//! take the place of records*: those that are derived from the article go, with the parts that only they have,
//! whichever document says them; what registries say stays, and events, figures and the like where only
//! positions were coded again. The second, as a segment on top: it costs what is recoded, not what the store
//! holds. It is made for each question and not kept: a file for each coder would have to follow every load.

use super::graphs::Source;
use super::read::corruption::Corruption;
use super::read::id::Id;
use super::read::sealed::Sealing;
use super::read::segment::Segment;
use super::read::snapshot::{By, Snapshot};
use super::storage::triple;
use super::write::delta::{Delta, Failure};
use super::write::displace::{BESIDE, Records};
use super::{Index, or_throw_corruption};
use crate::model::document::{Apart, Document, parse};
use crate::model::vocab::{oa, prov, rdf};
use crate::store::archive::{Archive, ArchiveError};
use oxigraph::io::RdfSyntaxError;
use oxrdf::{NamedNode, NamedNodeRef, Term, Triple};
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

/// Whose coding is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Coders {
    /// The first coder's; where codings were settled, what was agreed.
    #[default]
    First,
    /// This coder's, where this coder has coded.
    One(NamedNode),
    /// All codings.
    All,
}

impl Coders {
    /// Whether documents of this coding are among what is asked.
    fn wants(&self, coding: &Apart) -> bool {
        match self {
            Self::All => true,
            Self::First => coding.in_default_graph(),
            Self::One(coder) => coding.in_default_graph() || coding.is_by(coder.as_str()),
        }
    }
}

/// A document with a coding that is not the first coder's.
#[derive(Clone, Debug)]
pub struct ApartDocument {
    /// The coding.
    pub coding: Apart,
    /// Its content in canonical N-Triples.
    pub ntriples: String,
}

impl ApartDocument {
    /// Those of an archive that are needed to ask these coders, of the documents with these names.
    ///
    /// # Errors
    /// One is missing or damaged.
    pub fn of_archive(
        archive: &Archive,
        coders: &Coders,
        names: impl Fn(&NamedNode) -> bool,
    ) -> Result<Vec<Self>, ArchiveError> {
        let entries = archive.documents().values().filter(|entry| names(&entry.document));
        let entries = entries.filter_map(|entry| Some((entry, entry.coding.as_ref()?)));
        let wanted = entries.filter(|(_, coding)| coders.wants(coding));
        wanted
            .map(|(entry, coding)| Ok(Self { coding: coding.clone(), ntriples: archive.read(entry)? }))
            .collect()
    }

    /// The same of documents in memory.
    ///
    /// # Errors
    /// A temporary file cannot be read.
    pub fn of_documents(documents: &[Document], coders: &Coders) -> io::Result<Vec<Self>> {
        let mut apart = Vec::new();
        for document in documents {
            if let Some(coding) = document.ntriples.apart()?.filter(|coding| coders.wants(coding)) {
                apart.push(Self { coding, ntriples: document.ntriples.text()?.into_owned() });
            }
        }
        Ok(apart)
    }

    /// Articles that it states something of, or has nothing to state of.
    fn articles(&self) -> BTreeSet<NamedNode> {
        let leads = [prov::WAS_DERIVED_FROM, oa::HAS_SOURCE];
        let lines = self.ntriples.lines().filter(|line| leads.iter().any(|p| line.contains(p.as_str())));
        let triples =
            lines.flat_map(parse).flatten().filter(|triple| leads.contains(&triple.predicate.as_ref()));
        triples
            .filter_map(|triple| match triple.object {
                Term::NamedNode(article) => Some(article),
                _ => None,
            })
            .collect()
    }
}

/// Documents of one layer, and what they stand in the place of.
struct Layer<'d> {
    documents: Vec<&'d ApartDocument>,
    /// Articles of which all codings below go …
    displaced: BTreeSet<NamedNode>,
    /// … and those of which only the agreed ones do.
    unsettled: BTreeSet<NamedNode>,
}

impl Index {
    /// The graph as these coders have it: `documents` are those that they need beside what first coders say,
    /// which this graph holds.
    ///
    /// # Errors
    /// A document that is no N-Triples.
    ///
    /// # Panics
    /// As [`matching`](Self::matching).
    pub fn of_coders(&self, documents: &[ApartDocument], coders: &Coders) -> Result<Self, RdfSyntaxError> {
        let layers = or_throw_corruption(layers(&self.snapshot, documents, coders));
        let mut snapshot = (*self.snapshot).clone();
        for layer in layers {
            snapshot = match layer.on_top_of(&snapshot) {
                Ok(on_top) => on_top,
                Err(Failure::Syntax(error)) => return Err(error),
                Err(Failure::Corruption(corruption)) => or_throw_corruption(Err(corruption)),
                Err(failure) => unreachable!("in memory nothing else can fail: {failure}"),
            };
        }
        let graphs = match self.graphs.is_none() {
            true => Source::None,
            false => Source::Same(Arc::clone(&self.graphs)),
        };
        Ok(Self::of_graphs(snapshot, graphs, self.graphs.background()).read_in(self.languages.clone()))
    }

    /// The triples that come and those that go when this graph takes the place of `below`, on which it was made
    /// with [`of_coders`](Self::of_coders).
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    #[allow(clippy::type_complexity, reason = "two lists")]
    pub fn change_from(&self, below: &Self) -> Result<(Vec<Triple>, Vec<Triple>), Corruption> {
        // By whether they come.
        let mut sets: [BTreeSet<[Id; 3]>; 2] = Default::default();
        for segment in &self.snapshot.segments()[below.snapshot.segments().len()..] {
            for table in &segment.contents.tables {
                let predicate = Id::from_number(table.predicate);
                // Whatever goes goes before anything comes.
                for (stored, comes) in [(&table.removed, false), (&table.added, true)] {
                    if stored.rows == 0 {
                        continue;
                    }
                    for (s, o) in segment.scan(stored, By::Subject)?.iter() {
                        let triple = [s, predicate, o];
                        if !sets[usize::from(!comes)].remove(&triple) {
                            sets[usize::from(comes)].insert(triple);
                        }
                    }
                }
            }
        }
        let triples = |ids: BTreeSet<[Id; 3]>| -> Result<Vec<Triple>, Corruption> {
            ids.into_iter().map(|ids| triple(&self.snapshot, ids)).collect()
        };
        let [removed, added] = sets;
        Ok((triples(added)?, triples(removed)?))
    }

    /// Whether an article states anything in it.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn has_records(&self) -> Result<bool, Corruption> {
        let derived = self.snapshot.id(prov::WAS_DERIVED_FROM.into())?;
        Ok(derived.is_some_and(|derived| self.snapshot.statistics(derived).triples > 0))
    }
}

fn layers<'d>(
    first: &Snapshot,
    documents: &'d [ApartDocument],
    coders: &Coders,
) -> Result<Vec<Layer<'d>>, Corruption> {
    let (agreed, second): (Vec<_>, Vec<_>) =
        documents.iter().filter(|d| coders.wants(&d.coding)).partition(|d| d.coding.in_default_graph());
    let articles = |documents: &[&ApartDocument]| documents.iter().flat_map(|d| d.articles()).collect();
    let settled: BTreeSet<NamedNode> = articles(&agreed);
    let layers = match coders {
        Coders::All => {
            let documents = documents.iter().collect();
            vec![Layer { documents, displaced: BTreeSet::new(), unsettled: BTreeSet::new() }]
        }
        Coders::First => vec![Layer { documents: agreed, displaced: settled, unsettled: BTreeSet::new() }],
        // What a first coder has coded is as it was before it was settled.
        Coders::One(coder) => {
            let own: BTreeSet<NamedNode> = coded_by(first, coder)?.intersection(&settled).cloned().collect();
            let displaced = settled.difference(&own).cloned().collect();
            let agreement = Layer { documents: agreed, displaced, unsettled: BTreeSet::new() };
            let displaced: BTreeSet<NamedNode> = articles(&second);
            let unsettled = own.difference(&displaced).cloned().collect();
            vec![agreement, Layer { documents: second, displaced, unsettled }]
        }
    };
    let is_needed = |layer: &Layer<'_>| !(layer.documents.is_empty() && layer.unsettled.is_empty());
    Ok(layers.into_iter().filter(is_needed).collect())
}

/// Articles of which codings of this coder state something.
fn coded_by(snapshot: &Snapshot, coder: &NamedNode) -> Result<BTreeSet<NamedNode>, Corruption> {
    let ids = [prov::WAS_ASSOCIATED_WITH, prov::WAS_GENERATED_BY, prov::WAS_DERIVED_FROM, coder.as_ref()]
        .map(|node| snapshot.id(node.into()));
    let [Some(associated), Some(generated), Some(derived), Some(coder)] =
        [ids[0].clone()?, ids[1].clone()?, ids[2].clone()?, ids[3].clone()?]
    else {
        return Ok(BTreeSet::new());
    };
    let mut articles: BTreeSet<Id> = BTreeSet::new();
    for coding in snapshot.lookup(associated, By::Object, coder)?.iter() {
        for record in snapshot.lookup(generated, By::Object, coding)?.iter() {
            articles.extend(snapshot.lookup(derived, By::Subject, record)?.iter());
        }
    }
    let named = |id| match snapshot.term(id) {
        Ok(Term::NamedNode(article)) => Some(Ok(article)),
        Ok(_) => None,
        Err(corruption) => Some(Err(corruption)),
    };
    articles.into_iter().filter_map(named).collect()
}

impl Layer<'_> {
    /// What articles state beside positions and none of the documents does: it was not coded again, and stays.
    fn not_coded(&self) -> Vec<NamedNodeRef<'static>> {
        let is_coded = |class: &NamedNodeRef<'_>| {
            let typed = format!(" {} {class} .\n", rdf::TYPE);
            self.documents.iter().any(|document| document.ntriples.contains(&typed))
        };
        BESIDE.into_iter().filter(|class| !is_coded(class)).collect()
    }

    fn on_top_of(&self, below: &Snapshot) -> Result<Snapshot, Failure> {
        let mut delta = Delta::new(below)?;
        delta.displace(&self.displaced, &Records::AllBut(self.not_coded()))?;
        delta.displace(&self.unsettled, &Records::Agreed)?;
        for document in &self.documents {
            delta.add(&document.ntriples)?;
        }
        if delta.is_empty() {
            return Ok(below.clone());
        }
        let mut memory = Vec::new();
        let contents = delta.write(&mut Sealing::new(&mut memory))?;
        let segment = Arc::new(Segment::in_memory(memory, contents));
        Ok(Snapshot::of_segments(below.segments().iter().cloned().chain([segment]).collect()))
    }
}
