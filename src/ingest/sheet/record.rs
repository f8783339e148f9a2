//! What a coder writes: one serde model for YAML, JSON, JSON Lines and CSV.
//!
//! Names are still names here. Doc comments become the descriptions of the JSON Schema, so
//! that an editor shows them while somebody types.

use super::scalar::{Count, Flag, Many, Name, Quote, Shares, Text, When, Word};
use crate::model::{
    ActorKind, Certainty, CodingRole, Comparator, ConditionKind, EventKind, Explicitness, Family, Intensity,
    List, Mode, RelationKind, Stance, Status,
};
use schemars::{JsonSchema, Schema, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

/// Declares a record: reading is strict about field names, every field may be absent.
///
/// Which absent fields are an error is decided when names are resolved, so that everything
/// that is wrong with a record is reported at once; `required` feeds the schema.
macro_rules! record {
    ($(#[$doc:meta])* $type:ident requires [$($required:literal),*] $($transform:ident $of_text:path;)? { $($(#[$fdoc:meta])* $field:ident: $ftype:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, JsonSchema)]
        #[serde(remote = "Self", deny_unknown_fields, rename_all = "camelCase", default)]
        #[schemars(extend("required" = serde_json::json!([$($required),*])))]
        $(#[schemars(transform = $transform)])?
        pub struct $type { $($(#[$fdoc])* pub $field: $ftype,)* }

        // Left to itself, serde also reads a list of values in the order of the fields.
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> Visitor<'de> for Fields {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("fields, each with its name")
                    }
                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$type, A::Error> {
                        $type::deserialize(MapAccessDeserializer::new(map))
                    }
                    $(
                        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                            Ok($of_text(text))
                        }
                    )?
                }
                deserializer.deserialize_map(Fields)
            }
        }
    };
}

/// Lets a record also be a text.
fn or_text(schema: &mut Schema) {
    let fields = std::mem::take(schema);
    *schema = json_schema!({ "anyOf": [{ "type": "string" }, fields] });
}

record!(
    /// A coding sheet of Standpoint: positions and other facts of an article, or a registry of the
    /// actors, offices, issues and articles that positions refer to. Every name is resolved by id,
    /// label, alias or IRI, whatever its case.
    Sheet requires [] {
        /// Name of this document: loading it again replaces what it said before.
        /// By default the names of the file and its folder.
        document: Option<Text>,
        /// Where things get their IRIs.
        base: Option<Text>,
        /// The article of every record below that names none itself.
        article: Option<Text>,
        /// Who coded this sheet, when, with what.
        coding: Option<Coding>,
        /// Fields of the positions below that give none themselves.
        defaults: Option<Defaults>,
        /// Articles whose text positions point into.
        articles: Vec<Article>,
        /// Stakeholders and sources.
        actors: Vec<Actor>,
        /// Offices.
        posts: Vec<Post>,
        /// Who held which office when: reference knowledge, not what an article says.
        memberships: Vec<Membership>,
        /// Concepts of your own: modes, event kinds, relations, actor kinds, sectors, units.
        vocabulary: Vec<OwnConcept>,
        /// What issues are about.
        topics: Vec<Topic>,
        /// Sentences that one can be for or against.
        issues: Vec<Issue>,
        /// Who takes which stance on which issue.
        positions: Vec<Position>,
        /// What happened, or is said to.
        events: Vec<Event>,
        /// Figures.
        measures: Vec<Measure>,
        /// Surveys of opinion, each with the shares of its answers.
        polls: Vec<Poll>,
        /// The only poll.
        poll: Option<Poll>,
        /// How actors stand to each other.
        relations: Vec<Relation>,
        /// Offices as the article gives them.
        office_claims: Vec<OfficeClaim>,
        /// Sentences that yield nothing, so that nothing is skipped silently.
        nothing_to_encode: Vec<Nothing>,
    }
);

record!(
    /// How the sheet was coded.
    Coding requires [] {
        /// Who coded.
        coder: Option<Text>,
        /// What this coding is to others of the same articles: `first` (the default), `second` for a
        /// coding made independently of the first, `agreed` for one that settles their differences.
        role: Option<Word<CodingRole>>,
        /// The coders whose differences an agreed coding settles.
        from: Many<Text>,
        /// On which day: 2026-01-31.
        date: Option<Text>,
        /// With which tool.
        tool: Option<Text>,
        /// The model that proposed the coding, for assisted coding.
        model: Option<Text>,
        /// Who accepted what the model proposed.
        accepted_by: Option<Text>,
    }
);

record!(
    /// Fields of positions that give none themselves. What is open here comes from the project file, else it
    /// is built in: a public statement, certain; and explicit, or reported if somebody else is a source.
    Defaults requires [] {
        /// How positions were expressed. It is part of their IRIs.
        mode: Option<Word<Mode>>,
        /// How openly the text gives them to their actors.
        explicitness: Option<Word<Explicitness>>,
        /// How far the wording commits itself.
        certainty: Option<Word<Certainty>>,
        /// In whose name they are taken; an empty list in a position means nobody's.
        on_behalf_of: Many<Text>,
        /// What an issue is that gets registered, where the stances on it fit both.
        family: Option<Word<Family>>,
    }
);

record!(
    /// A document whose text positions point into.
    Article requires ["id"] or_text Article::of_id; {
        /// Short name for IRIs: ASCII letters, digits, hyphens.
        id: Option<Text>,
        /// Headline.
        title: Option<Text>,
        /// Outlet.
        publisher: Option<Text>,
        /// Authors.
        author: Many<Text>,
        /// When it appeared.
        published: Option<When>,
        /// BCP 47 tag of the text's language.
        language: Option<Text>,
        /// Where it can be read.
        url: Option<Text>,
        /// SHA-256 over the text's UTF-8 bytes; computed where the text is at hand.
        sha256: Option<Text>,
        /// Length of the text in code points; computed where the text is at hand.
        length: Option<Count>,
        /// The file that holds the text, from this sheet's folder on.
        text: Option<Text>,
        /// Remarks.
        note: Many<Text>,
    }
);

record!(
    /// A stakeholder or source. In short: `Ana Berg (person, politics)`, of which the brackets may be left out.
    Actor requires ["label"] or_text Actor::of_text; {
        /// Short name for IRIs; made from the label where absent.
        id: Option<Text>,
        /// The name to show.
        label: Option<Name>,
        /// Other names.
        aliases: Many<Name>,
        /// What sort of actor; may be left open.
        kind: Option<Word<ActorKind>>,
        /// Field of activity: politics, military, media …
        sector: Option<Text>,
        /// Groups that it belongs to.
        member_of: Many<Text>,
        /// IRIs of the same actor elsewhere.
        exact_match: Many<Text>,
        /// Remarks.
        note: Many<Text>,
    }
);

record!(
    /// An office.
    Post requires ["label"] {
        /// Short name for IRIs; made from the label where absent.
        id: Option<Text>,
        /// Its title.
        label: Option<Name>,
        /// Other titles.
        aliases: Many<Name>,
        /// The actor that it is an office of.
        organisation: Option<Text>,
        /// Whether at most one person holds it at a time.
        single_holder: Flag,
    }
);

record!(
    /// Who held which office, or belonged to which body or group, when.
    Membership requires ["person"] {
        /// Who.
        person: Option<Text>,
        /// Which office; may be absent where an organisation is given.
        post: Option<Text>,
        /// The body or group that the person belonged to, with or without an office in it.
        organisation: Option<Text>,
        /// As what, in a word or two: `president`, `member`.
        role: Option<Text>,
        /// First day.
        from: Option<Text>,
        /// Last day; absent while it lasts.
        until: Option<Text>,
        /// Where it is known from.
        note: Many<Text>,
    }
);

record!(
    /// A concept that you add to a list.
    OwnConcept requires ["list", "label", "definition"] {
        /// The list: mode, event kind, relation, actor kind, sector, or unit.
        list: Option<Word<List>>,
        /// Short name for IRIs; made from the label where absent.
        id: Option<Text>,
        /// The word that sheets use.
        label: Option<Name>,
        /// Other words for it.
        aliases: Many<Name>,
        /// What it is, so that two coders use it alike.
        definition: Option<Text>,
        /// The wider concept of the same list: a word of the model or one of your own.
        broader: Many<Text>,
        /// A passage that is a case of it.
        example: Option<Text>,
        /// Remarks.
        note: Many<Text>,
    }
);

record!(
    /// What issues are about.
    Topic requires ["label"] or_text Topic::of_label; {
        /// Short name for IRIs; made from the label where absent.
        id: Option<Text>,
        /// Its name.
        label: Option<Name>,
        /// Other names.
        aliases: Many<Name>,
        /// Wider topics.
        broader: Many<Text>,
    }
);

record!(
    /// A sentence that one can be for or against, never a topic. In short: `The mill is torn down (proposal)`.
    Issue requires ["label", "family"] or_text Issue::of_text; {
        /// Short name for IRIs; made from the label where absent.
        id: Option<Text>,
        /// The sentence: "Ukraine cedes territory to Russia".
        label: Option<Name>,
        /// Other wordings.
        aliases: Many<Name>,
        /// Something to be done (proposal), or held to be true (claim).
        family: Option<Word<Family>>,
        /// Topics.
        topic: Many<Text>,
        /// Wider issues.
        broader: Many<Text>,
        /// Issues that cannot come true together with this one.
        incompatible_with: Many<Text>,
        /// Issues that a text sets against this one: "despite", "while others".
        contrasts_with: Many<Text>,
        /// Issues that come true with this one.
        entails: Many<Text>,
        /// Its negation.
        opposite: Option<Text>,
        /// Remarks.
        note: Many<Text>,
    }
);

record!(
    /// One link of an attribution chain.
    Attribution requires ["source"] {
        /// Actor, article or anonymous source that says it.
        source: Option<Text>,
        /// The verb or phrase of saying.
        verb: Option<Text>,
        /// The words that attribute.
        quote: Option<Quote>,
    }
);

record!(
    /// What the position depends on.
    Condition requires ["kind", "text"] {
        /// How it binds.
        kind: Option<Word<ConditionKind>>,
        /// The condition in your words.
        text: Option<Text>,
        /// The issue that would have to come true.
        requires: Option<Text>,
        /// The words that state it.
        quote: Option<Quote>,
    }
);

record!(
    /// A reason that the actor gives.
    Reason requires ["text"] {
        /// The reason in your words.
        text: Option<Text>,
        /// The words that state it.
        quote: Option<Quote>,
    }
);

record!(
    /// When the stance holds, where the text says so.
    Validity requires [] {
        /// First day, or any EDTF date.
        from: Option<Text>,
        /// Last day, or any EDTF date.
        until: Option<Text>,
    }
);

/// Declares a record that an article states: it shares the fields of an attestation.
macro_rules! stated {
    ($(#[$doc:meta])* $type:ident requires [$($required:literal),*] { $($fields:tt)* }) => {
        record!($(#[$doc])* $type requires [$($required),*] {
            $($fields)*
            /// A name for this record, for others of this sheet that refer to it. Tells a record without
            /// words from others: the number of a vote, of a row.
            key: Option<Text>,
            /// Its number where it comes from: of a statement in a database, of a row. Two records that agree in
            /// everything else stay two.
            number: Option<Text>,
            /// The article, where it is not the sheet's.
            article: Option<Text>,
            /// The words that prove it: the shortest that do. Left out where there are none: a vote, a row
            /// of a table.
            quote: Many<Quote>,
            /// Who says so, the source nearest to the words first.
            attribution: Many<Attribution>,
            /// How far the wording commits itself.
            certainty: Option<Word<Certainty>>,
            /// The hedging words.
            hedge: Many<Quote>,
            /// When it was.
            time: Option<When>,
            /// Remarks.
            note: Many<Text>,
        });

        impl Stated for $type {
            fn attestation(&self) -> AttestationFields<'_> {
                AttestationFields {
                    key: self.key.as_ref(),
                    number: self.number.as_ref(),
                    article: self.article.as_ref(),
                    quote: &self.quote.0,
                    attribution: &self.attribution.0,
                    certainty: self.certainty.as_ref(),
                    hedge: &self.hedge.0,
                    time: self.time.as_ref(),
                    time_field: "time",
                    note: &self.note.0,
                }
            }
        }
    };
}

/// A record that an article states.
pub trait Stated {
    /// The fields that all such records share.
    fn attestation(&self) -> AttestationFields<'_>;
}

/// See [`Stated`].
#[allow(missing_docs)]
pub struct AttestationFields<'a> {
    pub key: Option<&'a Text>,
    pub number: Option<&'a Text>,
    pub article: Option<&'a Text>,
    pub quote: &'a [Quote],
    pub attribution: &'a [Attribution],
    pub certainty: Option<&'a Word<Certainty>>,
    pub hedge: &'a [Quote],
    pub time: Option<&'a When>,
    pub time_field: &'static str,
    pub note: &'a [Text],
}

