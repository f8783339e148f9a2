//! The direct triples actor–stance–issue, derived from positions.
//!
//! What is derived is, in SPARQL,
//!
//! ```sparql
//! CONSTRUCT { ?actor ?property ?issue } WHERE {
//!   ?position stp:actor ?actor ; stp:issue ?issue ; stp:stance/stp:directProperty ?property ;
//!             stp:status stp:InForce }
//! ```
//!
//! over everything that is known, because one document may retract what another states.
//! Deliberately absent: stances that are not the ontology's own; nothing is in force by
//! default.

use crate::model::vocab::stp;
use crate::model::{Concept, Stance, Status};
use oxigraph::model::{NamedOrBlankNode, Term, Triple};
use std::collections::HashMap;
use std::convert::Infallible;

/// A representation of terms over which the rule is applied: parsed terms, ids of an index, words of
/// N-Triples.
pub trait Terms {
    /// One term.
    type Term: Clone;
    /// Why a term cannot be looked at.
    type Error;

    /// Whether it is the status of positions in force.
    fn is_in_force(&self, status: &Self::Term) -> bool;

    /// Whether it is an IRI or a blank node: literals act for nobody.
    ///
    /// # Errors
    /// The term cannot be looked at.
    fn is_resource(&self, actor: &Self::Term) -> Result<bool, Self::Error>;

    /// The property of the direct triples of a stance; none for what is no stance of the ontology.
    fn direct_property(&self, stance: &Self::Term) -> Option<Self::Term>;
}

/// What is said of one position by the properties that the rule reads; each may have several values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<T> {
    /// Objects of `stp:actor`.
    pub actors: Vec<T>,
    /// Objects of `stp:stance`.
    pub stances: Vec<T>,
    /// Objects of `stp:issue`.
    pub issues: Vec<T>,
    /// Objects of `stp:status`.
    pub statuses: Vec<T>,
}

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self { actors: Vec::new(), stances: Vec::new(), issues: Vec::new(), statuses: Vec::new() }
    }
}

/// The direct triples of one position: none if it is not in force, else all that it states. This is the
/// rule, and the only place where it stands.
///
/// # Errors
/// A term that cannot be looked at; what `take` returns.
pub fn direct_triples<T: Terms>(
    terms: &T,
    parts: &Parts<T::Term>,
    take: impl FnMut([T::Term; 3]) -> Result<(), T::Error>,
) -> Result<(), T::Error> {
    match parts.statuses.iter().any(|status| terms.is_in_force(status)) {
        true => stated_triples(terms, parts, take),
        false => Ok(()),
    }
}

/// What one position states, in force or not, as triples actor–property–issue: one for each combination of
/// an actor, a stance of the ontology and an issue.
///
/// # Errors
/// A term that cannot be looked at; what `take` returns.
pub fn stated_triples<T: Terms>(
    terms: &T,
    parts: &Parts<T::Term>,
    mut take: impl FnMut([T::Term; 3]) -> Result<(), T::Error>,
) -> Result<(), T::Error> {
    for actor in &parts.actors {
        if !terms.is_resource(actor)? {
            continue;
        }
        for property in parts.stances.iter().filter_map(|stance| terms.direct_property(stance)) {
            for issue in &parts.issues {
                take([actor.clone(), property.clone(), issue.clone()])?;
            }
        }
    }
    Ok(())
}

/// Terms as a parser gives them.
struct Parsed;

impl Terms for Parsed {
    type Term = Term;
    type Error = Infallible;

    fn is_in_force(&self, status: &Term) -> bool {
        concept(status) == Some(Status::InForce)
    }

    fn is_resource(&self, actor: &Term) -> Result<bool, Infallible> {
        Ok(matches!(actor, Term::NamedNode(_) | Term::BlankNode(_)))
    }

    fn direct_property(&self, stance: &Term) -> Option<Term> {
        concept(stance).map(|stance: Stance| stance.direct_property().into())
    }
}

/// The direct triples of one position.
#[must_use]
pub fn direct_triples_of(parts: &Parts<Term>) -> Vec<Triple> {
    let mut triples = Vec::new();
    let Ok(()) = direct_triples(&Parsed, parts, |triple| {
        triples.extend(parsed(triple));
        Ok(())
    });
    triples
}

/// What one position states, in force or not.
#[must_use]
pub fn stated_triples_of(parts: &Parts<Term>) -> Vec<Triple> {
    let mut triples = Vec::new();
    let Ok(()) = stated_triples(&Parsed, parts, |triple| {
        triples.extend(parsed(triple));
        Ok(())
    });
    triples
}

fn parsed([actor, property, issue]: [Term; 3]) -> Option<Triple> {
    let (Ok(actor), Term::NamedNode(property)) = (NamedOrBlankNode::try_from(actor), property) else {
        return None;
    };
    Some(Triple::new(actor, property, issue))
}

/// The direct triples that these triples lead to.
///
/// In the order in which the positions are first seen, and once for each: an actor who says the same thing
/// twice gives the same triple twice.
pub fn derive<'a>(triples: impl IntoIterator<Item = &'a Triple>) -> impl Iterator<Item = Triple> {
    let mut positions = Positions::default();
    for triple in triples {
        positions.observe(triple);
    }
    positions.seen.into_iter().flat_map(|parts| direct_triples_of(&parts))
}

