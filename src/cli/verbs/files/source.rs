//! What goes into a training file: keys, filters, or files.

use crate::context::Context;
use crate::filters::{Filters, require_one_way};
use crate::out::{Stop, note};
use crate::table::{Cell, Fit, Table};
use crate::text::many;
use clap::{Args, ValueHint};
use engine::files::{Source, Written};
use engine::{Engine, Error};
use std::path::PathBuf;

/// What goes in: one of the three.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    /// Keys of conversations, in the order of the file
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Files or folders to import first; their conversations go in
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath, conflicts_with = "ids")]
    from: Vec<PathBuf>,
    /// Leave damaged turns out
    #[arg(long)]
    pub skip_damaged: bool,
    #[command(flatten)]
    filters: Filters,
}

impl SourceArgs {
    /// Exactly one of the three is given.
    pub fn verify(&self, what: &str) -> engine::Result<()> {
        let given = [!self.ids.is_empty(), !self.from.is_empty(), !self.filters.is_empty()];
        match given.into_iter().filter(|given| *given).count() {
            1 => Ok(()),
            0 => require_one_way(what, &[], &self.filters),
            _ => {
                Err(Error::usage(what, "keys, filters and --from do not go together")
                    .next("Give one of them"))
            }
        }
    }

    /// The source as the engine takes it.
    pub async fn source(&self, engine: &Engine) -> Result<Source, Stop> {
        if !self.ids.is_empty() {
            return Ok(Source::Words(self.ids.clone()));
        }
        if !self.from.is_empty() {
            return Ok(Source::Paths(self.from.clone()));
        }
        Ok(Source::Selection(self.filters.selection(&[], engine).await?))
    }
}

/// Says what was written.
pub(crate) fn print(context: &mut Context, written: &Written) -> Result<(), Stop> {
    if context.json() {
        return context.out.json(written);
    }
    let file = &written.file;
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    field("name", Cell::text(&file.name));
    field("id", Cell::text(file.id));
    field("added", Cell::number(written.added));
    field("conversations", Cell::number(file.conversations));
    field("pairs", Cell::number(file.pairs));
    field("JSON", Cell::size(file.json_size));
    field("JSONL", Cell::size(file.jsonl_size));
    context.out.table(&table)?;
    context.out.flush()?;
    skipped(&written.skipped);
    Ok(())
}

/// Says which damaged turns were left out.
pub(crate) fn skipped(turns: &[(domain::ids::ConversationId, u32)]) {
    if turns.is_empty() {
        return;
    }
    note(format!("{} left out:", many(turns.len() as u64, "damaged turn")));
    for (id, turn) in turns {
        note(format!("  {id}, turn {turn}"));
    }
}
