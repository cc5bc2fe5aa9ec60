//! The conversations screen: what each key and each answer changes. One file per piece.

mod answers;
mod build;
mod columns;
mod cursor;
mod entry;
mod export;
mod findings;
pub mod habits;
pub(super) mod import;
mod mark;
mod page;
mod read;
mod review;
mod sort;
mod views;

use crate::model::conversations::{Answer, Ask, BuildStage, DetailPlace, Focus, Modal, Msg};
use crate::model::{Effect, Model, Nav, Now};
use std::time::Instant;

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    let mut effects = message(model, msg, now);
    effects.extend(habits::keep(model));
    effects
}

fn message(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Filter => entry::open_filter(model),
        Msg::Search => entry::open_search(model),
        Msg::Complete(candidate) => entry::complete(model, candidate, now),
        Msg::DropPill(index) => entry::drop_pill(model, index),
        Msg::ClearFilter => entry::clear(model),
        Msg::Views => views::open(model),
        Msg::ApplyView(at) => views::apply(model, at),
        Msg::SaveView => views::ask_name(model),
        Msg::ReplaceView(view) => vec![ask(model, Ask::SaveView { name: view.name.clone(), view })],
        Msg::AskDeleteView => views::ask_delete(model),
        Msg::DeleteView(id) => vec![ask(model, Ask::DeleteView(id))],
        Msg::SortPick => sort::pick(model),
        Msg::SortTurn => sort::turn(model),
        Msg::SortBy(column) => sort::by(model, column),
        Msg::Columns => columns::open(model),
        Msg::ColumnToggle => columns::toggle(model),
        Msg::ColumnMove(left) => columns::shift(model, left),
        Msg::Mark => mark::toggle(model, now),
        Msg::Range => mark::range(model, now),
        Msg::MarkPage => mark::page(model),
        Msg::MarkAll => mark::all(model, now),
        Msg::Invert => mark::invert(model),
        Msg::Details => read::toggle(model),
        Msg::Zoom => read::zoom(model),
        Msg::Row(row) => cursor::to(model, row, now),
        Msg::Open(row) => {
            let mut effects = cursor::to(model, row, now);
            effects.extend(read::full(model));
            effects
        }
        Msg::Scroll(rows) => cursor::scroll(model, rows, now),
        Msg::ScrollDetail(lines) => read::scroll(model, lines),
        Msg::Findings => findings::begin(model, now),
        Msg::Json => read::json(model, None),
        Msg::JsonOther => read::json_other(model),
        Msg::Page => read::outside(model, crate::model::conversations::JsonFor::Pager),
        Msg::Editor => read::outside(model, crate::model::conversations::JsonFor::Editor),
        Msg::Review => review::open(model),
        Msg::ReviewStep(step) => review::step(model, step, now),
        Msg::Export => export::open(model),
        Msg::ExportOther => export::other(model),
        Msg::Copy => read::copy(model, now),
        Msg::CopyJson => read::copy_json(model, now),
        Msg::Refresh => page::refresh(model),
        Msg::Import => import::open(model),
        Msg::Build => build::open(model, now),
        Msg::BuildStep(step) => build::step(model, &step, now),
    }
}

/// Asks the engine.
fn ask(model: &mut Model, ask: Ask) -> Effect {
    model.ask(crate::model::Ask::Conversations(ask))
}

/// The engine answered (also the end of a job).
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    answers::answered(model, answer, now)
}

/// The screen comes into view, or the engine was opened while it was in view.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    page::refresh(model)
}

/// A question broke down and will not be answered: the decisions behind it must not wait for it.
pub fn lost(model: &mut Model, slot: &'static str) -> Vec<Effect> {
    if slot == "conversations.review" { review::next(model) } else { Vec::new() }
}

/// A move, for the screen or for its own modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let mut effects = moved(model, nav, now);
    effects.extend(habits::keep(model));
    effects
}

fn moved(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    match model.modals.last() {
        Some(crate::model::Modal::Conversations(modal)) => match modal {
            Modal::Views(_) => views::nav(model, nav),
            Modal::Columns(_) => columns::nav(model, nav),
            Modal::Json(_) => read::json_nav(model, nav),
            Modal::Review(_) => review::nav(model, nav, now),
            Modal::Export(_) => export::nav(model, nav, now),
            Modal::Import(_) => import::nav(model, nav, now),
            Modal::Build(_) => build::nav(model, nav, now),
        },
        _ => cursor::nav(model, nav, now),
    }
}

