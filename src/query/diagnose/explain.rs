//! How a query was run: steps, rows, times.

use crate::base::error::grouped;
use crate::model::prefixes::Prefixes;
use crate::query::evaluator::with_expressions;
use crate::query::exec::plan::Trace;
use crate::query::exec::solve::Traced;
use crate::query::{Engine, QueryError};
use oxrdf::NamedNodeRef;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Columns before a step: rows, its own time, its part of the whole.
const BEFORE: usize = 33;
/// A step's name gets at least so many columns, however deep it is.
const NARROWEST: usize = 24;
/// As deep as the tree is drawn; what is below is moved to the left.
const DEEPEST: usize = 16;

/// How a query was run: a step has the steps that it took its rows from below it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How long it took to decide on the steps.
    planning: Duration,
    engine: Engine,
    root: Step,
}

#[derive(Clone, Debug)]
struct Step {
    name: String,
    rows: u64,
    /// How many rows were expected, where anybody did.
    expected: Option<f64>,
    /// With that of the steps below.
    time: Duration,
    steps: Vec<Step>,
}

impl Plan {
    pub(in crate::query) fn from_json(
        json: &[u8],
        expressions: &[String],
        prefixes: &Prefixes,
    ) -> Result<Self, QueryError> {
        let json: Value =
            serde_json::from_slice(json).map_err(|error| QueryError::Failed(Box::new(error)))?;
        let mut names = Names { prefixes, generated: HashMap::new() };
        Ok(Self {
            planning: seconds(&json["planning duration in seconds"]),
            engine: Engine::Evaluator,
            root: Step::from_json(&json["plan"], expressions, &mut names),
        })
    }

    pub(in crate::query) fn from_trace(traced: &Traced, prefixes: &Prefixes) -> Self {
        let mut names = Names { prefixes, generated: HashMap::new() };
        let root = Step::from_trace(&traced.trace, &mut names);
        Self { planning: traced.planning, engine: Engine::Batches, root }
    }

    /// The plan for programs: `{engine, planningSeconds, plan}`, where the engine is `batches` or
    /// `evaluator` and a step is `{step, rows, expectedRows, seconds, ownSeconds, steps}`. `seconds` are
    /// those of the step with all below it.
    #[must_use]
    pub fn json(&self) -> Value {
        let engine = match self.engine {
            Engine::Batches => "batches",
            Engine::Evaluator => "evaluator",
        };
        json!({ "engine": engine, "planningSeconds": self.planning.as_secs_f64(), "plan": self.root.json() })
    }

    /// The plan for people, at most `width` columns wide save for words that are longer: a step
    /// a line with its rows, the time that it took itself, and its part of the whole.
    #[must_use]
    pub fn render(&self, width: usize) -> String {
        let whole = self.root.time;
        let mut out = format!("{:>9}  {:>11}  {:>7}  step\n", "rows", "own time", "part");
        self.root.draw(("", ""), 0, whole, width, &mut out);
        let how = match self.engine {
            Engine::Batches => "in batches",
            Engine::Evaluator => "row by row",
        };
        let _ = writeln!(out, "\n{} in all, {how}, and {} of planning", time(whole), time(self.planning));
        out
    }
}

impl Step {
    fn from_json(node: &Value, expressions: &[String], names: &mut Names<'_>) -> Self {
        let children = node["children"].as_array().into_iter().flatten();
        Self {
            name: names.shorten(&with_expressions(node["name"].as_str().unwrap_or_default(), expressions)),
            rows: node["number of results"].as_u64().unwrap_or_default(),
            expected: None,
            time: seconds(&node["duration in seconds"]),
            steps: children.map(|child| Self::from_json(child, expressions, names)).collect(),
        }
    }

    fn from_trace(trace: &Trace, names: &mut Names<'_>) -> Self {
        Self {
            // Blank nodes of a pattern are variables.
            name: names.shorten(&trace.what.replace("_:", "?")),
            rows: trace.rows as u64,
            expected: trace.estimated,
            time: Duration::try_from_secs_f64(trace.seconds).unwrap_or_default(),
            steps: trace.children.iter().map(|child| Self::from_trace(child, names)).collect(),
        }
    }