stated!(
    /// One actor, one issue, one stance.
    Position requires ["actor", "stance", "issue"] {
        /// Whose stance it is.
        actor: Option<Text>,
        /// Who else the words may mean; the likeliest is the `actor`.
        alternative_holder: Many<Text>,
        /// In whose name it is taken; an empty list sets a default aside.
        on_behalf_of: Option<Many<Text>>,
        /// The stance. On a proposal: supports … opposes; on a claim: affirms … denies.
        stance: Option<Word<Stance>>,
        /// What it is about: a sentence of the registry.
        issue: Option<Text>,
        /// How strongly it is put.
        intensity: Option<Word<Intensity>>,
        /// How it was expressed; a public statement unless a default says otherwise.
        mode: Option<Word<Mode>>,
        /// How openly the text gives it to the actor; by default explicit, or reported if somebody else says so.
        explicitness: Option<Word<Explicitness>>,
        /// What it depends on.
        condition: Many<Condition>,
        /// Why, in the actor's words.
        reason: Many<Reason>,
        /// Actors addressed or pressed.
        target: Many<Text>,
        /// When the stance holds, where the text says so.
        valid: Option<Validity>,
        /// What has become of it; in force where absent.
        status: Option<Word<Status>>,
        /// The earlier positions that it replaces: `previous`, a handle, a key, `sheet#key` or an IRI.
        supersedes: Many<Text>,
        /// Other readings of the same ambiguous words: keys, `sheet#key`, handles or IRIs.
        alternative_reading: Many<Text>,
    }
);

