//! What registries define: articles, actors, offices, topics, issues; and how a sheet was coded.

use super::{At, Resolver, texts, way};
use crate::base::diagnostic::Diagnostic;
use crate::ingest::sheet::record;
use crate::ingest::sheet::scalar::{Name, Text};
use crate::ingest::sheet::tree::Step;
use crate::model::identity::Base;
use crate::model::identity::{id_of, slug};
use crate::model::registry::Kind;
use crate::model::{
    Actor, Article, Coder, Coding, CodingRole, Concept, Edtf, Explicitness, Issue, LanguageText, Listed,
    Membership, Names, Post, Role, Topic,
};
use jiff::civil::Date;
use oxrdf::NamedNode;

impl Resolver<'_> {
    pub(super) fn names(&self, label: Option<&Name>, aliases: &[Name], at: At) -> Option<Names> {
        let label = self.required(label.filter(|label| !label.text.trim().is_empty()), at, "label")?;
        let name = |n: &Name, path: &[Step]| -> LanguageText {
            self.is_language(&n.language, path);
            (n.language.to_ascii_lowercase(), n.text.clone())
        };
        Some(Names {
            label: name(label, way!(at, "label")),
            aliases: aliases
                .iter()
                .enumerate()
                .map(|(i, alias)| name(alias, way!(at, "aliases", i)))
                .collect(),
        })
    }

    fn is_language(&self, tag: &str, path: &[Step]) {
        if oxrdf::Literal::new_language_tagged_literal("", tag).is_err() {
            self.problem(
                Diagnostic::error(format!("`{tag}` is not a language tag"))
                    .expected("expected a BCP 47 tag such as en, uk or zh-Hant"),
                path,
            );
        }
    }

    pub(super) fn article(&self, r: &record::Article, at: At) -> Option<Article> {
        if r.id.is_none() && r.title.is_none() {
            self.required(r.id.as_ref(), at, "id");
        }
        let iri = self.declared.ids.get(&at)?.clone();
        let facts = self.registry.article(&iri)?;
        if let Some(hash) = &r.sha256
            && (hash.0.len() != 64 || !hash.0.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            self.problem(
                Diagnostic::error(format!("`{}` is not a SHA-256", hash.0))
                    .expected("expected 64 hexadecimal digits")
                    .help("omit it: it is computed from the text"),
                way!(at, "sha256"),
            );
        }
        if let Some(language) = &r.language {
            self.is_language(&language.0, way!(at, "language"));
        }
        let published = r.published.as_ref().map(|p| &p.0);
        let edtf = published.filter(|p| !p.edtf.0.is_empty());
        Some(Article {
            title: r.title.as_ref().map(|t| t.0.clone()),
            publisher: r.publisher.as_ref().map(|t| t.0.clone()),
            authors: texts(&r.author.0),
            published: edtf.and_then(|p| self.parsed(&p.edtf, way!(at, "published", "edtf"))),
            dating_basis: published.and_then(|p| {
                let path = way!(at, "published", "basis");
                p.basis.as_ref().map_or(Some(Explicitness::Explicit), |basis| self.word(basis, path))
            }),
            language: r.language.as_ref().map(|t| t.0.clone()),
            url: r.url.as_ref().and_then(|url| self.iri(url, way!(at, "url"))),
            sha256: facts.sha256.clone(),
            length: facts.length,
            notes: texts(&r.note.0)
                .into_iter()
                .chain(published.and_then(|p| p.note.as_ref()).map(|n| n.0.clone()))
                .collect(),
            iri,
        })
    }

    pub(super) fn actor(&self, r: &record::Actor, at: At) -> Option<Actor> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        let kind = r.kind.as_ref().map(|kind| self.listed(kind, way!(at, "kind")));
        let matches = r.exact_match.0.iter().enumerate();
        let member_of = self.all_named(Kind::Actor, &r.member_of.0, at, "memberOf");
        let iri = self.declared.ids.get(&at)?.clone();
        self.not_itself(&iri, &member_of, at, "memberOf");
        let kind = kind.map_or(Some(None), |kind| kind.map(Some))?;
        let wider_kind = match &kind {
            Some(Listed::Own(own)) => self.registry.wider_kind(own),
            _ => None,
        };
        Some(Actor {
            member_of,
            exact_match: matches.filter_map(|(i, iri)| self.iri(iri, way!(at, "exactMatch", i))).collect(),
            iri,
            kind,
            wider_kind,
            names: names?,
            sector: r.sector.as_ref().map(|sector| sector.0.clone()),
            notes: texts(&r.note.0),
        })
    }

    pub(super) fn post(&self, r: &record::Post, at: At) -> Option<Post> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        Some(Post {
            organisation: r
                .organisation
                .as_ref()
                .and_then(|name| self.named(Kind::Actor, name, way!(at, "organisation"))),
            iri: self.declared.ids.get(&at)?.clone(),
            names: names?,
            single_holder: r.single_holder.0,
        })
    }

    pub(super) fn membership(&self, r: &record::Membership, at: At) -> Option<Membership> {
        let person = self.required_name(Kind::Actor, r.person.as_ref(), at, "person");
        let organisation = r.organisation.as_ref();
        let post = match (&r.post, organisation) {
            (None, Some(_)) => None,
            (post, _) => self.required_name(Kind::Post, post.as_ref(), at, "post"),
        };
        let organisation =
            organisation.and_then(|name| self.named(Kind::Actor, name, way!(at, "organisation")));
        let bound = |text: Option<&Text>, field: &'static str, last: bool| -> Option<Date> {
            let edtf: Edtf = self.parsed(text?, way!(at, field))?;
            if last { edtf.last() } else { edtf.first() }
        };
        let from = bound(r.from.as_ref(), "from", false);
        let until = bound(r.until.as_ref(), "until", true);
        self.in_order(from, until, way!(at, "until"));
        let person = person?;
        let whole = post.as_ref().or(organisation.as_ref())?;
        let since = from.map_or_else(|| "undated".to_owned(), |day| day.to_string());
        let id = format!("{}-{}-{since}", id_of(&person), id_of(whole));
        let iri = self.base.thing("membership", &slug(&id));
        let role = r.role.as_ref().map(|name| self.role(name));
        Some(Membership { iri, person, post, organisation, role, from, until, notes: texts(&r.note.0) })
    }

    pub(super) fn topic(&self, r: &record::Topic, at: At) -> Option<Topic> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        let broader = self.all_named(Kind::Topic, &r.broader.0, at, "broader");
        Some(Topic { iri: self.declared.ids.get(&at)?.clone(), names: names?, broader })
    }

    pub(super) fn issue(&self, r: &record::Issue, at: At) -> Option<Issue> {
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        let family = self.required_word(r.family.as_ref(), at, "family");
        let mut broader = self.all_named(Kind::Topic, &r.topic.0, at, "topic");
        broader.extend(self.all_named(Kind::Issue, &r.broader.0, at, "broader"));
        let opposite =
            r.opposite.as_ref().and_then(|name| self.named(Kind::Issue, name, way!(at, "opposite")));
        let incompatible_with = self.all_named(Kind::Issue, &r.incompatible_with.0, at, "incompatibleWith");
        let contrasts_with = self.all_named(Kind::Issue, &r.contrasts_with.0, at, "contrastsWith");
        let entails = self.all_named(Kind::Issue, &r.entails.0, at, "entails");
        let iri = self.declared.ids.get(&at)?.clone();
        self.not_itself(&iri, &incompatible_with, at, "incompatibleWith");
        self.not_itself(&iri, &contrasts_with, at, "contrastsWith");
        self.not_itself(&iri, &entails, at, "entails");
        self.not_itself(&iri, opposite.as_slice(), at, "opposite");
        if opposite.as_ref().is_some_and(|opposite| entails.contains(opposite)) {
            self.problem(
                Diagnostic::error("an issue that entails its opposite")
                    .expected("cannot come true together with this issue"),
                way!(at, "opposite"),
            );
        }
        Some(Issue {
            incompatible_with,
            contrasts_with,
            entails,
            iri,
            names: names?,
            family: family?,
            broader,
            opposite,
            notes: texts(&r.note.0),
        })
    }

    pub(super) fn coding_iri(&self) -> Option<NamedNode> {
        self.coding.get().cloned().flatten()
    }

    fn role(&self, name: &Text) -> Role {
        Role { iri: self.base.thing("role", &slug(&name.0)), name: name.0.clone() }
    }

    /// Base of what the sheet's articles state.
    pub(super) fn record_base(&self) -> &Base {
        self.record_base.get().unwrap_or(self.base)
    }

    /// A coder, by name or by IRI.
    fn coder(&self, name: &Text) -> Coder {
        let iri = Some(name.0.trim()).filter(|name| name.contains("://"));
        match iri.and_then(|iri| NamedNode::new(iri).ok()) {
            Some(iri) => Coder { iri, name: None },
            None => Coder { iri: self.base.thing("coder", &slug(&name.0)), name: Some(name.0.clone()) },
        }
    }

    pub(super) fn coding(&self, document: &NamedNode) -> Option<Coding> {
        let r = self.sheet.coding.as_ref()?;
        let at = |field: &str| ["coding".into(), field.into()];
        let role = match &r.role {
            None => CodingRole::First,
            Some(role) => self.word(role, &at("role"))?,
        };
        let settles = self.settled(&r.from.0, role);
        let coder = r.coder.as_ref().map(|coder| self.coder(coder));
        if coder.is_none() && role != CodingRole::Agreed {
            self.lacks("coder", "expected the coder of this sheet", &["coding".into()]);
            return None;
        }
        if r.model.is_some() && r.accepted_by.is_none() {
            self.lacks(
                "acceptedBy",
                "expected the person who accepted the model's proposals",
                &["coding".into()],
            );
        }
        let date = r.date.as_ref();
        let named = |base: &Base| document.as_str().strip_prefix(base.thing("document", "").as_str());
        let name = named(&Base::default()).or_else(|| named(self.base)).unwrap_or(document.as_str());
        let who =
            coder.as_ref().map_or(role.word(), |coder| coder.name.as_deref().unwrap_or(id_of(&coder.iri)));
        let id = format!("{name} {who}");
        Some(Coding {
            iri: self.base.thing("coding", &slug(&id)),
            coder,
            role,
            settles,
            date: date.and_then(|date| self.parsed(date, &at("date"))),
            tool: r.tool.as_ref().map(|tool| tool.0.clone()),
            model: r.model.as_ref().map(|model| model.0.clone()),
            accepted_by: r.accepted_by.as_ref().map(|who| self.coder(who)),
        })
    }

    /// The coders whose codings an agreed one settles.
    fn settled(&self, names: &[Text], role: CodingRole) -> Vec<Coder> {
        let at = |i: usize| ["coding".into(), "from".into(), i.into()];
        if role != CodingRole::Agreed {
            if !names.is_empty() {
                self.problem(
                    Diagnostic::error(format!("`from` has no place in a coding of role `{}`", role.word()))
                        .expected("only an agreed coding settles those of others")
                        .help("write `role: agreed`, or omit `from`"),
                    &["coding".into(), "from".into()],
                );
            }
            return Vec::new();
        }
        if names.is_empty() {
            self.lacks(
                "from",
                "expected the coders whose differences it settles: from: [A, B]",
                &["coding".into()],
            );
        }
        if let [name] = names {
            self.problem(
                Diagnostic::error(format!("`{}` alone has no differences to settle", name.0))
                    .expected("expected two coders or more: from: [A, B]"),
                &at(0),
            );
        }
        let mut coders: Vec<Coder> = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let coder = self.coder(name);
            if coders.iter().any(|other| other.iri == coder.iri) {
                self.problem(
                    Diagnostic::error(format!("`{}` is named twice", name.0))
                        .expected("expected another coder"),
                    &at(i),
                );
            }
            coders.push(coder);
        }
        coders
    }
}
