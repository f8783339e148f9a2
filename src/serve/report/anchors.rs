//! Anchors of the report: which things have a place on the page, and its id.

use super::ArticlePart;
use crate::analysis::show::{Page, Value};
use crate::model::identity::{handle, id_of};
use crate::serve::view::{Links, article};
use oxrdf::NamedNode;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The places of a page.
pub(super) struct Anchors {
    /// Ids of sections, by what they are about.
    sections: BTreeMap<NamedNode, String>,
    /// Ids of cards, by their position or other statement.
    cards: BTreeMap<NamedNode, String>,
    /// Cards that carry their id already: a position is drawn below its issue and below its actor.
    given: RefCell<BTreeSet<NamedNode>>,
    /// Begins of spans that are marked in a text.
    spans: BTreeSet<(NamedNode, u32)>,
    /// First position of an actor on an issue.
    cells: BTreeMap<(NamedNode, NamedNode), NamedNode>,
}

impl Anchors {
    /// Places of everything that these parts show.
    pub(super) fn new(issues: &[Page], actors: &[Page], articles: &[ArticlePart<'_>]) -> Self {
        let mut ids = Ids::default();
        let mut sections = BTreeMap::new();
        let named = [("issue", issues), ("actor", actors)];
        for (kind, page) in named.iter().flat_map(|(kind, pages)| pages.iter().map(move |page| (*kind, page)))
        {
            sections.insert(page.iri.clone(), ids.free(kind, id_of(&page.iri)));
        }
        for page in articles.iter().map(|part| &part.page) {
            sections.insert(page.iri.clone(), ids.free("article", id_of(&page.iri)));
        }
        let (mut cards, mut cells) = (BTreeMap::new(), BTreeMap::new());
        let with_text = articles.iter().filter(|part| part.text.is_some()).map(|part| &part.page);
        let lists = issues.iter().chain(actors).chain(with_text).flat_map(|page| &page.sections);
        let lists = lists.filter(|section| !section.only_names);
        for entry in lists.flat_map(|section| &section.entries) {
            if !cards.contains_key(&entry.iri) {
                let name = handle(entry.iri.as_str()).unwrap_or_else(|| id_of(&entry.iri));
                cards.insert(entry.iri.clone(), ids.free("position", name));
            }
            let Some(line) = entry.position() else { continue };
            let thing = |value: &Option<Value>| value.as_ref()?.thing.clone();
            if let Some(key) = thing(&line.actor).zip(thing(&line.issue)) {
                cells.entry(key).or_insert_with(|| entry.iri.clone());
            }
        }
        let spans = articles.iter().filter_map(|part| Some((&part.page, part.text?)));
        let spans = spans.flat_map(|(page, text)| {
            article::places(page, text).into_iter().map(|start| (page.iri.clone(), start))
        });
        Self { sections, cards, given: RefCell::default(), spans: spans.collect(), cells }
    }

    /// The id of a thing's section.
    pub(super) fn of(&self, iri: &NamedNode) -> Option<&str> {
        self.sections.get(iri).map(String::as_str)
    }
}

impl Links for Anchors {
    fn thing(&self, iri: &NamedNode) -> Option<String> {
        let id = self.sections.get(iri).or_else(|| self.cards.get(iri))?;
        Some(format!("#{id}"))
    }

    fn span(&self, article: &NamedNode, start: u32) -> Option<String> {
        let is_marked = self.spans.contains(&(article.clone(), start));
        is_marked.then(|| Some(format!("#{}-s{start}", self.of(article)?))).flatten()
    }

    fn cell(&self, actor: &NamedNode, issue: &NamedNode) -> Option<String> {
        self.thing(self.cells.get(&(actor.clone(), issue.clone()))?)
    }

    fn id(&self, iri: &NamedNode) -> Option<String> {
        self.of(iri).map(str::to_owned)
    }

    fn card(&self, iri: &NamedNode) -> Option<String> {
        let id = self.cards.get(iri)?;
        self.given.borrow_mut().insert(iri.clone()).then(|| id.clone())
    }

    fn all(&self, _: &NamedNode) -> Option<String> {
        None
    }
}

/// Ids that differ.
#[derive(Default)]
struct Ids(BTreeSet<String>);

impl Ids {
    /// "issue-cedes-territory"; a number behind it if another thing has that.
    fn free(&mut self, kind: &str, name: &str) -> String {
        let name: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' })
            .take(80)
            .collect();
        let id = format!("{kind}-{name}");
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        let free = [id.clone()].into_iter().chain(numbered).find(|id| !self.0.contains(id)).unwrap_or(id);
        self.0.insert(free.clone());
        free
    }
}
