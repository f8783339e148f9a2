//! What the server does to those who mean it harm.

use crate::client::{Server, many};
use crate::promises::encoded;
use standpoint::serve::http::{Options, Token};
use std::io::{Read, Write};
use std::time::Duration;

/// The tests by their names.
pub const TESTS: &[(&str, fn())] = &[
    ("a_foreign_name_is_not_answered", a_foreign_name_is_not_answered),
    ("a_page_of_another_site_may_only_lead_here", a_page_of_another_site_may_only_lead_here),
    ("an_allowed_origin_may_ask", an_allowed_origin_may_ask),
    ("names_of_graphs_are_no_paths", names_of_graphs_are_no_paths),
    ("headers_cannot_be_injected", headers_cannot_be_injected),
    ("a_slow_client_is_let_go", a_slow_client_is_let_go),
    ("a_body_of_a_gigabyte_is_not_read", a_body_of_a_gigabyte_is_not_read),
    ("a_request_is_framed_in_one_way", a_request_is_framed_in_one_way),
    ("a_token_is_needed_where_there_is_one", a_token_is_needed_where_there_is_one),
    ("the_log_has_no_queries_in_its_paths", the_log_has_no_queries_in_its_paths),
];

const ASK: &str = "/sparql?query=ASK%7B%7D";

fn server() -> Server {
    Server::new(many(), Options::default())
}

fn a_foreign_name_is_not_answered() {
    let server =
        Server::new(many(), Options { hosts: vec!["data.example.org".into()], ..Options::default() });
    let port = server.address.port();
    for (host, expected) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("LocalHost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("data.example.org".into(), 200),
        ("data.example.org:8443".into(), 200),
        ("evil.example".into(), 421),
        (format!("evil.example:{port}"), 421),
        (format!("127.0.0.1.evil.example:{port}"), 421),
        (format!("127.0.0.1:{}", port ^ 1), 421),
        ("127.0.0.1".into(), 421),
        (format!("evil@127.0.0.1:{port}"), 421),
        (String::new(), 421),
    ] {
        for path in [ASK, "/", "/style.css", "/nothing"] {
            let answer =
                server.send(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
            let is_refused = answer.status == 421;
            assert_eq!(is_refused, expected == 421, "{host} {path} {answer:?}");
        }
    }
    assert_eq!(server.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status, 400);
    assert_eq!(server.send("GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n").status, 400);
    assert_eq!(server.send("GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n").status, 400);
    assert_eq!(server.send("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 421);
}

fn a_page_of_another_site_may_only_lead_here() {
    let server = server();
    let link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    assert_eq!(server.get(ASK, link).status, 200);
    for headers in [
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: nonsense\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n",
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
    ] {
        let answer = server.get(ASK, headers);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, ""), "{headers}");
    }
    let form = "application/x-www-form-urlencoded";
    assert_eq!(server.post("/sparql", form, link, "query=ASK%7B%7D").status, 403);
    assert_eq!(
        server.post("/sparql", form, "Origin: https://evil.example\r\n", "query=ASK%7B%7D").status,
        403
    );
    let own = format!("Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n", server.address);
    assert_eq!(server.post("/sparql", form, &own, "query=ASK%7B%7D").status, 200);
}

fn an_allowed_origin_may_ask() {
    let options = Options { origins: vec!["https://yasgui.org".into()], ..Options::default() };
    let server = Server::new(many(), options);
    let from = "Origin: https://yasgui.org\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n";
    let answer = server.get(ASK, from);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "https://yasgui.org"));
    let asked = format!(
        "OPTIONS /sparql HTTP/1.1\r\nHost: HOST\r\n{from}Access-Control-Request-Method: POST\r\n\
                         Connection: close\r\n\r\n"
    );
    let answer = server.send(&asked);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "https://yasgui.org"));
    assert!(answer.header("access-control-allow-methods").contains("POST"));
    assert_eq!(server.get("/graphs?default", from).status, 403, "only the endpoint");
    let other = from.replace("yasgui.org", "yasgui.org.evil.example");
    assert_eq!(server.get(ASK, &other).status, 403);
}

fn names_of_graphs_are_no_paths() {
    let server = server();
    for name in
        ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/", "..%2f..%2fetc"]
    {
        let answer = server.get(&format!("/graphs?graph={}", encoded(name)), "");
        assert!([400, 404].contains(&answer.status), "{name} {answer:?}");
        assert!(!answer.text().contains("root:"), "{name}");
    }
    for path in
        ["/../../etc/passwd", "/graphs/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/style.css/../x"]
    {
        let answer = server.get(path, "");
        assert_eq!(answer.status, 404, "{path} {answer:?}");
    }
}

