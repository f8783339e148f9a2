//! Coded texts: a document written back as the article with its words marked.
//!
//! Two designs were weighed for documents that were loaded as coded texts. A writer that rebuilds the file from
//! what it says would need no copy of it, and cannot know the order of attributes, comments, or what was written
//! out and what was left to a default. The store keeps the file instead, and the bytes are the same by
//! construction. The writer here is for documents that came as something else. What it writes is read again, and
//! held against the document: what a coded text cannot say is never left out silently.

mod facts;
mod front;
mod layout;
mod marks;

use crate::base::error::{Error, Result};
use crate::ingest;
use crate::ingest::stored::Stored;
use crate::model::document::{self, Document};
use crate::model::identity::{Base, id_of};
use crate::model::ontology;
use crate::model::registry::{Kind, Lookup, Registry};
use crate::model::text::ArticleText;
use crate::model::vocab::{schema, stp};
use crate::store::index::Index;
use facts::Facts;
use front::Front;
use marks::Records;
use oxrdf::{NamedNode, Term, Triple};

/// Function that gives the name by which a sheet can call a thing of a kind.
type Names<'a> = dyn Fn(Kind, &NamedNode) -> String + 'a;

/// Why a document is not written as a coded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// It states nothing about an article: a registry.
    NoArticle,
    /// It states something about several articles.
    SeveralArticles,
    /// The text of its article is not at hand.
    NoText,
    /// It says something that no coded text can say.
    Unsayable,
}

impl Unwritten {
    /// The reason, for a sentence about the document.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoArticle => "it states nothing about an article",
            Self::SeveralArticles => "it states something about several articles",
            Self::NoText => "the text of its article is not at hand",
            Self::Unsayable => "it says something that a coded text cannot say",
        }
    }
}

/// The articles that a document states something about.
///
/// # Errors
/// Its content cannot be read.
pub fn articles(document: &Document) -> Result<Vec<NamedNode>> {
    let Some(facts) = facts(document)? else { return Ok(Vec::new()) };
    Ok(Records::articles(&facts).into_iter().cloned().collect())
}

fn facts(document: &Document) -> Result<Option<Facts>> {
    let text = document.ntriples.text().map_err(Error::temporary)?;
    let triples: std::result::Result<Vec<_>, _> = document::parse(&text).collect();
    Ok(triples.ok().and_then(Facts::new))
}

/// A document as a coded text that encodes to the same triples; `graph` knows what its names mean, and `text`
/// finds the text of an article.
///
/// # Errors
/// Its content cannot be read. Why there is no coded text of it is no error.
pub fn coded_text(
    document: &Document,
    graph: &Index,
    text: &dyn Fn(&NamedNode) -> Result<Option<ArticleText>>,
) -> Result<std::result::Result<String, Unwritten>> {
    let Some(facts) = facts(document)? else { return Ok(Err(Unwritten::Unsayable)) };
    let article = match Records::articles(&facts)[..] {
        [] => return Ok(Err(Unwritten::NoArticle)),
        [article] => article.clone(),
        _ => return Ok(Err(Unwritten::SeveralArticles)),
    };
    let Some(text) = text(&article)? else { return Ok(Err(Unwritten::NoText)) };
    let known = || Box::new(Stored::new(graph.clone(), ontology::schemes()));
    let mut registry = Registry::default();
    registry.know(known());
    let names = |kind: Kind, thing: &NamedNode| {
        let id = id_of(thing);
        // A source may be an article, which is looked for after the actors.
        let found = match registry.look_up(kind, id) {
            Lookup::Unknown if kind == Kind::Actor => registry.look_up(Kind::Article, id),
            found => found,
        };
        // A word of the model means the model's concept.
        let is_model = matches!(kind, Kind::Concept(list) if list.model(id).is_some());
        if found == Lookup::Found(thing.clone()) && !is_model {
            id.to_owned()
        } else {
            thing.as_str().to_owned()
        }
    };
    let base = base(&facts);
    let front = Front { facts: &facts, names: &names, base: &base }.write(&document.name, &article);
    let own = document.ntriples.text().map_err(Error::temporary)?;
    // Whether a field may be left to its default, the reader knows.
    for in_full in [false, true] {
        let records = Records { facts: &facts, text: &text, names: &names, in_full }.all();
        let written = format!("---\n{front}---\n{}", layout::layout(&text, &records, &names));
        let again = ingest::encode_coded_text(&document.origin, written.clone(), &document.name, known());
        if again.is_some_and(|again| again == *own) {
            return Ok(Ok(written));
        }
    }
    Ok(Err(Unwritten::Unsayable))
}

/// The SHA-256 that the graph states of the text of an article.
#[must_use]
pub fn hashes(graph: &Index, article: &NamedNode) -> Vec<String> {
    let stated = graph.matching(Some(article.as_ref().into()), Some(schema::SHA256), None);
    let hash = |triple: Triple| {
        if let Term::Literal(hash) = triple.object { Some(hash.value().to_owned()) } else { None }
    };
    stated.filter_map(hash).collect()
}

/// The base of the IRIs of what a document states.
fn base(facts: &Facts) -> Base {
    let classes = [
        (stp::POSITION, "position"),
        (stp::EVENT, "event"),
        (stp::MEASURE, "measure"),
        (stp::RELATION, "relation"),
        (stp::OFFICE_CLAIM, "office-claim"),
        (stp::CODING, "coding"),
    ];
    let found = classes.into_iter().find_map(|(class, kind)| {
        let iri = facts.of_class(class).into_iter().next()?.as_str();
        Base::new(iri.rsplit_once(&format!("{kind}/"))?.0).ok()
    });
    found.unwrap_or_default()
}
