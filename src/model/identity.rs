//! IRIs computed from content: the same thing gets the same IRI on every machine, in every run.

use crate::model::vocab::DEFAULT_BASE;
use crate::model::{Attestation, Coding, CodingRole, Concept, Span, Stance};
use oxrdf::{IriParseError, NamedNode, NamedNodeRef};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// Where things get their IRIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    iri: String,
    /// Role and coders of a coding that is not the first: what it states is a record of its own.
    coding: Vec<String>,
}

impl Default for Base {
    fn default() -> Self {
        Self { iri: DEFAULT_BASE.to_owned(), coding: Vec::new() }
    }
}

impl Base {
    /// A base of one's own; a final `/` is added if there is neither that nor `#`.
    ///
    /// # Errors
    /// It is no absolute IRI.
    pub fn new(iri: &str) -> Result<Self, IriParseError> {
        let iri = if iri.ends_with(['/', '#']) { iri.to_owned() } else { format!("{iri}/") };
        NamedNode::new(&iri)?;
        Ok(Self { iri, coding: Vec::new() })
    }

    /// The same for what a coding states. Of one that is not the first, role and coders go into the IRIs of
    /// what articles state, so that two codings of the same words are two records.
    #[must_use]
    pub fn of_coding(&self, coding: &Coding) -> Self {
        let mut base = Self { iri: self.iri.clone(), coding: Vec::new() };
        if coding.role != CodingRole::First {
            let coders = coding.coders().map(|coder| coder.iri.as_str().to_owned());
            base.coding = std::iter::once(coding.role.iri().as_str().to_owned()).chain(coders).collect();
        }
        base
    }

    /// Fingerprint of what a coding states, before anything else is added.
    fn fingerprint(&self) -> Fingerprint {
        let mut hash = Fingerprint::new();
        self.coding.iter().for_each(|part| hash.add(part));
        hash
    }

    /// The IRI itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.iri
    }

    /// `<base><kind>/<id>`, for an id that is known to fit into an IRI.
    #[must_use]
    pub fn thing(&self, kind: &str, id: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{kind}/{id}", self.iri))
    }

    /// A position, after the article, actor, issue, stance, mode and evidence that make it.
    #[must_use]
    pub fn position(
        &self,
        article: &NamedNode,
        actor: &NamedNode,
        issue: &NamedNode,
        stance: Stance,
        mode: NamedNodeRef<'_>,
        evidence: Evidence<'_>,
    ) -> NamedNode {
        let mut hash = self.fingerprint();
        hash.add(article.as_str());
        hash.add(actor.as_str());
        hash.add(issue.as_str());
        hash.add(stance.iri().as_str());
        hash.add(mode.as_str());
        hash.add_evidence(evidence);
        self.thing("position", &format!("{}-{}", self.name_of(actor), hash.hex(8)))
    }

    /// Something else that an article states, after its parts and evidence; `name` is for people.
    #[must_use]
    pub fn stated(
        &self,
        kind: &str,
        name: &str,
        article: &NamedNode,
        parts: &[&str],
        evidence: Evidence<'_>,
    ) -> NamedNode {
        let mut hash = self.fingerprint();
        hash.add(article.as_str());
        parts.iter().for_each(|part| hash.add(part));
        hash.add_evidence(evidence);
        self.thing(kind, &format!("{}-{}", shortened(&slug(name)), hash.hex(4)))
    }

    /// The name that other IRIs are built on. The last part of an IRI of ours; for an IRI from
    /// elsewhere a fingerprint goes with it, since many of those end alike.
    fn name_of(&self, iri: &NamedNode) -> String {
        let id = id_of(iri);
        let ours = iri.as_str().strip_prefix(&self.iri).and_then(|rest| rest.split_once('/'));
        if ours.is_some_and(|(_, rest)| rest == id) {
            return id.to_owned();
        }
        let mut hash = Fingerprint::new();
        hash.add(iri.as_str());
        format!("{}-{}", shortened(&slug(id)), hash.hex(4))
    }

    /// Words of an article. Positions that rest on the same words share it.
    #[must_use]
    pub fn span(&self, span: &Span) -> NamedNode {
        let article = self.name_of(&span.article);
        let id = match span.place {
            Some((start, end)) => format!("{article}-{start}-{end}"),
            None => {
                let mut hash = Fingerprint::new();
                hash.add(&words(&span.exact));
                format!("{article}-words-{}", hash.hex(8))
            }
        };
        self.thing("span", &id)
    }

    /// A record of an article that has no words. Those of the same key share it.
    #[must_use]
    pub fn record(&self, article: &NamedNode, key: &str) -> NamedNode {
        let article = self.name_of(article);
        let id = match key {
            "" => format!("{article}-record"),
            key => {
                let mut hash = Fingerprint::new();
                hash.add(key);
                format!("{article}-record-{}", hash.hex(8))
            }
        };
        self.thing("span", &id)
    }
}

