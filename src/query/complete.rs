//! What can stand at the cursor of a query: the shell and the server's editor ask the same.

mod lexicon;
mod place;

pub use lexicon::Lexicon;

use crate::base::diagnostic::printable;
use crate::base::fold::fold;
use crate::base::tokens::{Kind, tokens};
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{rdf, stp};
use crate::query::{Next, next};
use crate::store::names::Thing;
use lexicon::split;
use oxrdf::NamedNodeRef;
use place::{Place, Role};
use std::collections::BTreeSet;

/// What can stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Text that is inserted.
    pub text: String,
    /// Meaning, where the text does not say so: the name of a thing, a summary.
    pub about: String,
}

impl Candidate {
    /// A text that says itself what it means.
    #[must_use]
    pub fn plain(text: String) -> Self {
        Self { text, about: String::new() }
    }
}

/// Nobody reads more candidates than this.
const MOST: usize = 200;

/// The beginning of the word at the cursor, in bytes, and what can stand there in its place. The cursor lies between
/// characters of the text.
#[must_use]
pub fn complete(text: &str, cursor: usize, lexicon: &Lexicon) -> (usize, Vec<Candidate>) {
    let prefixes = declared(text, lexicon.prefixes());
    let place = Place::of(text, cursor, &prefixes);
    let typed = &text[place.word.clone()];
    let typing = Typing { lexicon, prefixes: &prefixes, place: &place, typed };
    let mut candidates = match place.kind {
        _ if within_iri(&text[..cursor]) || within_comment(&text[..cursor]) => Vec::new(),
        Some(Kind::Variable | Kind::Symbol) => typing.variables(),
        Some(Kind::UnclosedText) => typing.called(typed.trim_start_matches(['"', '\''])),
        Some(Kind::PrefixedName) => typing.prefixed(),
        _ => typing.words(&text[..place.word.start]),
    };
    let mut seen = BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.text.clone()));
    candidates.truncate(MOST);
    (place.word.start, candidates)
}

/// The prefixes that a text declares, however unfinished it is, and those that need no declaration.
fn declared(text: &str, known: &Prefixes) -> Prefixes {
    let mut prefixes = known.clone();
    for declaration in tokens(text).windows(3) {
        let [keyword, name, iri] = declaration else { continue };
        if keyword.is_word(text, "PREFIX") && name.kind == Kind::PrefixedName && iri.kind == Kind::Iri {
            let namespace = iri.text(text).trim_start_matches('<').trim_end_matches('>');
            prefixes.insert(name.text(text).trim_end_matches(':'), namespace);
        }
    }
    prefixes
}

/// Whether an IRI in angle brackets is being typed, which is copied from somewhere or not known.
fn within_iri(before: &str) -> bool {
    before.rfind('<').is_some_and(|at| {
        let rest = &before[at + 1..];
        rest.contains(':') && !rest.contains(|c: char| c.is_whitespace() || c == '>')
    })
}

fn within_comment(before: &str) -> bool {
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    // The tokens of a line end where its comment begins.
    let last = tokens(before).last().map_or(0, |token| token.range.end);
    before[last.max(line)..].contains('#')
}

struct Typing<'a> {
    lexicon: &'a Lexicon,
    prefixes: &'a Prefixes,
    place: &'a Place,
    typed: &'a str,
}

