//! Answers as people and machines read them.

mod cells;
pub(in crate::query) mod format;
mod people;
pub(in crate::query) mod print;
pub(in crate::query) mod template;
