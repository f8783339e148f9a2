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

/// The direct triples that these triples lead to.
///
/// In the order in which the positions are first seen, and once for each: an actor who says the same thing
/// twice gives the same triple twice.
pub fn derive<'a>(triples: impl IntoIterator<Item = &'a Triple>) -> impl Iterator<Item = Triple> {
    let mut positions = Positions::default();
    for triple in triples {
        positions.observe(triple);
    }
    positions.direct_triples()
}

/// What has been seen of positions, triple by triple, in any order.
///
/// They are kept in the order in which they were first seen: the graph, and with it the rows of
/// a query that asks for no order, must not differ from one run to the next.
#[derive(Debug, Default)]
pub struct Positions {
    seen: Vec<Seen>,
    places: HashMap<NamedOrBlankNode, usize>,
}

/// As the query has it, a position with two actors gives both of them its stance.
#[derive(Debug, Default)]
struct Seen {
    actors: Vec<NamedOrBlankNode>,
    stances: Vec<Stance>,
    issues: Vec<Term>,
    in_force: bool,
}

impl Positions {
    /// Takes note of the triple if it says something that direct triples depend on.
    pub fn observe(&mut self, triple: &Triple) {
        let predicate = triple.predicate.as_ref();
        if predicate == stp::prop::ACTOR {
            if let Some(actor) = resource(&triple.object) {
                self.of(triple).actors.push(actor);
            }
        } else if predicate == stp::prop::STANCE {
            if let Some(stance) = concept(&triple.object) {
                self.of(triple).stances.push(stance);
            }
        } else if predicate == stp::prop::ISSUE {
            self.of(triple).issues.push(triple.object.clone());
        } else if predicate == stp::prop::STATUS && concept(&triple.object) == Some(Status::InForce) {
            self.of(triple).in_force = true;
        }
    }

    /// The direct triples of all positions in force, as [`derive()`] gives them.
    pub fn direct_triples(self) -> impl Iterator<Item = Triple> {
        self.seen.into_iter().filter(|position| position.in_force).flat_map(Seen::direct_triples)
    }

    fn of(&mut self, triple: &Triple) -> &mut Seen {
        // The triples of one position stand together, so the subject is nearly always known:
        // look before cloning.
        let place = match self.places.get(&triple.subject) {
            Some(place) => *place,
            None => {
                self.places.insert(triple.subject.clone(), self.seen.len());
                self.seen.push(Seen::default());
                self.seen.len() - 1
            }
        };
        &mut self.seen[place]
    }
}

impl Seen {
    fn direct_triples(self) -> Vec<Triple> {
        let mut triples = Vec::with_capacity(1);
        for actor in &self.actors {
            for stance in &self.stances {
                for issue in &self.issues {
                    triples.push(Triple::new(actor.clone(), stance.direct_property(), issue.clone()));
                }
            }
        }
        triples
    }
}

fn resource(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
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
        for status in ["", "p status stp:Superseded", "p status stp:Retracted", "p status stp:Disputed"] {
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
    fn every_pair_of_actor_and_issue_counts() {
        let position = "p actor a\n p actor b\n p stance stp:Supports\n p issue i\n p status stp:InForce";
        assert_eq!(direct(position), "<ex:a> <stp:supports> <ex:i> .\n<ex:b> <stp:supports> <ex:i> .\n");
    }
}
