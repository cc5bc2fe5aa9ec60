//! The pairs: one skipping scan each.

use super::metadata::{expect, object, pass, set};
use super::{Damage, PairFacts};
use crate::conversation::{Role, Turn};
use crate::json::{Cursor, Next, Text};
use crate::scaffolding::Scaffolding;
use crate::training_file::fault::{Fault, Problem};

/// The fields of a pair, all required, in the order in which a line of the JSONL has them (formats 1.3).
pub(crate) const FIELDS: [&str; 10] = [
    "id",
    "conversation_id",
    "turn_number",
    "conversation_metadata",
    "system_prompt",
    "conversation_history",
    "current_user_input",
    "emotional_context",
    "target_response",
    "training_metadata",
];

/// Which of [`FIELDS`] a key is.
pub(crate) fn field(key: &str) -> Option<usize> {
    FIELDS.iter().position(|field| *field == key)
}

/// What only the first pair is asked for.
#[derive(Debug, Default)]
pub(super) struct FirstPair {
    pub(super) scaffolding: Scaffolding,
    pub(super) session_context: String,
    progression: String,
}

#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    pub(super) facts: Vec<PairFacts>,
    pub(super) first: FirstPair,
    first_emotion: Option<Text<'a>>,
    last_emotion: Option<Text<'a>>,
}

/// What a scan of one pair gathers.
#[derive(Default)]
struct Seen<'a> {
    fields: u16,
    input: Option<Text<'a>>,
    target: Option<Text<'a>>,
    emotion: Option<Text<'a>>,
    score: Option<f64>,
}

impl<'a> Pairs<'a> {
    pub(super) fn read(cursor: &mut Cursor<'a>) -> Result<Self, Fault> {
        let mut pairs = Self::default();
        expect(cursor, Next::Array, "", "an array of pairs")?;
        cursor.array(|inner, index| {
            pairs.pair(inner, index == 0).map_err(|fault| fault.inside(&format!("[{index}]")))
        })?;
        Ok(pairs)
    }

    fn pair(&mut self, cursor: &mut Cursor<'a>, is_first: bool) -> Result<(), Fault> {
        expect(cursor, Next::Object, "", "an object")?;
        let start = cursor.clone();
        let mut seen = Seen::default();
        let first = &mut self.first;
        cursor.object(|inner, key| {
            let decoded;
            let name = if key.raw().contains('\\') {
                decoded = key.decode();
                decoded.as_ref()
            } else {
                key.raw()
            };
            let Some(at) = field(name) else { return pass(inner) };
            seen.fields |= 1 << at;
            match name {
                "conversation_metadata" if is_first => first.metadata(inner),
                "training_metadata" => training(inner, &mut seen, is_first.then_some(&mut first.progression)),
                _ => seen.field(inner, name),
            }
        })?;
        if let Some(missing) = (0..FIELDS.len()).find(|at| seen.fields & (1 << at) == 0) {
            return Err(Fault::new(FIELDS[missing], Problem::Missing, start.position()));
        }
        let turn = seen.target.or(seen.input);
        self.facts.push(PairFacts {
            trainable: seen.target.is_some(),
            score: seen.score,
            damage: turn.map(|turn| Damage::of_source(&turn)).unwrap_or_default(),
        });
        if is_first {
            self.first_emotion = seen.emotion;
        }
        self.last_emotion = seen.emotion.or(self.last_emotion);
        Ok(())
    }

    /// What it begins and ends with: the arc's words, else the turns'.
    pub(super) fn emotions(&self) -> (Option<String>, Option<String>) {
        let word = |text: &str| text.split('(').next().unwrap_or_default().trim().to_owned();
        if let Some((from, to)) = self.first.progression.split_once('→') {
            let ends = (word(from), word(to));
            if !ends.0.is_empty() && !ends.1.is_empty() {
                return (Some(ends.0), Some(ends.1));
            }
        }
        let word = |text: &Option<Text<'_>>| {
            text.map(|text| text.decode().into_owned()).filter(|text| !text.is_empty())
        };
        (word(&self.first_emotion), word(&self.last_emotion))
    }
}

