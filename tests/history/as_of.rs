//! When a position is in force, rule by rule as `index::as_of` has them.

use super::{graph, lines};
use jiff::civil::Date;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A position of `:a` on `:i` with these further properties.
fn position(name: &str, stance: &str, more: &str) -> String {
    format!(":{name} a stp:Position ; stp:actor :a ; stp:stance stp:{stance} ; stp:issue :i ; {more} .\n")
}

fn date(property: &str, day: &str) -> String {
    format!("stp:{property} \"{day}\"^^xsd:date")
}

/// The direct triples of a day: "supports opposes".
fn stances(turtle: &str, on: &str) -> String {
    let (index, _) = graph(turtle).as_of(day(on));
    let direct: Vec<String> = lines(&index)
        .iter()
        .filter_map(|l| Some(l.strip_prefix("<a> <stp:")?.split_once('>')?.0.into()))
        .collect();
    direct.join(" ")
}

/// The days among 9 to 13 April on which the position is in force.
fn days(more: &str) -> Vec<i8> {
    let turtle = position("p", "Supports", more);
    (9..=13).filter(|day| stances(&turtle, &format!("2025-04-{day:02}")) == "supports").collect()
}

const IN_FORCE: &str = "stp:status stp:InForce";

#[test]
fn a_position_lasts_from_the_day_by_which_it_was_expressed() {
    let stated =
        format!("{IN_FORCE} ; {} ; {}", date("statedFrom", "2025-04-10"), date("statedUntil", "2025-04-12"));
    assert_eq!(days(&stated), [12, 13]);
    assert_eq!(days(&format!("{IN_FORCE} ; {}", date("statedFrom", "2025-04-10"))), [10, 11, 12, 13]);
}

#[test]
fn what_the_text_says_of_validity_comes_first() {
    let valid = format!(
        "{IN_FORCE} ; {} ; {} ; {}",
        date("statedUntil", "2025-04-12"),
        date("validFrom", "2025-04-10"),
        date("validUntil", "2025-04-11"),
    );
    assert_eq!(days(&valid), [10, 11]);
}

#[test]
fn only_what_counts_is_in_force() {
    let stated = date("statedUntil", "2025-04-10");
    for status in ["Retracted", "Disputed", "Ambiguous"] {
        assert_eq!(days(&format!("stp:status stp:{status} ; {stated}")), [0; 0], "{status}");
    }
    assert_eq!(days(&stated), [0; 0], "no status");
}

#[test]
fn nothing_shows_since_when_an_undated_position_holds() {
    let turtle = position("p", "Supports", IN_FORCE) + &position("q", "Opposes", "stp:status stp:Retracted");
    let (index, left_out) = graph(&turtle).as_of(day("2025-04-10"));
    assert_eq!((index.len(), left_out.undated, left_out.begins), (0, 1, None));
}

#[test]
fn a_superseded_position_was_in_force_until_the_eve_of_the_next() {
    let change = |status: &str| {
        position("p", "Supports", &format!("stp:status stp:{status} ; {}", date("statedUntil", "2025-04-10")))
            + &position(
                "q",
                "Opposes",
                &format!("{IN_FORCE} ; stp:supersedes :p ; {}", date("statedUntil", "2025-04-12")),
            )
    };
    // The same where the coder forgot to mark the earlier one.
    for status in ["Superseded", "InForce"] {
        let on = |day| stances(&change(status), day);
        assert_eq!([on("2025-04-09"), on("2025-04-11"), on("2025-04-12")], ["", "supports", "opposes"]);
    }
}

#[test]
fn when_a_superseded_position_ended_has_to_be_known() {
    let stated = date("statedUntil", "2025-04-10");
    assert_eq!(days(&format!("stp:status stp:Superseded ; {stated}")), [0; 0]);
    let until = date("validUntil", "2025-04-11");
    assert_eq!(days(&format!("stp:status stp:Superseded ; {stated} ; {until}")), [10, 11]);
}

