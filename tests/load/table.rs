//! Tables of other people: every row comes out as the map says, and what cannot be taken says where.

use super::absent;
use standpoint::Error;
use standpoint::ingest::import::table::{Form, Map, read};
use standpoint::ingest::import::{Imported, Options};
use std::path::Path;

/// A map of everything that small tables need.
const MAP: &str = "article: \"news-{day}\"\npublished: \"{day}\"\ndates: DD.MM.YYYY\nactor: \"{who}\"\n\
    issue: \"{what}\"\nstance: \"{how}\"\nmode: vote\nsplit: {issue: \"|\"}\n\
    values: {stance: {yes: supports, no: opposes}, issue: {m: The mill is torn down}}\nskip: {stance: [absent]}\n";

const TABLE: &str = "day,who,what,how\n06.03.2025,Ana  Berg,m|q,yes\n06.03.2025,ana berg,m,no\n07.03.2025,\"Dee, D.\",m,absent\n";

/// What an import makes of a table and a map.
fn import(table: &[u8], form: Form, map: &str, skip: usize) -> Result<Imported, String> {
    let folder = tempfile::tempdir().unwrap();
    let (file, said) = (folder.path().join("votes.csv"), folder.path().join("map.yaml"));
    std::fs::write(&file, table).unwrap();
    std::fs::write(&said, map).unwrap();
    let map = Map::read(&said).map_err(|error| format!("{error}; {}", error.help().unwrap_or_default()));
    read(&file, form, &map?, &Options { skip_bad: skip, ..Options::default() }).map_err(|error| match error {
        Error::Input(faults) => {
            let told = faults.iter().map(|fault| fault.render(false, 200)).collect::<String>();
            told.replace(&folder.path().display().to_string(), "…")
        }
        error => error.to_string(),
    })
}

fn graph(imported: &Imported) -> String {
    super::dna::graph(imported)
}

#[test]
fn rows_come_out_as_the_map_says() {
    let imported = import(TABLE.as_bytes(), Form::Csv, MAP, 0).unwrap();
    assert_eq!(
        imported.notes,
        [
            "3 positions get the defaults of explicitness, certainty",
            "issue `q` is not in the map, taken as it is (1 time)",
            "1 record passed over, as the map says",
        ]
    );
    let all = graph(&imported);
    let number = |end: &str| all.lines().filter(|line| line.ends_with(end)).count();
    assert_eq!(number("type> <https://w3id.org/standpoint/ns#Position> ."), 3);
    assert_eq!(number("/ns#actor> <https://w3id.org/standpoint/id/actor/ana-berg> ."), 3);
    assert_eq!(number("/ns#stance> <https://w3id.org/standpoint/ns#Opposes> ."), 1);
    assert_eq!(number("/ns#mode> <https://w3id.org/standpoint/ns#Vote> ."), 3);
    assert_eq!(number("/issued> \"2025-03-06\"^^<http://id.loc.gov/datatypes/edtf> ."), 1);
    assert_eq!(number("\"Ana Berg\"@en ."), 1);
    // A byte order mark, another delimiter, Latin-1 and JSON Lines make no difference.
    let marked = format!("\u{feff}{TABLE}");
    assert_eq!(graph(&import(marked.as_bytes(), Form::Csv, MAP, 0).unwrap()), all);
    let other = TABLE.replace(',', ";").replace("Dee; D.", "Dee, D.");
    assert_eq!(graph(&import(other.as_bytes(), Form::Csv, MAP, 0).unwrap()), all);
    let latin: Vec<u8> = TABLE.bytes().chain(*b"07.03.2025,Zo\xeb,m,absent\n").collect();
    assert!(import(&latin, Form::Csv, MAP, 0).unwrap_err().contains("encoding: latin-1"));
    assert_eq!(graph(&import(&latin, Form::Csv, &format!("{MAP}encoding: latin-1\n"), 0).unwrap()), all);
    let lines = "{\"day\":\"06.03.2025\",\"who\":\"Ana  Berg\",\"what\":[\"m\",\"q\"],\"how\":\"yes\"}\n\
        {\"day\":\"06.03.2025\",\"who\":\"ana berg\",\"what\":\"m\",\"how\":\"no\"}\n";
    assert_eq!(graph(&import(lines.as_bytes(), Form::JsonLines, MAP, 0).unwrap()), all);
}

