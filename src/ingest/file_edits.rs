//! Changes to the files of a case: made together or not at all, and kept as a patch with which they are undone.
//!
//! A patch is a unified diff beside the case, `changes/0001.patch`, that other tools read too; once undone it
//! is called `0001.undone`. Each file is replaced by rename, so that a reader sees it as it was or as it is.

use super::{BYTE_ORDER_MARK, Encoding};
use crate::base::error::{Error, Result};
use crate::ingest::sheet::{Edit, edited};
use crate::model::project::Project;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Folder of the patches, in the folder of a case.
pub const FOLDER: &str = "changes";
/// Lines that a patch shows before and after what changes.
const CONTEXT: usize = 3;
/// Mark of a file that does not end with the end of a line.
const UNENDED: &str = "\\ No newline at end of file";

/// Changes to files, not made yet.
#[derive(Clone, Debug)]
pub struct FileEdits {
    folder: PathBuf,
    title: String,
    files: Vec<FileEdit>,
}

#[derive(Clone, Debug)]
struct FileEdit {
    path: PathBuf,
    /// None of a file that is made.
    before: Option<String>,
    /// None of a file that is deleted.
    after: Option<String>,
    hunks: Vec<Hunk>,
}

/// Lines that change, with those around them. Each line has its end, save maybe the last of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hunk {
    /// First line before and after, counted from 0.
    start: [usize; 2],
    /// `' '`, `'-'` or `'+'`, and the line.
    lines: Vec<(char, String)>,
}

/// Changes that have been made.
#[derive(Debug)]
#[must_use = "what was changed may have to be taken back"]
pub struct Made {
    edits: FileEdits,
    patch: Option<PathBuf>,
}

impl FileEdits {
    /// No changes yet to the files of the case in this folder; `title` is the first line of the patch.
    #[must_use]
    pub fn new(folder: &Path, title: impl Into<String>) -> Self {
        Self { folder: folder.to_owned(), title: title.into(), files: Vec::new() }
    }

    /// No changes yet to the files of the case that holds this file; without a case, to those of its folder.
    pub(super) fn of_case_with(file: &Path, title: impl Into<String>) -> Self {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let case = Project::find(folder).and_then(|project| Some(folder.join(project).parent()?.to_owned()));
        Self::new(case.as_deref().unwrap_or(folder), title)
    }

    /// Adds changes of a sheet, of which `text` is what was read: all but a byte-order mark.
    ///
    /// # Errors
    /// The file cannot be read, is packed, or was changed meanwhile.
    pub fn edit(&mut self, path: &Path, text: &str, edits: Vec<Edit>) -> Result<()> {
        if edits.is_empty() {
            return Ok(());
        }
        if Encoding::of_name(&path.to_string_lossy()).1 != Encoding::Plain {
            return Err(Error::usage(format!(
                "`{}` is packed and cannot be changed in place",
                path.display()
            ))
            .with_help("unpack it first"));
        }
        let whole = fs::read_to_string(path).map_err(Error::file("read", path))?;
        let mark = if whole.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        if &whole[mark..] != text {
            return Err(changed_meanwhile(path));
        }
        let shifted = |edit: Edit| Edit { range: edit.range.start + mark..edit.range.end + mark, ..edit };
        self.add(path, &whole, edits.into_iter().map(shifted).collect());
        Ok(())
    }

    fn add(&mut self, path: &Path, text: &str, edits: Vec<Edit>) {
        let after = edited(text, edits.clone());
        if after != text {
            let hunks = hunks(text, edits);
            let (before, after) = (Some(text.to_owned()), Some(after));
            self.files.push(FileEdit { path: path.to_owned(), before, after, hunks });
        }
    }

    /// Adds a file that is made.
    pub fn create(&mut self, path: &Path, text: &str) {
        let hunks = hunks("", vec![Edit { range: 0..0, with: text.to_owned() }]);
        self.files.push(FileEdit {
            path: path.to_owned(),
            before: None,
            after: Some(text.to_owned()),
            hunks,
        });
    }

