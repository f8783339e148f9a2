//! What any program needs; knows nothing of positions.

pub mod depth;
pub mod diagnostic;
pub mod error;
pub mod fold;
pub mod header;
pub mod page;
pub mod spill;
pub mod table;
pub mod tokens;
