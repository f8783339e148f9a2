//! What is read off the index without SPARQL.

pub mod codebook;
pub mod agreement;
pub mod compare;
pub(crate) mod facts;
pub mod find;
pub mod matrix;
pub mod reliability;
pub mod show;
pub mod silence;
pub mod summary;
