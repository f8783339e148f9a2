//! Why a query has no rows: which part of it keeps them away, and what that part met.
//!
//! Parts are taken away one by one, then two by two, and the query is asked whether it has rows
//! now. What took part in keeping them away is shown with what stands in its place: the values
//! that a filter refused, those at the place of a constant, those on either side of a join.
//! Attempts are limited in number and time, so an explanation may miss something, and says so.

mod parts;

use super::lint::{self, Mend};
use super::written;
use crate::base::diagnostic::{Diagnostic, nearest};
use crate::base::tokens;
use crate::base::tokens::Kind;
use crate::model::ontology;
use crate::query::parse::algebra::{all_expressions, variables_of};
use crate::query::parse::guard;
use crate::query::run::ExecOptions;
use crate::query::{Answer, ParseOptions, Query, QueryError, Stop, run};
use crate::store::index::Index;
use oxrdf::{Literal, Term, Variable};
use parts::{Change, Part, changed, parts};
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

/// Rows are counted up to here.
pub const MOST_ROWS: usize = 1_000;
/// Rows of which the values are looked at.
const MOST_SEEN: usize = 10_000;
/// Values that are shown of one variable.
pub const SHOWN: usize = 4;
/// One attempt may take so long …
const PATIENCE: Duration = Duration::from_millis(500);
/// … and so many may take longer, before it is given up.
const MOST_TOO_LONG: usize = 6;
/// Parts that are tried, one by one.
const MOST_PARTS: usize = 60;
/// Pairs of parts that are tried.
const MOST_PAIRS: usize = 150;
/// Reasons that are looked into.
const MOST_REASONS: usize = 5;

/// Why a query has no rows.
#[derive(Clone, Debug)]
pub struct WhyEmpty {
    /// Number of rows that the query has.
    pub rows: Rows,
    /// Whether the graph holds nothing but the ontology.
    pub nothing_there: bool,
    /// Warnings about likely mistakes in the query.
    pub warnings: Vec<Diagnostic>,
    /// Words that would bring rows in the place of unknown ones, and how many.
    pub mended: Vec<(String, Rows)>,
    /// Parts of the query that keep the rows away.
    pub reasons: Vec<Reason>,
    /// Number of attempts that took too long.
    pub untried: usize,
}

/// How many rows: up to [`MOST_ROWS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows(pub usize);

/// Parts that keep the rows away together; one, or two.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Each as it would be written, with what it met.
    pub parts: Vec<(String, Vec<Met>)>,
    /// Rows without them.
    pub rows: Rows,
}

/// What a part met.
#[derive(Clone, Debug)]
pub enum Met {
    /// It matches nothing even alone.
    Nothing,
    /// These values are at the place of its constant; one is near to it.
    Instead(Values, Option<String>),
    /// These values were refused; one is near to what was wanted.
    Refused(String, Values, Option<String>),
    /// A variable has these values here, those elsewhere.
    Apart {
        /// The variable.
        variable: String,
        /// Its values here.
        here: Values,
        /// Its values in the rest of the query.
        elsewhere: Values,
    },
}

/// Values with how often they came.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The most frequent values, each with how often it came.
    pub most_frequent: Vec<(Term, usize)>,
    /// Number of distinct values.
    pub distinct: usize,
    /// The least and the greatest, of numbers and dates.
    pub range: Option<(Term, Term)>,
}