    /// Adds a file whose text becomes another.
    pub fn rewrite(&mut self, path: &Path, before: &str, after: &str) {
        let common = |pairs: &mut dyn Iterator<Item = (char, char)>| {
            pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum::<usize>()
        };
        let start = common(&mut before.chars().zip(after.chars()));
        let end = common(&mut before[start..].chars().rev().zip(after[start..].chars().rev()));
        let with = after[start..after.len() - end].to_owned();
        self.add(path, before, vec![Edit { range: start..before.len() - end, with }]);
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files that change.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| file.path.as_path())
    }

    /// The changes as a unified diff.
    #[must_use]
    pub fn diff(&self) -> String {
        let mut out = format!("# {}\n", self.title);
        for file in &self.files {
            let name = file.path.strip_prefix(&self.folder).unwrap_or(&file.path).display();
            let [old, new] = [&file.before, &file.after]
                .map(|side| if side.is_some() { name.to_string() } else { "/dev/null".to_owned() });
            out += &format!("--- {old}\n+++ {new}\n");
            file.hunks.iter().for_each(|hunk| hunk.write(&mut out));
        }
        out
    }

    /// Makes the changes and keeps them as a patch.
    ///
    /// # Errors
    /// A file that was changed meanwhile or cannot be written. Then all are as they were.
    pub fn make(self) -> Result<Made> {
        self.unchanged()?;
        let patch = if self.is_empty() { None } else { Some(self.keep()?) };
        let made = Made { edits: self, patch };
        match made.edits.replace(|file| &file.after) {
            Ok(()) => Ok(made),
            Err(error) => {
                made.take_back()?;
                Err(error)
            }
        }
    }

    fn unchanged(&self) -> Result<()> {
        for file in &self.files {
            let now = match fs::read_to_string(&file.path) {
                Ok(text) => Some(text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => return Err(Error::file("read", &file.path)(error)),
            };
            if now != file.before {
                return Err(changed_meanwhile(&file.path));
            }
        }
        Ok(())
    }

    /// Writes the patch under the next number.
    fn keep(&self) -> Result<PathBuf> {
        let folder = self.folder.join(FOLDER);
        fs::create_dir_all(&folder).map_err(Error::file("write", &folder))?;
        let last = numbers(&folder, &["patch", "undone"])?.last().map_or(0, |(number, _)| *number);
        let path = folder.join(format!("{:04}.patch", last + 1));
        let mut file = NamedTempFile::new_in(&folder).map_err(Error::file("write", &path))?;
        file.write_all(self.diff().as_bytes()).map_err(Error::file("write", &path))?;
        file.persist_noclobber(&path).map_err(|error| Error::file("write", &path)(error.error))?;
        Ok(path)
    }

    /// Puts one side of each file in its place.
    fn replace(&self, side: impl Fn(&FileEdit) -> &Option<String>) -> Result<()> {
        for file in &self.files {
            let path = &file.path;
            match side(file) {
                // What was not replaced need not be put back.
                Some(text) if fs::read_to_string(path).is_ok_and(|now| now == *text) => {}
                Some(text) => put(path, text)?,
                None if path.exists() => fs::remove_file(path).map_err(Error::file("delete", path))?,
                None => {}
            }
        }
        Ok(())
    }
}

impl Made {
    /// Takes the changes back, and the patch with them.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn take_back(self) -> Result<()> {
        let restored = self.edits.replace(|file| &file.before);
        if let Some(patch) = &self.patch {
            fs::remove_file(patch).map_err(Error::file("delete", patch))?;
            // Where this was the first change, nothing is left of it.
            if let Some(folder) = patch.parent() {
                let _ = fs::remove_dir(folder);
            }
        }
        restored
    }

    /// The patch; none where nothing has changed.
    #[must_use]
    pub fn patch(&self) -> Option<&Path> {
        self.patch.as_deref()
    }
}

/// A patch of a case, to be undone.
#[derive(Debug)]
pub struct Undo {
    /// The patch.
    pub patch: PathBuf,
    /// What it says that it did.
    pub title: String,
    edits: FileEdits,
}

