//! `conversations show`

use crate::context::Context;
use crate::out::{Done, Exit, Stop};
use crate::table::{Cell, Fit, Table};
use crate::text;
use clap::Args;
use engine::conversations::{Detail, Which};

/// Show one conversation: what is known about it, and its turns
#[derive(Debug, Clone, Args)]
pub(crate) struct Show {
    /// Key of the conversation
    #[arg(value_name = "ID")]
    id: String,
    /// Print its raw file instead
    #[arg(long, conflicts_with = "enriched")]
    raw: bool,
    /// Print its enriched file instead
    #[arg(long)]
    enriched: bool,
}

pub(crate) async fn run(context: &mut Context, args: Show) -> Done {
    let engine = context.engine(None).await?;
    let which = match (args.raw, args.enriched) {
        (true, _) => Some(Which::Raw),
        (_, true) => Some(Which::Enriched),
        _ => None,
    };
    if let Some(which) = which {
        let json = engine::conversations::json(&engine, &args.id, which).await?;
        context.out.raw(json.as_bytes())?;
        context.out.raw(b"\n")?;
        return Ok(Exit::Done);
    }
    let detail = engine::conversations::show(&engine, &args.id).await?;
    if context.json() {
        context.out.json(&detail)?;
    } else {
        head(context, &detail)?;
        turns(context, &detail)?;
    }
    Ok(Exit::Done)
}

fn head(context: &mut Context, detail: &Detail) -> Result<(), Stop> {
    let row = &detail.row;
    let scaffolding = &row.scaffolding;
    let files: Vec<&str> = detail.in_files.iter().map(|(_, name)| name.as_str()).collect();
    let mut table = Table::new(&[("field", Fit::Whole), ("value", Fit::Prose)]).headless();
    let mut field = |name: &str, value: Cell| table.row([Cell::text(name), value]);
    field("id", Cell::text(&row.id));
    field("title", Cell::text(&row.title));
    field("persona", named(&scaffolding.persona_name, &scaffolding.persona_key));
    field("arc", named(&scaffolding.emotional_arc, &scaffolding.emotional_arc_key));
    field("topic", named(&scaffolding.training_topic, &scaffolding.training_topic_key));
    field("tier", Cell::text(row.tier));
    field("batch", row.batch.as_ref().map_or_else(Cell::unknown, |batch| Cell::text(&batch.name)));
    field("status", Cell::text(row.status));
    field("enrichment", Cell::text(row.enrichment));
    field("turns", Cell::number(row.turns));
    field("quality", Cell::score(row.quality));
    field("size", Cell::size(row.size));
    field("created", Cell::text(text::instant(row.created)));
    field("in files", Cell::text(files.join(", ")));
    for (name, value) in [
        ("client", &detail.client),
        ("session", &detail.session),
        ("phase", &detail.phase),
        ("expected", &detail.expected),
        ("notes", &detail.review_notes),
    ] {
        if !value.is_empty() {
            field(name, Cell::text(value));
        }
    }
    context.out.table(&table)
}

fn named(name: &str, key: &str) -> Cell {
    match (name, key) {
        ("", key) => Cell::text(key),
        (name, "") => Cell::text(name),
        (name, key) => Cell::text(format!("{name} ({key})")),
    }
}

fn turns(context: &mut Context, detail: &Detail) -> Result<(), Stop> {
    for finding in &detail.findings {
        context.out.line(format!("{}  {}", finding.severity, finding.message))?;
    }
    if let Some(problem) = &detail.problem {
        context.out.line(format!("No turns: {problem}"))?;
    }
    for turn in &detail.turns {
        let emotion = turn.emotion.as_ref().map_or_else(String::new, |(emotion, strength)| {
            let second = turn.secondary.as_ref().map_or_else(String::new, |second| format!(", {second}"));
            format!("  {emotion} {strength:.2}{second}")
        });
        context.out.line("")?;
        context.out.line(format!("{} {}{emotion}", turn.number, turn.role))?;
        for line in turn.content.lines() {
            context.out.line(format!("  {line}"))?;
        }
    }
    Ok(())
}
