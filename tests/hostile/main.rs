//! Input that means harm: each is refused in plain words, soon, and within 700 MB of addresses.
//! What is small enough to be read is in `tests/fixtures/hostile/` and `tests/sessions/`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::thread::JoinHandle;

/// Runs the program with little memory; a crash shows as a status that is none of its own.
fn standpoint(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_standpoint");
    Command::new("sh")
        .args(["-c", "ulimit -v 700000; exec \"$0\" \"$@\"", program])
        .args(arguments)
        .current_dir(folder)
        .env_remove("STANDPOINT_STORE")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("the program runs")
}

#[track_caller]
fn refused(folder: &Path, arguments: &[&str], because: &str) {
    let output = standpoint(folder, arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
    assert!(told.contains(because), "{arguments:?}: {told}");
    assert!(output.stdout.is_empty());
    // Whatever the input, a message is a page, not a flood.
    assert!(told.len() < 20_000, "{arguments:?}: {} bytes of message", told.len());
}

fn loaded(folder: &Path, file: &str) {
    let output = standpoint(folder, &["load", "--dry-run", file]);
    assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
}

fn gzip_of_blanks(megabytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 1 << 20]).expect("memory takes any bytes");
    encoder.finish().expect("memory takes any bytes").repeat(megabytes)
}

/// A frame of blocks that say: this byte, 128 KiB times.
fn zstd_of_blanks(megabytes: usize) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
    let blocks = megabytes * 8;
    for block in 1..=blocks {
        let header = (128u32 << 10) << 3 | 1 << 1 | u32::from(block == blocks);
        frame.extend(&header.to_le_bytes()[..3]);
        frame.push(b' ');
    }
    frame
}

#[test]
fn compressed_bombs_are_refused_before_they_are_unpacked() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (name, bytes) in [
        ("bomb.ttl.gz", gzip_of_blanks(4_000)),
        ("bomb.yaml.gz", gzip_of_blanks(4_000)),
        ("bomb.ttl.zst", zstd_of_blanks(4_000)),
    ] {
        fs::write(folder.path().join(name), bytes).expect("there is room for a bomb");
        refused(folder.path(), &["load", name], "unpacks to suspiciously much");
    }
    // Much, but no more than tables of zeros may become.
    fs::write(folder.path().join("blanks.ttl.gz"), gzip_of_blanks(2)).expect("there is room");
    refused(folder.path(), &["load", "blanks.ttl.gz"], "an empty file");
}

#[test]
fn what_nests_too_deeply_is_refused() {
    const DEEP: usize = 50_000;
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let around = |before: &str, open: &str, inside: &str, close: &str, after: &str| {
        format!("{before}{}{inside}{}{after}", open.repeat(DEEP), close.repeat(DEEP))
    };
    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:a=\"http://a/\">";
    for (name, text) in [
        ("list.ttl", around("<a:a> <a:b> ", "(", "", ")", " .")),
        ("open.ttl", around("<a:a> <a:b> ", "(", "", "", " .")),
        ("blank.ttl", around("<a:a> <a:b> ", "[ <a:b> ", "1", "]", " .")),
        ("term.ttl", around("<a:a> <a:b> ", "<<( <a:a> <a:b> ", "1", " )>>", " .")),
        ("reified.trig", around("", "<< ", "<a:a> <a:b> 1", " >> <a:b> 1", " .")),
        ("annotated.ttl", around("<a:a> <a:b> 1", " {| <a:b> 1", "", " |}", " .")),
        ("term.nt", around("<a:a> <a:b> ", "<<( <a:a> <a:b> ", "\"1\"", " )>>", " .\n")),
        ("term.nq", around("<a:a> <a:b> ", "<<( <a:a> <a:b> ", "\"1\"", " )>>", " <a:g> .\n")),
        ("element.rdf", around(rdf, "<a:A><a:b>", "", "</a:b></a:A>", "</rdf:RDF>")),
        ("object.jsonld", around("", "{\"http://a/b\":", "1", "}", "")),
        ("array.jsonld", around("{\"@id\":\"http://a/a\",\"http://a/b\":", "[", "1", "]", "}")),
        ("context.jsonld", around("{\"@context\":", "[", "{}", "]", "}")),
        ("object.json", around("", "{\"positions\":", "1", "}", "")),
        ("array.json", around("", "[", "", "]", "")),
        ("object.jsonl", around("", "{\"a\":", "1", "}", "\n")),
        ("flow.yaml", around("a: ", "[", "", "]", "")),
        ("block.yaml", around("", "- ", "a", "", "")),
    ] {
        fs::write(folder.path().join(name), text).expect("there is room for a file");
        refused(folder.path(), &["load", name], "nested too deeply");
    }
}

