//! IRIs computed from content: the same thing gets the same IRI on every machine, in every run.

use crate::model::vocab::DEFAULT_BASE;
use crate::model::{Coding, CodingRole, Concept, Mode, Span, Stance};
use oxrdf::{IriParseError, NamedNode};
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
        mode: Mode,
        evidence: &[Span],
    ) -> NamedNode {
        let mut hash = self.fingerprint();
        hash.add(article.as_str());
        hash.add(actor.as_str());
        hash.add(issue.as_str());
        hash.add(stance.iri().as_str());
        hash.add(mode.iri().as_str());
        hash.add_places(evidence);
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
        evidence: &[Span],
    ) -> NamedNode {
        let mut hash = self.fingerprint();
        hash.add(article.as_str());
        parts.iter().for_each(|part| hash.add(part));
        hash.add_places(evidence);
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
        self.thing("span", &format!("{}-{}-{}", self.name_of(&span.article), span.start, span.end))
    }
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

    /// Adds places in an order of their own, so that the order of writing makes no difference.
    fn add_places<'a>(&mut self, spans: impl IntoIterator<Item = &'a Span>) {
        let mut places: Vec<_> = spans.into_iter().map(|s| (s.article.as_str(), s.start, s.end)).collect();
        places.sort_unstable();
        for (article, start, end) in places {
            self.add(article);
            self.0.update(start.to_le_bytes());
            self.0.update(end.to_le_bytes());
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