stated!(
    /// What happened, or is said to.
    Event requires ["label", "kind"] {
        /// What it was, in your words.
        label: Option<Text>,
        /// What sort.
        kind: Option<Word<EventKind>>,
        /// Who took part.
        participant: Many<Text>,
        /// Where.
        place: Option<Text>,
        /// Issues that were its matter.
        about: Many<Text>,
    }
);

stated!(
    /// A figure.
    Measure requires ["label", "value", "unit"] {
        /// What is measured, in your words.
        label: Option<Text>,
        /// The amount.
        value: Option<Text>,
        /// How the figure relates to it; exactly where absent.
        comparator: Option<Word<Comparator>>,
        /// What it counts: percent, USD, years.
        unit: Option<Text>,
        /// Actors whose figure it is.
        of: Many<Text>,
        /// Issues, or keys or IRIs of events and positions, that it is about.
        about: Many<Text>,
    }
);

record!(
    /// A survey of opinion. It becomes an event, a figure for each answer and for the sample, and the positions of
    /// those who were asked: of the population where more than half of it gave one answer, and of each group that
    /// a share names.
    Poll requires ["population", "shares"] {
        /// What it is called; by default after population and pollster.
        label: Option<Text>,
        /// Who asked.
        pollster: Option<Text>,
        /// When they asked.
        fieldwork: Option<When>,
        /// How many were asked.
        sample: Option<Text>,
        /// Who was asked.
        population: Option<Text>,
        /// The question, as it was put.
        wording: Option<Text>,
        /// The issue that the answers are stances on. Without one, the shares are figures alone.
        issue: Option<Text>,
        /// Percent by answer. With an issue, an answer is a stance, or "don't know", "no answer", "other".
        shares: Option<Shares>,
        /// A name for this record, for others of this sheet that refer to it. Tells a record without
        /// words from others.
        key: Option<Text>,
        /// The article, where it is not the sheet's.
        article: Option<Text>,
        /// The words that prove it.
        quote: Many<Quote>,
        /// Who reports the poll, the source nearest to the words first; the pollster comes before them.
        attribution: Many<Attribution>,
        /// How far the wording commits itself.
        certainty: Option<Word<Certainty>>,
        /// The hedging words.
        hedge: Many<Quote>,
        /// Remarks.
        note: Many<Text>,
    }
);

