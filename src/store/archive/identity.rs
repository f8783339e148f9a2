//! Which store this is: bytes that every copy of it shares and no other store has.
//!
//! They are handed in when a store is made; copies, backups and restored stores keep them. Two stores of
//! one identity may still differ, as branches do, so nothing is believed for the identity alone: what a
//! store holds is named by the hash of its newest revision. The identity tells *whose* a file is.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Number of bytes.
const BYTES: usize = 16;

/// Identity of a store, written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity([u8; BYTES]);

/// Text that is not 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 32 hexadecimal digits")]
pub struct NotAnIdentity;

impl Identity {
    /// The identity with these bytes, which should be random.
    #[must_use]
    pub const fn of_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Identity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; BYTES];
        if text.len() != 2 * BYTES {
            return Err(NotAnIdentity);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else { return Err(NotAnIdentity) };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Identity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        let identity = Identity::of_bytes([0xA5; BYTES]);
        assert_eq!(identity.to_string(), "a5".repeat(BYTES));
        assert_eq!(identity.to_string().parse(), Ok(identity));
        for other in ["", "a5", &"A5".repeat(BYTES), &"g5".repeat(BYTES), &"a5".repeat(BYTES + 1)] {
            assert_eq!(other.parse::<Identity>(), Err(NotAnIdentity), "{other}");
        }
    }
}
