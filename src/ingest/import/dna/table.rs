//! The tables of a database, read whole.

use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::fmt;
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// First bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Tables without which a database is none of DNA.
const NEEDED: &[&str] = &["DOCUMENTS", "STATEMENTS", "STATEMENTTYPES", "VARIABLES", "CODERS"];
/// Tables of the values of statements.
pub(super) const VALUES: &[&str] = &["DATABOOLEAN", "DATAINTEGER", "DATASHORTTEXT", "DATALONGTEXT"];
/// What can be read, for help.
const READABLE: &str = "`import dna` reads databases of the Discourse Network Analyzer, versions 2 and 3";

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    /// Bytes, as hexadecimal digits.
    Bytes(String),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Integer(number) => number.fmt(f),
            Self::Real(number) => number.fmt(f),
            Self::Text(text) | Self::Bytes(text) => f.write_str(text),
        }
    }
}

/// A table, its rows in the order of their first column.
#[derive(Debug, Default)]
pub(super) struct Table {
    columns: Vec<String>,
    cells: Vec<Vec<Cell>>,
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table,
    cells: &'t [Cell],
}

impl Table {
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.cells.iter().map(|cells| Row { table: self, cells })
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }
}

impl<'t> Row<'t> {
    /// A value; nothing where there is no such column.
    pub(super) fn cell(&self, column: &str) -> &'t Cell {
        let at = self.table.columns.iter().position(|name| name.eq_ignore_ascii_case(column));
        at.and_then(|at| self.cells.get(at)).unwrap_or(&Cell::Null)
    }

    pub(super) fn number(&self, column: &str) -> Option<i64> {
        match self.cell(column) {
            Cell::Integer(number) => Some(*number),
            Cell::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(super) fn text(&self, column: &str) -> &'t str {
        match self.cell(column) {
            Cell::Text(text) => text,
            _ => "",
        }
    }

    /// All values, each with the name of its column.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&'t str, &'t Cell)> {
        self.table.columns.iter().map(String::as_str).zip(self.cells)
    }
}

/// Values of statements: by statement, variables and values in the order of the variables.
pub(super) type Values = HashMap<i64, Vec<(i64, Cell)>>;

/// A database of DNA.
pub(super) struct Database {
    /// All tables, by their names in capitals, in the order of their making.
    pub(super) tables: Vec<(String, Table)>,
    none: Table,
    /// By the ID of a variable, its name and type of data.
    variables: HashMap<i64, (String, String)>,
}

impl Database {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, is not a database, is truncated, has changes beside it, or is not DNA's.
    pub(super) fn open(file: &Path) -> Result<Self> {
        let name = file.display().to_string();
        let fault = |message: &str, expected: String, help: &str| {
            let fault = Diagnostic::error(message).expected(expected).help(help).at(Place::file(&name));
            Error::Input(vec![fault])
        };
        check_file(file, &fault)?;
        let failed = |error: rusqlite::Error| {
            fault("the database cannot be read", error.to_string(), "open it in DNA, and save a copy")
        };
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(uri(file), flags).map_err(failed)?;
        let names = table_names(&connection).map_err(failed)?;
        let has = |wanted: &&str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        let missing: Vec<&str> = NEEDED.iter().copied().filter(|table| !has(table)).collect();
        if !missing.is_empty() {
            let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let expected = format!("the tables {} are missing; it has {has}", missing.join(", "));
            return Err(fault("not a database of DNA", expected, READABLE));
        }
        let mut tables = Vec::new();
        for table in names {
            let read = read_table(&connection, &table).map_err(|error| match error {
                Unreadable::Sqlite(error) => failed(error),
                Unreadable::NotUtf8(row, column) => fault(
                    "a text is not valid UTF-8",
                    format!("row {row} of {table}, column {column}"),
                    "repair it in DNA: open the record and save it again",
                ),
            })?;
            tables.push((table.to_ascii_uppercase(), read));
        }
        let mut database = Self { tables, none: Table::default(), variables: HashMap::new() };
        let variables = database.table("VARIABLES").rows().filter_map(|row| {
            let id = row.number("ID")?;
            Some((id, (row.text("Variable").to_owned(), row.text("DataType").to_owned())))
        });
        database.variables = variables.collect();
        Ok(database)
    }

