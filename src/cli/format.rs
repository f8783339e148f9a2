//! `--format`: which formats a command accepts, by what it has to show.

use crate::export::{Content, Format};
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};
use std::ffi::OsStr;

/// Parser of the names of formats that can hold one of these contents.
#[derive(Clone)]
pub struct FormatParser(pub &'static [Content]);

impl TypedValueParser for FormatParser {
    type Value = Format;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Format, Error> {
        let contents = self.0;
        let named = move |name: &str| Format::named(name, contents);
        named.parse_ref(command, arg, value)
    }

    /// The names, for completion.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(names(self.0).map(PossibleValue::new)))
    }
}

/// The names of the formats that can hold one of these contents.
pub fn names(contents: &[Content]) -> impl Iterator<Item = &'static str> {
    contents.iter().flat_map(|content| content.formats()).map(Format::name)
}
