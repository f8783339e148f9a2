//! Coding through the server: what is written, and what is refused.

use crate::client::{Response, Server, many};
use crate::process::{folder, serve_with};
use standpoint::serve::http::Options;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use tempfile::TempDir;

/// The tests by their names.
pub const TESTS: &[(&str, fn())] = &[
    ("without_a_case_nothing_writes", without_a_case_nothing_writes),
    ("words_are_coded_and_undone", words_are_coded_and_undone),
    ("a_write_needs_the_cookie_and_its_form", a_write_needs_the_cookie_and_its_form),
    ("a_file_that_has_changed_is_not_overwritten", a_file_that_has_changed_is_not_overwritten),
    ("only_files_of_the_case_are_written", only_files_of_the_case_are_written),
    ("what_is_wrong_is_told_and_nothing_is_written", what_is_wrong_is_told_and_nothing_is_written),
    ("an_article_is_pasted", an_article_is_pasted),
];

const TEXT: &str = "---\nid: a\ntitle: \"<script>alert(1)</script> & more\"\npublished: 2025-03-06\n---\nBerg will tear down the mill. Others will not.\n";
const REGISTRY: &str = "# Ours.\nactors:\n  - {id: berg, label: 'Ana \"><script>alert(2)</script> Berg'}\nissues:\n  - The mill goes (proposal)\n";

struct Case {
    dir: TempDir,
    server: crate::process::Served,
    cookie: String,
    csrf: String,
}

impl Case {
    fn new() -> Self {
        let dir = folder();
        let case = dir.path().join("case");
        fs::create_dir(&case).expect("the folder takes folders");
        fs::write(case.join("a.md"), TEXT).expect("the folder takes files");
        fs::write(case.join("registry.yaml"), REGISTRY).expect("the folder takes files");
        fs::write(dir.path().join("secret.md"), TEXT).expect("the folder takes files");
        let server = serve_with(dir.path(), &["--edit", "case"]);
        let mut case = Self { dir, server, cookie: String::new(), csrf: String::new() };
        let page = case.get("/edit");
        let cookie = page.header("set-cookie").to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/edit"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        case.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        case.csrf = hidden(&page.text(), "csrf");
        case
    }

    fn send(&self, request: &str) -> Response {
        let mut stream = TcpStream::connect(&self.server.address).expect("it listens");
        // It may have answered and closed before all is written.
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Response::parse(&bytes)
    }

