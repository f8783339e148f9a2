//! The closed lists of the model: stances, modes, certainties and the rest.
//!
//! Each list is a SKOS scheme in `ontology/stances.ttl` or `ontology/values.ttl`.
//! A test holds the words, IRIs and values here against those files.

use oxrdf::{NamedNode, NamedNodeRef};

/// Declares a list of concepts: the variant, its local name and the word a coder writes.
macro_rules! concepts {
    ($(#[$doc:meta])* $type:ident, $field:literal, { $($(#[$vdoc:meta])* $variant:ident = $local:literal, $word:literal;)* }) => {
        concepts!($(#[$doc])* $type, $field, iris { $($(#[$vdoc])* $variant = concat!("https://w3id.org/standpoint/ns#", $local), $word;)* });
    };
    ($(#[$doc:meta])* $type:ident, $field:literal, iris { $($(#[$vdoc:meta])* $variant:ident = $iri:expr, $word:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$vdoc])* $variant,)* }

        impl Concept for $type {
            const FIELD: &'static str = $field;
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            fn word(self) -> &'static str { match self { $(Self::$variant => $word),* } }
            fn iri(self) -> NamedNodeRef<'static> {
                match self { $(Self::$variant => NamedNodeRef::new_unchecked($iri)),* }
            }
        }
    };
}

/// One of the model's closed lists.
pub trait Concept: Copy + Eq + 'static {
    /// What a coding sheet calls the field that holds it.
    const FIELD: &'static str;
    /// All values, in the order in which people should see them.
    const ALL: &'static [Self];
    /// The word in a coding sheet; the concept's English `skos:prefLabel`.
    fn word(self) -> &'static str;
    /// The concept's IRI.
    fn iri(self) -> NamedNodeRef<'static>;

    /// The value with this word; case, hyphens and underscores make no difference.
    fn from_word(word: &str) -> Option<Self> {
        // Most words are spelled as the list has them.
        let spelled = Self::ALL.iter().copied().find(|c| c.word() == word);
        spelled.or_else(|| {
            let wanted = squash(word);
            Self::ALL.iter().copied().find(|c| squash(c.word()) == wanted)
        })
    }

    /// The value with this IRI.
    fn from_iri(iri: NamedNodeRef<'_>) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.iri() == iri)
    }
}

/// A word without case, blanks, hyphens and underscores: `Conditionally-Supports` = `conditionally supports`.
pub(crate) fn squash(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A list that a case may extend with concepts of its own.
pub trait Extensible: Concept {
    /// The list.
    const LIST: List;
}

/// A concept of a list that cases extend: one of the model's, or one of a case's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listed<C> {
    /// One of the model's.
    Model(C),
    /// One of a case's own, by its IRI.
    Own(NamedNode),
}

impl<C: Extensible> Listed<C> {
    /// The concept of this IRI.
    #[must_use]
    pub fn of(iri: NamedNode) -> Self {
        C::from_iri(iri.as_ref()).map_or_else(|| Self::Own(iri), Self::Model)
    }

    /// The concept's IRI.
    #[must_use]
    pub fn iri(&self) -> NamedNodeRef<'_> {
        match self {
            Self::Model(concept) => concept.iri(),
            Self::Own(iri) => iri.as_ref(),
        }
    }

    /// What stands for it in the IRIs of records: the word of one of the model's, which never changes; the
    /// IRI of another, whose label may.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Model(concept) => concept.word(),
            Self::Own(iri) => iri.as_str(),
        }
    }
}

concepts!(
    /// The lists that a case may extend; the IRI is that of the scheme.
    List, "list", {
    /// How a position was expressed.
    Mode = "ModeScheme", "mode";
    /// What sort of thing happened.
    EventKind = "EventKindScheme", "event kind";
    /// How two actors stand to each other.
    Relation = "RelationKindScheme", "relation";
    /// What sort of actor it is.
    ActorKind = "ActorKindScheme", "actor kind";
    /// Field of activity of an actor.
    Sector = "SectorScheme", "sector";
    /// What a figure counts.
    Unit = "UnitScheme", "unit";
});

