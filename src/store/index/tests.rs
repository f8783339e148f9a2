//! The index as it is read: what it holds of documents, and positions column by column.

use super::positions::{ONCE, PositionTable, Things};
use super::*;
use crate::model::Stance;
use crate::model::vocab::{prov, stp};
use oxrdf::{NamedNode, NamedOrBlankNode, Triple};
use proptest::prelude::*;

#[test]
fn a_triple_of_two_documents_counts_once() {
    let line = |s: &str| format!("<ex:{s}> <ex:p> \"o\" .\n");
    let documents = [line("a") + &line("b"), line("b") + &line("c")];
    let background: Vec<Triple> =
        crate::model::document::parse(&(line("c") + &line("d"))).collect::<Result<_, _>>().unwrap();
    let index = Index::from_ntriples(documents.iter().map(String::as_str), &background).unwrap();
    assert_eq!(index.len(), 4);
}

#[test]
fn what_one_document_leaves_open_another_may_settle() {
    let stp = stp::NAMESPACE;
    let stance = format!("<ex:p> <{stp}actor> <ex:a> .\n<ex:p> <{stp}stance> <{stp}Opposes> .\n");
    let rest = format!("<ex:p> <{stp}issue> <ex:i> .\n<ex:p> <{stp}status> <{stp}InForce> .\n");
    let index = Index::from_ntriples([stance.as_str(), rest.as_str()], &[]).unwrap();
    let opposes = Stance::Opposes.direct_property();
    let direct: Vec<String> = index.matching(None, Some(opposes), None).map(|t| t.to_string()).collect();
    assert_eq!(direct, [format!("<ex:a> <{stp}opposes> <ex:i>")]);
}

#[test]
fn many_documents_all_arrive() {
    let documents: Vec<String> = (0..30_000).map(|i| format!("<ex:{i}> <ex:p> <ex:o> .\n")).collect();
    let index = Index::from_ntriples(documents.iter().map(String::as_str), &[]).unwrap();
    assert_eq!(index.len(), documents.len());
    let broken = documents.iter().map(String::as_str).chain(["<ex:a> <ex:p> "]);
    assert!(Index::from_ntriples(broken, &[]).is_err());
}

fn node(kind: &str, n: u8) -> NamedNode {
    NamedNode::new_unchecked(format!("https://example.org/{kind}/{n}"))
}

/// Triples about a few positions: some lack a property, some have one twice, some are none.
fn graph() -> impl Strategy<Value = Vec<Triple>> {
    let of_position = (0u8..12, 0usize..ONCE.len() + 2, 0u8..3).prop_map(|(position, what, value)| {
        let position = node("position", position);
        match what.checked_sub(ONCE.len()) {
            None => {
                let property = ONCE[what];
                let value: Term = if property == stp::prop::STANCE_VALUE {
                    oxrdf::Literal::new_typed_literal(
                        ["-0.5", "1", "0.25"][usize::from(value)],
                        crate::model::vocab::xsd::DECIMAL,
                    )
                    .into()
                } else if [
                    stp::prop::STATED_FROM,
                    stp::prop::STATED_UNTIL,
                    stp::prop::VALID_FROM,
                    stp::prop::VALID_UNTIL,
                ]
                .contains(&property)
                {
                    oxrdf::Literal::new_typed_literal(
                        format!("2025-04-0{}", value + 1),
                        crate::model::vocab::xsd::DATE,
                    )
                    .into()
                } else {
                    node("thing", value).into()
                };
                Triple::new(position, property, value)
            }
            Some(0) => Triple::new(position, rdf::TYPE, stp::POSITION),
            Some(_) => Triple::new(position, stp::prop::ON_BEHALF_OF, node("thing", value)),
        }
    });
    prop::collection::vec(of_position, 0..120)
}

/// The objects of a position, as the index has them.
fn objects(index: &Index, position: &NamedOrBlankNode, property: NamedNodeRef<'_>) -> Vec<Term> {
    index.matching(Some(position.as_ref()), Some(property), None).map(|triple| triple.object).collect()
}

proptest! {
    #[test]
    fn columns_say_what_the_graph_says(triples in graph()) {
        let index = Index::from_triples(triples);
        let table = PositionTable::new(index.snapshot()).unwrap();
        let all: Vec<NamedOrBlankNode> = index
            .matching(None, Some(rdf::TYPE), Some(stp::POSITION.into()))
            .map(|triple| triple.subject)
            .collect();
        prop_assert_eq!(table.len() + table.ambiguous().len(), all.len());
        for thing in table.ambiguous() {
            let Term::NamedNode(position) = table.term(*thing).unwrap() else { panic!("positions have IRIs") };
            let position = position.into();
            prop_assert!(ONCE.iter().any(|property| objects(&index, &position, *property).len() > 1));
        }
        let behalf = table.each(stp::prop::ON_BEHALF_OF).unwrap();
        for row in 0..table.len() {
            let Term::NamedNode(position) = table.term(table.position(row)).unwrap() else { panic!("positions have IRIs") };
            let position: NamedOrBlankNode = position.into();
            let one = |property| objects(&index, &position, property).pop();
            let term = |things: &Things<'_>| things.get(row).map(|thing| table.term(thing).unwrap());
            prop_assert_eq!(term(&table.actors().unwrap()), one(stp::prop::ACTOR));
            prop_assert_eq!(term(&table.stances().unwrap()), one(stp::prop::STANCE));
            prop_assert_eq!(term(&table.articles().unwrap()), one(prov::WAS_DERIVED_FROM));
            let literal = |term: Option<Term>| match term {
                Some(Term::Literal(literal)) => Some(literal.value().to_owned()),
                _ => None,
            };
            prop_assert_eq!(table.values().unwrap().get(row).map(|n| n.to_string()), literal(one(stp::prop::STANCE_VALUE)));
            prop_assert_eq!(table.stated_from().unwrap().get(row).map(|day| day.to_string()), literal(one(stp::prop::STATED_FROM)));
            prop_assert_eq!(table.valid_until().unwrap().get(row).map(|day| day.to_string()), literal(one(stp::prop::VALID_UNTIL)));
            let of_row = behalf.iter().filter(|(at, _)| *at as usize == row);
            let mut found: Vec<String> = of_row.map(|(_, thing)| table.term(*thing).unwrap().to_string()).collect();
            let mut there: Vec<String> = objects(&index, &position, stp::prop::ON_BEHALF_OF).iter().map(Term::to_string).collect();
            found.sort();
            there.sort();
            prop_assert_eq!(found, there);
        }
        let issues = table.issues().unwrap();
        let (things, of_row) = issues.levels();
        for (row, level) in of_row.iter().enumerate() {
            prop_assert_eq!(level.map(|level| things[level as usize]), issues.get(row));
        }
    }
}

#[test]
fn what_every_position_has_is_not_copied() {
    let position = |n: u8| node("position", n);
    let of = |n: u8| {
        [
            Triple::new(position(n), rdf::TYPE, stp::POSITION),
            Triple::new(position(n), stp::prop::ACTOR, node("actor", n % 3)),
        ]
    };
    let index = Index::from_triples((0..9).flat_map(of));
    let table = PositionTable::new(index.snapshot()).unwrap();
    assert!(table.actors().unwrap().is_borrowed());
    assert_eq!(table.actors().unwrap().levels().0.len(), 3);
    assert!(table.explicitness().unwrap().iter().all(|thing| thing.is_none()));
}
