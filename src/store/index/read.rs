//! What is read: segments and snapshots. Knows nothing of how they are written.

pub mod as_of;
pub(crate) mod column;
pub(crate) mod dataset;
pub(super) mod dictionary;
pub(crate) mod id;
pub(crate) mod key;
pub(super) mod language;
mod map;
pub(super) mod name_index;
pub mod positions;
pub(super) mod sealed;
pub(super) mod segment;
pub(crate) mod snapshot;
