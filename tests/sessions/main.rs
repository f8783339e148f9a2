//! Sessions: what a person types and what the program answers, kept in files.
//!
//! Every `console` block of `README.md`, `docs/*.md` and `tests/sessions/*.md` is run. The blocks of one
//! file share one folder, in which `data` and `fixtures` are copies of the repository's; the
//! commands are run by `sh`, stdout and stderr together, and `[exit N]` follows where the
//! status is not 0. In expected lines `[..]` stands for anything. `UPDATE=1 cargo test --test
//! sessions` writes what was answered into the files, to be read before it is committed.
//!
//! A file whose first line is `<!-- needs: PATH -->` is skipped, by name, where the reference
//! data does not hold PATH; there, it finds that data in `$REFERENCE`. One whose first line is
//! `<!-- if: COMMAND -->` is skipped, by name, where that command fails.

#[path = "../absent/mod.rs"]
mod absent;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md")];
    for folder in ["docs", "tests/sessions"] {
        let mut pages: Vec<PathBuf> = std::fs::read_dir(root.join(folder))
            .expect("the folder is there")
            .map(|entry| entry.expect("a folder lists its files").path())
            .filter(|path| path.extension().is_some_and(|e| e == "md"))
            .collect();
        pages.sort();
        files.extend(pages);
    }
    let trials = files
        .into_iter()
        .filter(|file| file.exists())
        .map(|file| {
            let name = file.file_stem().expect("a file has a name").to_string_lossy();
            let name =
                if file.parent() == Some(&root.join("docs")) { format!("docs/{name}") } else { name.into() };
            let text = std::fs::read_to_string(&file).expect("a session is text");
            match lacking(&text) {
                Some(Lacking::Data(path)) => absent::without_reference(&name, path),
                Some(Lacking::Command(command)) => absent::without(&name, command),
                None => Trial::test(name, move || run(&file, &text, root)),
            }
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// What a session needs and does not find.
enum Lacking<'a> {
    /// Reference data.
    Data(&'a str),
    /// A command that works.
    Command(&'a str),
}

/// What the first line of a session asks for, if that is not here.
fn lacking(text: &str) -> Option<Lacking<'_>> {
    let asked = |word: &str| Some(text.strip_prefix("<!-- ")?.strip_prefix(word)?.split_once(" -->")?.0);
    if let Some(path) = asked("needs: ") {
        return absent::reference(path).is_none().then_some(Lacking::Data(path));
    }
    let command = asked("if: ")?;
    let output = Command::new("sh").args(["-c", command]).output();
    let works = output.is_ok_and(|output| output.status.success());
    (!works).then_some(Lacking::Command(command))
}

fn run(file: &Path, text: &str, root: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    copy(&root.join("data"), &folder.path().join("data"))?;
    copy(&root.join("tests/fixtures"), &folder.path().join("fixtures"))?;
    let mut answered = String::new();
    let mut lines = text.lines().peekable();
    let mut inside = false;
    let mut failures = String::new();
    while let Some(line) = lines.next() {
        writeln!(answered, "{line}")?;
        if line.starts_with("```") {
            inside = !inside && line == "```console";
            continue;
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else { continue };
        let mut command = command.to_owned();
        while command.ends_with('\\') {
            let Some(next) = lines.next() else { break };
            writeln!(answered, "{next}")?;
            command = format!("{command}\n{next}");
        }
        let mut expected = String::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with("```")) {
            writeln!(expected, "{line}")?;
        }
        let got = answer(&command, folder.path())?;
        if matches(&expected, &got) {
            answered.push_str(&expected);
        } else {
            got.lines().try_for_each(|line| writeln!(answered, "{}", masked(&expected, line)))?;
            write!(failures, "\n$ {command}\n--- expected\n{expected}+++ answered\n{got}")?;
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, answered)?;
        return Ok(());
    }
    Err(failures.into())
}

/// What a command prints, and how it ends if not well.
fn answer(command: &str, folder: &Path) -> Result<String, Failed> {
    let program = Path::new(env!("CARGO_BIN_EXE_standpoint"));
    let programs = program.parent().ok_or("the program is in a folder")?;
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("REFERENCE", std::path::absolute(absent::folder())?)
        .env("USER", "ana")
        .env("HOSTNAME", "canal")
        .env("LC_ALL", "C.UTF-8")
        .env("STANDPOINT_STATE", folder.join(".state"))
        .env_remove("STANDPOINT_STORE")
        .env_remove("RUST_BACKTRACE")
        .output()?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => writeln!(text, "[exit {code}]")?,
        None => writeln!(text, "[killed]")?,
    }
    Ok(text)
}

/// Whether an answer is the expected one, line by line; blanks at line ends do not count.
fn matches(expected: &str, got: &str) -> bool {
    let (mut expected, mut got) = (expected.lines(), got.lines());
    loop {
        match (expected.next(), got.next()) {
            (None, None) => return true,
            (Some(expected), Some(got)) if like(expected.trim_end(), got.trim_end()) => {}
            _ => return false,
        }
    }
}

/// A line of a new answer, with `[..]` where the old answer had it in a line that this one fits.
fn masked<'a>(expected: &'a str, line: &'a str) -> &'a str {
    expected.lines().find(|old| old.contains("[..]") && like(old.trim_end(), line.trim_end())).unwrap_or(line)
}

/// Whether a line fits a pattern in which `[..]` stands for anything.
fn like(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        last = Some(part);
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    match last {
        None => rest.is_empty(),
        Some("") => true,
        // The last part has to end the line, wherever else it stands too.
        Some(part) => rest.is_empty() || rest.ends_with(part),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
