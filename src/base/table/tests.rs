use super::*;

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
fn ordinary_terminals_get_wrapped_cells() {
    let text = table().render(80);
    fits(&text, 80);
    assert_eq!(
        text,
        "\
actor             stance                 quote                                 n
────────────────────────────────────────────────────────────────────────────────
Heritage Society  supports               and it ought to stay where it has     7
                                         always stood

文化遺産協会      conditionally opposes  水車小屋は町の記憶である             12

Zoe\u{301} Nun\u{303}ez         opposes                👩\u{200d}🌾 will not hear of it              123

הוועד למען הטחנה
"
    );
}

#[test]
fn narrow_terminals_get_a_record_a_row() {
    let text = table().render(40);
    fits(&text, 40);
    assert_eq!(
        text,
        "\
── 1 ──
actor   Heritage Society
stance  supports
quote   and it ought to stay where it
        has always stood
n       7
── 2 ──
actor   文化遺産協会
stance  conditionally opposes
quote   水車小屋は町の記憶である
n       12
── 3 ──
actor   Zoe\u{301} Nun\u{303}ez
stance  opposes
quote   👩\u{200d}🌾 will not hear of it
n       123
── 4 ──
actor   הוועד למען הטחנה
stance
quote
n
"
    );
}

#[test]
fn columns_that_never_change_are_said_once() {
    let column = |name: &str| Column { name: name.into(), right: false };
    let rows = ["Ana Berg", "Tenants of Mill Street", "Heritage Society"]
        .map(|who| vec!["The old mill is torn down".to_owned(), who.to_owned()])
        .to_vec();
    assert_eq!(
        Table::new(vec![column("issue"), column("actor")], rows).render(40),
        "\
issue  The old mill is torn down

actor
──────────────────────
Ana Berg
Tenants of Mill Street
Heritage Society
"
    );
}

#[test]
fn what_repeats_in_the_first_column_becomes_a_heading() {
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
fn no_width_is_too_small_and_nothing_is_lost() {
    for width in 1..60 {
        let text = table().render(width);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
        let whole: usize = table().rows.iter().flatten().map(|cell| letters(cell)).sum();
        assert!(letters(&text) >= whole, "at {width}");
    }
}

#[test]
fn markdown_is_not_broken_by_its_cells() {
    let rows = vec![vec!["a|b".into(), "*<b>*\nc_d".into()]];
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
