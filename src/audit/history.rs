//! Looking back: what was done to a store, and what became of the positions in it.
//!
//! `log` lists revisions. `moved` finds IRIs that became others. [`Diff`] holds two graphs against each other: `fields` says what a
//! position is made of, `pair` finds which position of the one became which of the other,
//! `patch` writes the difference as RDF. [`Changes`] says of
//! what kind the change of a position is, `change` how that is decided. Deliberately
//! absent: SPARQL, and taking back, which the archive does itself.

pub mod change;
mod diff;
mod fields;
mod log;
mod moved;
mod pair;
pub(crate) mod patch;
mod stated;

pub use change::{Change, Changes, Held, Kind, Proposal, Side};
pub use diff::Diff;
pub use fields::{Field, FieldChange, Value};
pub use log::{Logged, Of, log};
pub use moved::{Moved, just_moved, moved};
pub use patch::Patch;
pub use stated::{Changed, Stated};
