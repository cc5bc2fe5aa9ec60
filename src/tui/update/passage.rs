//! The place that a finding of a training file or of a dataset speaks of, over the screen; `esc` leads back to the finding.

use crate::model::walk::{FIRST, Reading, Stop};
use crate::model::{Ask, Effect, Modal, Model, Nav, Now, Problem, ScreenId, Severity, datasets, files};
use crate::update::shell::modal::{LENGTH, PANE};
use domain::dataset::{Finding, Passage};

/// The walk of the screen in view: its stops.
fn stops(model: &Model) -> Vec<Stop> {
    match model.shell.screen {
        ScreenId::Datasets => model.datasets.stops(),
        _ => model.files.stops(),
    }
}

/// Name of the thing that was checked, and the finding of a stop.
fn found(model: &Model, stop: Stop) -> Option<(String, &Finding)> {
    let (name, report) = match model.shell.screen {
        ScreenId::Datasets => {
            let row = model.datasets.row()?;
            (row.name.clone(), row.report.as_ref()?)
        }
        _ => (model.files.row()?.name.clone(), model.files.found()?),
    };
    Some((name, report.findings.get(stop.finding)?))
}

/// Shows the place of a stop.
pub(super) fn open(model: &mut Model, at: usize, now: Now) -> Vec<Effect> {
    let all = stops(model);
    let Some(stop) = all.get(at).copied() else { return Vec::new() };
    let Some((name, finding)) = found(model, stop) else { return Vec::new() };
    let code = finding.code.word().to_owned();
    let place = stop.place.and_then(|place| finding.places.get(place)).cloned();
    let place =
        place.filter(|place| place.line.is_some() || place.conversation.is_some() || place.turn.is_some());
    let Some(place) = place else {
        let text = "This is about the whole file: there is no one place to go to";
        return vec![model.shell.say(Severity::Info, text, now)];
    };
    let question = if model.shell.screen == ScreenId::Datasets {
        let Some(row) = model.datasets.row() else { return Vec::new() };
        Ask::Datasets(datasets::Ask::Passage(row.id, place.clone()))
    } else {
        let shape = model.files.found().and_then(|report| report.shape);
        Ask::Files(files::Ask::Passage(name.clone(), shape, place.clone()))
    };
    let reading = Reading { at, of: all.len(), name, code, place, content: None, top: None };
    if matches!(model.modals.last(), Some(Modal::Passage(_))) {
        model.close();
    }
    model.open(Modal::Passage(Box::new(reading)));
    vec![model.ask(question)]
}

/// What stands there came.
pub(super) fn came(model: &mut Model, result: Result<Box<Passage>, Problem>) -> Vec<Effect> {
    if let Some(Modal::Passage(reading)) =
        model.modals.iter_mut().rev().find(|modal| matches!(modal, Modal::Passage(_)))
    {
        reading.content = Some(result);
    }
    Vec::new()
}

/// A move in it: left and right go to the next place that leads somewhere, everything else scrolls.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let first = usize::from(model.measured.size_of(FIRST).height);
    let (page, last) = (model.measured.size_of(PANE).height, model.measured.size_of(LENGTH).height);
    let Some(Modal::Passage(reading)) = model.modals.last_mut() else { return Vec::new() };
    match nav {
        Nav::Close | Nav::Enter => {
            model.close();
            for slot in ["files.passage", "datasets.passage"] {
                model.runs.forget(slot);
            }
            Vec::new()
        }
        Nav::Left | Nav::Right => {
            let at = reading.at;
            next(model, at, nav == Nav::Right, now)
        }
        _ => {
            if let Some(to) = nav.step(first, usize::from(last) + 1, usize::from(page)) {
                reading.top = Some(to);
            }
            Vec::new()
        }
    }
}

/// The next stop with a place, or the one before; where there is none nothing happens.
fn next(model: &mut Model, at: usize, forward: bool, now: Now) -> Vec<Effect> {
    let all = stops(model);
    let leads = |to: &usize| all[*to].place.is_some();
    let to = if forward { (at + 1..all.len()).find(leads) } else { (0..at.min(all.len())).rev().find(leads) };
    let Some(to) = to else { return Vec::new() };
    let browse = match model.shell.screen {
        ScreenId::Datasets => &mut model.datasets.browse,
        _ => &mut model.files.browse,
    };
    if let Some(walk) = &mut browse.walk {
        walk.at = to;
    }
    open(model, to, now)
}
