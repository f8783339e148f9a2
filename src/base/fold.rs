//! Words as they are compared: without case, accents, script and spelling variants.
//!
//! Names of one person are written in many ways: Zelensky, Zelenskyy, Zelenskij, Зеленський,
//! Зеленский. Three steps make them alike, each taking in more than the one before:
//!
//! 1. [`normalize_name`]: case, quotation marks, dashes, blanks. By this form names are the same or not:
//!    registries resolve by it, and the index of names on disk holds hashes of it.
//! 2. [`fold`]: compatibility decomposition without marks (`é` is `e`), lower case, letters that do not
//!    decompose (`ł`, `ø`, `ß`), Cyrillic and Greek in Latin letters. By this form names are searched for.
//!    Cyrillic follows what English newspapers print, close to BGN/PCGN: `х` is `kh`, `щ` is `shch`, soft
//!    and hard signs are nothing. Whether `г` is a Ukrainian `h` or a Russian `g`, and `и` a `y` or an `i`,
//!    only the language tells: they are `g` and `i` here, and an `h` for the former is one typo.
//! 3. [`sound`]: what the schemes of transliteration differ in, asked only where step 2 finds nothing. `y`,
//!    `j` and `i` are one letter, doubled letters one, `kh` is `h`, `ou` is `u`, `w` is `v`; a silent `e` is
//!    dropped from the end.
//!
//! Deliberately absent: Arabic, Hebrew, Chinese and other scripts, which are compared as they are,
//! and stems of words, which depend on the language.

use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// As it is compared; never empty.
    pub folded: String,
}

/// A name with compatibility forms, case, quotation marks and runs of blanks made alike: step 1.
#[must_use]
pub fn normalize_name(name: &str) -> String {
    if name.bytes().all(|b| b.is_ascii_graphic() || b == b' ') && !name.contains("  ") {
        return name.trim().to_ascii_lowercase();
    }
    let mut out = String::with_capacity(name.len());
    for c in name.nfkc().flat_map(char::to_lowercase) {
        match c {
            '\u{2018}' | '\u{2019}' => out.push('\''),
            '\u{201c}' | '\u{201d}' => out.push('"'),
            '\u{2010}'..='\u{2015}' => out.push('-'),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// A text without case, accents and script (step 2); everything but letters and digits is one space.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    each(text, |_, folded| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(folded);
    });
    out
}

/// The words of a text, in its order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    each(text, |range, folded| words.push(Word { range, folded: folded.to_owned() }));
    words
}

/// Calls `word` with the place, in bytes, and the folded form of each word. No word is kept, so
/// that many texts can be gone through without memory for each.
pub fn each(text: &str, mut word: impl FnMut(Range<usize>, &str)) {
    let mut folded = String::new();
    let (mut start, mut end) = (0, 0);
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let was_empty = folded.is_empty();
        let inside = if c.is_ascii() {
            folded.extend(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()));
            c.is_ascii_alphanumeric()
        } else {
            is_combining_mark(c) || push(c, before, &mut folded)
        };
        // The apostrophe of Лук'янівка is a letter's; that of l'Ukraine parts two words.
        let joins = matches!(c, '\'' | '\u{2019}' | '\u{2bc}')
            && before.is_some_and(is_cyrillic)
            && chars.peek().is_some_and(|(_, next)| is_cyrillic(*next));
        if inside && was_empty && !folded.is_empty() {
            start = at;
        }
        if inside {
            end = at + c.len_utf8();
        } else if !joins && !folded.is_empty() {
            word(start..end, &folded);
            folded.clear();
        }
        before = Some(c);
    }
    if !folded.is_empty() {
        word(start..end, &folded);
    }
}

/// Appends a character beyond ASCII as it is compared; whether it belongs to a word.
fn push(c: char, before: Option<char>, out: &mut String) -> bool {
    let mut belongs = false;
    for plain in std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        // What `и` with a breve decomposes to is a letter of its own.
        let plain = if matches!(c, 'й' | 'Й') { 'й' } else { plain };
        if let Some(latin) = latin(plain, before) {
            out.push_str(latin);
            belongs = true;
        } else if plain.is_alphanumeric() {
            out.push(plain);
            belongs = true;
        }
    }
    belongs
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

