//! Coding in the browser: the only routes that write, and only where a case is given to them.
//!
//! Pages and forms first, a script for the keyboard beside them: every write is the post of a form, which answers
//! with another page. A write needs three things: the cookie with the secret of this start, which no other site's
//! page can send (`SameSite=Strict`); a field of the form that is made of the secret, which no other page can
//! read; and the digest of the file as the form knew it. What is written is loaded at once; what the load refuses
//! is taken back from the files, and shown beside the form.

use super::body::Whole;
use super::page::page;
use super::pages::{Addresses, encoded};
use super::reply::{self, Failure, Reply};
use super::sparql::fresh;
use super::{Asked, Parameters, Service, State};
use crate::analysis::show::Page;
use crate::base::error::Error;
use crate::ingest::coding::{CaseFiles, CodedFile, NewArticle, NewPosition, NewThing};
use crate::ingest::file_edits::Made;
use crate::ingest::stored::Stored;
use crate::model::identity::{id_of, slug};
use crate::model::registry::{Kind, Known, Lookup, Registry};
use crate::model::text::ArticleText;
use crate::model::{Certainty, Concept, Explicitness, Family, Stance, ontology};
use crate::serve::view::coding::{self, Choice, FURTHER, Form, Listed, Values};
use crate::serve::view::{View, article, checks};
use hyper::{Method, StatusCode, header};
use maud::{Markup, html};
use oxrdf::NamedNode;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The cookie with the secret of a start.
const COOKIE: &str = "standpoint-edit";
/// What a page takes as its script.
const SCRIPT: &str = include_str!("coding.js");

/// A case whose files are written, and the secret of this start.
#[derive(Debug)]
pub struct Coding {
    case: CaseFiles,
    secret: String,
    /// One writes at a time: who waits sees what the other wrote.
    writing: Mutex<()>,
}

impl Coding {
    /// The files of a case; `secret` is random, and new at each start.
    #[must_use]
    pub fn new(case: CaseFiles, secret: String) -> Self {
        Self { case, secret, writing: Mutex::new(()) }
    }

    /// What forms carry: made of the secret, which scripts cannot read.
    fn csrf(&self) -> String {
        Sha256::digest(format!("form {}", self.secret)).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a write comes from a form of this server.
    fn check(&self, asked: &Asked) -> Result<(), Failure> {
        let cookies = asked.header(&header::COOKIE).unwrap_or_default();
        let mut cookies = cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
        let cookie = cookies.find(|(name, _)| *name == COOKIE).map_or("", |(_, value)| value);
        let field = asked.parameters.all("csrf").next().unwrap_or_default();
        let is_own = super::Token::new(&self.secret).is(cookie) & super::Token::new(&self.csrf()).is(field);
        match is_own {
            true => Ok(()),
            false => Err(Failure::new(StatusCode::FORBIDDEN, "this form is not of this start of the server")
                .with_help("open /edit again; the browser must accept its cookie")),
        }
    }
}

impl Values for Parameters {
    fn value(&self, field: &str) -> &str {
        self.all(field).next().unwrap_or_default()
    }
}

/// Whether a path is of those that write.
pub(super) fn writes(path: &str) -> bool {
    matches!(path, "/edit/article" | "/edit/new" | "/edit/undo")
}

/// The answer at a path; none where there is none.
pub(super) fn answer(service: &Service, asked: &Asked) -> Result<Option<Reply>, Failure> {
    let Some(coding) = &service.options.coding else { return Ok(None) };
    let is_post = asked.method == Method::POST;
    if is_post {
        coding.check(asked)?;
    }
    let reply = match (asked.path.as_str(), is_post) {
        ("/edit" | "/edit/", false) => list(service, coding, asked, None)?,
        ("/edit/coding.js", false) => script(asked)?,
        ("/edit/checks", false) => findings(service, coding, asked)?,
        ("/edit/article", false) => open(service, coding, asked, None)?,
        ("/edit/article", true) => save(service, coding, asked)?,
        ("/edit/new", true) => create(service, coding, asked)?,
        ("/edit/undo", true) => undo(service, coding, asked)?,
        ("/edit/new" | "/edit/undo", false) => return Err(Failure::method(&asked.path, "POST")),
        _ => return Ok(None),
    };
    Ok(Some(reply))
}

fn script(asked: &Asked) -> Result<Reply, Failure> {
    let tag = reply::tag([SCRIPT]);
    if reply::has_already(asked, &tag) {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED).with(header::ETAG, &tag));
    }
    Ok(Reply::new("text/javascript; charset=utf-8", Whole::text(SCRIPT))
        .with(header::ETAG, &tag)
        .with(header::CACHE_CONTROL, "private, no-cache"))
}

