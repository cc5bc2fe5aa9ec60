//! The JSON column `training_jobs.hyperparameters`: read with every spelling that was ever written there, written with
//! ours (training-pipeline 7 no. 30).

use super::{Field, Hyperparameters, Modules, Problem};
use serde_json::{Map, Value, json};

/// What a row gave.
#[derive(Debug, Clone, PartialEq)]
pub struct FromRow {
    /// The settings; what the row does not say is the default.
    pub values: Hyperparameters,
    /// Fields that the row said nothing about, so that a screen can show them as unknown.
    pub missing: Vec<Field>,
    /// Members that could not be read.
    pub problems: Vec<Problem>,
    /// Members that nobody knows: kept, so that a row that is copied loses nothing.
    pub unknown: Map<String, Value>,
}

impl Hyperparameters {
    /// Reads a row leniently: it never fails, and says what it had to leave out.
    pub fn from_row(row: &Value) -> FromRow {
        let mut values = Self::default();
        let mut seen = Vec::new();
        let mut problems = Vec::new();
        let mut unknown = Map::new();
        for (key, value) in row.as_object().into_iter().flatten() {
            let Some(field) = Field::named(key) else {
                unknown.insert(key.clone(), value.clone());
                continue;
            };
            // A canonical name wins over its aliases, whichever comes first.
            if seen.contains(&field) && field.word() != key {
                continue;
            }
            match values.set(field, &words(value)) {
                Ok(()) => seen.push(field),
                Err(problem) => problems.push(problem),
            }
        }
        let missing = Field::ALL.iter().copied().filter(|f| !seen.contains(f)).collect();
        FromRow { values, missing, problems, unknown }
    }

    /// The row: every setting under its own name, alpha as the number that it is.
    pub fn to_row(&self) -> Value {
        let mut row = serde_json::to_value(self).unwrap_or_else(|_| json!({}));
        row["alpha"] = json!(self.alpha());
        row
    }
}

/// A member as it would be typed.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(","),
        Value::Null => "auto".to_owned(),
        // 3.0 is a whole number in JSON.
        Value::Number(n) => n
            .as_f64()
            .filter(|f| n.is_f64() && f.fract() == 0.0 && f.abs() < 1e15)
            .map_or_else(|| n.to_string(), |f| format!("{f:.0}")),
        other => other.to_string(),
    }
}

impl Modules {
    /// Names, or `None` for all.
    pub fn names(&self) -> Option<&[String]> {
        match self {
            Self::AllLinear => None,
            Self::Named(names) => Some(names),
        }
    }
}
