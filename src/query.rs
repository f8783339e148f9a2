//! Questions in SPARQL: parsed, given their parameters, run, explained, written out.
//!
//! Like `index`, and no other module, it names the SPARQL engine.
//!
//! An [`Answer`] is whole or absent: results are gathered before anything is returned, so that
//! a query that fails or runs out of time half-way leaves nothing that looks like an answer.
//! Deliberately absent: updates (documents change through the archive). `SERVICE` is off unless
//! it is asked for: else an answer depends on nothing but the graph at hand.

mod answer;
pub mod ask;
pub mod complete;
mod constants;
mod dataset;
pub mod diagnose;
mod error;
pub mod evaluator;
mod exec;
mod incremental;
mod order_keys;
mod parse;
mod run;
mod service;
mod total_order;

pub use answer::print::Printer;
pub use answer::template::Template;
pub use diagnose::explain::Plan;
pub use diagnose::why_empty::WhyEmpty;
pub use error::QueryError;
pub use parse::typing::{Next, Stage, next, stage};
pub use run::{Engine, Stop};
pub use service::ServiceError;
pub use spargebra::term::GroundTerm;

use crate::base::tokens;
use crate::model::prefixes::Prefixes;
use crate::store::index::Index;
use crate::store::names;
use diagnose::lint;
use oxrdf::{NamedNode, Term, Triple, Variable};
use run::{ExecOptions, MEMORY, Ran};
use spargebra::algebra::{GraphPattern, QueryDataset};
use std::collections::BTreeSet;
use std::time::Duration;

/// A query that can be run.
///
/// Prefixes of the program need no declaration. A name goes with every message about the query.
///
/// ```
/// use oxrdf::{Literal, NamedNode, Triple, Variable};
/// use standpoint::query::{Answer, Query};
/// use standpoint::store::index::Index;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let skos = |name: &str| NamedNode::new(format!("http://www.w3.org/2004/02/skos/core#{name}"));
/// let mill = NamedNode::new("https://w3id.org/standpoint/id/issue/mill")?;
/// let label = Literal::new_simple_literal("The mill is torn down");
/// let index = Index::from_triples([Triple::new(mill.clone(), skos("prefLabel")?, label.clone())]);
///
/// // A parameter is a variable with a value.
/// let query = Query::parse("labels", "SELECT ?label { ?issue skos:prefLabel ?label }")?;
/// let answer = query.bind(Variable::new("issue")?, mill).answer(&index, None)?;
/// let Answer::Rows { rows, .. } = answer else { unreachable!("SELECT is answered by rows") };
/// assert_eq!(rows, [[Some(label.into())]]);
///
/// let error = Query::parse("labels", "SELECT ?label { ?issue skos:prefLabel }").unwrap_err();
/// let place = error.diagnostic().and_then(|fault| fault.place.as_ref()).expect("its text is at fault");
/// assert_eq!((&*place.file, place.line), ("labels", 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Query {
    name: String,
    parsed: spargebra::Query,
    prefixes: Prefixes,
    /// The base that relative IRIs had from outside.
    base: Option<NamedNode>,
    text: String,
    tokens: Vec<tokens::Token>,
    /// Variables with the value that they were given in words, as options of a question.
    options: Vec<(Variable, String)>,
    stop: Option<Stop>,
    /// Bytes that intermediate results may take.
    memory: usize,
    engine: Engine,
}

/// How queries are to be read.
#[derive(Clone, Debug)]
pub struct ParseOptions {
    /// The prefixes that need no declaration.
    pub prefixes: Prefixes,
    /// The base of relative IRIs where the query declares none; without one they are refused.
    pub base: Option<NamedNode>,
    /// Whether other servers may answer the parts that `SERVICE` names.
    pub services: bool,
}

impl Default for ParseOptions {
    /// With [`Prefixes::known`], and without other servers.
    fn default() -> Self {
        Self { prefixes: Prefixes::known(), base: None, services: false }
    }
}

/// The engine and its version, which an answer may depend on.
pub const ENGINE: &str = "oxigraph 0.5.13";

/// What kind of answer a query has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// SELECT: rows.
    Rows,
    /// ASK: true or false.
    Truth,
    /// CONSTRUCT, DESCRIBE: triples.
    Graph,
}

/// The whole answer to a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Of SELECT, in the query's order.
    Rows {
        /// The columns.
        variables: Vec<Variable>,
        /// A term a column, none where the variable is unbound.
        rows: Vec<Vec<Option<Term>>>,
    },
    /// Of ASK.
    Truth(bool),
    /// Of CONSTRUCT and DESCRIBE: sorted, each triple once.
    Graph(Vec<Triple>),
}

