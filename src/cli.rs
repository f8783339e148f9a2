//! What people touch: arguments, one file a command, the shell, printing.

pub mod args;
pub mod commands;
pub mod format;
pub mod page;
pub mod shell;

pub use args::{command, run};
