//! Answers and failures as HTTP has them.

use super::body::Whole;
use super::{Asked, Times, negotiate};
use crate::base::diagnostic::Diagnostic;
use crate::base::error::Error;
use crate::query::QueryError;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io;
use std::time::Duration;

/// The header that names the revision which an answer is of.
pub(super) const REVISION: HeaderName = HeaderName::from_static("standpoint-revision");
/// Shorter answers are not compressed, in bytes.
const WORTH_COMPRESSING: u64 = 1 << 10;

/// An answer.
pub(super) struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Whole,
}

impl Reply {
    /// An answer of this media type.
    pub(super) fn new(media_type: &str, body: Whole) -> Self {
        Self::of_status(StatusCode::OK, body).with(header::CONTENT_TYPE, media_type)
    }

    /// An answer without a body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self::of_status(status, Whole::default())
    }

    fn of_status(status: StatusCode, body: Whole) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with a header; one that no header can be is left out.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// The same, compressed if the client takes that and it pays.
    pub(super) fn compressed(mut self, asked: &Asked) -> Result<Self, Failure> {
        if !negotiate::takes_gzip(asked.header(&header::ACCEPT_ENCODING))
            || self.body.len() < WORTH_COMPRESSING
        {
            return Ok(self);
        }
        let plain = std::mem::take(&mut self.body);
        self.body = Whole::new(|file| -> Result<(), Failure> {
            let mut out = GzEncoder::new(file, Compression::fast());
            io::copy(&mut plain.reader(), &mut out)?;
            out.finish()?;
            Ok(())
        })?;
        Ok(self.with(header::CONTENT_ENCODING, "gzip"))
    }

    /// A page about a failure has its status and headers.
    pub(super) fn with_failure(mut self, failure: Failure) -> Self {
        self.status = failure.status;
        let reply = self.with(header::CACHE_CONTROL, "no-store");
        failure.headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, &value))
    }

    /// The response. The body of an answer to HEAD is left out by whoever sends it; its length stays.
    pub(super) fn into_response(self) -> Response<Whole> {
        let length = self.body.len();
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status != StatusCode::NOT_MODIFIED && self.status != StatusCode::NO_CONTENT {
            headers.insert(header::CONTENT_LENGTH, length.into());
        }
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        response
    }
}

