//! Every IRI that the program writes or looks for, by name.
//!
//! No other module spells an IRI out. Each term of the project's own namespace
//! is defined in `ontology/`, which a test proves in both directions.

/// Declares one vocabulary: its namespace, its customary prefix and its terms. Where a class and a property
/// differ only in their first letter, the properties stand in a module `prop` of their own.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $module:ident, $prefix:literal, $namespace:literal,
     { $($name:ident = $local:literal),* $(,)? } $(, prop { $($property:ident = $own:literal),* $(,)? })?) => {
        $(#[$doc])*
        #[allow(missing_docs)]
        pub mod $module {
            use oxrdf::NamedNodeRef;
            /// The namespace's IRI.
            pub const NAMESPACE: &str = $namespace;
            /// The prefix it is written with.
            pub const PREFIX: &str = $prefix;
            $(pub const $name: NamedNodeRef<'static> =
                NamedNodeRef::new_unchecked(concat!($namespace, $local));)*
            /// All terms above, in the order of their declaration.
            pub const TERMS: &[NamedNodeRef<'static>] = &[$($name),*];
            $(
                /// The properties.
                pub mod prop {
                    use oxrdf::NamedNodeRef;
                    $(pub const $property: NamedNodeRef<'static> =
                        NamedNodeRef::new_unchecked(concat!($namespace, $own));)*
                    /// All properties above, in the order of their declaration.
                    pub const TERMS: &[NamedNodeRef<'static>] = &[$($property),*];
                }
            )?
        }
    };
}

vocabulary!(
    /// Standpoint's own terms (`ontology/`).
    stp, "stp", "https://w3id.org/standpoint/ns#", {
    // Classes
    POSITION = "Position", STANCE = "Stance", ISSUE = "Issue", ACTOR = "Actor",
    GOVERNMENT = "Government", STATE = "State", INFORMAL_GROUP = "InformalGroup",
    PARTY = "Party", COMPANY = "Company", NGO = "Ngo", MEDIA = "Media", COURT = "Court", UNION = "Union",
    PUBLIC = "Public", ANONYMOUS_SOURCE = "AnonymousSource",
    ARTICLE = "Article", CONDITION = "Condition", REASON = "Reason",
    ATTRIBUTION_STEP = "AttributionStep", TIME_EXPRESSION = "TimeExpression",
    EVENT = "Event", MEASURE = "Measure", RELATION = "Relation",
    OFFICE_CLAIM = "OfficeClaim", CODING = "Coding",
}, prop {
    // Properties of a position
    ACTOR = "actor", ALTERNATIVE_HOLDER = "alternativeHolder", ON_BEHALF_OF = "onBehalfOf", STANCE = "stance",
    STANCE_VALUE = "stanceValue", ISSUE = "issue", INTENSITY = "intensity", MODE = "mode",
    EXPLICITNESS = "explicitness", CERTAINTY = "certainty", HEDGE = "hedge",
    CONDITION = "condition", REASON = "reason", TARGET = "target",
    ATTRIBUTION = "attribution", STATED_FROM = "statedFrom", STATED_UNTIL = "statedUntil",
    TIME_EXPRESSION = "timeExpression", VALID_FROM = "validFrom", VALID_UNTIL = "validUntil",
    EVIDENCE = "evidence", STATUS = "status", SUPERSEDES = "supersedes",
    ALTERNATIVE_READING = "alternativeReading",
    // Properties of its parts
    CONDITION_KIND = "conditionKind", REQUIRES = "requires",
    ORDER = "order", SOURCE = "source", VERB = "verb",
    EDTF = "edtf", DATING_BASIS = "datingBasis",
    // Stances and issues
    DIRECT_PROPERTY = "directProperty", FAMILY = "family",
    INCOMPATIBLE_WITH = "incompatibleWith", CONTRASTS_WITH = "contrastsWith", ENTAILS = "entails",
    OPPOSITE = "opposite",
    // Actors
    SECTOR = "sector", SINGLE_HOLDER = "singleHolder", POST = "post", HOLDER = "holder",
    // Articles
    PUBLISHED_FROM = "publishedFrom", PUBLISHED_UNTIL = "publishedUntil",
    TEXT_LENGTH = "textLength", NOTHING_TO_ENCODE = "nothingToEncode",
    // Events, measures, relations
    COMPARATOR = "comparator", MEASURE_OF = "measureOf",
    RELATION_FROM = "relationFrom", RELATION_KIND = "relationKind", RELATION_TO = "relationTo",
    // Coding
    TOOL = "tool", MODEL = "model", ACCEPTED_BY = "acceptedBy",
    CODING_ROLE = "codingRole", SETTLES = "settles",
    // Notes for coders
    NEAR_MISS = "nearMiss",
});

vocabulary!(
    /// RDF itself.
    rdf, "rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", {
    TYPE = "type", VALUE = "value", STATEMENT = "Statement", SUBJECT = "subject",
    PREDICATE = "predicate", OBJECT = "object", REIFIES = "reifies",
    FIRST = "first", REST = "rest", NIL = "nil", PROPERTY = "Property",
    LANG_STRING = "langString", DIR_LANG_STRING = "dirLangString",
});
vocabulary!(
    /// RDF Schema.
    rdfs, "rdfs", "http://www.w3.org/2000/01/rdf-schema#", {
    LABEL = "label", SUB_CLASS_OF = "subClassOf", COMMENT = "comment", CLASS = "Class",
    DOMAIN = "domain", RANGE = "range", LITERAL = "Literal",
});
vocabulary!(
    /// OWL.
    owl, "owl", "http://www.w3.org/2002/07/owl#", {
    CLASS = "Class", OBJECT_PROPERTY = "ObjectProperty", DATATYPE_PROPERTY = "DatatypeProperty",
});
vocabulary!(
    /// XML Schema datatypes.
    xsd, "xsd", "http://www.w3.org/2001/XMLSchema#", {
    DATE = "date", DATE_TIME = "dateTime", DECIMAL = "decimal", INTEGER = "integer",
    BOOLEAN = "boolean", STRING = "string", DOUBLE = "double",
    DAY_TIME_DURATION = "dayTimeDuration", YEAR_MONTH_DURATION = "yearMonthDuration",
});
vocabulary!(
    /// Concepts, labels, matches.
    skos, "skos", "http://www.w3.org/2004/02/skos/core#", {
    CONCEPT = "Concept", CONCEPT_SCHEME = "ConceptScheme", PREF_LABEL = "prefLabel",
    ALT_LABEL = "altLabel", BROADER = "broader", IN_SCHEME = "inScheme",
    EXACT_MATCH = "exactMatch", NOTE = "note", DEFINITION = "definition",
    SCOPE_NOTE = "scopeNote", EXAMPLE = "example",
});
vocabulary!(
    /// Web annotation: spans of a text.
    oa, "oa", "http://www.w3.org/ns/oa#", {
    SPECIFIC_RESOURCE = "SpecificResource", HAS_SOURCE = "hasSource", HAS_SELECTOR = "hasSelector",
    TEXT_POSITION_SELECTOR = "TextPositionSelector", TEXT_QUOTE_SELECTOR = "TextQuoteSelector",
    START = "start", END = "end", EXACT = "exact",
});
vocabulary!(
    /// Provenance.
    prov, "prov", "http://www.w3.org/ns/prov#", {
    ENTITY = "Entity", AGENT = "Agent", ACTIVITY = "Activity",
    WAS_DERIVED_FROM = "wasDerivedFrom", WAS_GENERATED_BY = "wasGeneratedBy",
    WAS_ASSOCIATED_WITH = "wasAssociatedWith", WAS_ATTRIBUTED_TO = "wasAttributedTo",
    ENDED_AT_TIME = "endedAtTime",
});
vocabulary!(
    /// Organisations, offices, memberships.
    org, "org", "http://www.w3.org/ns/org#", {
    ORGANIZATION = "Organization", POST = "Post", POST_IN = "postIn", MEMBERSHIP = "Membership",
    MEMBER = "member", ORGANIZATION_OF = "organization", ROLE = "role", ROLE_CLASS = "Role",
    MEMBER_OF = "memberOf",
});
vocabulary!(
    /// Documents.
    dcterms, "dcterms", "http://purl.org/dc/terms/", {
    TITLE = "title", CREATOR = "creator", PUBLISHER = "publisher", ISSUED = "issued",
    LANGUAGE = "language", IDENTIFIER = "identifier", SUBJECT = "subject", DATE = "date", SOURCE = "source",
    TYPE = "type", CREATED = "created", LICENSE = "license",
});
vocabulary!(
    /// Hashes, dates of events and memberships, amounts.
    schema, "schema", "http://schema.org/", {
    SHA256 = "sha256", START_DATE = "startDate", END_DATE = "endDate", ABOUT = "about",
    VALUE = "value", UNIT_TEXT = "unitText", LOCATION = "location", ARTICLE_SECTION = "articleSection",
    DOMAIN_INCLUDES = "domainIncludes", RANGE_INCLUDES = "rangeIncludes",
});
vocabulary!(
    /// People.
    foaf, "foaf", "http://xmlns.com/foaf/0.1/", { PERSON = "Person", NAME = "name" });
vocabulary!(
    /// Events and who took part in them.
    sem, "sem", "http://semanticweb.cs.vu.nl/2009/11/sem/", {
    EVENT = "Event", HAS_ACTOR = "hasActor", EVENT_TYPE = "eventType",
});
vocabulary!(
    /// Extended Date/Time Format, as a datatype.
    edtf, "edtf", "http://id.loc.gov/datatypes/", { EDTF = "edtf" });
vocabulary!(
    /// Nanopublications. No part of [`PREFIXES`], as the two that follow.
    np, "np", "http://www.nanopub.org/nschema#", {
    NANOPUBLICATION = "Nanopublication", HAS_ASSERTION = "hasAssertion", HAS_PROVENANCE = "hasProvenance",
    HAS_PUBLICATION_INFO = "hasPublicationInfo",
});
vocabulary!(
    /// What nanopublications are about.
    npx, "npx", "http://purl.org/nanopub/x/", { INTRODUCES = "introduces" });
vocabulary!(
    /// Programs that made something.
    pav, "pav", "http://purl.org/pav/", { CREATED_WITH = "createdWith" });
vocabulary!(
    /// SHACL: shapes, and what breaks them. No part of [`PREFIXES`], which are those of data.
    sh, "sh", "http://www.w3.org/ns/shacl#", {
    // Kinds of shapes and nodes, severities
    NODE_SHAPE = "NodeShape", PROPERTY_SHAPE = "PropertyShape",
    BLANK_NODE = "BlankNode", IRI = "IRI", LITERAL = "Literal",
    BLANK_NODE_OR_IRI = "BlankNodeOrIRI", BLANK_NODE_OR_LITERAL = "BlankNodeOrLiteral",
    IRI_OR_LITERAL = "IRIOrLiteral",
    VIOLATION = "Violation", WARNING = "Warning", INFO = "Info",
    // What a shape is about
    TARGET_CLASS = "targetClass", TARGET_NODE = "targetNode",
    TARGET_SUBJECTS_OF = "targetSubjectsOf", TARGET_OBJECTS_OF = "targetObjectsOf",
    PATH = "path", ALTERNATIVE_PATH = "alternativePath", INVERSE_PATH = "inversePath",
    ZERO_OR_MORE_PATH = "zeroOrMorePath", ONE_OR_MORE_PATH = "oneOrMorePath",
    ZERO_OR_ONE_PATH = "zeroOrOnePath",
    DEACTIVATED = "deactivated", SEVERITY = "severity", MESSAGE = "message",
    ENTAILMENT = "entailment",
    // Parameters
    CLASS = "class", DATATYPE = "datatype", NODE_KIND = "nodeKind",
    MIN_COUNT = "minCount", MAX_COUNT = "maxCount",
    MIN_EXCLUSIVE = "minExclusive", MIN_INCLUSIVE = "minInclusive",
    MAX_EXCLUSIVE = "maxExclusive", MAX_INCLUSIVE = "maxInclusive",
    MIN_LENGTH = "minLength", MAX_LENGTH = "maxLength", PATTERN = "pattern", FLAGS = "flags",
    LANGUAGE_IN = "languageIn", UNIQUE_LANG = "uniqueLang",
    EQUALS = "equals", DISJOINT = "disjoint",
    LESS_THAN = "lessThan", LESS_THAN_OR_EQUALS = "lessThanOrEquals",
    NOT = "not", AND = "and", OR = "or", XONE = "xone", NODE = "node", PROPERTY = "property",
    QUALIFIED_VALUE_SHAPE = "qualifiedValueShape", QUALIFIED_MIN_COUNT = "qualifiedMinCount",
    QUALIFIED_MAX_COUNT = "qualifiedMaxCount",
    QUALIFIED_VALUE_SHAPES_DISJOINT = "qualifiedValueShapesDisjoint",
    CLOSED = "closed", IGNORED_PROPERTIES = "ignoredProperties",
    HAS_VALUE = "hasValue", IN = "in",
    // For people and programs that draw forms
    NAME = "name", DESCRIPTION = "description", ORDER = "order", GROUP = "group",
    DEFAULT_VALUE = "defaultValue",
    // Constraint components
    CLASS_CONSTRAINT = "ClassConstraintComponent",
    DATATYPE_CONSTRAINT = "DatatypeConstraintComponent",
    NODE_KIND_CONSTRAINT = "NodeKindConstraintComponent",
    MIN_COUNT_CONSTRAINT = "MinCountConstraintComponent",
    MAX_COUNT_CONSTRAINT = "MaxCountConstraintComponent",
    MIN_EXCLUSIVE_CONSTRAINT = "MinExclusiveConstraintComponent",
    MIN_INCLUSIVE_CONSTRAINT = "MinInclusiveConstraintComponent",
    MAX_EXCLUSIVE_CONSTRAINT = "MaxExclusiveConstraintComponent",
    MAX_INCLUSIVE_CONSTRAINT = "MaxInclusiveConstraintComponent",
    MIN_LENGTH_CONSTRAINT = "MinLengthConstraintComponent",
    MAX_LENGTH_CONSTRAINT = "MaxLengthConstraintComponent",
    PATTERN_CONSTRAINT = "PatternConstraintComponent",
    LANGUAGE_IN_CONSTRAINT = "LanguageInConstraintComponent",
    UNIQUE_LANG_CONSTRAINT = "UniqueLangConstraintComponent",
    EQUALS_CONSTRAINT = "EqualsConstraintComponent",
    DISJOINT_CONSTRAINT = "DisjointConstraintComponent",
    LESS_THAN_CONSTRAINT = "LessThanConstraintComponent",
    LESS_THAN_OR_EQUALS_CONSTRAINT = "LessThanOrEqualsConstraintComponent",
    NOT_CONSTRAINT = "NotConstraintComponent", AND_CONSTRAINT = "AndConstraintComponent",
    OR_CONSTRAINT = "OrConstraintComponent", XONE_CONSTRAINT = "XoneConstraintComponent",
    NODE_CONSTRAINT = "NodeConstraintComponent",
    PROPERTY_CONSTRAINT = "PropertyConstraintComponent",
    QUALIFIED_MIN_COUNT_CONSTRAINT = "QualifiedMinCountConstraintComponent",
    QUALIFIED_MAX_COUNT_CONSTRAINT = "QualifiedMaxCountConstraintComponent",
    CLOSED_CONSTRAINT = "ClosedConstraintComponent",
    HAS_VALUE_CONSTRAINT = "HasValueConstraintComponent", IN_CONSTRAINT = "InConstraintComponent",
});

/// Where things get their IRIs unless a sheet sets another `base`.
pub const DEFAULT_BASE: &str = "https://w3id.org/standpoint/id/";

/// The kinds of things that get IRIs of their own below the base: `<base><kind>/<slug>`.
pub const KINDS: &[&str] = &[
    "actor",
    "actor-kind",
    "article",
    "coder",
    "coding",
    "document",
    "event",
    "event-kind",
    "issue",
    "measure",
    "membership",
    "mode",
    "office-claim",
    "position",
    "post",
    "relation",
    "relation-kind",
    "role",
    "sector",
    "span",
    "statement",
    "topic",
    "unit",
];

/// Prefix and namespace of every vocabulary above, alphabetically by prefix.
pub const PREFIXES: &[(&str, &str)] = &[
    (dcterms::PREFIX, dcterms::NAMESPACE),
    (edtf::PREFIX, edtf::NAMESPACE),
    (foaf::PREFIX, foaf::NAMESPACE),
    (oa::PREFIX, oa::NAMESPACE),
    (org::PREFIX, org::NAMESPACE),
    (owl::PREFIX, owl::NAMESPACE),
    (prov::PREFIX, prov::NAMESPACE),
    (rdf::PREFIX, rdf::NAMESPACE),
    (rdfs::PREFIX, rdfs::NAMESPACE),
    (schema::PREFIX, schema::NAMESPACE),
    (sem::PREFIX, sem::NAMESPACE),
    (skos::PREFIX, skos::NAMESPACE),
    (stp::PREFIX, stp::NAMESPACE),
    (xsd::PREFIX, xsd::NAMESPACE),
];

/// Prefixes of other query services, which queries written for those use without a declaration: Wikidata
/// (`wd`, `wdt`, `wikibase`, `bd`), full-text search in Jena (`text`) and in Virtuoso (`bif`).
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("bd", "http://www.bigdata.com/rdf#"),
    ("bif", "bif:"),
    ("text", "http://jena.apache.org/text#"),
    ("wd", "http://www.wikidata.org/entity/"),
    ("wdt", "http://www.wikidata.org/prop/direct/"),
    ("wikibase", "http://wikiba.se/ontology#"),
];

/// Prefixes for the kinds of things below `base`: `actor:` for `<base>actor/`, and so on.
pub fn kind_prefixes(base: &str) -> impl Iterator<Item = (&'static str, String)> + '_ {
    KINDS.iter().map(move |kind| (*kind, format!("{base}{kind}/")))
}
