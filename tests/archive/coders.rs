//! Codings that are not the first coder's: whatever is loaded, replaced, removed or given another role, every
//! coder's graph is the one that the documents make.

use super::{FRESH, iri, meta, noon};
use oxrdf::NamedNode;
use proptest::prelude::*;
use standpoint::model::document::{Document, sha256};
use standpoint::model::ontology::Background;
use standpoint::model::vocab::{prov, rdf, stp};
use standpoint::model::{CodingRole, Concept, Stance, Status};
use standpoint::store::archive::{Action, Archive};
use standpoint::store::index::coders::{ApartDocument, Coders};
use standpoint::store::index::{Index, storage};
use std::collections::BTreeSet;
use tempfile::tempdir;

const BACKGROUND: Background = Background { triples: || &[], mark: 7 };

/// A coding of a coder: a stance on each of some articles, and a place in the text that others may share.
#[derive(Clone, Debug)]
struct Coded {
    coder: u8,
    role: CodingRole,
    articles: Vec<(u8, bool)>,
}

fn coded() -> impl Strategy<Value = Coded> {
    let role = prop::sample::select(CodingRole::ALL);
    (0..3u8, role, prop::collection::vec((0..4u8, any::<bool>()), 0..4))
        .prop_map(|(coder, role, articles)| Coded { coder, role, articles })
}

fn coder(number: u8) -> NamedNode {
    NamedNode::new_unchecked(format!("ex:coder/{number}"))
}

/// Its lines about these articles.
fn lines(name: u8, coded: &Coded, articles: impl Fn(u8) -> bool) -> BTreeSet<String> {
    let coding = format!("<ex:coding/{name}>");
    let mut lines = BTreeSet::new();
    let mut said = |s: &str, p: &str, o: &str| {
        lines.insert(format!("{s} {p} {o} .\n"));
    };
    let mut codes = coded.articles.iter().filter(|(article, _)| articles(*article)).peekable();
    if codes.peek().is_some() {
        said(&coding, rdf::TYPE.to_string().as_str(), &stp::CODING.to_string());
        said(&coding, &prov::WAS_ASSOCIATED_WITH.to_string(), &coder(coded.coder).to_string());
        if coded.role != CodingRole::First {
            said(&coding, &stp::prop::CODING_ROLE.to_string(), &coded.role.iri().to_string());
        }
    }
    for (article, supports) in codes {
        let position = format!("<ex:position/{name}/{article}/{supports}>");
        let (span, article) = (format!("<ex:span/{article}/{supports}>"), format!("<ex:article/{article}>"));
        let stance = if *supports { Stance::Supports } else { Stance::Opposes };
        for (property, value) in [
            (rdf::TYPE, stp::POSITION.to_string()),
            (stp::prop::ACTOR, "<ex:actor>".to_owned()),
            (stp::prop::ISSUE, "<ex:issue>".to_owned()),
            (stp::prop::STANCE, stance.iri().to_string()),
            (stp::prop::STATUS, Status::InForce.iri().to_string()),
            (stp::prop::EVIDENCE, span.clone()),
            (prov::WAS_DERIVED_FROM, article.clone()),
            (prov::WAS_GENERATED_BY, coding.clone()),
        ] {
            said(&position, &property.to_string(), &value);
        }
        said(&span, "<ex:says>", "\"words\"");
    }
    lines
}

fn document(name: u8, coded: &Coded) -> Document {
    // A coding of nothing says so, too: it has a role.
    let mut text: BTreeSet<String> = lines(name, coded, |_| true);
    if coded.role != CodingRole::First {
        let role = coded.role.iri();
        let coding = format!("<ex:coding/{name}>");
        text.insert(format!("{coding} {} {role} .\n", stp::prop::CODING_ROLE));
        text.insert(format!("{coding} {} {} .\n", prov::WAS_ASSOCIATED_WITH, coder(coded.coder)));
    }
    let text: String = text.into_iter().collect();
    Document {
        name: iri(&name.to_string()),
        origin: format!("{name}.nt"),
        source_hash: sha256(text.as_bytes()),
        part_of: None,
        ntriples: text.into(),
    }
}

