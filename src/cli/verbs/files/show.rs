//! `files show`

use crate::context::Context;
use crate::out::{Done, Exit, Stop};
use crate::table::{Cell, Fit, Table};
use crate::text;
use clap::Args;
use domain::training_file::Counts;
use engine::files::FileDetail;

/// Show a training file: its numbers, how it is distributed, its conversations
#[derive(Debug, Clone, Args)]
pub(crate) struct Show {
    /// Name or key of the training file
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) async fn run(context: &mut Context, args: Show) -> Done {
    let engine = context.engine(None).await?;
    let detail = engine::files::show(&engine, &args.name).await?;
    if context.json() {
        context.out.json(&detail)?;
    } else {
        head(context, &detail)?;
        let distribution = &detail.file.distribution;
        counts(context, "persona", &distribution.personas)?;
        counts(context, "arc", &distribution.emotional_arcs)?;
        counts(context, "topic", &distribution.training_topics)?;
        context.out.line("")?;
        context.out.line("conversations, in the order of the file")?;
        detail.members.iter().try_for_each(|id| context.out.line(format!("  {id}")))?;
    }
    Ok(Exit::Done)
}

fn head(context: &mut Context, detail: &FileDetail) -> Result<(), Stop> {
    let file = &detail.file;
    let quality = file.quality;
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    field("name", Cell::text(&file.name));
    field("id", Cell::text(file.id));
    field("description", Cell::text(file.description.as_deref().unwrap_or_default()));
    field("status", Cell::text(file.status));
    field("conversations", Cell::number(file.conversations));
    field("pairs", Cell::number(file.pairs));
    field("JSON", Cell::size(file.json_size));
    field("JSONL", Cell::size(file.jsonl_size));
    field(
        "scores",
        Cell::text(if quality.is_measured() {
            format!("{:.1} ({:.1} to {:.1})", quality.avg, quality.min, quality.max)
        } else {
            "– (not measured: all scores are equal)".to_owned()
        }),
    );
    field("created", Cell::text(text::instant(file.created)));
    field("updated", Cell::text(text::instant(file.updated)));
    context.out.table(&table)
}

fn counts(context: &mut Context, what: &'static str, counts: &Counts) -> Result<(), Stop> {
    if counts.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[(what, Fit::Cut), ("conversations", Fit::Number)]);
    for (key, count) in counts {
        table.row([Cell::text(key), count.as_u64().map_or_else(Cell::unknown, Cell::number)]);
    }
    context.out.line("")?;
    context.out.table(&table)
}
