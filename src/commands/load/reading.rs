//! How far the reading of long files has come, on a terminal.

use crate::commands::context::Context;
use crate::commands::progress::Progress;
use crate::error::count;
use crate::load::{self, Input};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// It is said this often.
const EVERY: Duration = Duration::from_millis(500);

/// Does the work, and says meanwhile how much of the inputs has been read.
pub(super) fn told<T>(
    context: &Context,
    progress: &Progress,
    inputs: &[Input],
    reading: &load::Progress,
    work: impl FnOnce() -> T,
) -> T {
    if !context.stderr_is_terminal {
        return work();
    }
    let lengths = inputs.iter().map(|input| {
        let data = std::fs::metadata(input.path.as_ref()?).ok()?;
        data.is_file().then_some(data.len())
    });
    let all: Option<u64> = lengths.sum();
    let (working, done) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while done.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                progress.say(words(inputs.len(), reading.taken(), all));
            }
        });
        // Also when the work panics.
        let _working = working;
        work()
    })
}

/// "reading 2 files: 1.2 of 4.2 GB".
fn words(files: usize, taken: u64, all: Option<u64>) -> String {
    let (unit, name) = if all.unwrap_or(taken) >= 1_000_000_000 { (1e9, "GB") } else { (1e6, "MB") };
    let of = |bytes: u64| format!("{:.1}", bytes as f64 / unit);
    let all = all.map(|all| format!(" of {}", of(all))).unwrap_or_default();
    format!("reading {}: {}{all} {name}", count(files, "file"), of(taken))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn units_are_those_of_the_whole() {
        assert_eq!(words(1, 1_240_000_000, Some(4_200_000_000)), "reading 1 file: 1.2 of 4.2 GB");
        assert_eq!(words(2, 40_000_000, Some(4_200_000_000)), "reading 2 files: 0.0 of 4.2 GB");
        assert_eq!(words(1, 1_000_000, None), "reading 1 file: 1.0 MB");
    }
}
