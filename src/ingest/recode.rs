//! Another name for an actor or issue, or another mode, across all sheets of a case.
//!
//! A new name *renames*: the registry gets it as the label, and the old one as an alias. The id stays, and with
//! it every IRI. The name of another actor or issue *merges*: what names the one names the other, whose aliases
//! the old names become, and the old record goes. Then positions get other IRIs, and what refers to them is
//! written anew. Only what has to change is changed; RDF is left as it is.

use super::case::Projects;
use super::file_edits::FileEdits;
use super::input::ReadError;
use super::register;
use super::sheet::{self, Declared, Edit, Step, Written};
use super::{
    BYTE_ORDER_MARK, Content, Encoding, Input, Known, Options, Origin, document_name, invalid_utf8, texts,
};
use crate::base::diagnostic::{Place, did_you_mean};
use crate::base::error::{Error, Result, count};
use crate::base::fold::normalize_name;
use crate::model::identity::{handle, handle_in, id_of};
use crate::model::registry::{Kind, Lookup, Registry};
use crate::model::{Concept, List, Mode};
use oxrdf::NamedNode;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The modes of a case's own.
const MODE: Kind = Kind::Concept(List::Mode);

/// What gets another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recoded {
    /// An actor.
    Actor,
    /// An issue.
    Issue,
    /// A mode.
    Mode,
}

impl Recoded {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Actor, Self::Issue, Self::Mode];

    /// Its word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Issue => "issue",
            Self::Mode => "mode",
        }
    }

    /// Fields that name one, by section; `[]` stands for the items of a list.
    fn fields(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Actor => &[
                ("", &["defaults.onBehalfOf.[]"]),
                (
                    "positions",
                    &["actor", "onBehalfOf.[]", "target.[]", "alternativeHolder.[]", "attribution.[].source"],
                ),
                ("events", &["participant.[]", "attribution.[].source"]),
                ("measures", &["of.[]", "attribution.[].source"]),
                ("polls", &["pollster", "population", "attribution.[].source"]),
                ("poll", &["pollster", "population", "attribution.[].source"]),
                ("relations", &["from", "to", "attribution.[].source"]),
                ("officeClaims", &["person", "attribution.[].source"]),
                ("actors", &["memberOf.[]"]),
                ("posts", &["organisation"]),
                ("memberships", &["person", "organisation"]),
            ],
            Self::Issue => &[
                ("positions", &["issue", "condition.[].requires"]),
                ("events", &["about.[]"]),
                ("measures", &["about.[]"]),
                ("polls", &["issue"]),
                ("poll", &["issue"]),
                (
                    "issues",
                    &["broader.[]", "incompatibleWith.[]", "contrastsWith.[]", "entails.[]", "opposite"],
                ),
            ],
            Self::Mode => &[("", &["defaults.mode"]), ("positions", &["mode"])],
        }
    }
}

/// Positions and other records that change.
#[derive(Clone, Debug)]
pub struct Touched {
    /// Where it is written.
    pub place: Place,
    /// Its quote; of what has none, the section that it stands in.
    pub words: String,
    /// Whether it is a position.
    pub is_position: bool,
}

/// What recoding would change.
#[derive(Debug)]
pub struct Plan {
    /// The changes of the files.
    pub edits: FileEdits,
    /// What changes, in the order of the files.
    pub touched: Vec<Touched>,
    /// What has to be known of it.
    pub notes: Vec<String>,
    /// Whether one of two that there were is left.
    pub merges: bool,
}

/// What to recode.
#[derive(Clone, Debug)]
pub struct Request {
    /// What gets another name.
    pub what: Recoded,
    /// The name that it has.
    pub from: String,
    /// The name that it gets.
    pub into: String,
    /// Folder of the case, beside whose files the patch is kept.
    pub folder: PathBuf,
}

/// A sheet of the case.
struct Sheet<'a> {
    input: &'a Input,
    declared: Declared,
}

/// Says of a record whether it is changed.
pub type Choose<'c> = dyn FnMut(&Touched) -> Result<bool> + 'c;

