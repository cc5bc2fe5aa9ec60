//! The live monitor: keys move the window, the cursor and the choice of charts; what was read is looked at anew.

mod asked;
#[cfg(test)]
pub(crate) mod tests;
pub mod told;

pub use asked::{Asked, asked};
pub(super) use told::field_changed;

use crate::model::monitor::{Hunt, Msg, State, Tab, WEIGHTS};
use crate::model::{Effect, Modal, Model, Nav, Now, Prompt, ScreenId, Severity, TextField};
use domain::ids::JobId;
use domain::place::Place;
use domain::run::Kind;
use domain::series::{Axis, Look, Scale, Window};
use engine::watch::{Form, LineForm, Right, Sight, Watch};

/// Share of the window by which one key pans.
const PAN: f64 = 0.2;

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    let state = &mut model.monitor;
    match msg {
        Msg::Changed => {
            state.refresh();
            return smooth_on(state);
        }
        Msg::Zoom(factor, anchor) => zoom(state, factor, anchor),
        Msg::All => state.window = Window::All,
        Msg::Follow => {
            let all = state.all();
            state.window = match state.window {
                // Everything, followed, is everything: the newest fifth is what one wants to see.
                Window::All => Window::Follow { span: (all.1 - all.0) * PAN },
                Window::Follow { .. } => state.window.freeze(all),
                Window::Frozen { .. } => state.window.follow(all),
            };
        }
        Msg::Smooth => {
            state.weight = (state.weight + 1) % WEIGHTS.len();
            state.smooth.clear();
            return smooth_on(state);
        }
        Msg::Smoothing => {
            state.smoothing = false;
            return smooth_on(state);
        }
        Msg::Scale => {
            state.scale = match state.scale {
                Scale::Linear => Scale::Log,
                Scale::Log => Scale::Linear,
            };
        }
        Msg::Axis => return axis(model, now),
        Msg::Right => right(state),
        Msg::OneSided => {
            let title = state.charts.get(state.at).map(|chart| chart.title.clone());
            state.rights.remove(&title.unwrap_or_default());
        }
        Msg::Cursor => {
            let (from, to) = state.range();
            let end = state.reach.map_or(to, |reach| reach.1.clamp(from, to));
            state.cursor = if state.cursor.is_some() { None } else { Some(end) };
        }
        Msg::Point(chart, share) => {
            let (from, to) = state.range();
            state.at = chart.min(state.charts.len().saturating_sub(1));
            state.cursor = Some((to - from).mul_add(share, from));
        }
        Msg::Alone => state.alone = !state.alone,
        Msg::Tab(tab) => {
            show(state, tab);
            state.machine.problem = None;
            return heed(model).into_iter().collect();
        }
        Msg::Printed(lines) => {
            // Whoever reads back stays where he is.
            if state.tab == Tab::Log && state.top > 0 {
                state.top += lines.len();
            }
            state.machine.take(lines);
        }
        Msg::Silent(problem) => {
            state.machine.listens = false;
            state.machine.problem =
                Some(problem.map_or_else(|| "the machine is gone".to_owned(), |problem| problem.full()));
        }
        Msg::Copy => {
            let text = words(state).join("\n");
            return vec![
                Effect::Copy(text),
                model.shell.say(Severity::Info, "Copied what the charts say", now),
            ];
        }
        Msg::Search => {
            state.hunt.field = Some(TextField::with(std::mem::take(&mut state.hunt.text)));
            told::hunted(state);
        }
        Msg::Found(older) => return told::go_on(model, older, now),
        Msg::Only => told::next(state),
        Msg::AskExportLines => told::ask_lines(model, now),
        Msg::AskExport(look) => ask_export(model, look, now),
        Msg::Exported(Ok(path)) => {
            return vec![model.shell.say(Severity::Success, format!("{path} written"), now)];
        }
        Msg::Exported(Err(problem)) => return vec![model.shell.report(&problem, now)],
    }
    Vec::new()
}

/// A piece of the smoothing, and the next one after a breath.
fn smooth_on(state: &mut State) -> Vec<Effect> {
    if state.smoothing {
        // What goes on takes what is new with it.
        return Vec::new();
    }
    state.smoothing = state.smooth_on();
    let next = || Effect::Soon(Box::new(crate::model::Msg::Monitor(Msg::Smoothing)));
    state.smoothing.then(next).into_iter().collect()
}

