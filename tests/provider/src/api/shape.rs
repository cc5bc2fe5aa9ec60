//! What a body may hold. Anything else is 422, as `additionalProperties: false` has it.

use serde_json::Value;

/// The kind of a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    /// At least one character.
    Word,
    TextOrNull,
    Flag,
    Whole(i64, i64),
    Number(f64),
    OneOf(&'static [&'static str]),
    Texts,
    /// Names and texts.
    Env,
    Object(&'static [Field]),
    Objects(&'static [Field]),
}

/// A member: its name, whether it must be there, its kind.
pub(super) type Field = (&'static str, bool, Kind);

/// What is wrong with a body of this shape.
pub(super) fn wrong(body: &Value, shape: &[Field]) -> Vec<String> {
    let mut errors = Vec::new();
    object(body, shape, "body", &mut errors);
    errors
}

fn object(value: &Value, shape: &[Field], path: &str, errors: &mut Vec<String>) {
    let Some(members) = value.as_object() else { return errors.push(format!("{path}: expected object")) };
    for (name, must, kind) in shape {
        match members.get(*name) {
            Some(value) => member(value, *kind, &format!("{path}.{name}"), errors),
            None if *must => errors.push(format!("{path}.{name}: required property is missing")),
            None => {}
        }
    }
    for name in members.keys() {
        if !shape.iter().any(|(known, ..)| known == name) {
            errors.push(format!("{path}.{name}: unknown property"));
        }
    }
}

fn member(value: &Value, kind: Kind, path: &str, errors: &mut Vec<String>) {
    let fits = match kind {
        Kind::Text => value.is_string(),
        Kind::Word => value.as_str().is_some_and(|text| !text.is_empty()),
        Kind::TextOrNull => value.is_string() || value.is_null(),
        Kind::Flag => value.is_boolean(),
        Kind::Whole(least, most) => value.as_i64().is_some_and(|n| (least..=most).contains(&n)),
        Kind::Number(least) => value.as_f64().is_some_and(|n| n >= least),
        Kind::OneOf(words) => value.as_str().is_some_and(|text| words.contains(&text)),
        Kind::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        Kind::Env => value.as_object().is_some_and(|map| map.values().all(Value::is_string)),
        Kind::Object(shape) => return object(value, shape, path, errors),
        Kind::Objects(shape) => {
            let Some(list) = value.as_array() else { return errors.push(format!("{path}: expected array")) };
            for (at, value) in list.iter().enumerate() {
                object(value, shape, &format!("{path}[{at}]"), errors);
            }
            true
        }
    };
    if !fits {
        let wanted = match kind {
            Kind::Whole(least, most) => format!("an integer from {least} to {most}"),
            Kind::Number(least) => format!("a number of at least {least}"),
            Kind::OneOf(words) => format!("one of {}", words.join(", ")),
            kind => format!("{kind:?}").to_lowercase(),
        };
        errors.push(format!("{path}: expected {wanted}"));
    }
}
