//! Sheets as CSV: a row a record, a column a field.
//!
//! Without a column `record` every row is a position; with one it says what the row is
//! (`position`, `issue`, `actor` …). Fields of fields have dots, their lists count from 1
//! (`quote.exact`, `quote.start`, `attribution.1.source`), and items of simple lists are
//! parted by `|` (`target`: `Ukraine | Russia`). Empty cells are absent fields.

use super::tree::{Entry, Node, Value};
use std::ops::Range;

/// Columns whose cells may hold several items.
const LISTS: &[&str] = &[
    "about",
    "aliases",
    "alternativeReading",
    "author",
    "broader",
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

/// No list has more columns.
const LONGEST: usize = 1000;

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

/// Reads CSV into one tree a row, in the order of the file; rows that cannot be read are left out
/// and told.
pub(crate) fn rows(text: &str) -> (Vec<Node>, Vec<CsvError>) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut chars = CharCounter { text, byte: 0, chars: 0 };
    let (mut header, mut rows, mut errors) = (None::<Vec<Cell>>, Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    // Text that is UTF-8, read with any number of cells a row, has no other errors.
    while reader.read_record(&mut record).unwrap_or(false) {
        let byte = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        let cells = cells(text, byte, &record, &mut chars);
        if let Some(open) = cells.iter().find(|cell| cell.open) {
            let message = "a quotation mark that no other closes";
            let help = "inside a cell in quotation marks, write two of them for one";
            let place = open.place.start..open.place.start + 1;
            errors.push(CsvError { place, message: message.to_owned(), expected: String::new(), help });
            continue;
        }
        let Some(header) = &header else {
            errors.extend(header_errors(&cells));
            if !errors.is_empty() {
                break;
            }
            header = Some(cells);
            continue;
        };
        if cells.len() > header.len() {
            errors.push(CsvError {
                place: cells[header.len()].place.clone(),
                message: format!("{} cells in this row, {} in the header", cells.len(), header.len()),
                expected: "a cell without a column".to_owned(),
                help: "put a cell that has commas in it between quotation marks",
            });
            continue;
        }
        rows.push(row(header, cells));
    }
    (rows, errors)
}

/// What is wrong with the names of the columns, beside names that no record has.
fn header_errors(header: &[Cell]) -> Vec<CsvError> {
    let mut errors = Vec::new();
    if let [cell] = header
        && cell.text.contains([';', '\t'])
    {
        errors.push(CsvError {
            place: cell.place.clone(),
            message: "these columns are not parted by commas".to_owned(),
            expected: "one column with this name".to_owned(),
            help: "save the file with commas between the cells",
        });
    }
    for (i, cell) in header.iter().enumerate() {
        let is_repeated = !cell.text.is_empty() && header[..i].iter().any(|other| other.text == cell.text);
        let is_far =
            cell.text.split('.').any(|step| step.parse::<usize>().is_ok_and(|n| n == 0 || n > LONGEST));
        if is_repeated {
            errors.push(CsvError {
                place: cell.place.clone(),
                message: format!("a second column `{}`", cell.text),
                expected: "one column a field".to_owned(),
                help: "items of a list have a column each: quote.1, quote.2",
            });
        } else if is_far {
            errors.push(CsvError {
                place: cell.place.clone(),
                message: format!("`{}` is no name of a column", cell.text),
                expected: format!("items of lists count from 1 to {LONGEST}"),
                help: "items of a list have a column each: quote.1, quote.2",
            });
        }
    }
    errors
}

struct Cell {
    text: String,
    place: Range<usize>,
    /// Whether it begins with a quotation mark that no other closes.
    open: bool,
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
fn cells(text: &str, mut byte: usize, record: &csv::StringRecord, chars: &mut CharCounter<'_>) -> Vec<Cell> {
    // The reader's position may point at line ends before the record.
    byte += text[byte..].bytes().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    let bytes = text.as_bytes();
    record
        .iter()
        .map(|cell| {
            let start = byte;
            let mut quoted = bytes.get(byte) == Some(&b'"');
            if quoted {
                byte += 1;
            }
            while let Some(b) = bytes.get(byte) {
                match b {
                    b'"' if quoted && bytes.get(byte + 1) == Some(&b'"') => byte += 1,
                    b'"' if quoted => quoted = false,
                    b',' | b'\n' | b'\r' if !quoted => break,
                    _ => {}
                }
                byte += 1;
            }
            let place = chars.at(start)..chars.at(byte);
            byte += 1;
            Cell { text: cell.trim().to_owned(), place, open: quoted }
        })
        .collect()
}

fn row(header: &[Cell], cells: Vec<Cell>) -> Node {
    let place = cells.first().map_or(0, |c| c.place.start)..cells.last().map_or(0, |c| c.place.end);
    let mut root = Node { place: place.clone(), value: Value::Map(Vec::new()) };
    for (column, cell) in header.iter().zip(cells) {
        if cell.text.is_empty() || column.text.is_empty() {
            continue;
        }
        let steps: Vec<&str> = column.text.split('.').collect();
        let last = steps.last().copied().unwrap_or_default();
        let value = if LISTS.contains(&last) && cell.text.contains(SEPARATOR) {
            let item =
                |text: &str| Node { place: cell.place.clone(), value: Value::Text(text.trim().to_owned()) };
            Value::List(cell.text.split(SEPARATOR).filter(|t| !t.trim().is_empty()).map(item).collect())
        } else {
            Value::Text(cell.text)
        };
        insert(&mut root, &steps, Node { place: cell.place, value }, &column.place);
    }
    close_gaps(&mut root);
    root
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

/// Puts a cell at the place that its column's name says, making what is missing on the way.
fn insert(node: &mut Node, steps: &[&str], cell: Node, column: &Range<usize>) {
    let Some((step, rest)) = steps.split_first() else {
        *node = cell;
        return;
    };
    let place = cell.place.clone();
    if let Ok(number @ 1..) = step.parse::<usize>() {
        if !matches!(node.value, Value::List(_)) {
            node.value = Value::List(Vec::new());
        }
        if let Value::List(items) = &mut node.value {
            while items.len() < number.min(LONGEST) {
                items.push(Node { place: place.clone(), value: Value::Null });
            }
            insert(&mut items[number.min(LONGEST) - 1], rest, cell, column);
        }
        return;
    }
    // `quote` beside `quote.start`: the bare cell is the first field of the record.
    if let Value::Text(_) = node.value {
        let text = std::mem::replace(&mut node.value, Value::Map(Vec::new()));
        let exact = Node { place: node.place.clone(), value: text };
        insert(node, &["exact"], exact, column);
    }
    if !matches!(node.value, Value::Map(_)) {
        node.value = Value::Map(Vec::new());
    }
    if let Value::Map(entries) = &mut node.value {
        let at = entries.iter().position(|e| e.key == *step).unwrap_or_else(|| {
            entries.push(Entry {
                key: (*step).to_owned(),
                key_place: column.clone(),
                node: Node { place: place.clone(), value: Value::Null },
            });
            entries.len() - 1
        });
        insert(&mut entries[at].node, rest, cell, column);
    }
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
        let rows = rows(text).0;
        assert_eq!(
            show(&rows[0]),
            "{actor: A, target: [B, C], quote: {exact: x, \"y\", start: 7}, attribution: [{source: S}, {source: T}]}"
        );
    }

    #[test]
    fn cells_know_their_places_in_code_points() {
        let text = "a,b\r\n\"ü,\n\",zwei\r\nx,y\r\n";
        let rows = rows(text).0;
        let place = |row: usize, field: &str| rows[row].find(&[field.into()]);
        let chars: Vec<char> = text.chars().collect();
        let at = |range: Range<usize>| chars[range].iter().collect::<String>();
        assert_eq!(at(place(0, "a")), "\"ü,\n\"");
        assert_eq!(at(place(0, "b")), "zwei");
        assert_eq!(at(place(1, "b")), "y");
    }

    #[test]
    fn a_row_with_too_many_cells_is_a_fault() {
        let (rows, errors) = rows("a,b\n1,2,3\n4,5\n");
        assert_eq!(rows.len(), 1);
        assert_eq!(errors[0].message, "3 cells in this row, 2 in the header");
        assert_eq!(errors[0].place, 8..9);
    }
}
