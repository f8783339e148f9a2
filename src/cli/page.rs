//! Pages: what a terminal shows of an answer, a line after the other.

pub mod bargain;
pub mod camps;
pub mod cells;
pub mod changes;
pub mod check;
pub mod codebook;
pub mod compare;
pub mod corroboration;
pub mod counts;
pub mod diff;
pub mod find;
pub mod matrix;
pub mod network;
pub mod opened;
pub mod phases;
pub mod prefixes;
pub mod receipt;
pub mod reliability;
pub mod repair;
pub mod sarif;
pub mod shifts;
pub mod show;
pub mod summary;
pub mod timeline;
pub mod verify;
pub mod why_empty;