/// A page with the cookie. It is never kept: its forms are of this moment.
fn sent(coding: &Coding, state: &State, title: &str, content: &Markup) -> Reply {
    let cookie = format!("{COOKIE}={}; Path=/edit; HttpOnly; SameSite=Strict", coding.secret);
    fresh(page(title, content), state, None).with(header::SET_COOKIE, &cookie)
}

fn see(address: &str) -> Reply {
    Reply::empty(StatusCode::SEE_OTHER).with(header::LOCATION, address)
}

fn address_of(file: &str) -> String {
    format!("/edit/article?file={}", encoded(file))
}

fn failed(error: &Error) -> Failure {
    Failure::of_reading(error)
}

/// An error in the words of the command line.
fn told(error: &Error) -> String {
    let (Error::Input(found) | Error::Refused(found)) = error else {
        let help = error.help().map_or_else(String::new, |help| format!("\nhelp: {help}"));
        return format!("error: {error}{help}");
    };
    found.iter().map(|one| one.render(false, 72)).collect::<Vec<_>>().join("\n")
}

/// The things of a kind by their names.
fn known(state: &State) -> Stored {
    Stored::new(state.index.clone(), ontology::schemes())
}

fn registry(state: &State) -> Registry {
    let mut registry = Registry::default();
    registry.know(Box::new(known(state)));
    registry
}

fn choices(state: &State, kind: Kind) -> Vec<Choice> {
    let known = known(state);
    let choice = |(iri, names): (NamedNode, Vec<String>)| {
        let id = id_of(&iri).to_owned();
        let label =
            crate::store::names::shown(&state.index, iri.as_ref().into()).unwrap_or_else(|| id.clone());
        let others = names.into_iter().chain([id]).filter(|name| *name != label).collect();
        Choice { label, others, family: if kind == Kind::Issue { known.family(&iri) } else { None } }
    };
    let mut choices: Vec<Choice> = known.names(kind).into_iter().map(choice).collect();
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    choices
}

/// The article that a file is about.
fn article_of(registry: &Registry, file: &CodedFile) -> Option<NamedNode> {
    match registry.look_up(Kind::Article, file.article.as_deref()?) {
        Lookup::Found(article) => Some(article),
        _ => None,
    }
}

fn list(service: &Service, coding: &Coding, asked: &Asked, fault: Option<&str>) -> Result<Reply, Failure> {
    let state = service.state(asked)?;
    let registry = registry(&state);
    let files = coding.case.coded_texts().map_err(|error| failed(&error))?;
    let mut listed = Vec::new();
    for file in files {
        let article = article_of(&registry, &file);
        let drawn = article.as_ref().and_then(|article| Page::of(&state.index, article).ok().flatten());
        let entries = drawn.iter().flat_map(|page| &page.sections).flat_map(|section| &section.entries);
        let positions = entries.filter(|entry| entry.position().is_some()).count();
        let label = drawn.and_then(|page| page.title.map(|(label, _)| label));
        let title = label.or(file.title).or(file.article).unwrap_or_else(|| file.name.clone());
        listed.push(Listed { address: address_of(&file.name), file: file.name, title, positions });
    }
    let content = coding::articles(&listed, &coding.csrf(), fault, &asked.parameters);
    Ok(sent(coding, &state, "Code", &content))
}

