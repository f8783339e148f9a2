//! What every picture keeps to, whatever it shows: nothing over anything, no name left out, nothing beyond the edge.

use super::heatmap::{self, HeatMap, Name};
use super::network::{self, Network, Node, Tie};
use super::svg::NO_LINKS;
use super::timeline::{self, Timeline};
use super::tree::{self, Join, Leaf, Tree};
use super::{Heading, Picture, Shape, bars, chain, curve, demands, slopes};
use crate::base::chance::Chance;
use jiff::civil::date;

/// Widths of a telephone and of a screen.
const WIDTHS: [f64; 2] = [390.0, 1280.0];

fn heading() -> Heading {
    Heading {
        title: "Who agrees with whom, and on what, of all that was said".into(),
        notes: vec!["A note that says how to read it, in more words than a telephone has room for.".into()],
        source: "Source: 59 positions in 10 articles.".into(),
    }
}

/// Names as cases have them: short, long, from right to left, with markup.
fn names(count: usize) -> Vec<Name> {
    let kinds = ["Kelmouth Hospital", "Ö", "Residents of Farrow County", "وزارة الخارجية", "<b>A & B</b>"];
    let long = "x y ".repeat(75);
    let name = |number: usize| match number {
        3 => long.trim().to_owned(),
        _ => format!("{} {number}", kinds[number % kinds.len()]),
    };
    (0..count).map(|number| Name::new(name(number), format!("https://x.org/{number}"))).collect()
}

/// Holds what must hold of a picture.
fn check(picture: &Picture, names: &[Name]) {
    let boxes = picture.text_boxes();
    for (number, (words, [left, top, right, bottom])) in boxes.iter().enumerate() {
        let is_inside = *left >= 0.0 && *right <= picture.width && *top >= 0.0 && *bottom <= picture.height;
        assert!(is_inside, "`{words}` at {left:.0} to {right:.0} of {}", picture.width);
        for (other, [l, t, r, b]) in &boxes[number + 1..] {
            let is_over = left + 0.1 < *r && l + 0.1 < *right && top + 0.1 < *b && t + 0.1 < *bottom;
            assert!(
                !is_over,
                "`{words}` and `{other}` overlap at {left:.0},{top:.0} in {:.0}",
                picture.width
            );
        }
    }
    for name in names {
        let is_said = picture.marks.iter().any(|mark| mark.title.contains(&name.label));
        assert!(is_said, "`{}` is missing", name.label);
    }
    for mark in &picture.marks {
        assert!(!mark.title.is_empty(), "{mark:?} says nothing");
        if let Shape::Text { face, .. } = &mark.shape {
            assert!(face.size() >= 9.0);
        }
    }
    let svg = picture.svg(NO_LINKS);
    let mut reader = quick_xml::Reader::from_str(&svg);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("style=\""));
}

#[test]
fn heat_maps() {
    for (rows, columns) in [(1, 1), (22, 26), (40, 8)] {
        let cell = |row: usize, column: usize| {
            let value = [-1.0, -0.25, 0.75, 1.0][(row + column) % 4];
            (row % 3 != column % 3).then(|| heatmap::Cell {
                value: Some(value),
                words: format!("{value}").replace('-', "−"),
                title: "a cell".into(),
            })
        };
        let map = HeatMap {
            heading: heading(),
            rows: names(rows),
            columns: names(columns),
            cells: (0..rows).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect(),
            legend: vec![(-1.0, "against".into()), (1.0, "for".into())],
        };
        WIDTHS.iter().for_each(|wide| check(&heatmap::picture(&map, *wide), &names(rows.max(columns))));
    }
}

#[test]
fn timelines() {
    for days in [1, 20, 400, 9_000] {
        let day = |number: usize| {
            let first = date(2001, 1, 30);
            first.checked_add(jiff::Span::new().days((number * 37 % days) as i64)).unwrap()
        };
        let bar = |number: usize| timeline::Bar {
            possible: match number % 3 {
                0 => (Some(day(number)), Some(day(number))),
                1 => (None, Some(day(number))),
                _ => (Some(day(number)), None),
            },
            certain: number.is_multiple_of(3).then(|| (Some(day(number)), Some(day(number)))),
            value: (!number.is_multiple_of(4)).then_some(0.5),
            sign: "(−)~ ×12".into(),
            title: "a bar".into(),
            iri: None,
        };
        let lane = |name: &Name| timeline::Lane { name: name.clone(), bars: (0..9).map(bar).collect() };
        let group =
            |name: &Name| timeline::Group { name: name.clone(), lanes: names(5).iter().map(lane).collect() };
        let shown = Timeline {
            heading: heading(),
            groups: names(4).iter().map(group).collect(),
            legend: vec![(-1.0, "against".into())],
        };
        WIDTHS.iter().for_each(|wide| check(&timeline::picture(&shown, *wide), &names(5)));
    }
}

#[test]
fn networks() {
    for (nodes, ties) in [(1, 0), (2, 1), (12, 40), (50, 200), (90, 80)] {
        let mut chance = Chance::new(nodes as u64);
        let node = |(number, name): (usize, Name)| Node {
            title: name.label.clone(),
            name,
            weight: number as f64,
            group: Some(number % 10),
            is_second: number % 7 == 0,
        };
        let shown = Network {
            heading: heading(),
            nodes: names(nodes).into_iter().enumerate().map(node).collect(),
            ties: (0..ties)
                .map(|tie| Tie {
                    ends: (chance.below(nodes), chance.below(nodes)),
                    weight: 1.0 + chance.unit(),
                    is_against: tie % 3 == 0,
                    title: "a tie".into(),
                })
                .collect(),
            groups: (0..10).map(|group| format!("camp of {group}")).collect(),
        };
        WIDTHS.iter().for_each(|wide| check(&network::picture(&shown, *wide), &names(nodes)));
    }
}

