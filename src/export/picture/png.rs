//! PNG: a picture as pixels, drawn from its SVG in the light colours.
//!
//! Words need a font, and a program for a server may have none: that is an error, never a picture without words.

use super::Picture;
use crate::base::error::{Error, Result};

/// Without the feature there is no PNG.
#[cfg(not(feature = "png"))]
pub(super) fn png(_: &Picture) -> Result<Vec<u8>> {
    Err(not_built())
}

/// Fails in a build without PNG.
pub(super) fn ensure_built() -> Result<()> {
    if cfg!(feature = "png") { Ok(()) } else { Err(not_built()) }
}

fn not_built() -> Error {
    Error::usage("this build of standpoint writes no PNG: it was built without the cargo feature `png`")
        .with_help("write svg, which browsers and word processors open; or build with --features png")
}

#[cfg(feature = "png")]
pub(super) use with_feature::png;

#[cfg(feature = "png")]
mod with_feature {
    use super::{Error, Picture, Result};
    use crate::export::picture::Shape;
    use crate::export::picture::svg::NO_LINKS;
    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{Group, Node, Options, Tree, fontdb::Database};
    use std::sync::Arc;

    /// Pixels of the file for one of the picture: enough for print.
    const SCALE: f32 = 2.0;
    /// Most pixels of a file.
    const MOST: f64 = 256e6;
    /// Fonts that are taken first, where they are there: those whose widths a picture reckons with.
    const PREFERRED: &[&str] =
        &["DejaVu Sans", "Noto Sans", "Liberation Sans", "Arial", "Helvetica", "Segoe UI"];

    /// The picture in the fonts of this machine.
    pub(in crate::export::picture) fn png(picture: &Picture) -> Result<Vec<u8>> {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        drawn(picture, fonts)
    }

    /// The picture in these fonts.
    fn drawn(picture: &Picture, mut fonts: Database) -> Result<Vec<u8>> {
        let pixels = picture.width * picture.height;
        if pixels > MOST {
            let size = format!("{:.0} by {:.0}", picture.width, picture.height);
            return Err(Error::usage(format!("a picture of {size} pixels is too large for PNG"))
                .with_help("write svg, which has no size; or narrow what is drawn"));
        }
        let families: Vec<String> =
            fonts.faces().flat_map(|face| &face.families).map(|(name, _)| name.clone()).collect();
        let preferred = PREFERRED.iter().find(|name| families.iter().any(|family| family == *name));
        let Some(family) = preferred.map(|name| (*name).to_owned()).or_else(|| families.first().cloned())
        else {
            return Err(Error::usage("there is no font to write the words of a picture in").with_help(
                "install one, such as DejaVu Sans or Noto Sans; or write svg, which takes the viewer's",
            ));
        };
        fonts.set_sans_serif_family(family);
        let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
        let failed = |what: &str| Error::usage(format!("the picture cannot be drawn as PNG: {what}"));
        let tree =
            Tree::from_str(&picture.svg(NO_LINKS), &options).map_err(|error| failed(&error.to_string()))?;
        let (mut written, mut missing) = (0, String::new());
        look_at(tree.root(), &mut written, &mut missing);
        let is_text = |shape: &Shape| matches!(shape, Shape::Text { words, .. } if !words.trim().is_empty());
        let texts = picture.marks.iter().filter(|mark| is_text(&mark.shape)).count();
        if written < texts || !missing.is_empty() {
            let what = if missing.is_empty() { "some words".to_owned() } else { format!("`{missing}`") };
            return Err(Error::usage(format!("no font of this machine has {what}")).with_help(
                "install one that has it, such as those of Noto; or write svg, which takes the viewer's",
            ));
        }
        let scale = if pixels * f64::from(SCALE * SCALE) > MOST { 1.0 } else { SCALE };
        let size = |length: f64| (length * f64::from(scale)).ceil() as u32;
        let mut pixmap =
            Pixmap::new(size(picture.width), size(picture.height)).ok_or_else(|| failed("it has no size"))?;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        pixmap.encode_png().map_err(|error| failed(&error.to_string()))
    }

    /// Counts the texts that are drawn, and finds the first words of which a glyph is missing.
    fn look_at(group: &Group, written: &mut usize, missing: &mut String) {
        for node in group.children() {
            match node {
                Node::Group(inner) => look_at(inner, written, missing),
                Node::Text(text) => {
                    let glyphs = || text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                    *written += usize::from(glyphs().next().is_some());
                    if missing.is_empty()
                        && let Some(glyph) = glyphs().find(|glyph| glyph.id.0 == 0)
                    {
                        *missing = glyph.text.clone();
                    }
                }
                _ => {}
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::export::picture::text::Face;
        use crate::export::picture::{Anchor, Mark, point};

        fn picture(words: &str) -> Picture {
            let mark = Mark::text(point(5.0, 20.0), Anchor::Start, Face::Label, words);
            Picture { title: "A & B".into(), width: 320.0, height: 40.0, marks: vec![mark] }
        }

        #[test]
        fn without_a_font_there_is_no_picture() {
            let error = drawn(&picture("Orrin"), Database::new()).unwrap_err();
            assert_eq!(error.to_string(), "there is no font to write the words of a picture in");
        }

        #[test]
        fn words_become_pixels_or_an_error() {
            let mut fonts = Database::new();
            fonts.load_system_fonts();
            let has_fonts = !fonts.is_empty();
            let drawn_words = drawn(&picture("Orrin"), fonts.clone());
            assert_eq!(drawn_words.is_ok(), has_fonts);
            let Ok(bytes) = drawn_words else { return };
            assert!(bytes.starts_with(b"\x89PNG"));
            // Words leave pixels that a picture without them has not.
            assert_ne!(bytes, drawn(&picture(" "), fonts.clone()).unwrap());
            // A character for private use is in no font.
            let error = drawn(&picture("Orrin \u{10fffd}"), fonts).unwrap_err();
            assert!(error.to_string().starts_with("no font of this machine has "), "{error}");
        }
    }
}
