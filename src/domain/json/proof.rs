//! The transcoder against a plain implementation with a tree, on arbitrary JSON and arbitrary bytes.

use super::{both, compact, number, pretty};
use proptest::prelude::*;
use serde_json::Value;

/// JavaScript's order and spelling, with `serde_json`'s tree; in lines that begin at `lines` blanks, or in one.
fn reference(value: &Value, lines: Option<usize>) -> String {
    let deeper = lines.map(|blanks| blanks + 2);
    let wrap = |open: char, items: Vec<String>, close: char| match lines {
        Some(blanks) if !items.is_empty() => {
            let (inner, outer) = (" ".repeat(blanks + 2), " ".repeat(blanks));
            format!("{open}\n{inner}{}\n{outer}{close}", items.join(&format!(",\n{inner}")))
        }
        _ => format!("{open}{}{close}", items.join(",")),
    };
    match value {
        Value::Number(n) => number(n.as_f64().expect("a double")),
        Value::Array(items) => wrap('[', items.iter().map(|item| reference(item, deeper)).collect(), ']'),
        Value::Object(members) => {
            let index = |key: &str| {
                key.parse::<u32>()
                    .ok()
                    .filter(|n| *n < u32::MAX && n.to_string() == key)
                    .map_or((1, 0), |n| (0, n))
            };
            let colon = if lines.is_some() { ": " } else { ":" };
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| index(key));
            let spelled = members.into_iter().map(|(key, value)| {
                format!("{}{colon}{}", Value::from(key.as_str()), reference(value, deeper))
            });
            wrap('{', spelled.collect(), '}')
        }
        other => other.to_string(),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z\\\\\"\u{0}-\u{1f}]{0,12}", any::<String>(), "[ -~]{30,90}", "[0-9]{1,11}"]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-4000i32..4000).prop_map(|n| Value::from(f64::from(n) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The same JSON, with every character that may be one written as an escape, and blanks around the signs.
fn foreign(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => spell(text, out),
        Value::Array(items) => {
            out.push_str("[ ");
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "\t,\r\n" } else { "" });
                foreign(item, out);
            }
            out.push_str(" ]");
        }
        Value::Object(members) => {
            out.push_str("{\n");
            for (at, (key, item)) in members.iter().enumerate() {
                out.push_str(if at > 0 { " , " } else { "" });
                spell(key, out);
                out.push_str(" :          ");
                foreign(item, out);
            }
            out.push_str("\n}");
        }
        other => out.push_str(&other.to_string()),
    }
}

fn spell(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    for unit in text.encode_utf16() {
        write!(out, "\\u{unit:04X}").expect("a string takes everything");
    }
    out.push('"');
}

proptest! {
    #[test]
    fn equals_the_reference(value in json()) {
        let mut other = String::new();
        foreign(&value, &mut other);
        for source in [value.to_string(), serde_json::to_string_pretty(&value).unwrap(), other] {
            let (mut lines, mut line, mut tight, mut loose) = (vec![], vec![], vec![], vec![]);
            both(source.as_bytes(), 4, &mut lines, &mut line).unwrap();
            compact(source.as_bytes(), &mut tight).unwrap();
            pretty(source.as_bytes(), 4, &mut loose).unwrap();
            prop_assert_eq!(std::str::from_utf8(&line).unwrap(), reference(&value, None));
            prop_assert_eq!(std::str::from_utf8(&lines).unwrap(), reference(&value, Some(4)));
            prop_assert_eq!(&tight, &line);
            prop_assert_eq!(&loose, &lines);
        }
    }

    #[test]
    fn accepts_what_serde_accepts(source in "[\\[\\]{}:,\" \\\\/ubn0-9eE.+a-f-]{0,24}") {
        let ours = compact(source.as_bytes(), &mut vec![]);
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&source);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}: {:?} {:?}", source, ours, theirs.err());
    }

    #[test]
    fn never_panics(source in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = both(&source, 3, &mut vec![], &mut vec![]);
    }
}
