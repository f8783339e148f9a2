//! Tables for people: as wide as there is room, never unreadable.
//!
//! Plain text in, plain text out; what the cells mean is the caller's business.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, TableStyle, Width};
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A table whose cells are text.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    /// The first column numbers the rows.
    numbered: bool,
}

/// A column's head.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether its cells end at the right, as numbers do.
    pub right: bool,
}

/// Blanks between columns.
const GAP: usize = 2;
/// No column gets narrower than this, unless its content is.
const NARROWEST: usize = 8;
/// Words up to this wide are never broken. Longer ones are identifiers.
const WORD: usize = 20;

impl Table {
    /// A table; each row has a cell a column, which may have several lines.
    #[must_use]
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<String>>) -> Self {
        // The width of a tabulator depends on where it stands.
        let rows =
            rows.into_iter().map(|row| row.iter().map(|cell| cell.replace('\t', " ")).collect()).collect();
        Self { columns, rows, numbered: false }
    }

    /// The same with a column before the others that numbers the rows from 1, if it is wanted.
    #[must_use]
    pub fn numbered(mut self, wanted: bool) -> Self {
        if wanted && !self.numbered {
            self.columns.insert(0, Column { name: "#".into(), right: true });
            for (i, row) in self.rows.iter_mut().enumerate() {
                row.insert(0, (i + 1).to_string());
            }
            self.numbered = true;
        }
        self
    }

    /// At most `width` columns of a terminal: side by side if that takes no wrapping. Else the
    /// shortest of these: side by side and wrapped; the first column as headings above the others;
    /// both also without the columns that never change, which are put on top; a record a row.
    #[must_use]
    pub fn render(&self, width: usize) -> String {
        if self.columns.is_empty() {
            return String::new();
        }
        let natural = self.natural();
        if total(&natural) <= width {
            return self.grid(&natural);
        }
        let (constant, varying) = self.split();
        let above = || format!("{}\n", constant.records(width));
        [
            self.wrapped(width).map(|widths| self.grid(&widths)),
            varying.wrapped(width).map(|widths| above() + &varying.grid(&widths)),
            self.sections(width),
            varying.sections(width).map(|text| above() + &text),
            // A column alone needs no name before each value.
            (self.columns.len() > 1).then(|| self.records(width)),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|text| text.lines().count())
        .unwrap_or_else(|| self.records(width))
    }

    /// Side by side, wrapped to `width` where that can be done.
    #[must_use]
    pub fn grid_of(&self, width: usize) -> String {
        let natural = self.natural();
        let fits = total(&natural) <= width;
        let widths = if fits { None } else { self.wrapped(width) };
        self.grid(&widths.unwrap_or(natural))
    }

    /// The columns whose cells are all the same, once, and the others. In two rows, being the same
    /// means nothing yet.
    fn split(&self) -> (Self, Self) {
        let same = |i: &usize| self.rows.len() > 2 && self.rows.iter().all(|row| row[*i] == self.rows[0][*i]);
        let (constant, varying): (Vec<usize>, Vec<usize>) = (0..self.columns.len()).partition(same);
        let varying = Self { numbered: self.numbered, ..self.only(&varying, usize::MAX) };
        (self.only(&constant, 1), varying)
    }

    /// These columns of the first rows.
    fn only(&self, columns: &[usize], rows: usize) -> Self {
        let cells = |row: &Vec<String>| columns.iter().map(|i| row[*i].clone()).collect();
        Self {
            columns: columns.iter().map(|i| self.columns[*i].clone()).collect(),
            rows: self.rows.iter().take(rows).map(cells).collect(),
            numbered: false,
        }
    }

    /// As GitHub and pandoc read it.
    #[must_use]
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut out = line(self.columns.iter().map(|column| escaped(&column.name)).collect());
        out += &line(self.columns.iter().map(|c| if c.right { "---:" } else { "---" }.to_owned()).collect());
        for row in &self.rows {
            out += &line(row.iter().map(|cell| escaped(cell)).collect());
        }
        out
    }

    /// The columns' widths where nothing is wrapped.
    fn natural(&self) -> Vec<usize> {
        self.measured(|cell| cell.lines().map(UnicodeWidthStr::width).max())
    }

    /// The columns' widths where cells are wrapped, if they can stand side by side.
    fn wrapped(&self, width: usize) -> Option<Vec<usize>> {
        let natural = self.natural();
        let words = self.measured(|cell| cell.split_whitespace().map(UnicodeWidthStr::width).max());
        let widths: Vec<usize> = natural
            .iter()
            .zip(words.iter().zip(self.iris()))
            .map(|(natural, (word, iri))| (*word.min(&WORD)).max(NARROWEST).min(*natural).max(iri))
            .collect();
        let left = width.checked_sub(total(&widths))?;
        if widths.is_empty() {
            return None;
        }
        // What is left goes evenly to the columns that can use it, or to those with most to say
        // for their width, whichever makes fewer lines.
        let texts: Vec<usize> =
            (0..widths.len()).map(|i| self.rows.iter().map(|row| row[i].width()).sum()).collect();
        let evenly = |i: usize, width: usize| widths[i] + left - width;
        let by_text = |i: usize, width: usize| texts[i] / width;
        let share = |need: &dyn Fn(usize, usize) -> usize| {
            let mut shared = widths.clone();
            for _ in 0..left {
                let wanting = (0..shared.len()).filter(|i| shared[*i] < natural[*i]);
                let Some(i) = wanting.max_by_key(|i| (need(*i, shared[*i]), usize::MAX - i)) else { break };
                shared[i] += 1;
            }
            shared
        };
        [share(&evenly), share(&by_text)].into_iter().min_by_key(|widths| self.height(widths))
    }

    /// Width of the longest IRI in each column; IRIs are never broken.
    fn iris(&self) -> Vec<usize> {
        self.measured(|cell| {
            cell.split_whitespace().filter(|word| is_iri(word)).map(UnicodeWidthStr::width).max()
        })
    }

    /// About how many lines the rows take in columns of these widths.
    fn height(&self, widths: &[usize]) -> usize {
        let lines = |(cell, width): (&String, &usize)| cell.width().div_ceil(*width);
        self.rows.iter().map(|row| row.iter().zip(widths).map(lines).max().unwrap_or_default()).sum()
    }

    /// The greatest measure in each column, its name included.
    fn measured(&self, measure: impl Fn(&str) -> Option<usize>) -> Vec<usize> {
        let of = |text: &str| measure(text).unwrap_or_default();
        let widest = |(i, column): (usize, &Column)| {
            self.rows.iter().map(|row| of(&row[i])).chain([of(&column.name), 1]).max().unwrap_or_default()
        };
        self.columns.iter().enumerate().map(widest).collect()
    }

    /// The first column that says something as headings, each above the rows that it is the same in. Two columns alone
    /// are better side by side.
    fn sections(&self, width: usize) -> Option<String> {
        let first = usize::from(self.numbered);
        if self.columns.len() < first + 3 || self.iris()[first] > width {
            return None;
        }
        let rest: Vec<usize> = (0..self.columns.len()).filter(|i| *i != first).collect();
        let rest = self.only(&rest, usize::MAX);
        let widths = rest.wrapped(width.checked_sub(GAP)?)?;
        let indented = |text: &str| -> String {
            text.lines().map(|line| format!("{:GAP$}{line}", "").trim_end().to_owned() + "\n").collect()
        };
        let head = rest.only(&(0..rest.columns.len()).collect::<Vec<_>>(), 0);
        let mut out = format!("{}\n{}", self.columns[first].name, indented(&head.head(&widths)));
        let _ = writeln!(out, "{}", "─".repeat(GAP + total(&widths)));
        let mut start = 0;
        for rows in self.rows.chunk_by(|a, b| a[first] == b[first]) {
            if start > 0 {
                out.push('\n');
            }
            let of = |columns: &[Column], rows: Vec<Vec<String>>| Self::new(columns.to_vec(), rows);
            out += &of(&self.columns[first..=first], vec![vec![rows[0][first].clone()]]).body(&[width]);
            let section = of(&rest.columns, rest.rows[start..start + rows.len()].to_vec());
            out += &indented(&section.body(&widths));
            start += rows.len();
        }
        Some(out)
    }

    fn grid(&self, widths: &[usize]) -> String {
        let line = "─".repeat(total(widths));
        format!("{}{line}\n{}", self.head(widths), self.body(widths))
    }

    /// The columns' names.
    fn head(&self, widths: &[usize]) -> String {
        let mut table = plain_table(widths);
        table.add_row(self.columns.iter().zip(widths).map(|(c, width)| cell(&c.name, *width, c.right)));
        constrain(&mut table, widths);
        table.trim_fmt() + "\n"
    }

    /// The rows, side by side.
    fn body(&self, widths: &[usize]) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let wraps = |cell: &String, width: &usize| cell.width() > *width || cell.contains('\n');
        let wrapped =
            self.rows.iter().any(|row| row.iter().zip(widths).any(|(cell, width)| wraps(cell, width)));
        let mut table = plain_table(widths);
        for (i, row) in self.rows.iter().enumerate() {
            if wrapped && i > 0 {
                // Rows of several lines need something that keeps them apart.
                table.add_row(vec![""; row.len()]);
            }
            let cells = row.iter().zip(&self.columns).zip(widths);
            table.add_row(cells.map(|((text, column), width)| cell(text, *width, column.right)));
        }
        constrain(&mut table, widths);
        table.trim_fmt() + "\n"
    }

    fn records(&self, width: usize) -> String {
        // Records have a number each, as it is.
        let first = usize::from(self.numbered && self.rows.len() > 1);
        let names = self.columns.iter().map(|column| column.name.width()).max().unwrap_or_default();
        let names = names.min(width / 3).max(1);
        let values = width.saturating_sub(names + GAP).max(1);
        let mut out = String::new();
        for (i, row) in self.rows.iter().enumerate() {
            if self.rows.len() > 1 {
                let _ = writeln!(out, "── {} ──", i + 1);
            }
            for (column, text) in self.columns.iter().zip(row).skip(first) {
                field(&column.name, text, (names, values), &mut out);
            }
        }
        out
    }
}

