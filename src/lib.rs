//! Who stands where, on what, since when, on whose word.

pub mod model;
pub mod ontology;
pub mod vocab;
