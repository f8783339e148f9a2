//! How segments are made, kept on disk, staged and merged.

pub(super) mod build;
pub(super) mod delta;
mod derive;
pub(super) mod displace;
pub(super) mod documents;
pub(super) mod ingest;
#[cfg(test)]
mod laws;
pub(super) mod lines;
pub(super) mod merge;
pub(super) mod order;
pub(super) mod quads;
mod rows;
pub(super) mod run;
mod sets;
mod sorted;
mod tables;
