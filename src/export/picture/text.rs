//! Widths of texts in fonts that nobody knows: the viewer's.
//!
//! A picture is laid out where no font is at hand. Each character counts as wide as in the widest of the common
//! fonts without serifs (DejaVu Sans, Verdana), in thousandths of the font's size, so that a text takes less room
//! than was left for it and never more.

use unicode_width::UnicodeWidthChar;

/// Size and weight of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The title of a picture.
    Title,
    /// A heading within a picture.
    Head,
    /// Names.
    Label,
    /// Notes, legends and axes.
    Note,
    /// Numbers in cells and marks.
    Cell,
}

impl Face {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Title, Self::Head, Self::Label, Self::Note, Self::Cell];

    /// Height of its letters, in pixels.
    #[must_use]
    pub const fn size(self) -> f64 {
        match self {
            Self::Title => 17.0,
            Self::Head => 13.0,
            Self::Label => 12.0,
            Self::Note => 11.0,
            Self::Cell => 10.0,
        }
    }

    /// Height of a line, in pixels.
    #[must_use]
    pub const fn line(self) -> f64 {
        self.size() * 1.35
    }

    /// Its class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Head => "head",
            Self::Label => "label",
            Self::Note => "note",
            Self::Cell => "cell",
        }
    }

    const fn is_bold(self) -> bool {
        matches!(self, Self::Title | Self::Head)
    }
}

/// Widths of the printable characters of ASCII, from the blank on, in thousandths of the size.
const ASCII: [u16; 95] = [
    352, 401, 460, 838, 636, 1076, 781, 275, 454, 454, 636, 838, 364, 454, 364, 454, 636, 636, 636, 636, 636,
    636, 636, 636, 636, 636, 454, 454, 838, 838, 838, 545, 1000, 684, 686, 698, 771, 632, 575, 775, 752, 421,
    455, 693, 557, 863, 748, 787, 603, 787, 695, 684, 616, 732, 684, 989, 685, 615, 685, 454, 454, 454, 838,
    636, 636, 613, 635, 550, 635, 615, 352, 635, 634, 278, 344, 592, 278, 974, 634, 612, 635, 635, 427, 521,
    394, 634, 592, 818, 592, 592, 525, 636, 454, 636, 838,
];

/// Width of a text in pixels, at most.
#[must_use]
pub fn width(text: &str, face: Face) -> f64 {
    let thousandths: u32 = text.chars().map(|c| u32::from(thousandths(c))).sum();
    let heavier = if face.is_bold() { 1.12 } else { 1.0 };
    f64::from(thousandths) / 1000.0 * face.size() * heavier
}

fn thousandths(c: char) -> u16 {
    match u32::from(c).checked_sub(32) {
        Some(place @ 0..95) => ASCII[place as usize],
        _ => match c.width() {
            Some(0) | None => 0,
            Some(2) => 1000,
            _ if c.is_lowercase() => 650,
            _ => 800,
        },
    }
}

/// A text that takes at most so many pixels: cut where it is longer, with an ellipsis.
#[must_use]
pub fn shortened(text: &str, face: Face, most: f64) -> String {
    if width(text, face) <= most {
        return text.to_owned();
    }
    let ellipsis = width("…", face);
    let mut out = String::new();
    let mut used = ellipsis;
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), face);
        if used > most {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out + "…"
}

/// A text on at most so many lines of at most so many pixels, broken at blanks; the last one is cut if the text is
/// longer.
#[must_use]
pub fn wrapped(text: &str, face: Face, most: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_last = out.len() == lines;
        match out.last_mut() {
            // Words beyond the last line are cut off below.
            Some(line) if is_last || width(&format!("{line} {word}"), face) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out.iter().map(|line| shortened(line, face, most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_the_room_that_they_have() {
        let name = "Ψ".repeat(300);
        for most in [40.0, 100.0, 333.0] {
            let short = shortened(&name, Face::Label, most);
            assert!(width(&short, Face::Label) <= most && short.ends_with('…'), "{short}");
        }
        assert_eq!(shortened("Orrin", Face::Label, 100.0), "Orrin");
    }

    #[test]
    fn lines_break_at_blanks_and_the_last_is_cut() {
        let lines = wrapped("The county covers the loss of the night ferry", Face::Label, 120.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert!(lines.iter().all(|line| width(line, Face::Label) <= 120.0), "{lines:?}");
        assert_eq!(wrapped("a b", Face::Label, 120.0, 2), ["a b"]);
        assert_eq!(wrapped("", Face::Label, 120.0, 2), Vec::<String>::new());
    }

    #[test]
    fn no_face_is_too_small_to_read() {
        assert!(Face::ALL.iter().all(|face| face.size() >= 9.0));
    }
}
