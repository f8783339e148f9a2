//! What can go wrong, classed by who has to act.

use crate::base::diagnostic::{Diagnostic, Severity};
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An error of a wing of the library that can say what would mend it.
///
/// The wing that owns the error implements this, and `From` for [`Error`]; the base knows none of them.
pub trait Helpful: std::error::Error + Send + Sync + 'static {
    /// What would mend it, where that can be said.
    fn help(&self) -> Option<Cow<'_, str>>;
}

/// An error of a wing, carried through the base with its cause and its help.
#[derive(Debug)]
pub struct WingError(Box<dyn Helpful>);

impl fmt::Display for WingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for WingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Any failure of the library.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Files that cannot be taken as they are; their author has to act.
    #[error("nothing was loaded: {}", count(errors(.0), "error"))]
    Input(Vec<Diagnostic>),
    /// Documents that would make the graph wrong; their author has to act.
    #[error("nothing was loaded: {}", count(errors(.0), "violation"))]
    Refused(Vec<Diagnostic>),
    /// A request that cannot be met as it was put; the user has to act.
    #[error("{message}")]
    Usage {
        /// What is wrong with it.
        message: String,
        /// What would do.
        help: Option<String>,
    },
    /// A file that cannot be read or written.
    #[error("cannot {action} {}: {}", named(path), reason(source))]
    File {
        /// "read", "write", "create" …
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file that does not read back as what was to be written. It is not put in place;
    /// whoever maintains this program has to act.
    #[error("the {format} output does not read back as the same graph: {why}")]
    ReadBack {
        /// In which format.
        format: String,
        /// The first difference.
        why: String,
    },
    /// What another wing reports: a query without an answer, a damaged store.
    #[error(transparent)]
    Other(WingError),
}

/// Results of the library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The error of another wing.
    pub fn other(error: impl Helpful) -> Self {
        Self::Other(WingError(Box::new(error)))
    }

    /// A request that cannot be met.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: None }
    }

    /// The same, with what would do instead.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Usage { message, .. } => Self::Usage { message, help: Some(help.into()) },
            other => other,
        }
    }

    /// A file that cannot be read or written, for `map_err`.
    pub fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }

    /// A temporary file that cannot be read again, for `map_err`.
    pub fn temporary(source: io::Error) -> Self {
        Self::File { action: "read", path: "a temporary file".into(), source }
    }

    /// The error of another wing, if it is of this type.
    #[must_use]
    pub fn downcast_ref<E: Helpful>(&self) -> Option<&E> {
        let Self::Other(WingError(error)) = self else { return None };
        let error: &dyn std::error::Error = &**error;
        error.downcast_ref()
    }

    /// What would mend it, where that can be said.
    #[must_use]
    pub fn help(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Usage { help, .. } => help.as_deref().map(Cow::Borrowed),
            Self::Refused(_) => Some(
                "fix them; or load the data as they are with --allow-violations, which the history records"
                    .into(),
            ),
            Self::Other(WingError(error)) => error.help(),
            _ => None,
        }
    }
}

/// How many of them are more than warnings.
fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
}

/// A file's name in its quotation marks; standard input and output have none, nor have temporary files.
fn named(path: &Path) -> String {
    let name = path.display().to_string();
    if name.starts_with("standard ") || name == "a temporary file" { name } else { format!("`{name}`") }
}

/// What the system says, without its number.
pub fn reason(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::InvalidData {
        return "it is not valid UTF-8".to_owned();
    }
    let text = error.to_string();
    let bare = text.split_once(" (os error").map_or(text.as_str(), |(bare, _)| bare);
    let mut chars = bare.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// "1 error", "2 errors".
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number with thin groups of three: 1,234,567.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
