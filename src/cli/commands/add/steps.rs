//! A position asked for step by step, on a terminal.

use super::Args;
use crate::base::error::{Error, Result};
use crate::cli::commands::context::Context;
use crate::cli::commands::output;
use crate::ingest::case::{self, Projects};
use crate::ingest::sheet::{self, Format};
use crate::ingest::stored::Stored;
use crate::ingest::yaml_sheet;
use crate::model::registry::{Kind, Known};
use crate::model::{Concept, Stance, identity::id_of, ontology};
use crate::store::archive::{Archive, is_store};
use crate::store::index::storage;
use rustyline::completion::{Completer, Pair};
use rustyline::config::CompletionType;
use rustyline::error::ReadlineError;
use rustyline::{Config, Editor, Helper, highlight::Highlighter, hint::Hinter, validate::Validator};
use std::io::IsTerminal;
use std::path::Path;

/// Asks for what is missing, and returns whether everything was given.
///
/// # Errors
/// There is no terminal to ask on.
pub(super) fn ask(context: &Context, args: &mut Args, sheet: &Path) -> Result<bool> {
    let missing = args.missing();
    if !std::io::stdin().is_terminal() || !context.stdout_is_terminal {
        let mut fields: Vec<String> = missing.iter().map(|field| format!("`{field}`")).collect();
        let last = fields.pop().unwrap_or_default();
        let fields = match fields.is_empty() {
            true => format!("{last} is"),
            false => format!("{} and {last} are", fields.join(", ")),
        };
        return Err(Error::usage(format!("{fields} missing")).with_help(
            "write standpoint add --article ARTICLE --actor ACTOR + 'ISSUE' --quote 'WORDS'; on a terminal, `add` asks",
        ));
    }
    let config = Config::builder().completion_type(CompletionType::List).build();
    let mut editor = Editor::with_config(config).map_err(failed)?;
    for field in missing {
        editor.set_helper(Some(Names(names(context, field, sheet)?)));
        let text = loop {
            match editor.readline(&format!("{field}: ")) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => break text.trim().to_owned(),
                Err(ReadlineError::Interrupted | ReadlineError::Eof) => {
                    output::note("nothing was added");
                    return Ok(false);
                }
                Err(error) => return Err(failed(error)),
            }
        };
        let place = match field {
            "article" => &mut args.article,
            "actor" => &mut args.actor,
            "stance" => &mut args.stance,
            "issue" => &mut args.issue,
            _ => &mut args.quote,
        };
        *place = Some(text);
    }
    Ok(true)
}

fn failed(error: ReadlineError) -> Error {
    Error::usage(format!("the terminal cannot be used: {error}"))
}

/// Names that a field may have: of the registry and of the store.
fn names(context: &Context, field: &str, sheet: &Path) -> Result<Vec<String>> {
    let kind = match field {
        "article" => Kind::Article,
        "actor" => Kind::Actor,
        "issue" => Kind::Issue,
        "stance" => return Ok(Stance::ALL.iter().map(|stance| stance.word().to_owned()).collect()),
        _ => return Ok(Vec::new()),
    };
    let mut names = Vec::new();
    let input = yaml_sheet(sheet);
    let registry = case::registry(input.as_slice(), &[], &mut Projects::default())?;
    let text = registry.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    if let Some(Ok(written)) = text.map(|text| sheet::read("registry", text, Format::Yaml)) {
        let sheet = written.sheet;
        match kind {
            Kind::Article => {
                names.extend(sheet.articles.into_iter().filter_map(|article| Some(article.id?.0)))
            }
            Kind::Actor => names.extend(sheet.actors.into_iter().filter_map(|actor| Some(actor.label?.text))),
            _ => names.extend(sheet.issues.into_iter().filter_map(|issue| Some(issue.label?.text))),
        }
    }
    if is_store(&context.store) {
        let archive = Archive::open(&context.store)?;
        let index = storage::open(&archive, ontology::background())?.index;
        for (iri, labels) in Stored::new(index, ontology::schemes()).names(kind) {
            names.push(match kind {
                Kind::Article => id_of(&iri).to_owned(),
                _ => labels.into_iter().next_back().unwrap_or_else(|| id_of(&iri).to_owned()),
            });
        }
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Completes a line to a name that begins with it, or has a word that does.
struct Names(Vec<String>);

impl Completer for Names {
    type Candidate = Pair;
    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = line[..at].to_lowercase();
        let is_meant = |name: &&String| {
            let lower = name.to_lowercase();
            lower.starts_with(&typed) || lower.split_whitespace().any(|word| word.starts_with(&typed))
        };
        let pair = |name: &String| Pair { display: name.clone(), replacement: name.clone() };
        Ok((0, self.0.iter().filter(is_meant).map(pair).collect()))
    }
}

impl Helper for Names {}
impl Highlighter for Names {}
impl Validator for Names {}
impl Hinter for Names {
    type Hint = String;
}
