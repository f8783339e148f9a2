//! What went out comes in again: databases of DNA, projects of QDA tools and annotations, of generated codings and of
//! the sample.

use super::absent;
use proptest::prelude::*;
use rusqlite::{Connection, params};
use standpoint::export::{dna, qdpx, web_annotations};
use standpoint::ingest::import::{Codes, Imported, Options, annotations, dna as import, qdpx as projects};
use standpoint::store::index::Index;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use tempfile::TempDir;

/// Names of a person, an organization and a concept; number of the document; first and last letter; coder; agreement.
type Statement = (String, String, String, usize, (usize, usize), i64, bool);

/// Texts of documents, with what they say of themselves, and statements.
#[derive(Clone, Debug)]
struct Coding {
    documents: Vec<(String, [String; 5], i64)>,
    statements: Vec<Statement>,
    types: Vec<String>,
}

fn coding() -> impl Strategy<Value = Coding> {
    let letter = prop::sample::select(vec!['a', 'b', ' ', '\n', 'é', '\u{1F600}', '"', '<', 'ש']);
    let text =
        prop::collection::vec(letter, 1..30).prop_map(|letters| letters.into_iter().chain(['.']).collect());
    let word = "[a-c]?[A-Za-zé\"'&<>:,()#/-]{0,6}";
    let field = || word.prop_map(String::from);
    let document = (text, [field(), field(), field(), field(), field()], 0_i64..20_000);
    let name = || "[a-c][a-z&<>:,()\u{1F600}-]{0,5}( [a-zש]{1,3})?";
    let statement = (
        prop_oneof![1 => Just(String::new()), 3 => name().prop_map(String::from)],
        name(),
        name(),
        any::<usize>(),
        (any::<usize>(), any::<usize>()),
        1_i64..3,
        any::<bool>(),
    );
    let statement = statement.prop_map(|(person, organization, concept, document, place, coder, agrees)| {
        (person, organization, concept, document, place, coder, agrees)
    });
    (
        prop::collection::vec(document, 1..4),
        prop::collection::vec(statement, 1..8),
        prop::collection::vec(name(), 1..3),
    )
        .prop_map(|(documents, statements, types)| Coding { documents, statements, types })
}

/// The place of words in units of UTF-16; from one letter to another, which are none of white space.
fn place(text: &str, (one, other): (usize, usize)) -> (usize, usize) {
    let mut unit = 0;
    let mut places = Vec::new();
    for letter in text.chars() {
        let start = unit;
        unit += letter.len_utf16();
        if !letter.is_whitespace() {
            places.push((start, unit));
        }
    }
    let (one, other) = (places[one % places.len()], places[other % places.len()]);
    (one.0.min(other.0), one.1.max(other.1))
}

