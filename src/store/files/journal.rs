//! A journal of what a store does to the disk, and the disks that a power cut could leave of it.
//!
//! What a file system promises is little: the bytes of a file are there once it was synced, a name once its folder
//! was. Of everything else any part may be lost, and in any order; bytes that were not synced may be there in part,
//! or be zeros.

use super::Step;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Journals that are being kept.
static KEPT: Mutex<Vec<Arc<Open>>> = Mutex::new(Vec::new());

struct Open {
    below: PathBuf,
    steps: Mutex<Vec<Step>>,
    /// Number of the step that fails and of all after it; none where none does.
    fails_at: Option<usize>,
    count: AtomicUsize,
}

/// Enters a step into the journal of the folder that it happens in, if one is kept.
///
/// # Errors
/// The journal has it fail.
pub(super) fn enter(step: impl FnOnce() -> Step) -> io::Result<()> {
    let kept: Vec<Arc<Open>> = KEPT.lock().unwrap().clone();
    if kept.is_empty() {
        return Ok(());
    }
    let step = step();
    for journal in kept {
        if step.path().starts_with(&journal.below) {
            let number = journal.count.fetch_add(1, Ordering::SeqCst);
            if journal.fails_at.is_some_and(|at| number >= at) {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            journal.steps.lock().unwrap().push(step.clone());
        }
    }
    Ok(())
}

impl Step {
    /// Where it happens.
    fn path(&self) -> &Path {
        match self {
            Self::Sync(path, _) | Self::SyncDir(path) | Self::Create(path) => path,
            Self::CreateDir(path) | Self::Remove(path) => path,
            Self::Name(_, to, _) | Self::Rename(_, to) => to,
        }
    }

    /// The folders whose names it changes.
    fn folders(&self) -> Vec<&Path> {
        let changed: &[&Path] = match self {
            Self::Sync(..) | Self::SyncDir(_) => &[],
            Self::Name(_, path, _) | Self::Create(path) | Self::CreateDir(path) | Self::Remove(path) => {
                &[path]
            }
            Self::Rename(from, to) => &[from, to],
        };
        changed.iter().filter_map(|path| path.parent()).collect()
    }
}

/// What is done to the disk below a folder, from when it begins.
pub(in crate::store) struct Journal {
    open: Arc<Open>,
    before: Disk,
}

impl Journal {
    /// Begins with what is there now.
    pub fn begin(below: &Path) -> Self {
        Self::of(below, None)
    }

    /// The same, in which steps fail from this number on, counted from 0.
    pub fn failing(below: &Path, at: usize) -> Self {
        Self::of(below, Some(at))
    }

    fn of(below: &Path, fails_at: Option<usize>) -> Self {
        let open = Arc::new(Open {
            below: below.into(),
            steps: Mutex::default(),
            fails_at,
            count: AtomicUsize::new(0),
        });
        let before = Disk::of(below);
        KEPT.lock().unwrap().push(Arc::clone(&open));
        Self { open, before }
    }

    /// Steps until now.
    pub fn len(&self) -> usize {
        self.open.steps.lock().unwrap().len()
    }

    /// Whether a step has failed.
    pub fn has_failed(&self) -> bool {
        self.open.fails_at.is_some_and(|at| self.open.count.load(Ordering::SeqCst) > at)
    }

    /// A step that was done, and where, for people.
    pub fn told(&self, done: usize) -> String {
        let steps = self.open.steps.lock().unwrap();
        let kind = |step: &Step| format!("{step:?}").split('(').next().unwrap_or_default().to_owned();
        let told = steps[..done].iter().map(|step| format!("\n  {} {}", kind(step), step.path().display()));
        told.collect()
    }

    /// Every disk that a power cut during these steps could leave, each once, with the number of
    /// steps that were done; those after `promised` steps once more than those before. Where many names are not on the disk yet, not all parts of them are tried: none, all,
    /// each alone, all but each, and the first ones.
    pub fn disks(&self, promised: usize) -> Vec<(usize, Disk)> {
        let journal = self.open.steps.lock().unwrap().clone();
        let (mut disks, mut seen) = (Vec::new(), HashSet::new());
        for done in 0..=journal.len() {
            let done_steps = &journal[..done];
            let open = unsynced(done_steps);
            for lost in subsets(&open) {
                for torn in [Torn::Not, Torn::Half, Torn::Empty, Torn::Zeros] {
                    let disk = self.before.after(done_steps, &lost, torn);
                    let mut hasher = DefaultHasher::new();
                    // The state after a promise is another thing to prove than the same one before it.
                    (&disk, done >= promised).hash(&mut hasher);
                    if seen.insert(hasher.finish()) {
                        disks.push((done, disk));
                    }
                }
            }
        }
        disks
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        KEPT.lock().unwrap().retain(|kept| !Arc::ptr_eq(kept, &self.open));
    }
}

/// Numbers of the steps that change names in folders that have not been synced since.
fn unsynced(steps: &[Step]) -> Vec<usize> {
    let is_open = |number: &usize| {
        let folders = steps[*number].folders();
        let is_synced = |folder: &Path| {
            let mut later = steps[number + 1..].iter();
            later.any(|step| matches!(step, Step::SyncDir(dir) if **dir == *folder))
        };
        folders.iter().any(|folder| !is_synced(folder))
    };
    (0..steps.len()).filter(is_open).collect()
}

fn subsets(open: &[usize]) -> BTreeSet<BTreeSet<usize>> {
    let all: BTreeSet<usize> = open.iter().copied().collect();
    let mut subsets = BTreeSet::from([BTreeSet::new(), all.clone()]);
    for number in open {
        subsets.insert(BTreeSet::from([*number]));
        subsets.insert(all.iter().copied().filter(|other| other != number).collect());
        subsets.insert(all.range(number..).copied().collect());
    }
    subsets
}

/// What is left of bytes that were not synced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Torn {
    Not,
    Half,
    Empty,
    Zeros,
}

