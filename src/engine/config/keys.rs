//! The list of keys, read off the JSON schema.

use super::types::Config;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use strsim::levenshtein;

/// What a key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these words.
    Word(Vec<String>),
    /// `true` or `false`.
    Switch,
    /// A whole number between these, both included.
    Number(i64, i64),
}

/// One key that can be set.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its sections and its name, e.g. `files.s3.region`.
    pub path: String,
    /// What it holds.
    pub kind: Kind,
    /// It is shown as `set` only.
    pub secret: bool,
    /// It is shown with `***` for its password.
    pub address: bool,
    /// Its value when nobody sets it.
    pub default: Value,
    /// What it means.
    pub about: String,
}

impl Key {
    /// Its variable, e.g. `BRIGHTRUN_FILES_S3_REGION`.
    pub fn variable(&self) -> String {
        format!("BRIGHTRUN_{}", self.path.replace('.', "_").to_uppercase())
    }

    /// What is expected, in words.
    pub fn expected(&self) -> String {
        match &self.kind {
            Kind::Text => "text in quotation marks".to_owned(),
            Kind::Word(words) => format!("one of {}", words.join(", ")),
            Kind::Switch => "true or false".to_owned(),
            Kind::Number(low, high) => format!("a whole number from {low} to {high}"),
        }
    }
}

/// The JSON schema of the config file.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Config>().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "brightrun config.toml".into());
    }
    schema
}

/// All keys, in the order of the types.
pub fn keys() -> Vec<Key> {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let mut found = Vec::new();
    collect("", &schema(), &defaults, &mut found);
    found
}

fn collect(path: &str, schema: &Value, default: &Value, found: &mut Vec<Key>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        found.push(leaf(path, schema, default));
        return;
    };
    for (name, below) in properties {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        collect(&path, below, default.get(name).unwrap_or(&Value::Null), found);
    }
}

fn leaf(path: &str, schema: &Value, default: &Value) -> Key {
    let marked = |name: &str| schema.get(name) == Some(&Value::Bool(true));
    let number = |name: &str, otherwise: i64| schema.get(name).and_then(Value::as_i64).unwrap_or(otherwise);
    let kind = match schema.get("type").and_then(Value::as_str) {
        Some("boolean") => Kind::Switch,
        Some("integer") => Kind::Number(number("minimum", 0), number("maximum", i64::MAX)),
        _ => words(schema).map_or(Kind::Text, Kind::Word),
    };
    Key {
        path: path.to_owned(),
        kind,
        secret: marked("x-secret"),
        address: marked("x-address"),
        default: default.clone(),
        about: schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
    }
}

/// The values of an enumeration, whether its variants are documented (`oneOf`) or not (`enum`).
fn words(schema: &Value) -> Option<Vec<String>> {
    let list = schema.get("oneOf").or_else(|| schema.get("enum"))?.as_array()?;
    let word = |item: &Value| item.get("const").unwrap_or(item).as_str().map(str::to_owned);
    list.iter().map(word).collect()
}

/// The known key that is most like this one; `None` when none is.
pub(super) fn nearest<'k>(path: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let name = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let wrong = name(path);
    known
        .map(|candidate| {
            let inside = levenshtein(path, candidate);
            let alone = levenshtein(&wrong, &name(candidate)) + usize::from(!same_section(path, candidate));
            (inside.min(alone), candidate)
        })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= wrong.len().max(4) / 2)
        .map(|(_, candidate)| candidate)
}

fn same_section(a: &str, b: &str) -> bool {
    a.rsplit_once('.').map(|(section, _)| section) == b.rsplit_once('.').map(|(section, _)| section)
}
