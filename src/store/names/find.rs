//! Things by what people call them.

use super::{NAMES, label, literals, shown};
use crate::base::diagnostic::nearest;
use crate::base::fold::{fold, sound};
use crate::model::identity::handle_in;
use crate::model::registry::Kind;
use crate::model::vocab::rdf;
use crate::store::GraphReader;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode};
use std::cmp::Ordering;
use std::collections::HashSet;

/// A thing with the name to show for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Which.
    pub iri: NamedNode,
    /// Its label; without one, the end of its IRI.
    pub label: String,
}

/// Things that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One thing.
    One(Thing),
    /// Several, equally well; alphabetically.
    Several(Vec<Thing>),
    /// None; those with similar names, nearest first.
    None(Vec<Thing>),
}

/// How well a name fits, best first; a worse fit counts only where no better one exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is the label, or the end of the IRI.
    Label,
    /// It is another name.
    Alias,
    /// It is part of a name.
    Part,
    /// Each of its words begins one of a name's words.
    Words,
    /// Each of its words is spelled like one of a name's words by another custom: "Zelenskyy".
    Spelling,
    /// Each of its words is akin to one of a name's words: "ceding" to "cedes".
    Kin,
}

#[derive(Clone, Debug)]
struct Candidate {
    thing: Thing,
    slug: String,
    names: Vec<String>,
}

/// The things of a class with all that they are called, read once and asked often.
#[derive(Clone, Debug)]
pub struct Directory(Vec<Candidate>);

impl Directory {
    /// The things of a class.
    #[must_use]
    pub fn of(graph: &dyn GraphReader, class: NamedNodeRef<'_>) -> Self {
        Self(candidates(graph, class))
    }

    /// All of them, alphabetically.
    pub fn things(&self) -> impl Iterator<Item = &Thing> {
        self.0.iter().map(|candidate| &candidate.thing)
    }

    /// Those that `name` may be the beginning or a part of, the best fit first; where nothing has it as it is
    /// written, those that another spelling or form of it fits.
    #[must_use]
    pub fn matching(&self, name: &str) -> Vec<&Thing> {
        let wanted = fold(name);
        let fits =
            self.0.iter().filter_map(|candidate| Some((fit(candidate, name.trim(), &wanted)?, candidate)));
        let mut fits: Vec<(Fit, &Candidate)> = fits.collect();
        if fits.iter().any(|(fit, _)| *fit <= Fit::Words) {
            fits.retain(|(fit, _)| *fit <= Fit::Words);
        } else if fits.is_empty() && !wanted.is_empty() {
            // The last word is not typed to its end yet.
            let akin = |word: &str, wanted: &str| {
                word.starts_with(wanted) || sound_alike(word, wanted) || are_kin(word, wanted)
            };
            let has =
                |name: &String| wanted.split(' ').all(|part| name.split(' ').any(|word| akin(word, part)));
            let akin = self.0.iter().filter(|candidate| candidate.names.iter().any(has));
            fits.extend(akin.map(|candidate| (Fit::Kin, candidate)));
        }
        // `fit` asks how good a whole name is; while it is typed, what begins so is meant first.
        let begins = |candidate: &Candidate| candidate.names.iter().any(|name| name.starts_with(&wanted));
        fits.sort_by_key(|(fit, candidate)| (*fit > Fit::Alias && !begins(candidate), *fit));
        fits.into_iter().map(|(_, candidate)| &candidate.thing).collect()
    }
}

/// The things of a class that are called `name`: label, alias, the end of the IRI, or part of a
/// label or alias where only one thing fits. Case, accents, punctuation and
/// script do not count; where nothing else fits, neither do customs of spelling.
///
/// A whole name is looked up; all things of the class are read only if nothing has it.
#[must_use]
pub fn find(graph: &dyn GraphReader, class: NamedNodeRef<'_>, name: &str) -> Found {
    match look_up(graph, class, name) {
        (None, _) => search(graph, class, name).1,
        (Some(_), found) => found,
    }
}