    fn get(&self, target: &str) -> Response {
        let host = &self.server.address;
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    fn post_as(&self, target: &str, headers: &str, fields: &[(&str, &str)]) -> Response {
        let form: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", crate::promises::encoded(value)))
            .collect();
        let (host, body) = (&self.server.address, form.join("&"));
        self.send(&format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    fn post(&self, target: &str, fields: &[(&str, &str)]) -> Response {
        let fields: Vec<_> =
            [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_as(target, &format!("Cookie: {}\r\n", self.cookie), &fields)
    }

    fn digest(&self) -> String {
        hidden(&self.get("/edit/article?file=a.md").text(), "digest")
    }

    /// Codes words, with these fields in place of the usual ones.
    fn code(&self, other: &[(&str, &str)]) -> Response {
        let digest = self.digest();
        let usual = [
            ("file", "a.md"),
            ("digest", digest.as_str()),
            ("quote", "will tear down the mill"),
            ("actor", "berg"),
            ("issue", "The mill goes"),
            ("stance", "supports"),
        ];
        let usual = usual.into_iter().filter(|(name, _)| other.iter().all(|(own, _)| own != name));
        self.post("/edit/article", &usual.chain(other.iter().copied()).collect::<Vec<_>>())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join("case").join(name)).unwrap_or_default()
    }
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let found = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    found.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

fn without_a_case_nothing_writes() {
    let server = Server::new(many(), Options::default());
    for path in
        ["/edit", "/edit/", "/edit/article", "/edit/new", "/edit/undo", "/edit/coding.js", "/edit/checks"]
    {
        assert_eq!(server.get(path, "").status, 404, "{path}");
        let answer = server.post(path, "application/x-www-form-urlencoded", "", "file=a.md");
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD, OPTIONS"), "{path}");
    }
}

fn words_are_coded_and_undone() {
    let case = Case::new();
    let page = case.get("/edit/article?file=a.md");
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    assert!(!page.text().contains("<script>alert"), "{}", page.text());
    let answer = case.code(&[("note", "a \"remark\""), ("mode", "vote")]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mark = "Berg [will tear down the mill]{.supports actor=berg issue=the-mill-goes mode=vote note=\"a \\\"remark\\\"\"}.";
    assert_eq!(case.read("a.md"), TEXT.replace("Berg will tear down the mill.", mark));
    assert_eq!(case.read("registry.yaml"), REGISTRY);
    let csv = case.get("/sparql?format=csv&query=SELECT%20%3Fs%20%7B%20%3Fs%20stp%3Asupports%20%3Fo%20%7D");
    assert!(csv.text().contains("berg"), "{}", csv.text());
    // In the second place, a new issue: the registry gets it, and its comments stay.
    let answer = case.code(&[
        ("quote", "Others will not"),
        ("issue", "The mill stays open"),
        ("new-issue", "yes"),
        ("family", "proposal"),
    ]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(case.read("registry.yaml"), format!("{REGISTRY}  - The mill stays open (proposal)\n"));
    for expected in [REGISTRY, REGISTRY] {
        assert_eq!(case.post("/edit/undo", &[("file", "a.md")]).status, 303);
        assert_eq!(case.read("registry.yaml"), expected);
    }
    assert_eq!(case.read("a.md"), TEXT);
    assert_eq!(case.post("/edit/undo", &[("file", "a.md")]).status, 409);
}

fn a_write_needs_the_cookie_and_its_form() {
    let case = Case::new();
    let digest = case.digest();
    let fields = |csrf: &'static str| {
        [
            ("csrf", csrf),
            ("file", "a.md"),
            ("quote", "will tear down the mill"),
            ("actor", "berg"),
            ("issue", "The mill goes"),
            ("stance", "supports"),
        ]
    };
    let with = |csrf: &str| -> Vec<(String, String)> {
        let fields = fields("").into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut fields: Vec<_> = fields.collect();
        fields[0].1 = csrf.to_owned();
        fields.push(("digest".into(), digest.clone()));
        fields
    };
    let own = format!("Cookie: {}\r\n", case.cookie);
    let wrong = "Cookie: standpoint-edit=0000\r\n";
    for (headers, csrf) in [
        ("", case.csrf.as_str()),
        (wrong, case.csrf.as_str()),
        (own.as_str(), ""),
        (own.as_str(), "0000"),
        (own.as_str(), case.cookie.split('=').nth(1).unwrap_or_default()),
        (&format!("{own}Origin: https://evil.example\r\n"), case.csrf.as_str()),
        (&format!("{own}Sec-Fetch-Site: cross-site\r\n"), case.csrf.as_str()),
    ] {
        let all = with(csrf);
        let all: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for target in ["/edit/article", "/edit/new", "/edit/undo"] {
            assert_eq!(case.post_as(target, headers, &all).status, 403, "{target} {headers} {csrf}");
        }
    }
    let host = case.send("POST /edit/article HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(host.status, 421);
    assert_eq!(case.read("a.md"), TEXT);
    let mut long = String::from("x");
    long.push_str(&"x".repeat(2 << 20));
    assert_eq!(case.post("/edit/new", &[("text", &long)]).status, 413);
}

fn a_file_that_has_changed_is_not_overwritten() {
    let case = Case::new();
    let digest = case.digest();
    let theirs = TEXT.replace("Others will not", "Others never will");
    fs::write(case.dir.path().join("case/a.md"), &theirs).expect("the folder takes files");
    let answer = case.code(&[("digest", &digest)]);
    assert_eq!(answer.status, 409);
    assert_eq!(case.read("a.md"), theirs);
    let page = answer.text();
    for part in ["was changed on disk", "yours: [will tear down the mill]", "Others never will"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Seen, it can be saved.
    assert_eq!(case.code(&[]).status, 303);
    assert!(case.read("a.md").contains("Others never will"));
}

fn only_files_of_the_case_are_written() {
    let case = Case::new();
    let outside = |dir: &Path| fs::read_to_string(dir.join("secret.md")).unwrap_or_default();
    for file in [
        "../secret.md",
        "..%2Fsecret.md",
        "/etc/passwd",
        "./a.md",
        "registry.yaml",
        "a.md\0",
        "",
        "changes/0001.patch",
    ] {
        let answer = case.code(&[("file", file)]);
        assert!([400, 404].contains(&answer.status), "{file}: {answer:?}");
        let target = format!("/edit/article?file={}", crate::promises::encoded(file));
        assert!([400, 404].contains(&case.get(&target).status), "{file}");
    }
    // The outlet becomes the name of a file.
    let made = case.post(
        "/edit/new",
        &[("title", "T"), ("publisher", "../../x"), ("published", "2025-03-06"), ("text", "Words.")],
    );
    assert_eq!(made.status, 303, "{}", made.text());
    assert!(case.dir.path().join("case/x-2025-03-06.md").is_file());
    // A patch that leads elsewhere is not undone.
    let patch = "# x\n--- ../secret.md\n+++ ../secret.md\n@@ -1,1 +1,1 @@\n-gone\n+---\n";
    fs::write(case.dir.path().join("case/changes/0099.patch"), patch).expect("the folder takes files");
    assert_eq!(case.post("/edit/undo", &[("file", "a.md")]).status, 409);
    assert_eq!(outside(case.dir.path()), TEXT);
}

fn what_is_wrong_is_told_and_nothing_is_written() {
    let case = Case::new();
    for (field, value, part) in [
        ("actor", "bergg", "unknown actor `bergg`"),
        ("issue", "The mill burns", "unknown issue `The mill burns`"),
        ("stance", "", "choose a stance"),
        ("stance", "affirms", "affirms"),
        ("quote", "will tear up the mill", "the text has no such words"),
        ("quote", "will", "more than once"),
        ("mode", "<b>shouting</b>", "shouting"),
        ("time", "someday", "someday"),
    ] {
        let answer = case.code(&[(field, value)]);
        let page = answer.text();
        assert_eq!(answer.status, 422, "{field} {value}: {page}");
        assert!(page.contains(part) && !page.contains("<b>shouting"), "{field} {value}: {page}");
        assert!(page.contains("role=\"alert\""), "{page}");
        assert_eq!((case.read("a.md").as_str(), case.read("registry.yaml").as_str()), (TEXT, REGISTRY));
    }
}

fn an_article_is_pasted() {
    let case = Case::new();
    let made = case.post(
        "/edit/new",
        &[
            ("title", "Mill: \"yes\" [or no]"),
            ("publisher", "Canal Courier"),
            ("published", "2025-03-07"),
            ("text", "One [aside]{x}.\r\n\r\nTwo.\r\n"),
        ],
    );
    assert_eq!(made.status, 303, "{}", made.text());
    let file = case.read("canal-courier-2025-03-07.md");
    assert!(file.ends_with("---\nOne \\[aside\\]{x}.\n\nTwo.\n"), "{file}");
    assert_eq!(case.get(made.header("location")).status, 200);
    let again =
        case.post("/edit/new", &[("title", ""), ("publisher", "P"), ("published", "d"), ("text", "t")]);
    assert_eq!(again.status, 422);
    assert!(again.text().contains("`title` is missing"));
}
