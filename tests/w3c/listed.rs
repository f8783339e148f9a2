//! The tests that fail, each with its reason.

/// Why a test of the suite fails here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// One default graph is all there is, by design: GRAPH finds nothing, FROM names nothing.
    NamedGraphs,
    /// Prefixes of the program need no declaration.
    KnownPrefixes,
    /// SERVICE SILENT is refused, by design: an answer is whole or absent.
    ServiceSilent,
    /// oxigraph fails it too, for what the table says.
    Engine(&'static str),
}

impl Reason {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NamedGraphs => "needs named graphs; the index has one default graph by design",
            Self::KnownPrefixes => "expects an undeclared prefix to be an error; the program knows it",
            Self::ServiceSilent => "SERVICE SILENT is refused by design",
            Self::Engine(why) => why,
        }
    }
}

/// Every test that fails. One that is missing here, and one that passes, fails the suite; so does
/// one that is put down to the engine and that oxigraph passes.
pub const LISTED: &[(&str, Reason)] = &[];