impl Answer {
    /// The graph of these triples, which may come in any order and more than once.
    fn of_graph(mut triples: Vec<Triple>) -> Self {
        triples.sort_by_cached_key(ToString::to_string);
        triples.dedup();
        Self::Graph(triples)
    }

    /// No rows, no triples, or `false`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Rows { rows, .. } => rows.is_empty(),
            Self::Truth(truth) => !truth,
            Self::Graph(triples) => triples.is_empty(),
        }
    }

    /// What each row is about, for a page: the last position in it, else the first thing that is named
    /// by an IRI. Nothing for other answers.
    #[must_use]
    pub fn things(&self) -> Vec<Option<String>> {
        let Self::Rows { rows, .. } = self else { return Vec::new() };
        let iri = |term: &Option<Term>| match term {
            Some(Term::NamedNode(iri)) => Some(iri.as_str().to_owned()),
            _ => None,
        };
        let is_position = |iri: &String| names::handle(iri).is_some();
        let thing = |row: &Vec<Option<Term>>| {
            let mut iris = row.iter().filter_map(iri);
            row.iter().rev().filter_map(iri).find(is_position).or_else(|| iris.next())
        };
        rows.iter().map(thing).collect()
    }
}

impl Query {
    /// Reads a query. `name` is what its author calls it: a file, "query".
    ///
    /// [`Prefixes::known`] need no declaration.
    ///
    /// # Errors
    /// [`QueryError::Malformed`] with the place, also for `SERVICE`, and for queries that are so
    /// deep or long that answering could exhaust the program.
    pub fn parse(name: &str, text: &str) -> Result<Self, QueryError> {
        Self::read(name, text, &ParseOptions::default())
    }

    /// Reads a query in another way.
    ///
    /// # Errors
    /// As [`Query::parse`]; `SERVICE` with the server's IRI is none if it is allowed.
    pub fn read(name: &str, text: &str, how: &ParseOptions) -> Result<Self, QueryError> {
        // Editors on Windows put a mark before the text that says it is UTF-8.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let tokens = tokens::tokens(text);
        parse::guard::check(name, text, &tokens)?;
        let parsed = parse::guard::with_room(|| {
            parse::prefixes::parser(&how.prefixes, how.base.as_ref())
                .parse_query(&parse::group::with_names(text, &tokens))
                .map_err(|_| Box::new(parse::syntax::diagnose(name, text, how)))
        });
        let mut parsed = parsed.map_err(QueryError::Malformed)?;
        // Not left to the engine: SERVICE SILENT would make an answer without the service's part.
        service::check(name, text, &tokens, how.services)?;
        parse::triple_terms::check(name, text, &tokens, &parsed)?;
        parse::star::order(&mut parsed, text, &tokens);
        let prefixes = parse::prefixes::of_query(&how.prefixes, text, &tokens);
        let query = Self {
            name: name.to_owned(),
            parsed,
            prefixes,
            base: how.base.clone(),
            text: text.to_owned(),
            tokens,
            options: Vec::new(),
            stop: None,
            memory: MEMORY,
            engine: Engine::default(),
        };
        constants::check(&query)?;
        Ok(query)
    }

