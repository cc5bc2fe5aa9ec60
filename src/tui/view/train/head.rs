//! Dataset, preset, base model, machine: four lines, three of which can be changed.

use super::{aged, billions};
use crate::model::train::{Chip, Msg as Do, Row, State};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::put;
use domain::memory::Fit;
use domain::numbers::percent;
use engine::train::Offer;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: u16 = 10;

/// Draws them.
pub(super) fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let state = &model.train;
    label(theme, frame, place, 0, "Dataset");
    put(frame.buffer_mut(), place, NAMES, 0, &dataset(state), theme.style(Token::TextNormal));
    for (row, dy) in Row::HEAD.into_iter().zip(1..place.height) {
        let line = Rect { y: place.y + dy, height: 1, ..place };
        let selected = state.at == row && !state.in_checks;
        if selected {
            put(frame.buffer_mut(), line, 0, 0, theme.glyph(Token::SelectRow), theme.style(Token::KeyCap));
            measured.cursor = Some((line.x, line.y));
        }
        measured.click(area(line), Msg::Train(Do::Row(row)));
        match row {
            Row::Preset => presets(state, theme, frame, line, measured),
            Row::Model => self::model(model, selected, theme, frame, line),
            _ => machine(model, selected, theme, frame, line),
        }
    }
}

fn label(theme: &Theme, frame: &mut Frame, line: Rect, dy: u16, name: &str) {
    put(frame.buffer_mut(), line, 1, dy, name, theme.style(Token::TextMuted));
}

/// The dataset in a line.
fn dataset(state: &State) -> String {
    let Some(row) = &state.dataset else { return "–".to_owned() };
    let Some(facts) = &row.facts else { return row.name.clone() };
    let about = if facts.tokens.exact { "" } else { "~" };
    let length = state.draft.hyperparameters.max_seq_length;
    let ready = state.verdict().0.and_then(|done| done.readiness.as_ref()).map(|ready| ready.verdict.words());
    [
        row.name.clone(),
        format!("{} trainable of {}", text::thousands(facts.examples), text::many(facts.pairs, "pair")),
        format!("{about}{}", text::many(facts.tokens.total, "token")),
        format!("{} over {}", percent(facts.truncated(length), 1), text::thousands(u64::from(length))),
        ready.unwrap_or("…").to_owned(),
    ]
    .join(" · ")
}

/// The presets as chips, the chosen one in capitals; at the right what was changed.
fn presets(state: &State, theme: &Theme, frame: &mut Frame, line: Rect, measured: &mut Measured) {
    label(theme, frame, line, 0, "Preset");
    let chips = state.chips();
    let chosen = state.chip();
    let changes = if state.is_custom() { state.chosen().label() } else { String::new() };
    let wide = u16::try_from(text::width(&changes)).unwrap_or(0);
    let room = line.width.saturating_sub(if line.width >= 90 { wide + 2 } else { 0 });
    let words: Vec<String> = chips
        .iter()
        .enumerate()
        .map(|(index, chip)| {
            let name = match chip {
                Chip::Preset(known) => known.name.clone(),
                Chip::Custom => "custom".to_owned(),
            };
            if index == chosen { format!("[{}]", name.to_uppercase()) } else { format!(" {name} ") }
        })
        .collect();
    // The chosen one is always in view: what is before it goes first.
    let width =
        |from: usize, to: usize| words[from..to].iter().map(|word| text::width(word) + 1).sum::<usize>();
    let space = usize::from(room.saturating_sub(NAMES));
    let first =
        (0..=chosen.min(words.len())).find(|from| width(*from, (chosen + 1).min(words.len())) <= space);
    let mut at = NAMES;
    if first != Some(0) {
        put(frame.buffer_mut(), line, NAMES - 1, 0, "‹", theme.style(Token::TextMuted));
    }
    for (index, word) in words.iter().enumerate().skip(first.unwrap_or(chosen)) {
        let token = if index == chosen { Token::TextStrong } else { Token::TextMuted };
        let took = put(frame.buffer_mut(), Rect { width: room, ..line }, at, 0, word, theme.style(token));
        let spot = Rect { x: line.x + at, width: took, ..line };
        measured.click(area(spot), Msg::Train(Do::Chip(index)));
        at += took + 1;
    }
    if line.width >= 90 {
        put(
            frame.buffer_mut(),
            line,
            line.width - (wide + 1).min(line.width),
            0,
            &changes,
            theme.style(Token::StatusWarn),
        );
    }
}

