//! Presets: settings under a name, in files (R3.01, R3.10; training-pipeline 7 nos. 1–3).

#[cfg(test)]
mod tests;

use crate::hyperparameters::{Field, Hyperparameters, Limits, Severity};
use serde::{Deserialize, Serialize};

/// The word of the platform's rows for settings that are no preset's.
pub const CUSTOM: &str = "custom";
/// Characters of a name: the platform's column holds 50.
const NAME: usize = 50;

/// Settings under a name. The name is that of its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Small letters, digits, `-`.
    #[serde(skip)]
    pub name: String,
    /// What to call it.
    pub title: String,
    /// What it is like: one sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub best_for: String,
    /// Printed as it stands; never counted with (R3.07).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
    /// The preset that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<String>,
    /// The settings.
    #[serde(default)]
    pub hyperparameters: Hyperparameters,
}

/// Why a preset cannot be read or kept: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("preset {name}: {}", faults.join("; "))]
pub struct BadPreset {
    /// Its name.
    pub name: String,
    /// A clause each.
    pub faults: Vec<String>,
}

impl Preset {
    /// A preset of somebody's own: these settings under a name.
    pub fn of(name: &str, based_on: Option<String>, values: &Hyperparameters) -> Self {
        let mut title = name.replace('-', " ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self {
            name: name.to_owned(),
            title,
            about: String::new(),
            best_for: String::new(),
            caption: String::new(),
            based_on: based_on.filter(|base| base != name),
            hyperparameters: values.clone(),
        }
    }

    /// Reads a preset's file.
    ///
    /// # Errors
    /// The name cannot be one, the text is no TOML, a member is unknown, or a value is outside the service's limits.
    pub fn read(name: &str, text: &str) -> Result<Self, BadPreset> {
        let bad = |faults| BadPreset { name: name.to_owned(), faults };
        let mut preset: Self =
            toml::from_str(text).map_err(|e| bad(vec![e.to_string().trim_end().to_owned()]))?;
        name.clone_into(&mut preset.name);
        let faults = preset.faults();
        if faults.is_empty() { Ok(preset) } else { Err(bad(faults)) }
    }

    /// What is wrong with it; presets are for everyday models, so the service's limits hold.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > NAME || !self.name.chars().all(fits) {
            faults.push(format!("a name has 1 to {NAME} small letters, digits and hyphens"));
        }
        if self.name == CUSTOM {
            faults.push("custom is the word for settings that are no preset".to_owned());
        }
        let problems = self.hyperparameters.check(Limits::Service);
        faults.extend(problems.iter().filter(|p| p.severity == Severity::Error).map(ToString::to_string));
        faults
    }

    /// The preset's file.
    ///
    /// # Errors
    /// It is faulty ([`Preset::faults`]), or a text in it cannot be written as TOML.
    pub fn write(&self) -> Result<String, BadPreset> {
        let bad = |faults| BadPreset { name: self.name.clone(), faults };
        match self.faults() {
            faults if faults.is_empty() => toml::to_string(self).map_err(|e| bad(vec![e.to_string()])),
            faults => Err(bad(faults)),
        }
    }
}

/// The presets that can be chosen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Presets(pub Vec<Preset>);

impl Presets {
    /// The preset with this name; the platform's `fast` and `quality` mean `conservative` and `aggressive` when no
    /// preset is called so.
    pub fn find(&self, name: &str) -> Option<&Preset> {
        let named = |name: &str| self.0.iter().find(|p| p.name == name);
        named(name).or_else(|| match name {
            "fast" => named("conservative"),
            "quality" => named("aggressive"),
            _ => None,
        })
    }

    /// These with others laid over them: one with the same name is replaced where it stands.
    #[must_use]
    pub fn with(mut self, over: impl IntoIterator<Item = Preset>) -> Self {
        for preset in over {
            match self.0.iter_mut().find(|p| p.name == preset.name) {
                Some(old) => *old = preset,
                None => self.0.push(preset),
            }
        }
        self
    }
}

/// The presets that come with the program.
///
/// # Panics
/// Never: a test reads them.
#[expect(clippy::expect_used, reason = "the files are compiled in and read by a test")]
pub fn builtin() -> Presets {
    let files = [
        ("conservative", include_str!("../catalog/presets/conservative.toml")),
        ("balanced", include_str!("../catalog/presets/balanced.toml")),
        ("aggressive", include_str!("../catalog/presets/aggressive.toml")),
    ];
    Presets(
        files
            .iter()
            .map(|(name, text)| Preset::read(name, text).expect("built-in presets are sound"))
            .collect(),
    )
}

/// The preset to offer first for a dataset of this many conversations (training-pipeline 1.3.1, by size).
pub const fn suggested(conversations: u64) -> &'static str {
    match conversations {
        0..150 => "conservative",
        150..=300 => "balanced",
        _ => "aggressive",
    }
}

/// Which preset some settings are, or which they were made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The preset that was picked last; `None`: none ever was.
    pub based_on: Option<String>,
    /// The settings that were changed since.
    pub changed: Vec<Field>,
}

impl Chosen {
    /// Compares settings with the preset they were made from. Editing a value and editing it back is no change.
    pub fn of(values: &Hyperparameters, picked: Option<&Preset>) -> Self {
        let Some(preset) = picked else { return Self { based_on: None, changed: Vec::new() } };
        Self { based_on: Some(preset.name.clone()), changed: values.differs(&preset.hyperparameters) }
    }

    /// The platform's `preset_id`: the name while nothing was changed, else `custom`.
    pub fn id(&self) -> &str {
        self.based_on.as_deref().filter(|_| self.changed.is_empty()).unwrap_or(CUSTOM)
    }

    /// `balanced`, `Custom, based on balanced, 1 change`, or `Custom`.
    pub fn label(&self) -> String {
        match (&self.based_on, self.changed.len()) {
            (Some(name), 0) => name.clone(),
            (Some(name), 1) => format!("Custom, based on {name}, 1 change"),
            (Some(name), n) => format!("Custom, based on {name}, {n} changes"),
            (None, _) => "Custom".to_owned(),
        }
    }
}
