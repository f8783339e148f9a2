//! The `standpoint` command.

fn main() -> std::process::ExitCode {
    standpoint::cli::run()
}