impl Typing<'_> {
    fn variables(&self) -> Vec<Candidate> {
        let (sign, name) = self.typed.split_at(1);
        let mut names: Vec<&String> = self.place.variables.iter().filter(|n| n.starts_with(name)).collect();
        names.sort();
        names.into_iter().map(|name| Candidate::plain(format!("{sign}{name}"))).collect()
    }

    /// A name in quotation marks: the thing that is called so.
    fn called(&self, name: &str) -> Vec<Candidate> {
        if self.place.role == Role::Property {
            return Vec::new();
        }
        self.among(&self.values(), name).iter().map(|thing| self.candidate(thing)).collect()
    }

    /// Those of some things that are called so, by other names too; of all things where none are given.
    fn among(&self, values: &[Thing], name: &str) -> Vec<Thing> {
        let mut found = matching(values, name);
        if found.is_empty() {
            found = self.lexicon.called(name);
            found.retain(|thing| values.is_empty() || values.contains(thing));
        }
        found
    }

    /// A name that has a prefix already.
    fn prefixed(&self) -> Vec<Candidate> {
        let (prefix, local) = self.typed.split_once(':').unwrap_or((self.typed, ""));
        let Some(namespace) = self.prefixes.get(prefix) else { return Vec::new() };
        let of_role: Vec<Thing> = match self.place.role {
            Role::Property => self.properties(),
            Role::Object if self.is_type() => self.classes(),
            _ => self.values(),
        };
        let inside = |things: Vec<Thing>| -> Vec<Thing> {
            things.into_iter().filter(|thing| split(thing.iri.as_str()).0 == namespace).collect()
        };
        // What is known of the place leaves only these; without any it is known wrongly.
        let all = match self.place.role {
            Role::Property => inside(self.lexicon.properties().iter().map(|iri| term(iri)).collect()),
            Role::Object if self.is_type() => Vec::new(),
            _ => self.lexicon.within(namespace),
        };
        for things in [inside(of_role), all] {
            let begin: Vec<Candidate> = things
                .iter()
                .filter(|thing| begins(split(thing.iri.as_str()).1, local))
                .map(|thing| self.candidate(thing))
                .collect();
            if !begin.is_empty() {
                return begin;
            }
            let called = matching(&things, &local.replace(['-', '_'], " "));
            if !called.is_empty() && !local.is_empty() {
                return called.iter().map(|thing| self.candidate(thing)).collect();
            }
        }
        Vec::new()
    }

    /// A bare word, or nothing yet.
    fn words(&self, before: &str) -> Vec<Candidate> {
        let terms = match self.place.role {
            Role::Property => self.properties(),
            Role::Object if self.is_type() => self.classes(),
            Role::Object | Role::Value => self.values(),
            Role::Subject | Role::Punctuation | Role::Any => Vec::new(),
        };
        let mut found: Vec<Candidate> = Vec::new();
        if self.place.role == Role::Property && self.typed.is_empty() {
            found.push(Candidate::plain("a".to_owned()));
        }
        let begin = terms.iter().filter(|thing| begins(split(thing.iri.as_str()).1, self.typed));
        found.extend(begin.map(|thing| self.candidate(thing)));
        if found.is_empty() && !terms.is_empty() {
            found.extend(self.among(&terms, self.typed).iter().map(|thing| self.candidate(thing)));
        }
        let Next { keywords, names } = next(before, self.prefixes);
        let lower = self.typed.starts_with(|c: char| c.is_ascii_lowercase());
        let cased = |word: &&str| if lower { word.to_ascii_lowercase() } else { (*word).to_owned() };
        found.extend(
            keywords.iter().filter(|word| begins(word, self.typed)).map(|word| Candidate::plain(cased(word))),
        );
        if !self.typed.is_empty() && names {
            found.extend(self.spaces(&terms));
        }
        if self.typed.is_empty() {
            // `a` says it shorter.
            found.retain(|candidate| candidate.text != "rdf:type");
        }
        found
    }

    /// The prefixes that begin like the word; those alone that lead to something, where that is known.
    fn spaces(&self, terms: &[Thing]) -> Vec<Candidate> {
        let begin = self.prefixes.iter().filter(|(prefix, _)| begins(prefix, self.typed));
        let leads = |namespace: &str| {
            terms.is_empty() || terms.iter().any(|thing| split(thing.iri.as_str()).0 == namespace)
        };
        begin
            .filter(|(_, namespace)| leads(namespace))
            .map(|(prefix, _)| Candidate::plain(format!("{prefix}:")))
            .collect()
    }

    fn is_type(&self) -> bool {
        self.place.property.as_ref().is_some_and(|property| property.iri == rdf::TYPE.as_str())
    }

    fn properties(&self) -> Vec<Thing> {
        let all =
            self.lexicon.properties_of(self.place.subject.as_ref(), &self.place.said, self.place.reverse);
        own_first(all.into_iter().map(term).collect())
    }

    fn classes(&self) -> Vec<Thing> {
        own_first(self.lexicon.classes().iter().map(|iri| term(iri)).collect())
    }

    /// What can be a value here, as far as something is known of it.
    fn values(&self) -> Vec<Thing> {
        match (self.place.role, &self.place.property, &self.place.variable) {
            (Role::Object, Some(property), _) => self.lexicon.values(property),
            (Role::Value, _, Some(variable)) => self.lexicon.values_of(variable, &self.place.said),
            _ => Vec::new(),
        }
    }

    /// A thing as it is written; shown with its name, where that says more.
    fn candidate(&self, thing: &Thing) -> Candidate {
        let text = self.prefixes.shorten(NamedNodeRef::new_unchecked(thing.iri.as_str()));
        let local = split(thing.iri.as_str()).1;
        if fold(local).replace(' ', "") == fold(&thing.label).replace(' ', "") {
            return Candidate::plain(text);
        }
        Candidate { about: printable(&thing.label).replace(['\n', '\t'], " "), text }
    }
}

/// Those that are called like this, as it is written or in part.
fn matching(things: &[Thing], name: &str) -> Vec<Thing> {
    let wanted = fold(name);
    let rank = |thing: &Thing| {
        let label = fold(&thing.label);
        let local = fold(split(thing.iri.as_str()).1);
        [&label, &local].into_iter().filter_map(|text| place_of(text, &wanted)).min()
    };
    let mut found: Vec<(usize, &Thing)> = things.iter().filter_map(|t| Some((rank(t)?, t))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, thing)| thing.clone()).collect()
}

/// 0 where a text begins so, 1 where a word of it does, 2 where each of the words begins one of its words.
fn place_of(text: &str, wanted: &str) -> Option<usize> {
    if text.starts_with(wanted) {
        Some(0)
    } else if text.contains(&format!(" {wanted}")) {
        Some(1)
    } else {
        let has = |word: &str| text.split(' ').any(|own| own.starts_with(word));
        wanted.split(' ').all(has).then_some(2)
    }
}

/// The project's own terms before those of other vocabularies.
fn own_first(mut terms: Vec<Thing>) -> Vec<Thing> {
    terms.sort_by_key(|term| !term.iri.as_str().starts_with(stp::NAMESPACE));
    terms
}

fn term(iri: &str) -> Thing {
    Thing { iri: oxrdf::NamedNode::new_unchecked(iri), label: split(iri).1.to_owned() }
}

/// Whether a word begins so; capital letters do not count.
#[must_use]
pub fn begins(word: &str, typed: &str) -> bool {
    word.to_lowercase().starts_with(&typed.to_lowercase())
}
