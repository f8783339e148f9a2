//! The model as triples: the only place that builds them.

pub mod direct;
