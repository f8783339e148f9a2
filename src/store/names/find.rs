//! Things by what people call them.

use super::{LABELS, label, literals, shown};
use crate::base::diagnostic::nearest;
use crate::base::fold::{fold, sound};
use crate::model::vocab::{rdf, skos};
use crate::store::index::Index;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode};

/// Digits of a handle: they tell apart a hundred thousand positions, but for a few.
const HANDLE: usize = 8;

/// A thing with the name to show for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Which.
    pub iri: NamedNode,
    /// Its label; without one, the end of its IRI.
    pub label: String,
}

/// What a name may mean.
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
    pub fn of(index: &Index, class: NamedNodeRef<'_>) -> Self {
        Self(candidates(index, class))
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
#[must_use]
pub fn find(index: &Index, class: NamedNodeRef<'_>, name: &str) -> Found {
    find_with_fit(index, class, name).1
}

/// The same, and how well the name fits what was found.
pub(super) fn find_with_fit(index: &Index, class: NamedNodeRef<'_>, name: &str) -> (Option<Fit>, Found) {
    let candidates = candidates(index, class);
    let wanted = fold(name);
    let fits = |candidate: &Candidate| fit(candidate, name.trim(), &wanted);
    let best = candidates.iter().filter_map(fits).min();
    let mut hits: Vec<Thing> = candidates
        .iter()
        .filter(|candidate| best.is_some() && fits(candidate) == best)
        .map(|candidate| candidate.thing.clone())
        .collect();
    let found = match hits.len() {
        0 => Found::None(similar(&candidates, &wanted)),
        1 => Found::One(hits.remove(0)),
        _ => Found::Several(hits),
    };
    (best, found)
}

/// The things of a class, alphabetically.
#[must_use]
pub fn things(index: &Index, class: NamedNodeRef<'_>) -> Vec<Thing> {
    candidates(index, class).into_iter().map(|candidate| candidate.thing).collect()
}

/// A thing with its label.
#[must_use]
pub fn thing(index: &Index, iri: NamedNode) -> Thing {
    let label = shown(index, iri.as_ref().into()).unwrap_or_else(|| slug(&iri).to_owned());
    Thing { iri, label }
}

fn slug(iri: &NamedNode) -> &str {
    iri.as_str().rsplit(['/', '#']).next().unwrap_or_default()
}

/// What tells a position from all others, for people: the first digits of the hash that its IRI
/// ends in. As part of its name, [`find`] takes it.
#[must_use]
pub fn handle(iri: &str) -> Option<&str> {
    let (_, slug) = iri.rsplit_once("/position/")?;
    let (_, hash) = slug.rsplit_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| &hash[..HANDLE])
}

fn candidates(index: &Index, class: NamedNodeRef<'_>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = index
        .matching(None, Some(rdf::TYPE), Some(class.into()))
        .filter_map(|triple| match triple.subject {
            NamedOrBlankNode::NamedNode(iri) => Some(candidate(index, iri)),
            NamedOrBlankNode::BlankNode(_) => None,
        })
        .collect();
    candidates.sort_by(|a, b| (&a.thing.label, &a.thing.iri).cmp(&(&b.thing.label, &b.thing.iri)));
    candidates
}

fn candidate(index: &Index, iri: NamedNode) -> Candidate {
    let slug = slug(&iri).to_owned();
    let thing = thing(index, iri);
    let properties = LABELS.iter().copied().chain([skos::ALT_LABEL]);
    let names = properties.flat_map(|property| literals(index, thing.iri.as_ref().into(), property));
    // The label comes first: `fit` takes it for the name proper.
    let label = label(index, thing.iri.as_ref().into());
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
