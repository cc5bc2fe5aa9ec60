//! What is remembered from one session to the next: read when the store is open, kept after each change.

use super::{ask, page};
use crate::model::conversations::{Ask, Habits, Query};
use crate::model::{Effect, Model, Problem, ScreenId, Severity};

/// Asks for it.
pub fn recall(model: &mut Model) -> Vec<Effect> {
    vec![ask(model, Ask::Recall)]
}

/// It came. What cannot be read counts as nothing: the screen works without.
pub(super) fn recalled(model: &mut Model, result: Result<Option<Box<Habits>>, Problem>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let habits = match result {
        Ok(habits) => habits,
        Err(problem) => {
            effects.push(Effect::Log(Severity::Warn, problem.to_string()));
            None
        }
    };
    let state = &mut model.conversations;
    if let Some(habits) = habits {
        if !habits.columns.is_empty() {
            state.columns.clone_from(&habits.columns);
        }
        state.history.clone_from(&habits.history);
        if state.query.sort != habits.sort {
            let query = Query { sort: habits.sort, ..state.query.clone() };
            if model.shell.screen == ScreenId::Conversations {
                effects.extend(page::changed(model, query));
            } else {
                model.conversations.query = query;
            }
        }
    }
    model.conversations.kept = Some(Habits::of(&model.conversations));
    effects
}

/// Keeps it when it is another one than the store knows.
pub(super) fn keep(model: &mut Model) -> Option<Effect> {
    let known = model.conversations.kept.as_ref()?;
    let habits = Habits::of(&model.conversations);
    if *known == habits {
        return None;
    }
    model.conversations.kept = Some(habits.clone());
    Some(ask(model, Ask::Keep(Box::new(habits))))
}
