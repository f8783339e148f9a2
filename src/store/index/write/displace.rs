//! What articles state, taken out of a state: other codings come in its place.

use super::delta::Delta;
use crate::model::document::TO_CODING;
use crate::model::encode::PARTS;
use crate::model::vocab::{prov, rdf, stp};
use crate::model::{CodingRole, Concept};
use crate::store::index::read::corruption::Corruption;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::{By, Snapshot};
use oxrdf::{NamedNode, NamedNodeRef};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// What articles state beside positions. Not every coder codes it: it is displaced only by its own kind.
pub(in crate::store::index) const BESIDE: [NamedNodeRef<'static>; 4] =
    [stp::EVENT, stp::MEASURE, stp::RELATION, stp::OFFICE_CLAIM];

/// Which records of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store::index) enum Records {
    /// Those of every coding, but for these classes and articles.
    AllBut(Vec<NamedNodeRef<'static>>),
    /// Those of agreed codings.
    Agreed,
}

impl Delta<'_> {
    /// Takes out what is derived from these articles, whoever says it and however often, with the parts and
    /// the codings that nothing else refers to, and with every reference to it.
    pub(in crate::store::index) fn displace(
        &mut self,
        articles: &BTreeSet<NamedNode>,
        which: &Records,
    ) -> Result<(), Corruption> {
        let below = self.below();
        let gone = gone(below, articles, which)?;
        for thing in gone {
            for by in [By::Subject, By::Object] {
                for predicate in below.predicates_of(by, thing)? {
                    for other in below.lookup(predicate, by, thing)?.iter() {
                        self.erase(match by {
                            By::Subject => [thing, predicate, other],
                            By::Object => [other, predicate, thing],
                        })?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The records, and what only they lead to; in an order, so that the same change gives the same bytes.
fn gone(
    below: &Snapshot,
    articles: &BTreeSet<NamedNode>,
    which: &Records,
) -> Result<BTreeSet<Id>, Corruption> {
    let mut gone = BTreeSet::new();
    let Some(derived) = below.id(prov::WAS_DERIVED_FROM.into())? else { return Ok(gone) };
    let id = |node: NamedNodeRef<'_>| below.id(node.into());
    let kind = id(rdf::TYPE)?;
    // An article may be derived from another.
    let mut spared = vec![id(stp::ARTICLE)?];
    if let Records::AllBut(classes) = which {
        for class in classes {
            spared.push(id(*class)?);
        }
    }
    let (generated, role) = (id(prov::WAS_GENERATED_BY)?, id(stp::prop::CODING_ROLE)?);
    let agreed = id(CodingRole::Agreed.iri())?;
    let has = |subject, property: Option<Id>, object: Option<Id>| match (property, object) {
        (Some(property), Some(object)) => below.contains(subject, property, object),
        _ => Ok(false),
    };
    for of in articles {
        let Some(of) = id(of.as_ref())? else { continue };
        for record in below.lookup(derived, By::Object, of)?.iter() {
            let mut is_spared = false;
            for class in &spared {
                is_spared |= has(record, kind, *class)?;
            }
            if is_spared {
                continue;
            }
            let is_agreed = || -> Result<bool, Corruption> {
                let Some(generated) = generated else { return Ok(false) };
                for coding in below.lookup(generated, By::Subject, record)?.iter() {
                    if has(coding, role, agreed)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            };
            if *which != Records::Agreed || is_agreed()? {
                gone.insert(record);
            }
        }
    }
    let mut leads = Vec::new();
    for property in PARTS.iter().chain(&TO_CODING) {
        leads.extend(id(*property)?);
    }
    let led_to = |from: &mut Vec<Id>, found: &mut BTreeSet<Id>| -> Result<(), Corruption> {
        while let Some(node) = from.pop() {
            for property in &leads {
                let parts = below.lookup(*property, By::Subject, node)?;
                from.extend(parts.iter().filter(|part| found.insert(*part)));
            }
        }
        Ok(())
    };
    let mut parts = BTreeSet::new();
    led_to(&mut gone.iter().copied().collect(), &mut parts)?;
    // What something else refers to stays, with what it leads to.
    let (mut kept, mut staying) = (BTreeSet::new(), Vec::new());
    let inside: FxHashSet<Id> = gone.union(&parts).copied().collect();
    for part in &parts {
        let mut referred = false;
        for predicate in below.predicates_of(By::Object, *part)? {
            referred |=
                below.lookup(predicate, By::Object, *part)?.iter().any(|from| !inside.contains(&from));
        }
        if referred && kept.insert(*part) {
            staying.push(*part);
        }
    }
    led_to(&mut staying, &mut kept)?;
    gone.extend(parts.difference(&kept));
    Ok(gone)
}
