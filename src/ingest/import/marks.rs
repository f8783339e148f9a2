//! Marked words of other tools, by the tags that they carry, made into positions.
//!
//! A tag is `actor:NAME`, `stance:WORD`, `issue:SENTENCE` or another field of a position; a map may say what other
//! codes mean. Marks with an actor, a stance and an issue are positions, of several actors or issues one each. All
//! others are kept as annotations.
//!
//! Deliberately absent: guessing whose words a mark holds. What no tag says is not known.

use super::{DocumentText, Imported, Options, record};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result, count};
use crate::base::fold::{fold, normalize_name};
use crate::base::header;
use crate::model::identity::{Base, slug};
use crate::model::vocab::{dcterms, oa, rdf, rdfs, skos, xsd};
use crate::model::{Concept, Family, Stance, stance_words};
use oxrdf::{Literal, NamedNodeRef};
use serde_json::{Map as Fields, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;

/// Fields that tags may give. Those that may have several values come first.
const FIELDS: &[&str] = &[
    "actor",
    "issue",
    "onBehalfOf",
    "target",
    "stance",
    "mode",
    "explicitness",
    "certainty",
    "intensity",
    "status",
    "note",
];
/// Number of the fields that may have several values.
const MANY: usize = 4;
/// Number of faults that are shown one by one.
const SHOWN: usize = 20;

/// An article, and what is marked in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Marked {
    /// What makes its id: a number, a name, or the address.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) url: String,
    /// Further fields of articles.
    pub(super) fields: Vec<(&'static str, String)>,
    /// Its text, if the tool keeps it.
    pub(super) text: Option<String>,
    /// Whether places hold although the text is not at hand: they are code points of the very text.
    pub(super) has_places: bool,
    pub(super) notes: Vec<String>,
    pub(super) marks: Vec<Mark>,
}

/// Marked words.
#[derive(Clone, Debug, Default)]
pub(super) struct Mark {
    /// Number or id in the other tool.
    pub(super) number: String,
    /// The words, in one place of the text or in several; none of a mark on the whole.
    pub(super) spans: Vec<Words>,
    /// Its tags. Of a code in a tree of codes, the names from its root.
    pub(super) tags: Vec<Vec<String>>,
    pub(super) coder: String,
    pub(super) notes: Vec<String>,
}

/// Words in one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// The words, where the tool says them.
    pub(super) exact: String,
    /// Where they begin and end in the text.
    pub(super) place: Option<Offsets>,
}

impl Words {
    /// The words at this place.
    pub(super) fn at(place: Offsets) -> Self {
        Self { exact: String::new(), place: Some(place) }
    }
}

/// Where words begin and end, 0-based, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offsets {
    /// In units of UTF-16.
    Units(i64, i64),
    /// In code points.
    Points(i64, i64),
}

/// What the codes of another tool mean.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// By the name of a code, the fields that it gives.
    codes: HashMap<String, Vec<(&'static str, String)>>,
    /// Fields of marks that give none themselves.
    constants: Vec<(&'static str, String)>,
    family: Option<Family>,
}

impl Codes {
    /// Reads a map of codes: YAML.
    ///
    /// # Errors
    /// It cannot be read, or says what is not understood.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
        Self::parse(&text).map_err(header::in_file(&file.display().to_string()))
    }

    fn parse(text: &str) -> Result<Self> {
        let known: Vec<&str> = FIELDS.iter().chain(&["codes", "family"]).copied().collect();
        let settings = header::settings(text, Some(&known))?;
        let fields = |part: &header::Header| -> Result<Vec<(&'static str, String)>> {
            let mut all = Vec::new();
            for field in FIELDS {
                all.extend(part.texts(field)?.into_iter().map(|value| (*field, value)));
            }
            Ok(all)
        };
        let mut codes = HashMap::new();
        for (code, part) in settings.parts("codes", "code", FIELDS)? {
            codes.insert(code, fields(&part)?);
        }
        let family = settings.text("family")?.map(|said| {
            Family::from_word(&said).ok_or_else(|| {
                header::unknown("family", &said, Family::ALL.iter().map(|family| family.word()))
            })
        });
        Ok(Self { codes, constants: fields(&settings)?, family: family.transpose()? })
    }

    /// The fields that a tag gives; none if nothing says what it means.
    fn meaning(&self, path: &[String]) -> Option<Vec<(&'static str, String)>> {
        let name = path.last()?;
        if let Some(fields) = self.codes.get(&path.join("/")).or_else(|| self.codes.get(name)) {
            return Some(fields.clone());
        }
        // A code in a tree of codes: the one above it names the field, and then a colon is a part of the name.
        let above = path.len().checked_sub(2).and_then(|at| field(path.get(at)?));
        if let Some((key, value)) = name.split_once(':').or_else(|| name.split_once('='))
            && let Some(field) = field(key)
            && above.is_none_or(|above| above == field)
        {
            return Some(vec![(field, value.trim().to_owned())]);
        }
        Some(vec![(above?, name.trim().to_owned())])
    }
}