#[test]
fn what_is_itself_no_position_any_more_supersedes_nothing() {
    let turtle = position("p", "Supports", &format!("{IN_FORCE} ; {}", date("statedUntil", "2025-04-10")))
        + &position(
            "q",
            "Opposes",
            &format!("stp:status stp:Retracted ; stp:supersedes :p ; {}", date("statedUntil", "2025-04-11")),
        );
    assert_eq!(stances(&turtle, "2025-04-12"), "supports");
}

#[test]
fn a_position_leaves_with_what_only_it_had() {
    let parts =
        "stp:evidence :shared , :own ; stp:condition [ a stp:Condition ; stp:evidence :of-condition ]";
    let turtle = position("p", "Supports", &format!("stp:status stp:Disputed ; stp:supersedes :q ; {parts}"))
        + &position(
            "q",
            "Opposes",
            &format!("{IN_FORCE} ; stp:evidence :shared ; {}", date("validFrom", "2025-04-10")),
        )
        + ":shared oa:hasSelector :shared-selector . :shared-selector oa:start 1 .
           :own oa:hasSelector [ oa:start 2 ] . :of-condition oa:hasSource :article .
           :article a stp:Article . :a skos:prefLabel \"A\" .
           :figure a stp:Measure ; schema:about :p , :i . :a stp:affirms :j .";
    let (index, _) = graph(&turtle).as_of(day("2025-04-10"));
    let kept: Vec<String> = lines(&index).into_iter().filter(|line| !line.starts_with("<q> ")).collect();
    let rdf = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
    let number = "\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>";
    assert_eq!(
        kept,
        [
            "<a> <http://www.w3.org/2004/02/skos/core#prefLabel> \"A\"".to_owned(),
            "<a> <stp:opposes> <i>".into(),
            format!("<article> {rdf} <stp:Article>"),
            "<figure> <http://schema.org/about> <i>".into(),
            format!("<figure> {rdf} <stp:Measure>"),
            format!("<shared-selector> <http://www.w3.org/ns/oa#start> {number}"),
            "<shared> <http://www.w3.org/ns/oa#hasSelector> <shared-selector>".into(),
        ]
    );
}

#[test]
fn every_position_that_stays_is_in_force() {
    let turtle = position(
        "p",
        "Supports",
        &format!("stp:status stp:Superseded ; {}", date("validFrom", "2025-04-10")),
    ) + &position(
        "q",
        "Opposes",
        &format!("{IN_FORCE} ; stp:supersedes :p ; {}", date("validFrom", "2025-04-12")),
    );
    let (index, _) = graph(&turtle).as_of(day("2025-04-11"));
    let of_status: Vec<String> =
        lines(&index).into_iter().filter(|line| line.contains("stp:status")).collect();
    assert_eq!(of_status, ["<p> <stp:status> <stp:InForce>"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// On the graph of a day the same day changes nothing: it is closed.
    #[test]
    fn the_graph_of_a_day_is_that_of_the_day(
        positions in prop::collection::vec((0..4u8, 1..9u8, 1..9u8, prop::option::of(0..6usize)), 0..6),
        on in 1..9u8,
    ) {
        let mut turtle = String::from(":a a stp:Actor .\n");
        for (i, (status, from, until, supersedes)) in positions.iter().enumerate() {
            let status = ["InForce", "Superseded", "Retracted", "Disputed"][usize::from(*status)];
            let supersedes = supersedes.map(|j| format!("; stp:supersedes :p{j}")).unwrap_or_default();
            let from = date("statedUntil", &format!("2025-04-0{from}"));
            let until = date("validUntil", &format!("2025-04-0{until}"));
            let more = format!("stp:status stp:{status} ; {from} ; {until} ; stp:evidence :s{} {supersedes}", i % 2);
            turtle += &position(&format!("p{i}"), "Supports", &more);
        }
        let on = day(&format!("2025-04-0{on}"));
        let (once, _) = graph(&turtle).as_of(on);
        let (twice, _) = once.as_of(on);
        prop_assert_eq!(lines(&once), lines(&twice));
    }
}
