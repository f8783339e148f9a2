//! The rules of the house: what `docs/architecture.md` promises about the source, held against every line.

mod imports;
mod pages;
mod rules;
mod source;
