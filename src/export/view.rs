//! What of a graph is written: all, the direct triples alone, or all with RDF 1.2 reifiers.

use crate::model::Stance;
use crate::model::encode::direct::{self, Parts};
use crate::model::identity::stands_for_triple_term;
use crate::model::vocab::{rdf, stp};
use crate::store::GraphReader;
use crate::store::names::LABELS;
use oxrdf::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, Triple};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How positions are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Everything, as it is queried.
    #[default]
    Full,
    /// Only actor–stance–issue, for positions in force, and the labels to read it by.
    Direct,
    /// Everything, and each position as the reifier of its direct triple:
    /// `position:… rdf:reifies <<( actor:… stp:supports issue:… )>>`.
    ///
    /// The direct triple itself is asserted only where the position is in force, which is just
    /// the difference that RDF 1.2 makes between reifying and asserting.
    Rdf12,
}

impl View {
    /// All views, the default first.
    pub const ALL: &'static [Self] = &[Self::Full, Self::Direct, Self::Rdf12];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Direct => "direct",
            Self::Rdf12 => "rdf12",
        }
    }
}

/// The direct triples among these, and a label of each actor and issue in them.
pub(super) fn direct_view(index: &dyn GraphReader, triples: impl Iterator<Item = Triple>) -> Vec<Triple> {
    let mut direct: Vec<Triple> =
        triples.filter(|t| Stance::from_direct_property(t.predicate.as_ref()).is_some()).collect();
    let named: BTreeSet<NamedNode> = direct
        .iter()
        .flat_map(|triple| [Term::from(triple.subject.clone()), triple.object.clone()])
        .filter_map(|end| NamedNode::try_from(end).ok())
        .collect();
    for node in named {
        // In every language, by the first property that gives it a name at all.
        let labels = LABELS.iter().map(|property| {
            index.matching(Some(node.as_ref().into()), Some(*property), None).collect::<Vec<_>>()
        });
        direct.extend(labels.into_iter().find(|labels| !labels.is_empty()).unwrap_or_default());
    }
    direct
}

/// `position rdf:reifies <<( actor direct-property issue )>>` for the positions among these triples.
pub(super) fn reifiers(index: &dyn GraphReader, triples: &[Triple]) -> Vec<Triple> {
    let is_position = |t: &&Triple| t.predicate == rdf::TYPE && t.object == stp::POSITION.into();
    let mut reifiers = Vec::new();
    for position in triples.iter().filter(is_position).map(|triple| &triple.subject) {
        for triple in stated_triples(index, position.as_ref()) {
            reifiers.push(Triple::new(position.clone(), rdf::REIFIES, triple));
        }
    }
    reifiers
}

/// Takes the direction off a text (`"…"@he--rtl`), which RDF 1.1 does not know; whether it had one.
pub(super) fn drop_direction(triple: &mut Triple) -> bool {
    let Term::Literal(literal) = &triple.object else { return false };
    let (Some(language), Some(_)) = (literal.language(), literal.direction()) else { return false };
    let plain = Literal::new_language_tagged_literal_unchecked(literal.value(), language.to_owned());
    triple.object = plain.into();
    true
}

/// What a triple is made a statement by (<https://www.w3.org/TR/rdf12-schema/#ch_reificationvocab>).
#[derive(Default)]
struct Statement<'t> {
    subjects: Vec<&'t Term>,
    predicates: Vec<&'t Term>,
    objects: Vec<&'t Term>,
    is_typed: bool,
    /// Number of triples in which it is the subject.
    about: usize,
}

impl Statement<'_> {
    /// Its triple; none if it lacks a part, or has several.
    fn triple(&self) -> Option<Triple> {
        let ([subject], [Term::NamedNode(predicate)], [object]) =
            (&self.subjects[..], &self.predicates[..], &self.objects[..])
        else {
            return None;
        };
        let subject = NamedOrBlankNode::try_from((*subject).clone()).ok()?;
        self.is_typed.then(|| Triple::new(subject, predicate.clone(), (*object).clone()))
    }
}

/// Greatest depth of triple terms inside others.
const DEEPEST: usize = 64;

