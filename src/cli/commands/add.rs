//! `standpoint add`: one position at the end of a sheet.

mod steps;

use super::context::Context;
use super::load::register::{Register, destination};
use super::output::{self, Outcome};
use super::times::Times;
use crate::base::error::{Error, Result};
use crate::ingest::append::append;
use crate::ingest::{self, Input, Loaded, Options};
use crate::model::ontology;
use crate::model::project::Project;
use crate::store::archive::{Archive, is_store};
use crate::store::index::storage;
use std::path::{Path, PathBuf};

/// Name of the sheet where none is named.
const SHEET: &str = "positions.yaml";

/// Add one position to a sheet: actor, stance, issue and the words that prove it
#[derive(clap::Args, Clone, Debug, Default)]
#[command(
    after_help = "Examples:\n  standpoint add --article council-vote --actor 'Ana Berg' + 'The old mill is torn \
    down' --quote 'will tear down the mill'\n  standpoint add\n\n\
    On a terminal, what is left out is asked for, with completion (Tab). The sheet is checked before it is \
    written; `load` puts it into the store."
)]
pub struct Args {
    /// Stance: + or -, or a word such as supports, against, is-skeptical
    #[arg(value_name = "STANCE")]
    stance: Option<String>,

    /// Issue: its label, an alias or its id
    #[arg(value_name = "ISSUE")]
    issue: Option<String>,

    /// Article that the words are from
    #[arg(long, value_name = "ARTICLE")]
    article: Option<String>,

    /// Whose stance it is
    #[arg(long, value_name = "ACTOR")]
    actor: Option<String>,

    /// The words that prove it
    #[arg(long, value_name = "WORDS")]
    quote: Option<String>,

    /// In whose name it is taken
    #[arg(long, value_name = "ACTOR")]
    on_behalf_of: Option<String>,

    /// How it was expressed [default: public statement]
    #[arg(long, value_name = "MODE")]
    mode: Option<String>,

    /// How openly the text gives it to the actor [default: explicit]
    #[arg(long, value_name = "WORD")]
    explicitness: Option<String>,

    /// How far the wording commits itself [default: certain]
    #[arg(long, value_name = "WORD")]
    certainty: Option<String>,

    /// When it was: 2025-03-04
    #[arg(long, value_name = "DATE")]
    time: Option<String>,

    /// Remark
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// Sheet to add it to; created if it does not exist [default: positions.yaml of the case here]
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,

    /// Text of an article, or a folder of texts, in which to find quotes; repeat it for several
    #[arg(long, value_name = "PATH")]
    text: Vec<PathBuf>,

    /// Add an unknown actor, issue or article to the case's registry
    #[arg(long)]
    register: bool,
}

/// Runs it.
///
/// # Errors
/// Fields that are missing; names, words or quotes that cannot be resolved; a sheet that cannot be written. Then
/// the sheet is as it was.
pub fn run(context: &Context, mut args: Args) -> Result<Outcome> {
    let sheet = args.sheet.clone().unwrap_or_else(default_sheet);
    if !args.missing().is_empty() && !steps::ask(context, &mut args, &sheet)? {
        return Ok(Outcome::Done);
    }
    let made = append(&sheet, &args.fields())?;
    let written = read(context, &args, &sheet).and_then(|loaded| {
        let registry = loaded.registered.as_ref().map(|names| names.write()).transpose()?;
        Ok((loaded, registry))
    });
    let (loaded, _) = match written {
        Ok(written) => written,
        Err(error) => {
            made.take_back()?;
            let Error::Input(faults) = error else { return Err(error) };
            context.warn(&faults);
            return Err(Error::usage(format!("nothing was added to `{}`", sheet.display())));
        }
    };
    context.warn(&loaded.warnings);
    if let Some(names) = &loaded.registered {
        super::load::register::tell(context, names, false)?;
    }
    let index = Context::of_files(&loaded, &Times::default())?;
    let name = sheet.display().to_string();
    let position = loaded.sources.last(&name, "positions").map(|iri| iri.as_str().to_owned());
    if let Some(position) = position {
        output::print(&super::show::page(&index, &position, context.width)?)?;
    }
    output::note(&format!("added to {name}; `standpoint load` puts it into the store"));
    Ok(Outcome::Done)
}

impl Args {
    /// What a position needs and is not given.
    fn missing(&self) -> Vec<&'static str> {
        let fields = [
            ("article", &self.article),
            ("actor", &self.actor),
            ("stance", &self.stance),
            ("issue", &self.issue),
            ("quote", &self.quote),
        ];
        fields.into_iter().filter(|(_, value)| value.is_none()).map(|(field, _)| field).collect()
    }

    /// The fields of the position, as sheets have them.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let fields = [
            ("article", &self.article),
            ("actor", &self.actor),
            ("onBehalfOf", &self.on_behalf_of),
            ("stance", &self.stance),
            ("issue", &self.issue),
            ("mode", &self.mode),
            ("explicitness", &self.explicitness),
            ("certainty", &self.certainty),
            ("time", &self.time),
            ("quote", &self.quote),
            ("note", &self.note),
        ];
        fields.into_iter().filter_map(|(field, value)| Some((field, value.clone()?))).collect()
    }
}

/// The sheet of the case that the program runs in.
fn default_sheet() -> PathBuf {
    let project = Project::find(Path::new("."));
    project.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join(SHEET)
}

/// Reads the sheet with its registry, beside what the store knows.
fn read(context: &Context, args: &Args, sheet: &Path) -> Result<Loaded> {
    let mut inputs: Vec<Input> = ingest::find(&[sheet.to_owned()], None)?;
    let registry = destination(Register::Add, &[sheet.to_owned()], None, &mut inputs)?;
    let options = Options {
        base: context.base.clone(),
        register: args.register.then_some(registry),
        texts: ingest::Texts::read(&args.text)?,
        ..Options::default()
    };
    if !is_store(&context.store) {
        return ingest::read(&inputs, options, ingest::nothing_known());
    }
    let archive = Archive::open(&context.store)?;
    let index = storage::open(&archive, ontology::background())?.index;
    ingest::read(&inputs, options, ingest::known_to(&archive, &index))
}
