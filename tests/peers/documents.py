"""JSON-LD and Web Annotations read by rdflib and pyld, databases of DNA by SQLite, projects of REFI-QDA by
qualitative-coding and the schema of the standard, scripts by ladybug, references by citeproc: our files, and what a query says."""

import argparse
import csv
import json
import logging
import os
import re
import shutil
import sqlite3
import sys
import warnings
import zipfile
from xml.etree import ElementTree

import ladybug
import rdflib
import rdflib.compare
import structlog
from citeproc.source.bibtex import BibTeX
from citeproc.source.json import CiteProcJSON
from pyld import jsonld
from qualitative_coding.refi_qda.reader import REFIQDAReader

from tables import DATA, NAMES, Reader, foreign

RDF = """@prefix ex: <http://example.org/a#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
<actor:odd> a foaf:Person , [ foaf:name "a class without a name" ] ; foaf:name "A"@en , "B"@de , "C" ; foaf:knows <mailto:b@example.org> .
ex:list skos:member ( ex:a "two" 3 ) ; skos:note "1"^^xsd:integer , 1.50 , "x"^^<http://example.org/type> , true , "@id" , "" .
<https://example.org/ns/thing(1)> <https://example.org/no/prefix> <https://example.org/ns/thing(2)> , "both" ; ex:b _:b .
_:b ex:back <https://example.org/ns/thing(1)> ; ex:empty "" , "line\\nbreak \\"quoted\\" \\\\ \\u0007" .
<urn:x:y> ex:only "2025-01-01"^^xsd:date ; ex:mixed "2025"^^xsd:gYear , "2025-01-01"^^xsd:date ."""


def triples(text):
    graph = rdflib.Graph()
    graph.parse(data=text, format="nt")
    return graph


def json_ld(reader, name, data):
    ours = reader.run(data, "export", "--format", "jsonld")
    wanted = triples(reader.run(data, "export", "--format", "ntriples").decode())
    wanted = rdflib.compare.to_canonical_graph(wanted)
    rdf = rdflib.Graph()
    rdf.parse(data=ours.decode(), format="json-ld")
    found = rdflib.compare.to_canonical_graph(rdf)
    extra, missing = sorted(map(str, found - wanted)), sorted(map(str, wanted - found))
    reader.same(f"{name}: rdflib reads JSON-LD", (extra[:3], missing[:3]), ([], []))
    document = json.loads(ours)
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "rdfDirection": None})
    found = rdflib.compare.to_canonical_graph(triples(quads))
    extra, missing = sorted(map(str, found - wanted)), sorted(map(str, wanted - found))
    reader.same(f"{name}: pyld reads JSON-LD", (extra[:3], missing[:3]), ([], []))
    reader.same(f"{name}: has a context", "@context" in document and "@graph" in document, True)


def layout(path):
    """Tables, columns and references of a database."""
    base = sqlite3.connect(path)
    names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    columns = {name: [row[1:4] + row[5:] for row in base.execute(f"PRAGMA table_info({name})")] for name in names}
    references = {name: sorted(row[2:5] + row[6:7] for row in base.execute(f"PRAGMA foreign_key_list({name})")) for name in names}
    unique = {name: sorted(tuple(column[2] for column in base.execute(f"PRAGMA index_info('{index[1]}')"))
                           for index in base.execute(f"PRAGMA index_list({name})") if index[2]) for name in names}
    return columns, references, unique


def statements(path):
    """The statements of a database, by what they say; and each with the words that it marks."""
    base = sqlite3.connect(path)
    found = base.execute("""SELECT s.ID, d.Title, d.Author, d.Source, d.Section, d.Type, d.Date, c.Name, s.Start, s.Stop,
        (SELECT e.Value FROM DATASHORTTEXT t JOIN ENTITIES e ON e.ID = t.Entity JOIN VARIABLES v ON v.ID = t.VariableId
            WHERE t.StatementId = s.ID AND v.Variable = 'person'),
        (SELECT e.Value FROM DATASHORTTEXT t JOIN ENTITIES e ON e.ID = t.Entity JOIN VARIABLES v ON v.ID = t.VariableId
            WHERE t.StatementId = s.ID AND v.Variable = 'organization'),
        (SELECT e.Value FROM DATASHORTTEXT t JOIN ENTITIES e ON e.ID = t.Entity JOIN VARIABLES v ON v.ID = t.VariableId
            WHERE t.StatementId = s.ID AND v.Variable = 'concept'),
        (SELECT b.Value FROM DATABOOLEAN b JOIN VARIABLES v ON v.ID = b.VariableId
            WHERE b.StatementId = s.ID AND v.Variable = 'agreement'), d.Text
        FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId JOIN CODERS c ON c.ID = s.Coder
        JOIN STATEMENTTYPES k ON k.ID = s.StatementTypeId WHERE k.Label = 'DNA Statement' ORDER BY s.ID""").fetchall()
    return [row[:-1] + (row[-1].encode("utf-16-le")[2 * row[8]:2 * row[9]].decode("utf-16-le"),) for row in found]