fn show(state: &mut State, tab: Tab) {
    if state.tab != tab {
        state.hunt = Hunt::default();
    }
    state.tab = tab;
    state.top = 0;
}

fn first_name(model: &Model) -> String {
    let watch = model.monitor.watch.as_ref();
    let name = watch.and_then(|watch| watch.runs().first().map(|run| run.name.clone()));
    name.unwrap_or_default().replace('/', "-")
}

/// Whether what the machine prints is to be read: while the log of a run on a pod is in view. Anything else needs no connection.
pub(super) fn heed(model: &mut Model) -> Option<Effect> {
    let shown = model.shell.screen == ScreenId::Monitor && model.monitor.tab == Tab::Log;
    let id = model.monitor.ours.filter(|_| shown);
    let on_pod = |line: &engine::jobs::JobLine| {
        let run = &line.run;
        run.configuration.place == Place::RunpodPod && !run.is_over() && run.job.external_id.is_some()
    };
    let wanted = id.filter(|id| model.trainings.find(*id).is_some_and(on_pod));
    let machine = &mut model.monitor.machine;
    match (wanted, machine.listens) {
        (Some(id), false) if machine.problem.is_none() => {
            machine.listens = true;
            // What was printed before comes again.
            machine.lines.clear();
            Some(Effect::Listen(id))
        }
        (None, true) => {
            machine.listens = false;
            Some(Effect::Unlisten)
        }
        _ => None,
    }
}

fn zoom(state: &mut State, factor: f64, anchor: Option<f64>) {
    let (from, to) = state.range();
    let at_cursor =
        state.cursor.map(|x| (x - from) / (to - from)).filter(|share| (0.0..=1.0).contains(share));
    state.window = state.window.zoom(state.all(), factor, anchor.or(at_cursor).unwrap_or(1.0));
}

fn axis(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.monitor;
    let all = [Axis::Step, Axis::Epoch, Axis::Time, Axis::Tokens];
    let at = all.iter().position(|axis| *axis == state.axis).unwrap_or(0);
    let next = (1..all.len()).map(|by| all[(at + by) % all.len()]).find(|axis| state.has(*axis));
    let Some(next) = next else {
        return vec![model.shell.say(Severity::Info, "The run tells steps only", now)];
    };
    state.axis = next;
    // A window and a cursor of another axis mean nothing here.
    state.window = Window::All;
    state.cursor = None;
    state.refresh();
    Vec::new()
}

/// The next choice for the axis at the right; behind the last one, none. Legend and sentence tell it.
fn right(state: &mut State) {
    let choices = Right::choices(&state.charts, state.at);
    let Some(title) = state.charts.get(state.at).map(|chart| chart.title.clone()) else { return };
    let at = state.rights.get(&title).and_then(|now| choices.iter().position(|choice| choice == now));
    let chosen = state.rights.contains_key(&title);
    // A choice that is there no more is none.
    match choices.into_iter().nth(at.map_or(0, |at| at + 1)).filter(|_| at.is_some() || !chosen) {
        Some(next) => drop(state.rights.insert(title, next)),
        None => drop(state.rights.remove(&title)),
    }
}