/// What an answer depends on, as an entity tag: it is the same whenever these are.
pub(super) fn tag<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// Whether the client has the answer with this tag.
pub(super) fn has_already(asked: &Asked, tag: &str) -> bool {
    let Some(known) = asked.header(&header::IF_NONE_MATCH) else { return false };
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.trim() == "*" || known.split(',').any(|other| bare(other) == tag)
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    message: String,
    help: Option<String>,
    diagnostic: Option<Box<Diagnostic>>,
    headers: Vec<(HeaderName, String)>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), help: None, diagnostic: None, headers: Vec::new() }
    }

    /// The request is wrong.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Nothing is there.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// Another method is meant.
    pub(super) fn method(path: &str, allowed: &str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("`{path}` takes {allowed}"))
            .with(header::ALLOW, allowed)
    }

    /// Nothing of what there is pleases the client.
    pub(super) fn not_acceptable<'a>(offers: impl IntoIterator<Item = &'a str>) -> Self {
        let offers: Vec<&str> = offers.into_iter().collect();
        Self::new(StatusCode::NOT_ACCEPTABLE, "no acceptable format")
            .with_help(format!("accept one of {}", offers.join(", ")))
    }

    /// Later it may do.
    pub(super) fn later(status: StatusCode, after: Duration, message: impl Into<String>) -> Self {
        Self::new(status, message).with(header::RETRY_AFTER, after.as_secs().max(1).to_string())
    }

    /// The store does not answer.
    pub(super) fn of_store(error: &Error, times: &Times) -> Self {
        match error {
            // Only times can be wrong about a store that could be opened when the server began.
            Error::Usage { .. } | Error::Other(_) if *times != Times::default() => {
                Self { help: error.help().map(Into::into), ..Self::bad_request(error.to_string()) }
            }
            _ => Self::later(
                StatusCode::SERVICE_UNAVAILABLE,
                Duration::from_secs(5),
                format!("the store cannot be read: {error}"),
            ),
        }
    }

    /// Something cannot be read.
    pub(super) fn of_reading(error: &Error) -> Self {
        Self {
            help: error.help().map(Into::into),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        }
    }

    /// What was asked for is not there, or names more than one thing.
    pub(super) fn of_asking(error: &Error) -> Self {
        Self { help: error.help().map(Into::into), ..Self::bad_request(error.to_string()) }
    }

    /// A format cannot hold the answer.
    pub(super) fn of_format(error: &Error) -> Self {
        Self {
            help: error.help().map(Into::into),
            ..Self::new(StatusCode::NOT_ACCEPTABLE, error.to_string())
        }
    }

    #[must_use]
    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, after which no more is read from the connection.
    pub(super) fn closing(self) -> Self {
        self.with(header::CONNECTION, "close")
    }

    /// The same, which asks for the token.
    pub(super) fn asking_token(self) -> Self {
        self.with(header::WWW_AUTHENTICATE, "Basic realm=\"standpoint\", charset=\"UTF-8\"")
    }

    /// The failure as JSON or text, whichever the client likes.
    pub(super) fn into_reply(self, accept: Option<&str>) -> Reply {
        const TEXT: &str = "text/plain; charset=utf-8";
        let offers = [TEXT, "application/json", "application/sparql-results+json"];
        let is_json = negotiate::best(accept, offers.into_iter()).is_some_and(|chosen| chosen > 0);
        let (media_type, text) = match is_json {
            true => ("application/json", format!("{:#}\n", self.json())),
            false => (TEXT, self.text()),
        };
        let reply = Reply::of_status(self.status, Whole::text(&text))
            .with(header::CONTENT_TYPE, media_type)
            .with(header::CACHE_CONTROL, "no-store");
        self.headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, &value))
    }

    /// The failure for people.
    pub(super) fn text(&self) -> String {
        if let Some(diagnostic) = &self.diagnostic {
            return format!("{}\n", diagnostic.render(false, 80));
        }
        let help = self.help.as_ref().map_or_else(String::new, |help| format!("help: {help}\n"));
        format!("error: {}\n{help}", self.message)
    }

    fn json(&self) -> Value {
        let diagnostic = self.diagnostic.as_deref();
        let place = diagnostic
            .and_then(|diagnostic| diagnostic.place.as_ref())
            .map(|place| json!({"file": place.file, "line": place.line, "column": place.column}));
        json!({
            "status": self.status.as_u16(),
            "error": self.message,
            "place": place,
            "expected": diagnostic.and_then(|diagnostic| diagnostic.label.clone()),
            "notes": diagnostic.map_or(&[] as &[String], |diagnostic| &diagnostic.notes),
            "help": self.help,
        })
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(StatusCode::INSUFFICIENT_STORAGE, format!("the answer cannot be kept: {error}"))
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            help: diagnostic.help.clone(),
            diagnostic: Some(Box::new(diagnostic.clone())),
            ..Self::bad_request(diagnostic.message)
        }
    }
}

impl From<QueryError> for Failure {
    /// What the author of a query can mend is 400; what only time can mend is 503.
    fn from(error: QueryError) -> Self {
        let message = error.to_string();
        match error {
            QueryError::Malformed(diagnostic) => (*diagnostic).into(),
            QueryError::TimedOut(limit) => Self::later(StatusCode::SERVICE_UNAVAILABLE, limit, message)
                .with_help("restrict the query: add a pattern, narrow a FILTER"),
            QueryError::Stopped => {
                Self::later(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(1), message)
            }
            QueryError::Memory(_) => Self::bad_request(message).with_help(
                "restrict the query: patterns without a common variable give every pair of their rows",
            ),
            QueryError::NoFunction(_) | QueryError::Arguments(_) | QueryError::Doubtful(_) => {
                Self::bad_request(message)
            }
            QueryError::Service(_) | QueryError::Failed(_) => Self::bad_request(message),
            QueryError::Index(_) | QueryError::Graphs(_) => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
                    .with_help("`standpoint repair` rebuilds the index; nothing is lost")
            }
        }
    }
}
