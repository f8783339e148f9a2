//! What the server promises to those who ask it well.

use crate::client::{Server, dataset, many};
use flate2::read::GzDecoder;
use oxrdf::{Literal, NamedNode, Triple};
use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::serve::http::{Options, State};
use standpoint::store::index::Index;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::Path;
use std::thread::{scope, spawn};
use std::time::Duration;

/// The tests by their names.
pub const TESTS: &[(&str, fn())] = &[
    ("every_form_of_a_request_gets_the_same_answer", every_form_of_a_request_gets_the_same_answer),
    ("the_best_format_is_sent", the_best_format_is_sent),
    ("a_mistake_is_answered_by_its_place", a_mistake_is_answered_by_its_place),
    ("methods_and_types_are_told_apart", methods_and_types_are_told_apart),
    ("graphs_are_read_by_name", graphs_are_read_by_name),
    ("the_service_describes_itself", the_service_describes_itself),
    ("an_answer_is_sent_again_only_after_a_change", an_answer_is_sent_again_only_after_a_change),
    ("long_answers_are_compressed", long_answers_are_compressed),
    ("limits_are_answered_with_their_status", limits_are_answered_with_their_status),
    ("a_client_that_hangs_up_stops_its_query", a_client_that_hangs_up_stops_its_query),
    ("a_head_has_the_length_and_no_body", a_head_has_the_length_and_no_body),
    ("two_hundred_ask_at_once", two_hundred_ask_at_once),
    ("a_browser_gets_a_page", a_browser_gets_a_page),
    ("every_link_of_every_page_leads_somewhere", every_link_of_every_page_leads_somewhere),
    ("a_thing_is_a_page_or_data", a_thing_is_a_page_or_data),
    ("every_page_is_also_data", every_page_is_also_data),
    ("a_question_is_asked_in_a_form", a_question_is_asked_in_a_form),
    ("filters_stand_in_the_address", filters_stand_in_the_address),
    ("the_editor_completes_and_checks", the_editor_completes_and_checks),
];

/// A query that ends after the patience of everyone.
pub const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . \
                           FILTER(STRLEN(CONCAT(STR(?a), STR(?c), STR(?e))) = 1) }";

fn small() -> State {
    let node = |name: &str| NamedNode::new_unchecked(format!("http://example.org/{name}"));
    let label = Literal::new_simple_literal("<script>alert(1)</script>");
    dataset(vec![
        (node("one"), vec![Triple::new(node("a"), node("p"), node("b"))]),
        (node("two"), vec![Triple::new(node("a"), node("q"), label)]),
    ])
}

pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn every_form_of_a_request_gets_the_same_answer() {
    let server = Server::new(small(), Options::default());
    let query = "SELECT ?o { <http://example.org/a> <http://example.org/p> ?o }";
    let form = format!("query={}", encoded(query));
    let answers = [
        server.get(&format!("/sparql?{form}"), ""),
        server.post("/sparql", "application/x-www-form-urlencoded", "", &form),
        server.post("/sparql", "application/sparql-query; charset=UTF-8", "", query),
        // A form with spaces as plus signs, in pieces.
        server.send(&format!(
            "POST /sparql HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{form}\r\n0\r\n\r\n",
            form.len()
        )),
    ];
    for answer in &answers {
        assert_eq!((answer.status, answer.header("standpoint-revision")), (200, "7"), "{answer:?}");
        assert_eq!(answer.body, answers[0].body);
    }
    assert!(answers[0].text().contains("http://example.org/b"), "{}", answers[0].text());
    // Graphs of the request stand in place of the query's own.
    let graph = format!("&default-graph-uri={}", encoded("http://example.org/two"));
    let answer = server.get(&format!("/sparql?{form}{graph}"), "Accept: text/csv\r\n");
    assert_eq!(answer.text().trim(), "o");
    // A relative IRI is resolved against the endpoint.
    let answer =
        server.get(&format!("/sparql?query={}&format=ntriples", encoded("CONSTRUCT { <s> <p> 1 } {}")), "");
    assert!(answer.text().starts_with(&format!("<http://{}/s>", server.address)), "{}", answer.text());
}