/// A move.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let lines = lines(&model.monitor);
    let room = usize::from(model.measured.size_of("monitor.body").height).max(2);
    let columns = f64::from(model.measured.size_of("monitor.plot").width.max(2));
    let page = model.measured.panes.iter().filter(|(name, _)| *name == "monitor.plot").count().max(1);
    let state = &mut model.monitor;
    if state.hunt.field.is_some() {
        match nav {
            Nav::Enter => state.hunt.field = None,
            Nav::Up => return told::go_on(model, true, now),
            Nav::Down => return told::go_on(model, false, now),
            _ => {}
        }
        return Vec::new();
    }
    match nav {
        Nav::Next | Nav::Previous => {
            let at = Tab::ALL.iter().position(|tab| *tab == state.tab).unwrap_or(0);
            let by = if nav == Nav::Next { 1 } else { Tab::ALL.len() - 1 };
            show(state, Tab::ALL[(at + by) % Tab::ALL.len()]);
        }
        Nav::Enter if state.tab == Tab::Charts => state.alone = !state.alone,
        Nav::Left | Nav::Right
            if state.tab == Tab::Charts && state.cursor.is_none() && state.window == Window::All =>
        {
            return whole(model, now);
        }
        Nav::Left | Nav::Right if state.tab == Tab::Charts => {
            sideways(state, if nav == Nav::Left { -1.0 } else { 1.0 }, columns);
        }
        Nav::PageUp | Nav::PageDown if state.tab == Tab::Charts => {
            if let Some(at) = nav.step(state.at, state.charts.len(), page + 1) {
                state.at = at;
            }
        }
        _ if state.tab == Tab::Charts => {
            if let Some(at) = nav.step(state.at, state.charts.len(), 1) {
                state.at = at;
            }
        }
        // A log is seen from its end.
        _ => {
            let turned = match (state.tab, nav) {
                (Tab::Metrics | Tab::Configuration, nav) => nav,
                (_, Nav::Up) => Nav::Down,
                (_, Nav::Down) => Nav::Up,
                (_, Nav::PageUp) => Nav::PageDown,
                (_, Nav::PageDown) => Nav::PageUp,
                (_, Nav::Top) => Nav::Bottom,
                (_, Nav::Bottom) => Nav::Top,
                (_, nav) => nav,
            };
            let places = lines.saturating_sub(room - 1);
            if let Some(top) = turned.step(state.top, places, room) {
                state.top = top;
            }
        }
    }
    Vec::new()
}

/// A chart is dragged by a share of its width; it is the selected one from then on. What is all in view says so when this begins.
pub(super) fn dragged(model: &mut Model, chart: usize, share: f64, begins: bool, now: Now) -> Vec<Effect> {
    let state = &mut model.monitor;
    state.at = chart.min(state.charts.len().saturating_sub(1));
    if state.window == Window::All {
        return if begins { whole(model, now) } else { Vec::new() };
    }
    state.window = state.window.pan(state.all(), share);
    Vec::new()
}

/// There is nothing at either side.
fn whole(model: &mut Model, now: Now) -> Vec<Effect> {
    vec![model.shell.say(Severity::Info, "All of it is in view; + or the wheel zooms in", now)]
}

/// The cursor moves by a column, else the window pans.
fn sideways(state: &mut State, way: f64, columns: f64) {
    let all = state.all();
    let (from, to) = state.range();
    let Some(cursor) = state.cursor else {
        state.window = state.window.pan(all, way * PAN);
        return;
    };
    let moved = ((to - from) / (columns - 1.0).max(1.0)).mul_add(way, cursor).clamp(all.0, all.1);
    state.cursor = Some(moved);
    if moved < from || moved > to {
        state.window = state.window.pan(all, way * PAN);
    }
}

/// Lines of the tab in view.
fn lines(state: &State) -> usize {
    let Some(watch) = &state.watch else { return 0 };
    let runs = watch.runs();
    match state.tab {
        Tab::Charts => 0,
        Tab::Configuration if state.ours.is_none() => asked(&runs).lines() + 2,
        Tab::Configuration => 8 + domain::hyperparameters::Field::ALL.len(),
        Tab::Metrics => runs.iter().map(|run| run.metrics().ids().count()).sum(),
        Tab::Log | Tab::Events => told::lines(state, &runs).len(),
    }
}

/// It stands in the log; everything else is an event.
pub fn is_log(kind: &Kind) -> bool {
    matches!(kind, Kind::Log { .. } | Kind::Warning { .. } | Kind::Error(_))
}

/// Closes something; `None`: there is nothing to close.
pub fn back(model: &mut Model, now: Now) -> Option<Vec<Effect>> {
    if !model.modals.is_empty() {
        return None;
    }
    if closed(model) {
        return Some(heed(model).into_iter().collect());
    }
    // The run goes on; only looking at it ends.
    let jobs = crate::model::Msg::Shell(crate::model::shell::Msg::Go(ScreenId::Jobs));
    within(model).then(|| super::update(model, jobs, now))
}

/// Closes something within the screen; whether there was something.
fn closed(model: &mut Model) -> bool {
    let state = &mut model.monitor;
    if state.hunt.field.take().is_some() || !state.hunt.text.is_empty() || state.hunt.only > 0 {
        // First the search, then what is left out.
        let only = if state.hunt.text.is_empty() { 0 } else { state.hunt.only };
        state.hunt = Hunt { only, ..Hunt::default() };
        return true;
    }
    if state.cursor.take().is_some() {
        return true;
    }
    if state.tab != Tab::Charts {
        show(state, Tab::Charts);
        return true;
    }
    std::mem::take(&mut state.alone)
}

