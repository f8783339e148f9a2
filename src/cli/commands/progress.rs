//! What is going on, for work that takes longer than a moment.

use super::context::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// A line on the terminal that says what is being done and for how long; nothing in a pipe.
pub struct Progress(ProgressBar);

impl Progress {
    /// A line that appears with the first thing said.
    #[must_use]
    pub fn new(context: &Context) -> Self {
        let bar = ProgressBar::new_spinner();
        if !context.stderr_is_terminal {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    /// Says what is being done now.
    pub fn say(&self, what: String) {
        self.0.set_message(what);
    }

    /// Erases the line.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