/// The things of a class that have this very name, id or handle, and how well it fits; none of a class whose
/// names are not looked up.
pub(super) fn look_up(graph: &dyn GraphReader, class: NamedNodeRef<'_>, name: &str) -> (Option<Fit>, Found) {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.class() == class) else {
        return (None, Found::None(Vec::new()));
    };
    let wanted = fold(name);
    let mut things = graph.called(&wanted);
    let handle = Some(name.trim()).filter(|_| kind == Kind::Position).and_then(handle_in);
    if let Some(handle) = handle {
        things.extend(graph.called(&fold(handle)));
    }
    things.sort_unstable();
    things.dedup();
    things.retain(|thing| {
        graph.matching(Some(thing.as_ref().into()), Some(rdf::TYPE), Some(class.into())).next().is_some()
    });
    let mut candidates: Vec<Candidate> =
        things.into_iter().map(|thing| candidate(graph, thing, &NAMES)).collect();
    candidates.retain(|candidate| {
        fit(candidate, name.trim(), &wanted).is_some_and(|fit| fit <= Fit::Alias || handle.is_some())
    });
    candidates.sort_by(by_label);
    best(&candidates, name, &wanted)
}

/// The things of a class that fit a name best, of all; if none does, those with similar names.
pub(super) fn search(graph: &dyn GraphReader, class: NamedNodeRef<'_>, name: &str) -> (Option<Fit>, Found) {
    let candidates = candidates(graph, class);
    let wanted = fold(name);
    match best(&candidates, name, &wanted) {
        (None, _) => (None, Found::None(similar(&candidates, &wanted))),
        found => found,
    }
}

fn best(candidates: &[Candidate], name: &str, wanted: &str) -> (Option<Fit>, Found) {
    let fits = |candidate: &Candidate| fit(candidate, name.trim(), wanted);
    let best = candidates.iter().filter_map(fits).min();
    let hits = candidates.iter().filter(|candidate| best.is_some() && fits(candidate) == best);
    let mut hits: Vec<Thing> = hits.map(|candidate| candidate.thing.clone()).collect();
    let found = match hits.len() {
        0 => Found::None(Vec::new()),
        1 => Found::One(hits.remove(0)),
        _ => Found::Several(hits),
    };
    (best, found)
}

/// The things of a class, alphabetically.
#[must_use]
pub fn things(graph: &dyn GraphReader, class: NamedNodeRef<'_>) -> Vec<Thing> {
    candidates(graph, class).into_iter().map(|candidate| candidate.thing).collect()
}

/// A thing with its label.
#[must_use]
pub fn thing(graph: &dyn GraphReader, iri: NamedNode) -> Thing {
    let label = shown(graph, iri.as_ref().into()).unwrap_or_else(|| slug(&iri).to_owned());
    Thing { iri, label }
}

fn slug(iri: &NamedNode) -> &str {
    iri.as_str().rsplit(['/', '#']).next().unwrap_or_default()
}

fn candidates(graph: &dyn GraphReader, class: NamedNodeRef<'_>) -> Vec<Candidate> {
    // Which of them have a name at all is read property by property: most positions have none.
    let named =
        NAMES.map(|property| -> HashSet<NamedNode> { graph.having(class, property).into_iter().collect() });
    let mut candidates: Vec<Candidate> = graph
        .matching(None, Some(rdf::TYPE), Some(class.into()))
        .filter_map(|triple| match triple.subject {
            NamedOrBlankNode::NamedNode(iri) => {
                let names = NAMES.iter().zip(&named).filter(|(_, things)| things.contains(&iri));
                let properties: Vec<_> = names.map(|(property, _)| *property).collect();
                Some(candidate(graph, iri, &properties))
            }
            NamedOrBlankNode::BlankNode(_) => None,
        })
        .collect();
    candidates.sort_by(by_label);
    candidates
}

fn by_label(a: &Candidate, b: &Candidate) -> Ordering {
    (&a.thing.label, &a.thing.iri).cmp(&(&b.thing.label, &b.thing.iri))
}