/// A database of DNA that holds a coding: the tables of an export of nothing, filled.
fn database(coding: &Coding, file: &Path) {
    dna::write(&Index::from_triples([]), &|_| Ok(None), None, file).unwrap();
    let mut base = Connection::open(file).unwrap();
    let base = base.transaction().unwrap();
    for id in 1..3 {
        base.execute("INSERT OR REPLACE INTO CODERS (ID, Name, Red, Green, Blue, Password) SELECT ?1, ?2, 0, 0, 0, Password FROM CODERS WHERE ID = 1", params![id, format!("Coder {id}")]).unwrap();
    }
    for (number, (text, fields, day)) in (1..).zip(&coding.documents) {
        let [title, author, source, section, kind] = fields;
        base.execute(
            "INSERT INTO DOCUMENTS (ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, '', ?7, ?8)",
            params![number, format!("{title}{number}"), text, author, source, section, kind, day * 86_400],
        )
        .unwrap();
    }
    let mut entities: HashMap<(i64, &str), i64> = HashMap::new();
    let known: Vec<(i64, i64, String)> = base
        .prepare("SELECT ID, VariableId, Value FROM ENTITIES")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (id, variable, value) in &known {
        entities.insert((*variable, value), *id);
    }
    let attribute: HashMap<i64, i64> = base
        .prepare("SELECT VariableId, ID FROM ATTRIBUTEVARIABLES WHERE AttributeVariable = 'Type'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut value = 0;
    for (number, (person, organization, concept, document, at, coder, agrees)) in
        (1..).zip(&coding.statements)
    {
        let document = document % coding.documents.len();
        let (start, stop) = place(&coding.documents[document].0, *at);
        base.execute(
            "INSERT INTO STATEMENTS (ID, StatementTypeId, DocumentId, Start, Stop, Coder) VALUES (?1, 1, ?2, ?3, ?4, ?5)",
            params![number, document as i64 + 1, start as i64, stop as i64, coder],
        )
        .unwrap();
        for (variable, name) in [(1, person), (2, organization), (3, concept)] {
            let next = entities.len() as i64 + 1;
            let id = *entities.entry((variable, name)).or_insert_with(|| {
                base.execute("INSERT INTO ENTITIES (ID, VariableId, Value, Red, Green, Blue) VALUES (?1, ?2, ?3, 0, 0, 0)", params![next, variable, name]).unwrap();
                if let Some(attribute) = attribute.get(&variable).filter(|_| variable < 3) {
                    let kind = &coding.types[next as usize % coding.types.len()];
                    base.execute("INSERT OR REPLACE INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue) VALUES (?1, ?2, ?3)", params![next, attribute, kind]).unwrap();
                }
                next
            });
            value += 1;
            base.execute(
                "INSERT INTO DATASHORTTEXT (ID, StatementId, VariableId, Entity) VALUES (?1, ?2, ?3, ?4)",
                params![value, number, variable, id],
            )
            .unwrap();
        }
        base.execute(
            "INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES (?1, 4, ?2)",
            params![number, i64::from(*agrees)],
        )
        .unwrap();
    }
    base.commit().unwrap();
}

/// All that a database says, a line each: statements with their words, documents, attributes of what statements use.
fn said(file: &Path) -> Vec<String> {
    let base = Connection::open(file).unwrap();
    let names = |variable: &str| {
        format!(
            "(SELECT e.Value FROM DATASHORTTEXT t JOIN ENTITIES e ON e.ID = t.Entity JOIN VARIABLES v ON v.ID = t.VariableId WHERE t.StatementId = s.ID AND v.Variable = '{variable}')"
        )
    };
    let statements = format!(
        "SELECT s.ID || '|' || d.Title || '|' || c.Name || '|' || s.Start || '|' || s.Stop || '|' || {} || '|' || {} || '|' || {} || '|' || (SELECT b.Value FROM DATABOOLEAN b JOIN VARIABLES v ON v.ID = b.VariableId WHERE b.StatementId = s.ID AND v.Variable = 'agreement')
         FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId JOIN CODERS c ON c.ID = s.Coder JOIN STATEMENTTYPES k ON k.ID = s.StatementTypeId WHERE k.Label = 'DNA Statement'",
        names("person"), names("organization"), names("concept")
    );
    let documents = "SELECT Title || '|' || Text || '|' || Author || '|' || Source || '|' || Section || '|' || Type || '|' || Date FROM DOCUMENTS";
    let attributes = "SELECT v.Variable || '|' || e.Value || '|' || a.AttributeVariable || '|' || x.AttributeValue FROM ATTRIBUTEVALUES x
        JOIN ENTITIES e ON e.ID = x.EntityId JOIN VARIABLES v ON v.ID = e.VariableId JOIN ATTRIBUTEVARIABLES a ON a.ID = x.AttributeVariableId
        WHERE e.ID IN (SELECT Entity FROM DATASHORTTEXT) AND x.AttributeValue != '' AND e.Value != ''";
    let mut all = Vec::new();
    for query in [&statements, documents, attributes] {
        let mut query = base.prepare(query).unwrap();
        let rows = query.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        all.extend(rows.map(|row| row.unwrap().expect("nothing is missing")));
    }
    all.sort();
    all
}

/// The graph of an import, and the texts by their hashes.
fn loaded(imported: &Imported) -> (Index, HashMap<String, String>) {
    let graph = super::dna::graph(imported);
    let quads = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::NTriples).for_slice(&graph);
    let index = Index::from_triples(quads.map(|quad| quad.unwrap().into()));
    let texts = imported.texts().map(|(_, text)| {
        let text = standpoint::model::text::ArticleText::new(text);
        (text.sha256().to_owned(), text.as_str().to_owned())
    });
    (index, texts.collect())
}

