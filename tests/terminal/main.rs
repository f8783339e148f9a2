//! The shell in a real terminal: tmux, 80 columns by 24 lines, on a socket of its own.
//!
//! Keys are sent, and the screen is looked at until it shows what it should; nothing depends on how long that
//! takes. Without tmux every test is skipped, by name.

#[path = "../absent/mod.rs"]
mod absent;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(120);
const PROMPT: &str = "standpoint>";
/// It would take days.
const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";

/// Pages are then the program's own.
const WITHOUT_LESS: &str = "PATH=/nowhere";

type Test = fn() -> Result<(), Failed>;

const TESTS: &[(&str, Test)] = &[
    ("a_query_is_typed_on_several_lines", several_lines),
    ("tab_completes_what_fits", completion),
    ("names_are_completed_by_label", labels),
    ("history_outlives_the_shell", history),
    ("long_results_come_page_by_page", pages),
    ("a_pager_of_ones_own_is_used", pager),
    ("long_results_of_commands_come_page_by_page", command_pages),
    ("stances_are_coloured_on_a_terminal", colours),
    ("ctrl_c_drops_the_line_and_stops_a_query", ctrl_c),
    ("help_fits_the_screen", help),
    ("a_numbered_row_is_shown", rows),
    ("a_matrix_fits_the_screen", matrix),
    ("ctrl_d_leaves", ctrl_d),
    ("a_position_is_asked_for_step_by_step", adding),
];

fn main() {
    let arguments = Arguments::from_args();
    let has_tmux = Command::new("tmux").arg("-V").output().is_ok_and(|output| output.status.success());
    let trial = |(name, test): &(&'static str, Test)| {
        if has_tmux { Trial::test(*name, *test) } else { absent::without(name, "tmux") }
    };
    libtest_mimic::run(&arguments, TESTS.iter().map(trial).collect()).exit();
}

fn several_lines() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.line("SELECT ?who {")?;
    terminal.line("  ?who stp:opposes issue:night-ferry-ends")?;
    terminal.line("}")?;
    terminal.shows("Ruth Calder")?;
    terminal.shows("5 rows")?;
    // A blank line runs what is unfinished, and the fault is told.
    terminal.line("ASK {")?;
    terminal.line("")?;
    terminal.shows("the query ends too early")?;
    // The lines are one entry of the history, and can be changed.
    terminal.keys(&["Up", "Up"])?;
    terminal.shows("  ?who stp:opposes issue:night-ferry-ends\n}")?;
    terminal.line(" LIMIT 1")?;
    terminal.shows("1 row")
}

fn completion() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.text("SELECT ?p { ?p a stp:Posi")?;
    terminal.keys(&["Tab"])?;
    terminal.shows("?p a stp:Position")?;
    terminal.text(" ; stp:stat")?;
    terminal.keys(&["Tab"])?;
    // Several, above the line.
    terminal.shows("stp:statedFrom   stp:statedUntil  stp:status")?;
    terminal.text("us stp:Retr")?;
    terminal.keys(&["Tab"])?;
    terminal.line(" }")?;
    terminal.shows("stp:status stp:Retracted }")?;
    terminal.shows("row")?;
    // In a text of several lines the list writes over none of them.
    terminal.line("SELECT ?q {")?;
    terminal.text("?q a stp:Position ; stp:stance stp:Co")?;
    terminal.keys(&["Tab"])?;
    terminal.shows("stp:ConditionallySupports  stp:ConsidersOpen\nstandpoint> SELECT ?q {\n?q a")?;
    Ok(())
}

fn labels() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.text("ASK { ?p stp:actor \"lena o")?;
    terminal.keys(&["Tab"])?;
    terminal.shows("ASK { ?p stp:actor actor:lena-oduya")?;
    terminal.line(" }")?;
    terminal.shows("true")?;
    terminal.text(".ask who-opp")?;
    terminal.keys(&["Tab"])?;
    terminal.shows(".ask who-opposes")?;
    terminal.text(" --issue tunnel")?;
    terminal.keys(&["Tab"])?;
    terminal.shows("--issue A tunnel to Orrin is built")
}

