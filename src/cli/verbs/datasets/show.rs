//! `datasets show`

use crate::context::Context;
use crate::out::{Done, Exit, Stop};
use crate::table::{Cell, Fit, Table};
use crate::text;
use clap::{Args, value_parser};
use domain::dataset::statistics::Facts;
use domain::numbers::{fixed, percent};
use engine::datasets::DatasetDetail;

/// Show a dataset: its checklist, its statistics, its scaffolding
#[derive(Debug, Clone, Args)]
pub(crate) struct Show {
    /// Name or key of the dataset
    #[arg(value_name = "NAME")]
    name: String,
    /// Sequence length to look at, in tokens
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    max_length: Option<u32>,
}

pub(crate) async fn run(context: &mut Context, args: Show) -> Done {
    let engine = context.engine(None).await?;
    let detail = engine::datasets::show(&engine, &args.name, args.max_length).await?;
    if context.json() {
        context.out.json(&detail)?;
        return Ok(Exit::Done);
    }
    head(context, &detail)?;
    if let Some(facts) = &detail.facts {
        context.out.line("")?;
        counts(context, facts)?;
        scaffolding(context, facts)?;
    }
    if let Some(readiness) = &detail.readiness {
        context.out.line("")?;
        super::print_readiness(context, readiness)?;
    }
    made(context, &detail)?;
    Ok(Exit::Done)
}

fn made(context: &mut Context, detail: &DatasetDetail) -> Result<(), Stop> {
    if detail.made.is_empty() {
        return Ok(());
    }
    let mut table =
        Table::new(&[("run", Fit::Cut), ("id", Fit::Whole), ("status", Fit::Whole), ("model", Fit::Whole)]);
    for made in &detail.made {
        let model = made.model.map_or_else(Cell::unknown, Cell::id);
        table.row([Cell::text(&made.name), Cell::id(made.run), Cell::text(&made.status), model]);
    }
    context.out.line("")?;
    context.out.table(&table)
}

fn head(context: &mut Context, detail: &DatasetDetail) -> Result<(), Stop> {
    let row = &detail.dataset;
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    field("name", Cell::text(&row.name));
    field("id", Cell::text(row.id));
    field("description", Cell::text(row.description.as_deref().unwrap_or_default()));
    field("status", Cell::text(&row.status));
    field("format", Cell::text(&row.format));
    field("file", Cell::text(&row.file_name));
    field("size", Cell::size(Some(row.file_size)));
    field("sha256", Cell::text(row.sha256.as_deref().unwrap_or_default()));
    field("training file", Cell::text(detail.training_file.as_deref().unwrap_or_default()));
    field("created", Cell::text(text::instant(row.created)));
    field("checked", row.validated.map_or_else(Cell::unknown, |at| Cell::text(text::instant(at))));
    field("archived", row.archived.map_or_else(Cell::unknown, |at| Cell::text(text::instant(at))));
    context.out.table(&table)
}

fn counts(context: &mut Context, facts: &Facts) -> Result<(), Stop> {
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    let tokens = &facts.tokens;
    let maybe = |n: Option<u32>| n.map_or_else(Cell::unknown, Cell::number);
    field("conversations", Cell::number(facts.conversations));
    field("pairs", Cell::number(facts.pairs));
    field("examples", Cell::number(facts.examples));
    field("tokens", Cell::number(tokens.total));
    field("counted by", Cell::text(&tokens.method));
    field("tokens per example, median", maybe(tokens.median));
    field("95 % are not longer than", maybe(tokens.p95));
    field("the longest", maybe(tokens.max));
    for length in tokens.over.keys() {
        field(&format!("longer than {length}"), Cell::text(percent(facts.truncated(*length), 1)));
    }
    field("quality", Cell::text(facts.scores.mean().map(|mean| fixed(mean, 2)).unwrap_or_default()));
    field("reviewed", Cell::text(percent(facts.reviewed_share(), 0)));
    context.out.table(&table)
}

fn scaffolding(context: &mut Context, facts: &Facts) -> Result<(), Stop> {
    if facts.cells.iter().all(|cell| cell.persona.is_empty() && cell.arc.is_empty()) {
        return Ok(());
    }
    let mut table = Table::new(&[
        ("persona", Fit::Cut),
        ("arc", Fit::Cut),
        ("topic", Fit::Spare),
        ("conversations", Fit::Number),
        ("examples", Fit::Number),
    ]);
    for cell in &facts.cells {
        table.row([
            Cell::text(&cell.persona),
            Cell::text(&cell.arc),
            Cell::text(&cell.topic),
            Cell::number(cell.conversations),
            Cell::number(cell.examples),
        ]);
    }
    context.out.line("")?;
    context.out.table(&table)
}
