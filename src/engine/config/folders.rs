//! The folders on this machine.

use directories::ProjectDirs;
use std::path::{Path, PathBuf};

/// Where things lie. Everything that brightrun writes by itself lies in the data folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    /// The config file, whether it exists or not.
    pub config_file: PathBuf,
    /// Database, files and logs, unless they are set elsewhere.
    pub data_dir: PathBuf,
}

impl Folders {
    /// The usual folders of this system, unless others are given. `None`: there is no home folder.
    pub fn find(config_file: Option<&Path>, data_dir: Option<&Path>) -> Option<Self> {
        let usual = ProjectDirs::from("", "", "brightrun");
        let config_file = match (config_file, &usual) {
            (Some(file), _) => file.to_owned(),
            (None, Some(usual)) => usual.config_dir().join("config.toml"),
            (None, None) => data_dir?.join("config.toml"),
        };
        let data_dir = match data_dir {
            Some(dir) => dir.to_owned(),
            None => usual?.data_dir().to_owned(),
        };
        Some(Self { config_file, data_dir })
    }

    /// The SQLite file, when no other database is set.
    pub fn database(&self) -> PathBuf {
        self.data_dir.join("brightrun.db")
    }
    /// The folder of the objects, when no other place is set.
    pub fn files(&self) -> PathBuf {
        self.data_dir.join("files")
    }
    /// The log files.
    pub fn logs(&self) -> PathBuf {
        self.data_dir.join("logs")
    }
    /// The user's themes.
    pub fn themes(&self) -> PathBuf {
        self.beside_config("themes")
    }
    /// The user's keys, when no other file is set.
    pub fn keys(&self) -> PathBuf {
        self.beside_config("keys.toml")
    }

    /// A name next to the config file.
    pub fn beside_config(&self, name: &str) -> PathBuf {
        self.config_file.parent().unwrap_or_else(|| Path::new("")).join(name)
    }
}
