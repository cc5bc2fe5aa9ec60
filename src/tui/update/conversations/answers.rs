//! What the engine answers.

use super::{ask, build, entry, export, findings, habits, import, page, review, views};
use crate::model::conversations::{Answer, Ask, Json, JsonFor, Modal};
use crate::model::{Effect, Model, Now, Problem, ScreenId, Severity, walk};
use domain::filter::Filter;
use domain::page::Count;
use engine::conversations::Which;

pub(super) fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::Page(place, result) => page::came(model, place, result, now),
        Answer::Count(result) => counted(model, result, now),
        Answer::Total(result) => {
            model.conversations.total = result.ok();
            Vec::new()
        }
        Answer::CountMarks(result) => {
            if let Ok((all, unfit)) = result {
                model.conversations.marks.matching = Some(all);
                model.conversations.marks.matching_unfit = Some(unfit);
            }
            Vec::new()
        }
        Answer::Show(result) => {
            let mut effects = Vec::new();
            let reader = &mut model.conversations.reader;
            match result {
                Ok(detail) => {
                    reader.detail = Some(detail);
                    reader.problem = None;
                    reader.came = Some(now.mono);
                    reader.old = false;
                    effects.extend(findings::came(model, now));
                }
                Err(problem) => reader.problem = Some(problem),
            }
            effects
        }
        Answer::Json(id, which, with, result) => json(model, &id, which, with, result, now),
        Answer::Values(column, result) => {
            entry::values(model, column, result.unwrap_or_default());
            Vec::new()
        }
        Answer::Views(result) => {
            let failed = result.as_ref().err().cloned();
            if let Some(list) = views::list(model) {
                list.views = Some(result);
                return Vec::new();
            }
            failed.map(|problem| vec![model.shell.report(&problem, now)]).unwrap_or_default()
        }
        Answer::SavedView(Ok(name)) => {
            let line =
                model.shell.say(Severity::Success, format!("The view {name} is saved: F opens it"), now);
            model.conversations.view = Some(name);
            let mut effects = vec![line];
            if views::list(model).is_some() {
                effects.push(ask(model, Ask::Views));
            }
            effects
        }
        Answer::Reviewed(review, result) => review::done(model, &review, result, now),
        Answer::Exported(Ok(exported)) => export::done(model, &exported, now),
        Answer::SavedView(Err(problem)) | Answer::Exported(Err(problem)) => {
            vec![model.shell.report(&problem, now)]
        }
        Answer::Recalled(result) => habits::recalled(model, result),
        Answer::Kept(result) => {
            // Not worth a word on the screen.
            result.err().map(|problem| Effect::Log(Severity::Warn, problem.to_string())).into_iter().collect()
        }
        Answer::Imported(result) => import::done(model, result, now),
        Answer::Files(result) => build::files(model, result),
        Answer::Judged(result) => build::judged(model, result),
        Answer::Built(source, result) => build::done(model, &source, result, now),
    }
}

/// A guess is shown at once, and the exact number is asked for.
fn counted(model: &mut Model, result: Result<Count, Problem>, now: Now) -> Vec<Effect> {
    let count = match result {
        Ok(count) => count,
        Err(problem) => return vec![model.shell.report(&problem, now)],
    };
    let state = &mut model.conversations;
    state.count = Some(count);
    let filter = state.query.effective();
    if filter == Filter::All {
        state.total = Some(count);
    }
    match count {
        Count::Exact(_) => Vec::new(),
        Count::Estimate(_) => vec![ask(model, Ask::Count { filter, exact: true })],
    }
}

fn json(
    model: &mut Model,
    id: &domain::ids::ConversationId,
    which: Which,
    with: JsonFor,
    result: Result<String, Problem>,
    now: Now,
) -> Vec<Effect> {
    let suffix = ".json";
    match (with, result) {
        (JsonFor::View, result) => {
            if let Some(crate::model::Modal::Conversations(Modal::Json(Json {
                id: mine,
                which: shown,
                lines,
                top,
                seek,
            }))) = model.modals.last_mut()
                && (&*mine, *shown) == (id, which)
            {
                if let (Some(place), Ok(text)) = (seek.take(), &result) {
                    let line = walk::line_of(&text.lines().collect::<Vec<_>>(), &place);
                    // With a few lines before it.
                    *top = line.unwrap_or(0).saturating_sub(3);
                }
                *lines = Some(result.map(|text| text.lines().map(str::to_owned).collect()));
            }
            Vec::new()
        }
        (JsonFor::Pager, Ok(text)) => vec![Effect::Page(text)],
        (JsonFor::Editor, Ok(text)) => {
            vec![Effect::Edit { to: ScreenId::Conversations, tag: "conversations.json", text, suffix }]
        }
        (_, Err(problem)) => vec![model.shell.report(&problem, now)],
    }
}
