//! Positions that a change of the default mode moves: the mode is part of their IRIs.
//!
//! Two designs were weighed. Writing the defaults into the store at the first load would make a load depend on
//! something that no file says. Instead the IRIs say it: a position moves if the store has the same one with
//! another mode. That needs no record, and tells of sheets that were loaded by any version.

use super::Loaded;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Result, count};
use crate::model::identity::{Base, Evidence, id_of};
use crate::model::vocab::{rdf, stp};
use crate::model::{Concept, Content, Listed, Mode};
use crate::store::archive::{Archive, Effect};
use oxrdf::NamedNodeRef;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A position whose mode is a default: its IRI, and its IRI with every mode of the model in their order, each as
/// a hash.
#[derive(Clone, Debug)]
pub(super) struct DefaultMode {
    mode: Listed<Mode>,
    iri: u64,
    iris: Vec<u64>,
}

/// The positions of a sheet that rely on the default mode.
pub(super) fn of(content: &Content, base: &Base) -> Vec<DefaultMode> {
    let positions = content.default_modes.iter().filter_map(|at| content.positions.get(*at));
    let with_modes = positions.map(|p| {
        let evidence = Evidence::of(&p.attestation);
        let iri = |mode: NamedNodeRef<'_>| {
            hash(base.position(&p.article, &p.actor, &p.issue, p.stance, mode, evidence).as_str())
        };
        let iris = Mode::ALL.iter().map(|mode| iri(mode.iri())).collect();
        DefaultMode { mode: p.mode.clone(), iri: iri(p.mode.iri()), iris }
    });
    with_modes.collect()
}

fn hash(iri: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    iri.hash(&mut hasher);
    hasher.finish()
}

/// Warnings of documents whose positions get other IRIs because the default mode has changed.
///
/// # Errors
/// A damaged store.
pub fn moved_positions(archive: &Archive, loaded: &Loaded) -> Result<Vec<Diagnostic>> {
    let mut warnings = Vec::new();
    for document in &loaded.documents {
        let (Some(positions), Some(entry)) =
            (loaded.default_modes.get(&document.name), archive.documents().get(&document.name))
        else {
            continue;
        };
        if archive.effect(document) != Effect::Replaced {
            continue;
        }
        let ends = format!(" {} {} .", rdf::TYPE, stp::POSITION);
        let text = archive.read(entry)?;
        let iris =
            text.lines().filter_map(|line| line.strip_suffix(&ends)?.strip_prefix('<')?.strip_suffix('>'));
        let stored: FxHashSet<u64> = iris.map(hash).collect();
        let mut moved: BTreeMap<(Mode, &Listed<Mode>), usize> = BTreeMap::new();
        for DefaultMode { mode, iri, iris } in positions {
            let before = Mode::ALL.iter().zip(iris).find(|(_, iri)| stored.contains(iri));
            if let (false, Some((before, _))) = (stored.contains(iri), before) {
                *moved.entry((*before, mode)).or_default() += 1;
            }
        }
        for ((before, now), number) in moved {
            let now = match now {
                Listed::Model(mode) => mode.word(),
                Listed::Own(mode) => id_of(mode),
            };
            let mode = format!("the default mode of `{}` was `{}`", document.short_name(), before.word());
            let get = if number == 1 { "gets a new IRI" } else { "get new IRIs" };
            warnings.push(
                Diagnostic::warning(format!("{mode} and is now `{now}`"))
                    .note(format!(
                        "{} {get}; what refers to the old ones no longer finds them",
                        count(number, "position")
                    ))
                    .help(format!(
                        "to keep the IRIs, write `defaults: {{mode: {}}}` into this sheet",
                        before.word()
                    ))
                    .at(Place::file(&document.origin)),
            );
        }
    }
    Ok(warnings)
}
