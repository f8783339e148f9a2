//! A case of one's own: an invented article as a coded text or as a sheet with its text, registry, and the
//! schema where editors look for it. What is written loads as it is.

mod tables;

use crate::base::error::{Error, Result};
use crate::ingest::sheet::schema;
use std::path::{Path, PathBuf};

/// Where the schema stands, as the sheets' first lines name it.
const SCHEMA: &str = "standpoint.schema.json";

/// For VS Code and its kin; other editors read the first line of each sheet.
const SETTINGS: &str = r#"{
  "yaml.schemas": { "./standpoint.schema.json": ["*.yaml", "*.yml"] },
  "json.schemas": [{ "fileMatch": ["*.json", "!*.schema.json", "!.vscode/*"], "url": "./standpoint.schema.json" }]
}
"#;

/// For the JetBrains editors.
const JETBRAINS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<project version="4">
  <component name="JsonSchemaMappingsProjectConfiguration">
    <state>
      <map>
        <entry key="Standpoint">
          <value>
            <SchemaInfo>
              <option name="name" value="Standpoint" />
              <option name="relativePathToSchema" value="standpoint.schema.json" />
              <option name="patterns">
                <list>
                  <Item><option name="path" value="*.yaml" /></Item>
                </list>
              </option>
            </SchemaInfo>
          </value>
        </entry>
      </map>
    </state>
  </component>
</project>
"#;

/// What the positions of a new case are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The article with its words marked.
    #[default]
    CodedText,
    /// A sheet in YAML beside the article's text.
    Yaml,
    /// A table in CSV.
    Csv,
    /// A workbook whose cells offer stances, modes, actors and issues.
    Xlsx,
}

impl Form {
    /// The file that a person edits first.
    #[must_use]
    pub fn first_file(self) -> &'static str {
        match self {
            Self::CodedText => "article.md",
            Self::Yaml => "positions.yaml",
            Self::Csv => "positions.csv",
            Self::Xlsx => "positions.xlsx",
        }
    }
}

/// The files of a new case, by their path in its folder.
fn files(form: Form) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let text: (_, Vec<u8>) = ("texts/council-vote.txt", include_str!("init/council-vote.txt").into());
    let names = include_str!("init/registry.yaml");
    let registry = ("registry.yaml", names.into());
    let mut files = match form {
        Form::CodedText => vec![
            (form.first_file(), include_str!("init/article.md").into()),
            ("registry.yaml", without_articles(names).into()),
        ],
        Form::Yaml => vec![registry, (form.first_file(), include_str!("init/positions.yaml").into()), text],
        Form::Csv => vec![registry, (form.first_file(), tables::csv().into()), text],
        // Its registry is in worksheets of its own.
        Form::Xlsx => return Ok(vec![(form.first_file(), tables::workbook()?), text]),
    };
    files.extend([
        (SCHEMA, schema(&[]).into()),
        (".vscode/settings.json", SETTINGS.into()),
        (".idea/jsonSchemas.xml", JETBRAINS.into()),
    ]);
    Ok(files)
}

/// The registry of a coded text, which has the article's fields itself.
fn without_articles(registry: &str) -> String {
    let Some((before, section)) = registry.split_once("articles:\n") else { return registry.to_owned() };
    let rest = section.split_once("\n\n").map_or("", |(_, rest)| rest);
    format!("{before}{rest}")
}

/// Writes a new case into a folder, which is made if need be, and returns what it wrote.
///
/// # Errors
/// A file of the same name is there already; then nothing is written. Or one cannot be written.
pub fn init(folder: &Path, form: Form) -> Result<Vec<PathBuf>> {
    if folder.exists() && !folder.is_dir() {
        return Err(Error::usage(format!("`{}` is a file, but a case is a folder", folder.display()))
            .with_help("name a folder; it is created if it does not exist"));
    }
    let files: Vec<(PathBuf, Vec<u8>)> =
        files(form)?.into_iter().map(|(name, content)| (folder.join(name), content)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(Error::usage(format!("`{}` exists already; nothing was written", path.display()))
            .with_help("start the case in a folder of its own"));
    }
    for (path, content) in &files {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        }
        std::fs::write(path, content).map_err(Error::file("write", path))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