    /// What kind of answer it has.
    #[must_use]
    pub fn form(&self) -> Form {
        match self.parsed {
            spargebra::Query::Select { .. } => Form::Rows,
            spargebra::Query::Ask { .. } => Form::Truth,
            spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. } => Form::Graph,
        }
    }

    /// The prefixes that are known in it, its own included.
    #[must_use]
    pub fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    /// The same query about this value of a variable, as if its pattern began with
    /// `VALUES ?variable { value }`.
    #[must_use]
    pub fn bind(mut self, variable: Variable, value: impl Into<GroundTerm>) -> Self {
        parse::bind::bind(&mut self.parsed, variable, value.into());
        self
    }

    /// The same query, which speaks of this variable as of an option with this value.
    #[must_use]
    pub fn with_option(mut self, variable: Variable, value: &str) -> Self {
        self.options.push((variable, value.to_owned()));
        self
    }

    /// The same query, given up once `stop` is wished.
    #[must_use]
    pub fn until(mut self, stop: &Stop) -> Self {
        self.stop = Some(stop.clone());
        self
    }

    /// The same query, answered by this engine.
    #[must_use]
    pub fn by(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// The same query, whose intermediate results may take so many bytes.
    #[must_use]
    pub fn in_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// The same query with no more than so many rows. A query that is no SELECT stays as it is: how many solutions
    /// a graph is made of does not tell how many triples it has.
    #[must_use]
    pub fn at_most(mut self, rows: usize) -> Self {
        if let spargebra::Query::Select { pattern, .. } = &mut self.parsed {
            match pattern {
                GraphPattern::Slice { length: Some(length), .. } => *length = rows.min(*length),
                GraphPattern::Slice { length, .. } => *length = Some(rows),
                _ => {
                    let inner = Box::new(std::mem::take(pattern));
                    *pattern = GraphPattern::Slice { inner, start: 0, length: Some(rows) };
                }
            }
        }
        self
    }

    /// The same query on these graphs instead of those that it names for itself: the first ones together are its
    /// default graph.
    #[must_use]
    pub fn on_graphs(mut self, default: Vec<NamedNode>, named: Vec<NamedNode>) -> Self {
        *dataset::dataset_mut(&mut self.parsed) = Some(QueryDataset { default, named: Some(named) });
        self
    }

    /// The graphs that it names for itself by `FROM` and `FROM NAMED`.
    fn dataset(&self) -> Option<&QueryDataset> {
        self.parsed.dataset()
    }

    /// Whether it names graphs, by `GRAPH` or by `FROM`.
    fn names_graphs(&self) -> bool {
        self.dataset().is_some() || dataset::asks_graphs(self.pattern())
    }

    /// Names of the variables that can stand for things.
    fn things(&self) -> BTreeSet<String> {
        parse::things::things(&self.parsed)
    }

    fn how(&self, limit: Option<Duration>) -> ExecOptions {
        ExecOptions { limit, stop: self.stop.clone(), memory: self.memory, engine: self.engine }
    }

    /// Runs it, for no longer than `limit`.
    ///
    /// # Errors
    /// [`QueryError::TimedOut`], [`QueryError::Stopped`], [`QueryError::Failed`].
    pub fn answer(&self, index: &Index, limit: Option<Duration>) -> Result<Answer, QueryError> {
        run::answer(self.parsed.clone(), index, &self.how(limit)).map_err(|error| lint::placed(self, error))
    }

    /// Those of its rows that a change can have brought about: all that were none before, each once,
    /// and maybe some that were; in no order. Without a number of rows, `LIMIT` and the like, or
    /// where so much has changed that it would be more work, all rows.
    ///
    /// `added` is what the graph has and had not, `removed` what it had and has not. A query that is
    /// no SELECT has no rows.
    ///
    /// # Errors
    /// As [`Query::answer`].
    pub fn answer_after(
        &self,
        index: &Index,
        added: &[Triple],
        removed: &[Triple],
    ) -> Result<Answer, QueryError> {
        let all = |query: spargebra::Query| run::answer(query, index, &self.how(None));
        match incremental::parts(&self.parsed, &incremental::Changed::new(added, removed), &all)? {
            Some(answer) => Ok(answer),
            None => self.answer(index, None),
        }
    }

    /// Runs it, and tells of each row where the outermost `ORDER BY` puts it: rows with the same
    /// keys are tied, and their order is no part of the answer. No keys at all without an order.
    ///
    /// # Errors
    /// As [`Query::answer`].
    pub fn ordered_answer(
        &self,
        index: &Index,
        limit: Option<Duration>,
    ) -> Result<(Answer, Option<Vec<String>>), QueryError> {
        let Some(keyed) = order_keys::keyed(&self.parsed) else {
            return Ok((self.answer(index, limit)?, None));
        };
        let mut answer = run::answer(keyed.query, index, &self.how(limit))?;
        let Answer::Rows { variables, rows } = &mut answer else { return Ok((answer, None)) };
        variables.truncate(keyed.columns);
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let ranks = keyed.keys.iter().map(|column| order_keys::rank(row[*column].as_ref()));
            keys.push(ranks.collect::<Vec<_>>().join("\n"));
            row.truncate(keyed.columns);
        }
        Ok((answer, Some(keys)))
    }

    /// Runs it, and tells how instead of what.
    ///
    /// # Errors
    /// As [`Query::answer`].
    pub fn explain(&self, index: &Index, limit: Option<Duration>) -> Result<Plan, QueryError> {
        let ran = run::explain(self.parsed.clone(), index, &self.how(limit));
        match ran.map_err(|error| lint::placed(self, error))? {
            Ran::InBatches(traced) => Ok(Plan::from_trace(&traced, &self.prefixes)),
            Ran::RowByRow { json, expressions } => Plan::from_json(&json, &expressions, &self.prefixes),
        }
    }
}

#[cfg(test)]
mod tests;
