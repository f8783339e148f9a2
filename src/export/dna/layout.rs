//! The tables of a database of DNA, version 3: names, types and rules as its readers expect them.

/// Rows that every database has: the version, one type of statements with its variables, and their attributes.
pub(super) const SETUP: &str = "
INSERT INTO SETTINGS VALUES ('version', '3.0.11'), ('date', '2023-01-01');
INSERT INTO STATEMENTTYPES VALUES (1, 'DNA Statement', 239, 208, 51);
INSERT INTO VARIABLES VALUES (1, 'person', 'short text', 1), (2, 'organization', 'short text', 1),
  (3, 'concept', 'short text', 1), (4, 'agreement', 'boolean', 1);
INSERT INTO ATTRIBUTEVARIABLES VALUES (1, 1, 'Type'), (2, 1, 'Alias'), (3, 1, 'Notes'), (4, 2, 'Type'),
  (5, 2, 'Alias'), (6, 2, 'Notes'), (7, 3, 'Type'), (8, 3, 'Alias'), (9, 3, 'Notes');
";

/// What coders may do.
const PERMISSIONS: [&str; 16] = [
    "AddDocuments",
    "EditDocuments",
    "DeleteDocuments",
    "ImportDocuments",
    "AddStatements",
    "EditStatements",
    "DeleteStatements",
    "EditAttributes",
    "EditRegex",
    "EditStatementTypes",
    "EditCoders",
    "EditCoderRelations",
    "ViewOthersDocuments",
    "EditOthersDocuments",
    "ViewOthersStatements",
    "EditOthersStatements",
];

/// Columns of each table. `@NAME` is a text of a limited length, `@COLOUR` three columns, `@TRUTH` 0 or 1, and
/// `@>TABLE` a reference.
const TABLES: &[(&str, &[&str])] = &[
    ("SETTINGS", &["Property TEXT PRIMARY KEY", "Value TEXT NOT NULL"]),
    (
        "CODERS",
        &[
            "ID INTEGER NOT NULL PRIMARY KEY",
            "Name TEXT NOT NULL@NAME",
            "@COLOUR",
            "Refresh INTEGER NOT NULL DEFAULT 0 CHECK (Refresh BETWEEN 0 AND 9999)",
            "FontSize INTEGER NOT NULL DEFAULT 14 CHECK (FontSize BETWEEN 1 AND 99)",
            "Password TEXT NOT NULL@NAME",
            "PopupWidth INTEGER DEFAULT 300 CHECK (PopupWidth BETWEEN 100 AND 9999)",
            "ColorByCoder@TRUTH 0",
            "PopupDecoration@TRUTH 0",
            "PopupAutoComplete@TRUTH 1",
            "@PERMISSIONS",
        ],
    ),
    (
        "DOCUMENTS",
        &[
            "ID INTEGER NOT NULL PRIMARY KEY",
            "Title TEXT NOT NULL@NAME",
            "Text TEXT NOT NULL",
            "Coder INTEGER",
            "Author TEXT NOT NULL DEFAULT ''@NAME",
            "Source TEXT NOT NULL DEFAULT ''@NAME",
            "Section TEXT NOT NULL DEFAULT ''@NAME",
            "Notes TEXT NOT NULL DEFAULT ''",
            "Type TEXT NOT NULL DEFAULT ''@NAME",
            "Date INTEGER NOT NULL",
            "Coder@>CODERS",
        ],
    ),
    ("STATEMENTTYPES", &["ID INTEGER NOT NULL PRIMARY KEY", "Label TEXT NOT NULL@NAME", "@COLOUR"]),
    (
        "VARIABLES",
        &[
            "ID INTEGER NOT NULL PRIMARY KEY",
            "Variable TEXT NOT NULL@NAME",
            "DataType TEXT NOT NULL DEFAULT 'short text' \
         CHECK (DataType IN ('boolean', 'integer', 'long text', 'short text'))",
            "StatementTypeId INTEGER",
            "StatementTypeId@>STATEMENTTYPES",
            "UNIQUE (Variable, StatementTypeId)",
        ],
    ),
    (
        "VARIABLELINKS",
        &[
            "ID INTEGER NOT NULL PRIMARY KEY",
            "SourceVariableId INTEGER",
            "TargetVariableId INTEGER",
            "CHECK (TargetVariableId != SourceVariableId)",
            "SourceVariableId@>VARIABLES",
            "TargetVariableId@>VARIABLES",
        ],
    ),
    ("REGEXES", &["Label TEXT PRIMARY KEY@NAME", "@COLOUR"]),
    (
        "CODERRELATIONS",
        &[
            "ID INTEGER NOT NULL PRIMARY KEY",
            "Coder INTEGER CHECK (Coder > 0)",
            "OtherCoder INTEGER CHECK (OtherCoder > 0)",
            "viewStatements@TRUTH 1",
            "editStatements@TRUTH 1",
            "viewDocuments@TRUTH 1",
            "editDocuments@TRUTH 1",
            "CHECK (Coder != OtherCoder)",
            "Coder@>CODERS",
            "OtherCoder@>CODERS",
        ],
    ),
    (
        "STATEMENTS",
        &[
            "ID INTEGER NOT NULL PRIMARY KEY",
            "StatementTypeId INTEGER",
            "DocumentId INTEGER",
            "Start INTEGER NOT NULL CHECK (Start >= 0)",
            "Stop INTEGER NOT NULL CHECK (Stop >= 0)",
            "Coder INTEGER",
            "CHECK (Start < Stop)",
            "StatementTypeId@>STATEMENTTYPES",
            "Coder@>CODERS",
            "DocumentId@>DOCUMENTS",
        ],
    ),
    ("DATABOOLEAN", &["@OF INTEGER NOT NULL DEFAULT 1"]),
    ("DATAINTEGER", &["@OF INTEGER NOT NULL DEFAULT 0"]),
    (
        "ENTITIES",
        &[
            "ID INTEGER PRIMARY KEY NOT NULL",
            "VariableId INTEGER NOT NULL",
            "Value TEXT NOT NULL DEFAULT ''@NAME",
            "Red INTEGER CHECK (Red BETWEEN 0 AND 255)",
            "Green INTEGER CHECK (Green BETWEEN 0 AND 255)",
            "Blue INTEGER CHECK (Blue BETWEEN 0 AND 255)",
            "ChildOf INTEGER CHECK (ChildOf > 0)",
            "UNIQUE (VariableId, Value)",
            "ChildOf@>ENTITIES",
            "VariableId@>VARIABLES",
        ],
    ),
    (
        "DATASHORTTEXT",
        &[
            "ID INTEGER PRIMARY KEY NOT NULL",
            "StatementId INTEGER NOT NULL",
            "VariableId INTEGER NOT NULL",
            "Entity INTEGER NOT NULL",
            "StatementId@>STATEMENTS",
            "VariableId@>VARIABLES",
            "Entity@>ENTITIES",
            "UNIQUE (StatementId, VariableId)",
        ],
    ),
    ("DATALONGTEXT", &["@OF TEXT DEFAULT ''"]),
    (
        "ATTRIBUTEVARIABLES",
        &[
            "ID INTEGER PRIMARY KEY NOT NULL",
            "VariableId INTEGER NOT NULL",
            "AttributeVariable TEXT NOT NULL@NAME",
            "UNIQUE (VariableId, AttributeVariable)",
            "VariableId@>VARIABLES",
        ],
    ),
    (
        "ATTRIBUTEVALUES",
        &[
            "ID INTEGER PRIMARY KEY NOT NULL",
            "EntityId INTEGER NOT NULL",
            "AttributeVariableId INTEGER NOT NULL",
            "AttributeValue TEXT NOT NULL DEFAULT ''@NAME",
            "UNIQUE (EntityId, AttributeVariableId)",
            "EntityId@>ENTITIES",
            "AttributeVariableId@>ATTRIBUTEVARIABLES",
        ],
    ),
];

