//! The frame's own modals: moving, choosing, closing.

use super::palette::{help_rows, palette_rows};
use crate::model::modal::QuitChoice;
use crate::model::{Effect, Modal, Model, Msg, Nav, Now, Severity, shell};

/// Name of the pane in which a modal draws its list.
pub const PANE: &str = "modal.list";

/// The name under which the view says how far a text can scroll (as a height).
pub const LENGTH: &str = "modal.length";

/// A move in the modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    if matches!(model.modals.last(), Some(Modal::Themes(_))) {
        return super::themes::nav(model, nav, now);
    }
    if matches!(model.modals.last(), Some(Modal::Passage(_))) {
        return crate::update::passage::nav(model, nav, now);
    }
    match nav {
        Nav::Close => {
            model.close();
            return Vec::new();
        }
        Nav::Enter => return enter(model, now),
        _ => {}
    }
    let page = usize::from(model.measured.size_of(PANE).height);
    let len = len(model);
    if let Some(at) = selected(model)
        && let Some(to) = nav.step(*at, len, page)
    {
        *at = to;
    }
    Vec::new()
}

/// The selected line of the modal on top, when it is a list.
fn selected(model: &mut Model) -> Option<&mut usize> {
    match model.modals.last_mut()? {
        Modal::Palette(search) | Modal::Help(search) => Some(&mut search.at),
        Modal::Messages(list) | Modal::Notifications(list) | Modal::Jobs(list) | Modal::Quit(list) => {
            Some(&mut list.at)
        }
        Modal::Text { top, .. } | Modal::Problem { top, .. } => Some(top),
        _ => None,
    }
}

/// So many lines the list of the modal on top has.
fn len(model: &Model) -> usize {
    match model.modals.last() {
        Some(Modal::Palette(search)) => palette_rows(model, search.field.text()).len(),
        Some(Modal::Help(search)) => help_rows(model, search.field.text()).len(),
        Some(Modal::Messages(_)) => model.shell.messages.len(),
        Some(Modal::Notifications(_)) => notices(model).count(),
        Some(Modal::Jobs(_)) => model.jobs.list.len(),
        Some(Modal::Quit(_)) => QuitChoice::offered(model.idle()).len(),
        // The view wraps the text, and says how far it can scroll.
        Some(Modal::Text { .. } | Modal::Problem { .. }) => {
            usize::from(model.measured.size_of(LENGTH).height) + 1
        }
        _ => 0,
    }
}

/// The messages that are notifications, the newest first.
pub fn notices(model: &Model) -> impl Iterator<Item = &shell::Message> {
    model.shell.messages.iter().filter(|message| message.notice)
}

/// A line was clicked: selects it; the selected one is done.
pub fn choose(model: &mut Model, line: usize, now: Now) -> Vec<Effect> {
    if matches!(model.modals.last(), Some(Modal::Themes(_))) {
        return super::themes::choose(model, line, now);
    }
    match selected(model) {
        Some(at) if *at == line => enter(model, now),
        Some(at) => {
            *at = line;
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// `enter` in the modal on top.
fn enter(model: &mut Model, now: Now) -> Vec<Effect> {
    match model.modals.last() {
        Some(Modal::Confirm(_)) => yes(model, now),
        Some(Modal::Prompt(_)) => submit(model, now),
        Some(Modal::Palette(search)) => {
            let row = palette_rows(model, search.field.text()).into_iter().nth(search.at);
            model.close();
            row.map_or_else(Vec::new, |row| super::super::input::act(model, row.action, now))
        }
        Some(Modal::Messages(list)) => detail(model, model.shell.messages.get(list.at).cloned()),
        Some(Modal::Notifications(list)) => {
            let message = notices(model).nth(list.at).cloned();
            if let Some(message) = &message {
                seen(model, message);
            }
            detail(model, message)
        }
        Some(Modal::Jobs(list)) => {
            let failed = model.jobs.list.get(list.at).and_then(|job| match &job.state {
                crate::model::JobState::Failed(problem) => Some(problem.clone()),
                _ => None,
            });
            if let Some(problem) = failed {
                model.open(Modal::Problem { problem, top: 0 });
            }
            Vec::new()
        }
        Some(Modal::Quit(list)) => {
            // What was selected may be no longer offered, since everything has ended: then there is nothing to wait for.
            let offered = QuitChoice::offered(model.idle());
            let choice = offered.get(list.at).copied().unwrap_or(QuitChoice::Detach);
            super::leave::chosen(model, choice, now)
        }
        Some(Modal::Problem { .. } | Modal::Text { .. }) => {
            model.close();
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn seen(model: &mut Model, which: &shell::Message) {
    for message in model.shell.messages.iter_mut().filter(|m| *m == which) {
        message.seen = true;
    }
}

/// Opens a message: all about an error, else its whole line, which a list or a toast may have cut.
fn detail(model: &mut Model, message: Option<shell::Message>) -> Vec<Effect> {
    let Some(message) = message else { return Vec::new() };
    model.open(match message.problem {
        Some(problem) => Modal::Problem { problem, top: 0 },
        None => Modal::Text { title: "Message".to_owned(), lines: vec![message.text], top: 0 },
    });
    Vec::new()
}

/// Yes to the question on top.
pub fn yes(model: &mut Model, now: Now) -> Vec<Effect> {
    match model.modals.pop() {
        Some(Modal::Confirm(confirm)) if confirm.ready() => super::super::update(model, *confirm.yes, now),
        Some(modal) => {
            let word = match &modal {
                Modal::Confirm(confirm) => confirm.word.clone(),
                _ => None,
            };
            model.modals.push(modal);
            let say = |word| model.shell.say(Severity::Info, format!("Type {word} first, exactly so"), now);
            word.map(say).into_iter().collect()
        }
        None => Vec::new(),
    }
}

/// Gives the text of the prompt on top to its screen; a refusal keeps it open.
fn submit(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(Modal::Prompt(mut prompt)) = model.modals.pop() else { return Vec::new() };
    match super::super::prompted(model, prompt.to, prompt.tag, prompt.field.text(), now) {
        Ok(effects) => effects,
        Err(why) => {
            prompt.problem = Some(why);
            model.open(Modal::Prompt(prompt));
            Vec::new()
        }
    }
}

/// The text of the field in the modal on top is another one.
pub fn field_changed(model: &mut Model) -> Vec<Effect> {
    match model.modals.last_mut() {
        Some(Modal::Palette(search) | Modal::Help(search)) => search.at = 0,
        Some(Modal::Prompt(prompt)) => prompt.problem = None,
        _ => {}
    }
    Vec::new()
}

/// Copies the text of what is on top.
pub fn copy(model: &mut Model, now: Now) -> Vec<Effect> {
    let text = match (model.modals.last(), &model.shell.phase) {
        (Some(Modal::Problem { problem, .. }), _) | (None, shell::Phase::Broken(problem)) => {
            Some(problem.full())
        }
        (Some(Modal::Text { lines, .. }), _) => Some(lines.join("\n")),
        (Some(Modal::Messages(list)), _) => model.shell.messages.get(list.at).map(|message| {
            message.problem.as_ref().map_or_else(|| message.text.clone(), crate::model::Problem::full)
        }),
        _ => None,
    };
    text.map_or_else(Vec::new, |text| {
        let told = model.shell.say(Severity::Info, "Sent to the terminal's clipboard", now);
        vec![Effect::Copy(text), told]
    })
}

/// The message that a click on a line of a modal's list sends.
pub fn click(line: usize) -> Msg {
    Msg::Shell(shell::Msg::Choose(line))
}
