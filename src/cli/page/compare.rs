//! Codings side by side, as people and as programs read them.

use crate::analysis::agreement::Agreement;
use crate::analysis::compare::{Comparison, FIELDS, Reading, Unit};
use crate::analysis::facts::QuoteFacts;
use crate::base::diagnostic::printable;
use crate::base::error::count;
use crate::base::page::Page;
use crate::base::table::{Column, Table};
use serde_json::{Value, json};

/// As lines at most `width` columns wide: article by article, passage by passage, then the agreement.
#[must_use]
pub fn page(comparison: &Comparison, agreement: &[(&str, Agreement)], width: usize) -> String {
    let names: Vec<&str> = comparison.coders.iter().map(|coder| coder.name.as_str()).collect();
    let mut page = Page::new(width);
    page.title(&names.join(" | "), &count(comparison.articles.len(), "article"));
    for compared in comparison.articles.iter().filter(|compared| !compared.units.is_empty()) {
        page.heading(&compared.article.label, compared.units.len());
        for unit in &compared.units {
            unit_entry(unit, &names, &mut page);
        }
    }
    let mut text = page.finish();
    if comparison.units().next().is_none() {
        text += "nothing to compare\n";
    }
    if !agreement.is_empty() {
        text += &format!("\n{}", agreement_table(agreement).render(width));
    }
    text
}

fn unit_entry(unit: &Unit, names: &[&str], page: &mut Page) {
    let present: Vec<(&str, &Reading)> = present(unit, names);
    let Some((name, first)) = present.first() else { return };
    let mut quotes: Vec<String> = present.iter().map(|(_, reading)| quoted(&reading.evidence)).collect();
    quotes.dedup();
    page.quote(&quotes.join(" | "));
    let how = match present.len() {
        1 => format!("only {name}"),
        _ if unit.differing.is_empty() => "same".to_owned(),
        _ => "differs".to_owned(),
    };
    page.entry(&format!("{how}: {}", first.sentence));
    for (at, field) in FIELDS.iter().enumerate().filter(|(_, field)| unit.differing.contains(field)) {
        let shown = present.iter().map(|(_, reading)| shown(reading, at)).collect::<Vec<_>>();
        page.detail(&format!("{field}: {}", shown.join(" | ")));
    }
    page.gap();
}

fn present<'a>(unit: &'a Unit, names: &[&'a str]) -> Vec<(&'a str, &'a Reading)> {
    let both = names.iter().zip(&unit.readings);
    both.filter_map(|(name, reading)| Some((*name, reading.as_ref()?))).collect()
}

fn shown(reading: &Reading, field: usize) -> &str {
    let shown = &reading.values[field].shown;
    if shown.is_empty() { "–" } else { shown }
}

fn quoted(evidence: &[QuoteFacts]) -> String {
    evidence.iter().map(QuoteFacts::words).collect::<Vec<_>>().join(" … ")
}

/// "same", "differs", or "only" with a coder.
fn outcome(unit: &Unit, names: &[&str]) -> String {
    match present(unit, names).as_slice() {
        [(name, _)] => format!("only {name}"),
        _ if unit.differing.is_empty() => "same".to_owned(),
        _ => "differs".to_owned(),
    }
}

/// Agreement by field.
#[must_use]
pub fn agreement_table(agreement: &[(&str, Agreement)]) -> Table {
    let columns = ["field", "units", "agreement", "alpha"];
    let columns = columns.map(|name| Column { name: name.into(), right: name != "field" });
    let row = |(field, of): &(&str, Agreement)| {
        let alpha = of.alpha.map_or_else(|| "–".to_owned(), |alpha| format!("{alpha:.2}"));
        vec![(*field).to_owned(), of.units.to_string(), format!("{:.0} %", 100.0 * of.share), alpha]
    };
    Table::new(columns.into(), agreement.iter().map(row).collect())
}

/// A row a unit: what is in common, and where both differ.
#[must_use]
pub fn table(comparison: &Comparison) -> Table {
    let names: Vec<&str> = comparison.coders.iter().map(|coder| coder.name.as_str()).collect();
    let columns = ["article", "words", "position", "outcome", "differing"];
    let columns = columns.map(|name| Column { name: name.into(), right: false });
    let row = |article: &str, unit: &Unit| {
        let first = unit.present().next();
        let differing = FIELDS.iter().enumerate().filter(|(_, field)| unit.differing.contains(field));
        let differing = differing.map(|(at, field)| {
            let values: Vec<&str> = unit.present().map(|reading| shown(reading, at)).collect();
            format!("{field}: {}", values.join(" | "))
        });
        vec![
            printable(article),
            printable(&first.map(|reading| quoted(&reading.evidence)).unwrap_or_default()),
            printable(first.map(|reading| reading.sentence.as_str()).unwrap_or_default()),
            printable(&outcome(unit, &names)),
            printable(&differing.collect::<Vec<_>>().join("; ")),
        ]
    };
    let rows = comparison
        .articles
        .iter()
        .flat_map(|compared| compared.units.iter().map(move |unit| row(&compared.article.label, unit)));
    Table::new(columns.into(), rows.collect())
}