#[test]
fn queries_that_would_exhaust_the_parser_are_refused() {
    const MANY: usize = 6_000;
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("a.nt"), "<a:a> <a:b> <a:c> .\n").expect("there is room for a file");
    for (open, inside, close) in [
        ("{ ", "", "}"),
        ("{ SELECT * WHERE ", "{}", "}"),
        ("?a ?b ?c OPTIONAL {", "", "}"),
        ("FILTER NOT EXISTS {", "", "}"),
        ("?a ?b [ ?b ", "1", "]"),
        ("?a ?b (", "1", ")"),
        ("FILTER(", "1", ")"),
        ("FILTER(?a<(", "1>", ")"),
        ("?a (^", "a", ") ?b"),
    ] {
        // The keyword may not repeat where only brackets do.
        let (first, again) = open.rsplit_once('(').map_or((open, open), |(first, _)| (first, "("));
        let text = format!("ASK {{ {first}{}{inside}{} }}", again.repeat(MANY), close.repeat(MANY));
        fs::write(folder.path().join("q.rq"), text).expect("there is room for a file");
        refused(folder.path(), &["--data", "a.nt", "query", "-f", "q.rq"], "nested too deeply");
    }
    for (before, part, after) in [
        ("", "?a ?b ?c . ", ""),
        ("", "{ ?a ?b ?c } UNION ", "{}"),
        ("", "OPTIONAL { ?a ?b ?c } ", ""),
        ("?a ", "a/", "a ?b"),
        ("FILTER(", "?a || ", "?a)"),
        ("FILTER(1", "+1", ")"),
    ] {
        let text = format!("ASK {{ {before}{}{after} }}", part.repeat(MANY));
        fs::write(folder.path().join("q.rq"), text).expect("there is room for a file");
        refused(folder.path(), &["--data", "a.nt", "query", "-f", "q.rq"], "the query is too long");
    }
    // As deep as a query may be, nearly as long, and with as many values as anybody likes.
    for text in [
        format!("ASK {{ FILTER({}true) }}", "?a || ".repeat(2_000)),
        format!("ASK {{ {}{} }}", "{ ".repeat(60), "}".repeat(60)),
        format!("ASK {{ VALUES ?a {{ {} }} }}", "1 ".repeat(50_000)),
    ] {
        fs::write(folder.path().join("q.rq"), text).expect("there is room for a file");
        let output = standpoint(folder.path(), &["--data", "a.nt", "query", "-f", "q.rq"]);
        assert_eq!(output.stdout, b"true\n", "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn long_and_many_things_are_read_in_bounded_memory() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let long = "x".repeat(1 << 20);
    for (name, text) in [
        ("literal.nt", format!("<a:a> <a:b> \"{long}\" .\n")),
        ("literal.ttl", format!("<a:a> <a:b> '''{long}''' .\n")),
        ("iri.nt", format!("<a:a> <a:b> <a:{long}> .\n")),
        ("graphs.trig", (0..3_000).map(|i| format!("<a:g{i}> {{ <a:a> <a:b> {i} }}\n")).collect()),
    ] {
        fs::write(folder.path().join(name), text).expect("there is room for a file");
        loaded(folder.path(), name);
    }
    for (name, text, because) in [
        ("literal-cut.nt", format!("<a:a> <a:b> \"{long}\n"), "error"),
        ("literal-cut.ttl", format!("<a:a> <a:b> \"{long}\n"), "quotation mark is missing"),
        ("key.yaml", format!("actors:\n  - {{{long}: 1}}\n"), "error"),
        ("name.yaml", format!("positions:\n  - {{actor: {long}}}\n"), "error"),
    ] {
        fs::write(folder.path().join(name), text).expect("there is room for a file");
        let output = standpoint(folder.path(), &["load", name]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(told.contains(because), "{name}: {}", told.chars().take(500).collect::<String>());
    }
}

#[test]
fn thousands_of_faults_are_counted_not_looked_into() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let positions: String =
        (0..3_000).map(|i| format!("  - {{actor: nobody{i}, stance: for{i}, issue: none{i}}}\n")).collect();
    let prefixes: String =
        (0..2_000).map(|i| format!("@prefix a{i}: <a:{i}> .\na{i}:a a{i}:b 1 .\n")).collect();
    let fields: Vec<String> = (0..2_000).map(|i| format!("field{i}: 1")).collect();
    for (name, text, because) in [
        ("names.yaml", format!("positions:\n{positions}"), "nothing was loaded"),
        ("fields.yaml", format!("actors:\n  - {{{}}}\n", fields.join(", ")), "unknown field `field0`"),
        ("prefixes.ttl", format!("{prefixes}a1:a a1:b"), "nothing was loaded"),
    ] {
        fs::write(folder.path().join(name), text).expect("there is room for a file");
        refused(folder.path(), &["load", name], because);
    }
}

/// A server of one answer; what it was asked comes back.
fn server(answer: Vec<u8>) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody asks");
        let mut asked = Vec::new();
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&asked).contains("WHERE {") {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(length) => asked.extend(&buffer[..length]),
            }
        }
        // Who was refused need not listen to the end.
        let _ = stream.write_all(&answer);
        String::from_utf8_lossy(&asked).into_owned()
    });
    (format!("http://{address}/sparql"), asked)
}