impl List {
    /// What stands before the ids of its concepts in IRIs.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Mode => "mode",
            Self::EventKind => "event-kind",
            Self::Relation => "relation-kind",
            Self::ActorKind => "actor-kind",
            Self::Sector => "sector",
            Self::Unit => "unit",
        }
    }

    /// The words of the model's own concepts in it. Sectors and units have none: any word will do there.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        fn words<C: Concept>() -> Vec<&'static str> {
            C::ALL.iter().map(|concept| concept.word()).collect()
        }
        match self {
            Self::Mode => words::<Mode>(),
            Self::EventKind => words::<EventKind>(),
            Self::Relation => words::<RelationKind>(),
            Self::ActorKind => words::<ActorKind>(),
            Self::Sector | Self::Unit => Vec::new(),
        }
    }

    /// The word of the model's concept with this IRI.
    #[must_use]
    pub fn word_of(self, iri: NamedNodeRef<'_>) -> Option<&'static str> {
        self.words().into_iter().find(|word| self.model(word) == Some(iri))
    }

    /// The model's concept with this word.
    #[must_use]
    pub fn model(self, word: &str) -> Option<NamedNodeRef<'static>> {
        fn iri<C: Concept>(word: &str) -> Option<NamedNodeRef<'static>> {
            C::from_word(word).map(Concept::iri)
        }
        match self {
            Self::Mode => iri::<Mode>(word),
            Self::EventKind => iri::<EventKind>(word),
            Self::Relation => iri::<RelationKind>(word),
            Self::ActorKind => iri::<ActorKind>(word),
            Self::Sector | Self::Unit => None,
        }
    }
}

impl Extensible for Mode {
    const LIST: List = List::Mode;
}

impl Extensible for EventKind {
    const LIST: List = List::EventKind;
}

impl Extensible for RelationKind {
    const LIST: List = List::Relation;
}

impl Extensible for ActorKind {
    const LIST: List = List::ActorKind;
}

concepts!(
    /// What an actor's attitude to an issue is.
    Stance, "stance", {
    /// +1 towards a proposal.
    Supports = "Supports", "supports";
    /// +0.5 towards a proposal: yes, if.
    ConditionallySupports = "ConditionallySupports", "conditionally supports";
    /// 0 towards a proposal, taken as a stance.
    Neutral = "Neutral", "neutral";
    /// 0 towards either: for and against at once.
    Ambivalent = "Ambivalent", "ambivalent";
    /// -0.5 towards a proposal: no, unless.
    ConditionallyOpposes = "ConditionallyOpposes", "conditionally opposes";
    /// -0.5 towards a proposal: worried, frustrated, critical.
    Critical = "Critical", "critical";
    /// -1 towards a proposal.
    Opposes = "Opposes", "opposes";
    /// +1 towards a claim.
    Affirms = "Affirms", "affirms";
    /// +0.5 towards a claim.
    ConsidersLikely = "ConsidersLikely", "considers likely";
    /// 0 towards a claim.
    ConsidersOpen = "ConsidersOpen", "considers open";
    /// -0.5 towards a claim.
    IsSkeptical = "IsSkeptical", "is skeptical";
    /// -1 towards a claim.
    Denies = "Denies", "denies";
    /// Has said nothing, although asked or expected to.
    Undeclared = "Undeclared", "undeclared";
    /// Was asked and refused to answer.
    DeclinedToSay = "DeclinedToSay", "declined to say";
});

concepts!(
    /// What an issue is, and which stances fit it.
    Family, "family", {
    /// Something to be done.
    Proposal = "Proposal", "proposal";
    /// Something held to be true.
    Claim = "Claim", "claim";
});

