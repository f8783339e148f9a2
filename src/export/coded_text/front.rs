//! Front matter: the article's fields, who coded it, and the sections that have no words.

use super::Names;
use super::facts::Facts;
use super::marks::actor_kind;
use crate::model::identity::{Base, id_of};
use crate::model::registry::Kind;
use crate::model::vocab::{dcterms, foaf, org, prov, rdfs, schema, skos, stp};
use crate::model::{Concept, List};
use oxrdf::{NamedNode, NamedNodeRef};

/// A field of YAML in one line, and its value as it is written.
type Field = (&'static str, String);

/// Writes front matter.
pub(super) struct Front<'a> {
    pub(super) facts: &'a Facts,
    pub(super) names: &'a Names<'a>,
    pub(super) base: &'a Base,
}

impl Front<'_> {
    /// The lines between the two `---`.
    pub(super) fn write(&self, document: &NamedNode, article: &NamedNode) -> String {
        let named = Base::default().thing("document", "");
        let document = document.as_str().strip_prefix(named.as_str()).unwrap_or(document.as_str());
        let mut fields: Vec<Field> = vec![("document", scalar(document))];
        if *self.base != Base::default() {
            fields.push(("base", scalar(self.base.as_str())));
        }
        if self.facts.of_class(stp::ARTICLE).contains(&article) {
            fields.extend(self.article(article));
        } else {
            fields.push(("article", scalar(&(self.names)(Kind::Article, article))));
        }
        fields.extend(self.coding());
        let mut out: String = fields.into_iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
        self.section(&mut out, "articles", &self.other_articles(article), |article| self.article(article));
        self.section(&mut out, "actors", &self.facts.of_class(stp::ACTOR), |actor| self.actor(actor));
        self.section(&mut out, "posts", &self.facts.of_class(org::POST), |post| self.post(post));
        self.section(&mut out, "memberships", &self.facts.of_class(org::MEMBERSHIP), |one| {
            self.membership(one)
        });
        for list in List::ALL {
            let concepts = self.facts.in_scheme(list.iri());
            let begun = out.lines().any(|line| line == "vocabulary:");
            self.records(&mut out, if begun { None } else { Some("vocabulary") }, &concepts, |concept| {
                self.concept(*list, concept)
            });
        }
        self.section(&mut out, "topics", &self.topics(), |topic| self.topic(topic));
        self.section(&mut out, "issues", &self.facts.of_class(stp::ISSUE), |issue| self.issue(issue));
        out
    }

    fn section(
        &self,
        out: &mut String,
        name: &str,
        things: &[&NamedNode],
        fields: impl Fn(&NamedNode) -> Vec<Field>,
    ) {
        self.records(out, Some(name), things, fields);
    }

    /// Records of a section, under its name where it does not stand there yet.
    fn records(
        &self,
        out: &mut String,
        name: Option<&str>,
        things: &[&NamedNode],
        fields: impl Fn(&NamedNode) -> Vec<Field>,
    ) {
        if let (Some(name), false) = (name, things.is_empty()) {
            *out += &format!("{name}:\n");
        }
        for thing in things {
            *out += &format!("  - {}\n", map(fields(thing)));
        }
    }

    fn topics(&self) -> Vec<&NamedNode> {
        let is_topic = |concept: &&NamedNode| self.facts.iri(concept, skos::IN_SCHEME).is_none();
        self.facts.of_class(skos::CONCEPT).into_iter().filter(is_topic).collect()
    }

    fn other_articles(&self, own: &NamedNode) -> Vec<&NamedNode> {
        self.facts.of_class(stp::ARTICLE).into_iter().filter(|article| *article != own).collect()
    }

    /// What an id stands for: what follows the kind in an IRI below the base.
    fn id(&self, kind: &str, thing: &NamedNode) -> Field {
        let below = self.base.thing(kind, "");
        ("id", scalar(thing.as_str().strip_prefix(below.as_str()).unwrap_or(id_of(thing))))
    }

    fn article(&self, article: &NamedNode) -> Vec<Field> {
        let mut fields = vec![self.id("article", article)];
        fields.extend(self.texts("title", article, dcterms::TITLE));
        fields.extend(self.texts("publisher", article, dcterms::PUBLISHER));
        fields.extend(self.texts("author", article, dcterms::CREATOR));
        let published = self.facts.text(article, dcterms::ISSUED);
        let basis = self.facts.words(article, stp::prop::DATING_BASIS).into_iter().next();
        fields.extend(match (published, basis) {
            (Some(edtf), Some("explicit") | None) => Some(("published", scalar(edtf))),
            (None, None) => None,
            (edtf, basis) => {
                let edtf = edtf.map(|edtf| ("edtf", scalar(edtf)));
                Some((
                    "published",
                    map(edtf.into_iter().chain(basis.map(|basis| ("basis", scalar(basis)))).collect()),
                ))
            }
        });
        fields.extend(self.texts("language", article, dcterms::LANGUAGE));
        fields.extend(self.facts.iri(article, dcterms::SOURCE).map(|url| ("url", scalar(url.as_str()))));
        fields.extend(self.texts("note", article, skos::NOTE));
        fields
    }

    fn coding(&self) -> Option<Field> {
        let coding = self.facts.of_class(stp::CODING).into_iter().next()?;
        let name = |p| Some(scalar(self.facts.text(self.facts.iri(coding, p)?, foaf::NAME)?));
        let text = |p| self.facts.text(coding, p).map(scalar);
        let fields = [
            ("coder", name(prov::WAS_ASSOCIATED_WITH)),
            ("date", text(dcterms::DATE)),
            ("tool", text(stp::prop::TOOL)),
            ("model", text(stp::prop::MODEL)),
            ("acceptedBy", name(stp::prop::ACCEPTED_BY)),
        ];
        Some(("coding", map(fields.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())))
    }

    fn actor(&self, actor: &NamedNode) -> Vec<Field> {
        let mut fields = self.named("actor", actor);
        fields.extend(actor_kind(self.facts, self.names, actor).map(|kind| ("kind", scalar(&kind))));
        fields.extend(self.texts("sector", actor, stp::prop::SECTOR));
        fields.extend(self.things("memberOf", Kind::Actor, actor, org::MEMBER_OF));
        let matches: Vec<&NamedNode> = self.facts.iris(actor, skos::EXACT_MATCH);
        fields.extend(list("exactMatch", matches.iter().map(|iri| scalar(iri.as_str())).collect()));
        fields.extend(self.texts("note", actor, skos::NOTE));
        fields
    }

    fn post(&self, post: &NamedNode) -> Vec<Field> {
        let mut fields = self.named("post", post);
        fields.extend(self.things("organisation", Kind::Actor, post, org::POST_IN));
        if self.facts.text(post, stp::prop::SINGLE_HOLDER) == Some("true") {
            fields.push(("singleHolder", "true".to_owned()));
        }
        fields
    }

    fn membership(&self, one: &NamedNode) -> Vec<Field> {
        let mut fields = Vec::new();
        fields.extend(self.things("person", Kind::Actor, one, org::MEMBER));
        fields.extend(self.things("post", Kind::Post, one, stp::prop::POST));
        fields.extend(self.things("organisation", Kind::Actor, one, org::ORGANIZATION_OF));
        let role = self.facts.iri(one, org::ROLE).and_then(|role| self.facts.text(role, skos::PREF_LABEL));
        fields.extend(role.map(|role| ("role", scalar(role))));
        fields.extend(self.texts("from", one, schema::START_DATE));
        fields.extend(self.texts("until", one, schema::END_DATE));
        fields.extend(self.texts("note", one, skos::NOTE));
        fields
    }

    fn concept(&self, of: List, concept: &NamedNode) -> Vec<Field> {
        let mut fields = vec![("list", scalar(of.word()))];
        fields.extend(self.named(of.kind(), concept));
        fields.extend(self.texts("definition", concept, skos::DEFINITION));
        let broader = if of == List::ActorKind { rdfs::SUB_CLASS_OF } else { skos::BROADER };
        let word = |wider: &NamedNode| match of.word_of(wider.as_ref()) {
            Some(word) => scalar(word),
            None => scalar(&(self.names)(Kind::Concept(of), wider)),
        };
        fields.extend(list("broader", self.facts.iris(concept, broader).into_iter().map(word).collect()));
        fields.extend(self.texts("example", concept, skos::EXAMPLE));
        fields.extend(self.texts("note", concept, skos::NOTE));
        fields
    }

    fn topic(&self, topic: &NamedNode) -> Vec<Field> {
        let mut fields = self.named("topic", topic);
        fields.extend(self.things("broader", Kind::Topic, topic, skos::BROADER));
        fields
    }

    fn issue(&self, issue: &NamedNode) -> Vec<Field> {
        let mut fields = self.named("issue", issue);
        let family = self.facts.words(issue, stp::prop::FAMILY).into_iter().next();
        fields.extend(family.map(|family| ("family", scalar(family))));
        // Topics and wider issues are one property; an issue is not looked for among topics.
        let topic = Base::default().thing("topic", "");
        let is_topic =
            |iri: &NamedNode| iri.as_str().contains("/topic/") || iri.as_str().starts_with(topic.as_str());
        let (topics, wider): (Vec<&NamedNode>, Vec<&NamedNode>) =
            self.facts.iris(issue, skos::BROADER).into_iter().partition(|iri| is_topic(iri));
        let named = |kind, things: Vec<&NamedNode>| {
            things.into_iter().map(|one| scalar(&(self.names)(kind, one))).collect()
        };
        fields.extend(list("topic", named(Kind::Topic, topics)));
        fields.extend(list("broader", named(Kind::Issue, wider)));
        fields.extend(self.things("incompatibleWith", Kind::Issue, issue, stp::prop::INCOMPATIBLE_WITH));
        fields.extend(self.things("contrastsWith", Kind::Issue, issue, stp::prop::CONTRASTS_WITH));
        fields.extend(self.things("entails", Kind::Issue, issue, stp::prop::ENTAILS));
        fields.extend(self.things("opposite", Kind::Issue, issue, stp::prop::OPPOSITE));
        fields.extend(self.texts("note", issue, skos::NOTE));
        fields
    }

    /// Id, label and aliases.
    fn named(&self, kind: &str, thing: &NamedNode) -> Vec<Field> {
        let name = |(language, name): (String, String)| match language.as_str() {
            "en" => scalar(&name),
            language => format!("{{{}: {}}}", scalar(language), scalar(&name)),
        };
        let mut fields = vec![self.id(kind, thing)];
        fields.extend(
            self.facts.names(thing, skos::PREF_LABEL).into_iter().next().map(|label| ("label", name(label))),
        );
        fields.extend(list(
            "aliases",
            self.facts.names(thing, skos::ALT_LABEL).into_iter().map(name).collect(),
        ));
        fields
    }

    fn texts(&self, key: &'static str, thing: &NamedNode, p: NamedNodeRef<'_>) -> Option<Field> {
        list(key, self.facts.texts(thing, p).into_iter().map(scalar).collect())
    }

    fn things(&self, key: &'static str, kind: Kind, thing: &NamedNode, p: NamedNodeRef<'_>) -> Option<Field> {
        let named = self.facts.iris(thing, p).into_iter().map(|one| scalar(&(self.names)(kind, one)));
        list(key, named.collect())
    }
}

/// A field of one value or several; none of no value.
fn list(key: &'static str, mut values: Vec<String>) -> Option<Field> {
    match values.len() {
        0 => None,
        1 => Some((key, values.remove(0))),
        _ => Some((key, format!("[{}]", values.join(", ")))),
    }
}

fn map(fields: Vec<Field>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", fields.join(", "))
}

/// A text as YAML, in quotation marks unless it is plain in every place.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/');
    let is_word = text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
    let is_null = text.eq_ignore_ascii_case("null");
    if is_word && !is_null && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out += &format!("\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
