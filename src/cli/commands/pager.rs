//! Results that are longer than the terminal is high, page by page.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};
use unicode_width::UnicodeWidthStr;

/// Takes a result, and shows it when it is whole: at [`flush`](Write::flush).
pub struct Pager {
    text: Vec<u8>,
    /// Columns and lines of the terminal.
    size: (usize, usize),
}

impl Pager {
    /// A pager on a terminal of so many columns and lines.
    pub fn new(size: (usize, usize)) -> Self {
        Self { text: Vec::new(), size }
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        let text = String::from_utf8_lossy(&text);
        let (width, height) = self.size;
        let lines: Vec<&str> = text.lines().collect();
        let fits = lines.iter().map(|line| high(line, width)).sum::<usize>() < height;
        let wished = std::env::var_os("PAGER");
        // As for git, an empty $PAGER means none.
        if fits || wished.as_ref().is_some_and(|pager| pager.is_empty()) {
            return print(&text);
        }
        let paged = match &wished {
            Some(pager) => through(Command::new("sh").arg("-c").arg(pager), &text),
            None => through(Command::new("less").arg("-R"), &text),
        };
        match paged {
            Ok(()) => return Ok(()),
            Err(error) if wished.is_some() => {
                super::output::note(&format!("$PAGER cannot be run: {error}"));
            }
            // Not every machine has `less`.
            Err(_) => {}
        }
        if io::stdin().is_terminal() { more(&lines, width.max(1), height) } else { print(&text) }
    }
}

/// Lines of the terminal that a line of text takes; colours take no room.
fn high(line: &str, width: usize) -> usize {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().map_or(0, UnicodeWidthStr::width);
    let rest = parts.map(|part| part.split_once('m').map_or(part, |(_, text)| text).width()).sum::<usize>();
    (first + rest).div_ceil(width.max(1)).max(1)
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Hands a text to a program that the user likes to read with.
fn through(command: &mut Command, text: &str) -> io::Result<()> {
    command.stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Colours as they are, and no waiting for what fits.
        command.env("LESS", "FRX");
    }
    // Ctrl-C is for the pager. The shell has a use for it already.
    let _ = ctrlc::set_handler(|| {});
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // Whoever has read enough closes the pipe.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait()?;
    Ok(())
}

/// What somebody wants at the end of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Page,
    Line,
    All,
    Stop,
}

fn more(lines: &[&str], width: usize, height: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let page = height.saturating_sub(1).max(1);
    let mut room = page;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let high = high(line, width);
        if high <= room || room == page {
            writeln!(out, "{line}")?;
            room = room.saturating_sub(high);
            at += 1;
            continue;
        }
        let prompt = format!("── {at} of {} lines: space continues, q stops ──", lines.len());
        write!(out, "{prompt}")?;
        out.flush()?;
        let wish = key()?;
        // Over the prompt, whatever the terminal can do.
        write!(out, "\r{:1$}\r", "", prompt.width())?;
        match wish {
            Wish::Page => room = page,
            Wish::Line => room = high,
            Wish::All => room = usize::MAX,
            Wish::Stop => break,
        }
    }
    out.flush()
}

/// The next key that means something.
#[cfg(unix)]
fn key() -> io::Result<Wish> {
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// Puts the terminal back as it was.
    struct Restore(Termios);
    impl Drop for Restore {
        fn drop(&mut self) {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
        }
    }

    let usual = tcgetattr(io::stdin())?;
    let mut by_key = usual.clone();
    // Ctrl-C, too, is a key here.
    by_key.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
    let _restore = Restore(usual);
    tcsetattr(io::stdin(), OptionalActions::Now, &by_key)?;
    let mut keys = [0; 16];
    loop {
        let length = rustix::io::read(io::stdin(), &mut keys)?;
        return Ok(match &keys[..length] {
            b" " | b"f" | b"\x1b[6~" => Wish::Page,
            b"\n" | b"\r" | b"j" | b"\x1b[B" | b"\x1bOB" => Wish::Line,
            b"G" | b"a" => Wish::All,
            // Nothing at all is the end of input.
            b"" | b"q" | b"Q" | b"\x03" | b"\x04" | b"\x1b" => Wish::Stop,
            _ => continue,
        });
    }
}

/// The next line: a terminal that cannot be told otherwise hands over no less.
#[cfg(not(unix))]
fn key() -> io::Result<Wish> {
    let mut line = String::new();
    let length = io::stdin().read_line(&mut line)?;
    Ok(match line.trim() {
        "" if length > 0 => Wish::Page,
        "a" | "G" => Wish::All,
        _ => Wish::Stop,
    })
}
