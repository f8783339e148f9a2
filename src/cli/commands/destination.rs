//! Where the result of an analysis goes: standard output or a file, as cells or as a picture.

use super::context::Context;
use super::output::{self, Outcome};
use crate::analysis::pictures::Frame;
use crate::analysis::sources::Sources;
use crate::base::error::{Error, Result};
use crate::export::picture::{NARROWEST, Picture, ensure_built};
use crate::export::{Content, Format, save};
use crate::store::index::Index;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Greatest width of a picture, in pixels.
const WIDEST: u16 = 8_000;

/// What a picture looks like.
#[derive(clap::Args, Clone, Debug)]
pub struct Look {
    /// Title of a picture
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// Let the marks of a picture lead to the pages of a `standpoint serve` at this address
    #[arg(long, value_name = "URL", value_parser = address)]
    links: Option<String>,

    /// Width of a picture in pixels; what needs more gets more
    #[arg(long, value_name = "PIXELS", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(NARROWEST as i64..=WIDEST as i64))]
    width: u16,
}

/// Where a result goes, and what a picture looks like.
#[derive(clap::Args, Clone, Debug)]
pub struct Destination {
    /// Write to this file instead of standard output; without --format its extension gives the format
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// What a picture looks like.
    #[command(flatten)]
    pub look: Look,
}

impl Look {
    /// What a picture of this index says besides its marks.
    ///
    /// # Errors
    /// A damaged index.
    pub fn frame(&self, index: &Index) -> Result<Frame> {
        let source = Sources::of(index)?.sentence();
        Ok(Frame { title: self.title.clone(), source, width: f64::from(self.width) })
    }

    /// A picture as SVG or PNG.
    ///
    /// # Errors
    /// PNG in a build without it, or without a font.
    pub fn draw(&self, picture: &Picture, format: Format) -> Result<Vec<u8>> {
        let links = |iri: &str| {
            let base = self.links.as_deref()?;
            Some(format!("{base}/thing?iri={}", utf8_percent_encode(iri, NON_ALPHANUMERIC)))
        };
        picture.bytes(format, &links)
    }

    /// Refuses what is about pictures, for a format that is none, and a format that this build does not write.
    ///
    /// # Errors
    /// `--title` or `--links` without a picture; PNG in a build without it.
    pub fn check(&self, format: Format) -> Result<()> {
        let given = [("--title", self.title.is_some()), ("--links", self.links.is_some())];
        match given.iter().find(|(_, is_given)| *is_given && !format.holds(Content::Picture)) {
            Some((option, _)) => {
                Err(Error::usage(format!("{option} is for pictures; {format} is none")).with_help("omit it"))
            }
            None => ensure_built(format),
        }
    }
}

/// An address of the web, without a slash at its end.
fn address(text: &str) -> Result<String, String> {
    match text.starts_with("http://") || text.starts_with("https://") {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err("write an address that begins with http:// or https://".to_owned()),
    }
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

    /// Refuses to fill a terminal with what is no text.
    ///
    /// # Errors
    /// A workbook or PNG without a file, on a terminal.
    pub fn check_terminal(&self, context: &Context, format: Format) -> Result<()> {
        let (what, extension) = match format {
            Format::Xlsx => ("a workbook", "xlsx"),
            Format::Png => ("PNG", "png"),
            _ => return Ok(()),
        };
        match self.path().is_none() && context.stdout_is_terminal {
            true => Err(Error::usage(format!("{what} cannot be shown on a terminal"))
                .with_help(format!("write it to a file: -o answer.{extension}"))),
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