fn headers_cannot_be_injected() {
    let server = server();
    let evil = "x%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0abody";
    for target in [
        format!("/sparql?query={evil}"),
        format!("{ASK}&format={evil}"),
        format!("/graphs?graph=http://example.org/{evil}"),
        format!("/{evil}"),
        format!("{ASK}&as-of={evil}"),
        format!("{ASK}&known-on={evil}"),
    ] {
        let answer = server.get(&target, "");
        assert!((400..500).contains(&answer.status), "{target} {answer:?}");
        assert!(!answer.head.to_ascii_lowercase().contains("set-cookie"), "{}", answer.head);
    }
    let answer = server.send("GET / HTTP/1.1\r\nHost: HOST\r\nOrigin: x\n y\r\nConnection: close\r\n\r\n");
    assert!(answer.status == 400 || answer.status == 403, "{answer:?}");
}

fn a_slow_client_is_let_go() {
    let server = Server::new(many(), Options { patience: Duration::from_millis(200), ..Options::default() });
    // A head that never ends: were it waited for, this test would not end.
    let mut stream = server.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ").expect("it is sent");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    assert!(!String::from_utf8_lossy(&bytes).contains(" 200 "));
    // Nor a connection on which nothing comes.
    let mut stream = server.connect();
    let _ = stream.read_to_end(&mut bytes);
    // A body that never ends.
    let answer = server.send(
        "POST /sparql HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/sparql-query\r\nContent-Length: 50\r\n\r\nASK",
    );
    assert_eq!(answer.status, 408, "{answer:?}");
    // Meanwhile others are answered.
    let mut slow: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HT").expect("it is sent");
    }
    assert_eq!(server.get(ASK, "").status, 200);
}

fn a_body_of_a_gigabyte_is_not_read() {
    let server = server();
    let head = "POST /sparql HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/sparql-query\r\n";
    let answer = server.send(&format!("{head}Content-Length: 1073741824\r\n\r\nASK"));
    assert_eq!((answer.status, answer.header("connection")), (413, "close"));
    // In pieces, whose sum nobody announces.
    let mut stream = server.connect();
    let head = head.replace("HOST", &server.address.to_string());
    stream.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).expect("it is sent");
    let piece = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let sent = (0..16384).take_while(|_| stream.write_all(piece.as_bytes()).is_ok()).count();
    assert!(sent < 16384, "the server stops reading");
    assert_eq!(server.get(ASK, "").status, 200);
}

fn a_request_is_framed_in_one_way() {
    let server = server();
    let hidden = format!("GET /hidden HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let head = "POST /sparql HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/sparql-query\r\n";
    for framing in [
        format!("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {{}}{hidden}"),
        format!("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Content-Length: +6\r\n\r\nASK {{}}{hidden}"),
        format!("Content-Length: 6, 6\r\n\r\nASK {{}}{hidden}"),
    ] {
        let answer = server.send(&format!("{head}{framing}"));
        let again = answer.text().matches("HTTP/1.1 ").count();
        assert_eq!(again, 0, "the hidden request is answered: {framing:?} {answer:?}");
    }
    let log = server.log.lock().expect("nobody failed");
    assert!(log.iter().all(|access| access.path != "/hidden"), "{log:?}");
}

fn a_token_is_needed_where_there_is_one() {
    let token = "correct-horse-battery";
    let server = Server::new(many(), Options { token: Some(Token::new(token)), ..Options::default() });
    let answer = server.get(ASK, "");
    assert_eq!((answer.status, answer.header("www-authenticate").starts_with("Basic")), (401, true));
    for (header, status) in [
        (format!("Authorization: Bearer {token}\r\n"), 200),
        // `anyone:correct-horse-battery`
        ("Authorization: Basic YW55b25lOmNvcnJlY3QtaG9yc2UtYmF0dGVyeQ==\r\n".to_owned(), 200),
        (format!("Authorization: Bearer {token}x\r\n"), 401),
        ("Authorization: Bearer \r\n".to_owned(), 401),
        ("Authorization: Basic !!!\r\n".to_owned(), 401),
        (format!("Authorization: {token}\r\n"), 401),
    ] {
        assert_eq!(server.get(ASK, &header).status, status, "{header}");
    }
    assert_eq!(server.get(&format!("{ASK}&token={token}"), "").status, 401);
}

fn the_log_has_no_queries_in_its_paths() {
    let server = server();
    server.get(ASK, "");
    let log = server.log.lock().expect("nobody failed");
    let line = log.last().expect("it is logged");
    assert_eq!((line.path.as_str(), line.status, line.method.as_str()), ("/sparql", 200, "GET"));
    assert_eq!(line.query.as_deref(), Some("ASK{}"));
}