/// These triples with reifiers in the place of `rdf:Statement`s, and with triple terms where a statement
/// stands for one.
pub(super) fn triple_terms(triples: Vec<Triple>) -> Vec<Triple> {
    let is_part = |triple: &Triple| {
        let property = triple.predicate.as_ref();
        [rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT].contains(&property)
            || (property == rdf::TYPE && triple.object == rdf::STATEMENT.into())
    };
    let mut statements: HashMap<&NamedOrBlankNode, Statement<'_>> = HashMap::new();
    for triple in triples.iter().filter(|triple| is_part(triple)) {
        let statement = statements.entry(&triple.subject).or_default();
        match triple.predicate.as_ref() {
            rdf::SUBJECT => statement.subjects.push(&triple.object),
            rdf::PREDICATE => statement.predicates.push(&triple.object),
            rdf::OBJECT => statement.objects.push(&triple.object),
            _ => statement.is_typed = true,
        }
    }
    if statements.is_empty() {
        return triples;
    }
    for triple in &triples {
        if let Some(statement) = statements.get_mut(&triple.subject) {
            statement.about += 1;
        }
    }
    let restored: HashMap<NamedOrBlankNode, Triple> = statements
        .iter()
        .filter_map(|(node, statement)| Some(((*node).clone(), statement.triple()?)))
        .collect();
    // Of a triple term nothing is said but its parts.
    let terms: HashSet<NamedOrBlankNode> = restored
        .keys()
        .filter(|node| statements[node].about == PARTS)
        .filter(|node| matches!(node, NamedOrBlankNode::NamedNode(name) if stands_for_triple_term(name)))
        .cloned()
        .collect();
    let term = |object: Term| term_of(object, &restored, &terms, DEEPEST);
    let reifiers = restored.iter().filter(|(node, _)| !terms.contains(*node)).map(|(node, triple)| {
        let triple = Triple { object: term(triple.object.clone()), ..triple.clone() };
        Triple::new(node.clone(), rdf::REIFIES, triple)
    });
    let others = triples.iter().filter(|triple| !(is_part(triple) && restored.contains_key(&triple.subject)));
    let others = others.map(|triple| Triple { object: term(triple.object.clone()), ..triple.clone() });
    reifiers.chain(others).collect()
}

/// Number of triples that make a statement.
const PARTS: usize = 4;

/// An object with triple terms in the place of the nodes that stand for them.
fn term_of(
    object: Term,
    restored: &HashMap<NamedOrBlankNode, Triple>,
    terms: &HashSet<NamedOrBlankNode>,
    depth: usize,
) -> Term {
    let Ok(node) = NamedOrBlankNode::try_from(object.clone()) else { return object };
    match restored.get(&node) {
        Some(triple) if depth > 0 && terms.contains(&node) => {
            let inner = term_of(triple.object.clone(), restored, terms, depth - 1);
            Term::Triple(Box::new(Triple { object: inner, ..triple.clone() }))
        }
        _ => object,
    }
}

/// What a position states, in force or not; several triples where it has several actors, stances or issues.
pub(super) fn stated_triples(index: &dyn GraphReader, position: NamedOrBlankNodeRef<'_>) -> Vec<Triple> {
    direct::stated_triples_of(&parts(index, position))
}

/// What the rule of direct triples reads of a position.
pub(super) fn parts(index: &dyn GraphReader, position: NamedOrBlankNodeRef<'_>) -> Parts<Term> {
    let has = |property| objects(index, position, property).collect();
    Parts {
        actors: has(stp::prop::ACTOR),
        stances: has(stp::prop::STANCE),
        issues: has(stp::prop::ISSUE),
        statuses: has(stp::prop::STATUS),
    }
}

/// The objects of one property of a subject.
pub(super) fn objects(
    index: &dyn GraphReader,
    subject: NamedOrBlankNodeRef<'_>,
    predicate: NamedNodeRef<'_>,
) -> impl Iterator<Item = Term> {
    index.matching(Some(subject), Some(predicate), None).map(|triple| triple.object)
}
