//! The last line: how the store stands, and the keys that count here, as many as fit.

use super::paint::put;
use crate::keys::{ActionSpec, Availability, Combo, Scope};
use crate::model::shell::Reach;
use crate::model::{Model, Phase};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::settings::runpod::standing;
use engine::runpod::Standing;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) {
    frame.buffer_mut().set_style(area, theme.style(Token::SurfaceRaised));
    let mut x = 1;
    if area.width >= 100 {
        for (name, token) in status(model) {
            x = put(frame.buffer_mut(), area, x, 0, &name, theme.style(Token::TextMuted));
            let word = match token {
                Some(_) if name == "runner" => " here".to_owned(),
                None if name == "runner" => " off".to_owned(),
                Some(token) => format!(" {} {}", theme.glyph(token), theme.word(token)),
                None => " –".to_owned(),
            };
            let style = theme.style(token.unwrap_or(Token::TextMuted));
            x = put(frame.buffer_mut(), area, x, 0, word.trim_end(), style) + 2;
        }
        x = rented(model, theme, frame, area, x, true);
    } else {
        // There is room only for what is wrong, and for what costs money.
        for (name, _) in status(model).iter().filter(|(_, token)| *token == Some(Token::StatusFail)) {
            let mark = format!("{} {name}", theme.glyph(Token::StatusFail));
            x = put(frame.buffer_mut(), area, x, 0, &mark, theme.style(Token::StatusFail)) + 2;
        }
        x = rented(model, theme, frame, area, x, false);
    }
    let room = usize::from(area.width.saturating_sub(x + 1));
    let hints = fitting(hints(model), room);
    let taken: usize = hints.iter().map(|(key, word)| width_of(key, word)).sum();
    let start = usize::from(area.width).saturating_sub(taken);
    let mut x = if area.width >= 100 { u16::try_from(start).unwrap_or(x) } else { x };
    for (key, word) in hints {
        x = put(frame.buffer_mut(), area, x, 0, &key, theme.style(Token::KeyCap));
        x = put(frame.buffer_mut(), area, x, 0, &format!(" {word}"), theme.style(Token::KeyHint)) + 2;
    }
}

/// What is connected, and how it stands; `None` is not known yet.
fn status(model: &Model) -> Vec<(String, Option<Token>)> {
    match &model.shell.phase {
        Phase::Opening => vec![("store".to_owned(), Some(Token::StatusQueued))],
        Phase::Broken(_) => vec![("store".to_owned(), Some(Token::StatusFail))],
        Phase::Alone => Vec::new(),
        Phase::Ready(session) => {
            // The last question to the store was not answered.
            let lost = model.conversations.problem.is_some()
                || model.files.problem.is_some()
                || model.datasets.problem.is_some()
                || model.overview.problem.is_some()
                || model.trainings.problem.is_some()
                || model.models.problem.is_some();
            let store = if lost { Token::StatusFail } else { Token::StatusOk };
            let files = match model.shell.reach {
                Reach::Unknown => None,
                Reach::Answers => Some(Token::StatusOk),
                Reach::Silent => Some(Token::StatusFail),
            };
            let runner = ("runner".to_owned(), session.runner.then_some(Token::StatusOk));
            vec![(session.store.clone(), Some(store)), (session.files.clone(), files), runner]
        }
    }
}

/// How RunPod stands, and what an hour of all that is rented there costs, as long as something is. Where there is little room (`whole`
/// is off), only what is wrong and what costs; that nothing is set up is said where there is much.
fn rented(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect, x: u16, whole: bool) -> u16 {
    if !matches!(model.shell.phase, Phase::Ready(_)) {
        return x;
    }
    let (standing, burn) = (standing(model), model.settings.runpod.burn());
    let token = super::settings::runpod::token(standing);
    let shown = match standing {
        Standing::NotSet => area.width >= 140 || burn.is_some(),
        _ => whole || standing.is_bad() || burn.is_some(),
    };
    if !shown {
        return x;
    }
    let (buffer, muted) = (frame.buffer_mut(), theme.style(Token::TextMuted));
    let mut x = if whole {
        put(buffer, area, x, 0, "runpod ", muted)
    } else if standing.is_bad() {
        let mark = format!("{} runpod ", theme.glyph(Token::StatusFail));
        put(buffer, area, x, 0, &mark, theme.style(Token::StatusFail))
    } else {
        put(buffer, area, x, 0, "runpod ", muted)
    };
    if whole {
        let word = match standing {
            Standing::Unasked => "–".to_owned(),
            Standing::NotSet | Standing::NoKey => standing.word().to_owned(),
            _ => format!("{} {}", theme.glyph(token), standing.word()),
        };
        x = put(buffer, area, x, 0, &word, theme.style(token)) + 1;
    }
    if let Some(burn) = burn {
        let text = format!("{burn}/h");
        x = put(buffer, area, x, 0, &text, theme.style(Token::StatusRun)) + 1;
    }
    x + 1
}

fn width_of(key: &str, word: &str) -> usize {
    text::width(key) + text::width(word) + 3
}

/// Key and word of the actions that can be done here, the most important first.
pub fn hints(model: &Model) -> Vec<(String, &'static str)> {
    let scopes = model.scopes();
    let mut found: Vec<(usize, u8, &'static ActionSpec)> = crate::actions::all()
        .filter_map(|action| {
            let (rank, _) = action.hint?;
            let depth = scopes.iter().position(|scope| *scope == action.scope)?;
            Some((depth, rank, action))
        })
        .filter(|(_, _, action)| (action.when)(model) == Availability::Enabled)
        .collect();
    found.sort_by_key(|(depth, rank, action)| {
        let outer = outer(action.scope);
        (outer, if outer { 0 } else { *depth }, *rank)
    });
    let field = model.has_field();
    // What is nearer has the key; further away it means something else.
    let mut taken = BTreeSet::new();
    found
        .into_iter()
        .filter_map(|(_, _, action)| {
            let keys = model.keymap.keys_of(action.id);
            // A printable key writes into the field; only the others are true here.
            let key = keys.into_iter().find(|key| (!field || !writes(key)) && !taken.contains(key))?;
            taken.insert(key.clone());
            let pair = key == "down" && model.keymap.key_of("move.up") == "up";
            Some((if pair { "↑↓".to_owned() } else { key }, action.hint?.1))
        })
        .collect()
}

/// In a field this key writes a character: alone, or as the first of a chord.
fn writes(key: &str) -> bool {
    let first = key.split(' ').next().unwrap_or(key);
    first.parse::<Combo>().is_ok_and(|combo| combo.printable().is_some())
}

/// Help and palette keep their place at the end.
const fn outer(scope: Scope) -> bool {
    matches!(scope, Scope::Shell | Scope::Global)
}

/// As many as fit; help, when it is there, is kept to the last.
fn fitting(mut hints: Vec<(String, &'static str)>, room: usize) -> Vec<(String, &'static str)> {
    let mut taken: usize = hints.iter().map(|(key, word)| width_of(key, word)).sum();
    while taken > room && !hints.is_empty() {
        let victim = hints.iter().rposition(|(_, word)| *word != "help").unwrap_or(0);
        let (key, word) = hints.remove(victim);
        taken -= width_of(&key, word);
    }
    hints
}
