//! Printing: results to stdout, everything else to stderr.

use crate::base::diagnostic::{Diagnostic, printable};
use crate::base::error::{Error, Result, count, grouped};
use crate::query::QueryError;
use crate::store::archive::Gap;
use std::io::{self, BufWriter, Write};

/// How a command ended when it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is wrong: exit status 0.
    Done,
    /// The work is done and found something: exit status 1.
    Findings,
    /// The work is done and leaves the question open: exit status 2.
    Undecided,
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
    print_to(text, &mut stdout())?;
    Ok(Outcome::Done)
}

/// Prints it to what stands for standard output.
///
/// # Errors
/// It takes no more.
pub fn print_to(text: &str, out: &mut dyn Write) -> Result<()> {
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(to_stdout)
}

/// For `map_err`: a failure to write to standard output.
pub fn to_stdout(source: io::Error) -> Error {
    Error::File { action: "write to", path: "standard output".into(), source }
}

/// Notes that the index has a revision that the store does not have.
pub fn history_shrank(revision: u64) {
    note(&format!(
        "the index has revision {revision}, and the store does not: unless an older copy or another branch \
         replaced it, the end of the history is lost; `standpoint repair` reports more"
    ));
}

/// What is to be said where something was purged: "parts were purged on 2025-04-17 by ana@canal (revision 5)".
#[must_use]
pub fn purged(gap: &Gap) -> String {
    let day = gap.time.strftime("%Y-%m-%d");
    format!("parts of it were purged on {day} by {} (revision {})", gap.by, gap.number)
}

/// Prints a note beside the results, to stderr; a failure is ignored.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(text));
}

/// Prints a note about what became of a document of the store.
pub fn document(what: &str, document: &str, triples: u64) {
    let triples = usize::try_from(triples).unwrap_or(usize::MAX);
    note(&format!("{what} {document} ({})", count(triples, "triple")));
}

/// Prints what somebody should look at to stderr, in colour or not, in lines of at most `width` columns.
pub fn diagnostics(diagnostics: &[Diagnostic], colour: bool, width: usize) {
    let mut err = io::stderr().lock();
    for diagnostic in diagnostics {
        let _ = writeln!(err, "{}\n", diagnostic.render(colour, width));
    }
}

/// No more than this is shown of what is wrong with inputs: nobody reads on, and most of it goes
/// away with the first.
const MOST: usize = 50;

/// Prints a failure to stderr, wrapped to so many columns if there is a limit. A closed pipe is none.
///
/// Returns the process's exit status.
pub fn report(error: &Error, styled: bool, columns: Option<usize>) -> u8 {
    let width = columns.unwrap_or(80);
    let mut err = io::stderr().lock();
    if let Error::File { source, .. } = error
        && source.kind() == io::ErrorKind::BrokenPipe
    {
        return 0;
    }
    if let Error::Input(diagnostics) | Error::Refused(diagnostics) = error {
        for diagnostic in diagnostics.iter().take(MOST) {
            let _ = writeln!(err, "{}\n", diagnostic.render(styled, width));
        }
        if diagnostics.len() > MOST {
            let _ = writeln!(err, "… and {} more\n", grouped(diagnostics.len() - MOST));
        }
    }
    if let Some(QueryError::Doubtful(warnings)) = error.downcast_ref() {
        for warning in warnings {
            let _ = writeln!(err, "{}\n", warning.render(styled, width));
        }
    }
    if let Some(query) = error.downcast_ref::<QueryError>()
        && let Some(diagnostic) = query.diagnostic()
    {
        let _ = writeln!(err, "{}", diagnostic.render(styled, width));
        return 2;
    }
    let width = columns.unwrap_or(usize::MAX);
    let _ = writeln!(err, "{}", wrapped("error: ", &error.to_string(), width));
    if let Some(help) = error.help() {
        let _ = writeln!(err, "{}", wrapped("help: ", &help, width));
    }
    2
}

/// A message on as many lines as it takes, those after the first indented.
fn wrapped(kind: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(kind.len());
    let options = textwrap::Options::new(width.max(40))
        .initial_indent(kind)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let text = printable(text);
    // Indented lines are a list, whose items stay whole.
    match text.split_once("\n  ") {
        Some((head, list)) => format!("{}\n  {list}", textwrap::fill(head, options)),
        None => textwrap::fill(&text, options),
    }
}
