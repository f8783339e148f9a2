//! The shipped example, to the byte; what a change changes.

use super::{EXAMPLE, canonical, example, read, read_with_rio, written};
use oxigraph::io::RdfFormat;
use oxrdf::{Literal, NamedNode, Triple};
use standpoint::export::{Content, Format};
use std::collections::BTreeSet;

/// The file is written anew with `UPDATE=1`.
fn assert_golden(name: &str, text: &str) {
    let path = format!("{}/tests/export/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == text, "{name} differs:\n{text}");
}

#[test]
fn example_in_every_format() {
    for format in Content::Graph.formats() {
        let text = written(example(), format);
        assert_golden(&format!("golden.{}", format.extensions()[0]), &text);
        assert!(text.ends_with('\n'));
    }
}

#[test]
fn blank_nodes_nest_and_lists_are_lists() {
    let text = include_str!("blank.ttl");
    let triples = read(text, RdfFormat::Turtle);
    let pretty = written(triples.clone(), Format::Turtle);
    assert_golden("blank.golden.ttl", &pretty);
    assert_eq!(canonical(&read_with_rio(&pretty, Format::Turtle)), canonical(&triples));
}

#[test]
fn ntriples_are_the_documents_canonical_form() {
    let canonical = standpoint::model::document::ntriples(example());
    assert_eq!(written(example(), Format::NTriples), canonical);
    assert_eq!(written(example(), Format::NQuads), canonical);
    assert_eq!(written(example(), Format::TriG), written(example(), Format::Turtle));
}

#[test]
fn pretty_turtle_is_tidy() {
    let text = written(example(), Format::Turtle);
    assert!(text.lines().all(|line| line == line.trim_end()));
    assert!(!text.contains("\n\n\n"));
    assert!(!text.contains("@prefix org:"), "only prefixes that are used");
}

/// A line, and the first word of its block, which is the subject that it is about.
type Line<'a> = (&'a str, &'a str);

/// The lines of each text that the other lacks; what is left is the same in both, in one order.
fn difference<'a>(before: &'a str, after: &'a str) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
    let (old, new) = (lines(before), lines(after));
    let (in_old, in_new) = (BTreeSet::from_iter(&old), BTreeSet::from_iter(&new));
    let (kept_of_old, removed): (Vec<Line<'_>>, _) = old.iter().partition(|line| in_new.contains(line));
    let (kept_of_new, added): (Vec<Line<'_>>, _) = new.iter().partition(|line| in_old.contains(line));
    assert_eq!(kept_of_old, kept_of_new);
    (removed, added)
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for block in text.split("\n\n") {
        let subject = block.split_whitespace().next().unwrap_or_default();
        lines.extend(block.lines().map(|line| (subject, line)));
    }
    lines
}

#[test]
fn changing_one_position_changes_only_its_lines() {
    let before = written(example(), Format::Turtle);
    let changed = EXAMPLE.replace("stp:mode stp:Demand", "stp:mode stp:Vote; stp:intensity stp:Strong");
    let after = written(read(&changed, RdfFormat::Turtle), Format::Turtle);
    let (removed, added) = difference(&before, &after);
    let position = "position:tenants-00000000000000b2";
    assert_eq!(removed, [(position, "    stp:mode stp:Demand ;")]);
    assert_eq!(added, [(position, "    stp:intensity stp:Strong ;"), (position, "    stp:mode stp:Vote ;")]);
}

#[test]
fn removing_any_statement_touches_only_lines_of_its_subject() {
    let before = written(example(), Format::Turtle);
    // A type decides where its subject stands, and so does what makes it a part.
    let moves = |triple: &Triple| {
        ["#type", "#attribution", "#condition", "#hasSelector"]
            .iter()
            .any(|p| triple.predicate.as_str().ends_with(p))
    };
    for triple in example().iter().filter(|triple| !moves(triple)) {
        let after = written(example().into_iter().filter(|other| other != triple), Format::Turtle);
        let (removed, added) = difference(&before, &after);
        let subject = triple.subject.to_string();
        let local = subject.trim_end_matches('>').rsplit('/').next().unwrap();
        assert_eq!(removed.iter().filter(|line| line.0 != "@prefix").count(), 1, "{removed:?}");
        for line in removed.iter().chain(&added).filter(|line| line.0 != "@prefix") {
            assert_eq!(line.0.split(':').nth(1), Some(local), "{line:?}");
        }
    }
}

#[test]
fn adding_the_last_statement_of_a_subject_touches_no_other_line() {
    let before = written(example(), Format::Turtle);
    let node = |name: &str| NamedNode::new_unchecked(format!("https://w3id.org/standpoint/{name}"));
    let direct = Triple::new(node("id/actor/ana-berg"), node("ns#supports"), node("id/issue/mill-torn-down"));
    let other = Triple::new(node("id/actor/clerk"), node("ns#zzz"), Literal::new_simple_literal("x"));
    let after = written(example().into_iter().chain([direct, other]), Format::Turtle);
    let (removed, added) = difference(&before, &after);
    assert!(removed.is_empty(), "{removed:?}");
    let direct = ("actor:ana-berg", "    stp:supports issue:mill-torn-down ;");
    assert_eq!(added, [direct, ("actor:clerk", "    stp:zzz \"x\" ;")]);
}

#[test]
fn another_base_gets_the_prefixes() {
    let moved = EXAMPLE.replace("https://w3id.org/standpoint/id/", "https://example.org/mill/");
    let text = written(read(&moved, RdfFormat::Turtle), Format::Turtle);
    assert!(text.contains("@prefix actor: <https://example.org/mill/actor/> ."), "{text}");
    assert!(text.contains("\nactor:ana-berg a "), "{text}");
}
