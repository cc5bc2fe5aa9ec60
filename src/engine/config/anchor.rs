//! Paths of the config file are made whole: what a relative one means must not depend on where brightrun is started (decision 0050).

use super::load::Origin;
use super::secret::Address;
use super::types::Config;
use std::collections::BTreeMap;
use std::path::Path;

impl Config {
    /// Anchors every path that stands in the config file. What a flag or a variable says is a path of the user's shell, and stays.
    pub(super) fn anchor(&mut self, origins: &BTreeMap<String, Origin>) {
        let of_file = |key: &str| origins.get(key) == Some(&Origin::File);
        let folder = self.folders.beside_config("");
        if of_file("database.url") {
            self.database.url = database(self.database.url.expose(), &folder);
        }
        if of_file("files.url") {
            self.files.url = files(self.files.url.expose(), &folder);
        }
        for (key, text) in [
            ("profile.consultant_profile", &mut self.profile.consultant_profile),
            ("ui.keys", &mut self.ui.keys),
            ("worker.python", &mut self.worker.python),
            ("worker.folder", &mut self.worker.folder),
        ] {
            if of_file(key) {
                *text = path(text, &folder);
            }
        }
    }
}

/// `sqlite:PATH` with its path made whole; the address of a server as it is.
fn database(url: &str, folder: &Path) -> Address {
    let Some(rest) = url.strip_prefix("sqlite:") else { return Address::new(url) };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let end = rest.find('?').unwrap_or(rest.len());
    match &rest[..end] {
        // Neither names a file; the store says so.
        "" | ":memory:" => Address::new(url),
        name => Address::new(&format!("sqlite:{}{}", path(name, folder), &rest[end..])),
    }
}

/// A folder made whole, with `file:` before it or without; S3 as it is.
fn files(url: &str, folder: &Path) -> Address {
    if url.starts_with("s3:") {
        return Address::new(url);
    }
    let rest = url.strip_prefix("file:").map_or(url, |rest| rest.strip_prefix("//").unwrap_or(rest));
    Address::new(&path(rest, folder))
}

/// Relative ones begin at the file's folder, `~/` at the home folder. An empty text means "not set".
fn path(text: &str, folder: &Path) -> String {
    if text.is_empty() {
        return String::new();
    }
    let whole = match (text.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(home)) => home.home_dir().join(rest),
        _ => folder.join(text),
    };
    whole.display().to_string()
}
