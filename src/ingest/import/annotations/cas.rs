//! UIMA CAS in JSON (version 0.4), as INCEpTION exports it.
//!
//! A feature structure with a begin and an end is a mark, its features are tags: `actor` of the value `Ana` is the
//! tag `actor:Ana`, whatever the layer is named. Layers of UIMA itself and of DKPro that segment a text are no marks.

use super::super::marks::{Mark, Marked, Offsets, Words};
use super::{Fault, text_of};
use serde_json::{Map as Fields, Value};
use std::collections::BTreeMap;

/// Beginnings of names of types that are no marks.
const NO_MARKS: &[&str] = &[
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.TagsetDescription",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
];
/// Type of what is known of the document.
const METADATA: &str = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";

/// Reads a CAS: an article for each text in it that has marks.
pub(super) fn read(cas: &Fields<String, Value>, name: &str) -> Result<Vec<Marked>, Fault> {
    let get = |key: &str| cas.get(key).unwrap_or(&Value::Null);
    let Some(structures) = get("%FEATURE_STRUCTURES").as_array() else {
        return Err(Fault::new("`%FEATURE_STRUCTURES` is not a list", None));
    };
    let encoding = ["%FLAGS", "%HEADER"].map(|key| text_of(&get(key)["%OFFSET_ENCODING"])).concat();
    let encoding = (encoding + &text_of(get("%OFFSET_ENCODING"))).to_lowercase();
    let offsets: fn(i64, i64) -> Offsets = match encoding.as_str() {
        "" | "utf-16" => Offsets::Units,
        "utf-32" => Offsets::Points,
        other => return Err(Fault::new(format!("offsets in {other} are not read"), None)),
    };
    let mut articles: BTreeMap<String, Marked> = BTreeMap::new();
    for (at, sofa) in structures.iter().filter(|one| text_of(&one["%TYPE"]) == "uima.cas.Sofa").enumerate() {
        let own = text_of(&sofa["sofaID"]);
        let name = if at == 0 { name.to_owned() } else { format!("{name}-{own}") };
        let text = sofa["sofaString"].as_str().map(str::to_owned);
        articles.insert(text_of(&sofa["%ID"]), Marked { name, text, ..Marked::default() });
    }
    if articles.is_empty() {
        return Err(Fault::new("the CAS has no text", None));
    }
    for structure in structures {
        let kind = text_of(&structure["%TYPE"]);
        let Some(article) = articles.get_mut(&text_of(&structure["@sofa"])) else { continue };
        if kind == METADATA || kind == "DocumentMetaData" {
            article.title = text_of(&structure["documentTitle"]);
            continue;
        }
        let (Some(begin), Some(end)) = (structure["begin"].as_i64(), structure["end"].as_i64()) else {
            continue;
        };
        if NO_MARKS.iter().any(|start| kind.starts_with(start))
            || ["Sentence", "Token"].contains(&kind.as_str())
        {
            continue;
        }
        let features = structure.as_object().into_iter().flatten();
        let features = features.filter(|(key, _)| {
            !key.starts_with(['%', '@', '^']) && !["begin", "end"].contains(&key.as_str())
        });
        let mut tags: Vec<Vec<String>> = features
            .filter_map(|(key, value)| Some((key, text_of(value))).filter(|(_, value)| !value.is_empty()))
            .map(|(key, value)| vec![tag(key, &value)])
            .collect();
        if tags.is_empty() {
            tags.push(vec![kind.rsplit('.').next().unwrap_or_default().to_owned()]);
        }
        article.marks.push(Mark {
            number: text_of(&structure["%ID"]),
            spans: vec![Words::at(offsets(begin, end))],
            tags,
            ..Mark::default()
        });
    }
    Ok(articles.into_values().collect())
}

/// The tag of a feature: its value where that is a tag itself.
pub(super) fn tag(feature: &str, value: &str) -> String {
    match ["label", "value", "tag"].contains(&feature.to_lowercase().as_str()) && value.contains(':') {
        true => value.to_owned(),
        false => format!("{feature}:{value}"),
    }
}
