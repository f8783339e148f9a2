//! Reading, whatever is thrown at it: the four ways to write a sheet say the same, nothing makes
//! a reader panic, and every place that is told lies inside its file.

#[path = "../absent/mod.rs"]
mod absent;
mod broken;
mod coded;
mod dna;
mod marks;
mod round;
mod sample;
mod table;
mod votes;
use oxigraph::io::RdfFormat;
use proptest::prelude::*;
use standpoint::Error;
use standpoint::audit::check::{Checks, Severity};
use standpoint::base::diagnostic::Diagnostic;
use standpoint::ingest::sheet::Format;
use standpoint::ingest::{Content, Encoding, Input, Options, Texts, nothing_known, read};
use standpoint::model::ontology;
use standpoint::store::index::Index;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::{NamedTempFile, TempDir};

/// The example that `init` writes.
static EXAMPLE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    standpoint::ingest::init::init(folder.path(), standpoint::ingest::init::Form::Yaml)
        .expect("an example can be written");
    folder
});

/// Reads one file of this content, alone or with the registry of the example, whose text is at
/// hand.
fn load(bytes: &[u8], content: Content, alone: bool) -> Result<String, Vec<Diagnostic>> {
    let mut file = NamedTempFile::new().expect("there is room for a file");
    file.write_all(bytes).expect("there is room for a file");
    let input = |name: &str, path: &Path, content| Input {
        name: name.to_owned(),
        path: Some(path.to_owned()),
        content,
        held: None,
        encoding: Encoding::Plain,
        document: format!("tests/{name}"),
        in_folder: false,
    };
    let mut inputs = vec![input("file", file.path(), content)];
    if !alone {
        let registry = EXAMPLE.path().join("registry.yaml");
        inputs.push(input("registry", &registry, Content::Sheet(Format::Yaml)));
    }
    let texts = Texts::read(&[EXAMPLE.path().join("texts")]).expect("the example's text is UTF-8");
    match read(&inputs, Options { texts, ..Options::default() }, nothing_known()) {
        Ok(loaded) => Ok(loaded
            .documents
            .into_iter()
            .next()
            .map(|d| d.ntriples.into_text().unwrap())
            .unwrap_or_default()),
        Err(Error::Input(faults)) => Err(faults),
        // The damaged file may give itself the name of the other one.
        Err(Error::Usage { .. }) => Err(Vec::new()),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_membership_is_of_an_office_or_of_a_body_and_may_say_as_what() {
    let sheet = |membership: &str| format!("memberships:\n  - {membership}\n");
    let read = |membership: &str| {
        load(sheet(membership).as_bytes(), Content::Sheet(Format::Yaml), false)
            .map_err(|faults| faults.iter().map(|fault| fault.render(false, 80)).collect::<Vec<_>>().concat())
    };
    let id = "https://w3id.org/standpoint/id";
    let org = "http://www.w3.org/ns/org#";

    let office = read("{person: Ana Berg, post: Mayor, role: Head of town, from: 2022-10-01}").unwrap();
    let iri = format!("<{id}/membership/ana-berg-mayor-2022-10-01>");
    assert!(office.contains(&format!("{iri} <{org}role> <{id}/role/head-of-town> .")), "{office}");
    assert!(office.contains("\"Head of town\"@en"), "{office}");
    assert!(!office.contains(&format!("{org}organization")), "{office}");

    let body = read("{person: Ana Berg, organisation: Town council, from: 2022, until: 2024-05}").unwrap();
    let iri = format!("<{id}/membership/ana-berg-town-council-2022-01-01>");
    assert!(body.contains(&format!("{iri} <{org}organization> <{id}/actor/town-council> .")), "{body}");
    assert!(body.contains("\"2024-05-31\""), "{body}");
    assert!(!body.contains("ns#post"), "{body}");

    assert!(read("{person: Ana Berg}").unwrap_err().contains("`post` is missing"));
    assert!(read("{person: Ana Berg, organisation: Nobody}").unwrap_err().contains("Nobody"));
}

/// No file is written for what fails: the message says it all.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Every place inside the file, every message printable.
fn check(text: &str, faults: &[Diagnostic]) {
    let lines: Vec<&str> = text.split('\n').collect();
    for fault in faults {
        let rendered = fault.render(false, 80);
        assert!(!rendered.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{rendered:?}");
        assert!(!fault.message.is_empty());
        for rust in ["invalid type", "struct ", "Option", "ParseError", "Error(", "os error"] {
            assert!(!fault.message.contains(rust), "{rendered}");
            assert!(!fault.label.as_deref().unwrap_or_default().contains(rust), "{rendered}");
        }
        let Some(place) = fault.place.as_ref().filter(|place| place.file == "file" && place.line > 0) else {
            continue;
        };
        assert!(place.line <= lines.len(), "{rendered}");
        assert!(place.column <= lines[place.line - 1].chars().count() + 1, "{rendered}");
    }
}

fn formats() -> impl Strategy<Value = Content> {
    prop_oneof![
        Just(Content::Sheet(Format::Yaml)),
        Just(Content::Sheet(Format::Json)),
        Just(Content::Sheet(Format::JsonLines)),
        Just(Content::Sheet(Format::Csv)),
        Just(Content::Rdf(RdfFormat::Turtle)),
        Just(Content::Rdf(RdfFormat::TriG)),
        Just(Content::Rdf(RdfFormat::NTriples)),
        Just(Content::Rdf(RdfFormat::NQuads)),
        Just(Content::Rdf(RdfFormat::RdfXml)),
        Just(Content::Rdf(RdfFormat::JsonLd { profile: Default::default() })),
    ]
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_four_ways_to_write_a_sheet_say_the_same(records in sample::records()) {
        let written = [
            (Format::Yaml, sample::yaml(&records)),
            (Format::Json, sample::json(&records)),
            (Format::JsonLines, sample::json_lines(&records)),
            (Format::Csv, sample::csv(&records)),
        ];
        let read = written.each_ref().map(|(format, text)| {
            load(text.as_bytes(), Content::Sheet(*format), true).map_err(|faults| {
                let told: Vec<String> = faults.iter().map(|fault| fault.render(false, 80)).collect();
                TestCaseError::fail(format!("{format:?}\n{text}\n{}", told.join("\n\n")))
            })
        });
        let [yaml, json, lines, csv] = read;
        let yaml = yaml?;
        prop_assert!(records.iter().filter(|r| r.kind == "position").count() <= yaml.matches("#Position>").count());
        prop_assert_eq!(&yaml, &json?);
        prop_assert_eq!(&yaml, &lines?);
        prop_assert_eq!(&yaml, &csv?);
    }

    /// What `load` relies on when it does not check what sheets encode to.
    #[test]
    fn what_a_sheet_encodes_to_keeps_the_shapes(records in sample::records()) {
        let yaml = load(sample::yaml(&records).as_bytes(), Content::Sheet(Format::Yaml), true);
        let yaml = yaml.map_err(|_| TestCaseError::reject("no sheet"))?;
        let index = Index::from_ntriples([yaml.as_str()], ontology::schemes()).unwrap();
        let found = Checks::default().run(&index).unwrap();
        let violations: Vec<&str> = found
            .iter()
            .filter(|finding| finding.severity == Severity::Violation)
            .map(|finding| finding.message.as_str())
            .collect();
        prop_assert!(violations.is_empty(), "{violations:?}\n{yaml}");
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), content in formats()) {
        if let Err(faults) = load(&bytes, content, false) {
            check(&String::from_utf8_lossy(&bytes), &faults);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in broken::text(), content in formats()) {
        if let Err(faults) = load(text.as_bytes(), content, false) {
            check(&text, &faults);
        }
    }

    #[test]
    fn what_is_wrong_with_a_damaged_file_is_told_inside_it((text, content) in broken::damaged()) {
        if let Err(faults) = load(text.as_bytes(), content, false) {
            check(&text, &faults);
        }
    }
}

#[test]
fn a_figure_is_what_is_written_in_every_format() {
    let articles = |quoted: bool| match quoted {
        true => r#""article": "a", "articles": [{"id": "a", "length": 9}]"#,
        false => "article: a\ndocument: d\narticles: [{id: a, length: 9}]",
    };
    let mut said = Vec::new();
    for figure in ["1.50", "1.0", "0.1", "12345678901234567890.123456789", "100000000000000000000000"] {
        let yaml = format!(
            "{}\nmeasures: [{{label: x, value: {figure}, unit: EUR, quote: {{exact: q, start: 1}}}}]",
            articles(false)
        );
        let measure = format!(
            r#"{{"label": "x", "value": {figure}, "unit": "EUR", "quote": {{"exact": "q", "start": 1}}}}"#
        );
        let json = format!(r#"{{{}, "document": "d", "measures": [{measure}]}}"#, articles(true));
        let [yaml, json] = [(yaml, Format::Yaml), (json, Format::Json)]
            .map(|(text, format)| load(text.as_bytes(), Content::Sheet(format), true).unwrap());
        assert!(yaml.contains(&format!("\"{figure}\"")), "{yaml}");
        assert_eq!(yaml, json);
        said.push(yaml);
    }
    said.dedup();
    assert_eq!(said.len(), 5);
}

#[test]
fn a_list_is_no_record() {
    // serde reads a list as a record of the same order, in JSON only.
    for (text, format) in [
        (r#"{"actors": [["ana", "Ana", [], "person"]]}"#, Format::Json),
        ("actors:\n  - [ana, Ana, [], person]\n", Format::Yaml),
        (r#"[null, null, null]"#, Format::JsonLines),
    ] {
        let faults = load(text.as_bytes(), Content::Sheet(format), true).expect_err(text);
        assert!(faults[0].message.ends_with("is a list"), "{}", faults[0].message);
    }
}
