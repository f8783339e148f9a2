//! JSON files that notice when a byte of them changes.
//!
//! A file's parent hash proves every revision but the newest, which no other names yet.
//! So each file ends with the hash of all that stands before it:
//!
//! ```json
//! {
//!   "number": 1,
//!   "seal": "<SHA-256 of every byte before the comma that precedes this line>"
//! }
//! ```

use super::ContentHash;
use serde::Serialize;
use serde::de::DeserializeOwned;

const BEFORE: &str = ",\n  \"seal\": \"";
const AFTER: &str = "\"\n}\n";
const END_OF_OBJECT: &str = "\n}";

/// The value as an indented JSON object, sealed.
pub fn seal(value: &impl Serialize) -> Vec<u8> {
    let mut json = serde_json::to_string_pretty(value).expect("plain structures become JSON");
    let body = json.len() - END_OF_OBJECT.len();
    debug_assert!(json.ends_with(END_OF_OBJECT));
    json.truncate(body);
    let seal = ContentHash::of(json.as_bytes());
    format!("{json}{BEFORE}{seal}{AFTER}").into_bytes()
}

/// The value in a sealed file; else what is wrong with the file, continuing a sentence.
pub fn unseal<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let text = str::from_utf8(bytes).map_err(|error| format!("is not UTF-8: {error}"))?;
    let Some((body, seal)) = text.rsplit_once(BEFORE) else {
        return Err("is truncated or has lost its seal".into());
    };
    if seal.strip_suffix(AFTER).and_then(|s| s.parse().ok()) != Some(ContentHash::of(body.as_bytes())) {
        return Err("was changed after it was written: its seal does not match".into());
    }
    serde_json::from_str(text).map_err(|error| format!("cannot be read: {error}"))
}

/// Whether no more than one bit of what every sealed file ends with is other than it should be.
/// What fails this was not changed by one bit.
pub(super) fn is_nearly_sealed(bytes: &[u8]) -> bool {
    let Some(end) = bytes.len().checked_sub(AFTER.len()) else { return false };
    let Some(seal) = end.checked_sub(64 + BEFORE.len()) else { return false };
    let frame = bytes[seal..seal + BEFORE.len()].iter().zip(BEFORE.as_bytes());
    let frame = frame.chain(bytes[end..].iter().zip(AFTER.as_bytes()));
    frame.map(|(found, expected)| (found ^ expected).count_ones()).sum::<u32>() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn no_byte_changes_unseen() {
        let value = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 22)]);
        let sealed = seal(&value);
        assert_eq!(unseal::<BTreeMap<String, serde_json::Value>>(&sealed).unwrap().len(), 3);
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(unseal::<serde_json::Value>(&flipped).is_err(), "byte {at}");
            assert!(is_nearly_sealed(&flipped), "byte {at}");
            assert!(!is_nearly_sealed(&sealed[..at]), "cut at {at}");
            assert!(unseal::<serde_json::Value>(&sealed[..at]).is_err(), "cut at {at}");
        }
    }
}