/// The field of this name, however it is spelled.
fn field(name: &str) -> Option<&'static str> {
    let plain = |name: &str| -> String {
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let name = plain(name);
    let other = match name.as_str() {
        "behalf" | "organization" | "organisation" => "onBehalfOf",
        "concept" | "claim" => "issue",
        "who" | "speaker" | "person" => "actor",
        _ => "",
    };
    FIELDS.iter().find(|field| plain(field) == name || **field == other).copied()
}

/// What the marks of these articles make.
///
/// # Errors
/// More marks at fault than may be left out.
pub(super) fn imported(
    file: &Path,
    articles: Vec<Marked>,
    codes: &Codes,
    options: &Options,
) -> Result<Imported> {
    let mut import = Import {
        imported: Imported {
            name: Imported::name_of(file),
            origin: file.display().to_string(),
            ..Imported::default()
        },
        codes,
        articles: BTreeMap::new(),
        actors: BTreeMap::new(),
        issues: BTreeMap::new(),
        ids: ids(&articles, codes),
        claims: BTreeSet::new(),
        sheets: BTreeMap::new(),
        lines: BTreeSet::new(),
        faults: BTreeMap::new(),
        rejects: String::new(),
        bad: 0,
        kept: BTreeMap::new(),
        misfits: 0,
        defaulted: 0,
    };
    for article in articles {
        import.article(article);
    }
    if import.bad > options.skip_bad {
        return Err(import.fault());
    }
    Ok(import.finish())
}

/// Ids of the things that the tags of these articles name, by what their names have in common. A name that is an id
/// already is its own: as a reference, the id of another thing would be ambiguous.
fn ids(articles: &[Marked], codes: &Codes) -> HashMap<(String, String), String> {
    let tags = articles.iter().flat_map(|article| &article.marks).flat_map(|mark| &mark.tags);
    let given = tags.filter_map(|tag| codes.meaning(tag)).flatten();
    let named = given.chain(codes.constants.iter().cloned());
    let mut names: Vec<String> = named
        .filter(|(field, _)| ["actor", "onBehalfOf", "target", "issue"].contains(field))
        .map(|(_, name)| name)
        .collect();
    let is_id = |name: &String| normalize_name(name).replace(' ', "-") == slug(name);
    names.sort_by_key(|name| !is_id(name));
    let mut ids: HashMap<(String, String), String> = HashMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for name in names {
        ids.entry(spelling(&name)).or_insert_with(|| {
            let bare = slug(&name);
            let mut id = bare.clone();
            let mut number = 1;
            while !taken.insert(id.clone()) {
                number += 1;
                id = format!("{bare}-{number}");
            }
            id
        });
    }
    ids
}

struct Import<'a> {
    imported: Imported,
    codes: &'a Codes,
    articles: BTreeMap<String, Value>,
    actors: BTreeMap<String, Value>,
    issues: BTreeMap<String, Value>,
    /// Ids of actors and issues, by what their names have in common.
    ids: HashMap<(String, String), String>,
    /// Issues with a stance that fits claims alone.
    claims: BTreeSet<String>,
    /// Positions, by article and coder.
    sheets: BTreeMap<(String, String), Vec<Value>>,
    /// Marks that are no positions, as N-Quads.
    lines: BTreeSet<String>,
    /// What is wrong, the first mark, and the number of marks.
    faults: BTreeMap<String, (String, usize)>,
    rejects: String,
    bad: usize,
    /// Number of marks that are no positions, by what they lack.
    kept: BTreeMap<String, usize>,
    /// Number of marks whose place is not in the text.
    misfits: usize,
    /// Number of positions of which no tag says mode, explicitness or certainty.
    defaulted: usize,
}

