//! What a question file says about itself.

use super::{Kind, Parameter, Question};
use crate::diagnostic::{did_you_mean, nearest};
use crate::error::{Error, Result};
use oxrdf::Variable;
use saphyr::{LoadableYamlNode, Yaml};

const FIELDS: &[&str] = &["summary", "description", "tags", "params"];
const PARAMETER_FIELDS: &[&str] = &["type", "default", "optional"];

pub(super) fn parse(name: &str, text: &str) -> Result<Question> {
    read(name, text).map_err(|fault| {
        let named = Error::usage(format!("queries/{name}.rq: {fault}"));
        match fault.help() {
            Some(help) => named.with_help(help),
            None => named,
        }
    })
}

fn read(name: &str, text: &str) -> Result<Question> {
    let yaml: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("#+"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let documents = Yaml::load_from_str(&yaml.join("\n"))
        .map_err(|error| Error::usage(format!("the `#+` lines are no YAML: {error}")))?;
    let header = documents.first().ok_or_else(|| Error::usage("a question needs a header of `#+` lines"))?;
    let fields = fields(header, "the header", FIELDS)?;
    let field = |wanted: &str| fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let summary = field("summary").ok_or_else(|| Error::usage("a question needs a `summary`"))?;
    Ok(Question {
        name: name.to_owned(),
        summary: string(summary, "summary")?,
        description: field("description")
            .map_or_else(|| Ok(String::new()), |value| string(value, "description"))?,
        tags: field("tags")
            .and_then(Yaml::as_sequence)
            .map_or_else(|| Ok(Vec::new()), |tags| tags.iter().map(|tag| string(tag, "tags")).collect())?,
        parameters: field("params").map_or_else(|| Ok(Vec::new()), parameters)?,
        text: text.to_owned(),
    })
}

fn parameters(params: &Yaml<'_>) -> Result<Vec<Parameter>> {
    let params = params.as_mapping().ok_or_else(|| Error::usage("`params` is a mapping of names"))?;
    params.iter().map(|(name, value)| parameter(&string(name, "params")?, value)).collect()
}

fn parameter(name: &str, value: &Yaml<'_>) -> Result<Parameter> {
    let fields = fields(value, &format!("the parameter `{name}`"), PARAMETER_FIELDS)?;
    let field = |wanted: &str| fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    if Variable::new(name).is_err() {
        return Err(Error::usage(format!("the parameter `{name}` is no variable of SPARQL")));
    }
    let kind = field("type").ok_or_else(|| Error::usage(format!("the parameter `{name}` needs a `type`")))?;
    let kind = string(kind, "type")?;
    let kind =
        Kind::named(&kind).ok_or_else(|| unknown("type", &kind, Kind::ALL.iter().map(|kind| kind.name())))?;
    Ok(Parameter {
        name: name.to_owned(),
        kind,
        default: field("default").map(|value| string(value, "default")).transpose()?,
        optional: field("optional").and_then(Yaml::as_bool).unwrap_or(false),
    })
}

/// The fields of a mapping, none but known ones.
fn fields<'y>(yaml: &'y Yaml<'y>, what: &str, known: &[&str]) -> Result<Vec<(&'y str, &'y Yaml<'y>)>> {
    let mapping = yaml.as_mapping().ok_or_else(|| Error::usage(format!("{what} is a mapping")))?;
    let mut fields = Vec::new();
    for (name, value) in mapping {
        let name = name.as_str().unwrap_or_default();
        if !known.contains(&name) {
            return Err(unknown("field", name, known.iter().copied()));
        }
        fields.push((name, value));
    }
    Ok(fields)
}

fn unknown<'k>(what: &str, found: &str, known: impl Iterator<Item = &'k str> + Clone) -> Error {
    let help = did_you_mean(&nearest(found, known.clone(), 1));
    Error::usage(format!("unknown {what} `{found}`"))
        .with_help(help.unwrap_or_else(|| format!("choose one of {}", known.collect::<Vec<_>>().join(", "))))
}

/// A scalar as text: `default: 3` and `default: 2025-04-11` are meant as they are written.
fn string(yaml: &Yaml<'_>, field: &str) -> Result<String> {
    yaml.as_str()
        .map(|text| text.trim_end().to_owned())
        .or_else(|| yaml.as_integer().map(|number| number.to_string()))
        .ok_or_else(|| Error::usage(format!("`{field}` is a text")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_what_a_question_is() {
        let text = "#+ summary: Who?\n#+ description: >-\n#+   A row\n#+   a position.\n#+ tags: [actor]\n\
                    #+ params:\n#+   actor: { type: actor, default: ana-berg }\n#+   most: {type: integer, optional: true}\n\
                    ASK {}";
        let question = parse("who", text).unwrap();
        assert_eq!(question.summary, "Who?");
        assert_eq!(question.description, "A row a position.");
        assert_eq!(question.tags, ["actor"]);
        assert_eq!(question.parameters.len(), 2);
        assert_eq!(question.parameters[0].default.as_deref(), Some("ana-berg"));
        assert_eq!(question.parameters[1].kind, Kind::Integer);
        assert!(question.parameters[1].optional);
    }

    #[test]
    fn faults_name_what_would_do() {
        let fault = |text: &str| {
            let fault = parse("who", text).unwrap_err();
            format!("{fault}; {}", fault.help().unwrap_or_default())
        };
        assert_eq!(
            fault("#+ summary: Who?\n#+ parms: {}\n"),
            "queries/who.rq: unknown field `parms`; did you mean `params`?"
        );
        assert_eq!(
            fault("#+ summary: Who?\n#+ params: {x: {type: person}}\n"),
            "queries/who.rq: unknown type `person`; choose one of issue, actor, article, topic, date, string, integer"
        );
        assert_eq!(fault("SELECT"), "queries/who.rq: a question needs a header of `#+` lines; ");
    }
}
