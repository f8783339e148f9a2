//! Which columns of a table stand where, for the room there is.
//!
//! Every layout keeps columns of all rows below each other, under one head. Where a line a row is too narrow, some
//! columns go below it: long texts get the whole width there, where a narrow column would make ten lines of them,
//! and what few rows have takes no room in the others.

use super::wrap::longest_iri;
use super::{GAP, Table};
use std::cmp::Reverse;
use unicode_width::UnicodeWidthStr;

/// No column gets narrower than this, unless its content is.
const NARROWEST: usize = 8;
/// Words up to this wide are never broken. Longer ones are identifiers.
const WORD: usize = 20;
/// Columns that become headings, at most.
const LEVELS: usize = 3;
/// The first rows, by which layouts are compared.
const SAMPLE: usize = 500;

/// Where the columns of a table stand; they are named by their numbers.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Those that never change, on top.
    pub constant: Vec<usize>,
    /// Those without an entry, which are only named.
    pub empty: Vec<usize>,
    /// Those whose entries are headings, outermost first.
    pub levels: Vec<usize>,
    /// Those side by side.
    pub main: Band,
    /// Those that have a line of their own below, where a row has an entry.
    pub below: Vec<usize>,
}

/// Columns side by side.
#[derive(Clone, Debug, Default)]
pub(super) struct Band {
    /// Columns and their widths.
    pub columns: Vec<(usize, usize)>,
}

impl Band {
    /// Width of a line.
    pub fn width(&self) -> usize {
        let gaps = GAP * self.columns.len().saturating_sub(1);
        self.columns.iter().map(|(_, width)| width).sum::<usize>() + gaps
    }
}

/// Measures of the columns, their names included.
struct Measures {
    /// Widths where nothing is wrapped.
    natural: Vec<usize>,
    /// Widths below which words break that ought not to.
    least: Vec<usize>,
    /// Widths of all cells together.
    text: Vec<usize>,
    /// Columns of the terminal.
    width: usize,
    /// Widths of the cells of the first rows.
    cells: Vec<Vec<usize>>,
}

impl Table {
    /// The layout for lines of at most `width` columns, for a table that has columns.
    pub(super) fn layout(&self, width: usize) -> Layout {
        let measures = self.measures(width);
        let every = 0..self.columns.len();
        let is_empty = |column: &usize| self.rows.iter().all(|row| row[*column].is_empty());
        let (empty, filled): (Vec<usize>, Vec<usize>) = every.clone().partition(is_empty);
        // A table in which nothing is filled in shows what was asked for.
        let (empty, filled) = if self.fixed || self.rows.is_empty() || filled.is_empty() {
            (Vec::new(), every.collect())
        } else {
            (empty, filled)
        };
        let natural = measures.natural(&filled);
        if natural.width() <= width {
            return Layout { empty, main: natural, ..Layout::default() };
        }
        if let [only] = filled[..] {
            return Layout { empty, main: Band { columns: vec![(only, width)] }, ..Layout::default() };
        }
        let is_constant = |column: &usize| {
            !self.fixed
                && self
                    .rows
                    .first()
                    .is_some_and(|first| self.rows.iter().all(|row| row[*column] == first[*column]))
        };
        let (constant, varying): (Vec<usize>, Vec<usize>) = filled.into_iter().partition(is_constant);
        let numbered = usize::from(self.numbered && varying.first() == Some(&0));
        let mut best: Option<(usize, Layout)> = None;
        for depth in 0..=LEVELS.min(varying.len().saturating_sub(numbered + 1)) {
            let levels = &varying[numbered..numbered + depth];
            let sections = self.sections(levels);
            // A heading for each row would be a line of the row.
            if sections.last().is_some_and(|sections| *sections >= self.rows.len()) {
                break;
            }
            let rest: Vec<usize> =
                varying.iter().copied().filter(|column| !levels.contains(column)).collect();
            let headings =
                sections.iter().sum::<usize>() + sections.first().map_or(0, |sections| sections - 1);
            for (main, below) in measures.spread(numbered, &rest, width.saturating_sub(depth * GAP)) {
                let lines = headings + measures.lines(&main, &below, self.rows.len());
                if best.as_ref().is_none_or(|(least, _)| lines < *least) {
                    best =
                        Some((lines, Layout { levels: levels.to_vec(), main, below, ..Layout::default() }));
                }
            }
        }
        let (_, best) = best.unwrap_or_default();
        Layout { constant, empty, ..best }
    }

    /// All columns side by side, wrapped to `width` where that can be done.
    pub(super) fn side_by_side(&self, width: usize) -> Layout {
        let measures = self.measures(width);
        let every: Vec<usize> = (0..self.columns.len()).collect();
        let natural = measures.natural(&every);
        let wrapped = if natural.width() > width { measures.wrapped(&every, width) } else { None };
        Layout { main: wrapped.unwrap_or(natural), ..Layout::default() }
    }

    /// How many sections there are at each of these levels.
    fn sections(&self, levels: &[usize]) -> Vec<usize> {
        let of = |depth: usize| {
            let levels = &levels[..=depth];
            self.rows.chunk_by(|a, b| levels.iter().all(|column| a[*column] == b[*column])).count()
        };
        (0..levels.len()).map(of).collect()
    }