    pub(super) fn find(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|(table, _)| table == name).map(|(_, table)| table)
    }

    /// A table; an empty one where there is none of this name.
    pub(super) fn table(&self, name: &str) -> &Table {
        self.find(name).unwrap_or(&self.none)
    }

    /// Whether it is of version 2, whose entities are texts.
    pub(super) fn is_version_2(&self) -> bool {
        self.find("ENTITIES").is_none()
    }

    /// By ID, the names that a column of a table gives.
    pub(super) fn names(&self, table: &str, column: &str) -> HashMap<i64, String> {
        let rows = self.table(table).rows();
        rows.filter_map(|row| Some((row.number("ID")?, row.text(column).to_owned()))).collect()
    }

    pub(super) fn setting(&self, property: &str) -> Option<&str> {
        let mut rows = self.table("SETTINGS").rows();
        rows.find(|row| row.text("Property") == property).map(|row| row.text("Value"))
    }

    /// The name of a variable.
    pub(super) fn variable(&self, id: i64) -> Option<&str> {
        self.variables.get(&id).map(|(name, _)| name.as_str())
    }

    /// Whether the values of a variable are numbers of entities.
    pub(super) fn is_reference(&self, variable: i64) -> bool {
        !self.is_version_2() && self.variables.get(&variable).is_some_and(|(_, kind)| kind == "short text")
    }

    /// The values of all statements.
    pub(super) fn values(&self) -> Values {
        let mut values = Values::new();
        for table in VALUES {
            for row in self.table(table).rows() {
                let (Some(statement), Some(variable)) = (row.number("StatementId"), row.number("VariableId"))
                else {
                    continue;
                };
                let value = match row.cell("Value") {
                    Cell::Null => row.cell("Entity"),
                    value => value,
                };
                values.entry(statement).or_default().push((variable, value.clone()));
            }
        }
        values.values_mut().for_each(|own| own.sort_by_key(|(variable, _)| *variable));
        values
    }
}

/// Says what is wrong with a file that is no whole database.
fn check_file(file: &Path, fault: &dyn Fn(&str, String, &str) -> Error) -> Result<()> {
    let mut header = Vec::new();
    let opened = File::open(file).and_then(|open| {
        let length = open.metadata()?.len();
        open.take(100).read_to_end(&mut header)?;
        Ok(length)
    });
    let length = opened.map_err(Error::file("read", file))?;
    if header.trim_ascii_start().starts_with(b"<?xml") {
        let expected = "version 1 of DNA wrote XML".to_owned();
        return Err(fault("an XML file, not a database", expected, "open it in DNA 2, and save it"));
    }
    if header.len() < 100 || !header.starts_with(MAGIC) {
        return Err(fault("not an SQLite database", "it begins with other bytes".to_owned(), READABLE));
    }
    let number = |at: usize| header[at..at + 4].iter().fold(0u64, |all, byte| (all << 8) | u64::from(*byte));
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        page => u64::from(page),
    };
    // The number of pages holds if the program that wrote last knew of it.
    let whole = page * number(28);
    if number(24) == number(92) && length < whole {
        let expected = format!("it has {length} of {whole} bytes");
        return Err(fault("a truncated database", expected, "copy it again from where it came from"));
    }
    for end in ["-wal", "-journal"] {
        let mut beside = file.as_os_str().to_owned();
        beside.push(end);
        let beside = Path::new(&beside);
        if beside.metadata().is_ok_and(|data| data.len() > 0) {
            return Err(fault(
                "the database has changes that are not yet in it",
                format!("`{}` holds them", beside.display()),
                "close it in DNA, which writes them into the database, and import again",
            ));
        }
    }
    Ok(())
}

/// The URI under which SQLite opens a file without locks and without looking for changes beside it.
fn uri(file: &Path) -> String {
    let mut uri = "file:".to_owned();
    for c in file.display().to_string().chars() {
        match c {
            '%' | '?' | '#' => {
                let _ = write!(uri, "%{:02x}", u32::from(c));
            }
            '\\' => uri.push('/'),
            c => uri.push(c),
        }
    }
    uri + "?immutable=1"
}

fn table_names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        names.push(row.get(0)?);
    }
    Ok(names)
}

enum Unreadable {
    Sqlite(rusqlite::Error),
    /// The number of the row and the column.
    NotUtf8(usize, String),
}

impl From<rusqlite::Error> for Unreadable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn read_table(connection: &Connection, name: &str) -> Result<Table, Unreadable> {
    let sql = format!("SELECT * FROM \"{}\" ORDER BY 1", name.replace('"', "\"\""));
    let mut statement = connection.prepare(&sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut cells = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut read = Vec::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            read.push(match row.get_ref(at)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => Cell::Text(text.to_owned()),
                    Err(_) => return Err(Unreadable::NotUtf8(cells.len() + 1, column.clone())),
                },
                ValueRef::Blob(bytes) => Cell::Bytes(bytes.iter().fold(String::new(), |mut hex, byte| {
                    let _ = write!(hex, "{byte:02X}");
                    hex
                })),
            });
        }
        cells.push(read);
    }
    Ok(Table { columns, cells })
}
