//! What any program needs; knows nothing of positions.

pub mod depth;
pub mod diagnostic;
pub mod error;
pub mod fold;
pub(crate) mod header;
pub(crate) mod page;
pub mod table;
pub mod tokens;
