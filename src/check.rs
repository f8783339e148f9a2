//! Which rules the graph breaks.

pub mod shacl;
