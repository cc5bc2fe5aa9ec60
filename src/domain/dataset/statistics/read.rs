//! Takes lines and conversations apart, leniently: a field of another type counts as missing.

use super::super::Shape;
use super::super::check::chat::Said;
use super::super::check::lax::{Lax, Object, Text};
use super::{Measure, Statistics, words};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line<'a> {
    #[serde(rename = "_meta")]
    meta: Lax<Object<Nothing>>,
    #[serde(borrow)]
    conversation_id: Lax<Text<'a>>,
    #[serde(borrow)]
    conversation_metadata: Lax<Object<About<'a>>>,
    #[serde(borrow)]
    system_prompt: Lax<Text<'a>>,
    #[serde(borrow)]
    conversation_history: Lax<Vec<Lax<Object<Said<'a>>>>>,
    #[serde(borrow)]
    current_user_input: Lax<Text<'a>>,
    #[serde(borrow)]
    target_response: Lax<Text<'a>>,
    training_metadata: Lax<Object<Training>>,
    #[serde(borrow)]
    turns: Lax<Vec<Lax<Object<Said<'a>>>>>,
    #[serde(borrow)]
    conversations: Lax<Vec<Lax<Object<Said<'a>>>>>,
    #[serde(borrow)]
    messages: Lax<Vec<Lax<Object<Said<'a>>>>>,
}

