//! A new case as a table: CSV, or a workbook whose cells offer what can stand in them.

use crate::base::error::{Error, Result};
use crate::model::{ActorKind, Concept, Family, Mode, Stance};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, Formula, Workbook,
    Worksheet, XlsxError,
};

/// Columns of the positions.
const COLUMNS: [&str; 9] =
    ["article", "actor", "stance", "issue", "quote", "onBehalfOf", "mode", "certainty", "note"];

/// Positions of the invented article.
const POSITIONS: [[&str; 9]; 3] = [
    [
        "council-vote",
        "Ana Berg",
        "for",
        "The old mill is torn down",
        "will tear down the mill by autumn",
        "Town council",
        "",
        "",
        "",
    ],
    [
        "council-vote",
        "Tenants' association",
        "against",
        "The old mill is torn down",
        "rejects the plan",
        "",
        "",
        "",
        "",
    ],
    [
        "council-vote",
        "Jonas Lind",
        "affirms",
        "Demolition of the mill serves speculators",
        "demolition would be \"a gift to speculators\"",
        "Tenants' association",
        "",
        "",
        "Replace these examples by your own.",
    ],
];

const ACTORS: [[&str; 3]; 4] = [
    ["Ana Berg", "person", "politics"],
    ["Town council", "government", ""],
    ["Tenants' association", "organisation", ""],
    ["Jonas Lind", "person", ""],
];

const ISSUES: [[&str; 2]; 2] =
    [["The old mill is torn down", "proposal"], ["Demolition of the mill serves speculators", "claim"]];

const ARTICLES: [[&str; 4]; 1] =
    [["council-vote", "Council divided over the old mill", "Canal Courier", "2025-03-06"]];

/// Rows for which cells offer what can stand in them.
const ROWS: u32 = 2_000;

/// The positions as CSV.
#[must_use]
pub(super) fn csv() -> String {
    let cell = |text: &&str| match text.contains(['"', ',']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => (*text).to_owned(),
    };
    let line = |cells: &[&str; 9]| cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\n";
    std::iter::once(&COLUMNS).chain(&POSITIONS).map(line).collect()
}

/// A workbook with the positions, and worksheets for what they refer to.
///
/// # Errors
/// None that is known; the crate that writes it has some.
pub(super) fn workbook() -> Result<Vec<u8>> {
    written().map_err(|error| Error::usage(format!("the workbook cannot be made: {error}")))
}

fn written() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed time: the same workbook is the same file.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let positions = table(book.add_worksheet(), "positions", &COLUMNS, &POSITIONS)?;
    offer(positions, 1, "actors!$A$2", true)?;
    offer(positions, 2, &format!("lists!$A$1:$A${}", Stance::ALL.len() + SIGNS.len()), false)?;
    offer(positions, 3, "issues!$A$2", true)?;
    offer(positions, 5, "actors!$A$2", true)?;
    offer(positions, 6, &format!("lists!$B$1:$B${}", Mode::ALL.len()), false)?;
    let actors = table(book.add_worksheet(), "actors", &["label", "kind", "sector"], &ACTORS)?;
    offer(actors, 1, &format!("lists!$C$1:$C${}", ActorKind::ALL.len()), false)?;
    let issues = table(book.add_worksheet(), "issues", &["label", "family"], &ISSUES)?;
    offer(issues, 1, &format!("lists!$D$1:$D${}", Family::ALL.len()), false)?;
    table(book.add_worksheet(), "articles", &["id", "title", "publisher", "published"], &ARTICLES)?;
    let lists = book.add_worksheet();
    lists.set_name("lists")?.set_hidden(true);
    let stances = SIGNS.into_iter().chain(Stance::ALL.iter().map(|stance| stance.word()));
    column(lists, 0, stances)?;
    column(lists, 1, Mode::ALL.iter().map(|mode| mode.word()))?;
    column(lists, 2, ActorKind::ALL.iter().map(|kind| kind.word()))?;
    column(lists, 3, Family::ALL.iter().map(|family| family.word()))?;
    book.save_to_buffer()
}

/// Short words that head the list of stances.
const SIGNS: [&str; 2] = ["for", "against"];

fn table<'w, const N: usize>(
    sheet: &'w mut Worksheet,
    name: &str,
    columns: &[&str; N],
    rows: &[[&str; N]],
) -> Result<&'w mut Worksheet, XlsxError> {
    sheet.set_name(name)?;
    let header = Format::new().set_bold();
    for (at, column) in (0..).zip(columns) {
        sheet.write_string_with_format(0, at, *column, &header)?;
        let cells = rows.iter().map(|row| row[usize::from(at)]);
        let widest = cells.chain([*column]).map(|text| text.chars().count()).max().unwrap_or_default();
        sheet.set_column_width(at, u32::try_from(widest).unwrap_or_default() + 3)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row, column, *text)?;
        }
    }
    sheet.set_freeze_panes(1, 0)
}

/// Lets the cells of a column offer a list. Of one that grows, the first cell is given, and other values are
/// taken after a question.
fn offer(sheet: &mut Worksheet, column: u16, list: &str, grows: bool) -> Result<(), XlsxError> {
    let list = if grows { format!("={list}:$A${}", ROWS + 1) } else { format!("={list}") };
    let style = if grows { DataValidationErrorStyle::Information } else { DataValidationErrorStyle::Warning };
    let validation = DataValidation::new().allow_list_formula(Formula::new(list)).set_error_style(style);
    sheet.add_data_validation(1, column, ROWS, column, &validation).map(drop)
}

fn column(
    sheet: &mut Worksheet,
    at: u16,
    words: impl Iterator<Item = &'static str>,
) -> Result<(), XlsxError> {
    for (row, word) in (0..).zip(words) {
        sheet.write_string(row, at, word)?;
    }
    Ok(())
}
