//! `config show|schema|init`

use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use clap::Subcommand;
use engine::Error;
use serde_json::Value;

/// Show the settings, their schema, or write a config file
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Config {
    /// Show every setting and where it came from
    Show,
    /// Print the JSON schema of the config file
    Schema,
    /// Write a commented config file with every key
    Init,
}

pub(crate) fn run(context: &mut Context, verb: Config) -> Done {
    match verb {
        Config::Show => show(context),
        Config::Schema => {
            context.out.json(&engine::config::schema())?;
            Ok(Exit::Done)
        }
        Config::Init => init(context),
    }
}

fn show(context: &mut Context) -> Done {
    let shown = engine::config::show(context.loaded()?);
    if context.json() {
        context.out.json(&shown)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[("key", Fit::Whole), ("value", Fit::Cut), ("from", Fit::Whole)]);
    for value in &shown.values {
        let text = match &value.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        table.row([Cell::text(&value.key), Cell::text(text), Cell::text(&value.from)]);
    }
    context.out.table(&table)?;
    context.out.flush()?;
    let missing =
        if shown.config_file_exists { "" } else { " (not there; `brightrun config init` writes it)" };
    note(format!("config file  {}{missing}", shown.config_file.display()));
    note(format!("data folder  {}", shown.data_dir.display()));
    Ok(Exit::Done)
}

/// Works also when the present file is wrong, and then says that it stays.
fn init(context: &mut Context) -> Done {
    let folders = context.sources.folders()?;
    let Some(done) = engine::config::init(&folders)? else {
        return Err(Error::refused("Cannot write the config file", "it is there already and stays as it is")
            .on(folders.config_file.display())
            .next("Edit it, or move it away first")
            .into());
    };
    if context.json() {
        context.out.json(&done)?;
    } else {
        context.out.line(done.config_file.display())?;
    }
    Ok(Exit::Done)
}
