//! Marks of annotation tools and QDA projects, people and offices: what they say comes out, and the rest is told.

use standpoint::Error;
use standpoint::ingest::import::{Codes, Imported, Options, annotations, people, qdpx};
use std::io::Write;
use std::path::Path;

/// Runs an import on a file of this content.
fn file<T>(name: &str, content: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    read(&path)
}

fn annotated(content: &str) -> Result<Imported, String> {
    file("marks.json", content.as_bytes(), |path| {
        annotations::read(path, &Codes::default(), &Options::default()).map_err(told)
    })
}

fn told(error: Error) -> String {
    match error {
        Error::Input(faults) => faults.iter().map(|fault| fault.render(false, 200)).collect(),
        error => error.to_string(),
    }
}

fn count(graph: &str, end: &str) -> usize {
    graph.lines().filter(|line| line.ends_with(end)).count()
}

/// Checks one position of Ana's on the mill, with these words, and returns the graph.
fn mill(imported: &Imported, words: &str) -> String {
    assert_eq!(imported.positions, 1, "{:?}", imported.notes);
    let graph = super::dna::graph(imported);
    assert_eq!(count(&graph, "/ns#actor> <https://w3id.org/standpoint/id/actor/ana-berg> ."), 1, "{graph}");
    assert_eq!(count(&graph, "/ns#issue> <https://w3id.org/standpoint/id/issue/the-mill-is-torn-down> ."), 1);
    assert_eq!(count(&graph, "/ns#stance> <https://w3id.org/standpoint/ns#Supports> ."), 1);
    assert_eq!(count(&graph, &format!("#exact> \"{words}\" .")), 1, "{graph}");
    graph
}

#[test]
fn doccano_says_what_its_labels_say() {
    let line = |labels: &str| {
        format!("{{\"id\":7,\"text\":\"\u{1F600} Ana: down with it. Dee.\",\"label\":[{labels}]}}\n")
    };
    let tags = "[2,20,\"actor:Ana Berg\"],[2,20,\"stance:supports;issue:The mill is torn down\"]";
    let imported = annotated(&line(&format!("{tags},[21,24,\"person\"]"))).unwrap();
    let graph = mill(&imported, "Ana: down with it.");
    assert_eq!(count(&graph, "#start> \"2\"^^<http://www.w3.org/2001/XMLSchema#integer> ."), 1);
    assert_eq!(count(&graph, "#label> \"person\" ."), 1);
    assert!(imported.notes.contains(&"1 mark without actor, stance, issue kept as annotations".to_owned()));
    // What a relation leads to counts for the mark with the stance.
    let related = "{\"text\":\"Ana: down with it.\",\"entities\":[{\"id\":1,\"label\":\"actor:Ana Berg\",\"start_offset\":0,\"end_offset\":3},\
        {\"id\":2,\"label\":\"stance:for;issue:The mill is torn down\",\"start_offset\":5,\"end_offset\":18}],\
        \"relations\":[{\"id\":1,\"from_id\":2,\"to_id\":1,\"type\":\"by\"}]}";
    mill(&annotated(related).unwrap(), "down with it.");
    assert!(annotated(&(line(tags) + "{\"text\"\n")).unwrap_err().contains("marks.json:2:1"));
    assert!(
        annotated(&line("[0,1,\"actor:A\"],[0,1,\"issue:B\"],[0,1,\"stance:perhaps\"]"))
            .unwrap_err()
            .contains("unknown stance `perhaps`")
    );
}

#[test]
fn inception_says_what_its_features_say() {
    let cas = "{\"%TYPES\":{},\"%FEATURE_STRUCTURES\":[{\"%ID\":1,\"%TYPE\":\"uima.cas.Sofa\",\"sofaID\":\"_InitialView\",\
        \"sofaString\":\"\u{1F600} Ana: down with it.\"},{\"%ID\":2,\"%TYPE\":\"webanno.custom.Position\",\"@sofa\":1,\"begin\":3,\"end\":21,\
        \"actor\":\"Ana Berg\",\"stance\":\"supports\",\"issue\":\"The mill is torn down\"},\
        {\"%ID\":3,\"%TYPE\":\"de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token\",\"@sofa\":1,\"begin\":0,\"end\":2}]}";
    mill(&annotated(cas).unwrap(), "Ana: down with it.");
    let tsv = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Position|actor|issue|stance\n\n\n#Text=\u{1F600} Ana.\n1-1\t0-2\t\u{1F600}\t_\t_\t_\t\n\
        1-2\t3-6\tAna\t_\t_\t_\t\n1-3\t6-7\t.\t_\t_\t_\t\n\n#Text=Down with it.\n2-1\t8-12\tDown\tAna Berg[1]\tThe mill is torn down[1]\tsupports[1]\t\n\
        2-2\t13-17\twith\tAna Berg[1]\tThe mill is torn down[1]\tsupports[1]\t\n2-3\t18-21\tit.\t_\t_\t_\t\n";
    let imported = annotated(tsv).unwrap();
    mill(&imported, "Down with");
    assert_eq!(imported.texts().next().unwrap().1, "\u{1F600} Ana.\nDown with it.");
    assert!(annotated(&tsv.replace("8-12", "x")).unwrap_err().contains("marks.json:11:1"));
}

