//! What is read off the index without SPARQL.

pub mod camps;
pub mod codebook;
pub mod agreement;
pub mod backbone;
pub mod bargain;
pub(crate) mod columns;
pub mod compare;
pub mod corroboration;
pub mod counts;
pub(crate) mod facts;
pub mod find;
pub mod leads;
pub mod matrix;
pub mod network;
pub mod opened;
pub mod phases;
pub mod pictures;
pub mod reliability;
pub mod show;
pub mod silence;
pub mod sources;
pub mod spectrum;
pub mod statements;
pub mod summary;
pub mod timeline;
