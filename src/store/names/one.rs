//! The one thing that a person means, or an answer that helps to say which.

use super::find::{look_up, search};
use super::{Found, Thing, find, thing, things};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::base::fold::normalize_name;
use crate::model::identity::id_of;
use crate::model::prefixes::Prefixes;
use crate::model::registry::Kind;
use crate::model::vocab::{rdf, skos};
use crate::model::{Concept, List};
use crate::store::GraphReader;
use crate::store::index::reading;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};

/// Several hits are listed up to this many.
const LISTED: usize = 8;

/// The thing of this kind that an id, label, alias, unambiguous part of either, prefixed name
/// or IRI stands for.
///
/// # Errors
/// Nothing, or more than one thing, is called that; a damaged index.
pub fn one(graph: &dyn GraphReader, kind: Kind, text: &str) -> Result<Thing> {
    reading(|| the_one(graph, kind, text))?
}

fn the_one(graph: &dyn GraphReader, kind: Kind, text: &str) -> Result<Thing> {
    if let Some(thing) = by_iri(graph, kind.class(), text) {
        return Ok(thing);
    }
    match find(graph, kind.class(), text) {
        Found::One(thing) => Ok(thing),
        Found::Several(things) => Err(ambiguous(kind.word(), text, &things)),
        Found::None(similar) => Err(unknown(graph, kind, text, &similar)),
    }
}

/// The thing of any of these kinds that a text stands for; the best fit of all kinds counts.
///
/// # Errors
/// Nothing, or more than one thing, is called that; a damaged index.
pub fn one_of(graph: &dyn GraphReader, kinds: &[Kind], text: &str) -> Result<Thing> {
    reading(|| the_one_of(graph, kinds, text))?
}

fn the_one_of(graph: &dyn GraphReader, kinds: &[Kind], text: &str) -> Result<Thing> {
    if let Some(thing) = kinds.iter().find_map(|kind| by_iri(graph, kind.class(), text)) {
        return Ok(thing);
    }
    // The id of a position begins with its actor's, which nobody means who names the actor.
    let (positions, others): (Vec<Kind>, Vec<Kind>) = kinds.iter().partition(|kind| **kind == Kind::Position);
    let ordered: Vec<Kind> = others.into_iter().chain(positions).collect();
    let (mut hits, mut near): (Vec<Thing>, Vec<Thing>) = (Vec::new(), Vec::new());
    // A whole name is looked up; all things are read only if nothing has it.
    for find in [look_up, search] {
        let mut best = None;
        for kind in &ordered {
            let (fit, found) = find(graph, kind.class(), text);
            match found {
                Found::None(similar) => near.extend(similar),
                Found::One(_) | Found::Several(_) if best.is_some() && fit > best => {}
                _ if *kind == Kind::Position && best.is_some() && fit == best => {}
                Found::One(thing) => keep(&mut hits, &mut best, fit, vec![thing]),
                Found::Several(things) => keep(&mut hits, &mut best, fit, things),
            }
        }
        if !hits.is_empty() {
            break;
        }
    }
    match hits.len() {
        1 => Ok(hits.remove(0)),
        0 => {
            // What has no name of its own is still known by its IRI.
            if let Some(thing) = known_iri(graph, text) {
                return Ok(thing);
            }
            let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
            let labels: Vec<&str> = near.iter().take(3).map(|thing| thing.label.as_str()).collect();
            let error = Error::usage(format!("no matches for `{text}`"));
            let help = format!("give the label, alias, id or IRI of an {}", words.join(", "));
            Err(error.with_help(did_you_mean(&labels).unwrap_or(help)))
        }
        _ => Err(ambiguous("thing", text, &hits)),
    }
}

/// The things of any kind that have this very name, id, handle or IRI: no part of a name, and no other spelling.
///
/// # Errors
/// A damaged index.
pub fn exact(graph: &dyn GraphReader, text: &str) -> Result<Vec<Thing>> {
    reading(|| {
        let mut things: Vec<Thing> = known_iri(graph, text).into_iter().collect();
        if things.is_empty() {
            things = Kind::ALL
                .iter()
                .flat_map(|kind| match look_up(graph, kind.class(), text).1 {
                    Found::One(thing) => vec![thing],
                    Found::Several(things) => things,
                    Found::None(_) => Vec::new(),
                })
                .collect();
        }
        things.sort_by(|a, b| (&a.label, &a.iri).cmp(&(&b.label, &b.iri)));
        things.dedup();
        Ok(things)
    })?
}

fn keep<F: Ord + Copy>(hits: &mut Vec<Thing>, best: &mut Option<F>, fit: Option<F>, things: Vec<Thing>) {
    if *best != fit {
        hits.clear();
    }
    *best = fit;
    hits.extend(things);
}

