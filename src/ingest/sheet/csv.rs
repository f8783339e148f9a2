//! Sheets as CSV: a row a record, a column a field.
//!
//! Without a column `record` every row is a position; with one it says what the row is
//! (`position`, `issue`, `actor` …). Fields of fields have dots, their lists count from 1
//! (`quote.exact`, `quote.start`, `attribution.1.source`), and items of simple lists are
//! parted by `|` (`target`: `Ukraine | Russia`). Empty cells are absent fields, rows of nothing
//! but empty cells no records. Cells are parted by commas, or by the semicolons or tabs that
//! spreadsheets write where a comma is a decimal point: the header tells which. The rows of a workbook are read
//! in the same way ([`Table`]).
//!
//! Names of columns are taken in any case, with blanks or hyphens. What stands in a column that is no field is
//! kept as a note of its row, with a warning.

use super::columns;
use super::tree::{Entry, Node, Value};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Columns whose cells may hold several items.
const LISTS: &[&str] = &[
    "about",
    "aliases",
    "alternativeHolder",
    "alternativeReading",
    "author",
    "broader",
    "contrastsWith",
    "entails",
    "exactMatch",
    "hedge",
    "incompatibleWith",
    "memberOf",
    "note",
    "of",
    "onBehalfOf",
    "participant",
    "quote",
    "supersedes",
    "target",
    "topic",
];

/// Whether cells of this column may hold several items.
pub(crate) fn holds_lists(column: &str) -> bool {
    LISTS.contains(&column)
}

/// No list has more columns.
const LONGEST: usize = 1000;

/// Fields that are a record of their own and may be a bare cell too, which is then this field of it.
const BARE: &[(&str, &str)] =
    &[("published", "edtf"), ("quote", "exact"), ("hedge", "exact"), ("time", "edtf")];

/// What parts the items of such a cell.
const SEPARATOR: char = '|';

/// A fault of the file itself.
pub(crate) struct CsvError {
    /// Where, in code points.
    pub(crate) place: Range<usize>,
    pub(crate) message: String,
    /// What was expected there; may be empty.
    pub(crate) expected: String,
    pub(crate) help: &'static str,
}

/// Rows of a table as trees.
#[derive(Default)]
pub(crate) struct Table {
    /// A tree a row, in the order of the file.
    pub(crate) rows: Vec<Node>,
    /// Rows that cannot be read, which are left out, and what is wrong with the header.
    pub(crate) errors: Vec<CsvError>,
    pub(crate) warnings: Vec<CsvError>,
    header: Option<Header>,
    /// The first row, as long as it may be something above the names of the columns.
    title: Option<Range<usize>>,
    /// Whether nothing more is read.
    is_over: bool,
}

impl Table {
    /// Whether the first row names fields of positions.
    pub(crate) fn is_of_positions(&self) -> bool {
        let columns = self.header.iter().flat_map(|header| &header.columns);
        columns.filter(|cell| columns::is_of_position(field_of(&cell.text))).count() > 1
            || !self.errors.is_empty()
    }

    /// Takes in the next row.
    pub(crate) fn add(&mut self, mut cells: Vec<Cell>) {
        if self.is_over {
            return;
        }
        if let Some(error) = cells.iter().find_map(quoting_error) {
            self.errors.push(error);
            // Without its names, no row can be read.
            self.is_over = self.header.is_none();
            return;
        }
        // Spreadsheets go on writing rows that were filled once.
        if self.header.is_some() && cells.iter().all(|cell| cell.text.is_empty()) {
            return;
        }
        let names = columns::count(cells.iter().map(|cell| cell.text.as_str()));
        let Some(header) = &self.header else {
            if names == 0 {
                self.title = cells.first().map(|cell| cell.place.clone());
            } else {
                for cell in &mut cells {
                    cell.text = columns::name(&cell.text);
                }
            }
            self.errors.extend(header_errors(&cells));
            self.is_over = !self.errors.is_empty();
            let header = Header::new(cells, names > 0);
            self.warnings.extend(header.warnings());
            self.header = Some(header);
            return;
        };
        let repeats = |(column, cell): &(&Cell, &Cell)| {
            !cell.text.is_empty() && columns::name(&cell.text) == column.text
        };
        let repeated = header.columns.iter().zip(&cells).filter(repeats).count();
        // Beside names there may be columns that are no fields.
        let filled = cells.iter().filter(|cell| !cell.text.is_empty()).count();
        let fault = match self.title.take() {
            Some(title) if names > 1 && 2 * names >= filled => {
                Some((title, "a row above the names of the columns", "delete the rows above them"))
            }
            None if repeated > 1 && self.rows.is_empty() => Some((
                cells[0].place.clone(),
                "a second row of names of columns",
                "delete one of the two rows",
            )),
            _ => None,
        };
        if let Some((place, message, help)) = fault {
            let expected = "expected the names of the columns in the first row, and nowhere else".to_owned();
            self.errors.push(CsvError { place, message: message.to_owned(), expected, help });
            self.is_over = true;
            return;
        }
        if cells.len() > header.columns.len() {
            self.errors.push(CsvError {
                place: cells[header.columns.len()].place.clone(),
                message: format!("{} cells in this row, {} in the header", cells.len(), header.columns.len()),
                expected: "a cell without a column".to_owned(),
                help: "put a cell that has commas, semicolons or tabs in it between quotation marks",
            });
            return;
        }
        match row(header, cells) {
            Ok(row) => self.rows.push(row),
            Err(error) => self.errors.push(error),
        }
    }
}

