//! What the targets share: giving bytes to the library as a file, and reading every message.

use standpoint::ingest;
use standpoint::ingest::{Content, Encoding, Input, Options};
use standpoint::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A folder in memory where there is one: a target writes a file for every trial.
pub fn folder() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = parent.join(format!("standpoint-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for trials");
        folder
    });
    &FOLDER
}

/// Loads bytes as a file of this content, as `standpoint load` does.
pub fn load(content: Content, encoding: Encoding, bytes: &[u8]) {
    let path = folder().join("trial");
    fs::write(&path, bytes).expect("a trial can be written");
    let input =
        Input { name: "trial".into(), path: Some(path), held: None, content, encoding, document: "fuzz/trial".into() };
    read_message(ingest::read(&[input], Options::default(), ingest::nothing_known()));
}

/// Renders what a person would see of an error, narrow and wide.
pub fn read_message<T>(result: Result<T>) {
    let Err(error) = result else { return };
    let _ = (error.to_string(), error.help());
    if let Error::Input(faults) = &error {
        for fault in faults {
            let shown = fault.render(true, 80) + &fault.render(false, 20);
            assert!(!shown.contains("\u{1b}]") && !shown.contains('\u{7}'), "an escape sequence is obeyed");
        }
    }
}