fn history() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.line("ASK {")?;
    terminal.line("?first ?of ?all }")?;
    terminal.shows("true")?;
    terminal.keys(&["C-d"])?;
    terminal.shows("[left: 0]")?;
    terminal.start("")?;
    terminal.shows(PROMPT)?;
    terminal.keys(&["Up"])?;
    terminal.shows("ASK {\n?first ?of ?all }")?;
    terminal.keys(&["C-c"])?;
    terminal.ready()?;
    terminal.line(".history")?;
    terminal.shows("     1  ASK {\n        ?first ?of ?all }\n     2  .history")
}

fn pages() -> Result<(), Failed> {
    let terminal = Terminal::new(WITHOUT_LESS)?;
    terminal.line(".format csv")?;
    terminal.ready()?;
    terminal.line("SELECT ?p { ?p a stp:Position }")?;
    terminal.shows("── 23 of ")?;
    terminal.keys(&["Space"])?;
    terminal.shows("── 46 of ")?;
    terminal.keys(&["Enter"])?;
    terminal.shows("── 47 of ")?;
    terminal.keys(&["q"])?;
    terminal.ready()?;
    terminal.line("ASK {}")?;
    terminal.shows("true")
}

fn pager() -> Result<(), Failed> {
    let terminal = Terminal::new("PAGER=\"sed s/^/paged:/\"")?;
    terminal.line(".prefixes")?;
    terminal.shows("paged:xsd:")?;
    terminal.ready()
}

fn command_pages() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.keys(&["C-d"])?;
    terminal.shows("[left: 0]")?;
    terminal.command(WITHOUT_LESS, "ask who-stands-where")?;
    terminal.shows("space continues")?;
    terminal.keys(&["q"])?;
    terminal.shows("[left: 0]")?;
    terminal.command("PAGER=\"sed s/^/paged:/\"", "find ferry")?;
    terminal.shows("paged:")?;
    terminal.shows("[left: 0]")?;
    // An empty $PAGER and --no-pager mean none, and what fits needs none.
    for (environment, arguments) in [
        ("PAGER=", "ask who-stands-where"),
        ("PAGER=false", "ask who-stands-where --no-pager"),
        ("PAGER=false TERM=dumb", "ask who-stands-where"),
        ("PAGER=false", "ask who-opposes --issue 'is ended'"),
    ] {
        terminal.command(environment, arguments)?;
        terminal.shows(if arguments.contains("is ended") { "4 rows" } else { "55 rows" })?;
        terminal.shows("[left: 0]")?;
    }
    Ok(())
}

fn colours() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.keys(&["C-d"])?;
    terminal.shows("[left: 0]")?;
    let (blue, orange) = ("\u{1b}[38;5;33msupports", "\u{1b}[38;5;172mopposes");
    let ask = "ask who-stands-where --issue 'is ended' --no-pager";
    for (environment, arguments, coloured) in [
        ("", ask.to_owned(), true),
        ("NO_COLOR=1", ask.to_owned(), false),
        ("NO_COLOR=1", format!("{ask} --color always"), true),
        ("TERM=dumb", ask.to_owned(), false),
        ("TERM=", ask.to_owned(), false),
        ("", format!("{ask} --color never"), false),
        ("", format!("{ask} | cat"), false),
    ] {
        terminal.command(environment, &arguments)?;
        terminal.shows("[left: 0]")?;
        let screen = terminal.coloured_screen()?;
        let is = [blue, orange].map(|text| screen.contains(text));
        if is != [coloured; 2] {
            return Err(format!("{environment} {arguments}: {screen:?}").into());
        }
    }
    Ok(())
}

fn ctrl_c() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.text("SELECT nonsense")?;
    terminal.shows("SELECT nonsense")?;
    terminal.keys(&["C-c"])?;
    terminal.ready()?;
    terminal.line("ASK {}")?;
    terminal.shows("true")?;
    terminal.line(ENDLESS)?;
    // Whenever the query begins, one of these comes after that.
    terminal.until("the query was stopped", &["C-c"])?;
    terminal.ready()?;
    terminal.line("ASK { FILTER(false) }")?;
    terminal.shows("false")
}