impl Import<'_> {
    fn article(&mut self, article: Marked) {
        let mut id = slug(&article.name);
        if id.is_empty() {
            id = format!("{}-{}", self.imported.name, self.articles.len() + 1);
        }
        let mut fields = vec![
            ("id", id.clone().into()),
            ("title", article.title.clone().into()),
            ("url", article.url.clone().into()),
            ("note", json!(article.notes)),
        ];
        fields.extend(article.fields.iter().map(|(name, value)| (*name, Value::from(value.clone()))));
        let text = article.text.filter(|text| !text.is_empty()).map(DocumentText::new);
        if self.articles.insert(id.clone(), record(fields)).is_none()
            && let Some(text) = &text
        {
            self.imported.texts.push((id.clone(), text.text.clone()));
        }
        for mark in &article.marks {
            if let Err(why) = self.mark(&id, text.as_ref(), article.has_places, mark) {
                self.bad += 1;
                let tags: Vec<String> = mark.tags.iter().map(|tag| tag.join("/")).collect();
                let _ = writeln!(
                    self.rejects,
                    "{}\t{why}\t{}\t{}",
                    mark.number,
                    tags.join(", "),
                    plain(
                        &mark.spans.iter().map(|words| words.exact.as_str()).collect::<Vec<_>>().join(" … ")
                    )
                );
                self.faults.entry(why).or_insert((mark.number.clone(), 0)).1 += 1;
            }
        }
    }

    fn mark(
        &mut self,
        article: &str,
        text: Option<&DocumentText>,
        has_places: bool,
        mark: &Mark,
    ) -> Result<(), String> {
        let mut fields: HashMap<&str, Vec<String>> = HashMap::new();
        let mut others: Vec<String> = Vec::new();
        for tag in &mark.tags {
            match self.codes.meaning(tag) {
                Some(given) => {
                    for (field, value) in given.into_iter().filter(|(_, value)| !value.is_empty()) {
                        let values = fields.entry(field).or_default();
                        if !values.contains(&value) {
                            values.push(value);
                        }
                    }
                }
                None => others.push(tag.join("/")),
            }
        }
        if fields.contains_key("stance") || !self.codes.codes.is_empty() {
            let given: BTreeSet<&str> = fields.keys().copied().collect();
            for (field, value) in self.codes.constants.iter().filter(|(field, _)| !given.contains(field)) {
                fields.entry(field).or_default().push(value.clone());
            }
        }
        for field in &FIELDS[MANY..FIELDS.len() - 1] {
            if let Some([_, _, ..]) = fields.get(field).map(Vec::as_slice) {
                return Err(format!("two values of `{field}` on one mark"));
            }
        }
        let quotes: Vec<Value> =
            mark.spans.iter().filter_map(|words| self.quote(text, has_places, words)).collect();
        let missing: Vec<&str> =
            ["actor", "stance", "issue"].into_iter().filter(|field| !fields.contains_key(field)).collect();
        if !missing.is_empty() {
            *self.kept.entry(missing.join(", ")).or_default() += 1;
            self.annotation(article, &quotes, mark);
            return Ok(());
        }
        let said = fields["stance"].concat();
        let said = said.replace('-', " ");
        let stance = Stance::from_word(&said).or_else(|| stance_words::stance(&said, self.codes.family));
        let stance = stance.ok_or_else(|| format!("unknown stance `{said}`"))?;
        let is_claim = !stance.fits(Family::Proposal);
        let named = |things: &mut BTreeMap<String, Value>, names: &[String]| {
            let mut ids: Vec<String> = Vec::new();
            for name in names {
                let bare = slug(name);
                if bare.is_empty() {
                    return Err(format!("`{name}` has neither letters nor digits"));
                }
                let id = self.ids.get(&spelling(name)).cloned().unwrap_or(bare);
                let thing = record(vec![("id", id.clone().into()), ("label", name.clone().into())]);
                things.entry(id.clone()).or_insert(thing);
                ids.push(id);
            }
            Ok(ids)
        };
        let empty = Vec::new();
        let of = |field: &str| fields.get(field).unwrap_or(&empty);
        let issues = named(&mut self.issues, of("issue"))?;
        if is_claim {
            self.claims.extend(issues.iter().cloned());
        }
        let actors = named(&mut self.actors, of("actor"))?;
        let behalf = named(&mut self.actors, of("onBehalfOf"))?;
        let targets = named(&mut self.actors, of("target"))?;
        let mut notes = of("note").clone();
        notes.extend(others.iter().map(|tag| format!("tag: {tag}")));
        notes.extend(mark.notes.iter().map(|note| note.trim().to_owned()).filter(|note| !note.is_empty()));
        for (actor, issue) in actors.iter().flat_map(|actor| issues.iter().map(move |issue| (actor, issue))) {
            let behalf: Vec<&String> = behalf.iter().filter(|other| *other != actor).collect();
            let mut position = vec![
                ("number", mark.number.clone().into()),
                ("article", article.into()),
                ("actor", actor.clone().into()),
                ("onBehalfOf", json!(behalf)),
                ("target", json!(targets)),
                ("stance", stance.word().into()),
                ("issue", issue.clone().into()),
                ("quote", quotes.clone().into()),
                ("note", json!(notes)),
            ];
            for field in &FIELDS[MANY + 1..FIELDS.len() - 1] {
                position.push((field, of(field).concat().into()));
            }
            let has_all =
                ["mode", "explicitness", "certainty"].iter().all(|field| fields.contains_key(field));
            self.defaulted += usize::from(!has_all);
            let sheet = (article.to_owned(), mark.coder.clone());
            self.sheets.entry(sheet).or_default().push(record(position));
            self.imported.positions += 1;
        }
        Ok(())
    }

    /// The words of a mark in one place, and the place where the text is at hand.
    fn quote(&mut self, text: Option<&DocumentText>, has_places: bool, words: &Words) -> Option<Value> {
        if let (Some(text), Some(place)) = (text, words.place) {
            let found = match place {
                Offsets::Units(start, end) => text.words(start, end),
                Offsets::Points(start, end) => text.words_at_points(start, end),
            };
            match found {
                Some((start, end, words)) => {
                    return Some(json!({"exact": words, "start": start, "end": end}));
                }
                None => self.misfits += 1,
            }
        }
        if let (None, true, Some(Offsets::Points(start, end))) = (text, has_places, words.place)
            && end.checked_sub(start).map(usize::try_from) == Some(Ok(words.exact.chars().count()))
        {
            return Some(json!({"exact": words.exact, "start": start, "end": end}));
        }
        let exact = words.exact.trim();
        let is_known = !exact.is_empty() && text.is_none_or(|text| text.text.contains(exact));
        is_known.then(|| json!({"exact": exact}))
    }

    /// Keeps a mark that is no position.
    fn annotation(&mut self, article: &str, quotes: &[Value], mark: &Mark) {
        let base = Base::default();
        let graph = base.thing("document", &self.imported.document(super::ANNOTATIONS));
        let number = if mark.number.is_empty() { self.lines.len().to_string() } else { slug(&mark.number) };
        let node = base.thing("mark", &format!("{}/{article}/{number}", self.imported.name));
        let selectors = (1..).map(|at| match at {
            1 => format!("<{}-selector>", node.as_str()),
            at => format!("<{}-selector-{at}>", node.as_str()),
        });
        let selectors: Vec<String> = selectors.take(quotes.len()).collect();
        let node = node.to_string();
        let mut add = |subject: &str, property: NamedNodeRef<'_>, object: String| {
            self.lines.insert(format!("{subject} {property} {object} {graph} .\n"));
        };
        let text = |text: &str| Literal::new_simple_literal(text).to_string();
        add(&node, rdf::TYPE, oa::SPECIFIC_RESOURCE.to_string());
        add(&node, oa::HAS_SOURCE, base.thing("article", article).to_string());
        for (selector, quote) in selectors.iter().zip(quotes) {
            add(&node, oa::HAS_SELECTOR, selector.clone());
            add(selector, rdf::TYPE, oa::TEXT_QUOTE_SELECTOR.to_string());
            add(selector, oa::EXACT, text(quote["exact"].as_str().unwrap_or_default()));
            if let (Some(start), Some(end)) = (quote["start"].as_u64(), quote["end"].as_u64()) {
                add(selector, rdf::TYPE, oa::TEXT_POSITION_SELECTOR.to_string());
                for (property, offset) in [(oa::START, start), (oa::END, end)] {
                    let offset = Literal::new_typed_literal(offset.to_string(), xsd::INTEGER);
                    add(selector, property, offset.to_string());
                }
            }
        }
        for tag in &mark.tags {
            add(&node, rdfs::LABEL, text(&tag.join("/")));
        }
        let said = [(dcterms::IDENTIFIER, &mark.number), (dcterms::CREATOR, &mark.coder)].into_iter();
        for (property, value) in said.chain(mark.notes.iter().map(|note| (skos::NOTE, note))) {
            if !value.trim().is_empty() {
                add(&node, property, text(value.trim()));
            }
        }
    }

    fn fault(self) -> Error {
        let Self { imported, faults, bad, .. } = self;
        let more = faults.len().saturating_sub(SHOWN);
        let shown = faults.into_iter().take(SHOWN).map(|(why, (first, number))| {
            Diagnostic::error(why)
                .expected(format!("{}, first {first}", count(number, "mark")))
                .at(Place::file(&imported.origin))
        });
        let mut shown: Vec<Diagnostic> = shown.collect();
        if let Some(last) = shown.last_mut() {
            if more > 0 {
                last.notes.push(format!("and {}", count(more, "more fault")));
            }
            last.help = Some(format!(
                "mend them, or say in a map what codes mean; or leave them out with `--skip-bad {bad}`"
            ));
        }
        Error::Input(shown)
    }

    fn finish(self) -> Imported {
        let Self {
            mut imported,
            codes,
            articles,
            actors,
            mut issues,
            claims,
            sheets,
            lines,
            rejects,
            bad,
            kept,
            misfits,
            defaulted,
            ..
        } = self;
        // Some stances fit both families; one that fits claims alone decides.
        for (id, issue) in &mut issues {
            let family = if claims.contains(id) { Family::Claim } else { Family::Proposal };
            issue["family"] = codes.family.unwrap_or(family).word().into();
        }
        let mut registry = Fields::new();
        registry.insert("document".to_owned(), imported.document("registry").into());
        for (section, things) in [("articles", articles), ("actors", actors), ("issues", issues)] {
            if !things.is_empty() {
                registry.insert(section.to_owned(), things.into_values().collect::<Vec<_>>().into());
            }
        }
        imported.sheets.push(("registry".to_owned(), registry));
        for ((article, coder), positions) in sheets {
            let part = match slug(&coder).as_str() {
                "" => article,
                coder => format!("{article}-{coder}"),
            };
            let mut fields = Fields::new();
            fields.insert("document".to_owned(), imported.document(&part).into());
            if !coder.is_empty() {
                fields.insert("coding".to_owned(), json!({ "coder": coder }));
            }
            fields.insert("positions".to_owned(), positions.into());
            imported.sheets.push((part, fields));
        }
        imported.annotations = lines.into_iter().collect();
        imported.rejects = rejects;
        if defaulted > 0 {
            let positions = count(defaulted, "position");
            let get = if defaulted == 1 { "gets" } else { "get" };
            imported.notes.push(format!(
                "{positions} {get} the defaults of mode, explicitness, certainty where no tag gives them"
            ));
        }
        for (missing, number) in kept {
            imported.notes.push(format!("{} without {missing} kept as annotations", count(number, "mark")));
        }
        if misfits > 0 {
            imported.notes.push(format!("{} whose place is not in the text", count(misfits, "mark")));
        }
        if bad > 0 {
            imported.notes.push(format!("{} left out", count(bad, "mark")));
        }
        imported
    }
}

/// What two names of one thing have in common: they differ in case, accents, quotation marks or blanks alone.
fn spelling(name: &str) -> (String, String) {
    let name = normalize_name(name);
    let marks = name.chars().filter(|letter| !letter.is_alphanumeric() && !letter.is_whitespace());
    (fold(&name), marks.collect())
}

/// A text on one line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
