//! What a question file says about itself.

use super::{Kind, Parameter, Question};
use crate::base::error::{Error, Result};
use crate::base::header;
use crate::base::header::{Header, unknown};
use oxrdf::Variable;

const FIELDS: &[&str] = &["summary", "description", "empty", "tags", "params", "coders"];
/// Why a question has no rows, if its file does not say.
const EMPTY: &str = "The data hold nothing that the question asks for.";
const PARAMETER_FIELDS: &[&str] = &["type", "default", "optional", "values"];

pub(super) fn parse(name: &str, text: &str) -> Result<Question> {
    read(name, text).map_err(header::in_file(&format!("queries/{name}.rq")))
}

fn read(name: &str, text: &str) -> Result<Question> {
    let header = header::read(text, FIELDS)?;
    let parameters = header.parts("params", "parameter", PARAMETER_FIELDS)?;
    Ok(Question {
        name: name.to_owned(),
        summary: header.required("summary", "a question")?,
        description: header.text("description")?.unwrap_or_default(),
        empty: header.text("empty")?.unwrap_or_else(|| EMPTY.to_owned()),
        tags: header.texts("tags")?,
        parameters: parameters.iter().map(|(name, fields)| parameter(name, fields)).collect::<Result<_>>()?,
        all_coders: header.text("coders")?.is_some_and(|coders| coders == "all"),
        text: text.to_owned(),
    })
}

fn parameter(name: &str, fields: &Header) -> Result<Parameter> {
    if Variable::new(name).is_err() {
        return Err(Error::usage(format!("the parameter `{name}` is not a SPARQL variable")));
    }
    let kind = fields.required("type", &format!("the parameter `{name}`"))?;
    let kind =
        Kind::named(&kind).ok_or_else(|| unknown("type", &kind, Kind::ALL.iter().map(|kind| kind.name())))?;
    Ok(Parameter {
        name: name.to_owned(),
        option: option(name),
        kind,
        default: fields.text("default")?,
        optional: fields.flag("optional"),
        values: fields.texts("values")?,
    })
}

/// `atLeast` as an option: `at-least`.
fn option(name: &str) -> String {
    let mut option = String::with_capacity(name.len() + 2);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            option.push('-');
        }
        option.push(c.to_ascii_lowercase());
    }
    option
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
            "queries/who.rq: unknown type `person`; choose one of issue, actor, article, topic, date, string, integer, days"
        );
        assert_eq!(fault("SELECT"), "queries/who.rq: it needs a header of `#+` lines; ");
    }
}
