//! Roll calls of the UN General Assembly: every vote comes out, and states agree as often as they did.

use super::absent;
use flate2::read::GzDecoder;
use standpoint::ingest::import::table::{Form, Map, read};
use standpoint::ingest::import::{Imported, Options};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Vote of a state, by roll call and state.
type Votes = BTreeMap<(String, String), String>;

/// Pairs of states: shared roll calls, the same vote, yes against no. Voeten's data, counted elsewhere.
const PAIRS: &[(&str, &str, [usize; 3])] = &[
    ("United States", "United Kingdom", [6117, 3958, 814]),
    ("United States", "Russia", [6119, 1342, 3001]),
    ("United States", "Israel", [5657, 3820, 353]),
    ("China", "Russia", [4489, 3263, 288]),
];

fn map() -> Map {
    Map::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("maps/unvotes.yaml")).unwrap()
}

/// How often two states took part in one roll call, voted alike, and were on opposite sides.
fn pair(votes: &Votes, one: &str, other: &str) -> [usize; 3] {
    let of = |state: &str| -> HashMap<&str, &str> {
        let own = votes.iter().filter(|((_, name), _)| name == state);
        own.map(|((call, _), vote)| (call.as_str(), vote.as_str())).collect()
    };
    let (one, other) = (of(one), of(other));
    let mut counts = [0; 3];
    for (call, vote) in one {
        let Some(second) = other.get(call) else { continue };
        counts[0] += 1;
        counts[1] += usize::from(vote == *second);
        counts[2] += usize::from(BTreeSet::from([vote, second]) == BTreeSet::from(["yes", "no"]));
    }
    counts
}

/// The votes in an import's graph, with the words of the table; and triples of each position that are not shared.
fn votes(imported: &Imported) -> (Votes, usize) {
    let graph = super::dna::graph(imported);
    let mut labels: HashMap<&str, String> = HashMap::new();
    let mut positions: BTreeMap<&str, HashMap<&str, &str>> = BTreeMap::new();
    let mut triples: HashMap<&str, usize> = HashMap::new();
    for line in graph.lines() {
        let mut terms = line.splitn(3, ' ');
        let (subject, property) = (terms.next().unwrap(), terms.next().unwrap());
        let object = terms.next().unwrap().trim_end_matches(" .");
        if property.ends_with("#prefLabel>") {
            labels.insert(subject, object.trim_start_matches('"').trim_end_matches("\"@en").to_owned());
        }
        if subject.contains("/position/") {
            *triples.entry(subject).or_default() += 1;
            positions.entry(subject).or_default().insert(property, object);
        }
    }
    let property = |name: &str| format!("<https://w3id.org/standpoint/ns#{name}>");
    let taken = positions.values().map(|said| {
        let call =
            said[property("issue").as_str()].trim_end_matches('>').rsplit('-').next().unwrap().to_owned();
        let vote = match said[property("stance").as_str()].trim_end_matches('>').rsplit('#').next().unwrap() {
            "Supports" => "yes",
            "Opposes" => "no",
            "Neutral" => "abstain",
            other => panic!("{other}"),
        };
        assert!(said[property("mode").as_str()].ends_with("#Vote>"));
        let [from, until] = ["statedFrom", "statedUntil"].map(|bound| said[property(bound).as_str()]);
        assert_eq!(from, until, "a vote has a day");
        ((call, labels[said[property("actor").as_str()]].clone()), vote.to_owned())
    });
    (taken.collect(), triples.values().max().copied().unwrap_or_default())
}