/// Works out what recoding changes; `choose` is asked for each record, if the change is not made everywhere.
///
/// # Errors
/// Files that cannot be read or are not sound, names that nothing or several have, what cannot be merged.
pub fn plan(
    inputs: &[Input],
    known: Box<Known<'_>>,
    request: &Request,
    mut choose: Option<&mut Choose<'_>>,
) -> Result<Plan> {
    let (sheets, registry) = read(inputs, known)?;
    let names = Names::of(request, &registry, &sheets)?;
    let mut plan = Plan {
        edits: FileEdits::new(&request.folder, title(request)),
        touched: Vec::new(),
        notes: Vec::new(),
        merges: names.merges,
    };
    let mut edits: Vec<Vec<Edit>> = sheets.iter().map(|_| Vec::new()).collect();
    for (sheet, edits) in
        sheets.iter().zip(&mut edits).filter(|(sheet, _)| sheet.declared.written.is_editable())
    {
        for (record, found) in named(&sheet.declared, &registry, &names) {
            let touched = touched(&sheet.declared.written, &record);
            if let Some(choose) = &mut choose
                && !choose(&touched)?
            {
                continue;
            }
            let changes = found.iter().filter_map(|path| sheet.declared.written.replace(path, &names.label));
            let before = edits.len();
            edits.extend(changes);
            if edits.len() > before || names.merges {
                plan.touched.push(touched);
            }
        }
    }
    let whole = choose.is_none();
    let is_between_words = request.what == Recoded::Mode && names.into.is_none() && names.merges;
    if whole && names.from.is_some() && !is_between_words {
        register(&sheets, &names, &mut edits, &mut plan.notes)?;
    }
    if names.merges || request.what == Recoded::Mode {
        follow(&sheets, &mut edits, &mut plan.notes)?;
    }
    if request.what == Recoded::Mode {
        let without = |sheet: &Sheet<'_>| {
            sheet.declared.written.sheet.positions.iter().filter(|position| position.mode.is_none()).count()
        };
        match sheets.iter().map(without).sum() {
            0 => {}
            number => plan.notes.push(format!(
                "{} without `mode` {}: `defaults: {{mode: …}}` sets it for all of them",
                count(number, "position"),
                if number == 1 { "stays as it is" } else { "stay as they are" }
            )),
        }
    }
    for sheet in &sheets {
        if let Some(form) = sheet.declared.written.fixed_form() {
            plan.notes.push(format!("`{}` is a {form} and is left as it is", sheet.input.name));
        }
    }
    for input in inputs.iter().filter(|input| !is_sheet(input)) {
        plan.notes.push(format!("`{}` is no sheet and is left as it is", input.name));
    }
    for (sheet, edits) in sheets.iter().zip(edits) {
        let Some(path) = &sheet.input.path else { continue };
        plan.edits.edit(path, sheet.declared.written.text(), edits)?;
    }
    Ok(plan)
}

/// "issue 'A' into 'B'", for the patch and the history.
#[must_use]
pub fn title(request: &Request) -> String {
    format!("recode {} '{}' into '{}'", request.what.word(), request.from, request.into)
}

fn is_sheet(input: &Input) -> bool {
    matches!(input.content, Content::Sheet(_)) && input.path.is_some() && input.encoding == Encoding::Plain
}

/// The sheets among the inputs, and every name.
fn read<'a>(inputs: &'a [Input], known: Box<Known<'_>>) -> Result<(Vec<Sheet<'a>>, Registry)> {
    let (mut sheets, mut faults, mut registry) = (Vec::new(), Vec::new(), Registry::default());
    for input in inputs.iter().filter(|input| is_sheet(input)) {
        let Content::Sheet(format) = input.content else { continue };
        let bytes = match input.read() {
            Ok(bytes) => bytes,
            Err(ReadError::Fault(fault)) => {
                faults.push(*fault);
                continue;
            }
            Err(ReadError::Io(error)) => return Err(error),
        };
        let read = if format == sheet::Format::Xlsx {
            sheet::read_workbook(&input.name, &bytes)
        } else {
            let text = String::from_utf8(bytes)
                .map_err(|error| Error::Input(vec![invalid_utf8(&input.name, &error)]))?;
            sheet::read(&input.name, text.trim_start_matches(BYTE_ORDER_MARK).to_owned(), format)
        };
        match read {
            Ok(mut written) => {
                faults.append(&mut written.faults);
                sheets.push(Sheet { input, declared: sheet::declare(written, &mut registry) });
            }
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Input(faults));
    }
    if sheets.is_empty() {
        return Err(Error::usage("there are no sheets to change").with_help("name the folder of the case"));
    }
    let replaced: HashSet<NamedNode> = sheets
        .iter()
        .map(|sheet| document_name(sheet.input, sheet.declared.document.as_deref(), &Options::default()))
        .collect();
    if let Some(stored) = known(&replaced)?.stored {
        registry.know(Box::new(stored));
    }
    Ok((sheets, registry))
}

