//! Coders by name: who they are, and which of them is meant.

use super::text_of;
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::base::fold::normalize_name;
use crate::model::document::Apart;
use crate::model::identity::id_of;
use crate::model::vocab::{foaf, prov, stp};
use crate::model::{CodingRole, Concept};
use crate::store::GraphReader;
use crate::store::index::coders::Coders;
use oxrdf::{NamedNode, Term};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who has coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coder {
    /// Their IRI.
    pub iri: NamedNode,
    /// Their name; their IRI where they have none.
    pub name: String,
    /// Roles of their codings.
    pub roles: BTreeSet<CodingRole>,
}

/// All coders, by name: those of a graph, and those of codings apart from it.
pub fn coders<'a>(graph: &dyn GraphReader, apart: impl IntoIterator<Item = &'a Apart>) -> Vec<Coder> {
    let mut found: BTreeMap<String, (String, BTreeSet<CodingRole>)> = BTreeMap::new();
    for triple in graph.matching(None, Some(prov::WAS_ASSOCIATED_WITH), None) {
        let Term::NamedNode(coder) = triple.object else { continue };
        let name = text_of(graph, &coder, foaf::NAME).unwrap_or_else(|| coder.as_str().to_owned());
        let coding = Some(triple.subject.as_ref());
        let roles = graph.matching(coding, Some(stp::prop::CODING_ROLE), None).filter_map(|triple| {
            let Term::NamedNode(role) = triple.object else { return None };
            CodingRole::from_iri(role.as_ref())
        });
        let role = roles.min().unwrap_or(CodingRole::First);
        found.entry(coder.into_string()).or_insert((name, BTreeSet::new())).1.insert(role);
    }
    for coding in apart {
        for (iri, name) in &coding.coders {
            found.entry(iri.clone()).or_insert_with(|| (name.clone(), BTreeSet::new())).1.insert(coding.role);
        }
    }
    let coder = |(iri, (name, roles))| Coder { iri: NamedNode::new_unchecked(iri), name, roles };
    let mut coders: Vec<Coder> = found.into_iter().map(coder).collect();
    coders.sort_by(|one, other| one.name.cmp(&other.name));
    coders
}

/// The coder whom a name, id or IRI stands for.
///
/// # Errors
/// Nobody, or more than one, has that name.
pub fn one_coder<'c>(coders: &'c [Coder], text: &str) -> Result<&'c Coder> {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
    let wanted = normalize_name(bare);
    let is_called = |coder: &&Coder| {
        coder.iri.as_str() == bare
            || normalize_name(&coder.name) == wanted
            || normalize_name(id_of(&coder.iri)) == wanted
    };
    let found: Vec<&Coder> = coders.iter().filter(is_called).collect();
    match found.as_slice() {
        [coder] => Ok(coder),
        [] => {
            let names = coders.iter().map(|coder| coder.name.as_str());
            let near = did_you_mean(&nearest(bare, names, 3));
            let help =
                near.map(|near| format!("{near} {}", listed(coders))).unwrap_or_else(|| listed(coders));
            Err(Error::usage(format!("no coder matches `{text}`")).with_help(help))
        }
        several => {
            let iris: Vec<&str> = several.iter().map(|coder| coder.iri.as_str()).collect();
            let number = several.len();
            Err(Error::usage(format!(
                "`{text}` matches {number} coders; choose one:\n  {}",
                iris.join("\n  ")
            )))
        }
    }
}

/// The coders whom `--coder` asks for: `all`, or one by name.
///
/// # Errors
/// As [`one_coder`].
pub fn chosen(coders: &[Coder], text: &str) -> Result<Coders> {
    if normalize_name(text) == "all" {
        return Ok(Coders::All);
    }
    one_coder(coders, text).map(|coder| Coders::One(coder.iri.clone()))
}

/// "the coders: Ana Berg (first), Bo Lund (second)".
#[must_use]
pub fn listed(coders: &[Coder]) -> String {
    let coder = |coder: &Coder| {
        let roles: Vec<&str> = coder.roles.iter().map(|role| role.word()).collect();
        format!("{} ({})", coder.name, roles.join(", "))
    };
    match coders {
        [] => "the data name no coder".to_owned(),
        coders => format!("the coders: {}", coders.iter().map(coder).collect::<Vec<_>>().join(", ")),
    }
}
