//! What stands around the pairs: `dataset_metadata` and `input_parameters` of an enriched file,
//! `conversation_metadata` of an element.

use super::pair::FirstPair;
use crate::ids::ConversationId;
use crate::json::{Cursor, Next, Position, Text};
use crate::scaffolding::Scaffolding;
use crate::training_file::QualityTier;
use crate::training_file::fault::{Fault, Problem};

/// What the platform puts before the key in `dataset_name`.
const PREFIX: &str = "fp_conversation_";

#[derive(Debug, Default)]
pub(super) struct Frame {
    dataset_id: Option<(String, Position)>,
    member_id: Option<(String, Position)>,
    pub(super) created_date: String,
    pub(super) source_file: String,
    pub(super) tier: Option<QualityTier>,
    /// Of the element's own `scaffolding` object.
    own: Option<Scaffolding>,
    parameters: Scaffolding,
}

impl Frame {
    /// Reads the value of one key at the top.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>, key: &Text<'_>) -> Result<(), Fault> {
        let name = key.decode();
        match name.as_ref() {
            "dataset_metadata" => object(cursor, &name, |inner, key| match key.raw() {
                "dataset_name" => {
                    let at = inner.clone();
                    let text = string(inner, "dataset_name")?;
                    let id = text.strip_prefix(PREFIX).unwrap_or(&text).to_owned();
                    self.dataset_id = Some((id, at.position()));
                    Ok(())
                }
                "created_date" => set(&mut self.created_date, inner, "created_date"),
                _ => pass(inner),
            }),
            "conversation_metadata" => object(cursor, &name, |inner, key| self.member(inner, key)),
            "input_parameters" => self.parameters(cursor),
            _ => pass(cursor),
        }
    }

    fn member(&mut self, inner: &mut Cursor<'_>, key: &Text<'_>) -> Result<(), Fault> {
        match key.raw() {
            "conversation_id" => {
                let at = inner.clone();
                self.member_id = Some((string(inner, "conversation_id")?, at.position()));
                Ok(())
            }
            "created_date" => set(&mut self.created_date, inner, "created_date"),
            "source_file" => set(&mut self.source_file, inner, "source_file"),
            "quality_tier" => {
                self.tier = string(inner, "quality_tier")?.parse().ok();
                Ok(())
            }
            "scaffolding" => {
                let mut own = Scaffolding::default();
                object(inner, "scaffolding", |inner, key| match key.raw() {
                    "persona_key" => set(&mut own.persona_key, inner, "persona_key"),
                    "persona_name" => set(&mut own.persona_name, inner, "persona_name"),
                    "emotional_arc_key" => set(&mut own.emotional_arc_key, inner, "emotional_arc_key"),
                    "emotional_arc" => set(&mut own.emotional_arc, inner, "emotional_arc"),
                    "training_topic_key" => set(&mut own.training_topic_key, inner, "training_topic_key"),
                    "training_topic" => set(&mut own.training_topic, inner, "training_topic"),
                    _ => pass(inner),
                })?;
                self.own = Some(own);
                Ok(())
            }
            _ => pass(inner),
        }
    }

    fn parameters(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        if cursor.peek()? == Next::Null {
            return pass(cursor);
        }
        let to = &mut self.parameters;
        object(cursor, "input_parameters", |inner, key| match key.raw() {
            "persona_key" => set(&mut to.persona_key, inner, "persona_key"),
            "persona_name" => set(&mut to.persona_name, inner, "persona_name"),
            "emotional_arc_key" => set(&mut to.emotional_arc_key, inner, "emotional_arc_key"),
            "emotional_arc_name" => set(&mut to.emotional_arc, inner, "emotional_arc_name"),
            "training_topic_key" => set(&mut to.training_topic_key, inner, "training_topic_key"),
            "training_topic_name" => set(&mut to.training_topic, inner, "training_topic_name"),
            _ => pass(inner),
        })
    }

    pub(super) const fn is_member(&self) -> bool {
        self.member_id.is_some() && self.dataset_id.is_none()
    }

    /// Whose file it is.
    pub(super) fn id(&self, start: Position) -> Result<ConversationId, Fault> {
        let (field, found) = match (&self.dataset_id, &self.member_id) {
            (None, Some(found)) => ("conversation_metadata.conversation_id", Some(found)),
            (found, _) => ("dataset_metadata.dataset_name", found.as_ref()),
        };
        let (id, at) = found.ok_or_else(|| Fault::new(field, Problem::Missing, start))?;
        let id = ConversationId::new(id.as_str());
        if id.as_str().is_empty() { Err(Fault::new(field, Problem::Empty, *at)) } else { Ok(id) }
    }

    /// Formats 2.2: what the element itself says; else the parameters it was generated with; else the first pair.
    pub(super) fn scaffolding(&self, first: &FirstPair) -> Scaffolding {
        if let Some(own) = &self.own {
            return own.clone();
        }
        self.parameters.or(&first.scaffolding)
    }
}

/// Reads an object whose field is called `name`.
pub(super) fn object<'a>(
    cursor: &mut Cursor<'a>,
    name: &str,
    mut each: impl FnMut(&mut Cursor<'a>, &Text<'a>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    expect(cursor, Next::Object, name, "an object")?;
    cursor.object(|inner, key| each(inner, &key).map_err(|fault| fault.inside(name)))
}

/// The next value must be of this kind.
pub(super) fn expect(
    cursor: &mut Cursor<'_>,
    next: Next,
    name: &str,
    wanted: &'static str,
) -> Result<(), Fault> {
    if cursor.peek()? == next {
        Ok(())
    } else {
        Err(Fault::new(name, Problem::Type(wanted), cursor.position()))
    }
}

pub(super) fn pass(cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    cursor.skip()?;
    Ok(())
}

/// Reads a string.
pub(super) fn string(cursor: &mut Cursor<'_>, name: &str) -> Result<String, Fault> {
    expect(cursor, Next::String, name, "a string")?;
    Ok(cursor.string()?.decode().into_owned())
}

/// Reads a string that may be null or absent: both count as empty.
pub(super) fn set(to: &mut String, cursor: &mut Cursor<'_>, name: &str) -> Result<(), Fault> {
    if cursor.peek()? == Next::Null {
        to.clear();
        return pass(cursor);
    }
    *to = string(cursor, name)?;
    Ok(())
}
