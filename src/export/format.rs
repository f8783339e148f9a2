//! The formats of a graph: what they are called, and what they can carry.

use super::order::Order;
use crate::base::error::{Error, Result};
use oxigraph::io::{JsonLdProfileSet, RdfFormat};
use std::fmt;
use std::path::Path;

/// A format to write a graph in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, and for version control.
    #[default]
    Turtle,
    /// One triple a line.
    NTriples,
    /// N-Triples, for tools that ask for quads; all is in the default graph.
    NQuads,
    /// Turtle, for tools that ask for graphs; all is in the default graph.
    TriG,
    /// For tools that read nothing else.
    RdfXml,
    /// For programs that read JSON.
    JsonLd,
}

impl Format {
    /// All formats, the default first.
    pub const ALL: &'static [Self] =
        &[Self::Turtle, Self::NTriples, Self::NQuads, Self::TriG, Self::RdfXml, Self::JsonLd];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Turtle => "turtle",
            Self::NTriples => "ntriples",
            Self::NQuads => "nquads",
            Self::TriG => "trig",
            Self::RdfXml => "rdfxml",
            Self::JsonLd => "jsonld",
        }
    }

    /// The usual extensions of its files, the customary one first.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Turtle => &["ttl", "turtle"],
            Self::NTriples => &["nt"],
            Self::NQuads => &["nq"],
            Self::TriG => &["trig"],
            Self::RdfXml => &["rdf", "owl", "xml"],
            Self::JsonLd => &["jsonld"],
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        self.engine_format().media_type()
    }

    /// The format with this name, extension or media type.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::ALL.iter().copied().find(|format| {
            format.name() == name
                || format.media_type() == name
                || format.extensions().contains(&name.as_str())
        })
    }

    /// The format that a file's name asks for; Turtle where it has no extension.
    ///
    /// # Errors
    /// An extension of no format: a guess would leave a file that is not what it is called.
    pub fn of_path(path: &Path) -> Result<Self> {
        check_compression(path)?;
        let path = if is_gzip(path) { path.with_extension("") } else { path.to_owned() };
        let Some(extension) = path.extension() else { return Ok(Self::default()) };
        Self::from_name(&extension.to_string_lossy()).ok_or_else(|| {
            let known: Vec<String> = Self::ALL.iter().map(|f| format!(".{}", f.extensions()[0])).collect();
            Error::usage(format!("the extension of `{}` does not give a format", path.display()))
                .with_help(format!("name it with --format, or use one of {}", known.join(", ")))
        })
    }

    /// The format that a file's name promises, where this is another that its readers cannot take for it.
    ///
    /// # Errors
    /// A compression that is not written.
    pub fn belied_by(self, path: &Path) -> Result<Option<Self>> {
        check_compression(path)?;
        let promised = path.extension().and_then(|_| Self::of_path(path).ok());
        let takes = |other: &Self| match self {
            Self::NTriples => matches!(other, Self::NTriples | Self::NQuads | Self::Turtle | Self::TriG),
            // There are no graphs with a name, in which the two would differ from the formats for triples.
            Self::NQuads => matches!(other, Self::NTriples | Self::NQuads | Self::Turtle | Self::TriG),
            Self::Turtle | Self::TriG => matches!(other, Self::Turtle | Self::TriG),
            Self::RdfXml | Self::JsonLd => *other == self,
        };
        Ok(promised.filter(|promised| !takes(promised)))
    }

    /// Whether it can carry triple terms and texts with a direction, which RDF 1.2 brings.
    #[must_use]
    pub fn carries_rdf12(self) -> bool {
        !matches!(self, Self::RdfXml | Self::JsonLd)
    }

    /// What the engine calls it.
    pub(super) fn engine_format(self) -> RdfFormat {
        match self {
            Self::Turtle => RdfFormat::Turtle,
            Self::NTriples => RdfFormat::NTriples,
            Self::NQuads => RdfFormat::NQuads,
            Self::TriG => RdfFormat::TriG,
            Self::RdfXml => RdfFormat::RdfXml,
            Self::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        }
    }

    /// Whether its text has the triples in the order in which they were given, blank nodes apart.
    pub(super) fn keeps_order(self) -> bool {
        !matches!(self, Self::RdfXml | Self::JsonLd)
    }

    /// The order of triples in it.
    pub(super) fn order(self) -> Order {
        match self {
            Self::NTriples | Self::NQuads => Order::Bytes,
            Self::Turtle | Self::TriG | Self::RdfXml | Self::JsonLd => Order::Reading,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Turtle => "Turtle",
            Self::NTriples => "N-Triples",
            Self::NQuads => "N-Quads",
            Self::TriG => "TriG",
            Self::RdfXml => "RDF/XML",
            Self::JsonLd => "JSON-LD",
        })
    }
}

/// Refuses names of files that others would take for compressed.
fn check_compression(path: &Path) -> Result<()> {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some(extension @ ("zst" | "bz2" | "xz" | "zip" | "br" | "lz4")) => {
            Err(Error::usage(format!("cannot write `{}`: .{extension} is not supported", path.display()))
                .with_help("compressed files end in .gz"))
        }
        _ => Ok(()),
    }
}

/// Whether a file of this name is compressed.
pub(super) fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_extension() {
        let of = |path: &str| Format::of_path(Path::new(path));
        assert_eq!(of("a/out.ttl").unwrap(), Format::Turtle);
        assert_eq!(of("out.NT.gz").unwrap(), Format::NTriples);
        assert_eq!(of("out").unwrap(), Format::Turtle);
        assert_eq!(of("out.jsonld").unwrap(), Format::JsonLd);
        let error = of("out.csv").unwrap_err();
        assert_eq!(error.to_string(), "the extension of `out.csv` does not give a format");
        assert_eq!(
            error.help().unwrap(),
            "name it with --format, or use one of .ttl, .nt, .nq, .trig, .rdf, .jsonld"
        );
    }

    #[test]
    fn other_compressions_are_refused_whatever_the_format() {
        let path = Path::new("out.ttl.zst");
        let error = Format::of_path(path).unwrap_err();
        assert_eq!(error.to_string(), "cannot write `out.ttl.zst`: .zst is not supported");
        assert!(Format::Turtle.belied_by(path).is_err());
    }

    #[test]
    fn a_name_may_promise_another_format() {
        let belied = |format: Format, path: &str| format.belied_by(Path::new(path)).unwrap();
        assert_eq!(belied(Format::Turtle, "out.nt"), Some(Format::NTriples));
        assert_eq!(belied(Format::Turtle, "out.nt.gz"), Some(Format::NTriples));
        assert_eq!(belied(Format::RdfXml, "out.ttl"), Some(Format::Turtle));
        for (format, path) in [
            (Format::NTriples, "out.ttl"),
            (Format::Turtle, "out.trig"),
            (Format::Turtle, "out"),
            (Format::Turtle, "out.txt"),
            (Format::JsonLd, "out.jsonld"),
        ] {
            assert_eq!(belied(format, path), None, "{path}");
        }
    }

    #[test]
    fn names_extensions_and_media_types_name_one_format() {
        for format in Format::ALL {
            for name in [format.name(), format.media_type()].iter().chain(format.extensions()) {
                assert_eq!(Format::from_name(name), Some(*format), "{name}");
            }
        }
    }
}