/// The file that a request names, which must be one of the case.
fn file_of(coding: &Coding, asked: &Asked) -> Result<CodedFile, Failure> {
    let name = asked.parameters.once("file")?.unwrap_or_default();
    let file = coding.case.coded_text(name).map_err(|error| failed(&error))?;
    file.ok_or_else(|| {
        Failure::not_found(format!(
            "the case has no coded text `{}`",
            crate::base::diagnostic::printable(name)
        ))
        .with_help("/edit lists those that it has")
    })
}

/// The page of an article: its text, the form, what is coded, what the checks say.
fn open(service: &Service, coding: &Coding, asked: &Asked, fault: Option<&str>) -> Result<Reply, Failure> {
    let state = service.state(asked)?;
    let file = file_of(coding, asked)?;
    let registry = registry(&state);
    let article = article_of(&registry, &file);
    let text = crate::ingest::sheet::article_text(&file.name, &file.source);
    let text = text.map_err(|faults| failed(&Error::Input(faults)))?;
    let text = ArticleText::new(text);
    let mut links = Addresses::new(service, asked, &state);
    links.text = article.as_ref();
    let drawn = match &article {
        Some(article) => Page::of(&state.index, article).map_err(|c| Failure::of_reading(&c.into()))?,
        None => None,
    };
    let Some(drawn) = drawn else {
        return Err(Failure::new(StatusCode::CONFLICT, format!("`{}` is not loaded", file.name))
            .with_help("`standpoint load` says why"));
    };
    let project = service.graphs.defaults();
    let or = |value: Option<&str>, otherwise: &str| value.unwrap_or(otherwise).to_owned();
    let defaults = [
        ("mode", or(project.mode.as_deref(), "public statement")),
        ("explicitness", or(project.explicitness.map(Explicitness::word), "explicit")),
        ("certainty", or(project.certainty.map(Certainty::word), "certain")),
        ("on-behalf-of", project.on_behalf_of.join(", ")),
    ];
    let form = Form {
        file: &file.name,
        digest: &file.digest,
        csrf: &coding.csrf(),
        values: &asked.parameters,
        actors: &choices(&state, Kind::Actor),
        issues: &choices(&state, Kind::Issue),
        fault,
        defaults: &defaults,
    };
    let last = coding.case.last_change();
    let starts: Vec<String> = article::paragraphs(&text).iter().map(|(start, _)| start.to_string()).collect();
    let starts = starts.join(" ");
    let content = html! {
        p.top { a href="/edit" { "All articles" } " · " (file.name) }
        div.workbench data-paragraphs=(starts) {
            (article::article(&drawn, Some(&text), View::new(&links, 1)))
            div.desk {
                p role="status" id="status" aria-live="polite" { }
                (coding::form(&form))
                @if let Some(last) = &last {
                    form method="post" action="/edit/undo" id="undo" {
                        input type="hidden" name="csrf" value=(form.csrf);
                        input type="hidden" name="file" value=(file.name);
                        button type="submit" { "Undo: " (last.title) }
                    }
                }
                p id="checks" { a href=(format!("/edit/checks?file={}", encoded(&file.name))) { "Checks of this article" } }
                (coding::keys())
            }
        }
        script src="/edit/coding.js" defer { }
    };
    let title = drawn.title.as_ref().map_or(file.name.as_str(), |(label, _)| label.as_str());
    Ok(sent(coding, &state, title, &content))
}

/// What the checks say of the records of an article. They read the whole store, so the page of the article does not
/// wait for them.
fn findings(service: &Service, coding: &Coding, asked: &Asked) -> Result<Reply, Failure> {
    let state = service.state(asked)?;
    let file = file_of(coding, asked)?;
    let article = article_of(&registry(&state), &file);
    let drawn = article.map(|article| Page::of(&state.index, &article)).transpose();
    let drawn = drawn.map_err(|corruption| Failure::of_reading(&corruption.into()))?.flatten();
    let sections = drawn.iter().flat_map(|page| &page.sections);
    let records: Vec<&NamedNode> =
        sections.flat_map(|section| &section.entries).map(|entry| &entry.iri).collect();
    let all = service.graphs.checks().map_err(|error| failed(&error))?;
    let mut findings = all.run(&state.index).map_err(|error| failed(&error))?;
    findings.retain(|finding| finding.records.iter().any(|record| records.contains(&record)));
    let links = Addresses::new(service, asked, &state);
    let groups = checks::groups(&findings, &all, &state.index);
    let content = html! {
        p.top { a href=(address_of(&file.name)) { (file.name) } }
        section id="checks" {
            h2 { "Checks" }
            p { (checks::sentence(&findings)) }
            (checks::checks(&groups, View::new(&links, 3)))
        }
    };
    Ok(sent(coding, &state, "Checks", &content))
}