/// The names that are looked for, and what is written in their place.
struct Names {
    what: Recoded,
    /// Who or what is recoded; none of a mode of the model.
    from: Option<NamedNode>,
    into: Option<NamedNode>,
    /// The mode of the model that is recoded.
    mode: Option<Mode>,
    merges: bool,
    /// The label that it had.
    old: String,
    /// What is written.
    label: String,
}

impl Names {
    fn of(request: &Request, registry: &Registry, sheets: &[Sheet<'_>]) -> Result<Self> {
        let Request { what, from, into, .. } = request;
        if into.trim().is_empty() {
            return Err(Error::usage("the new name is empty").with_help("write the name after `into`"));
        }
        let kind = match what {
            Recoded::Mode if Mode::from_word(from).is_some() || Mode::from_word(into).is_some() => {
                return Self::of_mode(request, registry, sheets);
            }
            Recoded::Mode => MODE,
            Recoded::Actor => Kind::Actor,
            Recoded::Issue => Kind::Issue,
        };
        let old = one(registry, kind, from)?.ok_or_else(|| {
            if kind == MODE {
                return unknown_mode(registry, from);
            }
            let near = registry.nearest(kind, from);
            let near: Vec<&str> = near.iter().map(String::as_str).collect();
            let help =
                did_you_mean(&near).unwrap_or_else(|| "`standpoint find WORDS` searches for names".into());
            Error::usage(format!("no {} matches `{from}`", kind.word())).with_help(help)
        })?;
        let new = one(registry, kind, into)?;
        if new.as_ref() == Some(&old) {
            return Err(Error::usage(format!("`{from}` and `{into}` are names of one {}", kind.word()))
                .with_help("write a name that it does not have yet, or that of another one"));
        }
        let label_of =
            |iri: &NamedNode| records(sheets, kind, iri).find_map(|(sheet, at)| label(sheet, kind, at));
        Ok(Self {
            what: *what,
            old: label_of(&old).unwrap_or_else(|| from.clone()),
            label: new.as_ref().and_then(label_of).unwrap_or_else(|| into.trim().to_owned()),
            merges: new.is_some(),
            from: Some(old),
            into: new,
            mode: None,
        })
    }

    /// Of two modes of which one is the model's: that stays what it is, so only words of positions change.
    fn of_mode(request: &Request, registry: &Registry, sheets: &[Sheet<'_>]) -> Result<Self> {
        let Request { what, from, into, .. } = request;
        let mode = |word: &str| -> Result<(Option<Mode>, Option<NamedNode>, String)> {
            if let Some(mode) = Mode::from_word(word) {
                return Ok((Some(mode), None, mode.word().to_owned()));
            }
            let own = one(registry, MODE, word)?.ok_or_else(|| unknown_mode(registry, word))?;
            let label = records(sheets, MODE, &own).find_map(|(sheet, at)| label(sheet, MODE, at));
            Ok((None, Some(own), label.unwrap_or_else(|| word.to_owned())))
        };
        let ((mode, own, old), (new, into_own, label)) = (mode(from)?, mode(into)?);
        if mode == new && own == into_own {
            return Err(Error::usage(format!("`{from}` and `{into}` are one mode")));
        }
        Ok(Self { what: *what, merges: own.is_some(), from: own, into: None, mode, old, label })
    }

    fn kind(&self) -> Kind {
        match self.what {
            Recoded::Actor => Kind::Actor,
            Recoded::Issue => Kind::Issue,
            Recoded::Mode => MODE,
        }
    }

    /// Whether a text names what is recoded, in a way that has to change.
    fn is_meant(&self, registry: &Registry, text: &str) -> bool {
        match (&self.from, self.mode) {
            (_, Some(mode)) => Mode::from_word(text) == Some(mode),
            (Some(from), None) => {
                // An id or another alias goes on meaning the same thing where only the label changes.
                (self.merges || normalize_name(text) == normalize_name(&self.old))
                    && registry.look_up(self.kind(), text) == Lookup::Found(from.clone())
            }
            (None, None) => false,
        }
    }
}

/// A mode that neither the model nor the case has.
fn unknown_mode(registry: &Registry, word: &str) -> Error {
    let own = registry.labels(MODE);
    let words: Vec<&str> = List::Mode.words().into_iter().chain(own.iter().map(String::as_str)).collect();
    let near = crate::base::diagnostic::nearest(word, words.iter().copied(), 3);
    let help = did_you_mean(&near).unwrap_or_else(|| format!("one of: {}", words.join(", ")));
    Error::usage(format!("unknown mode `{word}`")).with_help(help)
}

/// What has this name; none if nothing has.
fn one(registry: &Registry, kind: Kind, name: &str) -> Result<Option<NamedNode>> {
    match registry.look_up(kind, name) {
        Lookup::Found(iri) => Ok(Some(iri)),
        Lookup::Unknown => Ok(None),
        Lookup::Ambiguous(ids) => {
            let error = Error::usage(format!("`{name}` is a name of {} {}s", ids.len(), kind.word()));
            Err(error.with_help(format!("write the id of one: {}", ids.join(", "))))
        }
    }
}

fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::Issue => "issues",
        Kind::Concept(_) => "vocabulary",
        _ => "actors",
    }
}

