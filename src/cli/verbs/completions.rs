//! `completions SHELL`

use crate::args::command;
use crate::context::Context;
use crate::out::{Done, Exit};
use clap::Args;
use clap_complete::Shell;

/// Print the completions of a shell: bash, zsh, fish, elvish, powershell
#[derive(Debug, Clone, Args)]
pub(crate) struct Completions {
    /// Shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(context: &mut Context, args: &Completions) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "brightrun", &mut script);
    context.out.raw(&script)?;
    Ok(Exit::Done)
}
