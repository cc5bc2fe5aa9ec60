//! Lenient reading: a field of the wrong type is a finding, not the end of the line that holds it.

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, fmt, marker::PhantomData};

/// A field as the file gives it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::dataset) enum Lax<T> {
    /// Not there.
    #[default]
    Missing,
    /// `null`.
    Null,
    /// As it should be.
    Is(T),
    /// Something else: this.
    Other(&'static str),
}

impl<T> Lax<T> {
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            _ => None,
        }
    }
}

impl Lax<Text<'_>> {
    pub fn text(&self) -> Option<&str> {
        self.get().map(|text| &*text.0)
    }
}

/// A JSON string, borrowed from the file when it holds no escape.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::dataset) struct Text<'a>(pub Cow<'a, str>);

/// What a type takes of the five things a JSON value can be.
pub(in crate::dataset) trait Wanted<'de>: Sized {
    fn borrowed(_: &'de str) -> Option<Self> {
        None
    }
    fn owned(_: &str) -> Option<Self> {
        None
    }
    fn number(_: f64) -> Option<Self> {
        None
    }
    fn boolean(_: bool) -> Option<Self> {
        None
    }
    fn map<A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn seq<A: SeqAccess<'de>>(mut seq: A) -> Result<Option<Self>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de: 'a, 'a> Wanted<'de> for Text<'a> {
    fn borrowed(text: &'de str) -> Option<Self> {
        Some(Self(Cow::Borrowed(text)))
    }
    fn owned(text: &str) -> Option<Self> {
        Some(Self(Cow::Owned(text.to_owned())))
    }
}

impl Wanted<'_> for f64 {
    fn number(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl Wanted<'_> for bool {
    fn boolean(boolean: bool) -> Option<Self> {
        Some(boolean)
    }
}

impl<'de, T: Deserialize<'de>> Wanted<'de> for Vec<T> {
    fn seq<A: SeqAccess<'de>>(seq: A) -> Result<Option<Self>, A::Error> {
        Self::deserialize(SeqAccessDeserializer::new(seq)).map(Some)
    }
}

/// A JSON object with the fields of `T`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::dataset) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Wanted<'de> for Object<T> {
    fn map<A: MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|inner| Some(Self(inner)))
    }
}

impl<'de, T: Wanted<'de>> Deserialize<'de> for Lax<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LaxVisitor(PhantomData))
    }
}

struct LaxVisitor<T>(PhantomData<T>);

fn or<T>(found: Option<T>, kind: &'static str) -> Lax<T> {
    found.map_or(Lax::Other(kind), Lax::Is)
}

impl<'de, T: Wanted<'de>> Visitor<'de> for LaxVisitor<T> {
    type Value = Lax<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<Lax<T>, E> {
        Ok(Lax::Null)
    }
    fn visit_bool<E>(self, boolean: bool) -> Result<Lax<T>, E> {
        Ok(or(T::boolean(boolean), "true or false"))
    }
    #[expect(clippy::cast_precision_loss, reason = "counts and scores are far below 2^53")]
    fn visit_i64<E>(self, n: i64) -> Result<Lax<T>, E> {
        Ok(or(T::number(n as f64), "a number"))
    }
    #[expect(clippy::cast_precision_loss, reason = "counts and scores are far below 2^53")]
    fn visit_u64<E>(self, n: u64) -> Result<Lax<T>, E> {
        Ok(or(T::number(n as f64), "a number"))
    }
    fn visit_f64<E>(self, n: f64) -> Result<Lax<T>, E> {
        Ok(or(T::number(n), "a number"))
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Lax<T>, E> {
        Ok(or(T::borrowed(text), "a text"))
    }
    fn visit_str<E>(self, text: &str) -> Result<Lax<T>, E> {
        Ok(or(T::owned(text), "a text"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Lax<T>, A::Error> {
        Ok(or(T::seq(seq)?, "a list"))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Lax<T>, A::Error> {
        Ok(or(T::map(map)?, "an object"))
    }
}
