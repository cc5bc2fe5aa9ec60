//! A spec in lines, for people: of any protocol, so that also one of an earlier or later version can be looked at.

use serde_json::Value;

/// Bytes of a spec at most.
pub const LARGEST: u64 = 1 << 20;

/// What a spec asks for, in its own words and order; `None` where it is none. Of addresses only what lies before the signature is told.
pub fn outline(text: &str) -> Option<Vec<(String, String)>> {
    let Value::Object(spec) = serde_json::from_str(text).ok()? else { return None };
    let mut lines = Vec::new();
    for (name, value) in &spec {
        match value {
            // Settings are known by their own names.
            Value::Object(inner) if name == "hyperparameters" => {
                lines.extend(inner.iter().map(|(name, value)| (spaced(name), told(value))));
            }
            Value::Object(inner) => {
                let named = |(inner, value): (&String, &Value)| {
                    (!value.is_null()).then(|| (format!("{}: {}", spaced(name), spaced(inner)), told(value)))
                };
                lines.extend(inner.iter().filter_map(named));
            }
            value => lines.push((spaced(name), told(value))),
        }
    }
    Some(lines)
}

fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

fn told(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) if text.starts_with("http://") || text.starts_with("https://") => {
            text.split(['?', '#']).next().unwrap_or_default().to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(told).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_told_and_no_signature() {
        let spec = include_str!("../../../examples/run/spec.json");
        let lines = outline(spec).expect("a spec");
        let value = |name: &str| lines.iter().find(|(line, _)| line == name).map(|(_, value)| value.as_str());
        assert_eq!(value("learning rate"), Some("0.002"));
        assert_eq!(value("base model: path"), Some("models/tiny"));
        assert_eq!(value("max steps"), Some("–"), "a setting that is not set is told, too");
        assert_eq!(value("base model: revision"), None);
        let signed =
            r#"{"dataset": {"url": "https://store.example/a.jsonl?X-Sig=secret", "modules": ["q", "v"]}}"#;
        let lines = outline(signed).expect("a spec");
        assert_eq!(lines[0].1, "https://store.example/a.jsonl");
        assert_eq!(lines[1].1, "q, v");
        assert_eq!(outline("[1]"), None);
        assert_eq!(outline("{"), None);
    }
}
