//! `runpod image`

use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use crate::text::wrapped;
use clap::Args;

/// Show how the image is built and pushed, its tag, and what the endpoint runs
#[derive(Debug, Clone, Args)]
pub(crate) struct Image {}

pub(super) async fn run(context: &mut Context, _: &Image) -> Done {
    let engine = context.engine(None).await?;
    let image = super::asked(context, engine::runpod::image(&engine)).await?;
    if context.json() {
        context.out.json(&image)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Whole)]).headless();
    let mut field = |name: &str, value: Option<String>| {
        table.row([Cell::text(name), value.map_or_else(Cell::unknown, Cell::text)]);
    };
    field("runpod.image", image.configured.clone());
    field("fixed tag", image.tag.clone());
    field("endpoint runs", image.endpoint.clone());
    context.out.table(&table)?;
    context.out.line("")?;
    context.out.line("In a checkout of brightrun, on a machine with Docker:")?;
    for command in &image.commands {
        // In a terminal as one that can be copied: a shell reads on behind a backslash.
        let columns = context.out.width().map_or(usize::MAX, |columns| columns.saturating_sub(2));
        for line in wrapped(&format!("  {command}"), columns, 6).join(" \\\n").lines() {
            context.out.line(line)?;
        }
    }
    context.out.flush()?;
    match (&image.configured, &image.tag) {
        (None, _) => note("Then set runpod.image to its name with the tag."),
        (Some(_), None) => note("The tag is missing, or moves: push it under one of its own."),
        _ => {}
    }
    if image.same == Some(false) {
        note("Endpoint and pods run different images: change the endpoint's in RunPod's console.");
    }
    Ok(Exit::Done)
}
