//! What is read: segments and snapshots. Knows nothing of how they are written.

pub mod as_of;
pub mod column;
pub mod corruption;
pub mod dataset;
pub(super) mod dictionary;
pub mod id;
pub mod key;
pub(super) mod language;
mod map;
pub(super) mod name_index;
pub mod positions;
pub(super) mod sealed;
pub(super) mod segment;
pub mod snapshot;
