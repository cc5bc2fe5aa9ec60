//! `config init`: the commented example, written where the config file belongs.

use super::folders::Folders;
use super::problem::ConfigError;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use std::{fs, io};

/// The example with every key.
pub const EXAMPLE: &str = include_str!("../../../config.example.toml");

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Initialized {
    /// The new config file.
    pub config_file: PathBuf,
}

/// Writes the example, readable for its owner only, whole or not at all. `Ok(None)`: there is a file already; it
/// stays as it is.
pub fn init(folders: &Folders) -> Result<Option<Initialized>, ConfigError> {
    let path = &folders.config_file;
    let folder = folders.beside_config("");
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let write = || -> io::Result<bool> {
        fs::create_dir_all(&folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(EXAMPLE.as_bytes())?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Ok(_) => Ok(true),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error.error),
        }
    };
    match write() {
        Ok(true) => Ok(Some(Initialized { config_file: path.clone() })),
        Ok(false) => Ok(None),
        Err(error) => Err(ConfigError::one(
            path.display(),
            format!("it cannot be written: {error}"),
            "Make the folder writable, or name another file with --config",
        )),
    }
}
