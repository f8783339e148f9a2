//! Tables for people: as wide as there is room, and rows that can be compared at every width.
//!
//! Plain text in, plain text out, coloured if that is wished; what the cells mean is the caller's business.
//! `layout` chooses which columns stand where, `wrap` breaks cells into lines. Deliberately absent: a form
//! with a record a row, in which nothing can be compared.

mod layout;
mod wrap;

use layout::{Band, Layout};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

pub(crate) use wrap::is_iri;

/// A table whose cells are text.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    /// The first column numbers the rows.
    numbered: bool,
    coloured: bool,
    /// Whether columns stay in their places, whatever they hold.
    fixed: bool,
}

/// A column's head.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether its cells end at the right, as numbers do.
    pub right: bool,
}

/// A cell: its text, which may have several lines, and its tone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

/// What the colour of a cell says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    #[default]
    Plain,
    /// Somebody is for something.
    For,
    /// Somebody is against something.
    Against,
}

/// Blanks between columns, and before what is indented.
const GAP: usize = 2;

impl Tone {
    /// The text in this tone's colour, as terminals of 256 colours show it. Blue and orange differ for people
    /// who confuse red and green, and both can be read on black and on white.
    #[must_use]
    pub fn paint(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::For => format!("\u{1b}[38;5;33m{text}\u{1b}[39m"),
            Self::Against => format!("\u{1b}[38;5;172m{text}\u{1b}[39m"),
        }
    }
}

impl Cell {
    /// A cell of this text and tone.
    #[must_use]
    pub fn new(text: String, tone: Tone) -> Self {
        Self { text, tone }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text, Tone::Plain)
    }
}

impl Table {
    /// A table; each row has a cell a column.
    #[must_use]
    pub fn new<C: Into<Cell>>(columns: Vec<Column>, rows: Vec<Vec<C>>) -> Self {
        let cell = |cell: C| {
            let Cell { text, tone } = cell.into();
            // The width of a tabulator depends on where it stands.
            Cell::new(text.replace('\t', " "), tone)
        };
        let rows = rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
        Self { columns, rows, numbered: false, coloured: false, fixed: false }
    }

    /// The same with a column before the others that numbers the rows from 1, if it is wanted.
    #[must_use]
    pub fn numbered(mut self, wanted: bool) -> Self {
        if wanted && !self.numbered {
            self.columns.insert(0, Column { name: "#".into(), right: true });
            for (i, row) in self.rows.iter_mut().enumerate() {
                row.insert(0, (i + 1).to_string().into());
            }
            self.numbered = true;
        }
        self
    }

    /// The same with cells in the colours of their tones, if it is wanted.
    #[must_use]
    pub fn coloured(self, coloured: bool) -> Self {
        Self { coloured, ..self }
    }

    /// The same with all columns in their places, also those that never change or have no entry: for what
    /// reports one thing after another rather than answers.
    #[must_use]
    pub fn fixed(self) -> Self {
        Self { fixed: true, ..self }
    }

    /// In lines of at most `width` columns, save for IRIs, which are never broken. Columns without an entry are
    /// only named. Where a line a row is too wide, columns that never change are put on top; the others stand
    /// side by side and wrapped, or on several lines a row, below headings for what repeats: whatever takes the
    /// fewest lines.
    #[must_use]
    pub fn render(&self, width: usize) -> String {
        if self.columns.is_empty() { String::new() } else { self.written(&self.layout(width), width) }
    }

    /// Side by side, wrapped to `width` where that can be done.
    #[must_use]
    pub fn grid_of(&self, width: usize) -> String {
        self.written(&self.side_by_side(width), width)
    }