impl Stated for Poll {
    fn attestation(&self) -> AttestationFields<'_> {
        AttestationFields {
            key: self.key.as_ref(),
            number: None,
            article: self.article.as_ref(),
            quote: &self.quote.0,
            attribution: &self.attribution.0,
            certainty: self.certainty.as_ref(),
            hedge: &self.hedge.0,
            time: self.fieldwork.as_ref(),
            time_field: "fieldwork",
            note: &self.note.0,
        }
    }
}

stated!(
    /// How two actors stand to each other.
    Relation requires ["from", "relation", "to"] {
        /// From whom.
        from: Option<Text>,
        /// What relation.
        relation: Option<Word<RelationKind>>,
        /// To whom.
        to: Option<Text>,
    }
);

stated!(
    /// An office as the article gives it to somebody; it may be wrong.
    OfficeClaim requires ["person", "post"] {
        /// Who.
        person: Option<Text>,
        /// Which office.
        post: Option<Text>,
    }
);

record!(
    /// Words that yield nothing to encode.
    Nothing requires ["quote"] {
        /// The article, where it is not the sheet's.
        article: Option<Text>,
        /// The words: the first few of the sentence will do.
        quote: Option<Quote>,
        /// Why they yield nothing.
        why: Option<Text>,
    }
);

