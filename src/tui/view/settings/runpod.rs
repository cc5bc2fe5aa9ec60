//! How RunPod stands, line by line with what to do; what is rented; what was left there.

use crate::model::settings::Msg as Do;
use crate::model::settings::runpod::{LENGTH, Msg as Rents, PANE, State};
use crate::model::{Area, Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::settings::runpod::{standing, stray_line};
use crate::view::area;
use crate::widgets::Lines;
use chrono::{DateTime, Utc};
use domain::numbers::span;
use engine::doctor::{Line, State as How};
use engine::runpod::Standing;
use ratatui::{Frame, layout::Rect};

/// Columns of the names, with the mark before them.
const NAMES: usize = 12;

/// The colour of how it stands.
pub const fn token(standing: Standing) -> Token {
    match standing {
        Standing::Ok => Token::StatusOk,
        Standing::NotSet | Standing::NoKey | Standing::Unasked => Token::TextMuted,
        Standing::Incomplete => Token::StatusWarn,
        _ => Token::StatusFail,
    }
}

/// Draws it.
pub(super) fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let mut lines = Lines::new(usize::from(place.width.saturating_sub(2)).min(110));
    let now = model.now.map(|now| now.wall);
    head(&mut lines, model, theme, now);
    let state = &model.settings.runpod;
    for line in state.checked.iter().flat_map(|checked| &checked.lines) {
        checked(&mut lines, line, theme);
    }
    rented(&mut lines, state, now);
    rest(&mut lines, state);
    let last = lines.draw(frame.buffer_mut(), place, state.top, theme);
    measured.pane(PANE, area(place));
    measured.pane(LENGTH, Area { height: u16::try_from(last).unwrap_or(u16::MAX), ..Area::default() });
    let wheel = |by| Msg::Settings(Do::Runpod(Rents::Scroll(by)));
    measured.wheel(area(place), wheel(-3), wheel(3));
}

fn ago(at: DateTime<Utc>, now: Option<DateTime<Utc>>) -> String {
    let seconds = now.map_or(0, |now| (now - at).num_seconds().max(0)).unsigned_abs();
    if seconds < 2 { "just now".to_owned() } else { format!("{} ago", span(seconds)) }
}

fn head(lines: &mut Lines, model: &Model, theme: &Theme, now: Option<DateTime<Utc>>) {
    let standing = standing(model);
    let token = token(standing);
    let asked = match &model.settings.runpod.checked {
        _ if model.runs.waits("runpod.check") => "asking …".to_owned(),
        Some(checked) if standing != Standing::NotSet && standing != Standing::NoKey => {
            format!("asked {}", ago(checked.at, now))
        }
        _ => "nobody is asked without a key".to_owned(),
    };
    let glyph = theme.glyph(token);
    let word =
        if glyph.is_empty() { standing.word().to_owned() } else { format!("{glyph} {}", standing.word()) };
    lines.line(vec![
        ("RunPod  ".into(), Token::TextHeading),
        (word, token),
        (format!("  {asked}"), Token::TextMuted),
    ]);
    let what = match standing {
        Standing::NotSet | Standing::NoKey => "Without a key runs go on this machine only. To rent machines:",
        Standing::Incomplete => "The key is good. Before a run can be given there:",
        Standing::BadKey => {
            "Nothing can be rented, and what is rented cannot be seen, until the key is right."
        }
        Standing::NoRight => "Runs there will fail until the key may do what they need.",
        Standing::NoCredit => "Nothing can be rented until there is credit.",
        Standing::Unreachable => {
            "Runs there go on by themselves; they are looked after when RunPod answers again."
        }
        Standing::Retired => "This program speaks an interface that RunPod does not offer at this address.",
        _ => "",
    };
    if !what.is_empty() {
        lines.text(what, 0, Token::TextNormal);
    }
    lines.blank();
}

fn checked(lines: &mut Lines, line: &Line, theme: &Theme) {
    let (mark, token) = match line.state {
        How::Ok => (Token::StatusOk, Token::TextNormal),
        How::Warn => (Token::StatusWarn, Token::TextNormal),
        How::Fail => (Token::StatusFail, Token::TextStrong),
    };
    let room = lines.width.saturating_sub(NAMES + 1).max(8);
    for (at, part) in text::wrap(&line.what, room).into_iter().enumerate() {
        let (glyph, name) = if at == 0 { (theme.glyph(mark), line.area) } else { ("", "") };
        let name = text::fit(name, NAMES - 2, text::Align::Left);
        lines.line(vec![
            (format!("{} ", text::fit(glyph, 1, text::Align::Left)), mark),
            (format!("{name} "), Token::TextMuted),
            (part, token),
        ]);
    }
    if !line.next.is_empty() {
        for (at, part) in text::wrap(&line.next, room.saturating_sub(2)).into_iter().enumerate() {
            let arrow = if at == 0 { "→ " } else { "  " };
            lines.line(vec![
                (" ".repeat(NAMES + 1), Token::TextNormal),
                (arrow.into(), Token::KeyCap),
                (part, Token::TextLink),
            ]);
        }
    }
}

fn rented(lines: &mut Lines, state: &State, now: Option<DateTime<Utc>>) {
    if state.burn().is_none() && state.volume().is_none() {
        return;
    }
    lines.blank();
    if let Some(burn) = state.burn() {
        lines.heading(&format!("Rented now: {burn} an hour"));
    } else {
        lines.heading("Costs always");
    }
    for line in state.lines() {
        lines.text(&crate::model::rented::line(line, now), 2, Token::TextNormal);
    }
    if let Some(volume) = state.volume() {
        lines.text(&volume.sentence(), 2, Token::TextNormal);
    }
}

fn rest(lines: &mut Lines, state: &State) {
    if let Some(strays) = state.strays.as_ref().filter(|strays| !strays.is_empty()) {
        lines.blank();
        lines.heading("Left at RunPod without a run");
        for stray in strays {
            let whose = if stray.unknown { ", of a run that this database does not know" } else { "" };
            lines.text(&format!("{}{whose}", stray_line(stray)), 2, Token::TextNormal);
        }
    }
    if !state.made.is_empty() {
        lines.blank();
        lines.heading("Put into the config file, below [runpod]");
        for made in &state.made {
            let key = made.setting.rsplit('.').next().unwrap_or(made.setting);
            lines.text(&format!("{key} = \"{}\"", made.id), 2, Token::TextStrong);
        }
    }
}
