//! Pictures: plain marks on a plane, and what each of them is about.
//!
//! A [`Picture`] says nothing about positions, so that any analysis can fill one. Each kind of picture is a file
//! here: a plain type of what it shows, and a function that lays it out. [`svg`] writes any of them.
//!
//! Two designs were weighed. A crate for charts draws axes and bars at once, but gives no links, no `<title>`s, no
//! second set of colours for dark screens and no dates that are ranges. Marks by hand are a few hundred lines, and
//! have all of it. Marks carry classes and no colours: a picture in a page takes the page's style sheet and needs
//! no `style` attribute, which a strict content security policy forbids.

pub mod bars;
pub mod chain;
pub mod curve;
pub mod demands;
pub mod heatmap;
pub mod layout;
pub mod network;
pub mod palette;
mod png;
pub mod slopes;
pub mod svg;
#[cfg(test)]
mod tests;
pub mod text;
pub mod timeline;
pub mod tree;

use super::Format;
use crate::base::error::{Error, Result};
use text::{Face, shortened, width, wrapped};

/// Distance of everything from the edge of a picture, in pixels.
pub const MARGIN: f64 = 16.0;
/// Least width of a picture, in pixels: that of a telephone.
pub const NARROWEST: f64 = 320.0;

/// Marks on a plane of pixels, y downwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// What it shows, in words; the title in it and of it.
    pub title: String,
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// What is drawn, in this order.
    pub marks: Vec<Mark>,
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its form.
    pub shape: Shape,
    /// Classes of the style sheet, separated by blanks.
    pub class: String,
    /// What it says to whoever points at it.
    pub title: String,
    /// IRI of what it stands for, if it stands for one thing.
    pub about: Option<String>,
}

/// A form, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line of text.
    Text {
        /// Where it is anchored: on its baseline.
        at: Point,
        /// Which end is there.
        anchor: Anchor,
        /// Size and weight.
        face: Face,
        /// Degrees by which it is turned around that point, clockwise.
        turned: f64,
        /// The words.
        words: String,
    },
    /// A line between two points.
    Line(Point, Point),
    /// A rectangle: left upper corner, width, height, and radius of the corners.
    Rect(Point, f64, f64, f64),
    /// A circle: centre and radius.
    Circle(Point, f64),
    /// A polygon or curve.
    Path(Vec<Step>),
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Goes there without drawing.
    Move(Point),
    /// Draws a straight line there.
    Line(Point),
    /// Draws a cubic curve by two control points to there.
    Curve(Point, Point, Point),
    /// Draws a straight line to the beginning.
    Close,
}

/// A place, in pixels: x to the right, y downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Distance from the left edge.
    pub x: f64,
    /// Distance from the upper edge.
    pub y: f64,
}

/// Which part of a text is where it is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// What a picture says above and below its marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// What it shows.
    pub title: String,
    /// How to read it, and what is left out.
    pub notes: Vec<String>,
    /// Where the data come from.
    pub source: String,
}

/// The point at these coordinates.
#[must_use]
pub const fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Mark {
    /// A form of a class.
    #[must_use]
    pub fn new(shape: Shape, class: impl Into<String>, title: impl Into<String>) -> Self {
        Self { shape, class: class.into(), title: title.into(), about: None }
    }

    /// A line of text, whose own words are what it says.
    #[must_use]
    pub fn text(at: Point, anchor: Anchor, face: Face, words: impl Into<String>) -> Self {
        let words = words.into();
        let title = words.clone();
        Self::new(Shape::Text { at, anchor, face, turned: 0.0, words }, "", title)
    }

    /// Adds classes.
    #[must_use]
    pub fn of_class(mut self, class: &str) -> Self {
        if !self.class.is_empty() {
            self.class.push(' ');
        }
        self.class += class;
        self
    }

    /// Sets what it says.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets what it stands for.
    #[must_use]
    pub fn about(mut self, iri: Option<&str>) -> Self {
        self.about = iri.map(str::to_owned);
        self
    }

    /// Turns a text around its point.
    #[must_use]
    pub fn turned_by(mut self, degrees: f64) -> Self {
        if let Shape::Text { turned, .. } = &mut self.shape {
            *turned = degrees;
        }
        self
    }
}

/// A picture in the making: its heading is there, its marks follow.
pub(super) struct Canvas {
    heading: Heading,
    width: f64,
    marks: Vec<Mark>,
    /// Where the next thing below goes.
    pub(super) y: f64,
}