/// What has been seen of positions, triple by triple, in any order.
///
/// They are kept in the order in which they were first seen: the graph, and with it the rows of
/// a query that asks for no order, must not differ from one run to the next.
#[derive(Debug, Default)]
struct Positions {
    seen: Vec<Parts<Term>>,
    places: HashMap<NamedOrBlankNode, usize>,
}

impl Positions {
    /// Takes note of the triple if it says something that direct triples depend on.
    fn observe(&mut self, triple: &Triple) {
        let part: fn(&mut Parts<Term>) -> &mut Vec<Term> = match triple.predicate.as_ref() {
            stp::prop::ACTOR => |parts| &mut parts.actors,
            stp::prop::STANCE => |parts| &mut parts.stances,
            stp::prop::ISSUE => |parts| &mut parts.issues,
            stp::prop::STATUS => |parts| &mut parts.statuses,
            _ => return,
        };
        part(self.of(triple)).push(triple.object.clone());
    }

    fn of(&mut self, triple: &Triple) -> &mut Parts<Term> {
        // The triples of one position stand together, so the subject is nearly always known:
        // look before cloning.
        let place = match self.places.get(&triple.subject) {
            Some(place) => *place,
            None => {
                self.places.insert(triple.subject.clone(), self.seen.len());
                self.seen.push(Parts::default());
                self.seen.len() - 1
            }
        };
        &mut self.seen[place]
    }
}

fn concept<C: Concept>(term: &Term) -> Option<C> {
    match term {
        Term::NamedNode(node) => C::from_iri(node.as_ref()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::parse;
    use oxigraph::model::{BlankNode, Literal, NamedNodeRef};

    /// The direct triples of a graph written without its customary prefixes, sorted.
    fn direct(triples: &str) -> String {
        let mut ntriples = String::new();
        for line in triples.lines().filter(|line| !line.trim().is_empty()) {
            let [s, p, o] = line.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{line}") };
            let stp = stp::NAMESPACE;
            ntriples += &format!(
                "<ex:{s}> <{stp}{p}> {} .\n",
                match o.strip_prefix("stp:") {
                    Some(local) => format!("<{stp}{local}>"),
                    None => format!("<ex:{o}>"),
                }
            );
        }
        let triples: Vec<Triple> = parse(&ntriples).collect::<Result<_, _>>().unwrap();
        crate::model::document::ntriples(derive(&triples)).replace(stp::NAMESPACE, "stp:")
    }

    #[test]
    fn a_position_in_force_gives_its_direct_triple() {
        let position = "p actor a\n p stance stp:ConditionallyOpposes\n p issue i\n p status stp:InForce";
        assert_eq!(direct(position), "<ex:a> <stp:conditionallyOpposes> <ex:i> .\n");
    }

    #[test]
    fn a_position_that_is_not_in_force_gives_none() {
        for status in [
            "",
            "p status stp:Superseded",
            "p status stp:Retracted",
            "p status stp:Disputed",
            "p status stp:Ambiguous",
        ] {
            assert_eq!(direct(&format!("p actor a\n p stance stp:Supports\n p issue i\n {status}")), "");
        }
    }

    #[test]
    fn the_parts_of_a_position_may_come_in_any_order_and_from_anywhere() {
        let interleaved = "p issue i\n q issue j\n p status stp:InForce\n q actor b\n p stance stp:Opposes
            q status stp:InForce\n p actor a\n q stance stp:Denies";
        assert_eq!(direct(interleaved), "<ex:a> <stp:opposes> <ex:i> .\n<ex:b> <stp:denies> <ex:j> .\n");
    }

    #[test]
    fn incomplete_positions_and_foreign_stances_give_none() {
        assert_eq!(direct("p actor a\n p issue i\n p status stp:InForce"), "");
        assert_eq!(direct("p actor a\n p stance mine\n p issue i\n p status stp:InForce"), "");
    }

    #[test]
    fn actors_may_be_blank_nodes_and_not_literals() {
        let about = |actor: Term| Parts {
            actors: vec![actor],
            stances: vec![Stance::Supports.iri().into()],
            issues: vec![NamedNodeRef::new_unchecked("ex:i").into()],
            statuses: vec![Status::InForce.iri().into()],
        };
        assert_eq!(direct_triples_of(&about(BlankNode::new_unchecked("x").into())).len(), 1);
        assert_eq!(direct_triples_of(&about(Literal::new_simple_literal("x").into())), []);
    }

    #[test]
    fn a_position_states_its_triple_in_force_or_not() {
        let mut parts = Parts {
            actors: vec![NamedNodeRef::new_unchecked("ex:a").into()],
            stances: vec![Stance::Supports.iri().into()],
            issues: vec![NamedNodeRef::new_unchecked("ex:i").into()],
            statuses: vec![Status::Superseded.iri().into()],
        };
        assert_eq!((stated_triples_of(&parts).len(), direct_triples_of(&parts).len()), (1, 0));
        parts.statuses.push(Status::InForce.iri().into());
        assert_eq!(stated_triples_of(&parts), direct_triples_of(&parts));
    }

    #[test]
    fn every_pair_of_actor_and_issue_counts() {
        let position = "p actor a\n p actor b\n p stance stp:Supports\n p issue i\n p status stp:InForce";
        assert_eq!(direct(position), "<ex:a> <stp:supports> <ex:i> .\n<ex:b> <stp:supports> <ex:i> .\n");
    }
}
