//! `conversations list`

use crate::context::Context;
use crate::filters::Filters;
use crate::out::{Done, Exit, note};
use crate::table::{Cell, Fit, Table};
use crate::text;
use chrono::{DateTime, Utc};
use clap::Args;
use domain::conversation::ConversationRow;
use domain::page::{From, PageRequest};
use engine::Engine;

/// Without `--limit`.
const USUAL: usize = 100;
/// Rows per question to the store.
const PAGE: u32 = 500;

/// List conversations, the newest first
#[derive(Debug, Clone, Args)]
pub(crate) struct List {
    #[command(flatten)]
    filters: Filters,
}

pub(crate) async fn run(context: &mut Context, args: List) -> Done {
    let engine = context.engine(None).await?;
    let filters = args.filters.viewed(&engine).await?;
    let limit = filters.limit(Some(USUAL));
    let mut request = PageRequest {
        filter: filters.filter(engine.now())?,
        sort: filters.sort(),
        from: From::Start,
        limit: 0,
    };
    let mut given = 0;
    let mut array = JsonArray::default();
    loop {
        let left = limit.map_or(usize::MAX, |limit| limit - given);
        request.limit = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        let page = engine::conversations::list(&engine, &request).await?;
        if context.cancel.is_cancelled() {
            return Err(engine::Error::interrupted("Cannot list the conversations").into());
        }
        if context.json() {
            page.rows.iter().try_for_each(|(_, row)| array.item(context, row))?;
        } else if given == 0 || !page.rows.is_empty() {
            let rows: Vec<&ConversationRow> = page.rows.iter().map(|(_, row)| row).collect();
            context.out.table(&table(&rows, engine.now(), given > 0))?;
        }
        given += page.rows.len();
        let Some((last, _)) = page.rows.last().filter(|_| page.more_after) else { break };
        if limit.is_some_and(|limit| given >= limit) {
            more(&engine, &request, given, context).await?;
            break;
        }
        request.from = From::After(last.clone());
    }
    if context.json() {
        array.end(context)?;
    }
    Ok(Exit::Done)
}

/// Says that there are more than were listed.
async fn more(
    engine: &Engine,
    request: &PageRequest,
    given: usize,
    context: &mut Context,
) -> Result<(), crate::out::Stop> {
    let count = engine::conversations::count(engine, &request.filter, false).await?;
    context.out.flush()?;
    let about = if matches!(count, domain::page::Count::Estimate(_)) { "~" } else { "" };
    note(format!(
        "The first {} of {about}{}. `--limit 0` lists all.",
        text::thousands(given as u64),
        text::thousands(count.value())
    ));
    Ok(())
}

/// The rows as a table; its titles only once.
fn table(rows: &[&ConversationRow], now: DateTime<Utc>, continued: bool) -> Table {
    let table = Table::new(&[
        ("id", Fit::Whole),
        ("title", Fit::Cut),
        ("persona", Fit::Cut),
        ("arc", Fit::Cut),
        ("topic", Fit::Cut),
        ("tier", Fit::Spare),
        ("batch", Fit::Spare),
        ("status", Fit::Whole),
        ("enrichment", Fit::Spare),
        ("turns", Fit::Number),
        ("quality", Fit::SpareNumber),
        ("size", Fit::SpareNumber),
        ("created", Fit::Whole),
        ("in_files", Fit::Number),
    ]);
    let mut table = if continued { table.headless() } else { table };
    for row in rows {
        table.row([
            Cell::key(row.id.as_str(), row.id.short()),
            Cell::text(&row.title),
            Cell::text(&row.scaffolding.persona_key),
            Cell::text(&row.scaffolding.emotional_arc_key),
            Cell::text(&row.scaffolding.training_topic_key),
            Cell::text(row.tier),
            row.batch.as_ref().map_or_else(Cell::unknown, |batch| Cell::text(&batch.name)),
            Cell::text(row.status),
            Cell::text(row.enrichment),
            Cell::number(row.turns),
            Cell::score(row.quality),
            Cell::size(row.size),
            Cell::time(row.created, now),
            Cell::number(row.in_files),
        ]);
    }
    table
}

/// A JSON array that is written as its items come.
#[derive(Default)]
struct JsonArray {
    begun: bool,
}

impl JsonArray {
    fn item(&mut self, context: &mut Context, row: &ConversationRow) -> Result<(), crate::out::Stop> {
        context.out.raw(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        let text = serde_json::to_string(row).map_err(std::io::Error::from)?;
        context.out.raw(text.as_bytes())
    }
    fn end(&self, context: &mut Context) -> Result<(), crate::out::Stop> {
        context.out.raw(if self.begun { b"\n]\n" } else { b"[]\n" })
    }
}
