//! Why words are not at their place: every cause that is recognised, by name.

use std::fmt;

/// What happened to a text, or to its offsets, since it was coded.
///
/// Where two ways are possible, each is a cause of its own: the text at hand may have gained
/// a byte-order mark, or the coded one had one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The offsets count UTF-8 bytes.
    ByteOffsets,
    /// The offsets count UTF-16 code units, as JavaScript, Java and Windows do.
    Utf16Offsets,
    /// The file is Windows-1252, or Latin-1, and no UTF-8.
    Windows1252,
    /// The file is UTF-16.
    Utf16,
    /// The text is UTF-8 that was once read as Windows-1252: `â€œ` for `“`.
    Mojibake,
    /// The text is UTF-8 that was once read as Latin-1: control characters behind `â`.
    MojibakeLatin1,
    /// The coded text was mojibake; the one at hand is sound.
    MojibakeCoded,
    /// The text begins with a byte-order mark; the coded one did not.
    Bom,
    /// The coded text began with a byte-order mark; this one does not.
    BomLost,
    /// Lines end in CRLF, or CR; those of the coded text in LF.
    Crlf,
    /// Lines end in LF; those of the coded text in CRLF.
    CrlfLost,
    /// Letters are decomposed (NFD); those of the coded text composed (NFC).
    Nfd,
    /// Letters are composed (NFC); those of the coded text decomposed (NFD).
    Nfc,
    /// Quotation marks are of another style.
    QuotationMarks,
    /// Dashes, hyphens or ellipses are of another style.
    Dashes,
    /// Runs of blanks, or line breaks, differ.
    Whitespace,
    /// Text was put in or taken out before the words.
    Shift,
}

impl Cause {
    /// All causes.
    pub const ALL: [Self; 17] = [
        Self::ByteOffsets,
        Self::Utf16Offsets,
        Self::Windows1252,
        Self::Utf16,
        Self::Mojibake,
        Self::MojibakeLatin1,
        Self::MojibakeCoded,
        Self::Bom,
        Self::BomLost,
        Self::Crlf,
        Self::CrlfLost,
        Self::Nfd,
        Self::Nfc,
        Self::QuotationMarks,
        Self::Dashes,
        Self::Whitespace,
        Self::Shift,
    ];

    /// The name that programs know it by; it stays the same in later versions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ByteOffsets => "byte-offsets",
            Self::Utf16Offsets => "utf16-offsets",
            Self::Windows1252 => "windows-1252",
            Self::Utf16 => "utf-16",
            Self::Mojibake => "mojibake",
            Self::MojibakeLatin1 => "mojibake-latin1",
            Self::MojibakeCoded => "mojibake-coded",
            Self::Bom => "bom",
            Self::BomLost => "bom-lost",
            Self::Crlf => "crlf",
            Self::CrlfLost => "crlf-lost",
            Self::Nfd => "nfd",
            Self::Nfc => "nfc",
            Self::QuotationMarks => "quotation-marks",
            Self::Dashes => "dashes",
            Self::Whitespace => "whitespace",
            Self::Shift => "shift",
        }
    }

    /// What happened, as half a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ByteOffsets => "the offsets count UTF-8 bytes, not code points",
            Self::Utf16Offsets => "the offsets count UTF-16 units, not code points",
            Self::Windows1252 => "the file is Windows-1252 or Latin-1, not UTF-8",
            Self::Utf16 => "the file is UTF-16, not UTF-8",
            Self::Mojibake => "the text is mojibake, UTF-8 that was read as Windows-1252",
            Self::MojibakeLatin1 => "the text is mojibake, UTF-8 that was read as Latin-1",
            Self::MojibakeCoded => "the text that was coded was mojibake; this one is correct",
            Self::Bom => "the text begins with a byte-order mark",
            Self::BomLost => "the text lacks the byte-order mark that it was coded with",
            Self::Crlf => "the text has CRLF line ends where it had LF",
            Self::CrlfLost => "the text has LF line ends where it had CRLF",
            Self::Nfd => "the letters are decomposed (NFD) where they were composed (NFC)",
            Self::Nfc => "the letters are composed (NFC) where they were decomposed (NFD)",
            Self::QuotationMarks => "the quotation marks have another style",
            Self::Dashes => "the dashes have another style",
            Self::Whitespace => "spaces or line breaks differ",
            Self::Shift => "text was inserted or deleted before the words",
        }
    }

    /// Whether the text at hand is damaged by it, so that the text is to be mended and nothing
    /// should be moved to fit it.
    #[must_use]
    pub fn is_damage(self) -> bool {
        matches!(self, Self::Windows1252 | Self::Utf16 | Self::Mojibake | Self::MojibakeLatin1)
    }

    /// Whether only the offsets are wrong, whatever the text.
    #[must_use]
    pub fn is_unit(self) -> bool {
        matches!(self, Self::ByteOffsets | Self::Utf16Offsets)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The causes that make words alike which are not the same: other quotation marks, dashes,
/// blanks, letter for letter. None where they differ otherwise.
pub(super) fn differences(coded: &str, found: &str) -> Option<Vec<Cause>> {
    use crate::model::text::plain;
    let (mut coded, mut found) = (coded.chars(), found.chars());
    let mut causes = Vec::new();
    loop {
        let (a, b) = match (coded.next(), found.next()) {
            (None, None) => break,
            (Some(a), Some(b)) => (a, b),
            _ => return None,
        };
        if a == b {
            continue;
        }
        if plain(a) != plain(b) {
            return None;
        }
        causes.push(match plain(a) {
            ' ' => Cause::Whitespace,
            '-' => Cause::Dashes,
            _ => Cause::QuotationMarks,
        });
    }
    causes.sort_unstable();
    causes.dedup();
    Some(causes)
}
