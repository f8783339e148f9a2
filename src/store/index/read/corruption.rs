//! A damaged file of the index, as an error.
//!
//! Look-ups return it. Iterators of the graph's triples cannot: they throw it, and [`reading`] is the one
//! place where what they throw becomes an error again. Two designs were weighed. Items that are results: each
//! of some hundred places that read a graph handles a case that is as rare as a broken disk, and each that
//! forgets it shows a page that lacks something. A throw that one function converts: nothing is forgotten.

use crate::base::error::{Error, Helpful};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

/// A file of the index that is not what was written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{}` {why}", path.display())]
pub struct Corruption {
    path: PathBuf,
    /// Continues a sentence that begins with the file.
    why: String,
}

impl Corruption {
    pub(in crate::store::index) fn new(path: &Path, why: String) -> Self {
        Self { path: path.into(), why }
    }
}

/// The index of a store is damaged; the archive has it all.
#[derive(Debug, thiserror::Error)]
#[error("the store's index is damaged: {0}")]
struct IndexDamaged(#[source] Corruption);

impl Helpful for IndexDamaged {
    fn help(&self) -> Option<Cow<'_, str>> {
        Some("`standpoint repair` rebuilds the index; nothing is lost".into())
    }
}

impl From<Corruption> for Error {
    fn from(corruption: Corruption) -> Self {
        Self::other(IndexDamaged(corruption))
    }
}

/// Runs what reads a graph.
///
/// # Errors
/// A file of the index is damaged.
pub fn reading<T>(read: impl FnOnce() -> T) -> Result<T, Corruption> {
    // Nothing is used after a throw but the error: a reader changes nothing.
    catch_unwind(AssertUnwindSafe(read)).map_err(|thrown| match thrown.downcast::<Corruption>() {
        Ok(corruption) => *corruption,
        Err(panic) => resume_unwind(panic),
    })
}

/// The value, or a throw that [`reading`] converts: for iterators and traits that cannot carry an error.
pub fn or_throw_corruption<T>(read: Result<T, Corruption>) -> T {
    read.unwrap_or_else(|corruption| resume_unwind(Box::new(corruption)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corruption_is_an_error_and_a_panic_stays_one() {
        let corruption = || Corruption::new(Path::new("a.seg"), "is missing".into());
        let error = reading(|| or_throw_corruption(Err::<(), _>(corruption()))).unwrap_err();
        assert_eq!(error.to_string(), "`a.seg` is missing");
        assert_eq!(reading(|| 1).unwrap(), 1);
        let panic = catch_unwind(|| reading(|| resume_unwind(Box::new("a fault"))));
        assert!(panic.is_err_and(|panic| panic.is::<&str>()));
    }
}
