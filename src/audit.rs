//! What can be proved: checks, quotes, history, receipts.

pub mod check;
pub mod history;
pub mod receipt;
pub mod verify;
