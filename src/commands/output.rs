//! Printing: results to stdout, everything else to stderr.

use super::context::Context;
use crate::diagnostic::{Diagnostic, printable};
use crate::error::Error;
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

/// For `map_err`: a failure to write to standard output.
pub fn to_stdout(source: io::Error) -> Error {
    Error::File { action: "write to", path: "standard output".into(), source }
}

/// Tells the user something beside the results, on stderr. Nobody need listen.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(text));
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
    let _ = writeln!(err, "{}", told("error: ", &error.to_string(), styled.then_some(width)));
    if let Some(help) = error.help() {
        let _ = writeln!(err, "{}", told("help: ", &help, styled.then_some(width)));
    }
    2
}

/// A message, wrapped between words on a terminal; in a pipe lines stay whole, to be searched.
fn told(what: &str, text: &str, width: Option<usize>) -> String {
    let text = printable(text);
    let Some(width) = width else { return format!("{what}{text}") };
    let options = textwrap::Options::new(width)
        .initial_indent(what)
        .subsequent_indent("      ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::fill(&text, options)
}
