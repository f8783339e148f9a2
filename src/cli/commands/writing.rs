//! Options of every command that changes the store: who does it and why, and how long to wait.

use super::author::{Signature, fresh_identity};
use super::context::Context;
use super::output;
use super::times::duration;
use crate::base::error::Result;
use crate::store::archive::{Action, Archive, Holder, Meta, Transaction, Wait};
use std::time::Duration;

/// Options of commands that write.
#[derive(clap::Args, Clone, Debug)]
pub struct Writing {
    #[command(flatten)]
    signature: Signature,

    /// Wait up to this time for another process that is writing: 30, 30s, 2m
    #[arg(long, value_name = "TIME", default_value = "0", hide_default_value = true, value_parser = wait)]
    wait: Duration,
}

impl Writing {
    /// Options of a command that has none: nobody is waited for.
    pub fn plain() -> Self {
        Self { signature: Signature::default(), wait: Duration::ZERO }
    }

    /// Begins to write. On a terminal it is said who is being waited for.
    ///
    /// # Errors
    /// Another process is still writing when the time is up; a store that cannot be written.
    pub fn begin<'a>(
        &self,
        archive: &'a mut Archive,
        context: &Context,
        action: Action,
    ) -> Result<(Transaction<'a>, Meta)> {
        let meta = self.signature.meta(action);
        let fresh = fresh_identity()?;
        let transaction =
            self.within(context, |wait| archive.begin_within(&meta.by, meta.time, fresh, wait))?;
        if let Some(jump) = transaction.clock_jump(meta.time) {
            output::note(&jump.to_string());
        }
        Ok((transaction, meta))
    }

    /// What a revision made now says about itself.
    #[must_use]
    pub fn meta(&self, action: Action) -> Meta {
        self.signature.meta(action)
    }

    /// The same with this reason, if the user gave none.
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Self {
        self.signature.set_message(message);
        self
    }

    /// Does something for which it may have to wait.
    pub fn within<T>(&self, context: &Context, act: impl FnOnce(&Wait<'_>) -> T) -> T {
        let begins = |holder: Option<&Holder>| {
            if context.stderr_is_terminal {
                let whom = holder.map_or_else(|| "another process".to_owned(), ToString::to_string);
                output::note(&format!("waiting for {whom}; Ctrl-C cancels"));
            }
        };
        act(&Wait { at_most: self.wait, begins: &begins })
    }
}

/// As [`duration`], and zero.
fn wait(text: &str) -> Result<Duration, String> {
    if text.trim() == "0" { Ok(Duration::ZERO) } else { duration(text) }
}