#[test]
fn workbooks_are_tables() {
    let rows: Vec<Vec<&str>> = vec![
        vec!["day", "who", "what", "how"],
        vec!["06.03.2025", "Ana  Berg", "m|q", "yes"],
        vec!["06.03.2025", "ana berg", "m", "no"],
    ];
    let with = |formula: bool| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in (0..).zip(&rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
        if formula {
            sheet.write_formula(2, 3, "=D2").unwrap();
        }
        book.save_to_buffer().unwrap()
    };
    let all = graph(&import(TABLE.as_bytes(), Form::Csv, MAP, 0).unwrap());
    assert_eq!(graph(&import(&with(false), Form::Xlsx, MAP, 0).unwrap()), all);
    let told = import(&with(true), Form::Xlsx, MAP, 0).unwrap_err();
    assert!(told.contains("a formula or an error in Sheet1!D3"), "{told}");
    assert!(import(b"PK", Form::Xlsx, MAP, 0).unwrap_err().contains("not an XLSX workbook"));
}

#[test]
fn bad_rows_are_told_once_or_left_out() {
    let table = format!(
        "{TABLE}08.03.2025,Cy\n31.02.2025,Cy,m,yes\n08.03.2025,Cy,m,perhaps\n08.03.2025,Di,m,perhaps\n08.03.2025,…,m,no\n"
    );
    let told = import(table.as_bytes(), Form::Csv, MAP, 4).unwrap_err();
    for part in [
        "2 of 4 columns",
        "`31.02.2025` is not a date of the form DD.MM.YYYY",
        "the stance `perhaps` is not in the map's `values`",
        "2 rows, first here",
        "no actor",
        "…/votes.csv:7:1",
        "leave them out with `--skip-bad 5`",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let imported = import(table.as_bytes(), Form::Csv, MAP, 5).unwrap();
    assert_eq!((imported.positions, imported.rejects.lines().count()), (3, 5));
    assert!(imported.rejects.starts_with("5\t2 of 4 columns\t08.03.2025,Cy\n"), "{}", imported.rejects);
    let lines = "{\"day\":\"06.03.2025\",\"who\":\"Cy\",\"what\":\"m\",\"how\":\"yes\"}\n{\"day\":\n";
    let told = import(lines.as_bytes(), Form::JsonLines, MAP, 0).unwrap_err();
    assert!(told.contains("votes.csv:2:1") && told.contains("--skip-bad 1"), "{told}");
    assert_eq!(import(lines.as_bytes(), Form::JsonLines, MAP, 1).unwrap().positions, 1);
}

#[test]
fn a_map_that_does_not_fit_says_so() {
    for (map, expected) in [
        (MAP.replace("{who}", "{whom}"), "the map names the column `whom`"),
        (MAP.replace("{who}", "{whom}"), "did you mean `who`"),
        (MAP.replace("actor:", "akter:"), "unknown field `akter`; did you mean `actor`?"),
        (MAP.replace("actor: \"{who}\"\n", ""), "the map has no `actor`"),
        (MAP.replace("{who}", "{who"), "a `{` without `}`"),
        (format!("{MAP}delimiter: ab\n"), "`ab` cannot be a delimiter"),
    ] {
        let told = import(TABLE.as_bytes(), Form::Csv, &map, 0).unwrap_err();
        assert!(told.contains(expected), "{expected}\n{told}");
    }
}

#[test]
fn maps_that_are_shipped_give_every_record() {
    for (file, map, positions, articles) in [
        ("debatenet/debatenet_mig15_lrec2020.csv", "debatenet_mig15.yaml", 4_632, 223),
        ("issuepositions_nl/coded_units_gpt.csv", "issuepositions_nl.yaml", 17_705, 6_738),
    ] {
        let Some(path) = absent::reference(file) else {
            absent::skipped("maps_that_are_shipped_give_every_record", &format!("needs {file}"));
            continue;
        };
        let map = Map::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("maps").join(map)).unwrap();
        let imported = read(&path, Form::Csv, &map, &Options::default()).unwrap();
        let (_, registry) = &imported.sheets[0];
        let number = registry["articles"].as_array().map(Vec::len);
        assert_eq!((imported.positions, number), (positions, Some(articles)), "{file}");
        let graph = graph(&imported);
        let number = graph
            .lines()
            .filter(|line| line.ends_with("type> <https://w3id.org/standpoint/ns#Position> ."))
            .count();
        assert_eq!(number, positions, "{file}: every record has an IRI of its own");
    }
}
