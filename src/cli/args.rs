//! The command line: global flags and the tree of verbs.

use crate::{terminal, verbs};
use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Conversations in, LoRA adapters out.
///
/// Without a command: the dashboard.
#[derive(Debug, Clone, Parser)]
#[command(name = "brightrun", version, max_term_width = 110, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by a rule (nothing was changed), 130 interrupted."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// Flags of every verb.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
#[allow(clippy::struct_excessive_bools, reason = "one per switch of the command line")]
pub(crate) struct Globals {
    /// Config file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Database: `sqlite:PATH` or `postgres://…` (also `DATABASE_URL`)
    #[arg(long, global = true, value_name = "URL")]
    pub db: Option<String>,
    /// Folder for database, files and logs
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Files: a folder or `s3://BUCKET/PREFIX`
    #[arg(long = "files", id = "files_url", global = true, value_name = "URL")]
    pub files: Option<String>,
    /// Print results as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Colours
    #[arg(long, global = true, value_name = "WHEN", value_parser = PossibleValuesParser::new(["auto", "never", "16", "256", "true"]))]
    pub color: Option<String>,
    /// Say more on stderr; twice: even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Answer every question with yes
    #[arg(long, global = true)]
    pub yes: bool,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Verb {
    Import(verbs::import::Import),
    #[command(subcommand)]
    Conversations(verbs::conversations::Conversations),
    #[command(subcommand)]
    Files(verbs::files::Files),
    #[command(subcommand)]
    Datasets(verbs::datasets::Datasets),
    Train(verbs::train::Train),
    #[command(subcommand)]
    Presets(verbs::presets::Presets),
    #[command(subcommand)]
    Jobs(verbs::jobs::Jobs),
    Runner(verbs::runner::Runner),
    #[command(subcommand)]
    Models(verbs::models::Models),
    #[command(subcommand)]
    Runpod(verbs::runpod::Runpod),
    Aggregate(verbs::aggregate::Aggregate),
    Convert(verbs::convert::Convert),
    Check(verbs::check::Check),
    Watch(verbs::watch::Watch),
    #[command(subcommand)]
    Config(verbs::config::Config),
    Doctor(verbs::doctor::Doctor),
    #[command(subcommand)]
    Db(verbs::db::Db),
    Completions(verbs::completions::Completions),
    Man(verbs::man::Man),
}

/// What the user asked for.
#[derive(Debug, Clone)]
pub struct Invocation {
    pub(crate) cli: Cli,
}

impl Invocation {
    /// The dashboard: no verb was given.
    pub fn is_dashboard(&self) -> bool {
        self.cli.verb.is_none()
    }

    /// It works with the store, so that its doings belong in the log file.
    pub fn is_logged(&self) -> bool {
        matches!(
            self.cli.verb,
            None | Some(
                Verb::Import(_)
                    | Verb::Conversations(_)
                    | Verb::Files(_)
                    | Verb::Datasets(_)
                    | Verb::Train(_)
                    | Verb::Presets(_)
                    | Verb::Jobs(_)
                    | Verb::Runner(_)
                    | Verb::Models(_)
                    | Verb::Runpod(_)
                    | Verb::Db(_)
            )
        )
    }

    /// The monitor on a terminal: what is to be watched, and over which axis.
    pub fn monitor(&self) -> Option<(engine::watch::Request, domain::series::Axis)> {
        let Some(Verb::Watch(watch)) = &self.cli.verb else { return None };
        let seen = terminal::is_interactive() && !self.cli.globals.json && !watch.is_export();
        seen.then(|| (watch.request(), watch.axis()))
    }

    /// How often `-v` was given.
    pub fn verbose(&self) -> u8 {
        self.cli.globals.verbose
    }

