//! Loading again whatever is saved.

use crate::commands::output::{self, Outcome};
use crate::error::{Error, Result};
use notify::{EventKind, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// How long a file has to rest before it counts as saved: editors write in several steps.
const REST: Duration = Duration::from_millis(200);

/// Calls `load` now, and whenever something below these paths has been saved, until the
/// process is ended.
pub(super) fn watch(paths: &[PathBuf], load: impl Fn()) -> Result<Outcome> {
    let (sender, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender).map_err(unwatchable)?;
    for path in paths {
        // A file is watched through its folder: saving often puts a new file in its place.
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new(".")) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        watcher.watch(folder, RecursiveMode::Recursive).map_err(unwatchable)?;
    }
    load();
    output::note("watching for changes; Ctrl-C ends it");
    while let Ok(event) = events.recv() {
        let mut saved = is_change(&event);
        while let Ok(next) = events.recv_timeout(REST) {
            saved |= is_change(&next);
        }
        if saved {
            output::note("");
            load();
        }
    }
    Ok(Outcome::Done)
}

/// Whether something was written. Reading is an event too, and the store may lie in the folder.
fn is_change(event: &notify::Result<notify::Event>) -> bool {
    event.as_ref().is_ok_and(|event| {
        matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_))
            && event.paths.iter().any(|path| !crate::archive::is_inside_store(path))
    })
}

fn unwatchable(error: notify::Error) -> Error {
    Error::usage(format!("the files cannot be watched: {error}"))
}