/// The lines that a coder's graph has of positions, by the definition: record by record.
fn expected(store: &[Option<Coded>], coders: &Coders) -> BTreeSet<String> {
    let all = || store.iter().enumerate().filter_map(|(name, coded)| Some((name as u8, coded.as_ref()?)));
    let articles_of = |wanted: &dyn Fn(&Coded) -> bool| -> BTreeSet<u8> {
        let coded = all().filter(|(_, coded)| wanted(coded));
        coded.flat_map(|(_, coded)| coded.articles.iter().map(|(article, _)| *article)).collect()
    };
    let settled = articles_of(&|coded| coded.role == CodingRole::Agreed);
    let is_of = |coded: &Coded, role| coded.role == role && Coders::One(coder(coded.coder)) == *coders;
    let own = articles_of(&|coded| is_of(coded, CodingRole::First));
    let again = articles_of(&|coded| is_of(coded, CodingRole::Second));
    let mut expected = BTreeSet::new();
    for (name, coded) in all() {
        expected.extend(lines(name, coded, |article| match (coders, coded.role) {
            (Coders::All, _) => true,
            (_, CodingRole::Second) => is_of(coded, CodingRole::Second),
            (_, CodingRole::First) => {
                !again.contains(&article) && (!settled.contains(&article) || own.contains(&article))
            }
            (_, CodingRole::Agreed) => !again.contains(&article) && !own.contains(&article),
        }));
    }
    expected
}

/// The lines that it has; direct triples follow, and a coding of nothing is nothing to ask about.
fn found(index: &Index) -> BTreeSet<String> {
    let empty = |line: &String| {
        line.starts_with("<ex:coding/") && {
            let subject = line.split(' ').next().unwrap_or_default();
            let coding = NamedNode::new_unchecked(subject.trim_matches(['<', '>']));
            index.matching(None, Some(prov::WAS_GENERATED_BY), Some(coding.as_ref().into())).next().is_none()
        }
    };
    let lines =
        index.triples().filter(|triple| Stance::from_direct_property(triple.predicate.as_ref()).is_none());
    lines.map(|triple| format!("{triple} .\n")).filter(|line| !empty(line)).collect()
}

fn direct(index: &Index) -> BTreeSet<Stance> {
    index.triples().filter_map(|triple| Stance::from_direct_property(triple.predicate.as_ref())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn every_coder_has_the_graph_that_the_documents_make(
        steps in prop::collection::vec((0..5usize, prop::option::weighted(0.85, coded()), any::<bool>()), 1..10),
    ) {
        let dir = tempdir().unwrap();
        let mut store: Vec<Option<Coded>> = vec![None; 5];
        for (name, coded, look) in steps {
            let mut archive = Archive::open_or_create(dir.path()).unwrap();
            let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
            match &coded {
                Some(coded) => drop(transaction.put(&document(name as u8, coded)).unwrap()),
                None => drop(transaction.remove(&iri(&name.to_string()))),
            }
            transaction.commit(meta(Action::Load)).unwrap();
            store[name] = coded;
            if !look {
                continue;
            }
            let first = storage::open(&archive, BACKGROUND).unwrap().index;
            let one = (0..3).map(|number| Coders::One(coder(number)));
            for coders in one.chain([Coders::First, Coders::All]) {
                let apart = ApartDocument::of_archive(&archive, &coders, |_| true).unwrap();
                let index = first.of_coders(&apart, &coders).unwrap();
                prop_assert_eq!(found(&index), expected(&store, &coders), "{:?}", coders);
                let stances = index.triples().filter(|triple| triple.predicate == stp::prop::STANCE);
                let stances: BTreeSet<Stance> = stances
                    .filter_map(|triple| match triple.object {
                        oxrdf::Term::NamedNode(stance) => Stance::from_iri(stance.as_ref()),
                        _ => None,
                    })
                    .collect();
                prop_assert_eq!(direct(&index), stances);
                let (added, removed) = index.change_from(&first).unwrap();
                prop_assert_eq!(first.len() + added.len() - removed.len(), index.len());
            }
        }
    }
}