    fn measures(&self, width: usize) -> Measures {
        let greatest = |measure: &dyn Fn(&str) -> usize| -> Vec<usize> {
            let of = |(column, head): (usize, &super::Column)| {
                let cells = self.rows.iter().map(|row| measure(&row[column].text));
                cells.chain([measure(&head.name), 1]).max().unwrap_or_default()
            };
            self.columns.iter().enumerate().map(of).collect()
        };
        let line = |text: &str| text.lines().map(UnicodeWidthStr::width).max().unwrap_or_default();
        let word = |text: &str| text.split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or_default();
        let natural = greatest(&line);
        let (words, iris) = (greatest(&word), greatest(&longest_iri));
        let least = |((natural, word), iri): ((&usize, &usize), &usize)| {
            (*word.min(&WORD)).max(NARROWEST).min(*natural).max(*iri)
        };
        let least = natural.iter().zip(&words).zip(&iris).map(least).collect();
        let every = 0..self.columns.len();
        let text = every.map(|column| self.rows.iter().map(|row| row[column].text.width()).sum()).collect();
        let widths = |row: &Vec<super::Cell>| row.iter().map(|cell| cell.text.width()).collect();
        Measures { natural, least, text, width, cells: self.rows.iter().take(SAMPLE).map(widths).collect() }
    }
}

impl Measures {
    /// Columns side by side, not wrapped.
    fn natural(&self, columns: &[usize]) -> Band {
        Band { columns: columns.iter().map(|column| (*column, self.natural[*column])).collect() }
    }

    /// The ways to spread these columns: the widest below the others, or those with the fewest entries, none of
    /// them or more.
    fn spread(&self, numbered: usize, columns: &[usize], width: usize) -> Vec<(Band, Vec<usize>)> {
        let filled = |column: &usize| self.cells.iter().filter(|row| row[*column] > 0).count();
        // The first says what the row is about.
        let mut widest = columns.iter().copied().skip(numbered + 1).collect::<Vec<_>>();
        widest.sort_by_key(|column| Reverse(self.natural[*column]));
        let mut sparse = widest.clone();
        sparse.sort_by_key(|column| (filled(column), Reverse(self.natural[*column])));
        let mut all = Vec::new();
        for (order, number) in
            [widest, sparse].iter().flat_map(|order| (0..=order.len()).map(move |n| (order, n)))
        {
            let is_below = |column: &usize| order[..number].contains(column);
            let (below, beside): (Vec<usize>, Vec<usize>) =
                columns.iter().partition(|column| is_below(column));
            let natural = self.natural(&beside);
            if natural.width() <= width {
                all.push((natural, below));
            } else if let Some(wrapped) = self.wrapped(&beside, width) {
                all.push((wrapped, below));
            } else if order.len() == number {
                all.push((self.narrow(&beside, width), below));
            }
        }
        all
    }

    /// These columns side by side where not even their words fit: the last gets the room that is left.
    fn narrow(&self, columns: &[usize], width: usize) -> Band {
        let mut band = self.natural(columns);
        if let Some((_, last)) = band.columns.last_mut() {
            *last = 0;
        }
        let left = width.saturating_sub(band.width()).max(1);
        if let Some((_, last)) = band.columns.last_mut() {
            *last = left;
        }
        band
    }

    /// These columns side by side and wrapped, if they can be.
    fn wrapped(&self, columns: &[usize], width: usize) -> Option<Band> {
        let least = Band { columns: columns.iter().map(|column| (*column, self.least[*column])).collect() };
        let left = width.checked_sub(least.width())?;
        if columns.is_empty() {
            return None;
        }
        // What is left goes evenly to the columns that can use it, or to those with most to say
        // for their width, whichever makes fewer lines.
        let evenly = |column: usize, width: usize| self.least[column] + left - width;
        let by_text = |column: usize, width: usize| self.text[column] / width;
        let share = |need: &dyn Fn(usize, usize) -> usize| {
            let mut shared = least.clone();
            for _ in 0..left {
                let wanting =
                    shared.columns.iter_mut().filter(|(column, width)| *width < self.natural[*column]);
                // The first of those that need it as much.
                let Some((_, width)) = wanting.rev().max_by_key(|(column, width)| need(*column, *width))
                else {
                    break;
                };
                *width += 1;
            }
            shared
        };
        let shared = [share(&evenly), share(&by_text)];
        shared.into_iter().min_by_key(|band| self.lines(band, &[], self.cells.len()))
    }

    /// About how many lines so many rows take.
    fn lines(&self, main: &Band, below: &[usize], rows: usize) -> usize {
        // Words do not fill their lines.
        let wrapped = |row: &[usize], column: usize, width: usize| match row[column] {
            0 => 0,
            cell if cell <= width => 1,
            cell => (cell + cell / 8).div_ceil(width.max(1)).max(2),
        };
        let of_row = |row: &Vec<usize>| {
            let main = main.columns.iter().map(|(column, width)| wrapped(row, *column, *width)).max();
            let main = main.unwrap_or_default().max(1);
            // Rows of several lines are set apart.
            let blank = usize::from(main > 1);
            main + blank + below.iter().map(|column| wrapped(row, *column, self.width)).sum::<usize>()
        };
        self.cells.iter().map(of_row).sum::<usize>() * rows / self.cells.len().max(1)
    }
}