impl Query {
    /// Why it has no rows, no triples, or the answer `false`; each attempt takes no longer than
    /// `limit`, if that is less than half a second.
    ///
    /// # Errors
    /// As [`Query::answer`], which is asked first.
    pub fn why_empty(&self, index: &Index, limit: Option<Duration>) -> Result<WhyEmpty, QueryError> {
        let rows = match self.answer(index, limit)? {
            Answer::Rows { rows, .. } => rows.len(),
            Answer::Truth(truth) => usize::from(truth),
            Answer::Graph(triples) => triples.len(),
        };
        let nothing_there = index.len() <= ontology::schemes().len();
        let mut why = WhyEmpty {
            rows: Rows(rows),
            nothing_there,
            warnings: Vec::new(),
            mended: Vec::new(),
            reasons: Vec::new(),
            untried: 0,
        };
        if rows == 0 && !nothing_there {
            let mends;
            (why.warnings, mends) = self.lint_and_mend(index);
            guard::with_room(|| {
                let parts = parts(self.pattern());
                let patience = limit.map_or(PATIENCE, |limit| limit.min(PATIENCE));
                let aggregates = parts::aggregates(self.pattern());
                let mut search = Search { query: self, index, parts, aggregates, patience, too_long: 0 };
                why.reasons = search.reasons();
                why.mended = mends.iter().filter_map(|mend| search.mended(mend)).collect();
                why.untried = search.too_long;
            });
            if self.stop.as_ref().is_some_and(Stop::is_wished) {
                return Err(QueryError::Stopped);
            }
        }
        Ok(why)
    }
}

/// Attempts at a query.
struct Search<'a> {
    query: &'a Query,
    index: &'a Index,
    parts: Vec<Part>,
    /// Variables that stand for aggregates, with these.
    aggregates: Vec<(String, String)>,
    patience: Duration,
    too_long: usize,
}

