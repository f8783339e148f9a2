use super::*;

fn parse(line: &str) -> Command {
    Command::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn fault(line: &str) -> String {
    let error = Command::parse(line).expect_err(line);
    format!("{error}; {}", error.help().unwrap_or_default())
}

#[test]
fn lines_are_read_as_they_are_meant() {
    let ask = |values: &[(&str, &str)]| {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Command::Ask("who-opposes".into(), values)
    };
    let cases = [
        (".ask", Command::Questions),
        (".ask who-opposes", ask(&[])),
        (".ask who-opposes --issue cedes territory", ask(&[("issue", "cedes territory")])),
        (".ask who-opposes --issue \"cedes  territory\"", ask(&[("issue", "cedes  territory")])),
        (".ask who-opposes --issue='cedes territory'", ask(&[("issue", "cedes territory")])),
        (".ask who-opposes --issue all", ask(&[("issue", "all")])),
        ("  .show  3 ", Command::Show("3".into())),
        (".show Ruth Calder", Command::Show("Ruth Calder".into())),
        (".show \"Ruth Calder\"", Command::Show("Ruth Calder".into())),
        (".SHOW 3", Command::Show("3".into())),
        (".find ceding territory", Command::Find("ceding territory".into())),
        (".explain", Command::Explain(None)),
        (".explain ASK {\n}", Command::Explain(Some("ASK {\n}".into()))),
        (".format csv", Command::Set(Setting::Format, Some("csv".into()))),
        (".timeout", Command::Set(Setting::Timeout, None)),
        (".save my file.csv", Command::Save("my file.csv".into())),
        (".help .show", Command::Help(Some("show"))),
        (".exit", Command::Quit),
        (".q", Command::Quit),
    ];
    for (line, expected) in cases {
        assert_eq!(parse(line), expected, "{line}");
    }
}

#[test]
fn a_matrix_takes_several_names() {
    let matrix = |issues: &[&str], actors: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Command::Matrix { issues: owned(issues), actors: owned(actors) }
    };
    assert_eq!(parse(".matrix"), matrix(&[], &[]));
    assert_eq!(parse(".matrix cedes territory"), matrix(&["cedes territory"], &[]));
    assert_eq!(parse(".matrix \"one thing\" \"another\""), matrix(&["one thing", "another"], &[]));
    assert_eq!(parse(".matrix --actor Ruth Calder --actor Lena"), matrix(&[], &["Ruth Calder", "Lena"]));
    assert_eq!(parse(".matrix tunnel --actor Lena"), matrix(&["tunnel"], &["Lena"]));
}

#[test]
fn faults_name_what_would_do() {
    let cases = [
        (".matirx", "unknown command `.matirx`; did you mean `.matrix`?"),
        (".xyzzy", "unknown command `.xyzzy`; .help lists the commands"),
        (".", "unknown command `.`; .help lists the commands"),
        (".show", ".show needs a name, an IRI or the number of a row; for instance .show 3"),
        (".save", ".save needs the name of a file; "),
        (".quit now", ".quit takes no arguments, but found `now`; "),
        (".ask who-oposes", "unknown question `who-oposes`; did you mean `who-opposes`?"),
        (".ask who-opposes --isue x", "`who-opposes` has no parameter --isue; did you mean --issue?"),
        (".ask who-opposes --issue", "--issue needs a value; "),
        (".ask who-opposes tunnel", "`tunnel` follows no parameter; write .ask who-opposes --issue tunnel"),
        (".matrix --actr x", ".matrix has no option --actr; did you mean --actor?"),
        (".help nothing", "unknown command `.nothing`; .help lists the commands"),
    ];
    for (line, expected) in cases {
        let found = fault(line).replace("`--", "--").replace("actor`", "actor").replace("issue`", "issue");
        assert!(found.starts_with(expected), "{line}: {found}");
    }
}

#[test]
fn bare_words_leave_or_explain_and_other_commands_need_their_full_stop() {
    for line in ["quit", "Exit", "quit;", " \\q ", ":q"] {
        assert_eq!(bare(line).expect("it is no query").unwrap(), Command::Quit, "{line}");
    }
    assert_eq!(bare("help").expect("it is no query").unwrap(), Command::Help(None));
    assert_eq!(bare("help show").expect("it is no query").unwrap(), Command::Help(Some("show")));
    for line in ["find tunnel", "show 3", "ask who-opposes"] {
        let error = bare(line).expect("it is no query").unwrap_err();
        assert_eq!(error.help().unwrap_or_default(), format!("write .{line}"));
    }
    for line in [".quit", ".find x", "ASK {}", "ask { ?a ?b ?c }", "SELECT * {}", "nonsense", ""] {
        assert!(bare(line).is_none(), "{line}");
    }
}

#[test]
fn help_fits_and_knows_every_command() {
    let all = help(None, 80);
    for about in COMMANDS {
        assert!(all.contains(&format!(".{}", about.name)), "{}", about.name);
        assert!(help(Some(about.name), 80).lines().all(|line| line.chars().count() <= 80), "{}", about.name);
        parse_or_needs(about.name);
    }
    assert!(all.lines().all(|line| line.chars().count() <= 80), "{all}");
    assert!(all.lines().count() < 24, "{all}");
}

/// Every name that help has is one that `parse` knows.
fn parse_or_needs(name: &str) {
    if let Err(error) = Command::parse(&format!(".{name}")) {
        assert!(error.to_string().contains("needs"), "{error}");
    }
}