#[test]
fn an_article_can_be_the_record_of_its_votes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "un_votes.csv",
        "rcid,country,country_code,vote\n3,United States,US,yes\n3,Cuba,CU,no\n3,Haiti,HT,absent\n4,Cuba,CU,abstain\n",
    );
    let gz = |name: &str, text: &str| {
        let file = File::create(folder.path().join(name)).unwrap();
        let mut gz = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        std::io::Write::write_all(&mut gz, text.as_bytes()).unwrap();
        gz.finish().unwrap();
    };
    gz("un_roll_calls.csv.gz", "rcid,date,unres,short\n3,1946-01-01,R/1/66,RULES\n4,1946-01-02,R/1/79,\n");
    gz("un_roll_call_issues.csv.gz", "rcid,issue\n3,Human rights\n3,Colonialism\n");
    let file = folder.path().join("un_votes.csv");
    let imported = read(&file, Form::Csv, &map(), &Options::default()).unwrap();
    assert_eq!(
        (imported.positions, imported.notes.as_slice()),
        (3, &["1 record passed over, as the map says".to_owned()][..])
    );
    let (taken, triples) = votes(&imported);
    let taken: Vec<[&str; 3]> = taken.iter().map(|((call, who), vote)| [call.as_str(), who, vote]).collect();
    assert_eq!(taken, [["3", "Cuba", "no"], ["3", "United States", "yes"], ["4", "Cuba", "abstain"]]);
    assert_eq!(triples, 13);
    let graph = super::dna::graph(&imported);
    let number = |end: &str| graph.lines().filter(|line| line.ends_with(end)).count();
    assert_eq!(number("#SpecificResource> ."), 2, "a record an article");
    assert_eq!(number("#broader> <https://w3id.org/standpoint/id/topic/human-rights> ."), 1);
    assert_eq!(number("#broader> <https://w3id.org/standpoint/id/topic/colonialism> ."), 1);
    // In a file it is the same.
    let options = Options { temporary: Some(folder.path().to_owned()), ..Options::default() };
    assert_eq!(super::dna::graph(&read(&file, Form::Csv, &map(), &options).unwrap()), graph);
    assert!(
        imported.write(&folder.path().join("sheets")).unwrap_err().to_string().contains("makes no sheets")
    );
    // A state votes once in a roll call.
    write("un_votes.csv", "rcid,country,country_code,vote\n3,Cuba,CU,yes\n3,Cuba,CU,no\n5,Cuba,CU,no\n");
    let told = format!("{:?}", read(&file, Form::Csv, &map(), &Options::default()).unwrap_err());
    assert!(told.contains("a second record of `cuba` on `unga-3`") && told.contains("no date of"), "{told}");
}

#[test]
fn states_agree_as_often_as_they_did() {
    let Some(folder) = absent::reference("unvotes") else {
        return absent::skipped("states_agree_as_often_as_they_did", "needs unvotes");
    };
    let mut text = String::new();
    GzDecoder::new(File::open(folder.join("un_votes.csv.gz")).unwrap()).read_to_string(&mut text).unwrap();
    let (mut all, mut sample) = (Votes::new(), String::from("rcid,country,country_code,vote\n"));
    for record in csv::Reader::from_reader(text.as_bytes()).into_records() {
        let record = record.unwrap();
        let call: usize = record[0].parse().unwrap();
        if call.is_multiple_of(40) {
            sample += &format!("{call},\"{}\",{},{}\n", &record[1], &record[2], &record[3]);
        }
        if PAIRS.iter().any(|(one, other, _)| [*one, *other].contains(&&record[1])) {
            all.insert((record[0].to_owned(), record[1].to_owned()), record[3].to_owned());
        }
    }
    for (one, other, counts) in PAIRS {
        assert_eq!(pair(&all, one, other), *counts, "{one}, {other}");
    }
    let copy = tempfile::tempdir().unwrap();
    for name in ["un_roll_calls.csv.gz", "un_roll_call_issues.csv.gz"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    let file = copy.path().join("un_votes.csv");
    std::fs::write(&file, &sample).unwrap();
    let imported = read(&file, Form::Csv, &map(), &Options::default()).unwrap();
    assert_eq!(imported.positions, sample.lines().count() - 1);
    let (taken, triples) = votes(&imported);
    assert_eq!(taken.len(), imported.positions);
    assert!(triples <= 14, "with the direct triple no more than 15");
    for (one, other, _) in PAIRS {
        let whole = |votes: &Votes| -> Votes {
            let sampled = votes.iter().filter(|((call, _), _)| call.parse::<usize>().unwrap() % 40 == 0);
            sampled.map(|(key, vote)| (key.clone(), vote.clone())).collect()
        };
        assert_eq!(pair(&taken, one, other), pair(&whole(&all), one, other), "{one}, {other}");
    }
}
