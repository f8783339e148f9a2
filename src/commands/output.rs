//! Printing: results to stdout, everything else to stderr.

use super::context::Context;
use crate::diagnostic::{Diagnostic, printable};
use crate::error::{Error, Result, count};
use std::io::{self, BufWriter, Write};

/// How a command ended when it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is wrong: exit status 0.
    Done,
    /// The work is done and found something: exit status 1.
    Findings,
}

/// Standard output, buffered; errors of writing name it.
pub fn stdout() -> impl Write {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Prints a result that is there as a whole.
///
/// # Errors
/// Standard output takes no more.
pub fn print(text: &str) -> Result<Outcome> {
    let mut out = stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(to_stdout)?;
    Ok(Outcome::Done)
}

/// For `map_err`: a failure to write to standard output.
pub fn to_stdout(source: io::Error) -> Error {
    Error::File { action: "write to", path: "standard output".into(), source }
}

/// Tells the user something beside the results, on stderr. Nobody need listen.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(text));
}

/// Tells what became of a document of the store.
pub fn document(what: &str, document: &str, triples: u64) {
    let triples = usize::try_from(triples).unwrap_or(usize::MAX);
    note(&format!("{what} {document} ({})", count(triples, "triple")));
}

/// Prints what somebody should look at to stderr.
pub fn diagnostics(diagnostics: &[Diagnostic], context: &Context) {
    let mut err = io::stderr().lock();
    for diagnostic in diagnostics {
        let _ = writeln!(err, "{}\n", diagnostic.render(context.stderr_is_terminal, context.width));
    }
}

/// Prints a failure to stderr. A closed pipe is none.
///
/// Returns the process's exit status.
pub fn report(error: &Error, styled: bool, width: usize) -> u8 {
    let mut err = io::stderr().lock();
    if let Error::File { source, .. } = error
        && source.kind() == io::ErrorKind::BrokenPipe
    {
        return 0;
    }
    if let Error::Input(diagnostics) = error {
        for diagnostic in diagnostics {
            let _ = writeln!(err, "{}\n", diagnostic.render(styled, width));
        }
    }
    if let Error::Query(query) = error
        && let Some(diagnostic) = query.diagnostic()
    {
        let _ = writeln!(err, "{}", diagnostic.render(styled, width));
        return 2;
    }
    let _ = writeln!(err, "error: {}", printable(&error.to_string()));
    if let Some(help) = error.help() {
        let _ = writeln!(err, "help: {}", printable(&help));
    }
    2
}
