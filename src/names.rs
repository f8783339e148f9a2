//! From what a person types to the thing that is meant.

use crate::diagnostic::{did_you_mean, nearest};
use crate::error::Error;
use crate::index::Index;
use crate::vocab::{self, dcterms, foaf, oa, rdf, rdfs, skos, stp};
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::BTreeMap;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The properties that name a thing, the best first.
pub const LABELS: &[NamedNodeRef<'_>] =
    &[skos::PREF_LABEL, rdfs::LABEL, foaf::NAME, dcterms::TITLE, rdf::VALUE, oa::EXACT];

/// How many candidates or suggestions a message names.
const SHOWN: usize = 5;

/// What sort of thing is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `stp:Actor`.
    Actor,
    /// A `stp:Article`.
    Article,
    /// A `stp:Issue`.
    Issue,
    /// A `stp:Position`, which has no label: only its identifier names it.
    Position,
}

impl Kind {
    /// What people call it, which is also its part of an IRI and its prefix.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Article => "article",
            Self::Issue => "issue",
            Self::Position => "position",
        }
    }

    /// Its class.
    #[must_use]
    pub fn class(self) -> NamedNodeRef<'static> {
        match self {
            Self::Actor => stp::ACTOR,
            Self::Article => stp::ARTICLE,
            Self::Issue => stp::ISSUE,
            Self::Position => stp::POSITION,
        }
    }
}

/// A name that means no one thing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is called that.
    #[error("unknown {} `{name}`", kind.noun())]
    NotFound {
        /// What was looked for.
        kind: Kind,
        /// As it was typed.
        name: String,
        /// What is called nearly that, nearest first.
        nearest: Vec<String>,
    },
    /// Several things are called that.
    #[error("`{name}` can mean {} {}s", candidates.len(), kind.noun())]
    Ambiguous {
        /// What was looked for.
        kind: Kind,
        /// As it was typed.
        name: String,
        /// What it can mean: label, if it has one, and IRI.
        candidates: Vec<(Option<String>, NamedNode)>,
    },
}

impl NameError {
    /// What would do instead.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotFound { nearest, .. } => {
                did_you_mean(&nearest.iter().map(String::as_str).collect::<Vec<_>>())
            }
            Self::Ambiguous { candidates, .. } => {
                let shown = candidates.iter().take(SHOWN).map(|(label, iri)| match label {
                    Some(label) => format!("{} ({label})", slug(iri)),
                    None => slug(iri).to_owned(),
                });
                let more = if candidates.len() > SHOWN { " …" } else { "" };
                Some(format!("one of: {}{more}", shown.collect::<Vec<_>>().join(", ")))
            }
        }
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        let help = error.help();
        let usage = Self::usage(error.to_string());
        match help {
            Some(help) => usage.with_help(help),
            None => usage,
        }
    }
}

/// The names in a graph.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    index: &'a Index,
}

/// A thing and what it is called.
struct Thing {
    iri: NamedNode,
    preferred: Vec<String>,
    alternative: Vec<String>,
}

impl<'a> Names<'a> {
    /// The names in this graph.
    #[must_use]
    pub fn new(index: &'a Index) -> Self {
        Self { index }
    }

    /// The thing of this kind that a name means.
    ///
    /// A name is, in this order: an IRI, a prefixed name or the last part of an IRI; a label; an
    /// alternative label; a part of either, if it occurs in those of one thing only. Labels
    /// match whatever their case, accents, width and blanks.
    ///
    /// # Errors
    /// A name that means nothing, or several things.
    pub fn find(&self, kind: Kind, name: &str) -> Result<NamedNode, NameError> {
        let name = name.trim();
        if let Some(iri) = iris(kind, name).into_iter().find(|iri| self.is_a(iri, kind)) {
            return Ok(iri);
        }
        let things = self.things(kind);
        let (wanted, identifier) =
            (fold(name), name.strip_prefix(&format!("{}:", kind.noun())).unwrap_or(name));
        let any =
            |labels: &[String], test: &dyn Fn(&str) -> bool| labels.iter().any(|label| test(&fold(label)));
        let tests: [&dyn Fn(&Thing) -> bool; 4] = [
            // Things below another base than the usual one.
            &|thing| slug(&thing.iri) == identifier,
            &|thing| any(&thing.preferred, &|label| label == wanted),
            &|thing| any(&thing.alternative, &|label| label == wanted),
            &|thing| {
                !wanted.is_empty()
                    && [&thing.preferred, &thing.alternative]
                        .iter()
                        .any(|labels| any(labels, &|label| label.contains(&wanted)))
            },
        ];
        for test in tests {
            let found: Vec<&Thing> = things.iter().filter(|thing| test(thing)).collect();
            match found.as_slice() {
                [] => {}
                [thing] => return Ok(thing.iri.clone()),
                several => {
                    let candidate = |thing: &&Thing| (thing.preferred.first().cloned(), thing.iri.clone());
                    let candidates = several.iter().map(candidate).collect();
                    return Err(NameError::Ambiguous { kind, name: name.to_owned(), candidates });
                }
            }
        }
        Err(NameError::NotFound { kind, name: name.to_owned(), nearest: suggestions(&things, name) })
    }