/// A text that ends in brackets, and what stands in them: `Ana Berg (person, politics)`.
pub(super) fn with_brackets(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    match parts {
        Some((before, inside)) if !before.trim().is_empty() => (before.trim_end(), Some(inside)),
        _ => (text, None),
    }
}

fn name(text: &str) -> Option<Name> {
    Some(Name { language: "en".to_owned(), text: text.to_owned() })
}

impl Actor {
    /// The actor that a short entry stands for: a label, and in brackets a kind and perhaps a sector.
    fn of_text(text: &str) -> Self {
        let (label, inside) = with_brackets(text);
        let mut inside = inside.into_iter().flat_map(|inside| inside.splitn(2, ',')).map(str::trim);
        let kind = inside.next().filter(|kind| !kind.is_empty()).map(Word::new);
        Self {
            label: name(label),
            kind,
            sector: inside.next().map(|s| Text(s.to_owned())),
            ..Self::default()
        }
    }
}

impl Issue {
    /// The issue that a short entry stands for: a label, and in brackets its family.
    fn of_text(text: &str) -> Self {
        let (label, family) = with_brackets(text);
        Self { label: name(label), family: family.map(Word::new), ..Self::default() }
    }
}

impl Topic {
    /// The topic that a short entry stands for: its label.
    fn of_label(text: &str) -> Self {
        Self { label: name(text), ..Self::default() }
    }
}

impl Article {
    /// The article that a short entry stands for: its id.
    fn of_id(text: &str) -> Self {
        Self { id: Some(Text(text.to_owned())), ..Self::default() }
    }
}
