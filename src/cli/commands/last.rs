//! The rows of the last answer, so that `show 3` opens the third.
//!
//! Kept for each store and each terminal, in the user's state directory: what somebody has asked is no
//! part of a store that others read (`state` says where that is). A file holds the IRI of each row and what was asked, by the name of a
//! question of the library or as "a query": no words of queries or articles. Only the user may read it, and only
//! the newest few of a store are kept.
//!
//! A terminal is known by the process that all of its commands come from, its shell. In another one, the
//! newest answer of the store counts; whoever uses it is told which it was.

use super::author::now;
use super::context::Context;
use super::state;
use crate::base::error::{Error, Result, count};
use crate::model::document::sha256;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

/// Answers that are kept of a store.
const KEPT: usize = 8;
/// Rows that are kept of an answer: nobody counts further.
const ROWS: usize = 10_000;
/// Digits of the number of a row.
const DIGITS: usize = 5;

/// An answer, as far as it is kept.
#[derive(Debug, Deserialize, Serialize)]
pub struct Last {
    /// Name of what was asked.
    pub asked: String,
    time: String,
    rows: Vec<Option<String>>,
}

/// The number of a row, from 1, if a text is one.
#[must_use]
pub fn number(text: &str) -> Option<usize> {
    let is_number = text.len() <= DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number > 0)
}

/// Keeps the rows of an answer for this terminal.
///
/// # Errors
/// Nothing may be kept, or the file cannot be written.
pub fn keep(context: &Context, asked: &str, rows: Vec<Option<String>>) -> io::Result<()> {
    let folder = folder().ok_or_else(|| io::Error::other("there is no state directory"))?;
    state::private(&folder)?;
    let rows = rows.into_iter().take(ROWS).collect();
    let last = Last { asked: asked.to_owned(), time: now().to_string(), rows };
    let key = key(context);
    // Whole or not at all: another process of this terminal may be reading.
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    serde_json::to_writer(&mut file, &last)?;
    file.persist(folder.join(format!("{key}-{}.json", terminal()))).map_err(|error| error.error)?;
    for (_, old) in of_store(&folder, &key).into_iter().skip(KEPT) {
        let _ = fs::remove_file(old);
    }
    Ok(())
}

/// The last answer of this terminal; else the last of the store.
///
/// # Errors
/// There is none.
pub fn last(context: &Context) -> Result<Last> {
    let last = folder().and_then(|folder| read(&folder, &key(context)));
    last.ok_or_else(|| {
        Error::usage("a number means a row of the last answer, but no answer of this store is kept")
            .with_help("ask with --number, or on a terminal; or show a thing by its name")
    })
}

/// Deletes the answers of a store that are kept: they name what it no longer has.
pub fn forget(context: &Context) {
    let Some(folder) = folder() else { return };
    for (_, path) in of_store(&folder, &key(context)) {
        let _ = fs::remove_file(path);
    }
}

fn read(folder: &Path, key: &str) -> Option<Last> {
    let own = folder.join(format!("{key}-{}.json", terminal()));
    let newest = of_store(folder, key).into_iter().map(|(_, path)| path);
    std::iter::once(own).chain(newest).find_map(|path| {
        let file = fs::read(path).ok()?;
        serde_json::from_slice(&file).ok()
    })
}

impl Last {
    /// The IRI in a row, counted from 1.
    ///
    /// # Errors
    /// There is no such row, or nothing in it that has a page.
    pub fn row(&self, number: usize) -> Result<&str> {
        row(&self.description(), &self.rows, number)
    }

    /// What was asked, and when, in words.
    #[must_use]
    pub fn description(&self) -> String {
        let time = self.time.split_once('.').map_or(self.time.as_str(), |(time, _)| time);
        format!("{} at {} UTC", self.asked, time.trim_end_matches('Z').replace('T', " "))
    }
}

/// The IRI in a row, counted from 1, of the answer to what was asked.
///
/// # Errors
/// There is no such row, or nothing in it that has a page.
pub(super) fn row<'r>(asked: &str, rows: &'r [Option<String>], number: usize) -> Result<&'r str> {
    let row = rows.get(number - 1).ok_or_else(|| {
        Error::usage(format!("the last answer has no row {number}"))
            .with_help(format!("it was {asked}, with {}", count(rows.len(), "row")))
    })?;
    row.as_deref().ok_or_else(|| {
        Error::usage(format!("row {number} of the last answer has nothing to show"))
            .with_help("ask for a column of positions, actors, issues or articles")
    })
}

/// Where answers are kept, if anywhere.
fn folder() -> Option<PathBuf> {
    Some(state::folder()?.join("answers"))
}

/// What a store's answers are filed under.
fn key(context: &Context) -> String {
    let paths = if context.data.is_empty() { vec![&context.store] } else { context.data.iter().collect() };
    let whole = |path: &&PathBuf| fs::canonicalize(path).unwrap_or_else(|_| (*path).clone());
    let paths: Vec<String> = paths.iter().map(|path| whole(path).display().to_string()).collect();
    sha256(paths.join("\n").as_bytes())[..16].to_owned()
}

/// What tells terminals apart: the process that started this one, mostly a shell. Windows does not say which that is,
/// so there all terminals share their last answers.
fn terminal() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    return 0;
}

/// The files of a store, newest first.
fn of_store(folder: &Path, key: &str) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(key))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort_by(|a, b| b.cmp(a));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_names_and_handles() {
        assert_eq!(number("3"), Some(3));
        for text in ["0", "", "+3", "-1", "3.", "12345678", "ca885008", "٣"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn rows_that_hold_nothing_are_told_from_rows_that_are_not() {
        let rows = vec![Some("ex:a".to_owned()), None];
        let last = Last { asked: "a query".into(), time: "2026-01-02T03:04:05.6Z".into(), rows };
        assert_eq!(last.row(1).unwrap(), "ex:a");
        assert!(last.row(2).unwrap_err().to_string().contains("nothing"));
        let error = last.row(3).unwrap_err();
        assert_eq!(error.help().unwrap(), "it was a query at 2026-01-02 03:04:05 UTC, with 2 rows");
    }
}
