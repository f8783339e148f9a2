//! What type a change has: each type, and what comes close and is none of it.

use super::graph;
use standpoint::audit::history::{Changes, Kind, Side};
use standpoint::store::index::Index;

/// A position of one of two articles, whose later one appears eleven days on.
struct Coded {
    article: &'static str,
    name: &'static str,
    actor: &'static str,
    stance: &'static str,
    issue: &'static str,
    more: String,
}

fn coded(article: &'static str, actor: &'static str, stance: &'static str, issue: &'static str) -> Coded {
    let name = if article == "one" { "p" } else { "q" };
    Coded { article, name, actor, stance, issue, more: String::new() }
}

impl Coded {
    fn with(mut self, more: &str) -> Self {
        self.more += more;
        self
    }

    fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    fn by(self, source: &str) -> Self {
        let step = format!(" ; stp:attribution [ stp:order 1 ; stp:source :{source} ]");
        self.with(&step)
    }

    fn condition(self, kind: &str, requires: &str) -> Self {
        let requires =
            if requires.is_empty() { String::new() } else { format!(" ; stp:requires :{requires}") };
        let name = self.name;
        self.with(&format!(" ; stp:condition :c{name} . :c{name} stp:conditionKind stp:{kind}{requires}"))
    }

    /// As Turtle; a statement without a day of its own was made by the day of its article.
    fn turtle(&self) -> String {
        let Self { article, name, actor, stance, issue, more } = self;
        let day = if *article == "one" { "2025-03-10" } else { "2025-03-21" };
        let stated = match more.contains("stp:statedUntil") {
            true => String::new(),
            false => format!("stp:statedUntil \"{day}\"^^xsd:date ;"),
        };
        let status = if more.contains("stp:status") { "" } else { "stp:status stp:InForce ;" };
        format!(
            ":{name} a stp:Position ; stp:actor :{actor} ; stp:stance stp:{stance} ; stp:issue :{issue} ;
               {stated} {status} prov:wasDerivedFrom :{article} ; stp:evidence :s{name} {more} .
             :s{name} oa:hasSource :{article} ; oa:hasSelector :t{name} .
             :t{name} oa:start {start} ; oa:end {end} ; oa:exact \"words of {name}\" .\n",
            start = usize::from(name.as_bytes()[0]) * 10,
            end = usize::from(name.as_bytes()[0]) * 10 + 5,
        )
    }
}

fn town(positions: &[Coded], more: &str) -> Index {
    let fixed = ":one a stp:Article . :two a stp:Article . :keep stp:opposite :raze .
        :crowd a stp:Actor , stp:AnonymousSource . :clerk a stp:Actor . :chair a stp:Actor .\n";
    let positions: String = positions.iter().map(Coded::turtle).collect();
    graph(&format!("{fixed}{positions}{more}"))
}

fn thing(name: &str) -> oxrdf::NamedNode {
    oxrdf::NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/thing/{name}"))
}

fn between_articles(index: &Index) -> Changes {
    let side = |name: &str| Side::of_article(index, name, &thing(name));
    Changes::between(&side("one"), &side("two"))
}

/// The types of changes from the first article to the second, with a star where a proposal is made.
fn types(positions: &[Coded], more: &str) -> String {
    described(&between_articles(&town(positions, more)))
}

fn described(changes: &Changes) -> String {
    let described = changes.changes.iter().map(|change| {
        let star = if change.proposed { "*" } else { "" };
        format!("{}{star}", change.kind.name())
    });
    described.collect::<Vec<_>>().join(" ")
}

fn one(actor: &'static str, stance: &'static str) -> Coded {
    coded("one", actor, stance, "raze")
}

fn two(actor: &'static str, stance: &'static str) -> Coded {
    coded("two", actor, stance, "raze")
}

#[test]
fn a_shift_needs_the_same_speaker_another_stance_and_a_later_day() {
    assert_eq!(types(&[one("ana", "Supports"), two("ana", "Opposes")], ""), "shift*");
    assert_eq!(types(&[one("ana", "Supports").by("clerk"), two("ana", "Opposes").by("clerk")], ""), "shift*");
    // The same, but …
    let day = |day: &str| format!(" ; stp:statedUntil \"{day}\"^^xsd:date");
    for (why, later) in [
        ("earlier", two("ana", "Opposes").with(&day("2025-03-09"))),
        ("the same day", two("ana", "Opposes").with(&day("2025-03-10"))),
        ("no date", two("ana", "Opposes").with(" ; stp:statedUntil \"soon\"")),
        ("disputed", two("ana", "Opposes").with(" ; stp:status stp:Disputed")),
        ("ambiguous", two("ana", "Opposes").with(" ; stp:status stp:Ambiguous")),
        ("retracted", two("ana", "Opposes").with(" ; stp:status stp:Retracted")),
    ] {
        assert_eq!(types(&[one("ana", "Supports"), later], ""), "order-unknown", "{why}");
    }
    assert_eq!(types(&[one("ana", "Supports"), two("ana", "Supports")], ""), "restated");
    assert_eq!(types(&[one("ana", "Supports"), coded("two", "ana", "Opposes", "other")], ""), "new gone");
    assert_eq!(types(&[one("ana", "Supports"), two("bo", "Opposes")], ""), "new gone");
}

