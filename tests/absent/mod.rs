//! What a test needs and does not find: data that the repository does not hold, or a program. A test that cannot
//! run says so by its name and by what it lacks.
//!
//! The reference data lies in `$STANDPOINT_REFERENCE`, or else in `../shared/data`. Whoever sets the variable
//! promises that everything is there: then what is missing is a failure, and no test is skipped for it.

#![allow(dead_code, reason = "each test needs only some of it")]

use libtest_mimic::Trial;
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "STANDPOINT_REFERENCE";

/// The folder of the reference data, whether it is there or not.
pub fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    env::var_os(VARIABLE).map_or_else(beside, PathBuf::from)
}

/// A file or folder of the reference data, if it is there.
pub fn reference(path: &str) -> Option<PathBuf> {
    Some(folder().join(path)).filter(|path| path.exists())
}

/// Stands in for a test that needs this part of the reference data, which is not there: skipped, or a failure
/// where somebody promised it.
pub fn without_reference(test: &str, path: &str) -> Trial {
    let wanted = folder().join(path);
    let failure = format!("{} is missing, and {VARIABLE} promises it", wanted.display());
    let trial = Trial::test(test, move || Err(failure.into()));
    trial.with_kind(format!("needs {path}")).with_ignored_flag(env::var_os(VARIABLE).is_none())
}

/// Stands in for a test that needs a program or a right that this machine does not give: skipped.
pub fn without(test: &str, what: &str) -> Trial {
    Trial::test(test, || Ok(())).with_kind(format!("needs {what}")).with_ignored_flag(true)
}

/// Says that a test of the standard harness, which has no such state, is skipped: past the harness, for it shows
/// only what failing tests print.
pub fn skipped(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "{test}: skipped, {why}");
}