/// Reads CSV into one tree a row, in the order of the file; rows that cannot be read are left out
/// and told.
pub(crate) fn rows(text: &str) -> Table {
    // Spreadsheets write which character parts the cells into a line before the header.
    let (comma, before) = match separator_line(text) {
        Some((comma, line)) => (comma, line),
        None => (delimiter(text), 0),
    };
    let mut table = read(&text[before..], comma);
    let shift = text[..before].chars().count();
    if shift > 0 {
        table.rows = table.rows.into_iter().map(|row| row.shifted(shift)).collect();
        for error in table.errors.iter_mut().chain(&mut table.warnings) {
            error.place = error.place.start + shift..error.place.end + shift;
        }
    }
    table
}

fn read(text: &str, comma: u8) -> Table {
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.has_headers(false).flexible(true).delimiter(comma).from_reader(text.as_bytes());
    let mut chars = CharCounter { text, byte: 0, chars: 0 };
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    // Text that is UTF-8, read with any number of cells a row, has no other errors.
    while !table.is_over && reader.read_record(&mut record).unwrap_or(false) {
        let byte = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        table.add(cells(text, comma, byte, &record, &mut chars));
    }
    table
}

/// What a first line `sep=;` says, and the number of bytes up to the line after it.
pub(super) fn separator_line(text: &str) -> Option<(u8, usize)> {
    let line = text.split_inclusive('\n').next()?;
    let bare = line.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
    let said =
        bare.get(..4).filter(|name| name.eq_ignore_ascii_case("sep=")).map(|_| &bare.as_bytes()[4..])?;
    match said {
        [comma @ (b',' | b';' | b'\t')] => Some((*comma, line.len())),
        _ => None,
    }
}

/// What parts the cells: of comma, semicolon and tab the one that the header has most of, of which no
/// name of a column has any.
pub(super) fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|b| *b == delimiter).count();
    // Of equals, the last is taken.
    *[b'\t', b';', b','].iter().max_by_key(|delimiter| count(**delimiter)).unwrap_or(&b',')
}

/// What is wrong with the names of the columns, beside names that no record has.
fn header_errors(header: &[Cell]) -> Vec<CsvError> {
    let (mut errors, mut names) = (Vec::new(), HashSet::new());
    for cell in header {
        let is_repeated = !cell.text.is_empty() && !names.insert(cell.text.as_str());
        let is_far =
            cell.text.split('.').any(|step| step.parse::<usize>().is_ok_and(|n| n == 0 || n > LONGEST));
        if is_repeated {
            errors.push(CsvError {
                place: cell.place.clone(),
                message: format!("a second column `{}`", cell.text),
                expected: "expected one column per field".to_owned(),
                help: "use one column per item of a list: quote.1, quote.2",
            });
        } else if is_far {
            errors.push(CsvError {
                place: cell.place.clone(),
                message: format!("`{}` is not a valid column name", cell.text),
                expected: format!("items of lists count from 1 to {LONGEST}"),
                help: "use one column per item of a list: quote.1, quote.2",
            });
        }
    }
    errors
}

