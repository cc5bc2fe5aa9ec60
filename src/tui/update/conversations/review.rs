//! The review: a decision and a note, for the one under the cursor and then the next, or for all marked ones.

use super::{ask, cursor, page, read};
use crate::model::conversations::{Ask, Modal, ReviewStep, Reviewing};
use crate::model::{Effect, Model, Nav, Now, Problem, Severity};
use domain::conversation::Review;
use domain::selection::Selection;

fn reviewing(model: &mut Model) -> Option<&mut Reviewing> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Conversations(Modal::Review(review))) => Some(review),
        _ => None,
    }
}

/// Opens it.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let state = &model.conversations;
    if state.row().is_none() && state.marks.is_empty() {
        return Vec::new();
    }
    let marked = !state.marks.is_empty();
    model.open(crate::model::Modal::Conversations(Modal::Review(Box::new(Reviewing {
        marked,
        ..Reviewing::default()
    }))));
    if marked { Vec::new() } else { read::ask_current(model) }
}

/// A decision was clicked, or the next conversation is wanted.
pub(super) fn step(model: &mut Model, step: ReviewStep, now: Now) -> Vec<Effect> {
    match step {
        ReviewStep::Pick(at) => {
            if let Some(review) = reviewing(model) {
                review.at = at.min(Reviewing::DECISIONS.len() - 1);
            }
            Vec::new()
        }
        ReviewStep::Skip(on) => skip(model, on, now),
        ReviewStep::Note => {
            if let Some(review) = reviewing(model) {
                review.in_note = !review.in_note;
            }
            Vec::new()
        }
        ReviewStep::Set => set(model, now),
    }
}

fn skip(model: &mut Model, on: bool, now: Now) -> Vec<Effect> {
    let Some(review) = reviewing(model) else { return Vec::new() };
    if review.marked {
        return Vec::new();
    }
    review.note.set("");
    review.in_note = false;
    let at = model.conversations.at;
    let mut effects = cursor::to(model, if on { at + 1 } else { at.saturating_sub(1) }, now);
    effects.extend(read::ask_current(model));
    effects
}

/// A move: up and down choose the decision, page up and down the conversation, `enter` sets it, `tab` goes to the note
/// and back. In the note the arrows move the cursor, and `enter` begins a line.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    match nav {
        Nav::PageUp => return skip(model, false, now),
        Nav::PageDown => return skip(model, true, now),
        Nav::Previous | Nav::Next => return step(model, ReviewStep::Note, now),
        _ => {}
    }
    let Some(review) = reviewing(model) else { return Vec::new() };
    if review.in_note {
        match nav {
            Nav::Enter => review.note.newline(),
            Nav::Up => review.note.vertical(false),
            Nav::Down => review.note.vertical(true),
            _ => {}
        }
        return Vec::new();
    }
    if nav == Nav::Enter {
        return set(model, now);
    }
    if let Some(at) = nav.step(review.at, Reviewing::DECISIONS.len(), Reviewing::DECISIONS.len()) {
        review.at = at;
    }
    Vec::new()
}

fn set(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(reviewing) = reviewing(model) else { return Vec::new() };
    let review =
        Review { status: Reviewing::DECISIONS[reviewing.at], note: reviewing.note.text().trim().to_owned() };
    let marked = reviewing.marked;
    let selection = if marked {
        model.conversations.marks.selection().clone()
    } else {
        match model.conversations.row() {
            Some(row) => Selection::Ids(vec![row.id.clone()]),
            None => return Vec::new(),
        }
    };
    if marked {
        let title = format!("Set the review to {}", review.status);
        let question = crate::model::Ask::Conversations(Ask::Review(selection, review));
        let (_, effect) = model.start(title, question, now);
        model.close();
        return vec![effect];
    }
    // One after the other: a decision is never dropped because the next one came before it was through.
    let status = review.status;
    model.conversations.decisions.push_back((selection, review));
    let mut effects = if model.conversations.decisions.len() == 1 { send(model) } else { Vec::new() };
    // Shown at once; the next refresh says what the store made of it.
    let at = model.conversations.at;
    if let Some(row) = model.conversations.window.rows_mut().nth(at) {
        row.status = status;
    }
    if at + 1 < model.conversations.window.len() {
        effects.extend(skip(model, true, now));
    } else {
        model.close();
    }
    effects
}

fn send(model: &mut Model) -> Vec<Effect> {
    match model.conversations.decisions.front().cloned() {
        Some((selection, review)) => vec![ask(model, Ask::Review(selection, review))],
        None => Vec::new(),
    }
}

/// The first decision is through, or lost: the next one is sent.
pub(super) fn next(model: &mut Model) -> Vec<Effect> {
    model.conversations.decisions.pop_front();
    send(model)
}

/// Counts again how many wait for a review.
pub(super) fn recount(model: &mut Model) -> Effect {
    model.ask(crate::model::Ask::Overview(crate::model::overview::Ask::Summary))
}

/// It was set on so many, or could not be.
pub(super) fn done(
    model: &mut Model,
    review: &Review,
    result: Result<u64, Problem>,
    now: Now,
) -> Vec<Effect> {
    let waiting = &model.conversations.decisions;
    let one = waiting.front().is_some_and(|(_, sent)| sent == review)
        && result.as_ref().map_or(true, |count| *count <= 1);
    let decided = if one { model.conversations.decisions.front().cloned() } else { None };
    let mut effects = if one { next(model) } else { Vec::new() };
    // The rail says how many wait. Between two decisions that would be counting for nothing.
    if model.conversations.decisions.is_empty() && reviewing(model).is_none() {
        effects.push(recount(model));
    }
    match result {
        Err(problem) => effects.push(model.shell.report(&problem, now)),
        // The row says it already.
        Ok(_) if one => {
            if let Some((Selection::Ids(ids), _)) = decided {
                effects.extend(read::changed(model, &ids));
            }
            return effects;
        }
        Ok(count) => {
            let are = if count == 1 { "is" } else { "are" };
            let text = format!("{} {are} {} now", crate::text::many(count, "conversation"), review.status);
            effects.push(model.shell.say(Severity::Success, text, now));
        }
    }
    effects.extend(page::refresh(model));
    effects
}
