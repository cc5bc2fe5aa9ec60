//! The settings.

pub mod runpod;

use crate::model::settings::{Answer, Ask, Msg, Part};
use crate::model::{Effect, Model, Nav, Now, Severity};

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Refresh => enter(model, now),
        Msg::Part(part) => {
            model.settings.part = part;
            if part == Part::Runpod { runpod::enter(model) } else { Vec::new() }
        }
        Msg::Runpod(msg) => runpod::update(model, msg, now),
        Msg::Copy => {
            let value = model.settings.list.get(model.settings.at).map(|setting| setting.value.clone());
            value.map_or_else(Vec::new, |value| {
                vec![
                    Effect::Copy(value),
                    model.shell.say(Severity::Info, "Sent to the terminal's clipboard", now),
                ]
            })
        }
        Msg::Select(line) => {
            model.settings.at = line.min(model.settings.list.len().saturating_sub(1));
            Vec::new()
        }
    }
}

/// The engine answered.
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::Runpod(answer) => runpod::answered(model, answer, now),
        Answer::List(Ok(list)) => {
            model.settings.at = model.settings.at.min(list.len().saturating_sub(1));
            model.settings.list = list;
            model.settings.problem = None;
            Vec::new()
        }
        Answer::List(Err(problem)) => {
            let effect = model.shell.report(&problem, now);
            model.settings.problem = Some(problem);
            vec![effect]
        }
    }
}

/// The screen comes into view.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    let mut effects = vec![model.ask(crate::model::Ask::Settings(Ask::List))];
    if model.settings.part == Part::Runpod {
        effects.extend(runpod::enter(model));
    }
    effects
}

/// A move.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let part = model.settings.part;
    if matches!(nav, Nav::Next | Nav::Previous) {
        let other = if part == Part::List { Part::Runpod } else { Part::List };
        return update(model, Msg::Part(other), now);
    }
    if part == Part::Runpod {
        return runpod::nav(model, nav);
    }
    let key = model.settings.list.get(model.settings.at).map(|setting| setting.key.as_str());
    if nav == Nav::Enter && key == Some("ui.theme") {
        return super::update(model, crate::model::Msg::Shell(crate::model::shell::Msg::Themes), now);
    }
    let page = usize::from(model.measured.size_of("settings.list").height);
    if let Some(at) = nav.step(model.settings.at, model.settings.list.len(), page) {
        model.settings.at = at;
    }
    Vec::new()
}

/// `esc` and `q`: back to the list of settings. `None`: there was nothing to close.
pub fn back(model: &mut Model) -> Option<Vec<Effect>> {
    let away = model.modals.is_empty() && model.settings.part != Part::List;
    away.then(|| {
        model.settings.part = Part::List;
        Vec::new()
    })
}