/// A thing with the names that it has by these properties.
fn candidate(graph: &dyn GraphReader, iri: NamedNode, properties: &[NamedNodeRef<'_>]) -> Candidate {
    let slug = slug(&iri).to_owned();
    if properties.is_empty() {
        return Candidate { names: vec![fold(&slug)], thing: Thing { iri, label: slug.clone() }, slug };
    }
    let thing = thing(graph, iri);
    let names = properties.iter().flat_map(|property| literals(graph, thing.iri.as_ref().into(), *property));
    // The label comes first: `fit` takes it for the name proper.
    let label = label(graph, thing.iri.as_ref().into());
    let label = label.map_or_else(|| fold(&slug), |label| fold(label.value()));
    let names = std::iter::once(label).chain(names.map(|name| fold(name.value()))).collect();
    Candidate { thing, slug, names }
}

fn fit(candidate: &Candidate, name: &str, wanted: &str) -> Option<Fit> {
    if candidate.slug == name || candidate.names[0] == wanted {
        return Some(Fit::Label);
    }
    if wanted.is_empty() {
        return None;
    }
    candidate.names.iter().filter_map(|name| fit_name(name, wanted)).min()
}

fn fit_name(name: &str, wanted: &str) -> Option<Fit> {
    if name == wanted {
        return Some(Fit::Alias);
    }
    if format!(" {name}").contains(&format!(" {wanted}")) {
        return Some(Fit::Part);
    }
    let all = |akin: fn(&str, &str) -> bool| {
        wanted.split(' ').all(|wanted| name.split(' ').any(|word| akin(word, wanted)))
    };
    if all(|word, wanted| word.starts_with(wanted)) {
        Some(Fit::Words)
    } else if all(sound_alike) {
        Some(Fit::Spelling)
    } else if all(are_kin) {
        Some(Fit::Kin)
    } else {
        None
    }
}

/// Whether two words are spellings of one.
fn sound_alike(a: &str, b: &str) -> bool {
    sound(a) == sound(b)
}

/// Whether two words look like forms of one: they begin alike, and differ in an ending of at most
/// three letters that is no longer than the beginning.
pub fn are_kin(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let ending = a.chars().count().max(b.chars().count()) - shared;
    ending == 0 || (shared >= 3 && ending <= 3)
}

/// Those whose whole name is spelled like it; without any, those that have most of its words, misspelled too.
fn similar(candidates: &[Candidate], wanted: &str) -> Vec<Thing> {
    let names = candidates.iter().flat_map(|candidate| candidate.names.iter().map(String::as_str));
    let mut things: Vec<Thing> = Vec::new();
    for near in nearest(wanted, names, 5) {
        let named = candidates.iter().filter(|candidate| candidate.names.iter().any(|name| name == near));
        for candidate in named {
            if !things.contains(&candidate.thing) {
                things.push(candidate.thing.clone());
            }
        }
    }
    if things.is_empty() { with_most_words(candidates, wanted) } else { things }
}

/// Shorter words are in every name.
const TELLING: usize = 4;

fn with_most_words(candidates: &[Candidate], wanted: &str) -> Vec<Thing> {
    let words: Vec<&str> = wanted.split(' ').filter(|word| word.chars().count() >= TELLING).collect();
    let akin = |word: &str, wanted: &str| {
        word.chars().count() >= TELLING
            && (word.starts_with(wanted)
                || sound_alike(word, wanted)
                || are_kin(word, wanted)
                || !nearest(wanted, [word], 1).is_empty())
    };
    let has = |name: &str, wanted: &str| name.split(' ').any(|word| akin(word, wanted));
    let score = |name: &String| words.iter().filter(|word| has(name, word)).count();
    let scored = candidates.iter().map(|c| (c.names.iter().map(score).max().unwrap_or_default(), c));
    // One word of many is chance.
    let enough = words.len().div_ceil(2).max(1);
    let scored: Vec<(usize, &Candidate)> = scored.filter(|(score, _)| *score >= enough).collect();
    let most = scored.iter().map(|(score, _)| *score).max();
    let best = scored.iter().filter(|(score, _)| Some(*score) == most);
    best.map(|(_, candidate)| candidate.thing.clone()).take(5).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_fits_win() {
        let name = "ukraine cedes territory to russia";
        assert_eq!(fit_name(name, name), Some(Fit::Alias));
        assert_eq!(fit_name(name, "cedes terr"), Some(Fit::Part));
        assert_eq!(fit_name(name, "territory ukr"), Some(Fit::Words));
        assert_eq!(fit_name(name, "ceding territory"), Some(Fit::Kin));
        assert_eq!(fit_name(name, "regain territory"), None);
        assert_eq!(fit_name(name, "rain"), None);
        assert_eq!(fit_name("volodymyr zelensky", &fold("Зеленський")), Some(Fit::Spelling));
        assert_eq!(fit_name("vladimir putin", "poutine"), Some(Fit::Spelling));
    }
}