/// What proves a statement, as its IRI is made from it: places where they are known, else words; of a record
/// without words, its key.
#[derive(Clone, Copy, Debug)]
pub enum Evidence<'a> {
    /// Words.
    Spans(&'a [Span]),
    /// Words of a record that has a number where it comes from.
    Numbered(&'a str, &'a [Span]),
    /// The key of a record, which may be empty.
    Record(&'a str),
}

impl<'a> Evidence<'a> {
    /// The evidence of what an article states.
    #[must_use]
    pub fn of(attestation: &'a Attestation) -> Self {
        match &attestation.record {
            Some(key) => Self::Record(key),
            None => Self::of_spans(&attestation.evidence, attestation.number.as_deref()),
        }
    }

    /// Words, with the number of their record if it has one.
    #[must_use]
    pub fn of_spans(spans: &'a [Span], number: Option<&'a str>) -> Self {
        number.map_or(Self::Spans(spans), |number| Self::Numbered(number, spans))
    }
}

/// Words as they are compared: composed, one blank for all white space between them.
#[must_use]
pub fn words(exact: &str) -> String {
    let plain: Vec<&str> = exact.split_whitespace().collect();
    plain.join(" ").nfc().collect()
}

/// A part of something that has an IRI, after the part's own content: `<whole>-<kind>-<hash>`.
#[must_use]
pub fn part(whole: &NamedNode, kind: &str, content: &[&str], span: Option<&Span>) -> NamedNode {
    let mut hash = Fingerprint::new();
    content.iter().for_each(|text| hash.add(text));
    hash.add_places(span);
    NamedNode::new_unchecked(format!("{}-{kind}-{}", whole.as_str(), hash.hex(4)))
}

/// Kind of the statements of a document that stand for triple terms.
const TERM: &str = "term";

/// The statement that stands for a triple term in a document, after the term as it is written.
#[must_use]
pub fn triple_term(document: &NamedNode, written: &str) -> NamedNode {
    part(&Base::default().thing("statement", id_of(document)), TERM, &[written], None)
}

/// Whether this is the name of such a statement.
#[must_use]
pub fn stands_for_triple_term(name: &NamedNode) -> bool {
    let hash = name.as_str().contains("/statement/").then(|| name.as_str().rsplit_once('-'));
    hash.flatten().is_some_and(|(before, _)| before.ends_with(&format!("-{TERM}")))
}

/// At most 48 letters of a slug, cut between words.
fn shortened(slug: &str) -> String {
    let mut out = String::new();
    for word in slug.split('-') {
        if !out.is_empty() && out.chars().count() + word.chars().count() >= 48 {
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.extend(word.chars().take(48));
    }
    out
}

/// SHA-256 over a sequence of texts; the length of each goes in, so that they cannot run together.
struct Fingerprint(Sha256);

impl Fingerprint {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    /// Adds places in an order of their own, so that the order of writing makes no difference; then words
    /// without a place likewise.
    fn add_places<'a>(&mut self, spans: impl IntoIterator<Item = &'a Span>) {
        let (mut places, mut unplaced) = (Vec::new(), Vec::new());
        for span in spans {
            match span.place {
                Some((start, end)) => places.push((span.article.as_str(), start, end)),
                None => unplaced.push((span.article.as_str(), words(&span.exact))),
            }
        }
        places.sort_unstable();
        for (article, start, end) in places {
            self.add(article);
            self.0.update(start.to_le_bytes());
            self.0.update(end.to_le_bytes());
        }
        unplaced.sort_unstable();
        for (article, words) in unplaced {
            self.add("words");
            self.add(article);
            self.add(&words);
        }
    }

    fn add_evidence(&mut self, evidence: Evidence<'_>) {
        match evidence {
            Evidence::Spans(spans) => self.add_places(spans),
            Evidence::Numbered(number, spans) => {
                self.add("number");
                self.add(number);
                self.add_places(spans);
            }
            Evidence::Record(key) => {
                self.add("record");
                self.add(key);
            }
        }
    }

    /// The first `bytes` bytes in hexadecimal.
    fn hex(self, bytes: usize) -> String {
        self.0.finalize().iter().take(bytes).fold(String::with_capacity(2 * bytes), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    }
}

/// The last part of an IRI: what follows the last `/` or `#`.
#[must_use]
pub fn id_of(iri: &NamedNode) -> &str {
    let iri = iri.as_str().trim_end_matches(['/', '#']);
    iri.rsplit_once(['/', '#']).map_or(iri, |(_, id)| id)
}

/// Digits of a handle: they tell apart a hundred thousand positions, but for a few.
const HANDLE: usize = 8;
/// Digits of the hash that the IRI of a position ends in.
const HASH: usize = 16;

/// Handle of a position, for people: the first digits of the hash that its IRI ends in. None of an IRI that
/// is of no position.
#[must_use]
pub fn handle(iri: &str) -> Option<&str> {
    let (_, slug) = iri.rsplit_once("/position/")?;
    let (_, hash) = slug.rsplit_once('-')?;
    let is_hash = hash.len() == HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| &hash[..HANDLE])
}

/// Handle that a text ends in: a handle, or what an IRI of a position ends in.
#[must_use]
pub fn handle_in(text: &str) -> Option<&str> {
    let hash = text.rsplit(['-', '/', ':']).next()?;
    let is_hash = (HANDLE..=HASH).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| &hash[..HANDLE])
}