#[test]
fn the_first_day_of_validity_counts_before_the_day_of_saying() {
    let valid = " ; stp:validFrom \"2025-03-01\"^^xsd:date";
    assert_eq!(types(&[one("ana", "Supports"), two("ana", "Opposes").with(valid)], ""), "order-unknown");
    assert_eq!(types(&[one("ana", "Supports").with(valid), two("ana", "Opposes")], ""), "shift*");
}

#[test]
fn a_shift_is_proposed_once_and_only_among_positions_in_force() {
    let positions = || [one("ana", "Supports"), two("ana", "Opposes")];
    assert_eq!(types(&positions(), ":q stp:supersedes :p ."), "shift");
    assert_eq!(types(&positions(), ":elsewhere stp:supersedes :p ."), "shift");
    let superseded = one("ana", "Supports").with(" ; stp:status stp:Superseded");
    assert_eq!(types(&[superseded, two("ana", "Opposes")], ""), "shift");
}

#[test]
fn opposite_issues_mirror_the_stance() {
    let kept = |stance| coded("two", "ana", stance, "keep");
    assert_eq!(types(&[one("ana", "Supports"), kept("Opposes")], ""), "restated");
    assert_eq!(types(&[one("ana", "ConditionallyOpposes"), kept("ConditionallySupports")], ""), "restated");
    assert_eq!(types(&[one("ana", "Supports"), kept("Supports")], ""), "shift*");
    assert_eq!(types(&[one("ana", "Undeclared"), kept("Undeclared")], ""), "restated");
    assert_eq!(types(&[one("ana", "Neutral"), kept("Opposes")], ""), "shift*");
    // Whichever of the two issues says that they are opposite.
    let first = coded("one", "ana", "Supports", "keep");
    assert_eq!(types(&[first, two("ana", "Opposes")], ""), "restated");
    // The same issue is nearer than its opposite.
    let both = [one("ana", "Supports"), two("ana", "Supports"), kept("Supports").named("r")];
    assert_eq!(types(&both, ""), "shift* restated");
}

#[test]
fn another_speaker_is_no_shift() {
    for (why, earlier, later) in [
        ("another source", one("town", "Supports").by("clerk"), two("town", "Opposes").by("chair")),
        ("own words, then a source", one("town", "Supports"), two("town", "Opposes").by("chair")),
        ("unnamed sources", one("town", "Supports").by("crowd"), two("town", "Opposes").by("crowd")),
        (
            "another who represents it",
            one("ana", "Supports").with(" ; stp:onBehalfOf :town"),
            two("bo", "Opposes").with(" ; stp:onBehalfOf :town"),
        ),
        (
            "itself, then who represents it",
            one("town", "Supports"),
            two("bo", "Opposes").with(" ; stp:onBehalfOf :town"),
        ),
        // Although its condition came true: whose mind it is comes first.
        (
            "a condition too",
            one("town", "ConditionallySupports").by("clerk").condition("If", "paid"),
            two("town", "Supports").by("chair"),
        ),
    ] {
        let more = [coded("two", "region", "Affirms", "paid").named("z")];
        let all: Vec<Coded> = [earlier, later].into_iter().chain(more).collect();
        assert_eq!(types(&all, ""), "other-speaker new", "{why}");
    }
    // The same words of another are no change, only told.
    let index = town(&[one("town", "Supports").by("clerk"), two("town", "Supports").by("chair")], "");
    let changes = between_articles(&index);
    assert_eq!(changes.changes[0].kind, Kind::Restated);
    assert_eq!(changes.changes[0].reasons, ["the same stance", "another speaker: clerk → chair"]);
}

