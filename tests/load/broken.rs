//! Texts that are nearly right: sound files, damaged.

use oxigraph::io::RdfFormat;
use proptest::collection::vec;
use proptest::prelude::*;
use standpoint::ingest::Content;
use standpoint::ingest::sheet::Format;

const TURTLE: &str = r#"@prefix stp: <https://w3id.org/standpoint/ns#> .
@prefix ex: <https://example.org/> .
# Ein Märchen
ex:ana a stp:Actor ; ex:says "ü \"no\" ü"@de, 'x'^^ex:t, """two
lines""" .
ex:ana stp:opposes ex:plan {| stp:mode stp:Demand ; stp:reason [ ex:text "Ж" ] |} .
<< ex:ana stp:supports ex:plan >> ex:list ( 1 2.5 -3e1 true ) .
"#;

const TRIG: &str = "PREFIX ex: <https://example.org/>\nex:g { ex:a ex:b ex:c . ex:d ex:e \"ü\" }\nGRAPH ex:h { ex:a ex:b 1 }\n";

const LINES: &str =
    "<https://e.org/a> <https://e.org/b> \"ü\\u00e9\"@de .\n_:x <https://e.org/b> <https://e.org/c> . # so\n";

const XML: &str = "<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"https://e.org/\">\n  <rdf:Description rdf:about=\"https://e.org/ü\"><e:b>ü</e:b><e:c rdf:resource=\"https://e.org/d\"/></rdf:Description>\n</rdf:RDF>\n";

const LINKED: &str = "{\"@context\": {\"e\": \"https://e.org/\", \"n\": {\"@id\": \"e:n\", \"@type\": \"@id\"}},\n \"@id\": \"e:a\", \"e:b\": [\"ü\", 1, true, null], \"n\": \"e:c\"}\n";

const JSON: &str = r#"{"article": "council-vote", "actors": [{"label": {"de": "Käthe"}, "kind": "person", "aliases": ["K.", "É"]}],
 "positions": [{"actor": "Käthe", "stance": "opposes", "issue": "The old mill is torn down", "mode": "demand",
   "explicitness": "explicit", "certainty": "certain", "quote": {"exact": "rejects the plan", "start": 253}, "valid": {"from": "2025"}}]}
"#;

const JSON_LINES: &str = r#"{"record": "sheet", "article": "council-vote"}
{"record": "actor", "label": "Käthe", "kind": "person", "note": ["ü", 1, true]}
{"actor": "Käthe", "stance": "opposes", "issue": "The old mill is torn down", "mode": "demand", "explicitness": "explicit", "certainty": "certain", "quote": "rejects the plan"}
"#;

const CSV: &str = "record,article,label,kind,actor,stance,issue,mode,explicitness,certainty,quote,attribution.1.source,target\r\n\
sheet,council-vote,,,,,,,,,,,\r\nactor,,\"Käthe \"\"K.\"\"\",person,,,,,,,,,\r\n\
position,,,,Ana Berg,opposes,The old mill is torn down,demand,explicit,certain,\"rejects\nthe plan\",an official,Ana Berg | Jonas Lind\r\n";

/// Sound texts, with their content.
fn sound() -> Vec<(&'static str, Content)> {
    vec![
        (include_str!("../../src/ingest/init/positions.yaml"), Content::Sheet(Format::Yaml)),
        (include_str!("../../src/ingest/init/registry.yaml"), Content::Sheet(Format::Yaml)),
        (JSON, Content::Sheet(Format::Json)),
        (JSON_LINES, Content::Sheet(Format::JsonLines)),
        (CSV, Content::Sheet(Format::Csv)),
        (TURTLE, Content::Rdf(RdfFormat::Turtle)),
        (TRIG, Content::Rdf(RdfFormat::TriG)),
        (LINES, Content::Rdf(RdfFormat::NTriples)),
        (LINES, Content::Rdf(RdfFormat::NQuads)),
        (XML, Content::Rdf(RdfFormat::RdfXml)),
        (LINKED, Content::Rdf(RdfFormat::JsonLd { profile: Default::default() })),
    ]
}

/// What means something in one format or another.
fn piece() -> impl Strategy<Value = String> {
    let signs = vec![
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ":",
        ": ",
        ",",
        ";",
        ".",
        " .\n",
        "\n",
        "\r\n",
        "\t",
        "-",
        "- ",
        "|",
        ">",
        "<",
        "<<",
        ">>",
        "@",
        "@prefix ",
        "#",
        "&a ",
        "*a",
        "!",
        "%",
        "\\",
        "\\u",
        "^^",
        "?",
        "_:",
        "http://x y",
        "ü",
        "🙂",
        "\u{feff}",
        "\u{0}",
        "\u{1b}[2J",
        "\u{202e}",
        "null",
        "---\n",
        "...\n",
        "0",
        "-1",
        "1e999",
        "\"\"\"",
        "<a>",
        "</a>",
        "record",
        "quote",
        "actor: [x]\n",
        "article: nowhere\n",
        "stance: {a: b}\n",
    ];
    prop_oneof![3 => prop::sample::select(signs).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// A text of such pieces.
pub fn text() -> impl Strategy<Value = String> {
    vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// One thing done to a text, at a part of its length.
#[derive(Clone, Debug)]
enum Corruption {
    Insert(String),
    Remove(usize),
    RepeatLine,
    DropLine,
    Cut,
}

fn damage() -> impl Strategy<Value = (f64, Corruption)> {
    let damage = prop_oneof![
        4 => piece().prop_map(Corruption::Insert),
        3 => (1..12_usize).prop_map(Corruption::Remove),
        1 => Just(Corruption::RepeatLine),
        1 => Just(Corruption::DropLine),
        1 => Just(Corruption::Cut),
    ];
    (0.0..1.0, damage)
}

/// A sound text with up to four damages.
pub fn damaged() -> impl Strategy<Value = (String, Content)> {
    (prop::sample::select(sound()), vec(damage(), 1..5)).prop_map(|((text, content), damages)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (part, damage) in damages {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let at = (part * chars.len() as f64) as usize;
            let line = |from: usize| {
                chars[from..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| from + n + 1)
            };
            match damage {
                Corruption::Insert(piece) => {
                    chars.splice(at..at, piece.chars());
                }
                Corruption::Remove(length) => {
                    let end = (at + length).min(chars.len());
                    chars.drain(at..end);
                }
                Corruption::RepeatLine => {
                    let again: Vec<char> = chars[at..line(at)].to_vec();
                    chars.splice(at..at, again);
                }
                Corruption::DropLine => {
                    let end = line(at);
                    chars.drain(at..end);
                }
                Corruption::Cut => chars.truncate(at),
            }
        }
        (chars.into_iter().collect(), content)
    })
}
