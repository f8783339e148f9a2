//! `standpoint text`.

use super::context::Context;
use super::output::{Outcome, stdout, to_stdout};
use super::times::Times;
use crate::audit::verify;
use crate::base::error::{Error, Result};
use crate::ingest::{self, Content};
use crate::model::registry::Kind;
use crate::store::archive::Archive;
use crate::store::names;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Print the article of a coded text, without its marks
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint text data/night-ferry/herald-2025-03-04.md\n  \
    standpoint text mine/article.md | sha256sum\n  \
    standpoint export --article herald-2025-03-04 --format coded-text | standpoint text -")]
pub struct Args {
    /// A coded text, - for standard input, or the name of an article whose text the store keeps
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs it.
///
/// # Errors
/// A file that cannot be read or is no coded text; an article whose text is not kept.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let text = if args.file == Path::new("-") || args.file.exists() {
        of_file(&args.file)?
    } else {
        kept(context, &args.file)?
    };
    let mut out = stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(to_stdout)?;
    Ok(Outcome::Done)
}

fn of_file(file: &Path) -> Result<String> {
    let content = Content::from_name("coded-text");
    if file.is_dir() {
        return Err(
            Error::usage(format!("`{}` is a folder", file.display())).with_help("name a coded text in it")
        );
    }
    let inputs = ingest::find(&[file.to_owned()], content)?;
    let input = inputs.first().ok_or_else(|| Error::usage("there is no file"))?;
    ingest::article_text(input)
}

/// The text that the store keeps of an article.
fn kept(context: &Context, name: &Path) -> Result<String> {
    // A name with a folder or an extension is meant as a file's.
    let is_file = name.components().count() > 1 || name.extension().is_some();
    if is_file || !context.data.is_empty() || !crate::store::archive::is_store(&context.store) {
        ingest::find(&[name.to_owned()], Content::from_name("coded-text"))?;
    }
    let index = context.index(&Times::default())?;
    let article = names::one(&index, Kind::Article, &name.to_string_lossy())?;
    let archive = Archive::open(&context.store)?;
    let stated = verify::articles(&index).into_iter().find(|one| one.iri == article.iri);
    let hash = stated.and_then(|one| one.sha256).and_then(|hash| hash.parse().ok());
    match hash.map(|hash| archive.text(hash)).transpose()?.flatten() {
        Some(text) => Ok(text),
        None => Err(Error::usage(format!("the store does not keep the text of `{}`", article.label))
            .with_help("load it as a coded text, or with `--keep-text`")),
    }
}