    /// As GitHub and pandoc read it.
    #[must_use]
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut out = line(self.columns.iter().map(|column| escaped(&column.name)).collect());
        out += &line(self.columns.iter().map(|c| if c.right { "---:" } else { "---" }.to_owned()).collect());
        for row in &self.rows {
            out += &line(row.iter().map(|cell| escaped(&cell.text)).collect());
        }
        out
    }

    fn written(&self, layout: &Layout, width: usize) -> String {
        let mut out = String::new();
        self.constants(layout, width, &mut out);
        if layout.main.columns.is_empty() {
            return out;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        let names: Vec<Cell> = self.columns.iter().map(|column| column.name.clone().into()).collect();
        for (depth, column) in layout.levels.iter().enumerate() {
            self.heading(&names[*column], depth * GAP, width, &mut out);
        }
        let indent = layout.levels.len() * GAP;
        self.beside(&names, &layout.main, indent, &mut out);
        // One text below needs no name before it; more would be taken for each other.
        // What is below begins where the row does, after its number.
        let number = if self.numbered { layout.main.columns[0].1 } else { 0 };
        let inner = indent + number + GAP;
        if let [below] = layout.below[..] {
            self.heading(&names[below], inner, width, &mut out);
        }
        let _ = writeln!(out, "{}", "─".repeat(indent + layout.main.width()));
        let mut last: Option<(&Vec<Cell>, bool)> = None;
        for row in &self.rows {
            let wraps = self.wraps(row, &layout.main);
            let same = last.map_or(0, |(last, _)| {
                layout.levels.iter().take_while(|column| last[**column] == row[**column]).count()
            });
            // A row of several lines needs something that keeps it apart, and so does a section.
            if last.is_some_and(|(_, wrapped)| wraps || wrapped || same == 0 && !layout.levels.is_empty()) {
                out.push('\n');
            }
            for (depth, column) in layout.levels.iter().enumerate().skip(same) {
                self.heading(&row[*column], depth * GAP, width, &mut out);
            }
            self.beside(row, &layout.main, indent, &mut out);
            match layout.below[..] {
                [below] if row[below].is_empty() => {}
                [below] => self.heading(&row[below], inner, width, &mut out),
                _ => {
                    let filled = layout.below.iter().filter(|column| !row[**column].is_empty());
                    self.fields(row, &layout.below, filled, inner, width, &mut out);
                }
            }
            last = Some((row, wraps));
        }
        out
    }

    /// What is the same in every row, and the names of the columns without an entry.
    fn constants(&self, layout: &Layout, width: usize, out: &mut String) {
        if let Some(row) = self.rows.first() {
            self.fields(row, &layout.constant, layout.constant.iter(), 0, width, out);
        }
        if !layout.empty.is_empty() {
            let names: Vec<&str> =
                layout.empty.iter().map(|column| self.columns[*column].name.as_str()).collect();
            self.heading(&format!("empty columns: {}", names.join(", ")).into(), 0, width, out);
        }
    }

    /// Cells of a row below each other, their names before them in a column wide enough for all of `columns`. An
    /// IRI that is too wide gets a line of its own.
    fn fields<'c>(
        &self,
        row: &[Cell],
        columns: &[usize],
        shown: impl Iterator<Item = &'c usize>,
        indent: usize,
        width: usize,
        out: &mut String,
    ) {
        let width = width.saturating_sub(indent);
        let names = columns.iter().map(|column| self.columns[*column].name.width()).max().unwrap_or_default();
        let names = names.min(width / 3).max(1);
        let values = width.saturating_sub(names + GAP).max(1);
        for column in shown {
            let name = Cell::from(self.columns[*column].name.clone());
            let value = &row[*column];
            if wrap::longest_iri(&value.text) > values {
                self.line(&[(&name, names, false)], indent, out);
                self.line(&[(value, width.saturating_sub(GAP), false)], indent + GAP, out);
            } else {
                self.line(&[(&name, names, false), (value, values, false)], indent, out);
            }
        }
    }

    /// A line of its own for a cell.
    fn heading(&self, cell: &Cell, indent: usize, width: usize, out: &mut String) {
        self.line(&[(cell, width.saturating_sub(indent), false)], indent, out);
    }

    /// Whether a cell of these columns takes more than a line.
    fn wraps(&self, row: &[Cell], band: &Band) -> bool {
        let wraps = |text: &str, width: usize| text.contains('\n') || text.width() > width;
        band.columns.iter().any(|(column, width)| wraps(&row[*column].text, *width))
    }

    /// The cells of these columns side by side.
    fn beside(&self, row: &[Cell], band: &Band, indent: usize, out: &mut String) {
        let cell = |(column, width): &(usize, usize)| (&row[*column], *width, self.columns[*column].right);
        self.line(&band.columns.iter().map(cell).collect::<Vec<_>>(), indent, out);
    }

    /// Cells with their widths, and whether they end at the right, on as many lines as the longest takes; no line
    /// ends with blanks.
    fn line(&self, cells: &[(&Cell, usize, bool)], indent: usize, out: &mut String) {
        let wrapped: Vec<Vec<&str>> =
            cells.iter().map(|(cell, width, _)| wrap::lines(&cell.text, *width)).collect();
        for at in 0..wrapped.iter().map(Vec::len).max().unwrap_or_default() {
            // Where the next column begins, and how far the line has come.
            let (mut begin, mut end) = (indent, 0);
            for ((cell, width, right), lines) in cells.iter().zip(&wrapped) {
                let text = lines.get(at).copied().unwrap_or_default();
                if !text.is_empty() {
                    let left = if *right { width.saturating_sub(text.width()) } else { 0 };
                    let blanks = (begin + left).saturating_sub(end);
                    let tone = if self.coloured { cell.tone } else { Tone::Plain };
                    let _ = write!(out, "{:blanks$}{}", "", tone.paint(text));
                    end += blanks + text.width();
                }
                begin += width + GAP;
            }
            out.push('\n');
        }
    }
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