fn model(model: &Model, selected: bool, theme: &Theme, frame: &mut Frame, line: Rect) {
    label(theme, frame, line, 0, "Model");
    let state = &model.train;
    let wanted = state.draft.base_model.as_deref();
    let known = state.choices.as_ref().and_then(|choices| {
        let id = state.model_id()?;
        choices.models.iter().find(|known| known.id == id)
    });
    let (done, fresh) = state.verdict();
    let judged = done.filter(|_| fresh).map(|done| &done.model);
    let token = if selected { Token::SelectRow } else { Token::TextStrong };
    let name = known.or(judged).map_or_else(|| wanted.unwrap_or("–"), |model| model.name.as_str());
    let at = NAMES + put(frame.buffer_mut(), line, NAMES, 0, name, theme.style(token));
    if let Some(about) = known.or(judged) {
        let text = format!(
            "  {} parameters · reads {} tokens · licence {}{}",
            billions(about.parameters),
            text::thousands(u64::from(about.context_length)),
            about.licence,
            if about.gated { " · terms to be accepted on the hub" } else { "" },
        );
        put(frame.buffer_mut(), line, at, 0, &text, theme.style(Token::TextMuted));
    }
}

/// The machine, its price, and how much of its memory it takes.
fn machine(model: &Model, selected: bool, theme: &Theme, frame: &mut Frame, line: Rect) {
    label(theme, frame, line, 0, "Place");
    let state = &model.train;
    let chosen = |offer: &&Offer| {
        offer.place == state.draft.place && state.draft.gpu.as_ref().is_none_or(|gpu| *gpu == offer.gpu)
    };
    let here = |offer: &&Offer| offer.place == state.draft.place;
    let offers = state.choices.iter().flat_map(|choices| &choices.offers);
    let offer = offers.clone().find(chosen).or_else(|| offers.clone().find(here));
    let token = if selected { Token::SelectRow } else { Token::TextStrong };
    let name = offer
        .map_or_else(|| state.draft.place.to_string(), |offer| format!("{} · {}", offer.place, offer.name));
    let mut at = NAMES + put(frame.buffer_mut(), line, NAMES, 0, &name, theme.style(token));
    if let Some(offer) = offer {
        let text = format!("  {}", offer.quote.usd_per_hour);
        at += put(frame.buffer_mut(), line, at, 0, &text, theme.style(Token::TextMuted));
    }
    let (done, fresh) = state.verdict();
    if let Some(done) = done {
        let token = match (fresh, done.memory.fit(done.memory_there)) {
            (false, _) => Token::StatusStale,
            (true, Fit::Fits) => Token::StatusOk,
            (true, Fit::Tight | Fit::Unknown) => Token::StatusWarn,
            (true, Fit::TooBig) => Token::StatusFail,
        };
        let text = format!("   memory {}", done.memory.words(done.memory_there));
        at += put(frame.buffer_mut(), line, at, 0, &text, theme.style(token));
    }
    // Whether it fits is worth more room than how old its price is.
    let today = model.now.map(|now| now.wall.date_naive());
    if let Some(age) = offer.and_then(|offer| aged(&offer.quote, today)) {
        let text = format!("   price {age}");
        put(frame.buffer_mut(), line, at, 0, &text, theme.style(Token::TextMuted));
    }
}
