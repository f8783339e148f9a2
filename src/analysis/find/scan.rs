//! Going through the texts of a graph, and from texts to the things that they are of.

use super::pattern::{Match, Pattern};
use super::{Field, Hit, Hits, Kind};
use crate::analysis::show;
use crate::model::identity::id_of;
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{dcterms, foaf, oa, rdf, rdfs, skos, stp};
use crate::model::{Concept, List, Status};
use crate::store::GraphReader;
use crate::store::names;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::cmp::Ordering;
use std::collections::HashSet;

/// What holds texts, and which.
const TEXTS: &[(NamedNodeRef<'static>, Field)] = &[
    (skos::PREF_LABEL, Field::Label),
    (foaf::NAME, Field::Label),
    (dcterms::TITLE, Field::Label),
    (rdfs::LABEL, Field::Label),
    (skos::ALT_LABEL, Field::Alias),
    (oa::EXACT, Field::Quote),
    (rdf::VALUE, Field::Time),
];

/// From words to selector, span, condition and position are three steps.
const STEPS: usize = 4;

/// A text with words that are looked for.
struct Text {
    of: NamedOrBlankNode,
    field: Field,
    text: String,
    found: Match,
}

impl Text {
    /// The better first; what is equal is told apart by status, which takes longer to find out.
    fn rank(&self, other: &Self) -> Ordering {
        let class =
            |text: &Self| (text.found.fit.is_guess(), !text.field.is_name(), text.found.fit, text.field);
        class(self).cmp(&class(other))
    }

    fn order(&self, other: &Self) -> Ordering {
        self.rank(other)
            .then_with(|| self.text.len().cmp(&other.text.len()))
            .then_with(|| self.text.cmp(&other.text))
            .then_with(|| self.of.to_string().cmp(&other.of.to_string()))
    }
}

pub(super) struct Scan<'a> {
    index: &'a dyn GraphReader,
    pattern: &'a Pattern,
    kind: Option<Kind>,
    seen: HashSet<NamedNode>,
    prefixes: Prefixes,
}

impl<'a> Scan<'a> {
    pub(super) fn new(index: &'a dyn GraphReader, pattern: &'a Pattern, kind: Option<Kind>) -> Self {
        Self { index, pattern, kind, seen: HashSet::new(), prefixes: Prefixes::known() }
    }

    /// The best hits.
    pub(super) fn best(mut self, limit: usize) -> Hits {
        let (mut texts, partial) = self.texts();
        // A guess counts only where nothing fits without.
        for names in [true, false] {
            let of_group = |text: &Text| text.field.is_name() == names;
            if texts.iter().any(|text| of_group(text) && !text.found.fit.is_guess()) {
                texts.retain(|text| !of_group(text) || !text.found.fit.is_guess());
            }
        }
        texts.sort_by(Text::order);
        let mut found = Hits { partial, ..Hits::default() };
        // Things are looked up no further than they are wanted.
        for class in texts.chunk_by(|a, b| a.rank(b) == Ordering::Equal) {
            let mut waiting = Vec::new();
            for text in class {
                for (kind, iri) in self.owners(&text.of) {
                    if found.hits.len() == limit {
                        found.more = true;
                        return found;
                    }
                    let hit = self.hit(kind, iri, text);
                    if hit.in_force { found.hits.push(hit) } else { waiting.push(hit) }
                }
            }
            let room = limit - found.hits.len();
            found.more = waiting.len() > room;
            found.hits.extend(waiting.into_iter().take(room));
            if found.more {
                return found;
            }
        }
        found
    }

    /// The texts that have all of the words, or else those that have most; and whether it is these.
    fn texts(&self) -> (Vec<Text>, bool) {
        let mut most = 1;
        let mut texts: Vec<Text> = Vec::new();
        let mut best = Vec::new();
        let mut look = |of: NamedOrBlankNode, field: Field, text: String| {
            let Some(found) = self.pattern.fit(&text, &mut best) else { return };
            if found.words > most {
                texts.clear();
                most = found.words;
            }
            if found.words == most {
                texts.push(Text { of, field, text, found });
            }
        };
        for (property, field) in TEXTS {
            for triple in self.index.matching(None, Some(*property), None) {
                if let Term::Literal(text) = triple.object {
                    let (text, ..) = text.destruct();
                    look(triple.subject, *field, text);
                }
            }
        }
        for iri in nameless(self.index) {
            let id = id_of(&iri).to_owned();
            look(iri.into(), Field::Id, id);
        }
        for text in texts.iter_mut().filter(|text| text.field == Field::Label) {
            if self.is_part(&text.of) {
                text.field = Field::Part;
            }
        }
        (texts, most < self.pattern.len())
    }

