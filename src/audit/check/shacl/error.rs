//! What is wrong with a file of shapes.

use std::fmt;

/// Why shapes cannot be used: the text is no Turtle, a shape is ill-formed, or it asks for something
/// that is not supported. Its message is one line; it names shape and property, where there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapesError {
    /// The shape, by its short name or by where it stands.
    pub shape: Option<String>,
    /// The property of the shape, by its short name.
    pub property: Option<String>,
    /// Line and column of the text, from 1, where it is no Turtle.
    pub place: Option<(usize, usize)>,
    /// Fault: found and expected.
    pub problem: String,
}

impl fmt::Display for ShapesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}: ")?;
        }
        match (&self.shape, &self.property) {
            (Some(shape), Some(property)) => write!(f, "{shape}, {property}: ")?,
            (Some(name), None) | (None, Some(name)) => write!(f, "{name}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ShapesError {}