fn help() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.line(".hlep")?;
    terminal.shows("did you mean `.help`?")?;
    terminal.line(".help")?;
    terminal.shows(".help COMMAND explains one of them.")?;
    // From its first line to the next prompt on one screen.
    terminal.shows(".ask        ask one of the questions by name")?;
    terminal.ready()
}

fn rows() -> Result<(), Failed> {
    let terminal = Terminal::new(WITHOUT_LESS)?;
    terminal.line("SELECT ?who { VALUES ?who { actor:lena-oduya } ?who a stp:Actor }")?;
    terminal.shows("1  Lena Oduya")?;
    terminal.line(".show 1")?;
    terminal.shows("actor · person")?;
    terminal.shows("space continues")?;
    terminal.keys(&["q"])?;
    terminal.ready()
}

fn matrix() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.line(".matrix")?;
    terminal.shows("++ for")?;
    terminal.shows(" issues\n")?;
    terminal.shows("#  actor")?;
    terminal.ready()
}

fn ctrl_d() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.keys(&["C-d"])?;
    terminal.shows("[left: 0]")
}

fn adding() -> Result<(), Failed> {
    let terminal = Terminal::new("")?;
    terminal.keys(&["C-d"])?;
    terminal.shows("[left: 0]")?;
    let sheet = terminal.folder.path().join("positions.yaml");
    let command = format!(
        "clear; '{}' --store '{}' add --sheet '{}' --text '{}/data/night-ferry'; echo \"[left: $?]\"",
        env!("CARGO_BIN_EXE_standpoint"),
        store()?.display(),
        sheet.display(),
        env!("CARGO_MANIFEST_DIR")
    );
    let script = terminal.folder.path().join("add.sh");
    std::fs::write(&script, command)?;
    terminal.line(&format!(". {}", script.display()))?;
    terminal.shows("article:")?;
    terminal.text("herald-2025-03-04")?;
    terminal.line("")?;
    terminal.shows("actor:")?;
    terminal.text("ruth")?;
    terminal.keys(&["Tab"])?;
    terminal.shows("actor: Ruth Calder")?;
    terminal.line("")?;
    terminal.shows("stance:")?;
    terminal.line("-")?;
    terminal.shows("issue:")?;
    terminal.text("the night ferry to orrin is e")?;
    terminal.keys(&["Tab"])?;
    terminal.shows("issue: The night ferry to Orrin is ended")?;
    terminal.line("")?;
    terminal.shows("quote:")?;
    terminal.line("We will not be locked in after dark")?;
    terminal.shows("[left: 0]")?;
    let text = std::fs::read_to_string(&sheet)?;
    let expected = "    stance: \"-\"\n    issue: The night ferry to Orrin is ended\n";
    if text.contains(expected) { Ok(()) } else { Err(text.into()) }
}

/// A shell in a terminal, with a state directory of its own.
struct Terminal {
    folder: TempDir,
}

impl Terminal {
    /// Begins with these variables of the environment, and waits for the prompt.
    fn new(environment: &str) -> Result<Self, Failed> {
        let terminal = Self { folder: tempfile::tempdir()? };
        terminal.tmux(&["new-session", "-d", "-x", "80", "-y", "24", "sh"])?;
        terminal.tmux(&["set-option", "-g", "escape-time", "0"])?;
        terminal.start(environment)?;
        terminal.shows(PROMPT)?;
        Ok(terminal)
    }

    /// Starts the shell where it does not run.
    fn start(&self, environment: &str) -> Result<(), Failed> {
        let state = self.folder.path().join("state");
        let text = format!(
            "clear; env -u PAGER STANDPOINT_STATE='{}' {environment} '{}' --store '{}' shell; echo \"[left: $?]\"",
            state.display(),
            env!("CARGO_BIN_EXE_standpoint"),
            store()?.display()
        );
        let script = self.folder.path().join("start.sh");
        std::fs::write(&script, text)?;
        self.line(&format!(". {}", script.display()))
    }

