//! Putting the layers together.

use super::file;
use super::folders::Folders;
use super::keys::{Key, Kind, keys};
use super::problem::{ConfigError, Problem};
use super::types::Config;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Variables that others made for the same thing. Our own name wins.
const OTHERS: &[(&str, &str)] = &[
    ("DATABASE_URL", "database.url"),
    ("AWS_ENDPOINT_URL", "files.s3.endpoint"),
    ("AWS_REGION", "files.s3.region"),
    ("AWS_ACCESS_KEY_ID", "files.s3.access_key_id"),
    ("AWS_SECRET_ACCESS_KEY", "files.s3.secret_access_key"),
    ("AWS_SESSION_TOKEN", "files.s3.session_token"),
    ("RUNPOD_API_KEY", "runpod.api_key"),
    ("HF_TOKEN", "runpod.hub_token"),
];

/// Whether a variable of this name may hold a setting of ours.
pub(crate) fn is_setting(name: &str) -> bool {
    name.starts_with("BRIGHTRUN_") || OTHERS.iter().any(|(other, _)| *other == name)
}

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `--config`; it must exist. Else `BRIGHTRUN_CONFIG`, else the usual place, where it may be missing.
    pub file: Option<PathBuf>,
    /// `--data-dir`, else `BRIGHTRUN_DATA_DIR`, else the usual place.
    pub data_dir: Option<PathBuf>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// Flags that set a key: the flag as the user writes it, the key, the value.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

impl Sources {
    /// The environment of this process and nothing else. Variables that are no UTF-8 are left out.
    pub fn of_process() -> Self {
        let env = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { env, ..Self::default() }
    }

    /// The config file and the data folder that these sources mean, whether they exist or not.
    pub fn folders(&self) -> Result<Folders, ConfigError> {
        folders(self)
    }

    /// A variable that is set to something.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The config file.
    File,
    /// This variable.
    Environment(String),
    /// This flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File => f.write_str("file"),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// The settings with their origins.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Where each key's value came from; keys that nobody set are missing.
    pub origins: BTreeMap<String, Origin>,
    /// The config file was there.
    pub file_exists: bool,
}

impl Loaded {
    /// Where the value of this key came from.
    pub fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }
}

/// Reads all sources. All problems are reported at once.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let keys = keys();
    let folders = folders(sources)?;
    let mut layers = Layers::default();
    let mut problems = Vec::new();
    let mut file_exists = false;
    match file::read(&folders.config_file, &keys) {
        Ok(Some(set)) => {
            file_exists = true;
            for (key, value) in set {
                layers.put(key, value, Origin::File);
            }
        }
        Ok(None) if explicit(sources) => problems.push(missing(&folders)),
        Ok(None) => {}
        Err(error) => problems.extend(error.problems),
    }
    for (name, key) in variables(&keys) {
        let Some(text) = sources.variable(&name) else { continue };
        match read_word(key, text) {
            Some(value) => layers.put(key.path.clone(), value, Origin::Environment(name)),
            None => problems.push(unfit(&format!("the variable {name}"), key, text)),
        }
    }
    for (flag, path, text) in &sources.flags {
        let Some(key) = keys.iter().find(|key| key.path == *path) else { continue };
        match read_word(key, text) {
            Some(value) => layers.put(key.path.clone(), value, Origin::Flag((*flag).to_owned())),
            None => problems.push(unfit(flag, key, text)),
        }
    }
    if !problems.is_empty() {
        return Err(ConfigError { problems });
    }
    let mut config: Config = serde_json::from_value(layers.tree()).map_err(|error| {
        ConfigError::one(folders.config_file.display(), error.to_string(), "Correct this key")
    })?;
    config.folders = folders;
    config.verify(&layers.origins)?;
    config.anchor(&layers.origins);
    Ok(Loaded { config, origins: layers.origins, file_exists })
}

/// Which variable sets which key, the weaker names first.
fn variables(keys: &[Key]) -> impl Iterator<Item = (String, &Key)> {
    let others = OTHERS.iter().filter_map(|(name, path)| {
        keys.iter().find(|key| key.path == *path).map(|key| ((*name).to_owned(), key))
    });
    others.chain(keys.iter().map(|key| (key.variable(), key)))
}

fn explicit(sources: &Sources) -> bool {
    sources.file.is_some() || sources.variable("BRIGHTRUN_CONFIG").is_some()
}

fn folders(sources: &Sources) -> Result<Folders, ConfigError> {
    let given = |path: &Option<PathBuf>, variable: &str| {
        path.clone().or_else(|| sources.variable(variable).map(PathBuf::from))
    };
    let file = given(&sources.file, "BRIGHTRUN_CONFIG");
    let data_dir = given(&sources.data_dir, "BRIGHTRUN_DATA_DIR");
    Folders::find(file.as_deref(), data_dir.as_deref()).ok_or_else(|| {
        ConfigError::one(
            "the home folder",
            "there is none, so there is no place for the data",
            "Set HOME, or name a folder with --data-dir",
        )
    })
}

fn missing(folders: &Folders) -> Problem {
    Problem {
        place: folders.config_file.display().to_string(),
        why: "this config file does not exist".to_owned(),
        next: "Correct --config or BRIGHTRUN_CONFIG, or write one with `brightrun config init`".to_owned(),
    }
}

fn unfit(place: &str, key: &Key, text: &str) -> Problem {
    let value = if key.secret || key.address { "this".to_owned() } else { format!("\"{text}\"") };
    Problem {
        place: place.to_owned(),
        why: format!("`{}` cannot be {value}", key.path),
        next: format!("Write {}", key.expected().replace("text in quotation marks", "a text")),
    }
}

/// A variable's or a flag's text as the key holds it.
fn read_word(key: &Key, text: &str) -> Option<Value> {
    match &key.kind {
        Kind::Text => Some(text.into()),
        Kind::Word(words) => words.iter().any(|word| word == text).then(|| text.into()),
        Kind::Switch => match text {
            "true" | "1" | "yes" | "on" => Some(true.into()),
            "false" | "0" | "no" | "off" => Some(false.into()),
            _ => None,
        },
        Kind::Number(low, high) => {
            text.parse().ok().filter(|number| (low..=high).contains(&number)).map(|number: i64| number.into())
        }
    }
}

/// Values by path; a later layer replaces an earlier one.
#[derive(Default)]
struct Layers {
    values: BTreeMap<String, Value>,
    origins: BTreeMap<String, Origin>,
}

impl Layers {
    fn put(&mut self, key: String, value: Value, origin: Origin) {
        self.origins.insert(key.clone(), origin);
        self.values.insert(key, value);
    }

    fn tree(&self) -> Value {
        let mut root = Map::new();
        for (path, value) in &self.values {
            let mut section = &mut root;
            let mut names = path.split('.').peekable();
            while let Some(name) = names.next() {
                if names.peek().is_none() {
                    section.insert(name.to_owned(), value.clone());
                    break;
                }
                let below = section.entry(name).or_insert_with(|| Value::Object(Map::new()));
                let Value::Object(below) = below else { break };
                section = below;
            }
        }
        Value::Object(root)
    }
}