/// Comma-separated values: a row a unit, with columns of both coders for the position, its words, their place
/// and each field.
///
/// # Panics
/// Never: memory takes what is written to it.
#[must_use]
pub fn csv(comparison: &Comparison) -> String {
    let names: Vec<&str> = comparison.coders.iter().map(|coder| coder.name.as_str()).collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut write = |row: &[String]| out.write_record(row).expect("memory takes rows");
    let mut head: Vec<String> =
        ["article", "article_iri", "issue", "issue_iri", "outcome", "differing"].map(str::to_owned).into();
    for number in 1..=names.len() {
        head.extend(
            ["coder", "position", "start", "end", "quote"].iter().map(|name| format!("{name}_{number}")),
        );
        head.extend(FIELDS.iter().map(|field| format!("{field}_{number}")));
    }
    write(&head);
    for compared in &comparison.articles {
        for unit in &compared.units {
            let article = [compared.article.label.clone(), compared.article.iri.as_str().to_owned()];
            let issue = [unit.issue.label.clone(), unit.issue.iri.as_str().to_owned()];
            let outcome = [outcome(unit, &names), unit.differing.join(" ")];
            let mut row: Vec<String> = article.into_iter().chain(issue).chain(outcome).collect();
            for (name, reading) in names.iter().zip(&unit.readings) {
                row.push((*name).to_owned());
                let Some(reading) = reading else {
                    row.extend(std::iter::repeat_n(String::new(), 4 + FIELDS.len()));
                    continue;
                };
                let bound = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
                let words: Vec<&str> = reading.evidence.iter().map(|words| words.exact.as_str()).collect();
                row.push(reading.position.as_str().to_owned());
                row.push(bound(reading.evidence.first().and_then(|words| words.start)));
                row.push(bound(reading.evidence.last().and_then(|words| words.end)));
                row.push(words.join(" … "));
                row.extend(reading.values.iter().map(|value| value.shown.clone()));
            }
            write(&row);
        }
    }
    String::from_utf8(out.into_inner().expect("memory takes rows")).expect("texts are UTF-8")
}

/// All of it, for programs.
#[must_use]
pub fn json(comparison: &Comparison, agreement: &[(&str, Agreement)]) -> Value {
    let names: Vec<&str> = comparison.coders.iter().map(|coder| coder.name.as_str()).collect();
    let words = |words: &QuoteFacts| json!({ "exact": words.exact, "start": words.start, "end": words.end });
    let reading = |reading: &Reading| {
        let fields = FIELDS.iter().zip(&reading.values).filter(|(_, value)| !value.shown.is_empty());
        json!({
            "position": reading.position.as_str(),
            "sentence": reading.sentence,
            "evidence": reading.evidence.iter().map(words).collect::<Vec<_>>(),
            "fields": fields.map(|(field, value)| ((*field).to_owned(), Value::from(value.shown.as_str())))
                .collect::<serde_json::Map<_, _>>(),
        })
    };
    let unit = |unit: &Unit| {
        json!({
            "issue": { "label": unit.issue.label, "iri": unit.issue.iri.as_str() },
            "outcome": outcome(unit, &names),
            "differing": unit.differing,
            "readings": unit.readings.iter().map(|r| r.as_ref().map(reading)).collect::<Vec<_>>(),
        })
    };
    let articles = comparison.articles.iter().filter(|compared| !compared.units.is_empty()).map(|compared| {
        json!({
            "article": compared.article.label,
            "iri": compared.article.iri.as_str(),
            "units": compared.units.iter().map(unit).collect::<Vec<_>>(),
        })
    });
    let coders =
        comparison.coders.iter().map(|coder| json!({ "name": coder.name, "iri": coder.iri.as_str() }));
    json!({
        "coders": coders.collect::<Vec<_>>(),
        "articles": articles.collect::<Vec<_>>(),
        "agreement": agreement.iter().map(agreement_json).collect::<Vec<_>>(),
    })
}

fn agreement_json((field, of): &(&str, Agreement)) -> Value {
    json!({ "field": field, "units": of.units, "agreement": of.share, "alpha": of.alpha })
}