#[test]
fn the_nearest_source_with_a_name_is_the_speaker() {
    let chain = |nearest: &str, next: &str| {
        format!(
            " ; stp:attribution [ stp:order 2 ; stp:source :{next} ] , [ stp:order 1 ; stp:source :{nearest} ]"
        )
    };
    let first = || one("ana", "Supports").with(&chain("crowd", "clerk"));
    assert_eq!(types(&[first(), two("ana", "Opposes").by("clerk")], ""), "shift*");
    assert_eq!(types(&[first(), two("ana", "Opposes").with(&chain("clerk", "chair"))], ""), "shift*");
    assert_eq!(types(&[first(), two("ana", "Opposes").with(&chain("chair", "clerk"))], ""), "other-speaker");
}

#[test]
fn a_condition_is_fulfilled_if_the_later_side_says_so() {
    let said = |stance| coded("two", "region", stance, "paid").named("z");
    let conditional = |kind| one("ana", "ConditionallySupports").condition(kind, "paid");
    // Of what was bound to a condition: kind, what is said of it, the stance now.
    for (kind, stance, now, expected) in [
        ("If", "Affirms", "Supports", "condition-fulfilled*"),
        ("ProvidedThat", "Supports", "Supports", "condition-fulfilled*"),
        ("Unless", "Affirms", "Opposes", "condition-fulfilled*"),
        ("Until", "Affirms", "Neutral", "condition-fulfilled*"),
        ("Unless", "Denies", "Supports", "condition-fulfilled*"),
        ("OnlyIf", "Affirms", "Supports", "condition-fulfilled*"),
        // What came true does not explain what is held now.
        ("If", "Affirms", "Opposes", "shift*"),
        ("If", "Denies", "Supports", "shift*"),
        ("Unless", "Affirms", "Supports", "shift*"),
        ("Until", "Denies", "Supports", "shift*"),
        // Likely is not true.
        ("If", "ConsidersLikely", "Supports", "condition-dropped*"),
    ] {
        let all = [conditional(kind), two("ana", now), said(stance)];
        assert_eq!(types(&all, ""), format!("{expected} new"), "{kind} {stance} {now}");
    }
    // Who rejects it without is on that side no longer.
    let opposed = one("ana", "ConditionallyOpposes").condition("OnlyIf", "paid");
    let all = [opposed, two("ana", "Supports"), said("Affirms")];
    assert_eq!(types(&all, ""), "condition-fulfilled* new");
    // A stance with another name and a condition is conditional too.
    let all = [one("ana", "Supports").condition("If", "paid"), two("ana", "Supports"), said("Affirms")];
    assert_eq!(types(&all, ""), "condition-fulfilled* new");
    // It is still stated.
    let all =
        [conditional("If"), two("ana", "ConditionallySupports").condition("If", "paid"), said("Affirms")];
    assert_eq!(types(&all, ""), "restated new");
    // Only the earlier side says so.
    let all =
        [conditional("If"), two("ana", "Supports"), coded("one", "region", "Affirms", "paid").named("z")];
    assert_eq!(types(&all, ""), "condition-dropped* gone");
}

#[test]
fn an_event_fulfils_a_condition_unless_it_is_talk() {
    let all = || [one("ana", "ConditionallySupports").condition("If", "paid"), two("ana", "Supports")];
    let event = |kind: &str, article: &str| {
        format!(
            ":e a stp:Event ; <http://semanticweb.cs.vu.nl/2009/11/sem/eventType> stp:{kind} ; schema:about :paid ;
               prov:wasDerivedFrom :{article} ."
        )
    };
    assert_eq!(types(&all(), &event("AidDecision", "two")), "condition-fulfilled*");
    assert_eq!(types(&all(), &event("Meeting", "two")), "condition-dropped*");
    assert_eq!(types(&all(), &event("AidDecision", "one")), "condition-dropped*");
}

#[test]
fn a_condition_of_which_nothing_is_said_is_dropped() {
    for earlier in [
        one("ana", "ConditionallySupports"),
        one("ana", "ConditionallySupports").condition("If", ""),
        one("ana", "ConditionallySupports").condition("If", "paid"),
    ] {
        assert_eq!(types(&[earlier, two("ana", "Supports")], ""), "condition-dropped*");
    }
    assert_eq!(types(&[one("ana", "ConditionallySupports"), two("ana", "Opposes")], ""), "shift*");
    assert_eq!(types(&[one("ana", "Supports"), two("ana", "ConditionallySupports")], ""), "shift*");
}

/// What became of the positions of the first article, and of no other, between two graphs.
fn revised(before: &Index, after: &Index) -> String {
    let changes = Changes::between(&Side::whole(before, "before"), &Side::whole(after, "after"));
    described(&changes)
}

