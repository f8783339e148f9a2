//! Documents as people name them.

use super::Archive;
use super::revision::Entry;
use crate::diagnostic::{did_you_mean, nearest};
use crate::error::{Error, Result};

/// How many documents a message lists.
const LISTED: usize = 5;

impl Archive {
    /// The one document that is meant by its IRI, its name (`case/positions`), some whole
    /// parts of its name (`positions`), or the file that it came from.
    ///
    /// Parts of words do not count: a wrong guess would take the wrong document out.
    ///
    /// # Errors
    /// None is meant, or more than one could be.
    pub fn find<'a>(&'a self, wanted: &str) -> Result<&'a Entry> {
        let entries = || self.documents().values();
        if let Some(entry) = entries().find(|entry| entry.document.as_str() == wanted) {
            return Ok(entry);
        }
        let mut found: Vec<&Entry> = entries().filter(|entry| entry.short_name() == wanted).collect();
        if found.is_empty() {
            let meant = |entry: &&Entry| entry.origin == wanted || has_parts(entry.short_name(), wanted);
            found = entries().filter(meant).collect();
        }
        match found[..] {
            [entry] => Ok(entry),
            [] => {
                let names: Vec<&str> = entries().map(Entry::short_name).collect();
                let error = Error::usage(format!("the store has no document `{wanted}`"));
                Err(match did_you_mean(&nearest(wanted, names.iter().copied(), 3)) {
                    Some(help) => error.with_help(help),
                    None => error.with_help(listed("it has", &names)),
                })
            }
            _ => {
                // Two bases can have the same name below them; then only the IRI tells them apart.
                let same = found.iter().all(|e| e.short_name() == wanted);
                let name = |e: &&'a Entry| if same { e.document.as_str() } else { e.short_name() };
                let names: Vec<&str> = found.iter().map(name).collect();
                Err(Error::usage(format!("`{wanted}` could be any of {} documents", names.len()))
                    .with_help(listed("say which", &names)))
            }
        }
    }
}

/// Whether `wanted` is a run of whole parts of `name`, parts being what slashes divide.
fn has_parts(name: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_matches('/');
    !wanted.is_empty() && format!("/{name}/").contains(&format!("/{wanted}/"))
}

fn listed(intro: &str, names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => format!("{intro} none at all"),
        n if n > LISTED => format!("{intro}: {} and {} more", shown.join(", "), n - LISTED),
        _ => format!("{intro}: {}", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_parts_of_a_name_count() {
        let name = "2025/case/positions";
        for part in ["positions", "case", "case/positions", "2025/case", "/case/"] {
            assert!(has_parts(name, part), "{part}");
        }
        for no_part in ["", "/", "pos", "ase/positions", "2025/positions"] {
            assert!(!has_parts(name, no_part), "{no_part}");
        }
    }
}
