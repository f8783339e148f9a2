//! What a store promises, with faults in between.

mod crashes;
mod sequences;
