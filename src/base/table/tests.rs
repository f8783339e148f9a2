use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Labels of every kind of width: wide, combining, joined, right to left.
fn table() -> Table {
    let column = |name: &str, right| Column { name: name.into(), right };
    let row = |cells: [&str; 4]| cells.map(String::from).to_vec();
    Table::new(
        vec![column("actor", false), column("stance", false), column("quote", false), column("n", true)],
        vec![
            row(["Heritage Society", "supports", "and it ought to stay where it has always stood", "7"]),
            row(["文化遺産協会", "conditionally opposes", "水車小屋は町の記憶である", "12"]),
            row(["Zoe\u{301} Nun\u{303}ez", "opposes", "👩\u{200d}🌾 will not hear of it", "123"]),
            row(["הוועד למען הטחנה", "", "", ""]),
        ],
    )
}

fn fits(text: &str, width: usize) {
    for line in text.lines() {
        assert!(line.width() <= width, "{} columns of {width}: {line}", line.width());
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn wide_terminals_get_one_line_a_row() {
    let text = table().render(120);
    fits(&text, 120);
    assert_eq!(
        text,
        "\
actor             stance                 quote                                             n
────────────────────────────────────────────────────────────────────────────────────────────
Heritage Society  supports               and it ought to stay where it has always stood    7
文化遺産協会      conditionally opposes  水車小屋は町の記憶である                         12
Zoe\u{301} Nun\u{303}ez         opposes                👩\u{200d}🌾 will not hear of it                          123
הוועד למען הטחנה
"
    );
}

#[test]
fn a_row_that_is_too_wide_keeps_its_columns_and_gets_a_line_below() {
    let text = table().render(60);
    fits(&text, 60);
    assert_eq!(
        text,
        "\
actor             stance                   n
  quote
────────────────────────────────────────────
Heritage Society  supports                 7
  and it ought to stay where it has always stood
文化遺産協会      conditionally opposes   12
  水車小屋は町の記憶である
Zoe\u{301} Nun\u{303}ez         opposes                123
  👩\u{200d}🌾 will not hear of it
הוועד למען הטחנה
"
    );
}

#[test]
fn narrow_terminals_get_columns_too() {
    let text = table().render(40);
    fits(&text, 40);
    assert_eq!(
        text,
        "\
actor             stance               n
  quote
────────────────────────────────────────
Heritage Society  supports             7
  and it ought to stay where it has
  always stood

文化遺産協会      conditionally       12
                  opposes
  水車小屋は町の記憶である

Zoe\u{301} Nun\u{303}ez         opposes            123
  👩\u{200d}🌾 will not hear of it
הוועד למען הטחנה
"
    );
}

#[test]
fn a_row_of_several_lines_is_set_apart() {
    let column = |name: &str| Column { name: name.into(), right: false };
    let row = |cells: [&str; 2]| cells.map(String::from).to_vec();
    let rows = vec![
        row(["Heritage Society", "supports"]),
        row(["Ana Berg", "opposes"]),
        row(["An official of the county of Farrow", "supports"]),
        row(["Tenants of Mill Street", "supports"]),
    ];
    assert_eq!(
        Table::new(vec![column("actor"), column("stance")], rows).render(34),
        "\
actor                     stance
──────────────────────────────────
Heritage Society          supports
Ana Berg                  opposes

An official of the        supports
county of Farrow

Tenants of Mill Street    supports
"
    );
}

#[test]
fn columns_that_never_change_are_said_once() {
    let column = |name: &str| Column { name: name.into(), right: false };
    for number in [2, 3] {
        let rows: Vec<Vec<String>> = ["Ana Berg", "Tenants of Mill Street", "Heritage Society"][..number]
            .iter()
            .map(|who| vec!["The old mill is torn down".to_owned(), (*who).to_owned()])
            .collect();
        let text = Table::new(vec![column("issue"), column("actor")], rows).render(40);
        let head = "issue  The old mill is torn down\n\nactor\n──────────────────────\nAna Berg\n";
        assert!(text.starts_with(head), "{text}");
    }
}

#[test]
fn columns_without_an_entry_are_only_named() {
    let column = |name: &str| Column { name: name.into(), right: false };
    let row = |cells: [&str; 4]| cells.map(String::from).to_vec();
    let columns = || ["actor", "terms", "stance", "refused by"].map(column).to_vec();
    let rows = vec![row(["Ana Berg", "", "opposes", ""]), row(["Tenants", "", "supports", ""])];
    assert_eq!(
        Table::new(columns(), rows).render(80),
        "\
empty columns: terms, refused by

actor     stance
──────────────────
Ana Berg  opposes
Tenants   supports
"
    );
    // Without rows, and where nothing is filled in, all are shown.
    let none = Table::new(columns(), Vec::<Vec<String>>::new()).render(80);
    assert_eq!(none, "actor  terms  stance  refused by\n────────────────────────────────\n");
    let nothing = Table::new(columns(), vec![row(["", "", "", ""])]).render(80);
    assert!(nothing.starts_with("actor  terms  stance  refused by\n"), "{nothing}");
}

#[test]
fn what_repeats_becomes_a_heading() {
    let column = |name: &str| Column { name: name.into(), right: false };
    let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
    let columns = || vec![column("issue"), column("actor"), column("quote")];
    let rows = || {
        vec![
            row(["The old mill on Canal Street is torn down", "Ana Berg", "wants it pulled down by autumn"]),
            row(["The old mill on Canal Street is torn down", "Heritage Society", "ought to stay"]),
            row(["The region pays for repairs of the mill", "an official", "may pay"]),
        ]
    };
    let text = Table::new(columns(), rows()).render(44);
    fits(&text, 44);
    assert_eq!(
        text,
        "\
issue
  actor             quote
────────────────────────────────────────────
The old mill on Canal Street is torn down
  Ana Berg          wants it pulled down by
                    autumn

  Heritage Society  ought to stay

The region pays for repairs of the mill
  an official       may pay
"
    );
    // Where everything fits, nothing is moved.
    assert!(Table::new(columns(), rows()).render(120).starts_with("issue      "));
}

#[test]
fn colours_take_no_room() {
    let rows = || {
        ["supports", "opposes", "neutral"].map(|stance| {
            let tone = match stance {
                "supports" => Tone::For,
                "opposes" => Tone::Against,
                _ => Tone::Plain,
            };
            vec![Cell::new(stance.to_owned(), tone), "somebody or other".to_owned().into()]
        })
    };
    let columns =
        || ["stance", "actor"].map(|name| Column { name: name.into(), right: name == "stance" }).to_vec();
    let table = || Table::new(columns(), rows().to_vec());
    let coloured = table().coloured(true).render(80);
    assert!(
        coloured.contains(&Tone::For.paint("supports")) && coloured.contains(&Tone::Against.paint("opposes"))
    );
    assert!(!table().render(80).contains('\u{1b}'));
    let bare =
        coloured.replace("\u{1b}[38;5;33m", "").replace("\u{1b}[38;5;172m", "").replace("\u{1b}[39m", "");
    assert_eq!(bare, table().render(80));
}

proptest! {
    /// At every width: no line is wider, nothing is lost, no line ends with blanks, there is no record a row.
    #[test]
    fn every_table_fits_every_width(
        cells in vec(vec("[a-z]{0,9}|[ a-z]{0,60}|[文化遺産協会]{0,30}|(e\u{301}){0,40}|👩\u{200d}🌾|☺\u{fe0f}{0,9}", 7), 0..6),
        width in 1usize..100,
        numbered: bool,
    ) {
        let columns = (0..7).map(|i| Column { name: format!("c{i}"), right: i % 3 == 2 }).collect();
        let text = Table::new(columns, cells.clone()).numbered(numbered).render(width);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric() && !c.is_ascii_digit()).count();
        // What repeats may be said once.
        let distinct = |i: usize| cells.iter().map(|row| row[i].as_str()).collect::<BTreeSet<_>>();
        let least: usize = (0..7).flat_map(distinct).map(letters).sum();
        prop_assert!(letters(&text) >= least, "{}", text);
        // Below 12 columns names and numbers alone are wider.
        if width >= 12 {
            for line in text.lines() {
                prop_assert!(line.width() <= width, "{} columns of {width}: {line}", line.width());
                prop_assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn no_width_is_too_small_and_nothing_is_lost() {
    for width in 1..60 {
        let text = table().render(width);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
        let whole: usize = table().rows.iter().flatten().map(|cell| letters(&cell.text)).sum();
        assert!(letters(&text) >= whole, "at {width}");
    }
}

#[test]
fn markdown_is_not_broken_by_its_cells() {
    let rows = vec![vec!["a|b".to_owned(), "*<b>*\nc_d".to_owned()]];
    let columns = vec![Column { name: "x".into(), right: true }, Column { name: "y".into(), right: false }];
    assert_eq!(
        Table::new(columns, rows).markdown(),
        "| x | y |\n| ---: | --- |\n| a\\|b | \\*&lt;b>\\*<br>c\\_d |\n"
    );
}

#[test]
fn one_column_stays_a_column() {
    let mut rows: Vec<Vec<String>> = (0..30).map(|i| vec![i.to_string()]).collect();
    rows.push(vec!["word ".repeat(20)]);
    let column = Column { name: "it".into(), right: false };
    let text = Table::new(vec![column], rows).render(40);
    assert!(text.starts_with("it\n───"), "{text}");
    fits(&text, 40);
}

#[test]
fn iris_are_never_broken() {
    let column = |name: &str| Column { name: name.into(), right: false };
    let iri = "https://w3id.org/standpoint/id/position/tenants-0123456789abcdef";
    let rows = vec![
        vec!["Tenants of Mill Street".to_owned(), format!("see {iri}"), "and it ought to stay".to_owned()],
        vec!["Ana Berg".to_owned(), "issue:the-old-mill-is-torn-down".to_owned(), "by autumn".to_owned()],
    ];
    let table = Table::new(vec![column("actor"), column("what"), column("quote")], rows);
    for width in 1..140 {
        let text = table.render(width);
        let has = |iri: &str| text.lines().any(|line| line.split_whitespace().any(|word| word == iri));
        assert!(has(iri) && has("issue:the-old-mill-is-torn-down"), "at {width}:\n{text}");
    }
    assert!(table.render(40).contains(&format!("\n  {iri}\n")), "{}", table.render(40));
}

#[test]
fn iris_are_told_from_words() {
    for iri in ["https://example.org/a", "<https://example.org/a>", "issue:peace", "(actor:russia)"] {
        assert!(is_iri(iri), "{iri}");
    }
    for word in ["quote:", "9:30", ":a", "«issue»:peace", "", "word"] {
        assert!(!is_iri(word), "{word}");
    }
}
