//! What the palette and the help list: the catalogue, narrowed by what is typed.

use crate::actions;
use crate::keys::{ActionSpec, Availability, Scope};
use crate::model::Model;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// One line.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it does.
    pub action: &'static ActionSpec,
    /// Its keys; empty when it has none.
    pub keys: String,
    /// Whether it can be done, as seen from under the modal.
    pub availability: Availability,
    /// It counts where the user is.
    pub here: bool,
}

/// The palette: all actions that make sense, those of this screen first, the best match first.
pub fn palette_rows(model: &Model, typed: &str) -> Vec<Row> {
    let scopes = below(model);
    let rows = actions::all()
        .filter(|action| action.palette && reachable(&scopes, action.scope))
        .map(|action| row(model, &scopes, action))
        .filter(|row| row.availability != Availability::Hidden);
    narrowed(rows.collect(), typed)
}

/// The help: all actions with a key, those that count here first.
pub fn help_rows(model: &Model, typed: &str) -> Vec<Row> {
    let scopes = below(model);
    // What makes no sense here is not offered; other screens' keys are listed all the same.
    let sense = |action: &&'static ActionSpec| {
        !reachable(&scopes, action.scope) || (action.when)(model) != Availability::Hidden
    };
    let rows = actions::all()
        .filter(sense)
        .map(|action| row(model, &scopes, action))
        .filter(|row| !row.keys.is_empty());
    narrowed(rows.collect(), typed)
}

/// Where keys count under the palette or the help itself.
fn below(model: &Model) -> Vec<Scope> {
    let mut scopes = Vec::new();
    let under = model.modals.iter().rev().nth(1);
    match under {
        Some(modal) => scopes.push(Scope::Modal(modal.name())),
        None if model.shell.ready() => {
            scopes.extend(model.pane().map(Scope::Pane));
            scopes.push(Scope::Screen(model.shell.screen));
            scopes.push(Scope::Shell);
        }
        None => scopes.push(Scope::Modal("setup")),
    }
    scopes.push(Scope::Global);
    scopes
}

/// An action of another screen cannot be done from here.
fn reachable(scopes: &[Scope], scope: Scope) -> bool {
    scopes.contains(&scope)
}

fn row(model: &Model, scopes: &[Scope], action: &'static ActionSpec) -> Row {
    let keys = model.keymap.keys_of(action.id).join(", ");
    Row { action, keys, availability: (action.when)(model), here: scopes.contains(&action.scope) }
}

fn narrowed(mut rows: Vec<Row>, typed: &str) -> Vec<Row> {
    rows.sort_by_key(|row| (!row.here, depth(row.action.scope)));
    if typed.trim().is_empty() {
        return rows;
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, Row)> = rows
        .into_iter()
        .filter_map(|row| {
            let title =
                pattern.score(Utf32Str::new(row.action.title, &mut buffer), &mut matcher).map(|s| s * 2);
            let text = format!("{} {} {}", row.action.title, row.action.id, row.keys);
            let rest = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher);
            title.max(rest).map(|score| (score, row))
        })
        .collect();
    scored.sort_by_key(|(score, row)| (std::cmp::Reverse(*score), !row.here));
    scored.into_iter().map(|(_, row)| row).collect()
}

/// Inner scopes first.
const fn depth(scope: Scope) -> u8 {
    match scope {
        Scope::Field => 5,
        Scope::Modal(_) => 0,
        Scope::Pane(_) => 1,
        Scope::Screen(_) => 2,
        Scope::Shell => 3,
        Scope::Global => 4,
    }
}