#[test]
fn bars_of_counts() {
    let part = |value: f64| bars::Part { value, count: 3.0, title: "three".into() };
    let bar = |(number, name): (usize, Name)| bars::Bar {
        name,
        is_part: number % 2 == 1,
        parts: [-1.0, 0.0, 0.5].map(part).to_vec(),
        without: number,
    };
    let shown = bars::Bars {
        heading: heading(),
        bars: names(20).into_iter().enumerate().map(bar).collect(),
        legend: vec![(-1.0, "against".into())],
    };
    WIDTHS.iter().for_each(|wide| check(&bars::picture(&shown, *wide), &names(20)));
}

#[test]
fn trees() {
    let leaf = |name: Name| Leaf { title: name.label.clone(), name, group: Some(1) };
    let joins = (0..29).map(|join| Join {
        one: if join == 0 { 0 } else { 29 + join },
        other: join + 1,
        distance: join as f64 / 10.0,
    });
    let shown = Tree {
        heading: heading(),
        leaves: names(30).into_iter().map(leaf).collect(),
        joins: joins.collect(),
        cut: Some(1.0),
        axis: "distance".into(),
    };
    WIDTHS.iter().for_each(|wide| check(&tree::picture(&shown, *wide), &names(30)));
}

#[test]
fn branches_of_a_tree_do_not_cross() {
    let join = |one, other| Join { one, other, distance: 1.0 };
    assert_eq!(tree::order(4, &[join(0, 2), join(1, 3), join(4, 5)]), [0, 2, 1, 3]);
}

#[test]
fn slopes_of_stances() {
    let values = [Some(1.0), Some(-1.0), None, Some(0.0), Some(0.5)];
    let end = |number: usize| slopes::End {
        value: values[number % 5],
        stance: "conditionally supports".into(),
        when: "2025-03-04".into(),
        title: "an end".into(),
        iri: None,
    };
    let slope = |(number, name): (usize, Name)| slopes::Slope {
        title: name.label.clone(),
        name,
        before: end(number),
        after: end(number / 2 + 1),
        is_move: number % 3 > 0,
    };
    let panel =
        |name: Name| slopes::Panel { name, slopes: names(12).into_iter().enumerate().map(slope).collect() };
    let shown = slopes::Slopes {
        heading: heading(),
        panels: names(4).into_iter().map(panel).collect(),
        legend: vec![(-1.0, "against".into())],
    };
    WIDTHS.iter().for_each(|wide| check(&slopes::picture(&shown, *wide), &names(12)));
}

#[test]
fn curves() {
    for (points, step) in [(1, 1), (12, 30), (3_000, 1)] {
        let day = |number: i64| date(2001, 1, 30).checked_add(jiff::Span::new().days(number)).unwrap();
        let point = |number: i64| curve::Point {
            first: day(number * step),
            middle: day(number * step + 3),
            last: day(number * step + 7),
            value: (number % 7 != 3).then(|| 0.5 + 0.5 * (number as f64).sin().abs()),
            title: "a window".into(),
        };
        let shown = curve::Curve {
            heading: heading(),
            axis: "a share of something that is told in many words, more than a telephone is wide".into(),
            points: (0..points).map(point).collect(),
        };
        WIDTHS.iter().for_each(|wide| check(&curve::picture(&shown, *wide), &[]));
    }
}

#[test]
fn chains() {
    let link = |(number, name): (usize, Name)| chain::Link {
        how: if number == 0 { String::new() } else { "on the word of".into() },
        role: "a source whose role is told in more words than there is room for on a telephone".into(),
        title: name.label.clone(),
        name,
        value: (number == 1).then_some(-1.0),
    };
    let links = names(8).into_iter().enumerate().map(link).collect();
    let shown = chain::Chain { heading: heading(), links };
    WIDTHS.iter().for_each(|wide| check(&chain::picture(&shown, *wide), &names(8)));
}

#[test]
fn maps_of_demands() {
    let mut chance = Chance::new(5);
    let party = |name: Name| demands::Party { title: name.label.clone(), name, value: 0.5 };
    let demanded = |(number, name): (usize, Name)| demands::Demanded {
        title: name.label.clone(),
        name,
        of: names(number % 7),
    };
    let mut tie = |party: usize| demands::Tie {
        party,
        demanded: chance.below(9),
        must: party.is_multiple_of(2),
        title: "a demand".into(),
        iri: None,
    };
    let panel = |name: Name| demands::Panel {
        name,
        note: "Agreement is possible.".into(),
        parties: names(6).into_iter().map(party).collect(),
        demanded: names(9).into_iter().enumerate().map(demanded).collect(),
        ties: (0..6).chain(0..6).map(&mut tie).collect(),
    };
    let shown = demands::Demands {
        heading: heading(),
        panels: names(3).into_iter().map(panel).collect(),
        legend: vec![(-1.0, "against".into())],
    };
    WIDTHS.iter().for_each(|wide| check(&demands::picture(&shown, *wide), &names(9)));
}