fn response(kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

const RESULTS: &str = "application/sparql-results+json";

#[test]
fn a_service_answers_its_part_and_is_asked_once() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("a.nt"), "<a:a> <a:b> <a:c> .\n<a:d> <a:b> <a:c> .\n")
        .expect("there is room");
    let body = r#"{"head":{"vars":["who","label"]},"results":{"bindings":[
        {"who":{"type":"uri","value":"a:a"},"label":{"type":"literal","value":"\u001b[31mA"}},
        {"who":{"type":"uri","value":"a:z"},"label":{"type":"literal","value":"Z"}}]}}"#;
    let query = |url: &str| {
        format!("SELECT ?who ?label {{ ?who <a:b> <a:c> SERVICE <{url}> {{ ?who skos:prefLabel ?label }} }}")
    };
    let (url, asked) = server(response(RESULTS, body));
    let output = standpoint(folder.path(), &["--data", "a.nt", "query", "--allow-service", &query(&url)]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("<a:a>") && told.contains("\u{fffd}[31mA") && !told.contains("<a:z>"), "{told}");
    let asked = asked.join().expect("the server ends");
    assert!(asked.starts_with("POST /sparql HTTP/1.1\r\n"), "{asked}");
    assert!(asked.to_lowercase().contains(&format!("accept: {RESULTS}")), "{asked}");
    assert!(asked.contains("content-type: application/sparql-query"), "{asked}");
    assert!(asked.contains("core#prefLabel> ?label"), "{asked}");
}