/// The first row: the names of the columns.
struct Header {
    columns: Vec<Cell>,
    /// For each column, the first one that begins with the same field: they fill one field of a record.
    fields: Vec<usize>,
    /// For each column, whether it is no field, so that its cells become notes.
    notes: Vec<bool>,
}

impl Header {
    /// The columns of a first row, of which some are fields if `is_named`.
    fn new(columns: Vec<Cell>, is_named: bool) -> Self {
        let mut first: HashMap<&str, usize> = HashMap::new();
        let fields =
            columns.iter().enumerate().map(|(i, cell)| *first.entry(field_of(&cell.text)).or_insert(i));
        let fields = fields.collect();
        let is_note =
            |cell: &Cell| is_named && !cell.text.is_empty() && !columns::is_field(field_of(&cell.text));
        let notes = columns.iter().map(is_note).collect();
        Self { columns, fields, notes }
    }

    /// Columns that are no fields.
    fn warnings(&self) -> Vec<CsvError> {
        let unknown = self.columns.iter().zip(&self.notes).filter(|(_, is_note)| **is_note);
        let warning = |(cell, _): (&Cell, &bool)| CsvError {
            place: cell.place.clone(),
            message: match columns::nearest(&cell.text) {
                Some(near) => format!("unknown column `{}`; did you mean `{near}`?", cell.text),
                None => format!("unknown column `{}`", cell.text),
            },
            expected: "its cells are kept as notes".to_owned(),
            help: "",
        };
        unknown.map(warning).collect()
    }
}

/// The field of the record that a column is of.
fn field_of(column: &str) -> &str {
    column.split('.').next().unwrap_or(column)
}

pub(crate) struct Cell {
    text: String,
    place: Range<usize>,
    quoting: Quoting,
}

impl Cell {
    /// A cell that is a value, not text between separators.
    pub(crate) fn of_value(text: &str, place: Range<usize>) -> Self {
        Self { text: text.trim().to_owned(), place, quoting: Quoting::Sound }
    }
}

/// How a cell stands to quotation marks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Quoting {
    /// It begins with none, or is closed by the one at its end.
    Sound,
    /// It begins with one that no other closes.
    Open,
    /// Text stands behind the one that closes it: here.
    Continued(Range<usize>),
    /// It begins with blanks, and the one behind them opens nothing.
    Indented(Range<usize>),
}

/// What is wrong with the quotation marks of a cell. Nothing is guessed: a reader that goes on would take
/// commas for the ends of cells that are none.
fn quoting_error(cell: &Cell) -> Option<CsvError> {
    let double = "inside a cell in quotation marks, write two of them for one";
    let (place, message, expected, help) = match &cell.quoting {
        Quoting::Sound => return None,
        Quoting::Open => {
            (cell.place.start..cell.place.start + 1, "a quotation mark that is never closed", "", double)
        }
        Quoting::Continued(place) => (
            place.clone(),
            "text after the closing quotation mark of a cell",
            "expected the end of the cell",
            double,
        ),
        Quoting::Indented(place) => (
            place.clone(),
            "a space before the opening quotation mark of a cell",
            "the quotation mark would be part of the text",
            "remove the space, or put the whole cell between quotation marks",
        ),
    };
    Some(CsvError { place, message: message.to_owned(), expected: expected.to_owned(), help })
}

/// Counts code points along a text whose byte offsets only grow.
struct CharCounter<'a> {
    text: &'a str,
    byte: usize,
    chars: usize,
}

impl CharCounter<'_> {
    fn at(&mut self, byte: usize) -> usize {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        if byte >= self.byte {
            self.chars += self.text[self.byte..byte].chars().count();
            self.byte = byte;
        }
        self.chars
    }
}