fn the_best_format_is_sent() {
    let server = Server::new(small(), Options::default());
    let (rows, graph) = (encoded("SELECT * { ?s ?p ?o }"), encoded("CONSTRUCT WHERE { ?s ?p ?o }"));
    for (query, accept, expected) in [
        (&rows, "*/*", "application/sparql-results+json"),
        (&rows, "text/csv", "text/csv; charset=utf-8"),
        (&rows, "text/csv;q=0.2, application/sparql-results+xml;q=0.3", "application/sparql-results+xml"),
        (&rows, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (&rows, "application/json", "application/json"),
        (&graph, "*/*", "text/turtle; charset=utf-8"),
        (&graph, "application/n-triples", "application/n-triples"),
        (&graph, "application/rdf+xml", "application/rdf+xml"),
        (&graph, "application/ld+json", "application/ld+json"),
        (&graph, "application/trig", "application/trig"),
        (&graph, "application/n-quads", "application/n-quads"),
        (&graph, "application/xml, text/*;q=0.1", "application/xml"),
    ] {
        let answer = server.get(&format!("/sparql?query={query}"), &format!("Accept: {accept}\r\n"));
        assert_eq!((answer.status, answer.header("content-type")), (200, expected), "{accept}");
    }
    let answer = server.get(&format!("/sparql?query={rows}&format=csv"), "Accept: image/png\r\n");
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(server.get(&format!("/sparql?query={rows}"), "Accept: image/png\r\n").status, 406);
    assert_eq!(server.get(&format!("/sparql?query={rows}&format=turtle"), "").status, 406);
    let answer = server.get(&format!("/sparql?query={rows}&format=jsn"), "");
    assert_eq!((answer.status, answer.text().contains("did you mean `json`?")), (400, true), "{answer:?}");
}

fn a_mistake_is_answered_by_its_place() {
    let server = Server::new(small(), Options::default());
    let target = format!("/sparql?query={}", encoded("SELECT ?x {\n ?x stp:opposes }"));
    let answer = server.get(&target, "");
    assert_eq!((answer.status, answer.header("content-type")), (400, "text/plain; charset=utf-8"));
    assert!(answer.text().contains("--> query:2:"), "{}", answer.text());
    let answer = server.get(&target, "Accept: application/sparql-results+json\r\n");
    assert_eq!((answer.status, answer.header("content-type")), (400, "application/json"));
    assert!(answer.text().contains("\"line\": 2"), "{}", answer.text());
    // Other servers are never asked.
    let query = encoded("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }");
    assert_eq!(server.get(&format!("/sparql?query={query}"), "").status, 400);
}

fn methods_and_types_are_told_apart() {
    let server = Server::new(small(), Options::default());
    let answer = server.send("DELETE /graphs?default HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD, OPTIONS"));
    let answer = server.send("OPTIONS /sparql HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n");
    assert_eq!((answer.status, answer.header("allow")), (204, "GET, HEAD, OPTIONS, POST"));
    assert_eq!(server.post("/sparql", "application/sparql-update", "", "CLEAR ALL").status, 403);
    assert_eq!(
        server.post("/sparql", "application/x-www-form-urlencoded", "", "update=CLEAR+ALL").status,
        403
    );
    assert_eq!(server.post("/sparql", "text/plain", "", "ASK {}").status, 415);
    assert_eq!(
        server.post("/sparql", "application/sparql-query", "Content-Encoding: gzip\r\n", "ASK {}").status,
        415
    );
    assert_eq!(server.post("/sparql", "application/x-www-form-urlencoded", "", "").status, 400);
    assert_eq!(server.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "").status, 400);
    assert_eq!(server.get("/nothing", "").status, 404);
}

fn graphs_are_read_by_name() {
    let server = Server::new(small(), Options::default());
    let answer = server.get("/graphs?default", "Accept: application/n-triples\r\n");
    assert_eq!((answer.status, answer.text().lines().count()), (200, 2));
    let name = encoded("http://example.org/one");
    let answer = server.get(&format!("/graphs?graph={name}"), "Accept: application/n-triples\r\n");
    assert_eq!(answer.text(), "<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n");
    assert_eq!(server.get(&format!("/graphs?graph={}", encoded("http://example.org/none")), "").status, 404);
    assert_eq!(server.get("/graphs", "").status, 400);
    assert_eq!(server.get(&format!("/graphs?default&graph={name}"), "").status, 400);
}