#[derive(Debug, Default, Deserialize)]
struct Nothing {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Training {
    quality_score: Lax<f64>,
    human_reviewed: Lax<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct About<'a> {
    #[serde(borrow)]
    persona_archetype: Lax<Text<'a>>,
    #[serde(borrow)]
    emotional_arc_key: Lax<Text<'a>>,
    #[serde(borrow)]
    training_topic_key: Lax<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Whole<'a> {
    #[serde(borrow)]
    conversation_metadata: Lax<Object<Head<'a>>>,
    #[serde(borrow)]
    training_pairs: Lax<Vec<Lax<Object<Line<'a>>>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head<'a> {
    #[serde(borrow)]
    conversation_id: Lax<Text<'a>>,
    #[serde(borrow)]
    scaffolding: Lax<Object<Keys<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Keys<'a> {
    #[serde(borrow, rename = "persona_key")]
    persona: Lax<Text<'a>>,
    #[serde(borrow, rename = "emotional_arc_key")]
    arc: Lax<Text<'a>>,
    #[serde(borrow, rename = "training_topic_key")]
    topic: Lax<Text<'a>>,
}

fn text<'f>(field: &'f Lax<Text<'_>>) -> &'f str {
    field.text().unwrap_or_default()
}

/// `None`: it cannot be read.
pub(super) fn line(s: &mut Statistics, shape: Shape, bytes: &[u8], measure: &Measure) -> Option<()> {
    let Lax::Is(Object(line)) = serde_json::from_slice::<Lax<Object<Line>>>(bytes).ok()? else { return None };
    let turns = match shape {
        Shape::V4Jsonl => {
            if !matches!(line.meta, Lax::Missing) {
                return Some(());
            }
            let keys = line.conversation_metadata.get().map(|o| &o.0).map_or([""; 3], |about| {
                [
                    text(&about.persona_archetype),
                    text(&about.emotional_arc_key),
                    text(&about.training_topic_key),
                ]
            });
            let place = s.cells.place(keys);
            s.cells.conversation(place, Some(text(&line.conversation_id)));
            pair(s, &line, place, measure);
            return Some(());
        }
        Shape::Turns => &line.turns,
        Shape::Conversations => &line.conversations,
        Shape::Messages => &line.messages,
        Shape::Full | Shape::Enriched | Shape::Raw => return None,
    };
    chat(s, turns.get()?, measure);
    Some(())
}

/// `None`: it cannot be read.
pub(super) fn conversation(s: &mut Statistics, bytes: &[u8], measure: &Measure) -> Option<()> {
    let Lax::Is(Object(whole)) = serde_json::from_slice::<Lax<Object<Whole>>>(bytes).ok()? else {
        return None;
    };
    let pairs = whole.training_pairs.get()?;
    let head = whole.conversation_metadata.get().map(|o| &o.0);
    let keys = head
        .and_then(|h| h.scaffolding.get())
        .map(|o| &o.0)
        .map_or([""; 3], |keys| [text(&keys.persona), text(&keys.arc), text(&keys.topic)]);
    let place = s.cells.place(keys);
    s.cells.conversation(place, head.and_then(|h| h.conversation_id.text()).filter(|id| !id.is_empty()));
    for found in pairs.iter().filter_map(Lax::get) {
        pair(s, &found.0, place, measure);
    }
    Some(())
}

/// A pair: one turn, and an example if it has a target.
fn pair(s: &mut Statistics, line: &Line, place: usize, measure: &Measure) {
    s.pairs += 1;
    if let Lax::Is(Object(training)) = &line.training_metadata {
        if let Some(score) = training.quality_score.get() {
            s.scores.add(*score);
        }
        s.reviewed += u64::from(training.human_reviewed.get() == Some(&true));
    }
    if matches!(line.target_response, Lax::Null) {
        s.null_targets += 1;
        s.role("user", 1);
        return;
    }
    s.role("assistant", 1);
    let target = text(&line.target_response);
    if target.trim().is_empty() {
        s.empty += 1;
        return;
    }
    let input = text(&line.current_user_input);
    let mut sum = Sum::default();
    sum.system(s, text(&line.system_prompt), measure);
    let history: Vec<&Said> =
        line.conversation_history.get().into_iter().flatten().filter_map(|h| Some(&h.get()?.0)).collect();
    let doubled =
        history.last().is_some_and(|last| text(&last.role) == "user" && text(&last.content) == input);
    let kept = &history[..history.len() - usize::from(doubled)];
    let mut expected_user = true;
    let mut in_order = true;
    for said in kept {
        let is_user = text(&said.role) == "user";
        in_order &= is_user == expected_user;
        expected_user = !is_user;
        sum.add(text(&said.content), measure);
    }
    s.doubled += u64::from(doubled);
    s.unordered += u64::from(!(in_order && expected_user));
    sum.add(input, measure);
    sum.add(target, measure);
    s.words += sum.words;
    s.example(sum.counted, measure);
    s.cells.examples(place, 1);
}

/// A conversation as turns: every answer with everything before it is an example.
fn chat(s: &mut Statistics, turns: &[Lax<Object<Said>>], measure: &Measure) {
    let place = s.cells.place([""; 3]);
    s.cells.conversation(place, None);
    let mut sum = Sum::default();
    let mut last: Option<(bool, &str)> = None;
    let mut in_order = true;
    for said in turns.iter().filter_map(|t| Some(&t.get()?.0)) {
        let pick = |a, b| if matches!(a, &Lax::Missing) { b } else { a };
        let (role, content) = (text(pick(&said.role, &said.from)), text(pick(&said.content, &said.value)));
        s.role(role, 1);
        let is_user = match role {
            "user" | "human" => true,
            "assistant" | "gpt" => false,
            // System prompts and tool answers are no turns.
            _ => {
                sum.add(content, measure);
                continue;
            }
        };
        s.pairs += 1;
        if is_user && last == Some((true, content)) {
            s.doubled += 1;
            continue;
        }
        in_order &= last.map_or(is_user, |(user, _)| user != is_user);
        last = Some((is_user, content));
        sum.add(content, measure);
        if is_user {
            s.null_targets += 1;
        } else if content.trim().is_empty() {
            s.empty += 1;
        } else {
            s.words += sum.words;
            s.example(sum.counted, measure);
            s.cells.examples(place, 1);
        }
    }
    s.unordered += u64::from(!in_order);
}

/// Words and tokens of an example.
#[derive(Default)]
struct Sum {
    words: u64,
    counted: u64,
}

impl Sum {
    fn add(&mut self, text: &str, measure: &Measure) {
        let found = words(text);
        self.words += found;
        self.counted += if matches!(measure, Measure::Words) { found } else { measure.of(text) };
    }

    /// A system prompt: measured again only when it is another one.
    fn system(&mut self, s: &mut Statistics, prompt: &str, measure: &Measure) {
        let known = s.system.as_ref().filter(|(known, ..)| known == prompt).map(|(_, w, c)| (*w, *c));
        let (words, counted) = known.unwrap_or_else(|| {
            let mut fresh = Self::default();
            fresh.add(prompt, measure);
            s.system = Some((prompt.to_owned(), fresh.words, fresh.counted));
            (fresh.words, fresh.counted)
        });
        self.words += words;
        self.counted += counted;
    }
}
