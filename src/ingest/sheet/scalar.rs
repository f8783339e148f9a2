//! The small types that coding sheets are made of.
//!
//! They forgive what formats disagree on: a CSV cell is always text, YAML reads `2025` as
//! a number, and one item need not be written as a list. Words of closed lists are kept as
//! written, so that every wrong one of a file is reported, not the first only.

use crate::model::{Concept, Stance, stance_words};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A text; a number or truth value is taken as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Text, E> {
                Ok(Text(v.to_owned()))
            }
            fn visit_string<E: de::Error>(self, v: String) -> Result<Text, E> {
                Ok(Text(v))
            }
            fn visit_bool<E: de::Error>(self, v: bool) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            // A number with a fraction is not: it would be rounded, and `1.50` be another text than in
            // YAML. JSON with such a number is read as the tree, which keeps it as it is written.
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"] })
    }
}

/// A count or an offset, also when written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        text.0.trim().parse().map(Count).map_err(|_| {
            de::Error::invalid_value(de::Unexpected::Str(&text.0), &"a whole number that is not negative")
        })
    }
}

impl JsonSchema for Count {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0 })
    }
}

/// Yes or no, also when written as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        match text.0.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Self(true)),
            "false" | "no" | "0" => Ok(Self(false)),
            _ => Err(de::Error::invalid_value(de::Unexpected::Str(&text.0), &"true or false")),
        }
    }
}

impl JsonSchema for Flag {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Flag".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean" })
    }
}

/// A word of one of the model's closed lists, not yet looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<C> {
    /// As written.
    pub text: String,
    list: PhantomData<C>,
}

impl<C> Word<C> {
    /// A word as written.
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), list: PhantomData }
    }
}

impl<C: Concept> Word<C> {
    /// The concept that the word names.
    #[must_use]
    pub fn concept(&self) -> Option<C> {
        C::from_word(&self.text)
    }
}

impl<'de, C> Deserialize<'de> for Word<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|text| Self { text: text.0, list: PhantomData })
    }
}

impl<C: Concept> JsonSchema for Word<C> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        C::FIELD.into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut words: Vec<&str> = C::ALL.iter().map(|c| c.word()).collect();
        if C::FIELD == Stance::FIELD {
            words.extend(stance_words::short_words());
        }
        json_schema!({ "enum": words })
    }
}

/// A list; a single item need not be written as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many<T>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
            type Value = Many<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an item or a list of items")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Many<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Many)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Many<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|item| Many(vec![item]))
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Many<T>, E> {
                T::deserialize(de::value::StrDeserializer::new(v)).map(|item| Many(vec![item]))
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Many<T>, E> {
                self.visit_str(&v.to_string())
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Many<T>, E> {
                self.visit_str(&v.to_string())
            }
            fn visit_unit<E: de::Error>(self) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
            fn visit_none<E: de::Error>(self) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
        }
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Many{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [item, { "type": "array", "items": item }] })
    }
}

/// Implements reading a struct from a bare text too, which then fills its first field.
macro_rules! text_or_fields {
    ($type:ident, $fields:ident, $field:ident, $expecting:literal) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct TextOrFields;
                impl<'de> Visitor<'de> for TextOrFields {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }
                    fn visit_str<E: de::Error>(self, v: &str) -> Result<$type, E> {
                        Ok($type($fields { $field: Text(v.to_owned()), ..Default::default() }))
                    }
                    fn visit_i64<E: de::Error>(self, v: i64) -> Result<$type, E> {
                        self.visit_str(&v.to_string())
                    }
                    fn visit_u64<E: de::Error>(self, v: u64) -> Result<$type, E> {
                        self.visit_str(&v.to_string())
                    }
                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$type, A::Error> {
                        $fields::deserialize(MapAccessDeserializer::new(map)).map($type)
                    }
                }
                deserializer.deserialize_any(TextOrFields)
            }
        }

        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let fields = generator.subschema_for::<$fields>();
                json_schema!({ "anyOf": [{ "type": ["string", "number"] }, fields] })
            }
        }
    };
}