    /// Whether its label is no name, but says what an article states.
    fn is_part(&self, node: &NamedOrBlankNode) -> bool {
        let parts = [stp::CONDITION, stp::REASON, stp::EVENT, stp::MEASURE, stp::RELATION, stp::OFFICE_CLAIM];
        parts.into_iter().any(|class| self.is_a(node, class))
    }

    fn is_a(&self, node: &NamedOrBlankNode, class: NamedNodeRef<'_>) -> bool {
        self.index.matching(Some(node.as_ref()), Some(rdf::TYPE), Some(class.into())).next().is_some()
    }

    fn kind(&self, node: &NamedOrBlankNode) -> Option<Kind> {
        let of_case = |list: &List| {
            let scheme = Some(list.iri().into());
            self.index.matching(Some(node.as_ref()), Some(skos::IN_SCHEME), scheme).next().is_some()
        };
        if self.is_a(node, skos::CONCEPT) && List::ALL.iter().any(of_case) {
            return Some(Kind::Term);
        }
        Kind::ALL.into_iter().find(|kind| match (kind.class(), node) {
            (Some(class), _) => self.is_a(node, class),
            (None, NamedOrBlankNode::NamedNode(iri)) => iri.as_str().starts_with(stp::NAMESPACE),
            (None, NamedOrBlankNode::BlankNode(_)) => false,
        })
    }

    /// The things that a text's node is, or is part of, and that are wanted and new.
    fn owners(&mut self, node: &NamedOrBlankNode) -> Vec<(Kind, NamedNode)> {
        let mut owners = Vec::new();
        let mut level = vec![node.clone()];
        for _ in 0..STEPS {
            let mut above = Vec::new();
            for node in level {
                match (self.kind(&node), node) {
                    (Some(kind), NamedOrBlankNode::NamedNode(iri)) => {
                        if self.kind.is_none_or(|wanted| wanted == kind) && self.seen.insert(iri.clone()) {
                            owners.push((kind, iri));
                        }
                    }
                    (_, node) => {
                        let node: Term = node.into();
                        above.extend(self.index.matching(None, None, Some(node.as_ref())).map(|t| t.subject));
                    }
                }
            }
            level = above;
        }
        owners.sort_by(|a, b| a.1.as_str().cmp(b.1.as_str()));
        owners
    }

    fn hit(&self, kind: Kind, iri: NamedNode, text: &Text) -> Hit {
        let id =
            names::handle(iri.as_str()).map_or_else(|| self.prefixes.shorten(iri.as_ref()), str::to_owned);
        let label = match kind {
            Kind::Position | Kind::Event | Kind::Figure | Kind::Relation | Kind::OfficeClaim => {
                show::sentence(self.index, &iri)
            }
            _ => names::thing(self.index, iri.clone()).label,
        };
        let status = Some(Status::InForce.iri().into());
        let in_force = kind != Kind::Position
            || self
                .index
                .matching(Some(iri.as_ref().into()), Some(stp::prop::STATUS), status)
                .next()
                .is_some();
        // Of several words some may be fitted better elsewhere in the text than the worst allows.
        let words = self.pattern.places(&text.text, text.found.fit);
        Hit {
            kind,
            id,
            label,
            field: text.field,
            text: text.text.clone(),
            words,
            fit: text.found.fit,
            in_force,
            iri,
        }
    }
}

/// Articles without a title, which are called by the end of their IRI.
fn nameless(index: &dyn GraphReader) -> Vec<NamedNode> {
    let articles = index.matching(None, Some(rdf::TYPE), Some(stp::ARTICLE.into()));
    articles
        .filter_map(|triple| match triple.subject {
            NamedOrBlankNode::NamedNode(iri) => Some(iri),
            NamedOrBlankNode::BlankNode(_) => None,
        })
        .filter(|iri| names::label(index, iri.as_ref().into()).is_none())
        .collect()
}

/// What things are called; of one kind if one is given.
pub(super) fn names(index: &dyn GraphReader, kind: Option<Kind>) -> Vec<String> {
    let properties = TEXTS.iter().filter(|(_, field)| field.is_name());
    let named = properties.flat_map(|(property, _)| index.matching(None, Some(*property), None));
    named
        .filter(|triple| match kind.and_then(Kind::class) {
            Some(class) => index
                .matching(Some(triple.subject.as_ref()), Some(rdf::TYPE), Some(class.into()))
                .next()
                .is_some(),
            None => true,
        })
        .filter_map(|triple| match triple.object {
            Term::Literal(name) => Some(name.value().to_owned()),
            _ => None,
        })
        .collect()
}
