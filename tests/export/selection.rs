//! Selections are what was asked for, and can be read by themselves.

use super::{EXAMPLE, read};
use oxigraph::io::RdfFormat;
use oxrdf::{NamedNode, NamedOrBlankNode, Triple};
use standpoint::export::{Export, Format, Options, Selection, View};
use standpoint::model::registry::Kind;
use standpoint::store::index::Index;
use standpoint::store::names;
use std::collections::BTreeSet;

fn index() -> Index {
    let case = read(include_str!("case.ttl"), RdfFormat::Turtle);
    Index::from_triples(read(EXAMPLE, RdfFormat::Turtle).into_iter().chain(case))
}

fn id(path: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/{path}"))
}

fn text(index: &Index, options: &Options) -> String {
    let mut text = Vec::new();
    Export::new(index, options).unwrap().send("memory", &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The lines of a selection, whose triples are all the index's and refer to nothing outside.
fn select(selection: Selection) -> BTreeSet<String> {
    let index = index();
    let ntriples = text(&index, &Options { selection, format: Format::NTriples, ..Options::default() });
    let triples = read(&ntriples, RdfFormat::NTriples);
    assert_nothing_dangles(&index, &triples);
    let all: BTreeSet<String> = index.triples().map(|triple| format!("{triple} .")).collect();
    let lines: BTreeSet<String> = ntriples.lines().map(str::to_owned).collect();
    assert!(lines.is_subset(&all));
    lines
}

/// The things of one kind that are described.
fn described(lines: &BTreeSet<String>, kind: &str) -> BTreeSet<String> {
    let start = format!("<https://w3id.org/standpoint/id/{kind}/");
    let rest = lines.iter().filter_map(|line| line.strip_prefix(&start));
    rest.map(|rest| rest[..rest.find('>').unwrap()].to_owned()).collect()
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// Whatever the index knows by its subject, and the selection refers to, the selection knows too.
fn assert_nothing_dangles(index: &Index, triples: &[Triple]) {
    let subjects: Vec<&NamedOrBlankNode> = triples.iter().map(|triple| &triple.subject).collect();
    for triple in triples {
        if let Ok(end) = NamedOrBlankNode::try_from(triple.object.clone())
            && index.matching(Some(end.as_ref()), None, None).next().is_some()
        {
            assert!(subjects.contains(&&end), "{triple} dangles");
        }
    }
}

#[test]
fn an_article_brings_all_it_states_and_the_means_to_read_it() {
    let lines = select(Selection { articles: vec![id("article/park")], ..Selection::default() });
    let positions = set(["ana-berg-00000000000000c3", "rivals-00000000000000d4"]);
    assert_eq!(described(&lines, "position"), positions);
    assert_eq!(described(&lines, "event"), set(["e1"]));
    assert_eq!(described(&lines, "actor"), set(["ana-berg", "city", "rivals"]));
    assert_eq!(described(&lines, "issue"), set(["park-laid-out"]));
    assert_eq!(described(&lines, "topic"), set(["green"]));
    assert_eq!(described(&lines, "post"), set(["mayor"]));
    assert_eq!(described(&lines, "membership"), set(["ana-berg-mayor"]));
    assert_eq!(described(&lines, "coder"), set(["kim"]));
    let spans = set(["park-1-5", "park-1-5-selector", "park-90-99", "park-90-99-selector"]);
    assert_eq!(described(&lines, "span"), spans);
    let says = |word: &str| lines.iter().filter(|line| line.contains(&format!("ns#{word}>"))).count();
    assert_eq!(says("supersedes"), 0, "the other position is not selected");
    assert_eq!(says("incompatibleWith"), 0, "nor the other issue");
    assert_eq!(says("opposes"), 2, "the direct triple, and the stance that names its property");
}

#[test]
fn an_actor_is_followed_through_articles_and_offices() {
    let lines = select(Selection { actors: vec![id("actor/ana-berg")], ..Selection::default() });
    let positions = set([
        "ana-berg-00000000000000a1",
        "ana-berg-00000000000000a1-attribution-11111111",
        "ana-berg-00000000000000c3",
    ]);
    assert_eq!(described(&lines, "position"), positions);
    assert_eq!(described(&lines, "event"), set([]), "positions only");
    assert!(lines.iter().any(|line| line.contains("ns#supersedes>")), "both ends are there");
    assert!(lines.iter().any(|line| line.contains("ns#incompatibleWith>")));
    assert!(!lines.iter().any(|line| line.contains("conditionallyOpposes")), "not the tenants'");

    let lines = select(Selection { actors: vec![id("actor/city")], ..Selection::default() });
    assert_eq!(described(&lines, "position"), set(["ana-berg-00000000000000c3"]), "in its name");
}

#[test]
fn criteria_of_one_kind_add_up_and_of_several_kinds_agree() {
    let both = vec![id("issue/mill-torn-down"), id("issue/park-laid-out")];
    let lines = select(Selection { issues: both.clone(), ..Selection::default() });
    assert_eq!(lines.iter().filter(|line| line.ends_with("ns#Position> .")).count(), 4);
    let actors = vec![id("actor/rivals")];
    let lines = select(Selection { issues: both, actors, ..Selection::default() });
    assert_eq!(described(&lines, "position"), set(["rivals-00000000000000d4"]));
}

#[test]
fn unknown_days_count_as_possible() {
    let positions = |from: Option<&str>, until: Option<&str>| {
        let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        let lines = select(Selection { from: day(from), until: day(until), ..Selection::default() });
        let all = described(&lines, "position");
        all.into_iter().filter(|name| name.len() <= 25).collect::<BTreeSet<_>>()
    };
    let (a1, b2, c3, d4) = (
        "ana-berg-00000000000000a1",
        "tenants-00000000000000b2",
        "ana-berg-00000000000000c3",
        "rivals-00000000000000d4",
    );
    // a1: until 2025-03-01; b2: on 2025-02-20; c3: 2025-05-01 to 03; d4: nobody knows.
    assert_eq!(positions(Some("2025-02-21"), Some("2025-04-01")), set([a1, d4]));
    assert_eq!(positions(None, Some("2025-02-20")), set([a1, b2, d4]));
    assert_eq!(positions(Some("2025-05-03"), None), set([c3, d4]));
    assert_eq!(positions(Some("2025-05-04"), None), set([d4]));
}

#[test]
fn events_are_dated_by_their_own_days() {
    let articles = vec![id("article/park")];
    let lines =
        select(Selection { articles, until: Some("2025-04-30".parse().unwrap()), ..Selection::default() });
    assert_eq!(described(&lines, "event"), set(["e1"]));
    assert_eq!(described(&lines, "position"), set(["rivals-00000000000000d4"]));
}

#[test]
fn selecting_nothing_says_so() {
    let selection = Selection {
        actors: vec![id("actor/tenants")],
        issues: vec![id("issue/park-laid-out")],
        ..Selection::default()
    };
    let error = Export::new(&index(), &Options { selection, ..Options::default() }).err().unwrap();
    assert_eq!(error.to_string(), "no position matches the selection");
    assert_eq!(error.help().unwrap(), "separately: 1 of the actor, 2 on the issue");

    let selection = Selection { actors: vec![id("actor/rivals")], ..Selection::default() };
    let options = Options { selection, view: View::Direct, ..Options::default() };
    let error = Export::new(&index(), &options).err().unwrap();
    assert_eq!(error.to_string(), "no direct triple matches: none of the selected positions is in force");
}

#[test]
fn the_direct_view_is_readable_by_itself() {
    let options = Options { view: View::Direct, ..Options::default() };
    let whole = text(&index(), &options);
    assert_eq!(whole, include_str!("direct.golden.ttl"));
    let selection = Selection { articles: vec![id("article/park")], ..Selection::default() };
    let part = text(&index(), &Options { selection, ..options });
    assert!(part.contains("stp:opposes issue:park-laid-out"));
    assert!(!part.contains("stp:supports"));
}

#[test]
fn the_rdf12_view_adds_reifiers() {
    let index = index();
    let full = index.len();
    for format in [Format::Turtle, Format::NTriples, Format::TriG, Format::NQuads] {
        let options = Options { view: View::Rdf12, format, ..Options::default() };
        assert_eq!(Export::new(&index, &options).unwrap().len(), full + 4);
        let text = text(&index, &options);
        assert_eq!(text.matches("<<( ").count(), 4, "{text}");
    }
    let turtle = text(&index, &Options { view: View::Rdf12, ..Options::default() });
    let superseded = "    rdf:reifies <<( actor:rivals stp:supports issue:park-laid-out )>> ;\n";
    assert!(turtle.contains(superseded), "{turtle}");
    assert!(!turtle.contains("    stp:supports issue:park-laid-out ;\n"), "reified, not asserted");
    for format in [Format::RdfXml, Format::JsonLd] {
        let error =
            Export::new(&index, &Options { view: View::Rdf12, format, ..Options::default() }).err().unwrap();
        assert_eq!(error.to_string(), format!("{format} cannot carry the triple terms of RDF 1.2"));
        assert_eq!(error.help().unwrap(), "formats that can: turtle, ntriples, nquads, trig");
    }
}

#[test]
fn names_are_what_people_type() {
    let index = index();
    let actor = |name: &str| {
        names::one(&index, Kind::Actor, name)
            .map(|thing| thing.iri.as_str().rsplit('/').next().unwrap().to_owned())
    };
    for name in [
        "ana-berg",
        "actor:ana-berg",
        "https://w3id.org/standpoint/id/actor/ana-berg",
        "<https://w3id.org/standpoint/id/actor/ana-berg>",
        "Ana Berg",
        "  ANA   BÉRG ",
        "mayor berg",
        "ana",
    ] {
        assert_eq!(actor(name).unwrap(), "ana-berg", "{name}");
    }
    let article = names::one(&index, Kind::Article, "park").unwrap();
    assert_eq!(article.iri, id("article/park"));

    let error = actor("Anna Borg").unwrap_err();
    assert_eq!(error.to_string(), "no actor matches `Anna Borg`");
    assert_eq!(error.help().unwrap(), "did you mean `Ana Berg`?");
    let error = actor("mill").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`mill` matches 2 actors; choose one:\n  City of Mill (actor:city)\n  Tenants of Mill Street (actor:tenants)"
    );
    let error = names::one(&index, Kind::Issue, "ana-berg").unwrap_err();
    assert_eq!(error.to_string(), "no issue matches `ana-berg`");
}
