//! Questions of the overview.

use super::Context;
use crate::model::overview::{Answer, Ask, Imported, NewestFile, Summary};
use domain::conversation::{EnrichmentStatus, ReviewStatus};
use domain::filter::{Column, Filter, Op, Value};
use domain::page::Count;
use engine::{Engine, conversations, files};

/// So many of the newest training files are shown.
const NEWEST: usize = 5;

/// Asks the engine.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel, .. } = &context;
    match ask {
        Ask::Summary => Answer::Summary(summary(engine).await.map_err(Into::into)),
        Ask::LoadExamples => {
            let outcome = engine::examples::load(engine, progress, cancel).await;
            let imported = outcome.map(|outcome| Imported {
                added: outcome.new,
                same: outcome.conversations.saturating_sub(outcome.new),
            });
            Answer::Imported(imported.map_err(Into::into))
        }
    }
}

async fn summary(engine: &Engine) -> engine::Result<Summary> {
    let is = |column: Column, word: &str| Filter::Compare(column, Op::Eq, Value::Text(word.to_owned()));
    // A guess is enough for the first line of a large store; the others are what the table counts anyway.
    let all = conversations::count(engine, &Filter::All, false).await?;
    let approved = is(Column::Status, ReviewStatus::Approved.word());
    let pending = is(Column::Status, ReviewStatus::PendingReview.word());
    let enriched = is(Column::Enrichment, EnrichmentStatus::Completed.word());
    let rows = files::list(engine, false).await?;
    let mut newest: Vec<_> = rows
        .iter()
        .map(|row| NewestFile {
            name: row.name.clone(),
            conversations: u64::from(row.conversations),
            updated: row.updated,
        })
        .collect();
    newest.sort_by_key(|file| std::cmp::Reverse(file.updated));
    newest.truncate(NEWEST);
    Ok(Summary {
        conversations: all.value(),
        estimated: matches!(all, Count::Estimate(_)),
        approved: conversations::count(engine, &approved, false).await?.value(),
        enriched: conversations::count(engine, &enriched, false).await?.value(),
        pending: conversations::count(engine, &pending, false).await?.value(),
        files: rows.len() as u64,
        newest,
    })
}
