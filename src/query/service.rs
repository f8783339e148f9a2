//! `SERVICE`: a part of a question that another server answers, over the SPARQL 1.1 Protocol.
//!
//! Off unless it is asked for. Even then an answer is whole or absent: every failure ends the
//! query, `SILENT` is refused, and so is a server that only the data name. One server is asked
//! the same thing once. Deliberately absent: redirections (the query names who is asked),
//! passwords, and, but for the feature `https`, encryption, which would need C.

use super::QueryError;
use crate::base::depth;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::tokens::{Kind, Token};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
use oxigraph::sparql::{DefaultServiceHandler, QuerySolution, QuerySolutionIter};
use oxrdf::{NamedNode, Term, Variable};
use spargebra::algebra::GraphPattern;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use ureq::Agent;

/// A server has so long to answer where the query has no limit.
const PATIENCE: Duration = Duration::from_secs(60);
/// An answer may be so long, in bytes.
const MOST_READ: u64 = 64 << 20;
/// What is understood.
const RESULTS: &str = "application/sparql-results+json";

/// Refuses what a query may not do with `SERVICE`; all of it unless it is `allowed`.
pub(super) fn check(name: &str, source: &str, tokens: &[Token], allowed: bool) -> Result<(), QueryError> {
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.is_word(source, "SERVICE")) {
        let refuse = |token: &Token, what: &str, label: &str, help: &str| {
            let place = Place::in_source(name, source, token.range.clone());
            Err(QueryError::from(Diagnostic::error(what).at(place).expected(label).help(help)))
        };
        if tokens.get(at + 1).is_some_and(|server| server.text(source) == "wikibase:label") {
            let help = "labels are shown anyway; drop it with its brackets. For a column of names, write \
                        ?x skos:prefLabel ?xLabel";
            return refuse(token, "there is no label service here", "belongs to Wikidata", help);
        }
        if !allowed {
            let help = "`query --allow-service` allows it, and the answer then depends on that server; or load \
                        its data beside yours";
            return refuse(token, "SERVICE is switched off", "would ask another server", help);
        }
        let Some(server) = tokens.get(at + 1) else { continue };
        if server.is_word(source, "SILENT") {
            let help = "write SERVICE without SILENT: a failure then ends the query";
            return refuse(
                server,
                "SERVICE SILENT is not answered",
                "would hide that a part is missing",
                help,
            );
        }
        if server.kind == Kind::Variable {
            let help = "name it: SERVICE <http://…> { … }";
            return refuse(server, "the data would choose the server", "expected an IRI", help);
        }
        if server.text(source).starts_with("<https:") && !cfg!(feature = "https") {
            return refuse(server, "this program was built without encryption", "asks for https", HTTPS);
        }
    }
    Ok(())
}

const HTTPS: &str =
    "build it with `cargo install --path . --locked --features https`, which takes a C compiler; or use http";

/// Why a server's part of an answer is missing.
#[derive(Debug, thiserror::Error)]
#[error("<{}> did not answer: {why}", server.as_str())]
pub struct ServiceError {
    server: NamedNode,
    why: String,
    help: Option<&'static str>,
}

impl ServiceError {
    /// What would mend it, where that can be said.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help
    }
}

impl From<Box<ServiceError>> for QueryError {
    fn from(error: Box<ServiceError>) -> Self {
        Self::Service(error)
    }
}

type Rows = Arc<(Arc<[Variable]>, Vec<Vec<Option<Term>>>)>;

/// Asks the servers that a query names.
pub(super) struct Servers {
    agent: Agent,
    answered: Mutex<HashMap<(NamedNode, String), Rows>>,
}

