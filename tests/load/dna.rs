//! Databases of the Discourse Network Analyzer: whatever the tables hold comes out, and what cannot be taken says why.

use super::absent;
use rusqlite::Connection;
use standpoint::Error;
use standpoint::ingest::import::Imported;
use standpoint::ingest::import::dna::{Map, read};
use standpoint::ingest::{Options, Texts, nothing_known};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Tables of version 3, as far as an import asks for them, and a coding of two texts by two people.
const CASE: &str = "
CREATE TABLE SETTINGS(Property TEXT PRIMARY KEY, Value TEXT);
CREATE TABLE CODERS(ID INTEGER PRIMARY KEY, Name TEXT, Red INTEGER, Password TEXT);
CREATE TABLE DOCUMENTS(ID INTEGER PRIMARY KEY, Title TEXT, Text TEXT, Coder INTEGER, Author TEXT, Source TEXT,
  Section TEXT, Notes TEXT, Type TEXT, Date INTEGER);
CREATE TABLE STATEMENTTYPES(ID INTEGER PRIMARY KEY, Label TEXT);
CREATE TABLE VARIABLES(ID INTEGER PRIMARY KEY, Variable TEXT, DataType TEXT, StatementTypeId INTEGER);
CREATE TABLE REGEXES(Label TEXT PRIMARY KEY, Red INTEGER);
CREATE TABLE STATEMENTS(ID INTEGER PRIMARY KEY, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER,
  Stop INTEGER, Coder INTEGER);
CREATE TABLE DATABOOLEAN(ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value INTEGER);
CREATE TABLE DATAINTEGER(ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value INTEGER);
CREATE TABLE DATASHORTTEXT(ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Entity INTEGER);
CREATE TABLE DATALONGTEXT(ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value TEXT);
CREATE TABLE ENTITIES(ID INTEGER PRIMARY KEY, VariableId INTEGER, Value TEXT, ChildOf INTEGER);
CREATE TABLE ATTRIBUTEVARIABLES(ID INTEGER PRIMARY KEY, VariableId INTEGER, AttributeVariable TEXT);
CREATE TABLE ATTRIBUTEVALUES(ID INTEGER PRIMARY KEY, EntityId INTEGER, AttributeVariableId INTEGER, AttributeValue TEXT);
INSERT INTO SETTINGS VALUES ('version', '3.1');
INSERT INTO CODERS VALUES (1, 'Ana', 255, 'secret'), (2, 'Ben', 0, '');
INSERT INTO DOCUMENTS VALUES
  (1, 'The mill', 'A \u{1F600} says: tear it down. Keep it!', 1, 'Cy', 'Canal Courier', 'Local', 'odd', 'report', 86400),
  (2, '', 'Nothing here.', 1, '', '', '', '', '', 90000);
INSERT INTO STATEMENTTYPES VALUES (1, 'DNA Statement'), (2, 'Remark');
INSERT INTO VARIABLES VALUES (1, 'person', 'short text', 1), (2, 'organization', 'short text', 1),
  (3, 'concept', 'short text', 1), (4, 'agreement', 'boolean', 1), (5, 'strength', 'integer', 1),
  (6, 'remark', 'long text', 1), (7, 'note', 'long text', 2);
INSERT INTO REGEXES VALUES ('mil+', 1);
INSERT INTO ENTITIES VALUES (1, 1, '', NULL), (2, 1, 'Dee', NULL), (3, 2, 'Dee', NULL), (4, 2, 'Guild', 3),
  (5, 3, 'The mill is torn down', 6), (6, 3, 'The quay is rebuilt', NULL);
INSERT INTO ATTRIBUTEVARIABLES VALUES (1, 2, 'Type'), (2, 2, 'Founded');
INSERT INTO ATTRIBUTEVALUES VALUES (1, 4, 1, 'crafts'), (2, 4, 2, '1871'), (3, 3, 1, '');
INSERT INTO STATEMENTS VALUES (1, 1, 1, 11, 24, 1), (2, 1, 1, 11, 24, 1), (3, 1, 1, 25, 33, 2), (4, 2, 1, 0, 1, 2),
  (5, 1, 2, 0, 999, 1), (6, 1, 2, 0, 7, 1);
INSERT INTO DATABOOLEAN VALUES (1, 1, 4, 1), (2, 2, 4, 1), (3, 3, 4, 0), (4, 5, 4, 1), (5, 6, 4, 1);
INSERT INTO DATAINTEGER VALUES (1, 3, 5, 4);
INSERT INTO DATALONGTEXT VALUES (1, 3, 6, 'said twice'), (2, 4, 7, 'ask her'), (3, 1, 6, '');
INSERT INTO DATASHORTTEXT VALUES (1, 1, 1, 2), (2, 1, 2, 4), (3, 1, 3, 5), (4, 2, 1, 2), (5, 2, 2, 4), (6, 2, 3, 5),
  (7, 3, 1, 1), (8, 3, 2, 3), (9, 3, 3, 6), (10, 5, 1, 2), (11, 5, 3, 5), (12, 6, 1, 1), (13, 6, 2, 4);