/// The cells of a row with their places, which the CSV reader does not tell.
fn cells(
    text: &str,
    comma: u8,
    mut byte: usize,
    record: &csv::StringRecord,
    chars: &mut CharCounter<'_>,
) -> Vec<Cell> {
    // The reader's position may point at line ends before the record.
    byte += text[byte..].bytes().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    let bytes = text.as_bytes();
    record
        .iter()
        .map(|cell| {
            let start = byte;
            let mut quoted = bytes.get(byte) == Some(&b'"');
            let is_quoted = quoted;
            if quoted {
                byte += 1;
            }
            // Behind the quotation mark that closes the cell.
            let mut closed = None;
            while let Some(b) = bytes.get(byte) {
                match b {
                    b'"' if quoted && bytes.get(byte + 1) == Some(&b'"') => byte += 1,
                    b'"' if quoted => {
                        quoted = false;
                        closed = Some(byte + 1);
                    }
                    b if !quoted && (*b == comma || matches!(b, b'\n' | b'\r')) => break,
                    _ => {}
                }
                byte += 1;
            }
            let raw = &text[start..byte];
            let indent = raw.len() - raw.trim_start_matches(' ').len();
            let at = chars.at(start);
            let quoting = match closed {
                _ if quoted => Quoting::Open,
                Some(closed) if !text[closed..byte].trim().is_empty() => {
                    let from = closed + text[closed..byte].len() - text[closed..byte].trim_start().len();
                    Quoting::Continued(chars.at(from)..chars.at(byte))
                }
                None if !is_quoted && indent > 0 && raw[indent..].starts_with('"') => {
                    Quoting::Indented(chars.at(start + indent)..chars.at(start + indent + 1))
                }
                _ => Quoting::Sound,
            };
            let place = at..chars.at(byte);
            byte += 1;
            Cell { text: cell.trim().to_owned(), place, quoting }
        })
        .collect()
}

fn row(header: &Header, cells: Vec<Cell>) -> Result<Node, CsvError> {
    let place = cells.first().map_or(0, |c| c.place.start)..cells.last().map_or(0, |c| c.place.end);
    let mut entries: Vec<Entry> = Vec::new();
    // Where the fields that have a cell are among the entries, by the first column of each.
    let mut filled: HashMap<usize, usize> = HashMap::new();
    let mut notes: Vec<Node> = Vec::new();
    for (((column, field), is_note), cell) in
        header.columns.iter().zip(&header.fields).zip(&header.notes).zip(cells)
    {
        if cell.text.is_empty() {
            continue;
        }
        if *is_note {
            notes.push(Node {
                place: cell.place,
                value: Value::Text(format!("{}: {}", column.text, cell.text)),
            });
            continue;
        }
        if column.text.is_empty() {
            return Err(CsvError {
                place: cell.place,
                message: "a cell in a column without a name".to_owned(),
                expected: "expected the name of a field".to_owned(),
                help: "write the field's name into the first row, or leave the cell empty",
            });
        }
        let steps: Vec<&str> = column.text.split('.').collect();
        // Only fields of the record itself: those of its parts hold one item each.
        let value = if holds_lists(&column.text) && cell.text.contains(SEPARATOR) {
            let item =
                |text: &str| Node { place: cell.place.clone(), value: Value::Text(text.trim().to_owned()) };
            Value::List(cell.text.split(SEPARATOR).filter(|t| !t.trim().is_empty()).map(item).collect())
        } else {
            Value::Text(cell.text)
        };
        let place = cell.place.clone();
        let at = *filled.entry(*field).or_insert_with(|| {
            let node = Node { place: place.clone(), value: Value::Null };
            entries.push(Entry { key: steps[0].to_owned(), key_place: column.place.clone(), node });
            entries.len() - 1
        });
        let cell = Node { place: cell.place, value };
        if !insert(&mut entries[at].node, &steps[1..], steps[0], cell, &column.place) {
            return Err(CsvError {
                place,
                message: format!("another cell of this row already gives the `{}`", steps[0]),
                expected: format!("a second `{}`", column.text),
                help: "leave one of them empty; use one column per item of a list: quote.1, quote.2",
            });
        }
    }
    add_notes(&mut entries, notes);
    let mut root = Node { place, value: Value::Map(entries) };
    close_gaps(&mut root);
    Ok(root)
}

/// Adds notes to those of a record, if it is of a kind that has notes.
fn add_notes(entries: &mut Vec<Entry>, mut notes: Vec<Node>) {
    let record = entries.iter().find(|entry| entry.key == "record").map(|entry| &entry.node.value);
    let has_notes = match record {
        Some(Value::Text(record)) => columns::has_notes(record),
        _ => true,
    };
    let Some(place) = notes.first().map(|note| note.place.clone()).filter(|_| has_notes) else { return };
    match entries.iter_mut().find(|entry| entry.key == "note") {
        Some(entry) => {
            let own = std::mem::replace(&mut entry.node.value, Value::Null);
            let mut items = match own {
                Value::List(items) => items,
                own => vec![Node { place: entry.node.place.clone(), value: own }],
            };
            items.append(&mut notes);
            entry.node.value = Value::List(items);
        }
        None => {
            let node = Node { place: place.clone(), value: Value::List(notes) };
            entries.push(Entry { key: "note".to_owned(), key_place: place, node });
        }
    }
}

