//! The explanation, for people and for programs.

use crate::base::diagnostic::printable;
use crate::base::error::{count, grouped};
use crate::model::prefixes::Prefixes;
use crate::query::Form;
use crate::query::Query;
use crate::query::diagnose::why_empty::{MOST_ROWS, Met, Reason, Rows, SHOWN, Values, WhyEmpty};
use crate::query::diagnose::written::short;
use oxrdf::Term;
use serde_json::{Value, json};
use std::fmt::Write;

impl WhyEmpty {
    /// Whether there is nothing to explain: the query has rows.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        self.rows.0 > 0
    }

    /// For people, at most `width` columns wide save for words that are longer.
    #[must_use]
    pub fn render(&self, query: &Query, styled: bool, width: usize) -> String {
        if self.has_rows() {
            return format!("nothing to explain: the query has {}\n", count(self.rows.0, "row"));
        }
        if self.nothing_there {
            return "no rows, because the store is empty: `standpoint load` loads sheets and RDF files\n"
                .into();
        }
        let none = match query.form() {
            Form::Rows => "no rows",
            Form::Truth => "false",
            Form::Graph => "no triples",
        };
        let mut out = String::new();
        for warning in &self.warnings {
            let _ = writeln!(out, "{}\n", warning.render(styled, width));
        }
        for (with, rows) in &self.mended {
            let _ = writeln!(out, "with `{with}`: {}\n", rows.text());
        }
        let single = self.reasons.iter().all(|reason| reason.parts.len() == 1);
        let why = match (self.reasons.len(), single) {
            (0, _) if self.warnings.is_empty() => ", even without any one or two parts of the query",
            (0, _) => "",
            (1, true) => ", because of",
            (_, true) => ", because of these parts together; each is shown with what it excludes",
            (_, false) => "; there are rows if two parts are left out",
        };
        let _ = writeln!(out, "{none}{why}");
        for reason in &self.reasons {
            reason.render(query.prefixes(), width, &mut out);
        }
        if self.untried > 0 {
            let _ = writeln!(out, "\n{} took too long and were stopped", count(self.untried, "attempt"));
        }
        out
    }

    /// For programs: `{rows, loaded, warnings: [{message, place, help}], mended: [{with, rows}],
    /// reasons: [{without: [{part, met}], rows, more}], givenUp}`. `more` says that there are more
    /// than `rows`.
    #[must_use]
    pub fn json(&self, query: &Query) -> Value {
        let warnings: Vec<Value> = self
            .warnings
            .iter()
            .map(|w| json!({ "message": w.message, "place": w.place.as_ref().map(ToString::to_string), "help": w.help }))
            .collect();
        let reasons: Vec<Value> = self.reasons.iter().map(|reason| reason.json(query.prefixes())).collect();
        let mended = |(with, rows): &(String, Rows)| json!({ "with": with, "rows": rows.0.min(MOST_ROWS) });
        json!({
            "rows": self.rows.0,
            "loaded": !self.nothing_there,
            "warnings": warnings,
            "mended": self.mended.iter().map(mended).collect::<Vec<_>>(),
            "reasons": reasons,
            "givenUp": self.untried,
        })
    }
}

impl Rows {
    fn text(self) -> String {
        if self.0 > MOST_ROWS {
            format!("more than {} rows", grouped(MOST_ROWS))
        } else {
            count(self.0, "row")
        }
    }
}

impl Reason {
    fn render(&self, prefixes: &Prefixes, width: usize, out: &mut String) {
        out.push('\n');
        for (part, met) in &self.parts {
            fill(&printable(part), "  ", "    ", width, out);
            for line in met.iter().flat_map(|met| met.lines(prefixes)) {
                fill(&printable(&line), "      ", "        ", width, out);
            }
        }
        if self.rows.0 > 0 {
            let without = if self.parts.len() == 1 { "it" } else { "both" };
            fill(&format!("without {without}: {}", self.rows.text()), "      ", "        ", width, out);
        }
    }

    fn json(&self, prefixes: &Prefixes) -> Value {
        let part = |(part, met): &(String, Vec<Met>)| {
            let met: Vec<Value> = met.iter().map(|met| met.json(prefixes)).collect();
            json!({ "part": part, "met": met })
        };
        json!({
            "without": self.parts.iter().map(part).collect::<Vec<_>>(),
            "rows": self.rows.0.min(MOST_ROWS),
            "more": self.rows.0 > MOST_ROWS,
        })
    }
}

impl Met {
    fn lines(&self, prefixes: &Prefixes) -> Vec<String> {
        let near = |near: &Option<String>| {
            near.iter().map(|near| format!("did you mean {near}?")).collect::<Vec<_>>()
        };
        match self {
            Self::Nothing => vec!["alone, it matches nothing".into()],
            Self::Instead(values, meant) => {
                [vec![format!("instead: {}", values.text(prefixes))], near(meant)].concat()
            }
            Self::Refused(variable, values, meant) => {
                [vec![format!("values of {variable}: {}", values.text(prefixes))], near(meant)].concat()
            }
            Self::Apart { variable, here, elsewhere } => vec![
                format!("{variable} here: {}", here.text(prefixes)),
                format!("{variable} elsewhere: {}", elsewhere.text(prefixes)),
            ],
        }
    }

    fn json(&self, prefixes: &Prefixes) -> Value {
        match self {
            Self::Nothing => json!({ "kind": "matches-nothing" }),
            Self::Instead(values, near) => {
                json!({ "kind": "in-its-place", "values": values.json(prefixes), "near": near })
            }
            Self::Refused(variable, values, near) => {
                json!({ "kind": "refused", "variable": variable, "values": values.json(prefixes), "near": near })
            }
            Self::Apart { variable, here, elsewhere } => json!({
                "kind": "apart",
                "variable": variable,
                "here": here.json(prefixes),
                "elsewhere": elsewhere.json(prefixes),
            }),
        }
    }
}

impl Values {
    fn text(&self, prefixes: &Prefixes) -> String {
        let shown = self.most_frequent.iter().take(SHOWN);
        let mut all: Vec<String> =
            shown.map(|(term, times)| format!("{} ({})", short(term, prefixes), grouped(*times))).collect();
        if self.distinct > SHOWN {
            all.push(format!("{} more", grouped(self.distinct - SHOWN)));
        }
        let range = self.range.as_ref().map(|(least, greatest)| {
            format!("; from {} to {}", short(least, prefixes), short(greatest, prefixes))
        });
        all.join(", ") + &range.unwrap_or_default()
    }

    fn json(&self, prefixes: &Prefixes) -> Value {
        let value = |(term, times): &(Term, usize)| json!({ "value": short(term, prefixes), "times": times });
        json!({
            "distinct": self.distinct,
            "mostFrequent": self.most_frequent.iter().take(SHOWN).map(value).collect::<Vec<_>>(),
        })
    }
}

fn fill(text: &str, first: &str, next: &str, width: usize, out: &mut String) {
    let options = textwrap::Options::new(width.max(30))
        .initial_indent(first)
        .subsequent_indent(next)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let _ = writeln!(out, "{}", textwrap::fill(text, options));
}