    /// Where the settings of this call come from: this process's environment and these flags.
    pub fn sources(&self) -> engine::config::Sources {
        let globals = &self.cli.globals;
        let flags = [
            ("--db", "database.url", &globals.db),
            ("--files", "files.url", &globals.files),
            ("--color", "ui.color", &globals.color),
        ];
        engine::config::Sources {
            file: globals.config.clone(),
            data_dir: globals.data_dir.clone(),
            flags: flags
                .into_iter()
                .filter_map(|(flag, key, value)| value.clone().map(|value| (flag, key, value)))
                .collect(),
            ..engine::config::Sources::of_process()
        }
    }
}

/// The whole tree, for completions and the manual.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Reads the command line. `Err` is the exit code of a call that ends here: help, version, wrong usage, or a
/// dashboard without a terminal.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, ExitCode> {
    let parsed = command().try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) if cli.verb.is_none() && !terminal::is_interactive() => {
            crate::note(
                "The dashboard needs a terminal, and stdin or stdout is none. \
                 Give a command instead; `brightrun --help` lists them.",
            );
            Err(ExitCode::from(2))
        }
        Ok(cli) => Ok(Invocation { cli }),
        Err(error) => {
            // A closed pipe behind `--help` is no failure; neither can be reported anywhere.
            let _ = error.print();
            Err(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_of_verbs_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_verb_and_flag_says_what_it_is() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path}");
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{path}: {}", arg.get_id());
            }
            command.get_subcommands().for_each(|below| walk(below, &path));
        }
        walk(&command(), "");
    }

    #[test]
    fn the_verbs_of_the_mission_are_there() {
        for line in [
            "import a b --batch x",
            "conversations list --batch b --status approved,draft --enrichment completed --tier scenario --persona p --arc a --topic t --search s --where turns>2 --sort created:desc --limit 3",
            "conversations show x",
            "conversations export --status approved -o dir --raw",
            "conversations review a b --approve --note fine --at 2025-01-01T00:00:00Z",
            "files create n a b --skip-damaged --description d",
            "files create n --from a.json b.json",
            "files create n --status approved",
            "files add n a --at 2025-01-01T00:00:00.5+01:00",
            "files list --all --json",
            "import --examples",
            "conversations list --view v --status approved",
            "conversations views list",
            "conversations views save v --where turns>2 --sort turns",
            "conversations views delete v",
            "files create n --view v",
            "files check n --json",
            "files show n",
            "files download n --json-file -o x",
            "files download n --jsonl-file",
            "files export n --to sharegpt",
            "files archive n",
            "datasets add f --name n --description d",
            "datasets add --training-file t",
            "datasets list --all",
            "datasets show d --max-length 512",
            "datasets check d --json",
            "datasets compare a b c d",
            "datasets archive d --undo",
            "train d --base-model m --preset balanced --set rank=8 --set epochs=2 --on local --max-cost 3 --max-hours 2 --dry-run",
            "train d --detach --yes",
            "jobs list --open",
            "jobs show j",
            "jobs watch j",
            "jobs resume",
            "jobs resume j",
            "jobs retry j",
            "jobs stop j",
            "jobs cancel j --reason cost_concern --notes n --yes",
            "models list",
            "models show m",
            "models download m -o d",
            "models report m -o r.html",
            "models status m deploy",
            "models delete m --confirm m --purge",
            "train d --model m --place local --name n --notes x --tag a-b --any-value --merge",
            "aggregate a b --name n -o d --into f --profile p --target-model m --at 2025-01-01T00:00:00Z",
            "convert f --to v4-jsonl -o o --name n --profile p --at 2025-01-01T00:00:00Z",
            "check f g --json --max-length 512,1024",
            "watch run other/run --replay 10 --x tokens",
            "watch run --export svg -o curves.svg",
            "watch run --export png --look night --log --smooth 0.9 --right loss=evaluation --right loss=x -o a.png",
            "jobs metrics j --csv",
            "jobs metrics j --export png -o a.png",
            "config show",
            "config schema",
            "config init",
            "doctor --json",
            "db status",
            "db migrate",
            "db attach --yes",
            "completions zsh",
            "man",
            "--config f --db sqlite:x --data-dir d --files u --json --color never -vv --yes check f",
        ] {
            let args = std::iter::once("brightrun").chain(line.split(' '));
            assert!(Cli::try_parse_from(args).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_wrong_usage() {
        for line in [
            "nonsense",
            "files create n a --from b",
            "files download n",
            "files download n --json-file --jsonl-file",
            "conversations list --status wonderful",
            "conversations list --sort wonderful",
            "conversations review a",
            "conversations review a --approve --reject",
            "conversations export a",
            "convert f --to pdf -o o",
            "files export n --to v4-json",
            "aggregate a -o d",
            "aggregate --name n -o d",
            "check",
            "watch",
            "watch run --x loss",
            "watch run --export gif",
            "watch run --look night",
            "watch run --export svg --smooth 1",
            "watch run --export svg --right loss",
            "jobs metrics j --csv --export csv",
            "watch run -o out.csv",
            "import",
            "import a --examples",
            "files check",
            "datasets add",
            "train",
            "train d --set rank",
            "train d --on moon",
            "train d --max-cost much",
            "train d --detach --dry-run",
            "jobs cancel j --reason boredom",
            "models status m sell",
            "models delete m",
            "datasets compare a",
            "check f --max-length 0",
            "import a --at yesterday",
            "--color pink check f",
        ] {
            let args = std::iter::once("brightrun").chain(line.split(' '));
            let error = Cli::try_parse_from(args).expect_err(line);
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