/// The statements that create all tables.
pub(super) fn tables() -> String {
    let table = |(name, columns): &(&str, &[&str])| {
        let columns: Vec<String> = columns.iter().map(|column| written(column)).collect();
        format!("CREATE TABLE {name} ({});\n", columns.join(", "))
    };
    TABLES.iter().map(table).collect()
}

/// A column as SQL has it.
fn written(column: &str) -> String {
    let truth = |name: &str, default: &str| {
        format!("{name} INTEGER NOT NULL DEFAULT {default} CHECK ({name} BETWEEN 0 AND 1)")
    };
    if let Some((own, other)) = column.split_once("@>") {
        format!("FOREIGN KEY ({own}) REFERENCES {other} (ID) ON DELETE CASCADE")
    } else if let Some((name, default)) = column.split_once("@TRUTH ") {
        truth(name, default)
    } else if column == "@COLOUR" {
        let colour = |name| format!("{name} INTEGER NOT NULL DEFAULT 0 CHECK ({name} BETWEEN 0 AND 255)");
        ["Red", "Green", "Blue"].map(colour).join(", ")
    } else if column == "@PERMISSIONS" {
        PERMISSIONS.map(|name| truth(&format!("Permission{name}"), "1")).join(", ")
    } else if let Some(kind) = column.strip_prefix("@OF ") {
        format!(
            "ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL, VariableId INTEGER NOT NULL, \
             Value {kind}, {}, {}, UNIQUE (StatementId, VariableId)",
            written("StatementId@>STATEMENTS"),
            written("VariableId@>VARIABLES")
        )
    } else if let Some(text) = column.strip_suffix("@NAME") {
        let name = text.split(' ').next().unwrap_or_default();
        format!("{text} CHECK (LENGTH({name}) < 191)")
    } else {
        column.to_owned()
    }
}