impl Undo {
    /// The newest change of the case in this folder that is not undone yet.
    ///
    /// # Errors
    /// There is none; the patch cannot be read; a file no longer has what the patch put there.
    pub fn last(folder: &Path) -> Result<Self> {
        let nothing = || {
            Error::usage(format!("`{}` has no change to undo", folder.display()))
                .with_help(format!("changes are kept as patches in `{}`", folder.join(FOLDER).display()))
        };
        let kept = folder.join(FOLDER);
        let (_, patch) = numbers(&kept, &["patch"])?.pop().ok_or_else(nothing)?;
        let text = fs::read_to_string(&patch).map_err(Error::file("read", &patch))?;
        let title = text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
        let mut edits = FileEdits::new(folder, format!("undo: {title}"));
        for (old, new, hunks) in parse(&text, &patch)? {
            let path = folder.join(new.as_deref().or(old.as_deref()).unwrap_or_default());
            let now = match &new {
                Some(_) => Some(fs::read_to_string(&path).map_err(Error::file("read", &path))?),
                None => None,
            };
            let then = reversed(now.as_deref().unwrap_or_default(), &hunks).ok_or_else(|| {
                Error::usage(format!(
                    "`{}` has changed since, so the change cannot be undone",
                    path.display()
                ))
                .with_help(format!("`{}` shows what was changed", patch.display()))
            })?;
            let after = old.is_some().then_some(then);
            edits.files.push(FileEdit { path, before: now, after, hunks: Vec::new() });
        }
        Ok(Self { patch, title, edits })
    }

    /// The files that are restored.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.edits.paths()
    }

    /// Restores the files.
    ///
    /// # Errors
    /// A file that was changed meanwhile or cannot be written. Then all are as they were.
    pub fn make(self) -> Result<Made> {
        self.edits.unchanged()?;
        let made = Made { edits: self.edits, patch: None };
        if let Err(error) = made.edits.replace(|file| &file.after) {
            made.take_back()?;
            return Err(error);
        }
        let undone = self.patch.with_extension("undone");
        fs::rename(&self.patch, &undone).map_err(Error::file("write", &undone))?;
        Ok(made)
    }
}

fn changed_meanwhile(path: &Path) -> Error {
    Error::usage(format!("`{}` was changed meanwhile", path.display())).with_help("run the command again")
}

/// Puts a file in the place of another by rename; it keeps its permissions.
fn put(path: &Path, text: &str) -> Result<()> {
    let failed = || Error::file("write", path);
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(failed())?;
    file.write_all(text.as_bytes()).map_err(failed())?;
    match fs::metadata(&real) {
        Ok(data) if data.permissions().readonly() => {
            return Err(failed()(std::io::ErrorKind::PermissionDenied.into()));
        }
        Ok(data) => file.as_file().set_permissions(data.permissions()).map_err(failed())?,
        Err(_) => {}
    }
    file.as_file().sync_all().map_err(failed())?;
    file.persist(&real).map_err(|error| failed()(error.error))?;
    Ok(())
}

/// The patches of a folder with these endings, by their numbers.
fn numbers(folder: &Path, endings: &[&str]) -> Result<Vec<(u32, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file("read", folder)(error)),
    };
    let numbered = |path: PathBuf| {
        let ending = path.extension()?.to_str()?;
        let number = path.file_stem()?.to_str()?.parse().ok()?;
        endings.contains(&ending).then_some((number, path))
    };
    let mut numbers: Vec<_> = entries.flatten().filter_map(|entry| numbered(entry.path())).collect();
    numbers.sort();
    Ok(numbers)
}

/// Lines with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// What these changes do to lines.
fn hunks(text: &str, mut edits: Vec<Edit>) -> Vec<Hunk> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let old = lines(text);
    let mut starts = vec![0];
    starts.extend(old.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    }));
    let line_of =
        |byte: usize| starts.partition_point(|start| *start <= byte).saturating_sub(1).min(old.len());
    // Lines that change, and the changes of them.
    let mut blocks: Vec<(Range<usize>, Vec<Edit>)> = Vec::new();
    for edit in edits {
        let lines = line_of(edit.range.start)..(line_of(edit.range.end) + 1).min(old.len());
        match blocks.last_mut() {
            Some((last, edits))
                if lines.start < last.end || (lines.start == last.end && lines.is_empty()) =>
            {
                last.end = last.end.max(lines.end);
                edits.push(edit);
            }
            _ => blocks.push((lines, vec![edit])),
        }
    }
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut shown, mut shift) = (0, 0isize);
    for (place, edits) in blocks {
        let bytes = starts[place.start]..starts[place.end];
        let local = |edit: Edit| Edit {
            range: edit.range.start - bytes.start..edit.range.end - bytes.start,
            with: edit.with,
        };
        let after = edited(&text[bytes.clone()], edits.into_iter().map(local).collect());
        let (before, after) = (&old[place.clone()], lines(&after));
        let alike = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
        let rest = before.len().min(after.len()) - alike;
        let tail = before
            .iter()
            .rev()
            .zip(after.iter().rev())
            .take(rest)
            .take_while(|(one, other)| one == other)
            .count();
        let (from, to) = (place.start + alike, place.end - tail);
        let joins = hunks.last().is_some_and(|_| from <= shown + 2 * CONTEXT);
        if !joins {
            if let Some(hunk) = hunks.last_mut() {
                hunk.context(&old, shown..(shown + CONTEXT).min(old.len()));
            }
            let start = from.saturating_sub(CONTEXT);
            let now = start.checked_add_signed(shift).unwrap_or_default();
            hunks.push(Hunk { start: [start, now], lines: Vec::new() });
            shown = start;
        }
        if let Some(hunk) = hunks.last_mut() {
            hunk.context(&old, shown..from);
            hunk.lines.extend(old[from..to].iter().map(|line| ('-', (*line).to_owned())));
            let added = &after[alike..after.len() - tail];
            hunk.lines.extend(added.iter().map(|line| ('+', (*line).to_owned())));
            shift += added.len() as isize - (to - from) as isize;
        }
        shown = to;
    }
    if let Some(hunk) = hunks.last_mut() {
        hunk.context(&old, shown..(shown + CONTEXT).min(old.len()));
    }
    hunks
}

