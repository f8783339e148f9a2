use super::*;
use crate::model::document::parse;
use crate::store::index::Index;

fn index() -> Index {
    let turtle = [
        ("actor/zelensky", "type", "stp:Actor"),
        ("actor/zelensky", "prefLabel", "\"Volodymyr Zelensky\"@en"),
        ("actor/zelensky", "altLabel", "\"Zelenskyy\"@en"),
        ("actor/putin", "type", "stp:Actor"),
        ("actor/putin", "prefLabel", "\"Vladimir Putin\"@en"),
        ("issue/cession", "type", "stp:Issue"),
        ("issue/cession", "prefLabel", "\"Ukraine cedes territory\"@en"),
        ("position/z-0123456789abcdef", "type", "stp:Position"),
        ("position/z-0123456789abcdef", "stp:status", "stp:Superseded"),
        ("position/z-0123456789abcdef", "stp:evidence", "_:span1"),
        ("_:span1", "oa:hasSelector", "_:selector1"),
        ("_:selector1", "oa:exact", "\"no territory\""),
        ("position/y-fedcba9876543210", "type", "stp:Position"),
        ("position/y-fedcba9876543210", "stp:status", "stp:InForce"),
        ("position/y-fedcba9876543210", "stp:evidence", "_:span2"),
        ("_:span2", "oa:hasSelector", "_:selector2"),
        ("_:selector2", "oa:exact", "\"every inch of territory, said Putin\""),
        ("article/lake-post-2024", "type", "stp:Article"),
    ]
    .map(|(s, p, o)| format!("{} {} {} .\n", term(s), term(p), term(o)))
    .concat();
    Index::from_triples(parse(&turtle).map(Result::unwrap))
}

fn term(text: &str) -> String {
    if text.starts_with(['"', '_']) {
        return text.to_owned();
    }
    let iri = match text {
        "type" => crate::model::vocab::rdf::TYPE.as_str().to_owned(),
        "prefLabel" | "altLabel" => format!("{}{text}", skos::NAMESPACE),
        _ => match text.split_once(':') {
            Some(("stp", local)) => format!("{}{local}", stp::NAMESPACE),
            Some((_, local)) => format!("{}{local}", crate::model::vocab::oa::NAMESPACE),
            None => format!("{}{text}", crate::model::vocab::DEFAULT_BASE),
        },
    };
    format!("<{iri}>")
}

fn ids(words: &str) -> Vec<String> {
    find(&index(), words, None, 10).unwrap().hits.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn things_come_before_quotes_and_what_is_in_force_before_what_is_not() {
    assert_eq!(ids("territory"), ["issue:cession", "fedcba98", "01234567"]);
    assert_eq!(ids("Putin"), ["actor:putin", "fedcba98"]);
}

#[test]
fn spellings_scripts_and_typos_find_the_same() {
    for name in ["Zelensky", "Zelenskyy", "zelenskij", "Зеленський", "Зеленский", "Zelnsky", "zel"]
    {
        assert_eq!(ids(name), ["actor:zelensky"], "{name}");
    }
    assert_eq!(ids("Poutine"), ["actor:putin", "fedcba98"]);
}

#[test]
fn guesses_are_made_only_where_nothing_fits() {
    let found = find(&index(), "putni", None, 10).unwrap();
    assert_eq!(found.hits[0].fit, Fit::Typos(1));
    assert_eq!(ids("ceding territory"), ["issue:cession"]);
}

#[test]
fn most_of_the_words_are_better_than_nothing() {
    let found = find(&index(), "territory Zanzibar", None, 10).unwrap();
    assert!(found.partial && found.hits.len() == 3);
    let found = find(&index(), "Zanzibar", None, 10).unwrap();
    assert!(found.hits.is_empty() && !found.more);
    assert_eq!(find(&index(), "Vladimirovich", None, 10).unwrap().nearest, ["Vladimir Putin"]);
    assert_eq!(find(&index(), "…", None, 10).unwrap(), Hits::default());
}

#[test]
fn a_limit_says_that_there_is_more() {
    let found = find(&index(), "territory", None, 2).unwrap();
    assert!(found.more && found.hits.len() == 2);
    assert!(!find(&index(), "territory", None, 3).unwrap().more);
    assert!(find(&index(), "territory", None, 0).unwrap().more);
}

#[test]
fn kinds_choose_and_articles_without_a_title_are_found_by_id() {
    let found = find(&index(), "territory", Some(Kind::Position), 10).unwrap();
    assert!(found.hits.iter().all(|hit| hit.kind == Kind::Position) && found.hits.len() == 2);
    assert_eq!(ids("lake post"), ["article:lake-post-2024"]);
}

#[test]
fn words_are_marked() {
    let found = find(&index(), "territory Putin", None, 10).unwrap();
    assert_eq!(found.hits[0].marked(), "every inch of «territory», said «Putin»");
}
