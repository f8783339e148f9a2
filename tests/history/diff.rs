//! Which positions are the same, which changed and in what.

use super::graph;
use standpoint::audit::history::{Diff, Stated};
use standpoint::store::index::Index;

/// What a test says of a position: its name, stance, actor, issue and the offset of its words.
type Coded<'a> = (&'a str, &'a str, &'a str, &'a str, u32);

/// A graph of these positions of one article.
fn coded(positions: &[Coded<'_>], more: &str) -> Index {
    let mut turtle = String::from(":art a stp:Article .\n");
    for (name, stance, actor, issue, start) in positions {
        let end = start + 10;
        turtle += &format!(
            ":{name} a stp:Position ; stp:actor :{actor} ; stp:stance stp:{stance} ; stp:issue :{issue} ;
               stp:status stp:InForce ; stp:evidence :s{start} ; prov:wasDerivedFrom :art .
             :s{start} oa:hasSource :art ; oa:hasSelector :t{start} .
             :t{start} oa:start {start} ; oa:end {end} ; oa:exact \"words\" .\n"
        );
    }
    graph(&(turtle + more))
}

fn names(positions: &[Stated]) -> Vec<&str> {
    positions.iter().map(|stated| stated.position.as_str().rsplit('/').next().unwrap()).collect()
}

/// "old → new: field, field" of each change.
fn changed(diff: &Diff) -> Vec<String> {
    let name = |stated: &Stated| stated.position.as_str().rsplit('/').next().unwrap().to_owned();
    let fields = |names: Vec<&str>| names.join(", ");
    diff.changed
        .iter()
        .map(|c| {
            let differ = fields(c.fields.iter().map(|field| field.name).collect());
            format!("{} → {}: {differ}", name(&c.before), name(&c.after))
        })
        .collect()
}

#[test]
fn the_same_graph_has_no_difference() {
    let graph = coded(&[("p", "Supports", "a", "i", 0)], "");
    let diff = Diff::between(&graph, &graph);
    assert!(diff.patch.is_empty());
    assert_eq!(diff.summary(), "0 positions added, 0 removed, 0 changed; 0 triples added, 0 removed");
}

#[test]
fn two_of_actor_issue_and_words_make_a_change() {
    let before = [("p", "Supports", "a", "i", 0)];
    for (after, differ) in [
        (("q", "Opposes", "a", "i", 0), "stance"),
        (("q", "Supports", "a", "i", 50), "evidence"),
        (("q", "Supports", "b", "i", 5), "actor, evidence"),
        (("q", "Opposes", "a", "j", 0), "stance, issue"),
    ] {
        let diff = Diff::between(&coded(&before, ""), &coded(&[after], ""));
        assert_eq!(changed(&diff), [format!("p → q: {differ}")]);
        assert_eq!((diff.added.len(), diff.removed.len()), (0, 0));
    }
    for after in
        [("q", "Supports", "a", "j", 50), ("q", "Supports", "b", "j", 0), ("q", "Supports", "b", "i", 10)]
    {
        let diff = Diff::between(&coded(&before, ""), &coded(&[after], ""));
        assert_eq!((names(&diff.removed), names(&diff.added)), (vec!["p"], vec!["q"]), "{after:?}");
        assert!(diff.changed.is_empty());
    }
}

#[test]
fn another_article_is_another_position() {
    let other = ":q a stp:Position ; stp:actor :a ; stp:stance stp:Supports ; stp:issue :i ; prov:wasDerivedFrom :other .";
    let diff = Diff::between(&coded(&[("p", "Supports", "a", "i", 0)], ""), &coded(&[], other));
    assert_eq!((names(&diff.removed), names(&diff.added)), (vec!["p"], vec!["q"]));
}

#[test]
fn what_agrees_in_everything_is_paired_first() {
    let before = [("p", "Supports", "a", "i", 0), ("q", "Supports", "a", "i", 50)];
    let after = [("r", "Opposes", "a", "i", 50), ("s", "Opposes", "a", "i", 100)];
    let diff = Diff::between(&coded(&before, ""), &coded(&after, ""));
    assert_eq!(changed(&diff), ["q → r: stance", "p → s: stance, evidence"]);
}

#[test]
fn a_change_within_a_part_is_a_change_of_its_position() {
    let condition = |text: &str| {
        format!(
            ":p stp:condition :c . :c a stp:Condition ; <http://www.w3.org/2000/01/rdf-schema#label> \"{text}\" ."
        )
    };
    let positions = [("p", "Supports", "a", "i", 0)];
    let diff = Diff::between(&coded(&positions, &condition("one")), &coded(&positions, &condition("other")));
    assert_eq!(changed(&diff), ["p → p: condition"]);
    assert_eq!(diff.elsewhere, 0);
}

#[test]
fn a_new_label_changes_no_position() {
    let positions = [("p", "Supports", "a", "i", 0)];
    let labelled = |label: &str| coded(&positions, &format!(":a skos:prefLabel \"{label}\" ."));
    let diff = Diff::between(&labelled("A"), &labelled("Ada"));
    assert!(diff.changed.is_empty());
    assert_eq!((diff.patch.added.len(), diff.elsewhere), (1, 2));
}

#[test]
fn a_patch_removes_before_it_adds() {
    let before = coded(&[("p", "Supports", "a", "i", 0)], ":a skos:prefLabel \"A\" .");
    let after = coded(&[("p", "Supports", "a", "i", 0)], ":a skos:prefLabel \"Ada \\\"L\\\"\"@en .");
    let thing = "https://w3id.org/standpoint/id/thing/";
    let label = "<http://www.w3.org/2004/02/skos/core#prefLabel>";
    assert_eq!(
        Diff::between(&before, &after).patch.to_string(),
        format!("TX .\nD <{thing}a> {label} \"A\" .\nA <{thing}a> {label} \"Ada \\\"L\\\"\"@en .\nTC .\n")
    );
}
