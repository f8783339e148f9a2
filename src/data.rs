//! The lower five wings: what any program needs, the model, the store, what comes in and what goes out.
//!
//! They are a crate of their own for the compiler's sake; `standpoint` re-exports them beside the others.

pub mod base;
pub mod model;
pub mod store;
pub mod ingest;
pub mod export;

pub use base::error::{Error, Result};
