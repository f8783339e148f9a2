//! `standpoint shell`.

mod editor;
mod session;

use super::context::Context;
use super::output::{self, Outcome};
use super::times::Times;
use crate::base::error::{Error, Result};
use crate::cli::shell::Statements;
use editor::{Editor, Typed};
use session::{Flow, Session};
use std::io::{IsTerminal, Read};

/// Ask one thing after another, with completion and history
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint shell
  echo '.ask who-opposes --issue cedes territory' | standpoint shell
  echo '.matrix --actor Putin' | standpoint shell --as-of 2025-04-17

Type queries in SPARQL, or commands that begin with a full stop: `.help` lists them. Queries may \
have several lines. Tab completes what fits at the cursor, including names of actors and issues.

If standard input or output is not a terminal, the input is read whole and run without prompts; \
the first error ends it, with status 2. Long results go to $PAGER, or are shown page by page. Past \
input is kept in the state directory ($STANDPOINT_STATE; if that is empty, nowhere).")]
pub struct Args {
    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data. Of a terminal's lines none: they are reported, and the next line is read.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let is_terminal = context.stdout_is_terminal && std::io::stdin().is_terminal();
    let mut session = Session::open(context, args.times, is_terminal)?;
    if is_terminal { talk(&mut session) } else { work(&mut session) }
}

/// Reads lines from a terminal until its user leaves.
fn talk(session: &mut Session) -> Result<Outcome> {
    let stop = session.stop().clone();
    // Without it Ctrl-C ends the program while a query runs; at the prompt it is a key like others.
    if let Err(error) = ctrlc::set_handler(move || stop.wish()) {
        output::note(&format!("Ctrl-C will end the shell, not only the query: {error}"));
    }
    let mut editor = Editor::new(session.lexicon())?;
    session.greet();
    loop {
        let text = match editor.read()? {
            Typed::Text(text) => text,
            Typed::Dropped => continue,
            Typed::End => return Ok(Outcome::Done),
        };
        // What is pasted may be more than one thing.
        for statement in Statements::of(&text, &session.prefixes().clone()) {
            session.stop().reset();
            match session.run(&statement.text, 1, &|| editor.history()) {
                Ok(Flow::GoOn) => {}
                Ok(Flow::Quit) => return Ok(Outcome::Done),
                Err(error) => {
                    if session.stop().is_wished() {
                        // The terminal has written ^C.
                        output::note("");
                    }
                    session.report(error);
                    break;
                }
            }
        }
    }
}

/// Runs what is piped in, up to the first error.
fn work(session: &mut Session) -> Result<Outcome> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(Error::file("read", "standard input"))?;
    let prefixes = session.prefixes().clone();
    for statement in Statements::of(&text, &prefixes) {
        match session.run(&statement.text, statement.line, &Vec::new) {
            Ok(Flow::GoOn) => {}
            Ok(Flow::Quit) => break,
            Err(error) => return Err(at_line(session.in_words_of_the_shell(error), statement.line)),
        }
    }
    Ok(Outcome::Done)
}

/// The error with the line that it is about; what is wrong with a query has its place already.
fn at_line(error: Error, line: usize) -> Error {
    let Error::Usage { message, help } = error else { return error };
    Error::Usage { message: format!("standard input:{line}: {message}"), help }
}