#[test]
fn a_service_that_does_not_answer_well_ends_the_query() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("a.nt"), "<a:a> <a:b> <a:c> .\n").expect("there is room");
    let ask = |url: &str, because: &str| {
        let query = format!("SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}");
        refused(folder.path(), &["--data", "a.nt", "query", "--allow-service", &query], because);
    };
    let deep = format!("{{\"head\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let nested = "{\"type\":\"triple\",\"value\":{\"object\":".repeat(50_000);
    let huge = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nContent-Length: {}\r\n\r\n{}",
        900_000_000,
        " ".repeat(70 << 20)
    );
    for (answer, because) in [
        (response("text/html", "<p>Hello"), "it sent text/html instead of"),
        (response(RESULTS, "{\"head\": {}, \"boolean\": true}"), "true or false instead of rows"),
        (response(RESULTS, "{\"head\": {\"vars\": ["), "its results cannot be read"),
        (response(RESULTS, &deep), "nested too deeply"),
        (response(RESULTS, &nested), "nested too deeply"),
        (
            b"HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\n\x1b[2Joh no".to_vec(),
            "500 Internal Server Error: \u{fffd}[2Joh no",
        ),
        (
            b"HTTP/1.1 302 No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "it redirects to",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), "did not answer"),
        (Vec::new(), "did not answer"),
        (huge.into_bytes(), "it sent more than 64 MB"),
    ] {
        let (url, asked) = server(answer);
        ask(&url, because);
        asked.join().expect("the server ends");
    }
    // Nobody listens there any more.
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    ask(&format!("http://{closed}/"), "connection refused");
    // Somebody listens who never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/", silent.local_addr().expect("it is bound"));
    let query = format!("SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}");
    let arguments = ["--data", "a.nt", "query", "--allow-service", "--timeout", "300ms", &query];
    refused(folder.path(), &arguments, "no");
}

/// `?x40` from `?x0`, each time by an expression of the last.
fn chain(expression: &str) -> String {
    let step = |n: usize| format!("BIND({} AS ?x{})", expression.replace("?x", &format!("?x{n}")), n + 1);
    (0..40).map(step).collect::<Vec<_>>().join(" ")
}

/// An expression in itself, so many times.
fn nested(innermost: &str, expression: &str, times: usize) -> String {
    (0..times).fold(innermost.to_owned(), |inner, _| expression.replace("?x", &inner))
}

/// What a query makes is counted before it is made: texts that double, that are replaced in one another, that are
/// gathered or kept, whether the query runs in batches or row by row.
#[test]
fn texts_of_a_query_are_counted_as_memory() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let numbers = (1..=20).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let text = format!("@prefix : <http://x.org/> . :a :p \"aaaaaaaaaaaaaaaa\" . :c :q {numbers} .");
    fs::write(folder.path().join("a.ttl"), text).expect("it is written");
    let row_by_row = "FILTER(RAND() < 2)";
    let doubled = chain("CONCAT(?x, ?x)");
    let capitals = chain("UCASE(CONCAT(?x, LCASE(?x)))");
    let replaced = nested("STR(?x0)", "REPLACE(?x, \"a\", \"aaaaaaaa\")", 12);
    let constant = nested("\"aaaaaaaa\"", "REPLACE(?x, \"a\", \"aaaaaaaa\")", 12);
    let many = "?s1 :q ?a . ?s2 :q ?b . ?s3 :q ?c . ?s4 :q ?d . ?s :p ?t";
    let long = format!("CONCAT(?t, \"{}\", STR(?a), STR(?b), STR(?c), STR(?d))", "x".repeat(1000));
    for more in ["", row_by_row] {
        for query in [
            format!("SELECT (STRLEN(?x40) AS ?n) {{ ?s :p ?x0 {more} {doubled} }}"),
            format!("SELECT (MAX(?x40) AS ?n) {{ ?s :p ?x0 {more} {capitals} }}"),
            format!("SELECT (STRLEN({replaced}) AS ?n) {{ ?s :p ?x0 {more} }}"),
            format!("SELECT (STRLEN({constant}) AS ?n) {{ {more} }}"),
            format!("SELECT ({long} AS ?u) {{ {many} {more} }}"),
            format!("SELECT (STRLEN(GROUP_CONCAT({long})) AS ?n) {{ {many} {more} }}"),
            format!("SELECT (COUNT(DISTINCT ?u) AS ?n) {{ {many} {more} BIND({long} AS ?u) }}"),
            format!("SELECT ?u {{ {many} {more} BIND({long} AS ?u) }} ORDER BY ?u LIMIT 1"),
        ] {
            let query = format!("PREFIX : <http://x.org/> {query}");
            refused(
                folder.path(),
                &["--data", "a.ttl", "query", "--max-memory", "64M", &query],
                "64 MiB of memory",
            );
        }
        let query = format!(
            "PREFIX : <http://x.org/> CONSTRUCT {{ ?s :r ?u }} {{ {many} {more} BIND({long} AS ?u) }}"
        );
        refused(
            folder.path(),
            &["--data", "a.ttl", "query", "--max-memory", "64M", &query],
            "64 MiB of memory",
        );
    }
}
