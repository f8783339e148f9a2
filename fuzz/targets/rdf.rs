//! Graphs: the first byte says in which format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use standpoint::ingest::{Content, Encoding};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let formats = ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"];
    let name = formats[usize::from(*first) % formats.len()];
    let content = Content::from_name(name).expect("a format that is known");
    standpoint_fuzz::load(content, Encoding::Plain, rest);
});
