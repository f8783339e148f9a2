//! A server in this process, and a client that sends bytes as it likes.

use oxrdf::{NamedNode, Triple};
use standpoint::base::error::Result;
use standpoint::serve::http::{Access, Graphs, Options, Shutdown, State, Times, serve};
use standpoint::store::index::Index;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, spawn};

/// A server, which ends with the test.
pub struct Server {
    pub address: SocketAddr,
    pub log: Arc<Mutex<Vec<Access>>>,
    pub state: Arc<Mutex<State>>,
    shutdown: Shutdown,
    thread: Option<JoinHandle<Result<()>>>,
}

struct Fixed(Arc<Mutex<State>>);

impl Graphs for Fixed {
    fn at(&self, _: &Times) -> Result<State> {
        Ok(self.0.lock().expect("no test fails here").clone())
    }
}

/// A dataset: the union of these graphs, and each of them.
pub fn dataset(graphs: Vec<(NamedNode, Vec<Triple>)>) -> State {
    let all: Vec<Triple> = graphs.iter().flat_map(|(_, triples)| triples.clone()).collect();
    State { index: Index::from_dataset(all, graphs), revision: Some(7), digest: "first".into() }
}

/// Triples enough for a query to take for ever.
pub fn many() -> State {
    let node = |name: String| NamedNode::new_unchecked(format!("http://example.org/{name}"));
    let triples =
        (0..3000).map(|n| Triple::new(node(format!("s{n}")), node("p".into()), node(format!("o{n}"))));
    dataset(vec![(node("graph".into()), triples.collect())])
}

impl Server {
    pub fn new(state: State, options: Options) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (log, state) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(state)));
        let shutdown = Shutdown::default();
        let (ending, lines, graphs) = (shutdown.clone(), Arc::clone(&log), Fixed(Arc::clone(&state)));
        let note = move |access: &Access| lines.lock().expect("no test fails here").push(access.clone());
        let thread = spawn(move || serve(listener, graphs, options, note, &ending));
        Self { address, log, state, shutdown, thread: Some(thread) }
    }

    /// A connection to it.
    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).expect("it listens")
    }

    /// What it answers to these bytes, in which `HOST` stands for its name, until it closes the connection.
    pub fn send(&self, request: &str) -> Response {
        self.send_bytes(request.replace("HOST", &self.address.to_string()).as_bytes())
    }

    pub fn send_bytes(&self, request: &[u8]) -> Response {
        let mut stream = self.connect();
        // It may have answered and closed before all is written.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Response::parse(&bytes)
    }

    /// GET, with further header lines.
    pub fn get(&self, target: &str, headers: &str) -> Response {
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: HOST\r\n{headers}Connection: close\r\n\r\n"))
    }

    /// POST of a body with a type, and further header lines.
    pub fn post(&self, target: &str, media_type: &str, headers: &str, body: &str) -> Response {
        self.send(&format!(
            "POST {target} HTTP/1.1\r\nHost: HOST\r\nContent-Type: {media_type}\r\n{headers}Content-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.begin();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(std::thread::panicking() || matches!(ended, Ok(Ok(()))), "the server ends in order");
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Response {
    /// 0 where there is none.
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(other, _)| other.eq_ignore_ascii_case(name));
        found.next().map_or("", |(_, value)| value.trim())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
