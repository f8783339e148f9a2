//! Who acts, and when: what the library is told instead of looking for it.

use crate::archive::{Action, Meta};
use jiff::Timestamp;
use std::{env, fs};

/// `user@host` of this process, as far as the system tells.
#[must_use]
pub fn user_at_host() -> String {
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

/// What a revision made now by this user says about itself.
#[must_use]
pub fn meta(action: Action, message: Option<String>) -> Meta {
    Meta { time: now(), by: user_at_host(), message, action }
}