impl Search<'_> {
    fn reasons(&mut self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        // The part of each reason.
        let mut alone = Vec::new();
        let count = self.parts.len().min(MOST_PARTS);
        for part in 0..count {
            // The values at a constant's place say more than its absence, and are there even
            // where a query has no other pattern.
            let instead = self.instead(part);
            let rows = if self.is_trivial(&[part]) { Rows(0) } else { self.rows_without(&[part]) };
            if (rows.0 == 0 && instead.is_none()) || reasons.len() == MOST_REASONS {
                continue;
            }
            let mut met = self.met(part, rows);
            if let Some(instead) = instead {
                met.retain(|met| !matches!(met, Met::Apart { .. }));
                met.push(instead);
            }
            reasons.push(Reason { parts: vec![(self.text(part), met)], rows });
            alone.push(part);
        }
        if !reasons.is_empty() {
            let of = |number: &usize| &self.parts[*number];
            let given: Vec<String> = alone.iter().filter_map(|number| self.option(of(number))).collect();
            let mut kept = alone.iter().map(|number| !of(number).joins_any(&given));
            reasons.retain(|_| kept.next() == Some(true));
            return reasons;
        }
        let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| [one, other]));
        for pair in pairs.take(MOST_PAIRS) {
            if self.is_trivial(&pair) || reasons.len() == MOST_REASONS {
                continue;
            }
            let rows = self.rows_without(&pair);
            if rows.0 > 0 {
                let parts = pair.map(|part| (self.text(part), self.met_alone(part))).into();
                reasons.push(Reason { parts, rows });
            }
        }
        reasons
    }

    /// The nearest word in the place of an unknown one, if that brings rows.
    fn mended(&mut self, mend: &Mend) -> Option<(String, Rows)> {
        let mut text = self.query.text.clone();
        text.replace_range(mend.range.clone(), &mend.with);
        let how = ParseOptions {
            prefixes: self.query.prefixes.clone(),
            base: self.query.base.clone(),
            services: false,
        };
        let mended = Query::read("query", &text, &how).ok()?;
        let pattern = changed(mended.pattern(), &Change::default());
        let rows = Rows(self.rows(pattern, None, MOST_ROWS + 1).len());
        (rows.0 > 0).then(|| (mend.with.clone(), rows))
    }

    /// Whether nothing that brings rows is left without these: then there is one row, of nothing.
    fn is_trivial(&self, without: &[usize]) -> bool {
        let mut others = self.parts.iter().enumerate().filter(|(number, _)| !without.contains(number));
        !others.any(|(_, part)| part.brings())
    }

    fn rows_without(&mut self, without: &[usize]) -> Rows {
        let change = Change { without: without.iter().copied().collect(), instead: None };
        let pattern = changed(self.query.pattern(), &change);
        Rows(self.rows(pattern, None, MOST_ROWS + 1).len())
    }

    /// The rows of a pattern, so many of them; only these variables, if any are named.
    fn rows(
        &mut self,
        pattern: GraphPattern,
        variables: Option<Vec<Variable>>,
        most: usize,
    ) -> Vec<Vec<Option<Term>>> {
        if self.too_long >= MOST_TOO_LONG {
            return Vec::new();
        }
        let variables = variables.unwrap_or_else(|| {
            let mut all = Vec::new();
            pattern.on_in_scope_variable(|variable| {
                if !all.contains(variable) {
                    all.push(variable.clone());
                }
            });
            all
        });
        let project = GraphPattern::Project { inner: Box::new(pattern), variables };
        let pattern = GraphPattern::Slice { inner: Box::new(project), start: 0, length: Some(most) };
        let dataset = self.query.dataset().cloned();
        let select = spargebra::Query::Select { dataset, pattern, base_iri: None };
        let how = ExecOptions::within(self.patience).until(self.query.stop.as_ref());
        match run::answer(select, self.index, &how) {
            Ok(Answer::Rows { rows, .. }) => rows,
            Err(QueryError::TimedOut(_)) => {
                self.too_long += 1;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The values of a variable in a pattern; none where there is none.
    fn values(&mut self, pattern: GraphPattern, variable: &Variable) -> Option<Values> {
        let rows = self.rows(pattern, Some(vec![variable.clone()]), MOST_SEEN);
        Values::of(rows.into_iter().flatten().flatten())
    }

    /// What stands at the place of a triple pattern's constant object, all else being as it is.
    fn instead(&mut self, part: usize) -> Option<Met> {
        let Part::Triple(triple, _) = &self.parts[part] else { return None };
        let wanted = match &triple.object {
            TermPattern::NamedNode(iri) => Term::from(iri.clone()),
            TermPattern::Literal(literal) => Term::from(literal.clone()),
            _ => return None,
        };
        // Of a word that nobody knows, the warning has the nearest.
        if matches!(&wanted, Term::NamedNode(iri) if !lint::knows(self.index, iri.as_ref())) {
            return None;
        }
        let any = Variable::new_unchecked("standpoint_any");
        let other = TriplePattern { object: any.clone().into(), ..triple.clone() };
        let change = Change { instead: Some((part, other)), ..Change::default() };
        let pattern = inside(changed(self.query.pattern(), &change), &any);
        let values = self.values(pattern, &any)?;
        let near = self.near(&wanted, &values);
        Some(Met::Instead(values, near))
    }

    /// What a part met without which there are rows.
    fn met(&mut self, part: usize, rows: Rows) -> Vec<Met> {
        let mut met = self.met_alone(part);
        if rows.0 == 0 || !met.is_empty() {
            return met;
        }
        let Some(alone) = self.parts[part].alone() else { return met };
        let change = Change { without: [part].into(), instead: None };
        let rest = changed(self.query.pattern(), &change);
        let mut variables = Vec::new();
        alone.on_in_scope_variable(|variable| {
            if !variables.contains(variable) {
                variables.push(variable.clone());
            }
        });
        for variable in variables {
            let elsewhere = self.values(inside(rest.clone(), &variable), &variable);
            let here = self.values(alone.clone(), &variable);
            // With a value in common, it is not this variable that keeps the two apart.
            if let (Some(here), Some(elsewhere)) = (here, elsewhere)
                && !here.share(&elsewhere)
            {
                met.push(Met::Apart { variable: self.named(&variable.to_string()), here, elsewhere });
            }
        }
        met
    }

    /// What a part meets, whatever the others do.
    fn met_alone(&mut self, part: usize) -> Vec<Met> {
        match self.parts[part].clone() {
            Part::Condition(condition, inner) => {
                let inner = changed(&inner, &Change::default());
                let mut met = Vec::new();
                for variable in variables_of(&condition) {
                    if let Some(values) = self.values(inner.clone(), &variable) {
                        let wanted = constants(&condition);
                        let near = wanted.iter().find_map(|wanted| self.near(wanted, &values));
                        met.push(Met::Refused(self.named(&variable.to_string()), values, near));
                    }
                }
                met
            }
            part => match part.alone() {
                Some(alone) if self.rows(alone.clone(), None, 1).is_empty() => vec![Met::Nothing],
                _ => Vec::new(),
            },
        }
    }

    /// The value that may have been meant instead of one that was not there.
    fn near(&self, wanted: &Term, values: &Values) -> Option<String> {
        let name = |term: &Term| match term {
            Term::Literal(literal) => literal.value().to_owned(),
            Term::NamedNode(iri) => iri.as_str().rsplit(['/', '#']).next().unwrap_or_default().to_owned(),
            other => other.to_string(),
        };
        let is_text = |term: &Term| match term {
            Term::Literal(literal) => number(literal).is_none() && !is_date(literal),
            _ => true,
        };
        if !is_text(wanted) {
            return None;
        }
        let names: Vec<(String, &Term)> =
            values.most_frequent.iter().map(|(term, _)| (name(term), term)).collect();
        let near = nearest(&name(wanted), names.iter().map(|(name, _)| name.as_str()), 1);
        let near = near.first()?;
        names.iter().find(|(name, term)| name == near && *term != wanted).map(|(_, term)| self.short(term))
    }

    fn short(&self, term: &Term) -> String {
        written::short(term, &self.query.prefixes)
    }

    /// A text with aggregates and options in the place of the variables that stand for them.
    fn named(&self, text: &str) -> String {
        let named =
            |text: String, (variable, aggregate): &(String, String)| text.replace(variable, aggregate);
        let text = self.aggregates.iter().fold(text.to_owned(), named);
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for token in tokens::tokens(&text).into_iter().filter(|token| token.kind == Kind::Variable) {
            let name = &text[token.range.start + 1..token.range.end];
            if self.query.options.iter().any(|(variable, _)| variable.as_str() == name) {
                out += &text[end..token.range.start];
                out += "--";
                out += name;
                end = token.range.end;
            }
        }
        out + &text[end..]
    }

    /// The option that a part gives its value to, as a variable.
    fn option(&self, part: &Part) -> Option<String> {
        let Part::Values(variable, 1) = part else { return None };
        let of_query = |(option, _): &&(Variable, String)| option.to_string() == *variable;
        self.query.options.iter().find(of_query).map(|(option, _)| option.to_string())
    }

    /// A part as it would be written.
    fn text(&self, part: usize) -> String {
        let prefixes = &self.query.prefixes;
        match &self.parts[part] {
            Part::Triple(triple, _) => {
                let predicate = match &triple.predicate {
                    NamedNodePattern::NamedNode(iri) => iri.to_string(),
                    NamedNodePattern::Variable(variable) => variable.to_string(),
                };
                let text = format!("{} {predicate} {}", triple.subject, triple.object);
                written::shortened(&self.named(&text), prefixes)
            }
            Part::Path(subject, path, object, _) => {
                written::shortened(&self.named(&format!("{subject} {path} {object}")), prefixes)
            }
            Part::Condition(condition, _) => {
                let text = condition.to_string();
                let is_of_groups =
                    self.aggregates.iter().any(|(variable, _)| text.contains(variable.as_str()));
                let named = written::bracketed(&self.named(&text));
                let keyword = if is_of_groups { "HAVING" } else { "FILTER" };
                written::shortened(&format!("{keyword} {named}"), prefixes)
            }
            Part::Minus => "MINUS { … }".into(),
            Part::Values(variables, 1) => {
                let given = |(option, _): &&(Variable, String)| option.to_string() == *variables;
                match self.query.options.iter().find(given) {
                    Some((option, value)) => format!("--{} {}", option.as_str(), quoted(value)),
                    None => format!("the value of {variables}"),
                }
            }
            Part::Values(variables, _) => format!("VALUES {variables}"),
            Part::Graph(name) => written::shortened(&format!("GRAPH {name}"), prefixes),
            Part::Slice(start, length) => {
                let length = length.map(|length| format!("LIMIT {length}"));
                let start = (*start > 0).then(|| format!("OFFSET {start}"));
                length.into_iter().chain(start).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

impl Values {
    fn of(terms: impl Iterator<Item = Term>) -> Option<Self> {
        let mut counts = BTreeMap::<String, (Term, usize)>::new();
        for term in terms {
            counts.entry(term.to_string()).or_insert((term, 0)).1 += 1;
        }
        if counts.is_empty() {
            return None;
        }
        let mut all: Vec<(Term, usize)> = counts.into_values().collect();
        let range = range(all.iter().map(|(term, _)| term));
        all.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let distinct = all.len();
        // What is not shown may still be near to what was wanted.
        Some(Self { most_frequent: all, distinct, range: range.filter(|_| distinct > SHOWN) })
    }

    /// Whether a value is among both.
    fn share(&self, other: &Self) -> bool {
        let all: HashSet<&Term> = self.most_frequent.iter().map(|(term, _)| term).collect();
        other.most_frequent.iter().any(|(term, _)| all.contains(term))
    }
}

/// As a shell takes it for one word.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.:/".contains(c);
    if value.chars().all(plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) }
}

/// The least and the greatest of values that are all numbers or all dates.
fn range<'t>(terms: impl Iterator<Item = &'t Term> + Clone) -> Option<(Term, Term)> {
    let literal = |term: &'t Term| match term {
        Term::Literal(literal) => Some(literal),
        _ => None,
    };
    let literals: Vec<&Literal> = terms.map(literal).collect::<Option<_>>()?;
    let mut sorted = literals;
    if sorted.iter().all(|literal| number(literal).is_some()) {
        sorted.sort_by(|a, b| number(a).unwrap_or_default().total_cmp(&number(b).unwrap_or_default()));
    } else if sorted.iter().all(|literal| is_date(literal)) {
        sorted.sort_by_key(|literal| literal.value());
    } else {
        return None;
    }
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    Some((first.clone().into(), last.clone().into()))
}

fn number(literal: &Literal) -> Option<f64> {
    use crate::model::vocab::xsd;
    let numeric = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE].contains(&literal.datatype());
    literal.value().parse().ok().filter(|_| numeric)
}

fn is_date(literal: &Literal) -> bool {
    use crate::model::vocab::xsd;
    [xsd::DATE, xsd::DATE_TIME].contains(&literal.datatype())
}

/// The constants of a condition.
fn constants(condition: &Expression) -> Vec<Term> {
    let constant = |part: &Expression| match part {
        Expression::Literal(literal) => Some(literal.clone().into()),
        Expression::NamedNode(iri) => Some(iri.clone().into()),
        _ => None,
    };
    all_expressions(condition).into_iter().filter_map(constant).collect()
}

/// A query's pattern without what hides this variable: the columns that it selects.
fn inside(pattern: GraphPattern, variable: &Variable) -> GraphPattern {
    match pattern {
        GraphPattern::Project { inner, variables } if !variables.contains(variable) => {
            inside(*inner, variable)
        }
        GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::Group { inner, .. } => inside(*inner, variable),
        other => other,
    }
}

impl WhyEmpty {
    /// Whether there is nothing to explain: the query has rows.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        self.rows.0 > 0
    }
}