def attributes(path):
    """Attributes of the entities that statements use."""
    return sorted(sqlite3.connect(path).execute("""SELECT v.Variable, e.Value, a.AttributeVariable, x.AttributeValue
        FROM ATTRIBUTEVALUES x JOIN ENTITIES e ON e.ID = x.EntityId JOIN VARIABLES v ON v.ID = e.VariableId
        JOIN ATTRIBUTEVARIABLES a ON a.ID = x.AttributeVariableId
        WHERE e.ID IN (SELECT Entity FROM DATASHORTTEXT) AND x.AttributeValue != '' AND e.Value != ''""").fetchall())


def whole(reader, name, path):
    base = sqlite3.connect(path)
    reader.same(f"{name}: integrity", base.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
    reader.same(f"{name}: references of DNA", base.execute("PRAGMA foreign_key_check").fetchall(), [])


def dna(reader, name, data):
    path = os.path.join(reader.args.work, f"{name}.dna")
    reader.run(data, "export", "-o", path)
    whole(reader, name, path)
    count = reader.query(data, "SELECT (COUNT(*) AS ?n) { ?p a stp:Position ; stp:status stp:InForce ; stp:actor ?a ; "
                               "stp:issue ?i ; prov:wasDerivedFrom ?d ; stp:stanceValue ?v FILTER(?v != 0) }")
    reader.same(f"{name}: statements", len(statements(path)), int(count[0]["n"]))
    again = os.path.join(reader.args.work, f"{name}-again.dna")
    reader.run(data, "export", "-o", again)
    reader.same(f"{name}: the same bytes of DNA", open(again, "rb").read(), open(path, "rb").read())
    blank = os.path.join(reader.args.work, f"{name}-blank.dna")
    reader.run(data, "export", "-o", blank, "--no-texts")
    whole(reader, f"{name}, no texts", blank)
    reader.same(f"{name}: no texts, the same places", [row[:10] for row in statements(blank)], [row[:10] for row in statements(path)])
    # And in again, and out again.
    store = os.path.join(reader.args.work, f"{name}.db")
    if statements(path):
        reader.run([], "--store", store, "import", "dna", path)
        reader.run([], "--store", store, "export", "-o", again)
        reader.same(f"{name}: out, in and out", statements(again), statements(path))
        reader.same(f"{name}: attributes, out, in and out", attributes(again), attributes(path))


def theirs(reader, data):
    """A database that DNA wrote."""
    sample = os.path.join(data, "dna", "sample.dna")
    if not os.path.exists(sample):
        print("documents: skipped, there is no sample.dna", file=sys.stderr)
        return
    store, path = os.path.join(reader.args.work, "sample.db"), os.path.join(reader.args.work, "sample.dna")
    reader.run([], "--store", store, "import", "dna", sample)
    reader.run([], "--store", store, "export", "-o", path)
    whole(reader, "sample", path)
    reader.same("sample: statements", statements(path), statements(sample))
    reader.same("sample: attributes", attributes(path), attributes(sample))
    for part, found, wanted in zip(["columns", "references", "unique"], layout(path), layout(sample)):
        reader.same(f"sample: {part}", found, wanted)


# What the W3C's context says of the words that we use (https://www.w3.org/TR/annotation-vocab/).
ANNO = {"@context": {
    "oa": "http://www.w3.org/ns/oa#", "dc": "http://purl.org/dc/elements/1.1/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "as": "http://www.w3.org/ns/activitystreams#", "foaf": "http://xmlns.com/foaf/0.1/", "dcterms": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#", "id": "@id", "type": "@type", "Annotation": "oa:Annotation", "Person": "foaf:Person",
    "AnnotationPage": "as:OrderedCollectionPage", "TextualBody": "oa:TextualBody", "tagging": "oa:tagging",
    "commenting": "oa:commenting", "TextPositionSelector": "oa:TextPositionSelector", "TextQuoteSelector": "oa:TextQuoteSelector",
    "motivation": {"@type": "@vocab", "@id": "oa:motivatedBy"}, "purpose": {"@type": "@vocab", "@id": "oa:hasPurpose"},
    "creator": {"@type": "@id", "@id": "dcterms:creator"}, "generator": {"@type": "@id", "@id": "as:generator"}, "name": {"@type": "xsd:string", "@id": "foaf:name"},
    "body": {"@type": "@id", "@id": "oa:hasBody"}, "target": {"@type": "@id", "@id": "oa:hasTarget"},
    "value": {"@type": "xsd:string", "@id": "rdf:value"}, "source": {"@type": "@id", "@id": "oa:hasSource"},
    "selector": {"@type": "@id", "@id": "oa:hasSelector"}, "exact": {"@type": "xsd:string", "@id": "oa:exact"},
    "start": {"@type": "xsd:nonNegativeInteger", "@id": "oa:start"}, "end": {"@type": "xsd:nonNegativeInteger", "@id": "oa:end"},
    "items": {"@type": "@id", "@id": "as:items", "@container": "@list"}}}


def annotations(reader, name, data):
    document = json.loads(reader.run(data, "export", "--format", "web-annotation"))
    load = lambda url, options: {"contextUrl": None, "documentUrl": url, "document": ANNO}
    graph = triples(jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": load}))
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    found = {str(subject) for subject in graph.subjects(rdflib.RDF.type, oa.Annotation)}
    wanted = {row["p"] for row in reader.query(data, "SELECT ?p { ?p a stp:Position }")}
    reader.same(f"{name}: annotations", {iri for iri in found if ":/" in iri}, {iri for iri in wanted if ":/" in iri})
    found = sorted(str(quote) for _, quote in graph.subject_objects(oa.exact))
    wanted = sorted(row["q"] for row in reader.query(data, "SELECT ?p ?q { ?p a stp:Position ; stp:evidence/oa:hasSelector/oa:exact ?q }"))
    reader.same(f"{name}: quotes of annotations", found, wanted)
    tags = sum(str(value).startswith("stance:") for value in graph.objects(None, rdflib.RDF.value))
    wanted = reader.query(data, "SELECT (COUNT(*) AS ?n) { ?p a stp:Position ; stp:stance ?s }")
    reader.same(f"{name}: stances of annotations", tags, int(wanted[0]["n"]))


QDA = {"q": "urn:QDA-XML:project:1.0"}


def project(reader, name, data):
    """A REFI-QDA project: by the schema and the reader of qualitative-coding; its selections stand for the quotes."""
    path = os.path.join(reader.args.work, f"{name}.qdpx")
    reader.run(data, "export", "-o", path)
    folder = os.path.join(reader.args.work, f"{name}.corpus")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    here = os.getcwd()
    try:
        # The reader stops for its developers at each source, and validates first.
        foreign_reader = REFIQDAReader(os.path.abspath(path))
        os.chdir(folder)
        sys.breakpointhook = lambda *_, **__: None
        foreign_reader.unpack_project(os.path.abspath("."))
        codes = set(foreign_reader.code_guids.values())
    finally:
        os.chdir(here)
    with zipfile.ZipFile(path) as archive:
        tree = ElementTree.fromstring(archive.read("project.qde"))
        texts = {os.path.basename(file)[:-4]: archive.read(file).decode() for file in archive.namelist() if file.endswith(".txt")}
    wanted = reader.query(data, "SELECT DISTINCT ?l { ?p a stp:Position ; stp:issue/skos:prefLabel ?l ; prov:wasDerivedFrom ?d }")
    reader.same(f"{name}: issues are codes of qualitative-coding", {row["l"] for row in wanted} - codes, set())
    words = []
    for source in tree.iterfind(".//q:TextSource", QDA):
        text = texts[source.get("guid")]
        for selection in source.iterfind("q:PlainTextSelection", QDA):
            words.append(text[int(selection.get("startPosition")):int(selection.get("endPosition"))])
    wanted = reader.query(data, "SELECT ?p ?q { ?p a stp:Position ; prov:wasDerivedFrom ?d ; stp:evidence/oa:hasSelector/oa:exact ?q }")
    reader.same(f"{name}: selections are the quotes", sorted(words), sorted(row["q"] for row in wanted))
    guids = [element.get("guid") for element in tree.iter() if element.get("guid")]
    reader.same(f"{name}: GUIDs are unique", len(guids), len(set(guids)))
    used = {element.get(key) for element in tree.iter() for key in ("targetGUID", "creatingUser", "originGUID") if element.get(key)}
    reader.same(f"{name}: references lead somewhere", used - set(guids), set())


def cypher(reader, name, data):
    """The script, run by an engine that wants to know the tables first; and the headers of the bulk files."""
    script = reader.run(data, "export", "--format", "cypher").decode()
    network = json.loads(reader.run(data, "export", "--format", "node-link"))
    types = sorted(set(re.findall(r"\)-\[:(\w+) ", script)))
    connection = ladybug.Connection(ladybug.Database(":memory:"))
    nodes = "iri STRING PRIMARY KEY, label STRING, bipartite INT64, class STRING, kind STRING, positions INT64"
    edges = "interaction STRING, weight DOUBLE, sign INT64, since DATE, until DATE, value DOUBLE"
    for label in ["Actor", "Issue"]:
        connection.execute(f"CREATE NODE TABLE {label}({nodes})")
    for kind in types:
        connection.execute(f"CREATE REL TABLE {kind}(FROM Actor TO Issue, {edges})")
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    count = lambda query: sorted(map(tuple, connection.execute(query).get_all()))
    found = count("MATCH (n) RETURN n.iri, n.label, n.positions")
    wanted = sorted((node["iri"], node["label"], node["positions"]) for node in network["nodes"])
    reader.same(f"{name}: nodes in Cypher", found, wanted)
    iri = {node["id"]: node["iri"] for node in network["nodes"]}
    found = count("MATCH (a)-[r]->(b) RETURN a.iri, b.iri, r.interaction, r.weight, r.sign")
    wanted = sorted((iri[edge["source"]], iri[edge["target"]], edge["interaction"], float(edge["weight"]), edge["sign"])
                    for edge in network["edges"])
    reader.same(f"{name}: edges in Cypher", found, wanted)
    folder = os.path.join(reader.args.work, f"{name}-neo4j", "")
    reader.run(data, "export", "--format", "neo4j", "-o", folder)
    rows = {file: list(csv.reader(open(folder + file, encoding="utf-8", newline=""))) for file in
            ["actors.csv", "issues.csv", "relationships.csv"]}
    header = re.compile(r"\w+:(string|long|double|date|ID\((Actor|Issue)\))|:(LABEL|TYPE|START_ID\(Actor\)|END_ID\(Issue\))")
    for file, (first, *_) in rows.items():
        reader.same(f"{name}: headers of {file}", [cell for cell in first if not header.fullmatch(cell)], [])
    reader.same(f"{name}: bulk files", [len(rows[file]) - 1 for file in rows],
                [sum(node["bipartite"] == side for node in network["nodes"]) for side in (0, 1)] + [len(network["edges"])])


def references(reader, name, data):
    warnings.simplefilter("ignore")
    titles = [row["t"] for row in reader.query(data, "SELECT ?t { ?a a stp:Article OPTIONAL { ?a dcterms:title ?t } }") if row["t"]]
    items = json.loads(reader.run(data, "export", "--format", "csl-json"))
    read = CiteProcJSON(items)
    plain = lambda title: re.sub(r"[^\w]", "", str(title))
    found = {plain(read[key]["title"]) for key in read}
    reader.same(f"{name}: titles in CSL-JSON", {plain(title) for title in titles} - found, set())
    path = os.path.join(reader.args.work, f"{name}.bib")
    reader.run(data, "export", "-o", path)
    bib = BibTeX(path, encoding="utf-8")
    reader.same(f"{name}: keys in BibTeX", sorted(bib), sorted(read))
    found = {plain(bib[key]["title"]) for key in bib}
    reader.same(f"{name}: titles in BibTeX", {plain(title) for title in titles} - found, set())


def main():
    parser = argparse.ArgumentParser()
    for name in ["standpoint", "work", "reference"]:
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    for file in os.scandir(args.work):
        if file.name.endswith(".db"):
            shutil.rmtree(file.path)
    # Dates that are none are there on purpose.
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    reader = Reader(args)
    for name, text in [("foreign", foreign(NAMES)), ("rdf", RDF)]:
        with open(os.path.join(args.work, f"{name}.ttl"), "w", encoding="utf-8") as file:
            file.write(text)
    cases = [(os.path.basename(path), [path]) for path in DATA]
    cases += [(name, [os.path.join(args.work, f"{name}.ttl")]) for name in ["foreign", "rdf"]]
    for name, data in cases:
        json_ld(reader, name, data)
        dna(reader, name, data)
        annotations(reader, name, data)
    for name, data in cases[:2]:
        project(reader, name, data)
    for name, data in cases[:2]:
        references(reader, name, data)
        cypher(reader, name, data)
    theirs(reader, args.reference)
    for fault in reader.faults:
        print(fault, file=sys.stderr)
    print(f"documents: {reader.checked} comparisons, {len(reader.faults)} differ", file=sys.stderr)
    sys.exit(bool(reader.faults))


if __name__ == "__main__":
    main()
