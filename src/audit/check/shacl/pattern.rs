//! Regular expressions as XPath writes them, for `sh:pattern`.

use regex::{Regex, RegexBuilder};

/// Compiles a pattern with XPath's flags: `i`, `m`, `s`, `x`, `q`.
///
/// What XPath has and the engine of regular expressions has not, `\i`, `\c` and references to
/// groups, is an error, never something else that goes by the same letters.
pub(super) fn compile(pattern: &str, flags: &str) -> Result<Regex, String> {
    if let Some(flag) = flags.chars().find(|flag| !"imsxq".contains(*flag)) {
        return Err(format!("unknown flag {flag:?}; expected i, m, s, x or q"));
    }
    let on = |flag| flags.contains(flag);
    let text = if on('q') { regex::escape(pattern) } else { translate(pattern) };
    RegexBuilder::new(&text)
        .case_insensitive(on('i'))
        .multi_line(on('m') && !on('q'))
        .dot_matches_new_line(on('s'))
        .ignore_whitespace(on('x') && !on('q'))
        .build()
        .map_err(|error| {
            // The message draws the pattern over several lines; its last says what is wrong.
            let message = error.to_string();
            let reason = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("{pattern:?} is not a supported pattern: {reason}")
        })
}

/// Inside brackets, `-[` subtracts a class in XPath, and `&&` and `~~` mean nothing.
fn translate(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut depth = 0_usize;
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                text.push(c);
                text.extend(characters.next());
                continue;
            }
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '-' if depth > 0 && characters.peek() == Some(&'[') => text.push('-'),
            '&' | '~' if depth > 0 => text.push('\\'),
            _ => {}
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_mean_in_xpath() {
        let is_match = |pattern, flags, text| compile(pattern, flags).unwrap().is_match(text);
        assert!(is_match("^[a-z-[aeiou]]+$", "", "bcd"));
        assert!(!is_match("^[a-z-[aeiou]]+$", "", "bad"));
        assert!(is_match("[&&~]", "", "&"));
        assert!(is_match("B", "i", "abc"));
        assert!(is_match("a.c", "s", "a\nc") && !is_match("a.c", "", "a\nc"));
        assert!(is_match("^b$", "m", "a\nb") && !is_match("^b$", "", "a\nb"));
        assert!(is_match("a b", "x", "ab"));
        assert!(is_match("a.b", "q", "xa.bx") && !is_match("a.b", "q", "acb"));
        assert!(compile("a", "g").unwrap_err().contains("'g'"));
        assert!(compile(r"\i\c*", "").is_err());
        assert!(compile(r"(a)\1", "").unwrap_err().ends_with("backreferences are not supported"));
    }
}
