//! One file a command: its arguments and its `run`. Each calls one library module and prints.

pub mod answer;
pub mod ask;
pub mod check;
pub mod author;
pub mod changes;
pub mod completions;
pub mod context;
pub mod diff;
pub mod export;
pub mod find;
pub mod init;
pub mod last;
pub mod load;
pub mod log;
pub mod output;
pub mod progress;
pub mod query;
pub mod remove;
pub mod repair;
pub mod reproduce;
pub mod schema;
pub mod show;
pub mod times;
pub mod undo;
pub mod verify;
pub mod writing;
