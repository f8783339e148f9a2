//! What a format for graphs is to the export: one trait, one file a format.

use super::format::Format;
use super::graph::Graph;
use super::order::Order;
use crate::base::error::Result;
use oxigraph::io::RdfFormat;
use std::io::{self, Write};

/// A writer of graphs in one format.
pub(super) trait GraphWriter: Sync {
    /// The format.
    fn format(&self) -> Format;

    /// The engine's name of the format, for reading back.
    fn rdf_format(&self) -> RdfFormat;

    /// The order of triples in it.
    fn order(&self) -> Order {
        Order::Reading
    }

    /// Whether it can carry triple terms and texts with a direction, which RDF 1.2 brings.
    fn carries_rdf12(&self) -> bool {
        true
    }

    /// Whether its text has the triples in the order in which they were given, blank nodes apart.
    fn keeps_order(&self) -> bool {
        true
    }

    /// Looks for what the format cannot carry.
    ///
    /// # Errors
    /// The first such thing, before anything is written.
    fn check(&self, _graph: &Graph) -> Result<()> {
        Ok(())
    }

    /// Writes a graph that is sorted by [`Self::order`].
    ///
    /// # Errors
    /// Those of the stream.
    fn write(&self, graph: &Graph, out: &mut dyn Write) -> io::Result<()>;
}
