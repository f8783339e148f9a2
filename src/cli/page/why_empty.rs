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

/// For people, at most `width` columns wide save for words that are longer: the reason in a sentence, where a
/// question has one, then the parts of the query that keep rows away.
#[must_use]
pub fn render(
    why_empty: &WhyEmpty,
    query: &Query,
    sentence: Option<&str>,
    styled: bool,
    width: usize,
) -> String {
    if why_empty.has_rows() {
        return format!("nothing to explain: the query has {}\n", count(why_empty.rows.0, "row"));
    }
    if why_empty.nothing_there {
        return "no rows, because the store is empty: `standpoint load` loads sheets and RDF files\n".into();
    }
    let none = match query.form() {
        Form::Rows => "no rows",
        Form::Truth => "false",
        Form::Graph => "no triples",
    };
    let mut out = String::new();
    if let Some(sentence) = sentence {
        fill(&printable(sentence), "", "", width, &mut out);
        out.push('\n');
    }
    for warning in &why_empty.warnings {
        let _ = writeln!(out, "{}\n", warning.render(styled, width));
    }
    for (with, rows) in &why_empty.mended {
        let _ = writeln!(out, "with `{with}`: {}\n", rows_text(*rows));
    }
    let single = why_empty.reasons.iter().all(|reason| reason.parts.len() == 1);
    let why = match (why_empty.reasons.len(), single) {
        (0, _) if why_empty.warnings.is_empty() => ", even without any one or two parts of the query",
        (0, _) => "",
        (1, true) => ", because of",
        (_, true) => ", because of these parts together; each is shown with what it excludes",
        (_, false) => "; there are rows if two parts are left out",
    };
    let _ = writeln!(out, "{none}{why}");
    for reason in &why_empty.reasons {
        reason_render(reason, query.prefixes(), width, &mut out);
    }
    if why_empty.untried > 0 {
        let _ = writeln!(out, "\n{} took too long and were stopped", count(why_empty.untried, "attempt"));
    }
    out
}

/// For programs: `{rows, sentence, loaded, warnings: [{message, place, help}], mended: [{with, rows}],
/// reasons: [{without: [{part, met}], rows, more}], givenUp}`. `more` says that there are more
/// than `rows`.
#[must_use]
pub fn json(why_empty: &WhyEmpty, query: &Query, sentence: Option<&str>) -> Value {
    let warnings: Vec<Value> = why_empty
        .warnings
        .iter()
        .map(|w| json!({ "message": w.message, "place": w.place.as_ref().map(ToString::to_string), "help": w.help }))
        .collect();
    let reasons: Vec<Value> =
        why_empty.reasons.iter().map(|reason| reason_json(reason, query.prefixes())).collect();
    let mended = |(with, rows): &(String, Rows)| json!({ "with": with, "rows": rows.0.min(MOST_ROWS) });
    json!({
        "rows": why_empty.rows.0,
        "sentence": sentence,
        "loaded": !why_empty.nothing_there,
        "warnings": warnings,
        "mended": why_empty.mended.iter().map(mended).collect::<Vec<_>>(),
        "reasons": reasons,
        "givenUp": why_empty.untried,
    })
}

fn rows_text(rows: Rows) -> String {
    if rows.0 > MOST_ROWS { format!("more than {} rows", grouped(MOST_ROWS)) } else { count(rows.0, "row") }
}

fn reason_render(reason: &Reason, prefixes: &Prefixes, width: usize, out: &mut String) {
    out.push('\n');
    for (part, met) in &reason.parts {
        fill(&printable(part), "  ", "    ", width, out);
        for line in met.iter().flat_map(|met| met_lines(met, prefixes)) {
            fill(&printable(&line), "      ", "        ", width, out);
        }
    }
    if reason.rows.0 > 0 {
        let without = if reason.parts.len() == 1 { "it" } else { "both" };
        fill(&format!("without {without}: {}", rows_text(reason.rows)), "      ", "        ", width, out);
    }
}

fn reason_json(reason: &Reason, prefixes: &Prefixes) -> Value {
    let part = |(part, met): &(String, Vec<Met>)| {
        let met: Vec<Value> = met.iter().map(|met| met_json(met, prefixes)).collect();
        json!({ "part": part, "met": met })
    };
    json!({
        "without": reason.parts.iter().map(part).collect::<Vec<_>>(),
        "rows": reason.rows.0.min(MOST_ROWS),
        "more": reason.rows.0 > MOST_ROWS,
    })
}

fn met_lines(met: &Met, prefixes: &Prefixes) -> Vec<String> {
    let near =
        |near: &Option<String>| near.iter().map(|near| format!("did you mean {near}?")).collect::<Vec<_>>();
    match met {
        Met::Nothing => vec!["alone, it matches nothing".into()],
        Met::Instead(values, meant) => {
            [vec![format!("instead: {}", values_text(values, prefixes))], near(meant)].concat()
        }
        Met::Refused(variable, values, meant) => {
            [vec![format!("values of {variable}: {}", values_text(values, prefixes))], near(meant)].concat()
        }
        Met::Apart { variable, here, elsewhere } => vec![
            format!("{variable} here: {}", values_text(here, prefixes)),
            format!("{variable} elsewhere: {}", values_text(elsewhere, prefixes)),
        ],
    }
}

fn met_json(met: &Met, prefixes: &Prefixes) -> Value {
    match met {
        Met::Nothing => json!({ "kind": "matches-nothing" }),
        Met::Instead(values, near) => {
            json!({ "kind": "in-its-place", "values": values_json(values, prefixes), "near": near })
        }
        Met::Refused(variable, values, near) => {
            json!({ "kind": "refused", "variable": variable, "values": values_json(values, prefixes), "near": near })
        }
        Met::Apart { variable, here, elsewhere } => json!({
            "kind": "apart",
            "variable": variable,
            "here": values_json(here, prefixes),
            "elsewhere": values_json(elsewhere, prefixes),
        }),
    }
}

fn values_text(values: &Values, prefixes: &Prefixes) -> String {
    let shown = values.most_frequent.iter().take(SHOWN);
    let mut all: Vec<String> =
        shown.map(|(term, times)| format!("{} ({})", short(term, prefixes), grouped(*times))).collect();
    if values.distinct > SHOWN {
        all.push(format!("{} more", grouped(values.distinct - SHOWN)));
    }
    let range = values.range.as_ref().map(|(least, greatest)| {
        format!("; from {} to {}", short(least, prefixes), short(greatest, prefixes))
    });
    all.join(", ") + &range.unwrap_or_default()
}

fn values_json(values: &Values, prefixes: &Prefixes) -> Value {
    let value = |(term, times): &(Term, usize)| json!({ "value": short(term, prefixes), "times": times });
    json!({
        "distinct": values.distinct,
        "mostFrequent": values.most_frequent.iter().take(SHOWN).map(value).collect::<Vec<_>>(),
    })
}

fn fill(text: &str, first: &str, next: &str, width: usize, out: &mut String) {
    let options = textwrap::Options::new(width.max(30))
        .initial_indent(first)
        .subsequent_indent(next)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let _ = writeln!(out, "{}", textwrap::fill(text, options));
}

#[cfg(test)]
mod tests;
