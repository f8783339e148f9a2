//! What asking again showed, for people and for programs.

use crate::audit::receipt::{Outcome, Receipt, Reproduction, Verdict, minutes};
use crate::base::error::grouped;
use crate::base::page::Page;
use crate::export::Format;
use crate::query::{Answer, Printer};
use serde_json::{Value, json};

/// "who-opposes, issue: Ukraine cedes territory", or how the query begins.
fn receipt_subject(receipt: &Receipt) -> (&'static str, String) {
    match &receipt.question {
        Some(question) => {
            let values = receipt.parameters.iter().map(|p| format!("{}: {}", p.name, p.shown));
            ("question", std::iter::once(question.clone()).chain(values).collect::<Vec<_>>().join(", "))
        }
        None => ("query", receipt.query.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// As lines at most `width` columns wide where words allow it; `name` is the receipt's.
#[must_use]
pub fn page(reproduction: &Reproduction<'_>, name: &str, width: usize) -> String {
    let mut page = Page::new(width);
    let title = match reproduction.verdict {
        Verdict::Same => "The same answer",
        Verdict::Different => "Another answer",
        Verdict::Undecided if reproduction.is_purged => {
            "Another answer, with parts of the store purged since: undecided"
        }
        Verdict::Undecided => "Another answer, from another version of the program: undecided",
    };
    page.title(title, name);
    let receipt = reproduction.receipt;
    page.field("asked", &minutes(receipt.time));
    page.field("graph", &receipt.source.words());
    if let Some((source, _)) = &reproduction.against {
        page.field("compared with", &source.words());
    }
    let (name, subject) = receipt_subject(receipt);
    page.field(name, &subject);
    page.field("in force on", &receipt.as_of.map(|day| day.to_string()).unwrap_or_default());
    page.field(if receipt.answer.form == "graph" { "triples" } else { "rows" }, &counts(reproduction));
    page.field("SHA-256", &receipt.answer.sha256.to_string());
    if latest(reproduction).canonical.sha256 != receipt.answer.sha256 {
        page.field("and now", &latest(reproduction).canonical.sha256.to_string());
    }
    reproduction.notes.iter().for_each(|note| page.field("note", note));
    let mut text = page.finish();
    let gone = reproduction.difference.gone;
    match &reproduction.lost {
        Some(lost) => {
            text += &section("Only then", lost.len(), &outcome_show(&reproduction.then, lost, width))
        }
        None if gone > 0 => {
            text += &format!(
                "\nOnly then ({}): a receipt has the hashes of the rows, not the rows.\n",
                grouped(gone)
            );
        }
        None => {}
    }
    let came = &reproduction.difference.came;
    text + &section("Only now", came.len(), &outcome_show(latest(reproduction), came, width))
}

/// "4 then, 3 now; 2 only then, 1 only now".
fn counts(reproduction: &Reproduction<'_>) -> String {
    let (then, now) = (reproduction.receipt.answer.count, latest(reproduction).canonical.lines.len());
    if reproduction.verdict == Verdict::Same {
        return format!("{}, then and now", grouped(now));
    }
    let (gone, came) = (reproduction.difference.gone, reproduction.difference.came.len());
    format!(
        "{} then, {} now; {} only then, {} only now",
        grouped(then),
        grouped(now),
        grouped(gone),
        grouped(came)
    )
}

/// The answer that the verdict is about.
fn latest<'r, 'a>(reproduction: &'r Reproduction<'a>) -> &'r Outcome<'a> {
    reproduction.against.as_ref().map_or(&reproduction.then, |(_, outcome)| outcome)
}

/// All of it, for programs. Lines are those of the canonical form.
#[must_use]
pub fn json(reproduction: &Reproduction<'_>, name: &str) -> Value {
    let receipt = reproduction.receipt;
    let latest = latest(reproduction);
    json!({
        "verdict": reproduction.verdict.word(),
        "receipt": name,
        "time": receipt.time,
        "source": receipt.source,
        "against": reproduction.against.as_ref().map(|(source, _)| source),
        "question": receipt.question,
        "notes": reproduction.notes,
        "then": { "count": receipt.answer.count, "sha256": receipt.answer.sha256 },
        "now": { "count": latest.canonical.lines.len(), "sha256": latest.canonical.sha256 },
        "onlyThen": reproduction.difference.gone,
        "onlyNow": reproduction.difference.came.len(),
        "gone": reproduction.lost.as_ref().map(|lost| outcome_lines(&reproduction.then, lost)),
        "came": outcome_lines(latest, &reproduction.difference.came),
    })
}

fn outcome_lines<'o>(outcome: &'o Outcome<'_>, lines: &[usize]) -> Vec<&'o str> {
    lines.iter().map(|line| outcome.canonical.lines[*line].as_str()).collect()
}

/// Some of the lines: rows as a table with labels, triples as they are.
fn outcome_show(outcome: &Outcome<'_>, lines: &[usize], width: usize) -> String {
    let Answer::Rows { variables, rows } = &outcome.answer else {
        let mut page = Page::new(width);
        outcome_lines(outcome, lines).iter().for_each(|line| page.quote(line));
        return page.finish();
    };
    let rows = lines.iter().map(|line| rows[outcome.canonical.rows[*line]].clone()).collect();
    let some = Answer::Rows { variables: variables.clone(), rows };
    let mut text = Vec::new();
    let printed = Printer::new(outcome.index, outcome.query.prefixes(), width).with_handles(true).print(
        &some,
        Format::Table,
        "memory",
        &mut text,
    );
    printed.map(|()| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
}

fn section(heading: &str, number: usize, text: &str) -> String {
    if number == 0 {
        return String::new();
    }
    let mut page = Page::new(80);
    page.heading(heading, number);
    format!("\n{}{text}", page.finish())
}