fn the_service_describes_itself() {
    let server = Server::new(small(), Options::default());
    let answer = server.get("/sparql", "Accept: application/n-triples\r\n");
    let endpoint = format!("sparql-service-description#endpoint> <http://{}/sparql>", server.address);
    for said in [&endpoint, "#name> <http://example.org/two>", "SPARQL11Query"] {
        assert!(answer.text().contains(said), "{said}\n{}", answer.text());
    }
    assert_eq!(server.get("/sparql", "").header("content-type"), "text/turtle; charset=utf-8");
}

fn an_answer_is_sent_again_only_after_a_change() {
    let server = Server::new(small(), Options::default());
    let target = format!("/sparql?query={}", encoded("SELECT * { ?s ?p ?o }"));
    let first = server.get(&target, "");
    let tag = first.header("etag").to_owned();
    assert!(tag.len() > 10 && first.header("cache-control").contains("no-cache"), "{first:?}");
    let known = format!("If-None-Match: \"other\", W/{tag}\r\n");
    let again = server.get(&target, &known);
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()));
    assert_eq!(server.get(&target, &format!("Accept: text/csv\r\n{known}")).status, 200, "another format");
    let changed = State { digest: "second".into(), revision: Some(8), ..small() };
    *server.state.lock().expect("nobody failed") = changed;
    let after = server.get(&target, &known);
    assert_eq!((after.status, after.header("standpoint-revision")), (200, "8"));
    // What is another answer each time has no tag.
    let target = format!("/sparql?query={}", encoded("SELECT (NOW() AS ?now) {}"));
    assert_eq!(server.get(&target, "").header("etag"), "");
}

fn long_answers_are_compressed() {
    let server = Server::new(many(), Options::default());
    let target = format!("/sparql?query={}", encoded("SELECT * { ?s ?p ?o }"));
    let plain = server.get(&target, "");
    let packed = server.get(&target, "Accept-Encoding: gzip\r\n");
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"));
    assert_ne!(plain.header("etag"), packed.header("etag"));
    let mut text = Vec::new();
    GzDecoder::new(&*packed.body).read_to_end(&mut text).expect("it is gzip");
    assert_eq!(text, plain.body);
}