/// The thing of this class that an IRI or prefixed name stands for.
fn by_iri(graph: &dyn GraphReader, class: NamedNodeRef<'_>, text: &str) -> Option<Thing> {
    let is_one = |iri: NamedNodeRef<'_>| {
        graph.matching(Some(iri.into()), Some(rdf::TYPE), Some(class.into())).next().is_some()
    };
    iris(text).find(|iri| is_one(iri.as_ref())).map(|iri| thing(graph, iri))
}

/// What an IRI or prefixed name stands for, if the graph says anything about it.
fn known_iri(graph: &dyn GraphReader, text: &str) -> Option<Thing> {
    let is_known = |iri: NamedNodeRef<'_>| graph.matching(Some(iri.into()), None, None).next().is_some();
    iris(text).find(|iri| is_known(iri.as_ref())).map(|iri| thing(graph, iri))
}

/// What a text may be as an IRI.
fn iris(text: &str) -> impl Iterator<Item = NamedNode> {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
    [Prefixes::known().expand(bare), Some(bare.to_owned())]
        .into_iter()
        .flatten()
        .filter_map(|iri| NamedNode::new(iri).ok())
}

fn ambiguous(kind: &str, text: &str, things: &[Thing]) -> Error {
    let prefixes = Prefixes::known();
    let mut listed: Vec<String> = things
        .iter()
        .take(LISTED)
        .map(|thing| format!("{} ({})", thing.label, prefixes.shorten(thing.iri.as_ref())))
        .collect();
    if things.len() > LISTED {
        listed.push(format!("and {} more", things.len() - LISTED));
    }
    let number = things.len();
    Error::usage(format!("`{text}` matches {number} {kind}s; choose one:\n  {}", listed.join("\n  ")))
}

fn unknown(graph: &dyn GraphReader, kind: Kind, text: &str, similar: &[Thing]) -> Error {
    let error = Error::usage(format!("no {} matches `{text}`", kind.word()));
    let labels: Vec<&str> = similar.iter().map(|thing| thing.label.as_str()).collect();
    error.with_help(did_you_mean(&labels).unwrap_or_else(|| examples(graph, kind)))
}

/// The concept of a list that a word or IRI stands for: one of the model's, else one of a case's own.
///
/// # Errors
/// A word that no concept of the list has, or several; a damaged index.
pub fn concept(graph: &dyn GraphReader, list: List, word: &str) -> Result<NamedNode> {
    if let Some(concept) = list.model(word) {
        return Ok(concept.into_owned());
    }
    let own = reading(|| own_concepts(graph, list))?;
    let wanted = normalize_name(word);
    let is_meant = |concept: &&Thing| {
        let text = |triple: Triple| if let Term::Literal(text) = triple.object { Some(text) } else { None };
        let called = |property| {
            let names = graph.matching(Some(concept.iri.as_ref().into()), Some(property), None);
            names.filter_map(text).any(|name| normalize_name(name.value()) == wanted)
        };
        concept.iri.as_str() == word
            || normalize_name(id_of(&concept.iri)) == wanted
            || called(skos::PREF_LABEL)
            || called(skos::ALT_LABEL)
    };
    let meant: Vec<&Thing> = reading(|| own.iter().filter(is_meant).collect())?;
    match meant.as_slice() {
        [one] => Ok(one.iri.clone()),
        [] => {
            let known = list.words().into_iter().chain(own.iter().map(|concept| concept.label.as_str()));
            let known: Vec<&str> = known.collect();
            let help = did_you_mean(&nearest(word, known.iter().copied(), 2))
                .unwrap_or_else(|| format!("choose one of {}", known.join(", ")));
            Err(Error::usage(format!("unknown {} `{word}`", list.word())).with_help(help))
        }
        several => {
            let several: Vec<Thing> = several.iter().map(|concept| (*concept).clone()).collect();
            Err(ambiguous(list.word(), word, &several))
        }
    }
}

/// The concepts that documents add to a list, by label.
#[must_use]
pub fn own_concepts(graph: &dyn GraphReader, list: List) -> Vec<Thing> {
    let members = graph.matching(None, Some(skos::IN_SCHEME), Some(list.iri().into()));
    let own = members.filter_map(|triple| match triple.subject {
        NamedOrBlankNode::NamedNode(concept) => list.word_of(concept.as_ref()).is_none().then_some(concept),
        NamedOrBlankNode::BlankNode(_) => None,
    });
    let mut own: Vec<Thing> = own.map(|concept| thing(graph, concept)).collect();
    own.sort_by(|one, next| (&one.label, &one.iri).cmp(&(&next.label, &next.iri)));
    own
}

/// Things of a kind, in words: how many, and a few by name.
#[must_use]
pub fn examples(graph: &dyn GraphReader, kind: Kind) -> String {
    let all = things(graph, kind.class());
    let labels: Vec<String> = all.iter().take(3).map(|thing| format!("`{}`", thing.label)).collect();
    match labels.len() {
        0 => format!("the data have no {}", kind.word()),
        _ => format!("the data have {}, for instance {}", count(all.len(), kind.word()), labels.join(", ")),
    }
}