/// Takes out the items whose cells are empty in this row.
fn close_gaps(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => {
            items.retain(|item| item.value != Value::Null);
            items.iter_mut().for_each(close_gaps);
        }
        Value::Map(entries) => entries.iter_mut().for_each(|entry| close_gaps(&mut entry.node)),
        Value::Null | Value::Text(_) => {}
    }
}

/// Puts a cell at the place that its column's name says, making what is missing on the way; not if
/// another cell is there. `field` is the name of the field that `node` is the value of, or an item of.
fn insert(node: &mut Node, steps: &[&str], field: &str, cell: Node, column: &Range<usize>) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return match (&node.value, bare_field(field)) {
            (Value::Null, _) => {
                *node = cell;
                true
            }
            // `quote` behind `quote.start`.
            (Value::Map(_), Some(bare)) => insert(node, &[bare], bare, cell, column),
            _ => false,
        };
    };
    let place = cell.place.clone();
    if let Ok(number @ 1..) = step.parse::<usize>() {
        if node.value == Value::Null {
            node.value = Value::List(Vec::new());
        }
        let Value::List(items) = &mut node.value else { return false };
        while items.len() < number.min(LONGEST) {
            items.push(Node { place: place.clone(), value: Value::Null });
        }
        return insert(&mut items[number.min(LONGEST) - 1], rest, field, cell, column);
    }
    match (&node.value, bare_field(field)) {
        (Value::Null, _) => node.value = Value::Map(Vec::new()),
        // `quote` before `quote.start`.
        (Value::Text(_), Some(bare)) => {
            let text = std::mem::replace(&mut node.value, Value::Map(Vec::new()));
            let text = Node { place: node.place.clone(), value: text };
            insert(node, &[bare], bare, text, column);
        }
        _ => {}
    }
    let Value::Map(entries) = &mut node.value else { return false };
    let at = entries.iter().position(|e| e.key == *step).unwrap_or_else(|| {
        let node = Node { place: place.clone(), value: Value::Null };
        entries.push(Entry { key: (*step).to_owned(), key_place: column.clone(), node });
        entries.len() - 1
    });
    insert(&mut entries[at].node, rest, step, cell, column)
}