/// Where sheets define a thing.
fn records<'s, 'a>(
    sheets: &'s [Sheet<'a>],
    kind: Kind,
    iri: &'s NamedNode,
) -> impl Iterator<Item = (&'s Sheet<'a>, usize)> {
    sheets.iter().flat_map(move |sheet| {
        let places = sheet.declared.places_of(section(kind), iri);
        places.into_iter().map(move |at| (sheet, at))
    })
}

/// The label that a record has, and its other names.
fn names_of<'s>(sheet: &'s Sheet<'_>, kind: Kind, at: usize) -> (Option<&'s sheet::Name>, &'s [sheet::Name]) {
    let sheet = &sheet.declared.written.sheet;
    match kind {
        Kind::Concept(_) => (sheet.vocabulary[at].label.as_ref(), &sheet.vocabulary[at].aliases.0),
        Kind::Issue => (sheet.issues[at].label.as_ref(), &sheet.issues[at].aliases.0),
        _ => (sheet.actors[at].label.as_ref(), &sheet.actors[at].aliases.0),
    }
}

fn label(sheet: &Sheet<'_>, kind: Kind, at: usize) -> Option<String> {
    names_of(sheet, kind, at).0.map(|name| name.text.clone())
}

/// The records of a sheet that name what is recoded, and the paths of the names.
fn named(declared: &Declared, registry: &Registry, names: &Names) -> Vec<([Step; 2], Vec<Vec<Step>>)> {
    let keys: HashSet<&str> = declared.keys().collect();
    let mut found = Vec::new();
    for (section, fields) in names.what.fields() {
        let records = if section.is_empty() { 1 } else { declared.written.items(section) };
        for at in 0..records {
            let record = [Step::from(*section), Step::from(at)];
            let way: &[Step] = if section.is_empty() { &[] } else { &record };
            let mut paths = Vec::new();
            for field in *fields {
                for (path, text) in declared.written.texts(way, field) {
                    let is_key = *section == "measures" && keys.contains(text);
                    if !is_key && names.is_meant(registry, text) {
                        paths.push(path);
                    }
                }
            }
            if !paths.is_empty() {
                found.push((record, paths));
            }
        }
    }
    found
}

fn touched(written: &Written, record: &[Step; 2]) -> Touched {
    let (Step::Field(section), Step::Item(at)) = (&record[0], &record[1]) else { unreachable!("a record") };
    let quote = match section.as_str() {
        "positions" => written.sheet.positions.get(*at).and_then(|position| position.quote.0.first()),
        "events" => written.sheet.events.get(*at).and_then(|event| event.quote.0.first()),
        "measures" => written.sheet.measures.get(*at).and_then(|measure| measure.quote.0.first()),
        "relations" => written.sheet.relations.get(*at).and_then(|relation| relation.quote.0.first()),
        "officeClaims" => written.sheet.office_claims.get(*at).and_then(|claim| claim.quote.0.first()),
        _ => None,
    };
    let words = quote.map(|quote| format!("“{}”", quote.0.exact.0));
    Touched {
        place: if section.is_empty() { Place::file(&written.file) } else { written.place(record) },
        words: words.unwrap_or_else(|| if section.is_empty() { "defaults".into() } else { section.clone() }),
        is_position: section == "positions",
    }
}