impl Stance {
    /// The value on the axis from -1 to 1, as the lexical form of an `xsd:decimal`;
    /// none for stances that take no place on it.
    #[must_use]
    pub fn value(self) -> Option<&'static str> {
        match self {
            Self::Supports | Self::Affirms => Some("1"),
            Self::ConditionallySupports | Self::ConsidersLikely => Some("0.5"),
            Self::Neutral | Self::Ambivalent | Self::ConsidersOpen => Some("0"),
            Self::ConditionallyOpposes | Self::Critical | Self::IsSkeptical => Some("-0.5"),
            Self::Opposes | Self::Denies => Some("-1"),
            Self::Undeclared | Self::DeclinedToSay => None,
        }
    }

    /// Whether the stance can be taken on an issue of this family.
    #[must_use]
    pub fn fits(self, family: Family) -> bool {
        match self {
            Self::Ambivalent | Self::Undeclared | Self::DeclinedToSay => true,
            Self::Affirms
            | Self::ConsidersLikely
            | Self::ConsidersOpen
            | Self::IsSkeptical
            | Self::Denies => family == Family::Claim,
            _ => family == Family::Proposal,
        }
    }

    /// The property of the direct triple actor–stance–issue: the same name with a small initial.
    #[must_use]
    pub fn direct_property(self) -> NamedNodeRef<'static> {
        macro_rules! direct { ($($v:ident = $local:literal),*) => { match self { $(Self::$v =>
            NamedNodeRef::new_unchecked(concat!("https://w3id.org/standpoint/ns#", $local))),* } } }
        direct!(
            Supports = "supports",
            ConditionallySupports = "conditionallySupports",
            Neutral = "neutral",
            Ambivalent = "ambivalent",
            ConditionallyOpposes = "conditionallyOpposes",
            Critical = "critical",
            Opposes = "opposes",
            Affirms = "affirms",
            ConsidersLikely = "considersLikely",
            ConsidersOpen = "considersOpen",
            IsSkeptical = "isSkeptical",
            Denies = "denies",
            Undeclared = "undeclared",
            DeclinedToSay = "declinedToSay"
        )
    }

    /// The stance whose direct property this is.
    #[must_use]
    pub fn from_direct_property(property: NamedNodeRef<'_>) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.direct_property() == property)
    }
}

concepts!(
    /// How a position was expressed.
    Mode, "mode", {
    /// Said in public.
    PublicStatement = "PublicStatement", "public statement";
    /// Said behind closed doors.
    PrivateCommunication = "PrivateCommunication", "private communication";
    /// Put to somebody as a demand.
    Demand = "Demand", "demand";
    /// Done, not said.
    PolicyAction = "PolicyAction", "policy action";
    /// Cast as a vote.
    Vote = "Vote", "vote";
    /// Measured by a survey.
    PollResult = "PollResult", "poll result";
    /// Given as a judgement of how things are.
    Assessment = "Assessment", "assessment";
    /// Given as a judgement of how things will be.
    Prediction = "Prediction", "prediction";
    /// Put as a threat.
    Threat = "Threat", "threat";
    /// Put as an offer.
    Offer = "Offer", "offer";
    /// Undertaken.
    Promise = "Promise", "promise";
    /// Given up where it was insisted on.
    Concession = "Concession", "concession";
    /// Said against what others say of the actor.
    Denial = "Denial", "denial";
    /// None of the others.
    OtherMode = "OtherMode", "other";
});

concepts!(
    /// How openly the text gives a position to its actor.
    Explicitness, "explicitness", {
    /// The actor said so.
    Explicit = "Explicit", "explicit";
    /// Somebody else says that the actor holds it.
    Reported = "Reported", "reported";
    /// Read off an act.
    Inferred = "Inferred", "inferred";
    /// Only implied.
    Presupposed = "Presupposed", "presupposed";
});

concepts!(
    /// How far the wording commits itself.
    Certainty, "certainty", {
    /// Plainly asserted.
    Certain = "Certain", "certain";
    /// "Reportedly", "according to", "suggests".
    Probable = "Probable", "probable";
    /// "May", "could".
    Possible = "Possible", "possible";
    /// The wording does not say.
    Underspecified = "Underspecified", "underspecified";
});

concepts!(
    /// How strongly a position is put.
    Intensity, "intensity", {
    /// Put weakly.
    Weak = "Weak", "weak";
    /// Neither weakly nor strongly.
    Moderate = "Moderate", "moderate";
    /// Put strongly.
    Strong = "Strong", "strong";
});

concepts!(
    /// What has become of a position.
    Status, "status", {
    /// Held, as far as is known.
    InForce = "InForce", "in force";
    /// Replaced by a later one.
    Superseded = "Superseded", "superseded";
    /// Taken back.
    Retracted = "Retracted", "retracted";
    /// Denied by somebody.
    Disputed = "Disputed", "disputed";
    /// One of several readings that the words allow.
    Ambiguous = "Ambiguous", "ambiguous";
});

concepts!(
    /// What a coding is to the other codings of the same articles.
    CodingRole, "role", {
    /// The one that questions are asked of, if nothing else is said.
    First = "FirstCoding", "first";
    /// Made of the same articles without knowing of the first.
    Second = "SecondCoding", "second";
    /// Made of several codings by settling their differences.
    Agreed = "AgreedCoding", "agreed";
});