/// A lower-case letter in Latin letters, where it has no decomposition into them.
fn latin(c: char, before: Option<char>) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'ђ' => "dj",
        'е' | 'э' => "e",
        'є' => "ye",
        'ж' => "zh",
        'з' => "z",
        'ѕ' => "dz",
        'и' | 'і' => "i",
        'й' | 'ы' => "y",
        'ј' => "j",
        'к' => "k",
        'л' => "l",
        'љ' => "lj",
        'м' => "m",
        'н' => "n",
        'њ' => "nj",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'ћ' => "c",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'џ' => "dz",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        'α' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' | 'ι' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' if matches!(before, Some('ο' | 'Ο')) => "u",
        'υ' => "y",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        _ => return None,
    })
}

/// A folded word or text as it is compared where spellings differ: see the module.
#[must_use]
pub fn sound(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    for word in folded.split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        sound_word(word, &mut out);
    }
    out
}

fn sound_word(word: &str, out: &mut String) {
    let start = out.len();
    let mut last = None;
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match (c, chars.peek()) {
            ('y' | 'j', _) => 'i',
            ('w', _) => 'v',
            ('k', Some('h')) | ('o', Some('u')) => continue,
            (c, _) => c,
        };
        // A doubled digit is another number.
        if last != Some(c) || !c.is_alphabetic() {
            out.push(c);
        }
        last = Some(c);
    }
    // Poutine; but not "one".
    if out[start..].chars().count() > 4 && out.ends_with('e') {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_punctuation_do_not_count() {
        assert_eq!(fold("  Élysée–Palace: “Wałęsa” 80 %"), "elysee palace walesa 80");
        assert_eq!(fold("l’Ukraine, people's"), "l ukraine people s");
        assert_eq!(fold("Straße ﬁne"), "strasse fine");
        assert_eq!(fold("…"), "");
    }

    #[test]
    fn scripts_do_not_count() {
        assert_eq!(fold("Владимир Путин"), "vladimir putin");
        assert_eq!(fold("Лук'янівка Луганськ"), "lukyanivka lugansk");
        assert_eq!(fold("Μητσοτάκης Πούτιν"), "mitsotakis poutin");
        assert_eq!(fold("北京 القاهرة"), "北京 القاهرة", "other scripts stay");
    }

    #[test]
    fn the_spellings_of_a_name_sound_alike() {
        let alike = |names: &[&str]| {
            let sounds: Vec<String> = names.iter().map(|name| sound(&fold(name))).collect();
            assert!(sounds.iter().all(|one| *one == sounds[0]), "{sounds:?}");
        };
        alike(&["Zelensky", "Zelenskyy", "Zelenskij", "Zelenskiy", "Zełenski", "Зеленський", "Зеленский"]);
        alike(&["Putin", "Poutine", "Путин", "Путін", "Πούτιν"]);
        alike(&["Kharkiv", "Harkiv", "Харків"]);
        alike(&["Yermak", "Jermak", "Єрмак"]);
        assert_ne!(sound("1100"), sound("100"));
        assert_ne!(sound(&fold("Zelensky")), sound(&fold("Zelenska")));
    }

    #[test]
    fn words_know_their_places() {
        let text = "«Зеленський» said: no—cession";
        let found: Vec<(&str, String)> =
            words(text).into_iter().map(|word| (&text[word.range], word.folded)).collect();
        let expected = [("Зеленський", "zelenskiy"), ("said", "said"), ("no", "no"), ("cession", "cession")];
        assert_eq!(found, expected.map(|(word, folded)| (word, folded.to_owned())));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}|[а-яіїєґА-Я'’ьъ]{0,20}|[a-zé ß'łø]{0,20}") {
            let once = fold(&text);
            prop_assert_eq!(&fold(&once), &once);
            let sounds = sound(&once);
            prop_assert_eq!(&fold(&sounds), &sounds);
        }

        #[test]
        fn words_are_what_folding_joins(text in "\\PC{0,60}") {
            let all = words(&text);
            let joined: Vec<&str> = all.iter().map(|word| word.folded.as_str()).collect();
            prop_assert_eq!(joined.join(" "), fold(&text));
            let mut end = 0;
            for word in all {
                prop_assert!(word.range.start >= end && word.range.end > word.range.start);
                prop_assert!(text.get(word.range.clone()).is_some());
                end = word.range.end;
            }
        }
    }
}