fn limits_are_answered_with_their_status() {
    let query = |text: &str| format!("/sparql?query={}", encoded(text));
    let server = Server::new(many(), Options { timeout: Duration::from_millis(100), ..Options::default() });
    let answer = server.get(&query(ENDLESS), "");
    assert_eq!((answer.status, answer.header("retry-after").is_empty()), (503, false), "{answer:?}");
    let server = Server::new(
        many(),
        Options {
            rows: 10,
            memory: 1 << 20,
            body: 100,
            timeout: Duration::from_secs(5),
            ..Options::default()
        },
    );
    assert_eq!(server.get(&query("SELECT * { ?s ?p ?o } LIMIT 11"), "").status, 400);
    assert_eq!(server.get(&query("SELECT * { ?s ?p ?o } LIMIT 10"), "").status, 200);
    // Whichever limit it meets first: there is no part of an answer.
    let exploding =
        "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?a ?p ?b . ?c ?q ?d BIND(CONCAT(STR(?b), STR(?d)) AS ?x) }";
    let answer = server.get(&query(exploding), "");
    assert!([400, 503].contains(&answer.status) && answer.text().starts_with("error: "), "{answer:?}");
    let long = format!("ASK {{}} #{}", "x".repeat(100));
    assert_eq!(server.post("/sparql", "application/sparql-query", "", &long).status, 413);
    // One runs, one waits, and the third is refused.
    let options =
        Options { concurrent: 1, waiting: 1, timeout: Duration::from_secs(2), ..Options::default() };
    let server = Server::new(many(), options);
    let statuses: Vec<u16> = scope(|scope| {
        let threads: Vec<_> =
            (0..6).map(|_| scope.spawn(|| server.get(&query(ENDLESS), "").status)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it is answered")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 4, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 503).count(), 2, "{statuses:?}");
}

fn a_client_that_hangs_up_stops_its_query() {
    // Were it not stopped, the only place would be taken for as long as this test may take.
    let options = Options { concurrent: 1, timeout: Duration::from_secs(3600), ..Options::default() };
    let server = Server::new(many(), options);
    for _ in 0..3 {
        let mut stream = server.connect();
        let target = format!("/sparql?query={}", encoded(ENDLESS));
        let request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
        stream.write_all(request.as_bytes()).expect("it is sent");
        std::thread::sleep(Duration::from_millis(100));
        drop(stream);
    }
    assert_eq!(server.get("/sparql?query=ASK%7B%7D", "").status, 200);
}

fn a_head_has_the_length_and_no_body() {
    let server = Server::new(small(), Options::default());
    for target in ["/sparql?query=ASK%7B%7D", "/sparql", "/graphs?default"] {
        let got = server.get(target, "");
        let head = server.send(&format!("HEAD {target} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"));
        assert_eq!((head.status, head.body.len()), (200, 0), "{target}");
        assert_eq!(head.header("content-length"), got.header("content-length"), "{target}");
        assert_eq!(head.header("etag"), got.header("etag"), "{target}");
    }
}

fn two_hundred_ask_at_once() {
    let server = Server::new(small(), Options::default());
    let (address, target) = (server.address, format!("/sparql?query={}", encoded("SELECT * { ?s ?p ?o }")));
    let threads: Vec<_> = (0..200)
        .map(|_| {
            let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            spawn(move || {
                let mut stream = std::net::TcpStream::connect(address).expect("it listens");
                stream.write_all(request.as_bytes()).expect("it is sent");
                let mut text = String::new();
                stream.read_to_string(&mut text).expect("it is answered");
                text.starts_with("HTTP/1.1 200 ")
            })
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().expect("it is answered")));
}

/// Pages of ties that are looked at, and their data.
const TIES: usize = 12;
const ACCEPT: &str = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

/// The case of a night ferry, as it is shipped.
fn case() -> State {
    let inputs = ingest::find(&[root().join("data/night-ferry")], None).expect("the case is there");
    let loaded =
        ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).expect("it is sound");
    let index = Index::from_documents(loaded.documents, ontology::schemes()).expect("it is a graph");
    State { index, revision: Some(1), digest: "case".into() }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Addresses on this server that a page leads to.
fn links(page: &str) -> Vec<String> {
    let found = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let found =
        found.filter(|link| link.starts_with('/')).map(|link| link.split('#').next().unwrap_or_default());
    found.map(|link| link.replace("&amp;", "&")).collect()
}

fn every_link_of_every_page_leads_somewhere() {
    let server = Server::new(case(), Options::default());
    let (mut next, mut seen) = (vec!["/".to_owned()], BTreeSet::new());
    while let Some(target) = next.pop() {
        // There is a page for each two actors: some of them stand for all.
        let is_tie = target.starts_with("/tie");
        if is_tie && seen.iter().filter(|other: &&String| other.starts_with("/tie")).count() >= TIES {
            continue;
        }
        if !seen.insert(target.clone()) {
            continue;
        }
        let page = server.get(&target, ACCEPT);
        assert_eq!(page.status, 200, "{target}");
        if !page.header("content-type").starts_with("text/html") {
            continue;
        }
        let text = page.text();
        // The only script is the editor's own.
        let text = text.replace("<script src=\"/editor.js\" defer></script>", "");
        for forbidden in [" style=", "<script", "src=\"http", "@import", "url("] {
            assert!(!text.contains(forbidden), "{forbidden} in {target}");
        }
        assert_eq!(text.matches("<h1").count(), 1, "one heading in {target}");
        next.extend(links(&text));
    }
    for expected in [
        "/matrix",
        "/timeline",
        "/network",
        "/camps",
        "/questions",
        "/questions/who-stands-where",
        "/checks",
        "/history",
        "/matrix.csv",
        "/camps.json",
        "/network.ttl",
        "/id/actor/county-ferries",
        "/id/actor/county-ferries.ttl",
    ] {
        assert!(seen.contains(expected), "nothing leads to {expected}");
    }
    assert!(seen.iter().any(|target| target.starts_with("/positions?actor=")), "cells lead to quotes");
    assert!(seen.iter().any(|target| target.starts_with("/tie?")), "ties lead to quotes");
    let found = server.get("/find?q=ferries", ACCEPT).text();
    assert!(found.contains("/id/actor/county-ferries"), "{found}");
}

fn a_thing_is_a_page_or_data() {
    let server = Server::new(case(), Options::default());
    let address = "/id/actor/county-ferries";
    assert_eq!(server.get(address, ACCEPT).header("content-type"), "text/html; charset=utf-8");
    for (target, accept, media_type) in [
        (address.to_owned(), "Accept: text/turtle\r\n", "text/turtle; charset=utf-8"),
        (address.to_owned(), "Accept: application/ld+json\r\n", "application/ld+json"),
        (format!("{address}.ttl"), ACCEPT, "text/turtle; charset=utf-8"),
        (format!("{address}.json"), ACCEPT, "application/ld+json"),
        (format!("{address}.csv"), ACCEPT, "text/csv; charset=utf-8"),
    ] {
        let answer = server.get(&target, accept);
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{target}");
        assert!(answer.text().contains("County Ferries"), "{target}: {}", answer.text());
    }
    for target in ["/id/actor/nobody", "/id/../../etc/passwd", "/thing?iri=http%3A%2F%2Fexample.org%2Fnobody"]
    {
        assert_eq!(server.get(target, ACCEPT).status, 404, "{target}");
    }
    assert_eq!(server.get("/thing?iri=x", ACCEPT).status, 400);
    assert_eq!(server.get("/matrix?actor=nobody", ACCEPT).status, 400);
}

fn every_page_is_also_data() {
    let server = Server::new(case(), Options::default());
    for (path, parameters, has_graph) in [
        ("/", "", false),
        ("/matrix", "", true),
        ("/timeline", "", true),
        ("/network", "?tie=conflict", true),
        ("/camps", "", true),
        ("/questions", "", false),
        ("/questions/who-stands-where", "?ask=1", false),
        ("/checks", "", false),
        ("/history", "", false),
        ("/find", "?q=ferries", false),
    ] {
        for (ending, media_type) in [(".csv", "text/csv; charset=utf-8"), (".json", "application/json")] {
            let answer = server.get(&format!("{path}{ending}{parameters}"), ACCEPT);
            assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}{ending}");
            let accept = format!("Accept: {media_type}\r\n");
            assert_eq!(
                server.get(&format!("{path}{parameters}"), &accept).body,
                answer.body,
                "{path} {accept}"
            );
            let tag = format!("If-None-Match: {}\r\n", answer.header("etag"));
            assert_eq!(
                server.get(&format!("{path}{ending}{parameters}"), &tag).status,
                304,
                "{path}{ending}"
            );
            if ending == ".json" {
                serde_json::from_slice::<serde_json::Value>(&answer.body).expect("it is JSON");
            }
        }
        let graph = server.get(&format!("{path}.ttl{parameters}"), ACCEPT);
        assert_eq!(graph.status, if has_graph { 200 } else { 406 }, "{path}.ttl {}", graph.text());
    }
    assert_eq!(server.get("/matrix", "Accept: image/png\r\n").status, 406);
    // The numbers of the page are those of the data.
    let cells = server.get("/matrix.csv", ACCEPT).text();
    assert!(cells.starts_with("actor,") && cells.lines().count() > 5, "{cells}");
}

fn a_question_is_asked_in_a_form() {
    let server = Server::new(case(), Options::default());
    let form = server.get("/questions/who-stands-where", ACCEPT).text();
    assert!(form.contains("<datalist") && !form.contains("<h2>Answer</h2>"), "{form}");
    let answer = server.get("/questions/who-stands-where?ask=1&issue=", ACCEPT).text();
    assert!(answer.contains("<h2>Answer</h2>") && answer.contains("/id/actor/county-ferries"), "{answer}");
    let wrong = server.get("/questions/positions-of-an-actor?ask=1&actor=Nobody+at+all", ACCEPT).text();
    assert!(wrong.contains("role=\"alert\"") && wrong.contains("Nobody at all"), "{wrong}");
    let unknown = server.get("/questions/who-stand-where", ACCEPT);
    assert!(unknown.status == 404 && unknown.text().contains("who-stands-where"), "{}", unknown.text());
    // Editing shows the query, and does not run it.
    let edited =
        server.get(&format!("/sparql?edit&query={}", encoded("SELECT * { ?s ?p ?o }")), ACCEPT).text();
    assert!(edited.contains("SELECT * { ?s ?p ?o }") && !edited.contains("<table"), "{edited}");
}

fn the_editor_completes_and_checks() {
    let server = Server::new(case(), Options::default());
    let form = "application/x-www-form-urlencoded";
    let json = |path: &str, body: &str| -> serde_json::Value {
        let answer = server.post(path, form, "", body);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/json"),
            "{path} {body}"
        );
        serde_json::from_slice(&answer.body).expect("it is JSON")
    };
    // Places are in the units of scripts: the letter before takes two of them.
    let before = "# \u{1F6A2}\nASK { ?p stp:opp";
    let found = json("/complete", &format!("before={}&after={}", encoded(before), encoded(" ?i }")));
    assert_eq!(found["start"], before.encode_utf16().count() - "stp:opp".len());
    let texts: Vec<&str> =
        found["candidates"].as_array().into_iter().flatten().filter_map(|of| of["text"].as_str()).collect();
    assert!(texts.contains(&"stp:opposes"), "{found}");
    assert_eq!(json("/complete", "")["start"], 0);

    let query = "# \u{1F6A2}\nSELECT ?i { ?a stp:oposes ?i }";
    let found = json("/check", &format!("query={}", encoded(query)));
    let problem = &found["problems"][0];
    assert_eq!((&problem["severity"], &problem["line"]), (&"warning".into(), &2.into()), "{found}");
    assert_eq!(problem["fix"]["text"], "stp:opposes", "{found}");
    let start = query.encode_utf16().count() - "stp:oposes ?i }".len();
    assert_eq!(problem["fix"]["start"], start, "{found}");
    let found = json("/check", &format!("query={}", encoded("SELEC ?x { ?x ?y ?z }")));
    assert_eq!(
        (&found["problems"][0]["severity"], &found["problems"][0]["column"]),
        (&"error".into(), &1.into())
    );
    assert_eq!(json("/check", "query=")["problems"].as_array().map(Vec::len), Some(0));

    assert_eq!(server.get("/complete", "").status, 405);
    let foreign = "Sec-Fetch-Site: cross-site\r\n";
    assert_eq!(server.post("/check", form, foreign, "query=ASK%7B%7D").status, 403);
    let script = server.get("/editor.js", "");
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    let plan =
        server.get(&format!("/sparql?do=explain&query={}", encoded("ASK { ?a stp:opposes ?b }")), ACCEPT);
    assert!(plan.status == 200 && plan.text().contains("<pre>"), "{}", plan.text());
}

fn filters_stand_in_the_address() {
    let server = Server::new(case(), Options::default());
    let all = server.get("/timeline.csv", ACCEPT).text().lines().count();
    let of_one = server.get("/timeline.csv?actor=County+Ferries", ACCEPT).text();
    assert!(of_one.lines().count() > 1 && of_one.lines().count() < all, "{of_one}");
    // Theirs, and those that others express in their name.
    assert!(of_one.contains("actor/county-ferries") && !of_one.contains("actor/island-council"), "{of_one}");
    for page in ["/matrix", "/timeline", "/network", "/camps"] {
        let shown = server.get(&format!("{page}?actor=County+Ferries&since=2000-01-01"), ACCEPT);
        assert_eq!(shown.status, 200, "{page}");
        assert!(shown.text().contains("value=\"County Ferries\""), "{page} keeps its filter");
        assert_eq!(server.get(&format!("{page}?since=2999-01-01"), ACCEPT).status, 200, "{page} of nothing");
        assert_eq!(server.get(&format!("{page}?since=soon"), ACCEPT).status, 400, "{page}");
    }
    assert_eq!(server.get("/network?tie=love", ACCEPT).status, 400);
    assert_eq!(server.get("/tie?one=x&other=y", ACCEPT).status, 404);
}

fn a_browser_gets_a_page() {
    let server = Server::new(small(), Options::default());
    let query = format!("/sparql?query={}", encoded("SELECT * { ?s ?p ?o }"));
    for (target, status, said) in [
        ("/sparql", 200, "<textarea"),
        (&query, 200, "&lt;script&gt;alert"),
        ("/sparql?query=SELEC", 400, "did you mean"),
    ] {
        let page = server.get(target, ACCEPT);
        assert_eq!(
            (page.status, page.header("content-type")),
            (status, "text/html; charset=utf-8"),
            "{target}"
        );
        assert!(page.text().contains(said) && !page.text().contains("<script>alert"), "{}", page.text());
        assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(!page.text().contains(" style="), "the policy forbids it");
    }
    assert_eq!(server.get("/style.css", "").header("content-type"), "text/css; charset=utf-8");
}