/// A field of a record: its name, and its value beside it. An IRI that is too wide gets a line of its own.
fn field(name: &str, text: &str, (names, values): (usize, usize), out: &mut String) {
    let is_wide = |word: &str| is_iri(word) && word.width() > values;
    let mut names_left = textwrap::wrap(name, whole_words(names)).into_iter();
    let line = |name: &str, value: &str, out: &mut String| {
        let pad = " ".repeat(names.saturating_sub(name.width()) + GAP);
        let _ = writeln!(out, "{}", format!("{name}{pad}{value}").trim_end());
    };
    for text in text.split('\n') {
        let words: Vec<&str> = text.split(' ').collect();
        for words in words.chunk_by(|a, b| !is_wide(a) && !is_wide(b)) {
            if let [iri] = words
                && is_wide(iri)
            {
                names_left.by_ref().for_each(|name| line(&name, "", out));
                let _ = writeln!(out, "{:GAP$}{iri}", "");
                continue;
            }
            for value in textwrap::wrap(&words.join(" "), whole_words(values)) {
                line(&names_left.next().unwrap_or_default(), &value, out);
            }
        }
    }
    names_left.for_each(|name| line(&name, "", out));
}

/// Wrapping that splits no word at a hyphen.
fn whole_words(width: usize) -> textwrap::Options<'static> {
    textwrap::Options::new(width).word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// Whether a word is an IRI, in full or with a prefix, such as `issue:peace`.