    /// What this step took without those below it.
    fn own(&self) -> Duration {
        self.time.saturating_sub(self.steps.iter().map(|step| step.time).sum())
    }

    fn json(&self) -> Value {
        json!({
            "step": self.name,
            "rows": self.rows,
            "expectedRows": self.expected.map(f64::round),
            "seconds": self.time.as_secs_f64(),
            "ownSeconds": self.own().as_secs_f64(),
            "steps": self.steps.iter().map(Self::json).collect::<Vec<_>>(),
        })
    }

    /// `lines` stand before the step itself, and before what follows it.
    fn draw(&self, lines: (&str, &str), depth: usize, whole: Duration, width: usize, out: &mut String) {
        let own = self.own();
        let part = if whole.is_zero() { 0.0 } else { own.as_secs_f64() / whole.as_secs_f64() * 100.0 };
        let rows = grouped(usize::try_from(self.rows).unwrap_or(usize::MAX));
        let room = width.saturating_sub(BEFORE + lines.0.width()).max(NARROWEST);
        let options = textwrap::Options::new(room).break_words(false);
        let names = textwrap::wrap(&self.name, options.word_splitter(textwrap::WordSplitter::NoHyphenation));
        for (number, name) in names.iter().enumerate() {
            if number == 0 {
                let _ = writeln!(out, "{rows:>9}  {:>11}  {part:>5.1} %  {}{name}", time(own), lines.0);
            } else {
                let below = if self.steps.is_empty() { "  " } else { "│ " };
                let _ = writeln!(out, "{:BEFORE$}{}{below}{name}", "", lines.1);
            }
        }
        for (number, step) in self.steps.iter().enumerate() {
            let (to, after) =
                if number + 1 < self.steps.len() { ("├─", "│ ") } else { ("└─", "  ") };
            let before = if depth < DEEPEST { lines.1 } else { "" };
            step.draw((&format!("{before}{to}"), &format!("{before}{after}")), depth + 1, whole, width, out);
        }
    }
}

fn seconds(value: &Value) -> Duration {
    Duration::try_from_secs_f64(value.as_f64().unwrap_or_default()).unwrap_or_default()
}

/// "1.25 s", "12.50 ms".
fn time(time: Duration) -> String {
    if time >= Duration::from_secs(1) {
        format!("{:.2} s", time.as_secs_f64())
    } else {
        format!("{:.2} ms", time.as_secs_f64() * 1e3)
    }
}

/// A text with its IRIs and its made-up variables shortened.
pub(in crate::query) fn shorten(text: &str, prefixes: &Prefixes) -> String {
    Names { prefixes, generated: HashMap::new() }.shorten(text)
}

/// Names of steps, for people.
struct Names<'p> {
    prefixes: &'p Prefixes,
    /// Variables that nobody wrote, and the short names that they get here.
    generated: HashMap<String, String>,
}

impl Names<'_> {
    /// Every `<IRI>` written with its prefix, every variable that the parser made up with a number.
    fn shorten(&mut self, name: &str) -> String {
        let mut out = String::with_capacity(name.len());
        let mut rest = name;
        while let Some(at) = rest.find(['<', '?']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = self.shorten_first(rest, &mut out);
            rest = &rest[length..];
        }
        out.push_str(rest);
        // What would be true of every row is no condition.
        out.replace("(expression = \"true\"^^xsd:boolean)", "")
    }

    /// Writes the IRI or variable that the text begins with; how long it was.
    fn shorten_first(&mut self, rest: &str, out: &mut String) -> usize {
        if let Some(after) = rest.strip_prefix('?') {
            let length = 1 + after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
            let name = &rest[..length];
            // A number of 128 bits in hexadecimal digits, without leading zeros.
            if (25..=33).contains(&length) && rest[1..length].bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let next = format!("?_{}", self.generated.len() + 1);
                out.push_str(self.generated.entry(name.to_owned()).or_insert(next));
            } else {
                out.push_str(name);
            }
            return length;
        }
        if let Some(end) = rest.find('>')
            && let Ok(iri) = NamedNodeRef::new(&rest[1..end])
        {
            out.push_str(&self.prefixes.shorten(iri));
            return end + 1;
        }
        out.push('<');
        1
    }
}