/// A name as it stands in an IRI: letters and digits in lower case without accents, joined by
/// hyphens. Letters of other scripts stay. Empty if the name has neither letters nor digits.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)) {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if c != '\'' && c != '\u{2019}' && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(evidence: Evidence<'_>) -> String {
        let thing = |name: &str| Base::default().thing("article", name);
        let (article, actor, issue) = (thing("a"), thing("b"), thing("c"));
        let iri = Base::default().position(
            &article,
            &actor,
            &issue,
            Stance::Supports,
            crate::model::Mode::Vote.iri(),
            evidence,
        );
        iri.into_string()
    }

    fn span(place: Option<(u32, u32)>, exact: &str) -> Span {
        Span { article: Base::default().thing("article", "a"), place, exact: exact.to_owned() }
    }

    #[test]
    fn evidence_of_each_strength_gives_a_position_an_iri_of_its_own() {
        let (placed, words) = (span(Some((3, 9)), "wants it"), span(None, "wants it"));
        let of = |spans: &[Span]| position(Evidence::Spans(spans));
        let all = [
            of(std::slice::from_ref(&placed)),
            of(std::slice::from_ref(&words)),
            of(&[placed.clone(), words.clone()]),
            of(&[span(None, "wants"), span(None, "it")]),
            of(&[]),
            position(Evidence::Record("")),
            position(Evidence::Record("row 1")),
            position(Evidence::Record("row 2")),
            position(Evidence::Numbered("1", std::slice::from_ref(&placed))),
            position(Evidence::Numbered("2", std::slice::from_ref(&placed))),
        ];
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{all:?}");
        // Offsets alone make it where they are known, as they always did.
        assert_eq!(of(&[span(Some((3, 9)), "other words")]), all[0]);
        assert!(all[0].ends_with("-2ad73910ee4b9a5f"), "{}", all[0]);
        // White space and the form of letters make no difference, nor does the order.
        assert_eq!(of(&[span(None, " wants\n it ")]), all[1]);
        assert_eq!(of(&[span(None, "caf\u{e9}")]), of(&[span(None, "cafe\u{301}")]));
        assert_eq!(of(&[words, placed]), all[2]);
        assert_eq!(Base::default().span(&span(None, "a  b")), Base::default().span(&span(None, "a b")));
    }

    #[test]
    fn slugs_drop_accents_and_keep_scripts() {
        for (name, expected) in [
            ("Volodymyr Zelensky", "volodymyr-zelensky"),
            ("“Grüne” & Söhne’s", "grune-sohnes"),
            ("Владимир Путин", "владимир-путин"),
            ("…", ""),
        ] {
            assert_eq!(slug(name), expected);
        }
    }
}