pub(crate) fn is_iri(word: &str) -> bool {
    let word = word.trim_start_matches(['<', '(']);
    word.is_ascii()
        && word.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c))
                && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        })
}

/// Width of a line with these columns.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

fn plain_table(widths: &[usize]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    let total = widths.iter().sum::<usize>() + GAP * widths.len();
    table.load_style(TableStyle::new()).set_width(narrow(total));
    table
}

/// Sets the columns' widths, which takes columns: it comes after the rows.
fn constrain(table: &mut comfy_table::Table, widths: &[usize]) {
    for (i, (column, width)) in table.column_iter_mut().zip(widths).enumerate() {
        let gap = if i + 1 < widths.len() { GAP } else { 0 };
        column.set_padding((0, narrow(gap)));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(narrow(width + gap))));
    }
}

fn cell(text: &str, width: usize, right: bool) -> Cell {
    Cell::new(broken(text, width)).set_alignment(if right {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    })
}

/// Words of more bytes are broken before the table is laid out.
const LONG: usize = 1000;

/// A text whose long words are broken into lines of `width` columns. The layout breaks a word piece by piece,
/// and copies what is left of it for each: the time would grow with the square of its length.
fn broken(text: &str, width: usize) -> Cow<'_, str> {
    if text.split_whitespace().all(|word| word.len() <= LONG) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + text.len() / width.max(1));
    for part in text.split_inclusive(char::is_whitespace) {
        if part.len() <= LONG {
            out += part;
            continue;
        }
        let mut filled = 0;
        for c in part.chars() {
            let columns = c.width().unwrap_or_default();
            if filled > 0 && filled + columns > width {
                out.push('\n');
                filled = 0;
            }
            out.push(c);
            filled += columns;
        }
    }
    out.into()
}

/// No terminal is wider.
fn narrow(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