impl Canvas {
    /// Begins a picture of this width with its title and notes.
    pub(super) fn new(heading: &Heading, width: f64) -> Self {
        let width = width.max(NARROWEST);
        let mut canvas = Self { heading: heading.clone(), width, marks: Vec::new(), y: MARGIN };
        canvas.paragraph(&heading.title.clone(), Face::Title, "");
        for note in &heading.notes {
            canvas.paragraph(note, Face::Note, "quiet");
        }
        canvas.y += 10.0;
        canvas
    }

    /// Draws a mark.
    pub(super) fn draw(&mut self, mark: Mark) {
        self.marks.push(mark);
    }

    /// Lines of text from edge to edge.
    pub(super) fn paragraph(&mut self, text: &str, face: Face, class: &str) {
        for line in wrapped(text, face, self.width - 2.0 * MARGIN, 6) {
            self.y += face.line();
            let at = point(MARGIN, self.y - face.line() * 0.25);
            let mark = Mark::text(at, Anchor::Start, face, line).titled(text);
            self.marks.push(if class.is_empty() { mark } else { mark.of_class(class) });
        }
    }

    /// A row of samples with what they mean, on as many lines as it takes.
    pub(super) fn legend(&mut self, entries: &[(&str, &str)]) {
        let (sample, gap, line) = (14.0, 6.0, 20.0);
        let mut x = MARGIN;
        self.y += line;
        for (class, words) in entries {
            let words = shortened(words, Face::Note, self.width - 2.0 * MARGIN - sample - gap);
            let taken = sample + gap + width(&words, Face::Note) + 14.0;
            if x > MARGIN && x + taken > self.width - MARGIN {
                x = MARGIN;
                self.y += line;
            }
            let shape = match class.contains("tie") {
                true => Shape::Line(point(x, self.y - 7.0), point(x + sample, self.y - 7.0)),
                false => Shape::Rect(point(x, self.y - sample), sample, sample, 2.0),
            };
            self.marks.push(Mark::new(shape, *class, words.clone()));
            let at = point(x + sample + gap, self.y - 3.0);
            self.marks.push(Mark::text(at, Anchor::Start, Face::Note, words));
            x += taken;
        }
        self.y += 6.0;
    }

    /// Ends the picture with its source. It becomes as wide as this, if what was drawn needs it.
    pub(super) fn finish(mut self, needed: f64) -> Picture {
        self.width = self.width.max(needed.ceil());
        self.y += 8.0;
        let source = self.heading.source.clone();
        if !source.is_empty() {
            self.paragraph(&source, Face::Note, "quiet");
        }
        Picture {
            title: self.heading.title,
            width: self.width.ceil(),
            height: (self.y + MARGIN).ceil(),
            marks: self.marks,
        }
    }
}

/// Refuses a format of pictures that this build does not write: before anything is read.
///
/// # Errors
/// PNG in a build without the feature `png`.
pub fn ensure_built(format: Format) -> Result<()> {
    if format == Format::Png { png::ensure_built() } else { Ok(()) }
}

impl Picture {
    /// The picture as a file of a format; marks lead where `links` says, as far as the format has links.
    ///
    /// # Errors
    /// PNG in a build without the feature `png`, without a font, or of too many pixels; a format of no pictures.
    pub fn bytes(&self, format: Format, links: svg::Links<'_>) -> Result<Vec<u8>> {
        match format {
            Format::Svg => Ok(self.svg(links).into_bytes()),
            Format::Png => png::png(self),
            other => Err(Error::usage(format!("{other} holds no picture")).with_help("choose svg or png")),
        }
    }

    /// The boxes of its texts, as far as they are not turned: left, top, right, bottom.
    #[must_use]
    pub fn text_boxes(&self) -> Vec<(String, [f64; 4])> {
        let boxed = |mark: &Mark| match &mark.shape {
            Shape::Text { at, anchor, face, turned, words } if *turned == 0.0 => {
                let wide = width(words, *face);
                let left = match anchor {
                    Anchor::Start => at.x,
                    Anchor::Middle => at.x - wide / 2.0,
                    Anchor::End => at.x - wide,
                };
                let (up, down) = (face.size() * 0.8, face.size() * 0.22);
                Some((words.clone(), [left, at.y - up, left + wide, at.y + down]))
            }
            _ => None,
        };
        self.marks.iter().filter_map(boxed).collect()
    }
}