/// The text of the focused field (of the screen or of its own modal) is another one.
pub fn field_changed(model: &mut Model, now: Now) -> Vec<Effect> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Conversations(modal)) => {
            match modal {
                Modal::Export(export) => export.problem = None,
                Modal::Import(import) => import.problem = None,
                Modal::Build(build) => build.problem = None,
                _ => {}
            }
            Vec::new()
        }
        _ => entry::changed(model, now),
    }
}

/// `esc` and `q`: closes something of this screen. `None`: there was nothing to close.
pub fn back(model: &mut Model, _now: Now) -> Option<Vec<Effect>> {
    if let Some(crate::model::Modal::Conversations(modal)) = model.modals.last_mut() {
        // One stage back while nothing is done yet; everything else is closed by the house.
        if let Modal::Build(build) = modal
            && matches!(build.stage, BuildStage::Name | BuildStage::Look { .. })
        {
            build.stage = BuildStage::Choose;
            return Some(Vec::new());
        }
        let reviewed = matches!(modal, Modal::Review(_));
        model.close();
        return Some(if reviewed { vec![review::recount(model)] } else { Vec::new() });
    }
    let state = &mut model.conversations;
    match state.focus {
        Focus::Filter(_) | Focus::Search(_) => return Some(entry::cancel(model)),
        Focus::Heading(_) => {
            state.focus = Focus::Table;
            return Some(Vec::new());
        }
        Focus::Findings(walk) => {
            findings::end(model, walk);
            return Some(Vec::new());
        }
        Focus::Detail => {
            if let Some(jump) = state.reader.jump.take() {
                state.focus = Focus::Findings(jump.back);
                return Some(Vec::new());
            }
        }
        Focus::Table => {}
    }
    if state.range.take().is_some() {
        return Some(Vec::new());
    }
    if state.reader.place == DetailPlace::Full || state.focus == Focus::Detail {
        if state.reader.place == DetailPlace::Full {
            state.reader.place = DetailPlace::Hidden;
        }
        state.focus = Focus::Table;
        return Some(Vec::new());
    }
    if !state.marks.is_empty() {
        state.marks.clear();
        return Some(Vec::new());
    }
    if state.reader.place == DetailPlace::Beside {
        state.reader.place = DetailPlace::Hidden;
        return Some(Vec::new());
    }
    if state.query.effective() != domain::filter::Filter::All {
        return Some(entry::clear(model));
    }
    None
}

/// A prompt that this screen opened was confirmed with this text.
pub fn prompted(model: &mut Model, tag: &'static str, text: &str, _now: Now) -> Result<Vec<Effect>, String> {
    match tag {
        views::PROMPT => views::named(model, text),
        _ => Ok(Vec::new()),
    }
}

/// The text editor has ended: it was there for reading.
pub fn edited(model: &mut Model, _tag: &'static str, _text: String, now: Now) -> Vec<Effect> {
    let text = "The conversation is unchanged: the editor showed a copy";
    vec![model.shell.say(crate::model::Severity::Info, text, now)]
}

/// The panes have other sizes than before.
pub fn sized(model: &mut Model, _now: Now) -> Vec<Effect> {
    cursor::keep_in_view(model);
    page::more(model)
}

/// When this screen wants to be woken.
pub fn deadline(model: &Model, now: Instant) -> Option<Instant> {
    let state = &model.conversations;
    let typed = match &state.focus {
        Focus::Filter(entry) | Focus::Search(entry) => entry.due,
        _ => None,
    };
    // Old rows say how old they are.
    let old = state.problem.is_some() || state.reader.problem.is_some();
    let aging = old && model.shell.screen == crate::model::ScreenId::Conversations;
    let minute = aging.then(|| now + std::time::Duration::from_mins(1));
    [typed, state.reader.due, minute].into_iter().flatten().min()
}

/// Its deadline may have passed.
pub fn due(model: &mut Model, now: Now) -> Vec<Effect> {
    let mut effects = Vec::new();
    let past = |due: Option<Instant>| due.is_some_and(|at| at <= now.mono);
    if let Focus::Filter(entry) | Focus::Search(entry) = &mut model.conversations.focus
        && past(entry.due)
    {
        entry.due = None;
        effects.extend(entry::try_out(model, now));
    }
    if past(model.conversations.reader.due) {
        model.conversations.reader.due = None;
        effects.extend(read::ask_current(model));
    }
    effects
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
