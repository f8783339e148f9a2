//! What any program needs; knows nothing of positions.
//!
//! Hidden from the documentation is what only the other wings need.

#[doc(hidden)]
pub mod allowance;
pub mod chance;
#[doc(hidden)]
pub mod depth;
pub mod diagnostic;
pub mod error;
pub mod fold;
#[doc(hidden)]
pub mod header;
#[doc(hidden)]
pub mod page;
#[doc(hidden)]
pub mod spill;
pub mod table;
#[doc(hidden)]
pub mod tokens;