impl Hunk {
    fn context(&mut self, old: &[&str], lines: Range<usize>) {
        self.lines.extend(old[lines].iter().map(|line| (' ', (*line).to_owned())));
    }

    fn side(&self, without: char) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(move |(mark, _)| *mark != without).map(|(_, line)| line.as_str())
    }

    fn write(&self, out: &mut String) {
        let header = |at: usize, without: char| {
            let count = self.side(without).count();
            format!("{},{count}", if count == 0 { at } else { at + 1 })
        };
        *out += &format!("@@ -{} +{} @@\n", header(self.start[0], '+'), header(self.start[1], '-'));
        for (mark, line) in &self.lines {
            out.push(*mark);
            *out += line;
            if !line.ends_with('\n') {
                *out += &format!("\n{UNENDED}\n");
            }
        }
    }
}

/// A file of a patch: its name before and after, and what changes.
type Patched = (Option<String>, Option<String>, Vec<Hunk>);

fn parse(text: &str, patch: &Path) -> Result<Vec<Patched>> {
    let unreadable = |line: &str| {
        Error::usage(format!(
            "`{}` is not a patch that can be undone: `{}`",
            patch.display(),
            line.trim_end()
        ))
    };
    let mut files: Vec<Patched> = Vec::new();
    // Lines that the hunk still has before and after.
    let mut left = [0usize; 2];
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if left != [0, 0] {
            let mark = line.chars().next().unwrap_or(' ');
            let counts: &[usize] = match mark {
                ' ' => &[0, 1],
                '-' => &[0],
                '+' => &[1],
                _ if bare == UNENDED => &[],
                _ => return Err(unreadable(line)),
            };
            let hunk = files
                .last_mut()
                .and_then(|(_, _, hunks)| hunks.last_mut())
                .ok_or_else(|| unreadable(line))?;
            for count in counts {
                left[*count] = left[*count].checked_sub(1).ok_or_else(|| unreadable(line))?;
            }
            match counts {
                [] => unend(hunk),
                _ => hunk.lines.push((mark, line[1..].to_owned())),
            }
        } else if bare == UNENDED {
            files
                .last_mut()
                .and_then(|(_, _, hunks)| hunks.last_mut())
                .map(unend)
                .ok_or_else(|| unreadable(line))?;
        } else if let Some(old) = bare.strip_prefix("--- ") {
            files.push((name(old), None, Vec::new()));
        } else if let Some(new) = bare.strip_prefix("+++ ") {
            files.last_mut().ok_or_else(|| unreadable(line))?.1 = name(new);
        } else if let Some(places) = bare.strip_prefix("@@ -").and_then(|rest| rest.strip_suffix(" @@")) {
            let sides = places.split_once(" +").map(|(old, new)| [old, new].map(|side| side.split_once(',')));
            let Some([Some(old), Some(new)]) = sides else { return Err(unreadable(line)) };
            let number = |text: &str| text.parse::<usize>().map_err(|_| unreadable(line));
            left = [number(old.1)?, number(new.1)?];
            let start = [number(old.0)?.saturating_sub(1), number(new.0)?.saturating_sub(1)];
            files.last_mut().ok_or_else(|| unreadable(line))?.2.push(Hunk { start, lines: Vec::new() });
        } else if !bare.starts_with('#') && !bare.is_empty() {
            return Err(unreadable(line));
        }
    }
    Ok(files)
}