/// What positions say, a line each: names, words and places, coder and other fields; without their IRIs.
fn positions(index: &Index) -> Vec<String> {
    use standpoint::store::GraphReader;
    let mut about: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for triple in GraphReader::triples(index) {
        let end =
            |iri: &str| iri.trim_end_matches('>').rsplit(['/', '#']).next().unwrap_or_default().to_owned();
        let (property, object) = (end(triple.predicate.as_str()), triple.object.to_string());
        about.entry(triple.subject.to_string()).or_default().push((property, object));
    }
    let of = |node: &str, property: &str| -> Vec<String> {
        let all = about.get(node).into_iter().flatten();
        let mut all: Vec<String> =
            all.filter(|(known, _)| known == property).map(|(_, object)| object.clone()).collect();
        all.sort();
        all
    };
    let each = |nodes: Vec<String>, property: &str| -> Vec<String> {
        nodes.iter().flat_map(|node| of(node, property)).collect()
    };
    let mut lines = Vec::new();
    for (position, said) in &about {
        if !said.iter().any(|(property, object)| property == "type" && object.ends_with("ns#Position>")) {
            continue;
        }
        let name = |property: &str| each(of(position, property), "prefLabel").join(" + ");
        let selectors = each(of(position, "evidence"), "hasSelector");
        let places: Vec<String> =
            ["start", "end", "exact"].iter().flat_map(|property| each(selectors.clone(), property)).collect();
        let fields = ["stance", "mode", "explicitness", "certainty", "status", "note"];
        let fields: Vec<String> = fields.iter().flat_map(|property| of(position, property)).collect();
        let coders = each(each(of(position, "wasGeneratedBy"), "wasAssociatedWith"), "name");
        lines.push(format!(
            "{} | {} | {} | {fields:?} | {places:?} | {coders:?}",
            name("actor"),
            name("onBehalfOf"),
            name("issue")
        ));
    }
    lines.sort();
    lines
}

/// Sends a database around: as DNA, as a project, as annotations.
fn around(file: &Path, folder: &TempDir) {
    let imported = import::read(file, &import::Map::default(), 0).unwrap();
    let (index, texts) = loaded(&imported);
    let text = |hash: &str| Ok(texts.get(hash).cloned());
    let again = folder.path().join("again.dna");
    dna::write(&index, &text, None, &again).unwrap();
    assert_eq!(said(&again), said(file));
    let before = positions(&index);
    let project = folder.path().join("again.qdpx");
    std::fs::write(&project, qdpx::project(&index, &text, None, "again").unwrap().0).unwrap();
    let back = projects::read(&project, &Codes::default(), &Options::default()).unwrap();
    assert_eq!(positions(&loaded(&back).0), before);
    let marks = folder.path().join("again.json");
    let mut bytes = Vec::new();
    web_annotations(&index, None, &mut bytes).unwrap();
    std::fs::write(&marks, bytes).unwrap();
    let back = annotations::read(&marks, &Codes::default(), &Options::default()).unwrap();
    assert_eq!(positions(&loaded(&back).0), before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_coding_comes_back_as_dna_as_a_project_and_as_annotations(coding in coding()) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("coding.dna");
        database(&coding, &file);
        around(&file, &folder);
    }
}

#[test]
fn the_sample_comes_back() {
    let Some(path) = absent::reference("dna/sample.dna") else {
        absent::skipped("the_sample_comes_back", "needs dna/sample.dna");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    around(&path, &folder);
}
