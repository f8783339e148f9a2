//! Where the result of an analysis goes: standard output or a file, as cells or as a picture.

use super::context::Context;
use super::output::{self, Outcome};
use crate::analysis::pictures::Frame;
use crate::analysis::sources::Sources;
use crate::base::error::{Error, Result};
use crate::export::picture::NARROWEST;
use crate::export::{Content, Format, save};
use crate::store::index::Index;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Greatest width of a picture, in pixels.
const WIDEST: u16 = 8_000;

/// Where a result goes, and what a picture looks like.
#[derive(clap::Args, Clone, Debug)]
pub struct Destination {
    /// Write to this file instead of standard output; without --format its extension gives the format
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Title of a picture
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// Width of a picture in pixels; what needs more gets more
    #[arg(long, value_name = "PIXELS", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(NARROWEST as i64..=WIDEST as i64))]
    width: u16,
}

impl Destination {
    fn path(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// The format that is wanted: the one that is named, else that of the file's extension, else a table.
    ///
    /// # Errors
    /// An extension of no format that can hold one of these contents.
    pub fn format(&self, named: Option<Format>, contents: &[Content]) -> Result<Format> {
        let Some(path) = self.path() else { return Ok(named.unwrap_or(Format::Table)) };
        let asked = Format::asked_by(path, contents);
        match (named, asked) {
            (None, asked) => Ok(asked?.unwrap_or(Format::Table)),
            (Some(named), Ok(Some(asked))) if named != asked => {
                output::note(&format!(
                    "`{}` has the extension of {asked}, but contains {named}",
                    path.display()
                ));
                Ok(named)
            }
            (Some(named), _) => Ok(named),
        }
    }

    /// What a picture of this index says besides its marks.
    ///
    /// # Errors
    /// A damaged index.
    pub fn frame(&self, index: &Index) -> Result<Frame> {
        let source = Sources::of(index)?.sentence();
        Ok(Frame { title: self.title.clone(), source, width: f64::from(self.width) })
    }

    /// Refuses what is about pictures, for a format that is none.
    ///
    /// # Errors
    /// `--title` without a picture.
    pub fn check(&self, format: Format) -> Result<()> {
        match self.title.is_some() && !format.holds(Content::Picture) {
            true => {
                Err(Error::usage(format!("--title is for pictures; {format} is none")).with_help("omit it"))
            }
            false => Ok(()),
        }
    }

    /// Sends a result on its way; `what` says what it is.
    ///
    /// # Errors
    /// No place to write it.
    pub fn send(&self, context: &Context, bytes: &[u8], what: &str) -> Result<Outcome> {
        match self.path() {
            Some(path) => {
                save(path, bytes)?;
                output::note(&format!("wrote {what} to {}", path.display()));
            }
            None => {
                let mut out = context.out();
                out.write_all(bytes).and_then(|()| out.flush()).map_err(output::to_stdout)?;
            }
        }
        Ok(Outcome::Done)
    }
}