fn name(text: &str) -> Option<String> {
    (text != "/dev/null").then(|| text.to_owned())
}

fn unend(hunk: &mut Hunk) {
    if let Some((_, line)) = hunk.lines.last_mut() {
        line.pop();
    }
}

/// A text before these changes; none where it does not have what they put there. Lines that came or went
/// elsewhere do not matter where what was changed stands once.
fn reversed(text: &str, hunks: &[Hunk]) -> Option<String> {
    let mut lines: Vec<String> = lines(text).into_iter().map(str::to_owned).collect();
    for hunk in hunks.iter().rev() {
        let now: Vec<&str> = hunk.side('-').collect();
        let is_at = |at: usize| {
            lines
                .get(at..at + now.len())
                .is_some_and(|here| here.iter().zip(&now).all(|(one, other)| one == other))
        };
        let at = if is_at(hunk.start[1]) {
            hunk.start[1]
        } else {
            let mut places = (0..=lines.len()).filter(|at| is_at(*at));
            places.next().filter(|_| places.next().is_none())?
        };
        lines.splice(at..at + now.len(), hunk.side('+').map(str::to_owned));
    }
    Some(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(text: &str, changes: &[(&str, &str)]) -> Vec<Edit> {
        let edit = |(from, to): &(&str, &str)| {
            let at = text.find(from).unwrap();
            Edit { range: at..at + from.len(), with: (*to).to_owned() }
        };
        changes.iter().map(edit).collect()
    }

    #[test]
    fn a_patch_shows_what_changes_and_undoes_it() {
        let text: String = (1..=20).map(|n| format!("line {n:02}\n")).collect();
        let changes =
            edits(&text, &[("line 02", "two\nand a half"), ("line 04\n", ""), ("line 20\n", "end")]);
        let mut all = FileEdits::new(Path::new("case"), "recode");
        all.add(Path::new("case/a.yaml"), &text, changes.clone());
        let diff = all.diff();
        assert_eq!(
            diff,
            "# recode\n--- a.yaml\n+++ a.yaml\n@@ -1,7 +1,7 @@\n line 01\n-line 02\n+two\n+and a half\n \
             line 03\n-line 04\n line 05\n line 06\n line 07\n@@ -17,4 +17,4 @@\n line 17\n line 18\n line 19\n\
             -line 20\n+end\n\\ No newline at end of file\n"
        );
        let after = edited(&text, changes);
        let files = parse(&diff, Path::new("x")).unwrap();
        assert_eq!(files[0].2, all.files[0].hunks);
        assert_eq!(reversed(&after, &files[0].2).unwrap(), text);
        // What somebody has written elsewhere stays.
        assert_eq!(reversed(&format!("# new\n{after}"), &files[0].2).unwrap(), format!("# new\n{text}"));
        assert_eq!(reversed(&after.replace("two", "three"), &files[0].2), None);
    }

    #[test]
    fn files_change_together_or_not_at_all_and_are_restored() {
        let dir = tempfile::tempdir().unwrap();
        let (one, made) = (dir.path().join("one.yaml"), dir.path().join("made.yaml"));
        fs::write(&one, "a\n").unwrap();
        let change = || {
            let mut all = FileEdits::new(dir.path(), "test");
            all.add(&one, "a\n", edits("a\n", &[("a", "b")]));
            all.create(&made, "new\n");
            all
        };
        let read = |path: &Path| fs::read_to_string(path).ok();
        change().make().unwrap().take_back().unwrap();
        assert_eq!((read(&one).as_deref(), read(&made)), (Some("a\n"), None));
        let _ = change().make().unwrap();
        assert_eq!((read(&one).as_deref(), read(&made).as_deref()), (Some("b\n"), Some("new\n")));
        assert!(change().make().unwrap_err().to_string().ends_with("was changed meanwhile"));
        let undo = Undo::last(dir.path()).unwrap();
        assert_eq!(undo.title, "test");
        let _ = undo.make().unwrap();
        assert_eq!((read(&one).as_deref(), read(&made)), (Some("a\n"), None));
        assert!(Undo::last(dir.path()).is_err());
        assert!(dir.path().join("changes/0001.undone").is_file());
    }
}