#[test]
fn the_same_words_coded_otherwise_are_a_correction() {
    let before = town(&[one("ana", "Supports")], "");
    let spoken = |more: &str| one("ana", "Supports").with(more);
    // The same position, and another one at the same words.
    for (after, expected) in [
        (one("ana", "Supports"), "restated"),
        (one("ana", "Opposes"), "correction"),
        (spoken(" ; stp:certainty stp:Possible"), "correction"),
        (spoken(" ; stp:mode stp:Demand"), "correction"),
        (spoken(" ; stp:attribution :by . :by stp:order 1 ; stp:source :clerk"), "correction"),
        (one("ana", "Supports").by("clerk"), "correction"),
        (spoken(" ; stp:status stp:Retracted"), "correction"),
        (spoken(" ; stp:status stp:Superseded"), "restated"),
        (spoken(" ; skos:note \"sic\""), "restated"),
        (coded("one", "bo", "Supports", "raze"), "correction"),
        (coded("one", "ana", "Supports", "other"), "correction"),
    ] {
        let (text, turtle) =
            (format!("{} {} {} {}", after.actor, after.stance, after.issue, after.more), after.turtle());
        assert_eq!(revised(&before, &town(&[after], "")), expected, "{text}");
        let moved = graph(&(":one a stp:Article . ".to_owned() + &turtle.replace(":p ", ":again ")));
        assert_eq!(revised(&before, &moved), expected, "{text}, under another IRI");
    }
    // Other words of the same article, and the same day.
    let other = one("ana", "Opposes").named("r");
    assert_eq!(revised(&before, &town(&[other], "")), "order-unknown");
    // Neither actor nor issue agrees: nothing shows that it is the same coding.
    let other =
        graph(&(coded("one", "bo", "Supports", "other").named("p").turtle().replace(":p ", ":again ")));
    assert_eq!(revised(&before, &other), "new gone");
}

#[test]
fn in_a_rewritten_text_words_are_found_by_what_they_say() {
    let text = |hash: &str| format!(":one schema:sha256 \"{hash}\" .");
    let before = town(&[one("ana", "Supports")], &text("aa"));
    let moved = |turtle: String| graph(&format!(":one a stp:Article . {} {turtle}", text("bb")));
    let further_on = |coded: Coded| {
        coded
            .turtle()
            .replace(":p ", ":again ")
            .replace(":sp", ":sx")
            .replace(":tp", ":tx")
            .replace("oa:start 1120", "oa:start 7")
            .replace("oa:end 1125", "oa:end 12")
    };
    assert_eq!(revised(&before, &moved(further_on(one("ana", "Supports")))), "restated");
    assert_eq!(revised(&before, &moved(further_on(one("ana", "Opposes")))), "correction");
    // Other words in the same place are other words, and no mind is known to have changed.
    let rewritten = |coded: Coded| coded.turtle().replace(":p ", ":again ").replace("words of p", "others");
    assert_eq!(revised(&before, &moved(rewritten(one("ana", "Opposes")))), "order-unknown");
    let later = one("ana", "Opposes").with(" ; stp:statedUntil \"2025-04-01\"^^xsd:date");
    assert_eq!(revised(&before, &moved(rewritten(later))), "order-unknown");
}

#[test]
fn what_is_left_of_a_pair_of_the_same_words_is_held_against_nothing() {
    let before = town(&[one("ana", "Supports")], "");
    let after = town(&[one("ana", "Supports"), one("ana", "Opposes").named("r")], "");
    assert_eq!(revised(&before, &after), "restated new");
}

#[test]
fn a_proposal_is_for_the_graph_that_has_both() {
    let day = |day: &str| format!(" ; stp:statedUntil \"{day}\"^^xsd:date");
    let later = || one("ana", "Opposes").named("r").with(&day("2025-03-15"));
    let before = town(&[one("ana", "Supports")], "");
    assert_eq!(revised(&before, &town(&[later()], "")), "shift", "the earlier is gone");
    let changes = between_articles(&town(&[one("ana", "Supports"), two("ana", "Opposes")], ""));
    let patch = changes.proposal(&[]).patch();
    let rows: Vec<&str> = patch.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let id = "https://w3id.org/standpoint/id/thing/";
    let stp = "https://w3id.org/standpoint/ns#";
    assert_eq!(
        rows,
        [
            "TX .",
            &format!("D <{id}p> <{stp}status> <{stp}InForce> ."),
            &format!("A <{id}p> <{stp}status> <{stp}Superseded> ."),
            &format!("A <{id}q> <{stp}supersedes> <{id}p> ."),
            "TC .",
        ]
    );
}