#[test]
fn pages_are_marked_by_web_annotations_and_hypothesis() {
    let web = "{\"@context\":\"http://www.w3.org/ns/anno.jsonld\",\"type\":\"AnnotationPage\",\"items\":[{\"id\":\"https://x.example/a/1\",\
        \"type\":\"Annotation\",\"creator\":{\"name\":\"AB\"},\"body\":[{\"type\":\"TextualBody\",\"purpose\":\"tagging\",\"value\":\"actor:Ana Berg\"},\
        {\"purpose\":\"tagging\",\"value\":\"stance:supports\"},{\"purpose\":\"tagging\",\"value\":\"issue:The mill is torn down\"},{\"value\":\"sure\"}],\
        \"target\":{\"source\":\"https://news.example/mill\",\"selector\":[{\"type\":\"TextQuoteSelector\",\"exact\":\"down with it\"}]}}]}";
    let imported = annotated(web).unwrap();
    let graph = mill(&imported, "down with it");
    assert_eq!(count(&graph, "#note> \"sure\" ."), 1);
    assert_eq!(imported.sheets[1].0, "news-example-mill-ab");
    let hypothesis = "{\"total\":1,\"rows\":[{\"id\":\"h1\",\"uri\":\"https://news.example/mill\",\"user\":\"acct:ab@hypothes.is\",\"text\":\"\",\
        \"tags\":[\"actor:Ana Berg\",\"stance:supports\",\"issue:The mill is torn down\"],\"document\":{\"title\":[\"The mill\"]},\
        \"target\":[{\"source\":\"https://news.example/mill\",\"selector\":[{\"type\":\"TextPositionSelector\",\"start\":5,\"end\":17},\
        {\"type\":\"TextQuoteSelector\",\"exact\":\"down with it\"}]}]}]}";
    let imported = annotated(hypothesis).unwrap();
    let graph = mill(&imported, "down with it");
    assert_eq!(count(&graph, "title> \"The mill\" ."), 1, "{graph}");
    assert_eq!(imported.sheets[1].0, "news-example-mill-ab");
    assert!(annotated("{\"a\":1}").unwrap_err().contains("no annotations"));
    assert!(annotated("what is it").unwrap_err().contains("not JSON"));
}

/// A project of this XML and this text.
fn project(xml: &str, text: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("project.qde", options).unwrap();
    zip.write_all(xml.as_bytes()).unwrap();
    zip.start_file("sources/t1.txt", options).unwrap();
    zip.write_all(text).unwrap();
    zip.finish().unwrap().into_inner()
}

const PROJECT: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Project name=\"Mill\" xmlns=\"urn:QDA-XML:project:1.0\">\
    <Users><User guid=\"u1\" name=\"Ana &amp; Ben\"/><User guid=\"u2\" name=\"Cy\"/></Users><CodeBook><Codes>\
    <Code guid=\"c1\" name=\"stance\" isCodable=\"true\"><Code guid=\"c2\" name=\"supports\" isCodable=\"true\"/></Code>\
    <Code guid=\"c3\" name=\"actor:Ana Berg\" isCodable=\"true\"/><Code guid=\"c4\" name=\"Mill\" isCodable=\"true\"/></Codes></CodeBook>\
    <Sources><TextSource guid=\"t1\" name=\"Canal Courier\" plainTextPath=\"internal://t1.txt\"><PlainTextSelection guid=\"s1\" startPosition=\"2\" endPosition=\"14\" \
    creatingUser=\"u1\"><Coding guid=\"k1\" creatingUser=\"u2\"><CodeRef targetGUID=\"c2\"/></Coding><Coding guid=\"k2\" creatingUser=\"u2\"><CodeRef targetGUID=\"c3\"/>\
    </Coding><Coding guid=\"k3\" creatingUser=\"u2\"><CodeRef targetGUID=\"c4\"/></Coding></PlainTextSelection></TextSource><PictureSource guid=\"p\" name=\"x\"/></Sources></Project>";

