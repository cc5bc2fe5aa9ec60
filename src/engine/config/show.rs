//! `config show`: every value with its origin, no secret.

use super::keys::keys;
use super::load::Loaded;
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;

/// The settings as they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The config file.
    pub config_file: PathBuf,
    /// It is there.
    pub config_file_exists: bool,
    /// Where the data lies.
    pub data_dir: PathBuf,
    /// All keys.
    pub values: Vec<ShownValue>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownValue {
    /// Its sections and its name.
    pub key: String,
    /// Its value; a secret is `set` or `not set`, an address has `***` for its password.
    pub value: Value,
    /// `default`, `file`, or the name of a variable or flag.
    pub from: String,
}

/// Shows the settings.
pub fn show(loaded: &Loaded) -> Shown {
    let tree = serde_json::to_value(&loaded.config).unwrap_or_default();
    let shown = |path: &str, secret: bool| {
        let value = path.split('.').try_fold(&tree, |at, name| at.get(name)).cloned().unwrap_or_default();
        match value.as_str() {
            Some("") if secret => "not set".into(),
            _ => value,
        }
    };
    let values = keys()
        .into_iter()
        .map(|key| ShownValue {
            value: shown(&key.path, key.secret),
            from: loaded.origin(&key.path).to_string(),
            key: key.path,
        })
        .collect();
    Shown {
        config_file: loaded.config.folders.config_file.clone(),
        config_file_exists: loaded.file_exists,
        data_dir: loaded.config.folders.data_dir.clone(),
        values,
    }
}