    fn is_a(&self, iri: &NamedNode, kind: Kind) -> bool {
        self.index.matching(Some(iri.into()), Some(rdf::TYPE), Some(kind.class().into())).next().is_some()
    }

    /// All things of a kind, sorted by IRI, their labels sorted.
    fn things(&self, kind: Kind) -> Vec<Thing> {
        let instances = self.index.matching(None, Some(rdf::TYPE), Some(kind.class().into()));
        let mut things: BTreeMap<String, Thing> = BTreeMap::new();
        for instance in instances {
            let NamedOrBlankNode::NamedNode(iri) = instance.subject else { continue };
            let labels = |property: NamedNodeRef<'_>| {
                let triples = self.index.matching(Some(iri.as_ref().into()), Some(property), None);
                let mut labels: Vec<String> = triples
                    .filter_map(|triple| match triple.object {
                        Term::Literal(literal) => Some(literal.value().to_owned()),
                        _ => None,
                    })
                    .collect();
                labels.sort_unstable();
                labels
            };
            let preferred = LABELS.iter().map(|property| labels(*property)).find(|labels| !labels.is_empty());
            let (preferred, alternative) = (preferred.unwrap_or_default(), labels(skos::ALT_LABEL));
            things.insert(iri.as_str().to_owned(), Thing { iri, preferred, alternative });
        }
        things.into_values().collect()
    }
}

/// The IRIs that a name can stand for by itself.
fn iris(kind: Kind, name: &str) -> Vec<NamedNode> {
    let bare = name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).unwrap_or(name);
    let mut iris = vec![bare.to_owned()];
    if let Some((prefix, local)) = name.split_once(':') {
        let known = vocab::PREFIXES.iter().filter(|(known, _)| *known == prefix);
        iris.extend(known.map(|(_, namespace)| format!("{namespace}{local}")));
    }
    let (base, noun) = (vocab::DEFAULT_BASE, kind.noun());
    let local = name.strip_prefix(noun).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
    iris.push(format!("{base}{noun}/{local}"));
    iris.into_iter().filter_map(|iri| NamedNode::new(iri).ok()).collect()
}

/// The last part of an IRI.
fn slug(iri: &NamedNode) -> &str {
    let iri = iri.as_str();
    iri.rfind(['/', '#']).map_or(iri, |at| &iri[at + 1..])
}

/// What is called nearly that; identifiers only of what has no label.
fn suggestions(things: &[Thing], name: &str) -> Vec<String> {
    let candidates = things.iter().flat_map(|thing| {
        let labels = thing.preferred.iter().chain(&thing.alternative).map(String::as_str);
        labels.chain(thing.preferred.is_empty().then(|| slug(&thing.iri)))
    });
    nearest(name, candidates, 3).into_iter().map(str::to_owned).collect()
}

/// A text without case, accents, width and superfluous blanks: `ＫYЇV ` = `kyiv`.
#[must_use]
pub fn fold(text: &str) -> String {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).nfc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folding_forgets_case_accents_width_and_blanks() {
        assert_eq!(fold("  ＫYÍV \t Post"), "kyiv post");
        assert_eq!(fold("ﬁnal Å"), "final a");
        assert_eq!(fold("КИЇВ"), fold("київ"));
    }
}
