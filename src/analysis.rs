//! What is read off the index without SPARQL.

pub mod codebook;
pub mod agreement;
pub mod compare;
pub(crate) mod facts;
pub mod find;
pub mod matrix;
pub mod network;
pub mod pictures;
pub mod show;
pub mod sources;
pub mod statements;
pub mod summary;
pub mod timeline;