/// Changes the records of the registry: the label and an alias, or the aliases of the one that is left.
fn register(
    sheets: &[Sheet<'_>],
    names: &Names,
    edits: &mut [Vec<Edit>],
    notes: &mut Vec<String>,
) -> Result<()> {
    let (kind, Some(from)) = (names.kind(), &names.from) else { return Ok(()) };
    let place_of =
        |sheet: &Sheet<'_>| sheets.iter().position(|other| std::ptr::eq(other, sheet)).unwrap_or_default();
    let old: Vec<(&Sheet<'_>, usize)> = records(sheets, kind, from).collect();
    if old.is_empty() {
        return Err(Error::usage(format!("no sheet of this case registers `{}`", names.old))
            .with_help("name the folder with its registry too"));
    }
    let Some(into) = &names.into else {
        for (sheet, at) in old {
            let (written, record) = (&sheet.declared.written, [Step::from(section(kind)), Step::from(at)]);
            let edits = &mut edits[place_of(sheet)];
            let old_id = [id_of(from)];
            let keeps_id = crate::model::identity::slug(&names.label) != id_of(from);
            let aliases: (&str, &[&str]) = ("aliases", &[names.old.as_str()]);
            let fields = [("id", old_id.as_slice()), aliases];
            let fields = if keeps_id { &fields[..] } else { &fields[1..] };
            if let Some(edit) = written.in_full(section(kind), at, Some(&names.label), fields) {
                edits.push(edit);
                continue;
            }
            let label = written.texts(&record, "label").into_iter().next();
            let label = label.or_else(|| written.only_text(&record, "label"));
            edits.extend(label.and_then(|(path, _)| written.replace(&path, &names.label)));
            let no_column = |field: &str| {
                Error::usage(format!("`{}` has no column `{field}`", written.file))
                    .with_help("add the column to the header, and run the command again")
            };
            let alias = written
                .append(&record, "aliases", &[&names.old], Some("label"))
                .ok_or_else(|| no_column("aliases"))?;
            let has_id = !written.texts(&record, "id").is_empty();
            if has_id || !keeps_id {
                edits.push(alias);
                continue;
            }
            // Both may be put in at one place.
            let id = written.insert(&record, "id", &old_id, Some("label")).ok_or_else(|| no_column("id"))?;
            if id.range == alias.range {
                edits.push(Edit { with: format!("{}{}", id.with, alias.with), range: id.range });
            } else {
                edits.extend([id, alias]);
            }
        }
        return Ok(());
    };
    let Some((target, place)) = records(sheets, kind, into).next() else {
        return Err(Error::usage(format!("no sheet of this case registers `{}`", names.label))
            .with_help("name the folder with its registry too"));
    };
    if kind == Kind::Issue {
        let family = |sheet: &Sheet<'_>, at: usize| {
            sheet.declared.written.sheet.issues[at].family.as_ref().and_then(sheet::Word::concept)
        };
        let (one, other) = (family(old[0].0, old[0].1), family(target, place));
        if let (Some(one), Some(other)) = (one, other)
            && one != other
        {
            return Err(Error::usage(format!(
                "`{}` is a {}, `{}` is a {}",
                names.old,
                one.word(),
                names.label,
                other.word()
            ))
            .with_help("the stances on the one are none on the other: recode them by hand"));
        }
    }
    let (label, aliases) = names_of(target, kind, place);
    let mut had: HashSet<String> =
        label.into_iter().chain(aliases).map(|name| normalize_name(&name.text)).collect();
    let mut new: Vec<&str> = Vec::new();
    for (sheet, at) in &old {
        let (label, aliases) = names_of(sheet, kind, *at);
        let names = label.into_iter().chain(aliases);
        new.extend(
            names.filter(|name| had.insert(normalize_name(&name.text))).map(|name| name.text.as_str()),
        );
        let record = [Step::from(section(kind)), Step::from(*at)];
        let lost: Vec<&str> = sheet
            .declared
            .written
            .field_names(&record)
            .filter(|field| !["id", "label", "aliases", "kind", "family", "list"].contains(field))
            .collect();
        if !lost.is_empty() {
            notes.push(format!(
                "dropped with the record of `{}`: {}",
                self::label(sheet, kind, *at).unwrap_or_default(),
                names_list(&lost)
            ));
        }
        edits[place_of(sheet)].extend(sheet.declared.written.remove(section(kind), *at));
    }
    if !new.is_empty() {
        let record = [Step::from(section(kind)), Step::from(place)];
        let written = &target.declared.written;
        let in_full = written.in_full(section(kind), place, None, &[("aliases", &new)]);
        let alias =
            in_full.or_else(|| written.append(&record, "aliases", &new, Some("label"))).ok_or_else(|| {
                Error::usage(format!("`{}` has no column `aliases`", target.declared.written.file))
                    .with_help("add the column to the header, and run the command again")
            })?;
        edits[place_of(target)].push(alias);
    }
    Ok(())
}

fn names_list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Writes references anew to positions whose IRIs change.
fn follow(sheets: &[Sheet<'_>], edits: &mut [Vec<Edit>], notes: &mut Vec<String>) -> Result<()> {
    let before =
        positions(sheets.iter().map(|sheet| (sheet.input, sheet.declared.written.text().to_owned())))?;
    let texts = sheets.iter().zip(edits.iter());
    let after =
        positions(texts.map(|(sheet, edits)| {
            (sheet.input, sheet::edited(sheet.declared.written.text(), edits.clone()))
        }))?;
    let pairs = before.iter().zip(&after).flat_map(|(before, after)| before.iter().zip(after));
    let moved: HashMap<&str, &str> =
        pairs.filter(|(old, new)| old != new).map(|(old, new)| (old.as_str(), new.as_str())).collect();
    if moved.is_empty() {
        return Ok(());
    }
    let by_handle: HashMap<&str, &str> =
        moved.iter().filter_map(|(old, new)| Some((handle(old)?, handle(new)?))).collect();
    let mut followed = 0;
    for (sheet, edits) in sheets.iter().zip(edits) {
        let written = &sheet.declared.written;
        for at in 0..written.items("positions") {
            let record = [Step::from("positions"), Step::from(at)];
            for field in ["supersedes.[]", "alternativeReading.[]"] {
                for (path, text) in written.texts(&record, field) {
                    let new = moved
                        .get(text)
                        .map(|new| (*new).to_owned())
                        .or_else(|| Some((*by_handle.get(handle_in(text)?)?).to_owned()));
                    let Some(edit) = new.and_then(|new| written.replace(&path, &new)) else { continue };
                    edits.push(edit);
                    followed += 1;
                }
            }
        }
    }
    let follows = if followed > 0 {
        format!("; {} to them changed too", count(followed, "reference"))
    } else {
        String::new()
    };
    let get = match moved.len() {
        1 => "1 position gets a new IRI and handle".to_owned(),
        number => format!("{} get new IRIs and handles", count(number, "position")),
    };
    notes.push(format!("{get}{follows}"));
    Ok(())
}

/// The IRIs of the positions of sheets with these texts, in their order.
fn positions<'a>(sheets: impl Iterator<Item = (&'a Input, String)>) -> Result<Vec<Vec<NamedNode>>> {
    let (mut registry, mut faults, mut declared) = (Registry::default(), Vec::new(), Vec::new());
    let mut projects = Projects::new(None);
    for (input, text) in sheets {
        let Content::Sheet(format) = input.content else { continue };
        match sheet::read(&input.name, text, format) {
            Ok(written) => {
                let origin = Origin { input, hash: String::new() };
                declared.push((origin, sheet::declare(written, &mut registry)));
            }
            Err(found) => faults.extend(found),
        }
    }
    faults.extend(texts::attach(&declared, &texts::Texts::default(), &mut registry)?);
    let mut positions = Vec::new();
    for (origin, declared) in &declared {
        let name = document_name(origin.input, declared.document.as_deref(), &Options::default());
        let project = projects.of(origin.input)?;
        match sheet::resolve(declared, &name, &registry, None, &project.defaults) {
            Ok(resolved) => positions.push(resolved.content.positions.into_iter().map(|p| p.iri).collect()),
            Err(found) => {
                faults.extend(found.problems);
                faults.extend(register::report(&register::merged(found.unknown), &registry));
            }
        }
    }
    if faults.iter().any(|fault| fault.severity == crate::base::diagnostic::Severity::Error) {
        return Err(Error::Input(faults));
    }
    Ok(positions)
}

/// The folder that all of these files are in.
#[must_use]
pub fn common_folder(files: &[PathBuf]) -> PathBuf {
    let parent = |file: &PathBuf| file.parent().map(Path::to_owned).unwrap_or_default();
    let mut common = files.first().map(parent).unwrap_or_default();
    while !files.iter().all(|file| file.starts_with(&common)) {
        common = common.parent().map(Path::to_owned).unwrap_or_default();
    }
    common
}
