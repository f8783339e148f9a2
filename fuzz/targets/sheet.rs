//! Coding sheets: the first byte says in which format, and whether the file is compressed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use standpoint::ingest::{Content, Encoding};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let name = ["yaml", "json", "jsonl", "csv"][usize::from(first % 4)];
    let encoding = match first / 4 % 8 {
        0 => Encoding::Gzip,
        1 => Encoding::Zstd,
        _ => Encoding::Plain,
    };
    let content = Content::from_name(name).expect("a format that is known");
    standpoint_fuzz::load(content, encoding, rest);
});
