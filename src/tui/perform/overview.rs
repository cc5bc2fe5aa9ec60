//! Questions of the overview.

use super::Context;
use crate::model::overview::{Answer, Ask, Imported, Recent, Summary};
use domain::conversation::{EnrichmentStatus, ReviewStatus};
use domain::filter::{Column, Filter, Op, Value};
use domain::page::Count;
use domain::series::number;
use engine::{Engine, conversations, files};

/// So many of the newest files and models are known.
const NEWEST: usize = 12;

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
    let datasets = engine::datasets::list(engine, false).await?;
    let models = engine::models::list(engine).await?;
    let file = |row: &domain::training_file::TrainingFileRow| Recent {
        kind: "file",
        name: row.name.clone(),
        note: crate::text::many(u64::from(row.conversations), "conversation"),
        at: row.updated,
    };
    let model = |model: &domain::model::Model| Recent {
        kind: "model",
        name: model.name.clone(),
        note: model.summary.final_loss.map_or_else(String::new, |loss| format!("loss {}", number(loss))),
        at: model.created_at,
    };
    let mut newest: Vec<_> = rows.iter().map(file).chain(models.iter().map(model)).collect();
    newest.sort_by_key(|thing| std::cmp::Reverse(thing.at));
    newest.truncate(NEWEST);
    Ok(Summary {
        conversations: all.value(),
        estimated: matches!(all, Count::Estimate(_)),
        approved: conversations::count(engine, &approved, false).await?.value(),
        enriched: conversations::count(engine, &enriched, false).await?.value(),
        pending: conversations::count(engine, &pending, false).await?.value(),
        files: rows.len() as u64,
        datasets: datasets.len() as u64,
        ready: datasets.iter().filter(|row| row.training_ready).count() as u64,
        models: models.len() as u64,
        newest,
    })
}
