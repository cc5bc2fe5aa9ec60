//! Log and events as lines: which of them are shown, and which are searched for.

use crate::model::monitor::{State, Tab};
use crate::model::{Effect, Modal, Model, Now, Prompt, ScreenId, Severity, TextField};
use chrono::{DateTime, Utc};
use domain::run::{Event, Kind};
use engine::jobs::MachineLine;
use engine::watch::{Run, Said};

/// A line of the log, or of the events.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// When it was told.
    pub at: DateTime<Utc>,
    what: What<'a>,
}

#[derive(Debug, Clone, Copy)]
enum What<'a> {
    Told(&'a Run, &'a Event),
    Printed(&'a MachineLine),
}

/// Which lines are shown: the name, and the kinds; no kinds: all.
type Only = (&'static str, &'static [&'static str]);

const LOG: &[Only] = &[
    ("all", &[]),
    ("warnings and errors", &["warning", "error"]),
    ("errors", &["error"]),
    ("the worker's", &["log", "warning", "error"]),
    ("the machine's", &["machine", "provider"]),
];
const EVENTS: &[Only] = &[
    ("all", &[]),
    ("stages", &["stage"]),
    ("checkpoints", &["checkpoint"]),
    ("beginnings and ends", &["resumed", "final"]),
];

/// What can be shown of a tab.
const fn choices(tab: Tab) -> &'static [Only] {
    if matches!(tab, Tab::Log) { LOG } else { EVENTS }
}

/// What is shown of the tab in view.
pub fn only(state: &State) -> Only {
    let all = choices(state.tab);
    all[state.hunt.only % all.len()]
}

/// The next choice.
pub(super) fn next(state: &mut State) {
    let all = choices(state.tab).len();
    state.hunt.only = (state.hunt.only + 1) % all;
    state.hunt.at = None;
    state.top = 0;
}

impl Line<'_> {
    /// The kind, as an export names it.
    pub const fn kind(&self) -> &'static str {
        match self.what {
            What::Printed(line) => {
                if line.system {
                    "provider"
                } else {
                    "machine"
                }
            }
            What::Told(_, event) => match &event.kind {
                Kind::Stage { .. } => "stage",
                Kind::Resumed { .. } => "resumed",
                Kind::Checkpoint(_) => "checkpoint",
                Kind::Log { .. } => "log",
                Kind::Warning { .. } => "warning",
                Kind::Error(_) => "error",
                Kind::Final(_) => "final",
                Kind::Other(_) => "other",
            },
        }
    }

    /// Of which run; of a machine nobody says it.
    pub fn run(&self) -> Option<&str> {
        match self.what {
            What::Told(run, _) => Some(&run.name),
            What::Printed(_) => None,
        }
    }

    /// The line.
    pub fn text(&self) -> String {
        match self.what {
            What::Printed(line) => line.text.clone(),
            What::Told(_, event) => told(event),
        }
    }

    fn holds(&self, wanted: &str) -> bool {
        self.text().to_lowercase().contains(wanted)
    }
}

/// An event on one line.
fn told(event: &Event) -> String {
    match &event.kind {
        Kind::Stage { word, detail, .. } => {
            let word = word.replace('_', " ");
            detail.as_ref().map_or_else(|| word.clone(), |detail| format!("{word}: {detail}"))
        }
        Kind::Resumed { step, checkpoint } => {
            let from = checkpoint.as_deref().unwrap_or("the beginning");
            format!("attempt {} goes on at step {step}, from {from}", event.attempt)
        }
        Kind::Checkpoint(checkpoint) => {
            let size = crate::text::bytes(checkpoint.bytes);
            format!("checkpoint at step {}, {size} ({})", checkpoint.step, checkpoint.reason)
        }
        Kind::Log { text, .. } | Kind::Warning { text, .. } => first(text),
        Kind::Error(failure) => format!("{}: {}. {}", failure.class, first(&failure.cause), failure.fix),
        Kind::Final(ended) => format!("{} at step {}", ended.outcome, ended.step),
        Kind::Other(word) => word.clone(),
    }
}

/// Rendered examples have many lines; here each is one.
fn first(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ⏎ ")
}

