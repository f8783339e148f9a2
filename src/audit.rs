//! What can be proved: checks, quotes, history, receipts.

pub mod check;
pub mod history;
pub mod purge;
pub mod receipt;
pub mod verify;