impl FirstPair {
    fn metadata(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let to = &mut self.scaffolding;
        object(cursor, "conversation_metadata", |inner, key| match key.raw() {
            "client_persona" => set(&mut to.persona_name, inner, "client_persona"),
            "persona_archetype" => set(&mut to.persona_key, inner, "persona_archetype"),
            "emotional_arc" => set(&mut to.emotional_arc, inner, "emotional_arc"),
            "emotional_arc_key" => set(&mut to.emotional_arc_key, inner, "emotional_arc_key"),
            "training_topic" => set(&mut to.training_topic, inner, "training_topic"),
            "training_topic_key" => set(&mut to.training_topic_key, inner, "training_topic_key"),
            "session_context" => set(&mut self.session_context, inner, "session_context"),
            _ => pass(inner),
        })
    }
}

impl<'a> Seen<'a> {
    fn field(&mut self, cursor: &mut Cursor<'a>, name: &str) -> Result<(), Fault> {
        match name {
            "target_response" => {
                self.target = None;
                if cursor.peek()? == Next::Null {
                    return pass(cursor);
                }
                expect(cursor, Next::String, name, "a string or null")?;
                self.target = Some(cursor.string()?);
                Ok(())
            }
            "current_user_input" => {
                expect(cursor, Next::String, name, "a string")?;
                self.input = Some(cursor.string()?);
                Ok(())
            }
            "id" | "conversation_id" | "system_prompt" => {
                expect(cursor, Next::String, name, "a string")?;
                pass(cursor)
            }
            "turn_number" => {
                expect(cursor, Next::Number, name, "a number")?;
                pass(cursor)
            }
            "conversation_history" => {
                expect(cursor, Next::Array, name, "an array")?;
                pass(cursor)
            }
            "emotional_context" => {
                self.emotion = None;
                object(cursor, name, |inner, key| {
                    if key.raw() != "detected_emotions" || inner.peek()? != Next::Object {
                        return pass(inner);
                    }
                    object(inner, "detected_emotions", |inner, key| {
                        if key.raw() == "primary" && inner.peek()? == Next::String {
                            self.emotion = Some(inner.string()?);
                            return Ok(());
                        }
                        pass(inner)
                    })
                })
            }
            _ => {
                expect(cursor, Next::Object, name, "an object")?;
                pass(cursor)
            }
        }
    }
}

fn training(
    cursor: &mut Cursor<'_>,
    seen: &mut Seen<'_>,
    mut progression: Option<&mut String>,
) -> Result<(), Fault> {
    seen.score = None;
    object(cursor, "training_metadata", |inner, key| match (key.raw(), &mut progression) {
        ("quality_score", _) if inner.peek()? == Next::Null => pass(inner),
        ("quality_score", _) => {
            expect(inner, Next::Number, "quality_score", "a number")?;
            seen.score = Some(inner.number()?).filter(|score| score.is_finite());
            Ok(())
        }
        ("emotional_progression_target", Some(to)) => set(to, inner, "emotional_progression_target"),
        _ => pass(inner),
    })
}

/// The turn of a pair: its answer when it has one, else what the client says.
pub(super) fn turn(cursor: &mut Cursor<'_>, index: usize) -> Result<Turn, Fault> {
    expect(cursor, Next::Object, "", "an object")?;
    let mut seen = Seen::default();
    let mut number = None;
    let mut details = (None, None);
    cursor.object(|inner, key| match key.raw() {
        "turn_number" if inner.peek()? == Next::Number => {
            number = inner.skip()?.parse().ok();
            Ok(())
        }
        "emotional_context" => object(inner, key.raw(), |inner, _| {
            if inner.peek()? != Next::Object {
                return pass(inner);
            }
            object(inner, "detected_emotions", |inner, key| match (key.raw(), inner.peek()?) {
                ("primary", Next::String) => {
                    seen.emotion = Some(inner.string()?);
                    Ok(())
                }
                ("secondary", Next::String) => {
                    details.0 = Some(inner.string()?.decode().into_owned());
                    Ok(())
                }
                ("intensity", Next::Number) => {
                    details.1 = Some(inner.number()?);
                    Ok(())
                }
                _ => pass(inner),
            })
        }),
        name @ ("target_response" | "current_user_input") => seen.field(inner, name),
        _ => pass(inner),
    })?;
    let role = if seen.target.is_some() { Role::Assistant } else { Role::User };
    let content = seen.target.or(seen.input).map(|text| text.decode().into_owned()).unwrap_or_default();
    // An emotion without its strength is no emotion as the type has it; a strength is not invented.
    let emotion = seen.emotion.map(|text| text.decode().into_owned()).zip(details.1);
    let number = number.unwrap_or_else(|| u32::try_from(index + 1).unwrap_or(u32::MAX));
    Ok(Turn { number, role, content, emotion, secondary: details.0 })
}