/// The field that a bare cell of this field is.
fn bare_field(field: &str) -> Option<&'static str> {
    BARE.iter().find(|(name, _)| *name == field).map(|(_, bare)| *bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Text(t) => t.clone(),
            Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let fields: Vec<_> =
                    entries.iter().map(|e| format!("{}: {}", e.key, show(&e.node))).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }

    #[test]
    fn columns_become_fields_lists_and_records() {
        let text = "actor,target,quote,quote.start,attribution.1.source,attribution.2.source,note\n\
                    A,B | C,\"x, \"\"y\"\"\",7,S,T,\n";
        let rows = rows(text).rows;
        assert_eq!(
            show(&rows[0]),
            "{actor: A, target: [B, C], quote: {exact: x, \"y\", start: 7}, attribution: [{source: S}, {source: T}]}"
        );
    }

    #[test]
    fn cells_know_their_places_in_code_points() {
        let text = "a,b\r\n\"ü,\n\",zwei\r\nx,y\r\n";
        let rows = rows(text).rows;
        let place = |row: usize, field: &str| rows[row].find(&[field.into()]);
        let chars: Vec<char> = text.chars().collect();
        let at = |range: Range<usize>| chars[range].iter().collect::<String>();
        assert_eq!(at(place(0, "a")), "\"ü,\n\"");
        assert_eq!(at(place(0, "b")), "zwei");
        assert_eq!(at(place(1, "b")), "y");
    }

    #[test]
    fn a_row_with_too_many_cells_is_a_fault() {
        let Table { rows, errors, .. } = rows("a,b\n1,2,3\n4,5\n");
        assert_eq!(rows.len(), 1);
        assert_eq!(errors[0].message, "3 cells in this row, 2 in the header");
        assert_eq!(errors[0].place, 8..9);
    }

    #[test]
    fn broken_quoting_is_a_fault_at_its_place() {
        let fault = |text: &str| {
            let error = rows(text).errors.into_iter().next()?;
            let place: String = text.chars().skip(error.place.start).take(error.place.len()).collect();
            Some((error.message, place))
        };
        let continued = "text after the closing quotation mark of a cell";
        for (cell, place) in
            [("\"Änn \"B\" C\"", "B\" C\""), ("\"x\"y", "y"), ("\"x\" y", "y"), ("\"\"\"x\"\"y\" z", "z")]
        {
            for text in [format!("a,b\n{cell},1\n"), format!("a,b\r\n1,{cell}\r\n"), format!("a;b\n1;{cell}")]
            {
                assert_eq!(fault(&text), Some((continued.to_owned(), place.to_owned())), "{text}");
            }
        }
        let open = Some(("a quotation mark that is never closed".to_owned(), "\"".to_owned()));
        assert_eq!(fault("a,b\n1,\"x\n2,y\n"), open);
        assert_eq!(fault("a,\"b\n1,2\n"), open, "in the header");
        let indented =
            Some(("a space before the opening quotation mark of a cell".to_owned(), "\"".to_owned()));
        assert_eq!(fault("a,b\n1, \"x, y\"\n"), indented);
        for sound in ["Ann \"B\" C", "\"Ann \"\"B\"\" C\"", "\"x\" ", "5\" pipe", "\"\""] {
            assert_eq!(fault(&format!("a,b\n{sound},1\n")), None, "{sound}");
        }
        assert_eq!(rows("a,b\n\"x\"y,1\n3,4\n").rows.len(), 1, "the rows behind it are read");
    }

    #[test]
    fn columns_may_come_in_any_order() {
        let show_all = |text: &str| rows(text).rows.iter().map(show).collect::<Vec<_>>().join(" ");
        assert_eq!(show_all("quote.start,quote,time.text,time\n7,x,last week,2025-04\n"), {
            "{quote: {start: 7, exact: x}, time: {text: last week, edtf: 2025-04}}"
        });
        assert_eq!(show_all("time,time.text\n2025-04,last week\n"), {
            "{time: {edtf: 2025-04, text: last week}}"
        });
        assert_eq!(show_all("quote,quote.2.start\na | b,7\n"), "{quote: [a, {exact: b, start: 7}]}");
    }

    #[test]
    fn no_cell_is_put_over_another_or_passed_over() {
        let fault =
            |text: &str| rows(text).errors.first().map(|error| error.message.clone()).unwrap_or_default();
        let taken = |field| format!("another cell of this row already gives the `{field}`");
        assert_eq!(fault("label,label.uk\nA,А\n"), taken("label"));
        assert_eq!(fault("label.uk,label\nА,A\n"), taken("label"));
        assert_eq!(fault("quote,quote.1\nx,y\n"), taken("quote"));
        assert_eq!(fault("quote.1,quote\nx,y\n"), taken("quote"));
        assert_eq!(fault("quote,quote.exact\nx,y\n"), taken("quote"));
        assert_eq!(fault("actor,\nx,y\n"), "a cell in a column without a name");
        assert_eq!(fault("label,label.uk\nA,\n,А\n,\n"), "");
    }

    #[test]
    fn a_first_line_may_say_what_parts_the_cells() {
        let text = "\u{feff}sep=;\r\na,x;b\r\n1;2\r\n";
        let Table { rows, errors, .. } = rows(text);
        assert!(errors.is_empty());
        assert_eq!(show(&rows[0]), "{a,x: 1, b: 2}");
        let chars: Vec<char> = text.chars().collect();
        assert_eq!(chars[rows[0].find(&["b".into()])], ['2']);
        // A column may be called so.
        assert_eq!(show(&super::rows("sep=,b\n1,2\n").rows[0]), "{sep=: 1, b: 2}");
    }

    #[test]
    fn semicolons_and_tabs_part_cells_where_the_header_has_them() {
        for delimiter in [",", ";", "\t"] {
            let text = "\u{feff}a;b;note\r\n\"ü;,\tx\";1;\r\n;;\r\n".replace(';', delimiter);
            let Table { rows, errors, .. } = rows(&text);
            assert!(errors.is_empty());
            let shown: Vec<String> = rows.iter().map(show).collect();
            assert_eq!(shown, ["{note: [a: ü;,\tx, b: 1]}".replace(';', delimiter)]);
        }
    }
}
