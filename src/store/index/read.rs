//! What is read: segments and snapshots. Knows nothing of how they are written.

pub mod as_of;
#[doc(hidden)]
pub mod column;
pub mod corruption;
#[doc(hidden)]
pub mod dataset;
pub(super) mod dictionary;
#[doc(hidden)]
pub mod id;
#[doc(hidden)]
pub mod key;
pub(super) mod language;
mod map;
pub(super) mod name_index;
pub mod positions;
#[doc(hidden)]
pub mod quads;
pub(super) mod sealed;
pub(super) mod segment;
#[doc(hidden)]
pub mod snapshot;
