//! `standpoint ask --all-questions`: every question about everything, with its rows or the reason why it has none.

use crate::base::error::{Error, Result, count};
use crate::base::table::{Column, Table};
use crate::cli::commands::answer;
use crate::cli::commands::context::Context;
use crate::cli::commands::filters::Filters;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Cell, CellTable, Format, workbook};
use crate::query::ask::{Question, Value, library};
use crate::query::{Answer, Printer};
use crate::store::index::Index;
use serde_json::json;
use std::io::Write;
use std::time::Duration;

/// Time that one question may take if no other is wished.
const PATIENCE: Duration = Duration::from_secs(60);

/// A question and what came of it.
struct Asked {
    question: &'static Question,
    values: Vec<Value>,
    rows: CellTable,
    /// Why there are no rows.
    reason: Option<String>,
}

/// Asks every question and prints what came of it.
///
/// # Errors
/// No data, a damaged store; a format that cannot hold it.
pub(super) fn run(context: &Context, filters: &Filters, args: &answer::Options) -> Result<Outcome> {
    let format = args.format.unwrap_or(Format::Table);
    let limit = args.timeout.unwrap_or(PATIENCE);
    let index = context.filtered(&args.times, filters)?;
    let of_all_coders = match args.times.coding.coder {
        None => context.filtered(&args.times.of_all_coders(), filters)?,
        Some(_) => index.clone(),
    };
    let mut all = Vec::new();
    for question in library() {
        let index = if question.all_coders { &of_all_coders } else { &index };
        all.push(ask(index, question, limit)?);
    }
    match format {
        Format::Json => context.print(&format!("{:#}\n", json(&all))),
        Format::Xlsx => {
            let sheets: Vec<CellTable> = all.into_iter().map(Asked::sheet).collect();
            let mut out = output::stdout();
            out.write_all(&workbook(&sheets)?).and_then(|()| out.flush()).map_err(output::to_stdout)?;
            Ok(Outcome::Done)
        }
        Format::Csv => context.print(&overview(&all).csv(args.spreadsheet())),
        Format::Tsv => context.print(&overview(&all).tsv(args.spreadsheet())),
        Format::Markdown => context.print(&table(&all).markdown()),
        Format::Table => context.print(&table(&all).render(context.width)),
        other => Err(Error::usage(format!("the answers of all questions are no {other}"))
            .with_help("choose one of table, csv, tsv, xlsx, json, markdown")),
    }
}

fn ask(index: &Index, question: &'static Question, limit: Duration) -> Result<Asked> {
    let none = |values, reason: String| Asked {
        question,
        values,
        rows: CellTable { name: question.name.clone(), ..CellTable::default() },
        reason: Some(reason),
    };
    let (query, values) = match question.query(index, |_| None) {
        Ok(asked) => asked,
        // What it needs nobody has said.
        Err(error) => return Ok(none(Vec::new(), said(&error))),
    };
    let answer = match query.answer(index, Some(limit)) {
        Ok(answer) => answer,
        Err(error) => return Ok(none(values, said(&error.into()))),
    };
    let reason = match &answer {
        Answer::Rows { rows, .. } if rows.is_empty() => Some(question.why_empty(index, &values)?),
        _ => None,
    };
    let printer = Printer::new(index, query.prefixes(), 0).with_labels(&query);
    let rows = CellTable { name: question.name.clone(), ..printer.cells(&answer) };
    Ok(Asked { question, values, rows, reason })
}

/// An error as a reason: the message and what helps, on one line.
fn said(error: &Error) -> String {
    let help = error.help().map(|help| format!("; {}", help.replace("\n  ", " ")));
    format!("{error}{}", help.unwrap_or_default())
}

impl Asked {
    /// Its rows as a worksheet; without rows the reason.
    fn sheet(self) -> CellTable {
        match self.reason {
            None => self.rows,
            Some(reason) => CellTable {
                name: self.rows.name,
                columns: vec!["no rows".to_owned()],
                rows: vec![vec![Cell::Text(reason)]],
            },
        }
    }
}

/// A list of objects: `question`, `summary`, `parameters`, `rows`, `reason` (null where there are rows).
fn json(all: &[Asked]) -> serde_json::Value {
    let one = |asked: &Asked| {
        let parameters: serde_json::Map<String, serde_json::Value> =
            asked.values.iter().map(|value| (value.name.clone(), value.shown.clone().into())).collect();
        json!({
            "question": asked.question.name,
            "summary": asked.question.summary,
            "parameters": parameters,
            "rows": asked.rows.json(),
            "reason": asked.reason,
        })
    };
    all.iter().map(one).collect()
}

fn overview(all: &[Asked]) -> CellTable {
    let row = |asked: &Asked| {
        let reason = asked.reason.clone().map(Cell::Text).unwrap_or_default();
        vec![Cell::Text(asked.question.name.clone()), Cell::Number(asked.rows.rows.len().to_string()), reason]
    };
    let columns = ["question", "rows", "reason"].map(str::to_owned).into();
    CellTable { name: "questions".to_owned(), columns, rows: all.iter().map(row).collect() }
}

fn table(all: &[Asked]) -> Table {
    let columns = ["question", "answer"].map(|name| Column { name: name.to_owned(), right: false });
    let row = |asked: &Asked| {
        let answer = asked.reason.clone().unwrap_or_else(|| count(asked.rows.rows.len(), "row"));
        vec![asked.question.name.clone(), answer]
    };
    Table::new(columns.into(), all.iter().map(row).collect())
}