/// The page again, with what is wrong.
fn refused(
    service: &Service,
    coding: &Coding,
    asked: &Asked,
    status: StatusCode,
    fault: &str,
) -> Result<Reply, Failure> {
    Ok(open(service, coding, asked, Some(fault))?.with_status(status))
}

/// Loads what was written, or takes it back.
fn load(service: &Service, made: Made, paths: &[PathBuf]) -> Result<(), Error> {
    let Err(error) = service.graphs.load(paths) else { return Ok(()) };
    made.take_back()?;
    Err(error)
}

fn save(service: &Service, coding: &Coding, asked: &Asked) -> Result<Reply, Failure> {
    let _writing = coding.writing.lock().unwrap_or_else(PoisonError::into_inner);
    let file = file_of(coding, asked)?;
    let state = service.state(asked)?;
    let position = match position(&state, &file, asked) {
        Ok(position) => position,
        Err(error) => {
            return refused(service, coding, asked, StatusCode::UNPROCESSABLE_ENTITY, &told(&error));
        }
    };
    if asked.parameters.value("digest") != file.digest {
        let mark = position.fields.iter().map(|(key, value)| format!(" {key}={value}")).collect::<String>();
        let fault = format!(
            "error: `{}` was changed on disk since this page was made; nothing was written\n\
             yours: [{}]{{.{}{mark}}}\n\
             theirs: the text and the statements that this page shows now\n\
             help: look at them, then save again, or leave",
            file.name,
            asked.parameters.value("quote").replace('\r', ""),
            position.stance,
        );
        // What is on the disk is what the page has to show.
        if let Err(error) = service.graphs.load(std::slice::from_ref(&file.path)) {
            let fault = format!("{fault}\n\n{}", told(&error));
            return refused(service, coding, asked, StatusCode::CONFLICT, &fault);
        }
        return refused(service, coding, asked, StatusCode::CONFLICT, &fault);
    }
    let start = position.words.start;
    let written = coding.case.add_position(&file, &position, &registry(&state)).and_then(|made| {
        let paths =
            if position.things.is_empty() { vec![file.path.clone()] } else { coding.case.to_load()? };
        load(service, made, &paths)
    });
    match written {
        Ok(()) => Ok(see(&format!("{}&at={start}#s{start}", address_of(&file.name)))),
        Err(error) => refused(service, coding, asked, StatusCode::UNPROCESSABLE_ENTITY, &told(&error)),
    }
}

/// The position that a form describes.
fn position(state: &State, file: &CodedFile, asked: &Asked) -> Result<NewPosition, Error> {
    let value = |field: &str| asked.parameters.value(field).trim();
    let registry = registry(state);
    let text = crate::ingest::sheet::article_text(&file.name, &file.source).map_err(Error::Input)?;
    let words = words(&ArticleText::new(text), asked)?;
    let stance: Stance =
        Concept::from_word(value("stance")).ok_or_else(|| Error::usage("choose a stance".to_owned()))?;
    let family = Family::from_word(value("family"))
        .filter(|family| stance.fits(*family))
        .or_else(|| Family::ALL.iter().copied().find(|family| stance.fits(*family)))
        .unwrap_or(Family::Proposal);
    let mut things = Vec::new();
    let mut named = |field: &str, kind: Kind| {
        let name = value(field);
        if name.is_empty() {
            return Err(Error::usage(format!("choose an {}", kind.word())));
        }
        if !value(&format!("new-{field}")).is_empty() {
            things.push(NewThing { kind, label: name.to_owned(), family });
            return Ok(slug(name));
        }
        reference(&registry, kind, name)
    };
    let mut fields = vec![("actor", named("actor", Kind::Actor)?)];
    let issue = named("issue", Kind::Issue)?;
    if !value("on-behalf-of").is_empty() {
        fields.push(("on-behalf-of", reference(&registry, Kind::Actor, value("on-behalf-of"))?));
    }
    fields.push(("issue", issue));
    let further = FURTHER.iter().filter(|(field, _)| *field != "on-behalf-of" && !value(field).is_empty());
    fields.extend(further.map(|(field, _)| (*field, value(field).to_owned())));
    Ok(NewPosition { words, stance: coding::class(stance), fields, things })
}