/// Words of the article: `"willing to reach"`, or with their place where they stand more than
/// once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote(pub QuoteFields);

/// A quote with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schemars(rename = "quote")]
pub struct QuoteFields {
    /// The words, exactly as the article has them; at most 12 in data that is published.
    pub exact: Text,
    /// Their first code point, counted from 0. Found where the article's text is at hand.
    pub start: Option<Count>,
    /// The code point after their last. Follows from `start`; checked if given.
    pub end: Option<Count>,
    /// A longer passage that holds the words once, to tell several places apart.
    pub within: Option<Text>,
}

text_or_fields!(Quote, QuoteFields, exact, "the quoted words, or {exact: …, start: …}");

/// When it was: a date, or the words of the text and what they resolve to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When(pub WhenFields);

/// A time expression and its resolution.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schemars(rename = "time")]
pub struct WhenFields {
    /// What the words resolve to, as EDTF: `2025-04-11`, `2025-04`, `2025-04-14/2025-04-17`.
    /// Left out where nothing fixes them.
    pub edtf: Text,
    /// The words in the article: `last week`.
    pub text: Option<Text>,
    /// Their first code point, counted from 0.
    pub start: Option<Count>,
    /// The code point after their last.
    pub end: Option<Count>,
    /// A longer passage that holds the words once.
    pub within: Option<Text>,
    /// What the resolution rests on: `explicit`, or `inferred` (say how in `note`).
    pub basis: Option<Word<crate::model::Explicitness>>,
    /// How it was concluded.
    pub note: Option<Text>,
}

text_or_fields!(When, WhenFields, edtf, "an EDTF date, or {text: …, edtf: …}");

/// The share of one answer: a number of percent, or that and whose answer it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share(pub ShareFields);

/// A share with the group whose answer it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schemars(rename = "share")]
pub struct ShareFields {
    /// Percent of those who were asked: 58, 12.5.
    pub percent: Text,
    /// The group that gave this answer, if the text describes one: it gets the position.
    pub actor: Option<Text>,
}

text_or_fields!(Share, ShareFields, percent, "a number of percent, or {percent: …, actor: …}");

/// Answers in the order in which they are written, each with its share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares(pub Vec<(String, Share)>);

impl<'de> Deserialize<'de> for Shares {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SharesVisitor;
        impl<'de> Visitor<'de> for SharesVisitor {
            type Value = Shares;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("answers, each with its share: {supports: 58, opposes: 31}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shares, A::Error> {
                let mut shares = Vec::new();
                while let Some(share) = map.next_entry::<String, Share>()? {
                    shares.push(share);
                }
                Ok(Shares(shares))
            }
        }
        deserializer.deserialize_map(SharesVisitor)
    }
}

impl JsonSchema for Shares {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Shares".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let share = generator.subschema_for::<Share>();
        let words = Stance::ALL.iter().map(|stance| (stance.word().to_owned(), share.clone().to_value()));
        let properties: serde_json::Map<String, serde_json::Value> = words.collect();
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": share })
    }
}

/// A name in a language: `Putin`, or `{uk: Володимир Путін}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// BCP 47 tag; `en` where none is written.
    pub language: String,
    /// The name.
    pub text: String,
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or {language: name}")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Name, E> {
                Ok(Name { language: "en".to_owned(), text: v.to_owned() })
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Name, E> {
                self.visit_str(&v.to_string())
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Name, E> {
                self.visit_str(&v.to_string())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Name, A::Error> {
                let Some((language, text)) = map.next_entry::<String, Text>()? else {
                    return Err(de::Error::custom("a name is missing: write {language: name}"));
                };
                if map.next_key::<String>()?.is_some() {
                    return Err(de::Error::custom(
                        "expected one language per name; write each as an item of its own",
                    ));
                }
                Ok(Name { language, text: text.0 })
            }
        }
        deserializer.deserialize_any(NameVisitor)
    }
}

impl JsonSchema for Name {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": ["string", "number"] },
            { "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": { "type": "string" } }
        ] })
    }
}
