//! The engine's own writers, for formats that have none here.

use super::graph::Graph;
use oxigraph::io::RdfSerializer;
use std::io::{self, Write};

/// Writes a graph that is sorted for readers, so that the same graph gives the same bytes.
pub(super) fn write(graph: &Graph, serializer: RdfSerializer, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serializer.for_writer(&mut *out);
    for triple in graph.triples() {
        serializer.serialize_triple(graph.triple(*triple))?;
    }
    serializer.finish()?;
    out.write_all(b"\n")
}