";

/// A database of these statements in SQL.
fn database(sql: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mill.dna");
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
    (folder, file)
}

/// The graph of everything that an import makes.
pub fn graph(imported: &Imported) -> String {
    let options = Options { texts: Texts::of(imported.texts()), ..Options::default() };
    let loaded = match standpoint::ingest::read(&imported.inputs(), options, nothing_known()) {
        Ok(loaded) => loaded,
        Err(Error::Input(faults)) => panic!("{faults:#?}"),
        Err(error) => panic!("{error}"),
    };
    loaded.documents.into_iter().map(|document| document.ntriples.into_text().unwrap()).collect()
}

fn number(graph: &str, end: &str) -> usize {
    graph.lines().filter(|line| line.ends_with(end)).count()
}

/// What is wrong with a file, and what would help.
fn fault(file: &Path) -> String {
    match read(file, &Map::default(), 0) {
        Ok(_) => panic!("it is taken"),
        Err(Error::Input(faults)) => {
            let told = faults.iter().map(|fault| fault.render(false, 200)).collect::<String>();
            told.replace(&file.parent().unwrap().display().to_string(), "…")
        }
        Err(error) => format!("{error}; {}", error.help().unwrap_or_default()),
    }
}

#[test]
fn all_that_a_database_holds_comes_out() {
    let (_folder, file) = database(CASE);
    let imported = read(&file, &Map::default(), 0).unwrap();
    assert_eq!(
        imported.notes,
        [
            "4 positions get the defaults of mode, explicitness, certainty",
            "1 statement of type `Remark` kept as annotations",
            "1 statement without actor, issue or stance kept as annotations (6)",
            "1 position kept without words, as their places are not in the texts (5)",
            "kept as annotations alone: 2 coder accounts, 2 statement types, 7 variables, 1 regular expression, 1 setting",
            "not imported: 1 password",
        ]
    );
    let graph = graph(&imported);
    // Two statements that agree in everything are two positions.
    assert_eq!(number(&graph, "type> <https://w3id.org/standpoint/ns#Position> ."), 4);
    assert_eq!(
        number(&graph, "/ns#issue> <https://w3id.org/standpoint/id/issue/the-mill-is-torn-down> ."),
        3
    );
    // Offsets of UTF-16 are code points here.
    assert_eq!(number(&graph, "#exact> \"tear it down.\" ."), 1);
    assert_eq!(number(&graph, "#exact> \"Keep it!\" ."), 1);
    for end in [
        "#start> \"10\"^^<http://www.w3.org/2001/XMLSchema#integer> .",
        "/ns#onBehalfOf> <https://w3id.org/standpoint/id/actor/guild> .",
        // Persons and organizations of one name are two; where the person is empty, the organization speaks.
        "/ns#actor> <https://w3id.org/standpoint/id/actor/dee-organization> .",
        "/ns#actor> <https://w3id.org/standpoint/id/actor/dee> .",
        "#note> \"strength: 4\" .",
        "#note> \"remark: said twice\" .",
        "#note> \"Founded: 1871\" .",
        "\"ask her\" .",
        "\"mil+\" .",
        "#broader> <https://w3id.org/standpoint/id/issue/the-quay-is-rebuilt> .",
        "\"1970-01-02\"^^<http://id.loc.gov/datatypes/edtf> .",
        "#note> \"Section: Local\" .",
        "#note> \"Type: report\" .",
        "#note> \"Time: 01:00:00\" .",
        "/identifier> \"5\" .",
    ] {
        assert!(number(&graph, end) > 0, "{end}\n{graph}");
    }
    assert!(!graph.contains("secret"), "passwords stay where they are");
}