/// The lines of the tab in view, oldest first, as far as they are to be shown.
pub fn lines<'a>(state: &'a State, runs: &'a [Run]) -> Vec<Line<'a>> {
    let log = state.tab == Tab::Log;
    let (_, kinds) = only(state);
    let shown = |line: &Line<'_>| kinds.is_empty() || kinds.contains(&line.kind());
    let mut found: Vec<Line<'_>> = runs
        .iter()
        .filter_map(|run| run.events().map(|events| (run, events)))
        .flat_map(|(run, events)| events.iter().map(move |event| (run, event)))
        .filter(|(_, event)| super::is_log(&event.kind) == log)
        .map(|(run, event)| Line { at: event.at, what: What::Told(run, event) })
        .filter(shown)
        .collect();
    // A line without a time belongs to the one before it.
    let mut at = DateTime::<Utc>::MIN_UTC;
    let printed = state.machine.lines.iter().filter(|_| log).map(|line| {
        at = line.at.unwrap_or(at);
        Line { at, what: What::Printed(line) }
    });
    found.extend(printed.filter(shown));
    if runs.len() > 1 || log && !state.machine.lines.is_empty() {
        found.sort_by_key(|line| line.at);
    }
    found
}

/// Whether a line is one of those that are searched for.
pub fn found(state: &State, line: &Line<'_>) -> bool {
    let wanted = state.hunt.text.to_lowercase();
    !wanted.is_empty() && line.holds(&wanted)
}

/// Goes to the next line that holds what is searched for: to an older one, or to a newer one. `again`: the one that it stands on counts,
/// too. Whether there is one.
pub(super) fn seek(state: &mut State, older: bool, again: bool) -> bool {
    let Some(watch) = state.watch.clone() else { return false };
    let wanted = state.hunt.text.to_lowercase();
    let at = {
        let runs = watch.runs();
        let lines = lines(state, &runs);
        let places: Vec<usize> =
            (0..lines.len()).filter(|at| !wanted.is_empty() && lines[*at].holds(&wanted)).collect();
        let from = state.hunt.at.filter(|at| *at < lines.len());
        let next = match (from, older) {
            (None, _) => places.last(),
            (Some(from), _) if again && places.contains(&from) => places.iter().find(|at| **at == from),
            // Behind the last one it begins again.
            (Some(from), true) => places.iter().rev().find(|at| **at < from).or(places.last()),
            (Some(from), false) => places.iter().find(|at| **at > from).or(places.first()),
        };
        next.map(|at| (*at, lines.len(), places.iter().position(|place| place == at), places.len()))
    };
    state.hunt.at = at.map(|(at, ..)| at);
    state.hunt.of = at.map(|(.., place, all)| (all - place.unwrap_or(0), all));
    if let Some((at, len, ..)) = at {
        // With a few lines below it, so that one sees what came of it.
        state.top = (len - 1 - at).saturating_sub(BELOW);
    }
    at.is_some()
}

/// Lines below the one that was found.
const BELOW: usize = 3;

/// The lines that are shown, for a file.
pub(super) fn said(state: &State) -> Vec<Said> {
    let Some(watch) = &state.watch else { return Vec::new() };
    let runs = watch.runs();
    let name = |line: &Line<'_>| {
        line.run().or_else(|| runs.first().map(|run| run.name.as_str())).unwrap_or_default().to_owned()
    };
    let wanted = state.hunt.text.to_lowercase();
    let shown = lines(state, &runs).into_iter().filter(|line| wanted.is_empty() || line.holds(&wanted));
    shown
        .map(|line| Said { timestamp: line.at, run: name(&line), kind: line.kind(), message: line.text() })
        .collect()
}

/// What is written is searched for at once; what it stands on is kept where it still fits.
pub(super) fn hunted(state: &mut State) {
    let text = state.hunt.field.as_ref().map(|field| field.text().to_owned()).unwrap_or_default();
    state.hunt.text = text;
    state.hunt.of = None;
    seek(state, true, true);
}

/// The text of the search is another one.
pub(in crate::update) fn field_changed(model: &mut Model) -> Vec<Effect> {
    hunted(&mut model.monitor);
    Vec::new()
}

/// Goes to the next line that was found, and says when there is none.
pub(super) fn go_on(model: &mut Model, older: bool, now: Now) -> Vec<Effect> {
    let state = &mut model.monitor;
    let said = if state.hunt.text.is_empty() {
        "Nothing is searched for yet: / does".to_owned()
    } else if seek(state, older, false) {
        return Vec::new();
    } else {
        format!("No line has “{}”", state.hunt.text)
    };
    vec![model.shell.say(Severity::Info, said, now)]
}

pub(super) fn ask_lines(model: &mut Model, now: Now) {
    let name = super::first_name(model);
    let (tab, at) = (model.monitor.tab.title(), now.wall.format("%Y%m%d-%H%M%S"));
    model.open(Modal::Prompt(Prompt {
        to: ScreenId::Monitor,
        tag: super::LINES,
        title: "Export the lines that are shown".to_owned(),
        hint: "A file that ends in .csv, .json or .txt; with a search only those that have it".to_owned(),
        field: TextField::with(format!("{name}-{tab}-{at}.csv")),
        problem: None,
    }));
}
