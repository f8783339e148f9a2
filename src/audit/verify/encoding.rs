//! Encodings that texts come in by mistake.
//!
//! Windows-1252 after the WHATWG's table: <https://encoding.spec.whatwg.org/#windows-1252>.
//! Its five empty places are the control characters of Latin-1, so that every byte is a letter
//! and what was read wrongly can be read back.

use super::cause::Cause;

/// What Windows-1252 has at 0x80 to 0x9F.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text that a file holds, and what is wrong with its encoding.
pub(super) fn decode(bytes: Vec<u8>) -> (String, Option<Cause>) {
    let utf16 = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
    };
    match &bytes[..] {
        [0xff, 0xfe, rest @ ..] => return (utf16(u16::from_le_bytes, rest), Some(Cause::Utf16)),
        [0xfe, 0xff, rest @ ..] => return (utf16(u16::from_be_bytes, rest), Some(Cause::Utf16)),
        _ => {}
    }
    String::from_utf8(bytes).map_or_else(
        |error| (error.as_bytes().iter().copied().map(letter).collect(), Some(Cause::Windows1252)),
        |text| (text, None),
    )
}

/// What a byte means in Windows-1252.
pub(super) fn letter(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The byte that means this in Windows-1252, or else in Latin-1.
fn byte(letter: char) -> Option<u8> {
    match u8::try_from(letter) {
        Ok(byte) => Some(byte),
        Err(_) => HIGH.iter().position(|c| *c == letter).and_then(|i| u8::try_from(0x80 + i).ok()),
    }
}

/// The letter that the beginning of `letters` was before its UTF-8 was misread, and how many
/// letters it has become; none where they were not misread.
///
/// Many programs lose the bytes that Windows-1252 leaves empty. Of those letters one is common
/// in texts: the closing quotation mark, whose last byte becomes U+FFFD or nothing.
pub(super) fn unread(letters: &[char]) -> Option<(char, usize)> {
    if let ['â', '€', rest @ ..] = letters
        && byte(*rest.first().unwrap_or(&' ')).is_none_or(|byte| !(0x80..=0xbf).contains(&byte))
    {
        return Some(('”', if rest.first() == Some(&'\u{fffd}') { 3 } else { 2 }));
    }
    let length = match byte(*letters.first()?)? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = letters.get(..length)?.iter().map(|c| byte(*c)).collect::<Option<_>>()?;
    std::str::from_utf8(&bytes).ok()?.chars().next().map(|c| (c, length))
}

/// Whether these letters were misread as Latin-1: Windows-1252 has letters for their bytes.
pub(super) fn is_latin1(letters: &[char]) -> bool {
    letters.iter().any(|c| u8::try_from(*c).is_ok_and(|byte| letter(byte) != *c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_a_letter_and_every_such_letter_a_byte() {
        for b in 0..=255 {
            assert_eq!(byte(letter(b)), Some(b));
        }
        assert_eq!(byte('я'), None);
    }

    #[test]
    fn files_that_are_no_utf8_are_read_all_the_same() {
        assert_eq!(decode(b"\x93caf\xe9\x94".to_vec()), ("“café”".to_owned(), Some(Cause::Windows1252)));
        assert_eq!(decode(b"\xff\xfeh\0\xe9\0".to_vec()), ("hé".to_owned(), Some(Cause::Utf16)));
        assert_eq!(decode("é".into()), ("é".to_owned(), None));
    }

    #[test]
    fn misread_letters_are_read_back() {
        let letters: Vec<char> = "â€œso".chars().collect();
        assert_eq!(unread(&letters), Some(('“', 3)));
        assert!(!is_latin1(&letters));
        assert!(is_latin1(&['â', '\u{80}', '\u{9c}']));
        assert_eq!(unread(&['é', 't']), None);
        assert_eq!(unread(&['â', '€', '\u{fffd}', ' ']), Some(('”', 3)));
        assert_eq!(unread(&['â', '€', ' ']), Some(('”', 2)));
    }
}
