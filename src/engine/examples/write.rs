//! The enriched examples as files, for `aggregate`, `check` and `convert`.

use super::{make, set};
use crate::{Error, Result};
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Writes the enriched examples into a folder (made when missing), one file each, and returns the files in order. It blocks.
/// A file that is there already with the same content stays; with other content nothing is written at all.
pub fn write_to(folder: &Path) -> Result<Vec<PathBuf>> {
    const WHAT: &str = "Cannot write the examples";
    let broken =
        |why: String| Error::failed(WHAT, why).next("This is a fault of the program; please report it");
    let failed = |path: &Path, error: &std::io::Error| {
        Error::failed(WHAT, error.to_string()).on(path.display()).next("Name a folder that can be written to")
    };
    let set = set::read().map_err(broken)?;
    let mut files = Vec::new();
    for entry in &set.conversations {
        if let Some(bytes) = make::make(&set, entry).map_err(broken)?.enriched {
            let path = folder.join(&entry.file);
            let there = match fs::read(&path) {
                Ok(there) if there == bytes => true,
                Ok(_) => {
                    return Err(Error::refused(WHAT, "there is another file of that name")
                        .on(path.display())
                        .next("Name an empty folder"));
                }
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => return Err(failed(&path, &error)),
            };
            files.push((path, bytes, there));
        }
    }
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for (path, bytes, _) in files.iter().filter(|(_, _, there)| !there) {
        write(folder, path, bytes).map_err(|error| failed(path, &error))?;
    }
    Ok(files.into_iter().map(|(path, _, _)| path).collect())
}

/// Whole or not at all.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".example-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}
