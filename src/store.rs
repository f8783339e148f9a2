//! What is kept, and what is queried.

pub mod archive;
pub mod index;
pub mod load;
pub mod names;