impl Torn {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Not => bytes.into(),
            Self::Half => bytes[..bytes.len() / 2].into(),
            Self::Empty => Vec::new(),
            Self::Zeros => vec![0; bytes.len()],
        }
    }
}

/// Files below a folder by their paths, with their bytes; folders have none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::store) struct Disk {
    top: PathBuf,
    entries: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl Disk {
    fn of(top: &Path) -> Self {
        let mut disk = Self { top: top.into(), entries: BTreeMap::new() };
        disk.read(top);
        disk
    }

    fn read(&mut self, dir: &Path) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let bytes = if path.is_dir() { None } else { Some(fs::read(&path).unwrap()) };
            if bytes.is_none() {
                self.read(&path);
            }
            self.entries.insert(path, bytes);
        }
    }

    /// Its files, with their bytes.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.entries.iter().filter_map(|(path, bytes)| Some((path.as_path(), bytes.as_deref()?)))
    }

    /// What these steps make of it, without those of these numbers.
    fn after(&self, steps: &[Step], lost: &BTreeSet<usize>, torn: Torn) -> Self {
        let mut disk = self.clone();
        // Files that may be torn, as they are written and as they are left. Two names may have the same bytes: by name.
        let mut open: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        let mut synced: BTreeMap<&Path, &[u8]> = BTreeMap::new();
        for (number, step) in steps.iter().enumerate() {
            let is_lost = lost.contains(&number);
            match step {
                Step::Sync(path, bytes) => {
                    synced.insert(path, bytes);
                    open.remove(&**path);
                    if let Some(there) = disk.entries.get_mut(&**path) {
                        *there = Some(bytes.clone());
                    }
                }
                Step::SyncDir(_) => {}
                Step::Name(from, to, bytes) if !is_lost && disk.has_room(to) => {
                    disk.entries.insert(to.to_path_buf(), Some(bytes.clone()));
                    open.remove(&**to);
                    if synced.get(&**from) != Some(&bytes.as_slice()) {
                        open.insert(to.to_path_buf(), bytes.clone());
                    }
                }
                Step::Create(path) if !is_lost && disk.has_room(path) => {
                    disk.entries.insert(path.to_path_buf(), Some(Vec::new()));
                }
                Step::Rename(from, to) if !is_lost && disk.has_room(to) => disk.rename(from, to),
                Step::CreateDir(path) if !is_lost && disk.has_room(path) => {
                    disk.entries.entry(path.to_path_buf()).or_insert(None);
                }
                Step::Remove(path) if !is_lost => disk.entries.retain(|other, _| !other.starts_with(path)),
                _ => {}
            }
        }
        for (path, bytes) in open {
            if disk.entries.get(&path) == Some(&Some(bytes.clone())) {
                disk.entries.insert(path, Some(torn.of(&bytes)));
            }
        }
        disk
    }

    /// Whether there is a folder for it to lie in.
    fn has_room(&self, path: &Path) -> bool {
        let parent = path.parent().expect("it lies below the top");
        parent == self.top || self.entries.get(parent) == Some(&None)
    }

    fn rename(&mut self, from: &Path, to: &Path) {
        let moved = self.entries.extract_if(.., |path, _| path.starts_with(from)).collect::<Vec<_>>();
        self.entries.retain(|path, _| !path.starts_with(to));
        for (path, bytes) in moved {
            let rest = path.strip_prefix(from).expect("it lies below");
            let path = if rest.as_os_str().is_empty() { to.into() } else { to.join(rest) };
            self.entries.insert(path, bytes);
        }
    }

    /// Writes it into an empty folder, another than it is of.
    pub fn write(&self, to: &Path) {
        for (path, bytes) in &self.entries {
            let path = to.join(path.strip_prefix(&self.top).expect("it lies below"));
            match bytes {
                None => fs::create_dir_all(&path).unwrap(),
                Some(bytes) => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, bytes).unwrap();
                }
            }
        }
    }
}
