//! Who stands where, on what, since when, on whose word.
//!
//! Modules in the order in which data flows.

pub mod vocab;
pub mod model;
pub mod encode;
pub mod document;
pub mod archive;
pub mod index;

pub mod diagnostic;
pub mod error;

pub mod cli;
pub mod commands;

pub use error::{Error, Result};