/// The id of a thing, where that is clear; else its IRI.
fn reference(registry: &Registry, kind: Kind, name: &str) -> Result<String, Error> {
    match registry.look_up(kind, name) {
        Lookup::Found(thing) => {
            let id = id_of(&thing);
            let is_clear = registry.look_up(kind, id) == Lookup::Found(thing.clone());
            Ok(if is_clear { id.to_owned() } else { thing.as_str().to_owned() })
        }
        Lookup::Ambiguous(ids) => Err(Error::usage(format!("`{name}` means several things"))
            .with_help(format!("write one of {}", ids.join(", ")))),
        Lookup::Unknown => {
            let near = registry.nearest(kind, name);
            let near =
                crate::base::diagnostic::did_you_mean(&near.iter().map(String::as_str).collect::<Vec<_>>());
            let help = near.unwrap_or_else(|| format!("choose one, or tick `new {}`", kind.word()));
            Err(Error::usage(format!("unknown {} `{name}`", kind.word())).with_help(help))
        }
    }
}

/// The place of the words: where the browser says, if they stand there; else where the text has them.
fn words(text: &ArticleText, asked: &Asked) -> Result<std::ops::Range<usize>, Error> {
    let quote = asked.parameters.value("quote").replace("\r\n", "\n");
    let number = |field: &str| asked.parameters.value(field).parse::<u32>().ok();
    if let (Some(start), Some(end)) = (number("start"), number("end"))
        && start < end
        && text.words(start..end) == Some(quote.as_str())
    {
        return Ok(start as usize..end as usize);
    }
    match text.find(quote.trim()) {
        Ok(place) if place.start < place.end => Ok(place.start as usize..place.end as usize),
        _ if !text.find_all(quote.trim()).is_empty() && !quote.trim().is_empty() => {
            Err(Error::usage("these words stand in the text more than once".to_owned())
                .with_help("add the word before or after them"))
        }
        _ => {
            let near = text.nearest(&quote).map(|passage| format!("the text has `{}`", passage.words));
            let help = near.unwrap_or_else(|| "copy them from the text".to_owned());
            Err(Error::usage("the text has no such words".to_owned()).with_help(help))
        }
    }
}

fn create(service: &Service, coding: &Coding, asked: &Asked) -> Result<Reply, Failure> {
    let _writing = coding.writing.lock().unwrap_or_else(PoisonError::into_inner);
    let value = |field: &str| asked.parameters.value(field).to_owned();
    let article = NewArticle {
        title: value("title"),
        publisher: value("publisher"),
        published: value("published"),
        text: value("text"),
    };
    let written = coding.case.add_article(&article).and_then(|(made, name)| {
        load(service, made, &[coding.case.folder().join(&name)])?;
        Ok(name)
    });
    match written {
        Ok(name) => Ok(see(&address_of(&name))),
        Err(error) => {
            Ok(list(service, coding, asked, Some(&told(&error)))?
                .with_status(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn undo(service: &Service, coding: &Coding, asked: &Asked) -> Result<Reply, Failure> {
    let _writing = coding.writing.lock().unwrap_or_else(PoisonError::into_inner);
    let undone = coding.case.undo().and_then(|(made, _)| load(service, made, &coding.case.to_load()?));
    match undone {
        Ok(()) => match file_of(coding, asked) {
            Ok(file) => Ok(see(&address_of(&file.name))),
            Err(_) => Ok(see("/edit")),
        },
        Err(error) => refused(service, coding, asked, StatusCode::CONFLICT, &told(&error)),
    }
}