/// A run of ours comes into view; without a key several do, over each other.
pub(super) fn open(model: &mut Model, id: Option<JobId>, watch: Watch, now: Now) -> Vec<Effect> {
    let jobs = ScreenId::Jobs;
    if model.shell.screen != jobs && model.shell.screen != ScreenId::Models {
        // The user went elsewhere before it was found.
        return Vec::new();
    }
    let before = &model.monitor;
    let (plain, scale, weight) = (before.plain, before.scale, before.weight);
    model.monitor = State { watch: Some(watch.clone()), ours: id, plain, scale, weight, ..State::default() };
    model.monitor.refresh();
    let mut effects =
        super::update(model, crate::model::Msg::Shell(crate::model::shell::Msg::Go(ScreenId::Monitor)), now);
    effects.push(Effect::Follow(watch));
    effects.extend(row_changed(model));
    effects.extend(heed(model));
    effects
}

/// It is a screen of the dashboard, and something is watched; else files are watched without one.
fn within(model: &Model) -> bool {
    model.shell.phase != crate::model::Phase::Alone && model.monitor.watch.is_some()
}

/// Another screen comes into view: nobody looks at the run any more.
pub(super) fn left(model: &Model, to: ScreenId) -> Option<Effect> {
    let ours = model.shell.screen == ScreenId::Monitor && within(model);
    (ours && to != ScreenId::Monitor).then_some(Effect::Unfollow)
}

/// Something is new about the rows: of a run that has ended what is there is read, and nothing more is waited for.
pub(super) fn row_changed(model: &Model) -> Option<Effect> {
    if model.shell.screen != ScreenId::Monitor {
        return None;
    }
    let line = model.trainings.find(model.monitor.ours?)?;
    line.run.is_over().then_some(Effect::Finish(model.monitor.watch.clone()?))
}

fn ask_export(model: &mut Model, look: Option<Look>, now: Now) {
    let name = first_name(model);
    let at = now.wall.format("%Y%m%d-%H%M%S");
    let (tag, title, file) = match look {
        None => (TABLE, "Export the values", format!("{name}-metrics-{at}.csv")),
        Some(Look::Day) => (DAY, "Picture of the charts", format!("{name}-charts-{at}.png")),
        Some(Look::Night) => (NIGHT, "Picture of the charts by night", format!("{name}-charts-{at}.png")),
    };
    model.open(Modal::Prompt(Prompt {
        to: ScreenId::Monitor,
        tag,
        title: title.to_owned(),
        hint: "A file that ends in .csv, .json, .svg or .png".to_owned(),
        field: TextField::with(file),
        problem: None,
    }));
}

/// What the question for a file is about.
const TABLE: &str = "table";
const DAY: &str = "day";
const NIGHT: &str = "night";
const LINES: &str = "lines";

/// The form of a file, by the end of its name.
pub fn form(path: &str) -> Option<Form> {
    std::path::Path::new(path).extension().and_then(|end| Form::of(end.to_str()?))
}

/// Where the curves are to go.
pub fn prompted(model: &mut Model, tag: &'static str, text: &str) -> Result<Vec<Effect>, String> {
    let to = text.trim();
    if tag == LINES {
        if LineForm::of(std::path::Path::new(to)).is_none() {
            return Err("The name ends in .csv, .json or .txt".to_owned());
        }
        return Ok(vec![Effect::ExportLines { lines: told::said(&model.monitor), to: to.to_owned() }]);
    }
    if form(to).is_none() {
        return Err("The name ends in .csv, .json, .svg or .png".to_owned());
    }
    let state = &model.monitor;
    let run = state.charts.get(state.at).and_then(|chart| chart.curves.first()).map_or(0, |curve| curve.run);
    let Some(watch) = state.watch.clone() else { return Ok(Vec::new()) };
    let sight: Sight = state.sight(if tag == NIGHT { Look::Night } else { Look::Day });
    Ok(vec![Effect::Export { watch, to: to.to_owned(), run, sight: Box::new(sight) }])
}

fn words(state: &State) -> Vec<String> {
    let Some(watch) = &state.watch else { return Vec::new() };
    let runs = watch.runs();
    (0..state.charts.len()).filter_map(|at| Some(engine::watch::words(&runs, &state.chart(at)?))).collect()
}