impl Servers {
    /// Each server has until `limit` for each of its answers.
    pub fn new(limit: Option<Duration>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(limit.unwrap_or(PATIENCE)))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // It would be taken from the environment.
            .proxy(None)
            .user_agent(concat!("standpoint/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into(), answered: Mutex::default() }
    }

    fn ask(&self, server: &NamedNode, question: &str) -> Result<Rows, ServiceError> {
        let fail = |why: String| ServiceError { server: server.clone(), why, help: None };
        let encrypted = match server.as_str().split_once(':') {
            Some(("http", _)) => false,
            Some(("https", _)) => true,
            _ => return Err(fail("expected an address that begins with http://".into())),
        };
        if encrypted && !cfg!(feature = "https") {
            let why = "this program was built without encryption".into();
            return Err(ServiceError { help: Some(HTTPS), ..fail(why) });
        }
        let request = self
            .agent
            .post(server.as_str())
            .header("Accept", RESULTS)
            .content_type("application/sparql-query");
        let mut response = request.send(question).map_err(|error| fail(reason(&error)))?;
        let header = |name: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or("nothing").to_owned()
        };
        let (status, kind, elsewhere) = (response.status(), header("content-type"), header("location"));
        if status.is_redirection() {
            let help = Some("write that address in the query, if you trust it");
            let why = format!("it redirects to {elsewhere}");
            return Err(ServiceError { help, ..fail(why) });
        }
        let body = response.body_mut().with_config().limit(MOST_READ);
        if !status.is_success() {
            let said = body.limit(1000).read_to_string().unwrap_or_default();
            let said = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
            return Err(fail(format!("{status}: {}", said.chars().take(200).collect::<String>())));
        }
        if kind.split(';').next().map(str::trim) != Some(RESULTS) {
            return Err(fail(format!("it sent {kind} instead of {RESULTS}; is it a SPARQL endpoint?")));
        }
        let body = body.read_to_vec().map_err(|error| fail(reason(&error)))?;
        if depth::json(&body).is_some() {
            return Err(fail("its results are nested too deeply".into()));
        }
        let results = QueryResultsParser::from_format(QueryResultsFormat::Json).for_slice(&body);
        let broken = |error: &dyn std::error::Error| fail(format!("its results cannot be read: {error}"));
        match results.map_err(|error| broken(&error))? {
            SliceQueryResultsParserOutput::Solutions(rows) => {
                let variables: Arc<[Variable]> = rows.variables().into();
                let rows = rows.map(|row| row.map(|row| row.values().to_vec())).collect::<Result<_, _>>();
                let rows = rows.map_err(|error| broken(&error))?;
                Ok(Arc::new((variables, rows)))
            }
            SliceQueryResultsParserOutput::Boolean(_) => {
                Err(fail("it sent true or false instead of rows".into()))
            }
        }
    }
}

impl DefaultServiceHandler for Servers {
    type Error = ServiceError;

    fn handle(
        &self,
        server: &NamedNode,
        pattern: &GraphPattern,
        base: Option<&oxiri::Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>, ServiceError> {
        let (pattern, base_iri) = (pattern.clone(), base.cloned());
        let question = spargebra::Query::Select { dataset: None, pattern, base_iri }.to_string();
        let key = (server.clone(), question);
        let known = self.answered.lock().ok().and_then(|answered| answered.get(&key).cloned());
        let rows = match known {
            Some(rows) => rows,
            None => {
                let rows = self.ask(server, &key.1)?;
                if let Ok(mut answered) = self.answered.lock() {
                    answered.insert(key, rows.clone());
                }
                rows
            }
        };
        let each = (0..rows.1.len()).map({
            let rows = rows.clone();
            move |at| Ok(QuerySolution::from((rows.0.clone(), rows.1[at].clone())))
        });
        Ok(QuerySolutionIter::new(rows.0.clone(), Box::new(each)))
    }
}

/// What a person can do something about.
fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it took too long".into(),
        ureq::Error::HostNotFound => "there is no server of this name".into(),
        // The system's words for the same.
        ureq::Error::Io(error) if error.to_string().contains("lookup address") => {
            "there is no server of this name".into()
        }
        ureq::Error::BodyExceedsLimit(_) => {
            format!("it sent more than {} MB", MOST_READ >> 20)
        }
        ureq::Error::Io(error) => crate::base::error::reason(error),
        other => other.to_string(),
    }
}
