//! Who acts, when and why: what the library is told instead of looking for it.

use crate::base::error::{Error, Result};
use crate::store::archive::{Action, Identity, Meta};
use clap::builder::NonEmptyStringValueParser;
use jiff::Timestamp;
use std::{env, fs};

/// `user@host` of this process, as far as the system tells.
fn user_at_host() -> String {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let user = variable("USER").or_else(|| variable("LOGNAME")).or_else(|| variable("USERNAME"));
    // Shells know HOSTNAME but seldom pass it on.
    let host = variable("HOSTNAME").or_else(|| variable("COMPUTERNAME")).or_else(|| {
        let name = fs::read_to_string("/etc/hostname").ok()?.trim().to_owned();
        (!name.is_empty()).then_some(name)
    });
    match (user, host) {
        (Some(user), Some(host)) => format!("{user}@{host}"),
        (Some(name), None) | (None, Some(name)) => name,
        (None, None) => "unknown".into(),
    }
}

/// The present moment.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Identity for a store that has none yet.
///
/// # Errors
/// The system has no randomness to give.
pub fn fresh_identity() -> Result<Identity> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::usage(format!("no random bytes from the system: {error}")))?;
    Ok(Identity::of_bytes(bytes))
}

/// What a revision records about whoever makes it, when and why.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Signature {
    /// Reason for the change, for the history
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,

    /// Author of the change, for the history [default: user@host of this process]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    by: Option<String>,
}

impl Signature {
    /// Gives a reason if there is none.
    pub fn set_message(&mut self, message: &str) {
        self.message.get_or_insert_with(|| message.to_owned());
    }

    /// What a revision made now says about itself.
    #[must_use]
    pub fn meta(&self, action: Action) -> Meta {
        let by = self.by.clone().unwrap_or_else(user_at_host);
        Meta { time: now(), by, message: self.message.clone(), action, violations: 0 }
    }
}
