//! What is kept, and what is queried.

pub mod archive;
mod files;
pub mod graph;
pub mod index;
pub mod load;
pub mod names;

#[cfg(test)]
mod tests;

pub use graph::GraphReader;
