//! `models show`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::table::{Cell, Fit, Table};
use crate::text;
use clap::Args;
use domain::numbers::{count, span};

/// Show a model: its quality and how that was judged, its lineage, its files
#[derive(Debug, Clone, Args)]
pub(crate) struct Show {
    /// Name or key of the model, or the beginning of its key
    #[arg(value_name = "MODEL")]
    model: String,
}

pub(crate) async fn run(context: &mut Context, args: Show) -> Done {
    let engine = context.engine(None).await?;
    let detail = engine::models::show(&engine, &args.model).await?;
    if context.json() {
        context.out.json(&detail)?;
        return Ok(Exit::Done);
    }
    let (model, lineage, summary) = (&detail.model, &detail.model.lineage, &detail.model.summary);
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    let maybe = |text: Option<String>| text.map_or_else(Cell::unknown, Cell::text);
    field("name", Cell::text(&model.name));
    field("version", Cell::text(&model.version));
    field("id", Cell::text(model.id));
    field("status", Cell::text(&model.status));
    field("quality", Cell::text(model.quality.words()));
    field("dataset", Cell::text(format!("{} ({})", lineage.dataset_name, lineage.dataset)));
    field("dataset sha256", maybe(lineage.dataset_sha256.clone()));
    field("dataset is there", Cell::text(if detail.dataset_is_there { "yes" } else { "no" }));
    field("run", Cell::text(format!("{} ({})", lineage.job_name, lineage.job)));
    field("base model", maybe(lineage.base_model.clone()));
    field("preset", Cell::text(&lineage.preset_id));
    field("steps", summary.steps.map_or_else(Cell::unknown, Cell::number));
    field("trained for", maybe(summary.training_seconds.map(|s| span(count(s)))));
    field("on", maybe(summary.device.clone()));
    field("cost", maybe(summary.cost.map(|cost| cost.to_string())));
    field("created", Cell::text(text::instant(model.created_at)));
    for (id, name, version) in &detail.versions {
        field("also", Cell::text(format!("{name} {version} ({id})")));
    }
    context.out.table(&table)?;
    context.out.line("")?;
    let mut files = Table::new(&[("file", Fit::Whole), ("size", Fit::Number), ("sha256", Fit::Cut)]);
    for file in &model.files {
        files.row([Cell::text(&file.path), Cell::size(Some(file.bytes)), Cell::text(&file.sha256)]);
    }
    context.out.table(&files)?;
    Ok(Exit::Done)
}
