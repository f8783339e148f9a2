//! The rules of the house: what `docs/architecture.md` promises about the source, compared with every line.

mod imports;
mod pages;
mod rules;
mod source;
