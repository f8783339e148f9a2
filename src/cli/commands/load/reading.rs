//! How far the reading of long files has come, on a terminal.

use crate::base::error::count;
use crate::cli::commands::context::Context;
use crate::cli::commands::progress::Progress;
use crate::ingest;
use indicatif::HumanDuration;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// It is said this often.
const EVERY: Duration = Duration::from_millis(500);
/// After this time, what has been read tells how long the rest may take.
const TELLING: Duration = Duration::from_secs(1);

/// Does the work, and says meanwhile how much of the files has been read; none of them is a file for standard input.
pub(in crate::cli::commands) fn told<T>(
    context: &Context,
    progress: &Progress,
    files: &[Option<&Path>],
    reading: &ingest::Progress,
    work: impl FnOnce() -> T,
) -> T {
    if !context.stderr_is_terminal {
        return work();
    }
    let lengths = files.iter().map(|file| {
        let data = std::fs::metadata((*file)?).ok()?;
        data.is_file().then_some(data.len())
    });
    let all: Option<u64> = lengths.sum();
    let (working, done) = channel::<()>();
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            while done.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                progress.say(words(files.len(), reading.taken(), all, begun.elapsed()));
            }
        });
        // Also when the work panics.
        let _working = working;
        work()
    })
}

/// "reading 2 files: 1.2 of 4.2 GB, about 9 seconds left".
fn words(files: usize, taken: u64, all: Option<u64>, passed: Duration) -> String {
    let (unit, name) = if all.unwrap_or(taken) >= 1_000_000_000 { (1e9, "GB") } else { (1e6, "MB") };
    let of = |bytes: u64| format!("{:.1}", bytes as f64 / unit);
    let left = all
        .filter(|all| passed >= TELLING && (1..*all).contains(&taken))
        .map(|all| passed.as_secs_f64() * (all - taken) as f64 / taken as f64)
        .map(|left| format!(", about {} left", HumanDuration(Duration::from_secs_f64(left.ceil()))))
        .unwrap_or_default();
    let all = all.map(|all| format!(" of {}", of(all))).unwrap_or_default();
    format!("reading {}: {}{all} {name}{left}", count(files, "file"), of(taken))
}

#[cfg(test)]
mod tests {
    use super::words;
    use std::time::Duration;

    #[test]
    fn units_are_those_of_the_whole() {
        let soon = Duration::from_millis(500);
        assert_eq!(words(1, 1_240_000_000, Some(4_200_000_000), soon), "reading 1 file: 1.2 of 4.2 GB");
        assert_eq!(words(2, 40_000_000, Some(4_200_000_000), soon), "reading 2 files: 0.0 of 4.2 GB");
        assert_eq!(words(1, 1_000_000, None, soon), "reading 1 file: 1.0 MB");
    }

    #[test]
    fn what_is_left_is_told_once_there_is_something_to_tell_it_by() {
        let later = Duration::from_secs(3);
        let of_four = |taken| words(1, taken, Some(4_000_000), later);
        assert_eq!(of_four(1_000_000), "reading 1 file: 1.0 of 4.0 MB, about 9 seconds left");
        assert_eq!(of_four(0), "reading 1 file: 0.0 of 4.0 MB");
        assert_eq!(of_four(4_000_000), "reading 1 file: 4.0 of 4.0 MB");
        assert_eq!(words(1, 1_000_000, None, later), "reading 1 file: 1.0 MB");
    }
}
