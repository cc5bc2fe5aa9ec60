//! `man`

use crate::args::command;
use crate::context::Context;
use crate::out::{Done, Exit};
use clap::{Args, ValueHint};
use engine::Error;
use std::path::PathBuf;

/// Print the manual page
#[derive(Debug, Clone, Args)]
pub(crate) struct Man {
    /// Write a page for every command into this folder instead
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
}

pub(crate) fn run(context: &mut Context, args: &Man) -> Done {
    if let Some(folder) = &args.output {
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command(), folder)).map_err(
            |error| Error::failed("Cannot write the manual", error.to_string()).on(folder.display()),
        )?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command()).render(&mut page)?;
    context.out.raw(&page)?;
    Ok(Exit::Done)
}
