//! JSON-LD, by the engine's own writer: expanded, without a context, so it has no use for prefixes.

use super::engine;
use super::format::Format;
use super::graph::Graph;
use super::writer::GraphWriter;
use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use std::io::{self, Write};

/// The writer of JSON-LD.
pub(super) struct JsonLd;

impl GraphWriter for JsonLd {
    fn format(&self) -> Format {
        Format::JsonLd
    }

    fn rdf_format(&self) -> RdfFormat {
        RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }
    }

    fn carries_rdf12(&self) -> bool {
        false
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn write(&self, graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
        engine::write(graph, RdfSerializer::from_format(self.rdf_format()), out)
    }
}