concepts!(
    /// How a condition binds a position.
    ConditionKind, "kind", {
    /// Holds if the condition is met.
    If = "If", "if";
    /// Holds except where the condition is met.
    Unless = "Unless", "unless";
    /// Holds up to the moment when the condition is met.
    Until = "Until", "until";
    /// Holds on the proviso of the condition.
    ProvidedThat = "ProvidedThat", "provided that";
    /// Holds in no case but that of the condition being met.
    OnlyIf = "OnlyIf", "only if";
});

concepts!(
    /// How a figure relates to the amount that it names.
    Comparator, "comparator", {
    /// Exactly.
    Exactly = "Exactly", "exactly";
    /// About.
    About = "About", "about";
    /// More than.
    Over = "Over", "over";
    /// At least.
    AtLeast = "AtLeast", "at least";
    /// Less than.
    Under = "Under", "under";
    /// At most.
    AtMost = "AtMost", "at most";
});

concepts!(
    /// What sort of thing happened.
    EventKind, "kind", {
    /// People met.
    Meeting = "Meeting", "meeting";
    /// Terms were talked over.
    Negotiation = "Negotiation", "negotiation";
    /// Troops were moved.
    TroopMovement = "TroopMovement", "troop movement";
    /// Force was used.
    MilitaryAction = "MilitaryAction", "military action";
    /// Aid was granted or refused.
    AidDecision = "AidDecision", "aid decision";
    /// Something was aired or published.
    Broadcast = "Broadcast", "broadcast";
    /// Opinion was surveyed.
    Poll = "Poll", "poll";
    /// An office changed hands.
    OfficeChange = "OfficeChange", "office change";
    /// An actor changed what it does.
    PolicyChange = "PolicyChange", "policy change";
    /// One actor urged another.
    DiplomaticPressure = "DiplomaticPressure", "diplomatic pressure";
    /// People showed what they are for or against.
    Protest = "Protest", "protest";
    /// A body listened to others.
    Hearing = "Hearing", "hearing";
    /// A dispute was settled by law.
    Ruling = "Ruling", "ruling";
    /// Employees refused to work.
    Strike = "Strike", "strike";
    /// People were chosen by vote.
    Election = "Election", "election";
    /// A document was released.
    Publication = "Publication", "publication";
});

concepts!(
    /// How two actors stand to each other.
    RelationKind, "relation", {
    /// On one side.
    AlliedWith = "AlliedWith", "allied with";
    /// Fighting each other.
    AtWarWith = "AtWarWith", "at war with";
    /// Gives counsel to.
    Advises = "Advises", "advises";
    /// Sent by.
    EnvoyOf = "EnvoyOf", "envoy of";
    /// Belongs to.
    PartOf = "PartOf", "part of";
    /// Urges.
    Presses = "Presses", "presses";
    /// Talks terms with.
    NegotiatesWith = "NegotiatesWith", "negotiates with";
    /// Gives aid or arms to.
    Supplies = "Supplies", "supplies";
    /// Divided from, short of conflict.
    InTensionWith = "InTensionWith", "in tension with";
});

concepts!(
    /// What sort of actor it is; the IRI is a class, not a concept.
    ActorKind, "kind", iris {
    /// A human being.
    Person = "http://xmlns.com/foaf/0.1/Person", "person";
    /// A government or administration.
    Government = "https://w3id.org/standpoint/ns#Government", "government";
    /// A state, or several named together.
    State = "https://w3id.org/standpoint/ns#State", "state";
    /// A formal organisation.
    Organisation = "http://www.w3.org/ns/org#Organization", "organisation";
    /// An organisation that stands for election.
    Party = "https://w3id.org/standpoint/ns#Party", "party";
    /// An organisation that earns money.
    Company = "https://w3id.org/standpoint/ns#Company", "company";
    /// An organisation with a public aim.
    Ngo = "https://w3id.org/standpoint/ns#Ngo", "NGO";
    /// An outlet or agency.
    Media = "https://w3id.org/standpoint/ns#Media", "media";
    /// A body that settles disputes by law.
    Court = "https://w3id.org/standpoint/ns#Court", "court";
    /// An organisation of employees.
    Union = "https://w3id.org/standpoint/ns#Union", "union";
    /// People named together who share no organisation: "Western hawks".
    InformalGroup = "https://w3id.org/standpoint/ns#InformalGroup", "informal group";
    /// A population or its surveyed part.
    Public = "https://w3id.org/standpoint/ns#Public", "public";
    /// A source that is not named.
    AnonymousSource = "https://w3id.org/standpoint/ns#AnonymousSource", "anonymous source";
});