#[test]
fn a_map_says_what_other_variables_mean() {
    let (folder, file) = database(CASE);
    let map = folder.path().join("map.yaml");
    let said = "actor: [organization]\nonBehalfOf: [person]\nstance: strength\nstances: {4: neutral}\nmode: demand\n";
    std::fs::write(&map, said).unwrap();
    let imported = read(&file, &Map::read(&map).unwrap(), 0).unwrap();
    assert_eq!(imported.positions, 1);
    let graph = graph(&imported);
    assert_eq!(number(&graph, "/ns#stance> <https://w3id.org/standpoint/ns#Neutral> ."), 1);
    assert_eq!(number(&graph, "/ns#mode> <https://w3id.org/standpoint/ns#Demand> ."), 1);
    for (said, expected) in [
        ("stanses: {}", "unknown field `stanses`; did you mean `stances`?"),
        ("stances: {1: suports}", "unknown stance `suports`; did you mean `supports`?"),
        (
            "stances: {1: affirms}",
            "`affirms` is not a stance on a proposal; set `family: proposal` or `family: claim`",
        ),
    ] {
        std::fs::write(&map, said).unwrap();
        let error = Map::read(&map).unwrap_err();
        let told = format!("{error}; {}", error.help().unwrap_or_default());
        assert!(told.contains(expected), "{told}");
    }
    std::fs::write(&map, "issue: topic").unwrap();
    let error = read(&file, &Map::read(&map).unwrap(), 0).unwrap_err();
    assert_eq!(
        format!("{error}; {}", error.help().unwrap_or_default()),
        "no statement type has the variables `person` or `organization`, `topic` and `agreement`; name others with \
         `--map`; the types: DNA Statement (person, organization, concept, agreement, strength, remark); Remark (note)"
    );
}

#[test]
fn references_that_lead_nowhere_are_told_or_left_out() {
    let sql = format!(
        "{CASE} UPDATE STATEMENTS SET DocumentId = 9 WHERE ID = 1; UPDATE DATASHORTTEXT SET Entity = 77 WHERE ID = 4;"
    );
    let (_folder, file) = database(&sql);
    let told = fault(&file);
    for part in [
        "statement 1 has the DocumentId 9",
        "expected an ID of the table DOCUMENTS",
        "statement 2 has the entity 77",
        "leave them out with `--skip-bad 2`",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let imported = read(&file, &Map::default(), 2).unwrap();
    assert_eq!(imported.positions, 2);
    assert!(imported.notes[0].contains("2 statements left out") && imported.notes[0].ends_with("(1, 2)"));
}

#[test]
fn what_is_no_whole_database_of_dna_says_so() {
    let (folder, file) = database(CASE);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(folder.path().join("mill.dna-wal"), "changes").unwrap();
    assert!(fault(&file).contains("the database has changes that are not yet in it"), "{}", fault(&file));
    std::fs::remove_file(folder.path().join("mill.dna-wal")).unwrap();
    for (content, expected) in [
        (&bytes[..bytes.len() / 2], "a truncated database"),
        (b"", "not an SQLite database"),
        (b"person;concept\n", "not an SQLite database"),
        (b"<?xml version=\"1.0\"?><dna/>", "an XML file, not a database"),
    ] {
        std::fs::write(&file, content).unwrap();
        assert!(fault(&file).contains(expected), "{}", fault(&file));
    }
    let mut damaged = bytes.clone();
    damaged[4096..].fill(0xab);
    std::fs::write(&file, damaged).unwrap();
    assert!(fault(&file).contains("the database cannot be read"), "{}", fault(&file));
    let (_other, foreign) = database("CREATE TABLE BIRDS(Name TEXT);");
    let told = fault(&foreign);
    assert!(told.contains("not a database of DNA") && told.contains("it has BIRDS"), "{told}");
}

#[test]
fn the_sample_of_both_versions_gives_forty_statements() {
    for (file, annotations) in [("dna/sample.dna", "3.0.7"), ("dna/sample_v2.dna", "2.0 beta 19")] {
        let Some(path) = absent::reference(file) else {
            absent::skipped("the_sample_of_both_versions_gives_forty_statements", &format!("needs {file}"));
            continue;
        };
        let imported = read(&path, &Map::default(), 0).unwrap();
        let graph = graph(&imported);
        let count =
            |class: &str| number(&graph, &format!("type> <https://w3id.org/standpoint/ns#{class}> ."));
        assert_eq!(
            (count("Position"), count("Article"), count("Issue"), imported.texts.len()),
            (40, 7, 6, 7)
        );
        assert_eq!(number(&graph, "/ns#stance> <https://w3id.org/standpoint/ns#Opposes> ."), 11);
        assert_eq!(number(&graph, "ns/oa#TextPositionSelector> ."), 40);
        assert_eq!(number(&graph, "type> <https://w3id.org/standpoint/dna#STATEMENTS> ."), 41);
        assert_eq!(number(&graph, "type> <https://w3id.org/standpoint/dna#CODERS> ."), 4);
        assert_eq!(number(&graph, "type> <https://w3id.org/standpoint/dna#REGEXES> ."), 6);
        assert!(graph.contains("insert questions or comments") && graph.contains(annotations));
        // The ends of properties are names in XML, without which RDF/XML carries none of it.
        let is_name = |end: &str| end.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let mut ends = graph
            .lines()
            .filter_map(|line| line.split(' ').nth(1)?.trim_end_matches('>').rsplit(['/', '#']).next());
        assert_eq!(ends.find(|end| !is_name(end)), None);
    }
}