    /// Runs a command of the program where the shell does not run, on an empty screen.
    fn command(&self, environment: &str, arguments: &str) -> Result<(), Failed> {
        let text = format!(
            "clear; env -u PAGER -u NO_COLOR STANDPOINT_STATE='{}' {environment} '{}' --store '{}' {arguments}; \
             echo \"[left: $?]\"",
            self.folder.path().join("state").display(),
            env!("CARGO_BIN_EXE_standpoint"),
            store()?.display()
        );
        let script = self.folder.path().join("command.sh");
        std::fs::write(&script, text)?;
        self.line("clear")?;
        self.waits("an empty screen", |screen| !screen.contains("[left"), &[])?;
        self.line(&format!(". {}", script.display()))
    }

    /// The screen with its colours, as a terminal is told them.
    fn coloured_screen(&self) -> Result<String, Failed> {
        let output = self.tmux(&["capture-pane", "-p", "-e"])?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn tmux(&self, arguments: &[&str]) -> Result<Output, Failed> {
        let socket = self.folder.path().join("socket");
        let mut command = Command::new("tmux");
        command.arg("-f/dev/null").arg("-S").arg(socket).args(arguments);
        command.env_remove("TMUX").env("LC_ALL", "C.UTF-8");
        let output = command.output()?;
        if output.status.success() {
            Ok(output)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
        }
    }

    /// Types a text.
    fn text(&self, text: &str) -> Result<(), Failed> {
        self.tmux(&["send-keys", "-l", text]).map(drop)
    }

    /// Types a text and Enter, which is waited for: what is sent along with Ctrl-C is lost.
    fn line(&self, text: &str) -> Result<(), Failed> {
        if !text.is_empty() {
            self.text(text)?;
        }
        self.keys(&["Enter"])
    }

    fn keys(&self, keys: &[&str]) -> Result<(), Failed> {
        self.tmux(&[&["send-keys"], keys].concat()).map(drop)
    }

    fn screen(&self) -> Result<String, Failed> {
        let output = self.tmux(&["capture-pane", "-p"])?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Waits until the screen shows this, lines of it one below the other.
    fn shows(&self, text: &str) -> Result<(), Failed> {
        self.waits(text, |screen| screen.contains(text), &[])
    }

    /// Waits until the shell waits: nothing stands behind the last prompt.
    fn ready(&self) -> Result<(), Failed> {
        self.waits("an empty prompt", |screen| screen.trim_end().ends_with(PROMPT), &[])
    }

    /// Presses keys again and again until the screen shows this.
    fn until(&self, text: &str, keys: &[&str]) -> Result<(), Failed> {
        self.waits(text, |screen| screen.contains(text), keys)
    }

    fn waits(&self, what: &str, is_there: impl Fn(&str) -> bool, keys: &[&str]) -> Result<(), Failed> {
        let began = Instant::now();
        loop {
            let screen = self.screen()?;
            if is_there(&screen) {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("no `{what}` on the screen:\n{screen}").into());
            }
            if !keys.is_empty() {
                self.keys(keys)?;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]);
    }
}

/// The store that all of them read.
fn store() -> Result<&'static Path, Failed> {
    static STORE: OnceLock<Result<(TempDir, PathBuf), String>> = OnceLock::new();
    let made = STORE.get_or_init(|| {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let store = folder.path().join("store");
        let mut command = Command::new(env!("CARGO_BIN_EXE_standpoint"));
        let loading = command.arg("--store").arg(&store).args(["load", "data/night-ferry"]);
        let output =
            loading.current_dir(env!("CARGO_MANIFEST_DIR")).output().map_err(|error| error.to_string())?;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok((folder, store)) } else { Err(told) }
    });
    made.as_ref().map(|(_, store)| store.as_path()).map_err(|error| error.clone().into())
}