#[test]
fn projects_of_qda_tools_are_read() {
    let map = "codes:\n  Mill: {issue: The mill is torn down}\n";
    let codes = file("map.yaml", map.as_bytes(), |path| Codes::read(path).unwrap());
    let read = |bytes: &[u8]| {
        file("mill.qdpx", bytes, |path| qdpx::read(path, &codes, &Options::default()).map_err(told))
    };
    let text = "\u{1F600} down with it.";
    let imported = read(&project(PROJECT, text.as_bytes())).unwrap();
    mill(&imported, "down with it");
    assert_eq!(imported.sheets[1].0, "canal-courier-cy");
    assert!(imported.notes.contains(&"not kept: 1 picture".to_owned()), "{:?}", imported.notes);
    // What is broken, missing or too much says so.
    assert!(read(b"PK").unwrap_err().contains("not a ZIP archive"));
    assert!(
        read(&project(&PROJECT.replace("targetGUID=\"c4\"", "targetGUID=\"c9\""), b""))
            .unwrap_err()
            .contains("unknown code c9")
    );
    for end in [400, PROJECT.len() - "</Project>".len()] {
        assert!(read(&project(&PROJECT[..end], b"x")).unwrap_err().contains("`project.qde` is broken"));
    }
    let bomb = vec![b' '; 17 << 20];
    assert!(read(&project(PROJECT, &bomb)).unwrap_err().contains("unpacks to suspiciously much"));
    assert!(read(&project(PROJECT, b"\xff\xfe")).unwrap_err().contains("is not valid UTF-8"));
}

#[test]
fn people_have_offices_and_terms() {
    let read = |name: &str, text: &str| file(name, text.as_bytes(), |path| people::read(path).map_err(told));
    let popolo = "{\"persons\":[{\"id\":\"p1\",\"name\":\"Ana Berg\",\"other_names\":[{\"name\":\"A. Berg\"}],\"identifiers\":[{\"scheme\":\"wikidata\",\"identifier\":\"Q1\"}],\
        \"image\":\"x.png\"}],\"organizations\":[{\"id\":\"o1\",\"name\":\"Green List\",\"classification\":\"party\"}],\
        \"posts\":[{\"id\":\"m\",\"label\":\"Mayor\",\"organization_id\":\"o1\"}],\"memberships\":[{\"person_id\":\"p1\",\"post_id\":\"m\",\"start_date\":\"2020-05\"},\
        {\"person_id\":\"p1\",\"organization_id\":\"o1\"}],\"events\":[{},{}]}";
    let imported = read("town.json", popolo).unwrap();
    assert_eq!(imported.notes, ["2 actors, 1 office, 2 terms", "not kept: events (2), persons.image (1)"]);
    let graph = super::dna::graph(&imported);
    for end in [
        "#exactMatch> <http://www.wikidata.org/entity/Q1> .",
        "\"A. Berg\"@en .",
        "\"Mayor\"@en .",
        "/ns#Party> .",
    ] {
        assert_eq!(count(&graph, end), 1, "{end}\n{graph}");
    }
    assert!(graph.contains("\"2020-05-01\""), "{graph}");
    let dangling = popolo.replace("\"person_id\":\"p1\",\"post_id\"", "\"person_id\":\"p9\",\"post_id\"");
    assert!(read("town.json", &dangling).unwrap_err().contains("`person_id` is `p9`"));
    let (wd, label) = ("<http://www.wikidata.org/entity/", "<http://www.w3.org/2000/01/rdf-schema#label>");
    let prop = "<http://www.wikidata.org/prop/";
    let lines = [
        format!("{wd}Q1> {label} \"Ana Berg\"@en ."),
        format!("{wd}Q1> {label} \"Anna Berg\"@de ."),
        format!("{wd}Q2> {label} \"mayor of Kanal\"@en ."),
        format!("{wd}Q1> {prop}direct/P31> {wd}Q5> ."),
        format!("{wd}Q1> {prop}P39> {wd}statement/S1> ."),
        format!("{wd}statement/S1> {prop}statement/P39> {wd}Q2> ."),
        format!(
            "{wd}statement/S1> {prop}qualifier/P580> \"2020-05-04T00:00:00Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime> ."
        ),
        format!("{wd}Q1> {prop}direct/P18> <http://x.example/p.jpg> ."),
    ];
    let imported = read("town.nt", &(lines.join("\n") + "\n")).unwrap();
    assert_eq!(imported.notes, ["1 actor, 1 office, 1 term", "not kept: P18 (1)"]);
    let graph = super::dna::graph(&imported);
    assert!(graph.contains("\"2020-05-04\"") && count(&graph, "\"mayor of Kanal\"@en .") == 1, "{graph}");
    assert!(read("town.nt", "<a> <b> c\n").unwrap_err().contains("town.nt:1:1"));
    assert!(read("town.json", "{}").unwrap_err().contains("no `persons`"));
}
