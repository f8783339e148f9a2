//! Loading again whatever is saved.

use crate::base::error::{Error, Result};
use crate::cli::commands::output;
use crate::cli::commands::output::Outcome;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a file has to rest before it counts as saved: editors write in several steps.
const REST: Duration = Duration::from_millis(200);
/// How long a load is put off for files that do not come to rest.
const LONGEST_REST: Duration = Duration::from_secs(2);

/// Calls `load` now, and whenever something below these paths has been saved, until the
/// process is ended. `load` tells what is wrong, and the documents that it took where nothing is.
///
/// # Errors
/// A path that is not there at the beginning, or cannot be watched.
pub(super) fn watch(
    paths: &[PathBuf],
    mut load: impl FnMut(bool) -> Option<BTreeSet<String>>,
) -> Result<Outcome> {
    for path in paths {
        if path.as_os_str() == "-" {
            return Err(Error::usage("standard input cannot be watched").with_help("name files or folders"));
        }
        std::fs::metadata(path).map_err(Error::file("read", path))?;
    }
    let (sender, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender).map_err(unwatchable)?;
    let folders: Vec<PathBuf> = paths.iter().map(|path| folder(path)).collect();
    for folder in &folders {
        watcher.watch(folder, RecursiveMode::Recursive).map_err(unwatchable)?;
    }
    let roots: Vec<PathBuf> = folders.iter().filter_map(|folder| std::path::absolute(folder).ok()).collect();
    let mut held = load(true).unwrap_or_default();
    output::note("watching for changes; Ctrl-C stops");
    while let Ok(event) = events.recv() {
        let began = Instant::now();
        let (mut saved, mut moved) = (is_change(&event, &roots), is_of(&event, &roots));
        while began.elapsed() < LONGEST_REST
            && let Ok(next) = events.recv_timeout(REST)
        {
            saved |= is_change(&next, &roots);
            moved |= is_of(&next, &roots);
        }
        if !saved {
            continue;
        }
        output::note("");
        if moved || folders.iter().any(|folder| !folder.is_dir()) {
            back(&mut watcher, &folders);
        }
        let Some(now) = load(false) else { continue };
        for gone in held.difference(&now) {
            output::note(&format!(
                "no file contains {gone} any more; the store keeps it until `standpoint remove {gone}`"
            ));
        }
        held = now;
    }
    Ok(Outcome::Done)
}

/// A file is watched through its folder: saving often puts a new file in its place.
fn folder(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

/// Waits for folders that are gone and watches those that took their places: a new one of the same name
/// is another one.
fn back(watcher: &mut RecommendedWatcher, folders: &[PathBuf]) {
    let is_gone = |folder: &&PathBuf| !folder.is_dir();
    if let Some(gone) = folders.iter().find(is_gone) {
        output::note(&format!("`{}` has disappeared; waiting for it to come back", gone.display()));
    }
    loop {
        while folders.iter().any(|folder| is_gone(&folder)) {
            std::thread::sleep(REST);
        }
        let mut watched = true;
        for folder in folders {
            // What is gone is watched no more, and says so.
            let _ = watcher.unwatch(folder);
            watched &= watcher.watch(folder, RecursiveMode::Recursive).is_ok();
        }
        if watched {
            // Files are put into a new folder one by one.
            std::thread::sleep(REST);
            return;
        }
        std::thread::sleep(REST);
    }
}

/// Whether something was written that may be loaded. Reading is an event too, the store may lie in the
/// folder, and editors and version control keep hidden files beside those that people edit.
fn is_change(event: &notify::Result<notify::Event>, roots: &[PathBuf]) -> bool {
    let is_hidden = |path: &Path| {
        path.iter()
            .map(|name| name.to_string_lossy())
            .any(|name| name.starts_with('.') || name.ends_with('~'))
    };
    let is_read = |path: &PathBuf| {
        let below = roots.iter().find_map(|root| path.strip_prefix(root).ok());
        !is_hidden(below.unwrap_or(path)) && !crate::store::archive::is_inside_store(path)
    };
    event.as_ref().is_ok_and(|event| {
        matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_))
            && event.paths.iter().any(is_read)
    })
}

/// Whether the event is of one of the folders themselves: it was taken away, or another one put there.
fn is_of(event: &notify::Result<notify::Event>, roots: &[PathBuf]) -> bool {
    event.as_ref().is_ok_and(|event| {
        matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(notify::event::ModifyKind::Name(_)))
            && event.paths.iter().any(|path| roots.contains(path))
    })
}

fn unwatchable(error: notify::Error) -> Error {
    Error::usage(format!("the files cannot be watched: {error}"))
}
