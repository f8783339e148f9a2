//! The program as a person starts it: it prints its address, sees the store change, and ends on Ctrl-C.

use crate::client::Response;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The tests by their names.
pub const TESTS: &[(&str, fn())] = &[
    ("a_store_that_changes_is_served_as_it_is", a_store_that_changes_is_served_as_it_is),
    ("a_busy_port_names_a_free_one", a_busy_port_names_a_free_one),
    #[cfg(unix)]
    ("ctrl_c_ends_it_in_order", ctrl_c_ends_it_in_order),
];

fn standpoint(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_standpoint"));
    command
        .current_dir(dir)
        .env_remove("STANDPOINT_STORE")
        .env_remove("STANDPOINT_TOKEN")
        .stdin(Stdio::null());
    command
}

/// A server of the store in a folder, which ends with the test.
pub struct Served {
    child: Child,
    pub address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(dir: &Path) -> Served {
    serve_with(dir, &[])
}

/// A server with further options.
pub fn serve_with(dir: &Path, options: &[&str]) -> Served {
    let mut command = standpoint(dir);
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(options)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("it is piped");
    BufReader::new(out).read_line(&mut line).expect("it prints its address");
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    Served { child, address }
}

fn get(address: &str, target: &str) -> Response {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("it is answered");
    Response::parse(&bytes)
}

fn load(dir: &Path, name: &str) -> Output {
    let text = format!("<http://example.org/{name}> <http://example.org/p> <http://example.org/o> .\n");
    fs::write(dir.join(name), text).expect("the folder takes files");
    let output = standpoint(dir).args(["load", name]).output().expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    output
}

pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn a_store_that_changes_is_served_as_it_is() {
    let dir = folder();
    load(dir.path(), "one.nt");
    let server = serve(dir.path());
    let rows = "/sparql?format=csv&query=SELECT%20%3Fs%20%7B%20%3Fs%20%3Chttp%3A%2F%2Fexample.org%2Fp%3E%20%3Fo%20%7D";
    let first = get(&server.address, rows);
    assert_eq!((first.header("standpoint-revision"), first.text().lines().count()), ("1", 2), "{first:?}");
    load(dir.path(), "two.nt");
    let second = get(&server.address, rows);
    assert_eq!((second.header("standpoint-revision"), second.text().lines().count()), ("2", 3), "{second:?}");
    assert_ne!(first.header("etag"), second.header("etag"));
    let past = get(&server.address, &format!("{rows}&known-on=1"));
    assert_eq!((past.header("standpoint-revision"), past.text().lines().count()), ("1", 2), "{past:?}");
    assert_eq!(get(&server.address, &format!("{rows}&known-on=3")).status, 400);
    assert_eq!(get(&server.address, &format!("{rows}&as-of=2025-02-30")).status, 400);
    assert_eq!(get(&server.address, &format!("{rows}&as-of=2025-02-28")).status, 200);
}

fn a_busy_port_names_a_free_one() {
    let dir = folder();
    load(dir.path(), "one.nt");
    let server = serve(dir.path());
    let output =
        standpoint(dir.path()).args(["serve", "--listen", &server.address]).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains(&format!("another program listens on {}", server.address)), "{text}");
    assert!(text.contains("the next free port: --listen 127.0.0.1:"), "{text}");
}

#[cfg(unix)]
fn ctrl_c_ends_it_in_order() {
    let dir = folder();
    load(dir.path(), "one.nt");
    let mut server = serve(dir.path());
    // A connection that is open does not keep it.
    let _idle = TcpStream::connect(&server.address).expect("it listens");
    assert_eq!(get(&server.address, "/sparql?query=ASK%7B%7D").status, 200);
    let sent = Command::new("kill").args(["-INT", &server.child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "the signal is sent");
    let status = server.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
}
