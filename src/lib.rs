//! Who stands where, on what, since when, on whose word.
//!
//! Modules in the order in which data flows.

pub mod vocab;
pub mod ontology;
pub mod model;
pub mod text;
pub mod identity;
pub mod registry;
pub mod sheet;
pub mod encode;
pub mod document;
pub mod load;
pub mod archive;
pub mod index;
pub mod names;
pub mod query;
pub mod table;
pub mod ask;
pub mod show;
pub mod verify;
pub mod export;
pub mod init;

pub mod diagnostic;
pub mod error;

pub mod cli;
pub mod commands;

pub use error::{Error, Result};
