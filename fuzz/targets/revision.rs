//! A store whose newest revision, or whose checkpoint, somebody wrote who can also seal it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use standpoint::Error;
use standpoint::store::archive::Archive;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

static STORE: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = standpoint_fuzz::folder().join("store");
    fs::create_dir_all(dir.join("revisions")).expect("a store");
    fs::write(dir.join("format"), "standpoint archive 1\n").expect("a store");
    dir
});

/// With the seal that fits, unless the bytes have one.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    if bytes.ends_with(b"}\n") {
        return bytes.to_vec();
    }
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    [bytes, format!(",\n  \"seal\": \"{hash}\"\n}}\n").as_bytes()].concat()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let file = if first % 4 == 0 { "checkpoint.json" } else { "revisions/00000001.json" };
    fs::write(STORE.join(file), sealed(rest)).expect("a trial can be written");
    let outcome = Archive::open(&*STORE).and_then(|archive| {
        archive.verify_chain()?;
        archive.revisions(1..=9)?;
        archive.at(0)?;
        archive.documents().values().try_for_each(|entry| archive.read(entry).map(drop))
    });
    standpoint_fuzz::read_message(outcome.map_err(Error::from));
    fs::remove_file(STORE.join(file)).expect("a trial can be removed");
});
