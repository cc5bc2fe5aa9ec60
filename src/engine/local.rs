//! Files on this machine: finding them, and writing them whole or not at all.

use crate::{Error, Problem};
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt as _, FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// Every file of `paths` in order; folders give everything below them, by name. Hidden files in folders are left out, and a folder
/// that links lead to again counts once. Pipes, sockets and devices are problems: opening one may wait for ever, reading one never end.
pub(crate) fn walk(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        take(path.clone(), &mut HashSet::new(), &mut files, &mut problems);
    }
    (files, problems)
}

/// Device and number of the folders that were looked into.
type Seen = HashSet<(u64, u64)>;

fn take(path: PathBuf, seen: &mut Seen, files: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    let problem = |e: &io::Error| Problem { on: path.display().to_string(), why: why(e) };
    let meta = match fs::metadata(&path) {
        Ok(meta) => meta,
        Err(e) => return problems.push(problem(&e)),
    };
    if !meta.is_dir() {
        match no_file(&meta) {
            None => files.push(path),
            Some(why) => problems.push(Problem { on: path.display().to_string(), why: why.to_owned() }),
        }
        return;
    }
    if !seen.insert((meta.dev(), meta.ino())) {
        return;
    }
    let mut entries = match fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(e) => return problems.push(problem(&e)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // Most are plain files, and the listing says so: a question less for each.
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            files.push(entry.path());
        } else {
            take(entry.path(), seen, files, problems);
        }
    }
}

/// Why this cannot be read as a file, unless it can.
pub(crate) fn no_file(meta: &fs::Metadata) -> Option<&'static str> {
    let kind = meta.file_type();
    if kind.is_file() || kind.is_dir() {
        None
    } else if kind.is_fifo() {
        Some("it is a pipe, and files are read twice; save it as a file first")
    } else {
        Some("it is a device or a socket, no file")
    }
}

/// The operating system's reason in plain words.
pub(crate) fn why(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "you have no right to it".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "there is no room left".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of its path is no folder".to_owned(),
        _ => e.to_string(),
    }
}

/// An error about a file on this machine, with what to do next.
pub(crate) fn error(what: &str, path: &Path, e: &io::Error) -> Error {
    let next = match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "Make room, then do it again",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "Choose another place",
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "Check the path",
        _ => "",
    };
    Error::failed(what, why(e)).on(path.display()).next(next)
}

/// A file that is being written beside its final name. It takes that name when it is complete; dropped before, it leaves nothing.
///
/// The name beside it is always the same, so that what a kill leaves is taken over by the next writer, never piled up.
#[derive(Debug)]
pub(crate) struct Part {
    pub file: File,
    temp: PathBuf,
    target: PathBuf,
    kept: bool,
    /// Folders that were made for it, the deepest first: what is refused leaves nothing behind.
    made: Vec<PathBuf>,
}

impl Part {
    /// Begins; makes the folder when it is missing.
    pub fn begin(target: &Path) -> crate::Result<Self> {
        let part = Self::resume(target)?;
        part.restart()?;
        Ok(part)
    }
    /// The same, with what an earlier one left.
    pub fn resume(target: &Path) -> crate::Result<Self> {
        let fail = |e: &io::Error| error("Cannot write", target, e);
        let folder = folder_of(target);
        let missing = |f: &&Path| !f.as_os_str().is_empty() && !f.exists();
        let made: Vec<PathBuf> = folder.ancestors().take_while(missing).map(Path::to_owned).collect();
        fs::create_dir_all(folder).map_err(|e| fail(&e))?;
        if target.is_dir() {
            return Err(fail(&io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let temp = folder.join(format!(".{name}.brightrun-part"));
        let file = loop {
            let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&temp);
            let file = open.map_err(|e| fail(&e))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::failed("Cannot write", "another brightrun is writing it")
                        .on(target.display())
                        .next("Wait for it, or choose another place"));
                }
                Err(TryLockError::Error(e)) => return Err(fail(&e)),
            }
            // Whoever held it may have given it its name between the opening and the lock: then it is his output now.
            let ours = file.metadata().map_err(|e| fail(&e))?;
            if fs::metadata(&temp).is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino())) {
                break file;
            }
        };
        Ok(Self { file, temp, target: target.to_owned(), kept: false, made })
    }
    /// Forgets what is in it.
    pub fn restart(&self) -> crate::Result<()> {
        self.file.set_len(0).map_err(|e| error("Cannot write", &self.target, &e))
    }
    /// Stays as it is, for one that resumes.
    pub fn leave(mut self) {
        self.kept = true;
    }
    /// Forces the bytes to disk; the name is still the temporary one.
    pub fn sync(&self) -> crate::Result<()> {
        self.file.sync_data().map_err(|e| error("Cannot write", &self.target, &e))
    }
    /// Gives it its name.
    pub fn keep(self) -> crate::Result<PathBuf> {
        let [target] = Self::keep_all([self])?;
        Ok(target)
    }
    /// Gives each its name, in order; a folder that they share is forced to disk once.
    pub fn keep_all<const N: usize>(mut parts: [Self; N]) -> crate::Result<[PathBuf; N]> {
        let mut folders = BTreeSet::new();
        for part in &mut parts {
            fs::rename(&part.temp, &part.target).map_err(|e| error("Cannot write", &part.target, &e))?;
            part.kept = true;
            folders.insert(folder_of(&part.target).to_owned());
        }
        for folder in folders.iter().filter_map(|folder| File::open(folder).ok()) {
            // A file system that cannot do this has no better way either.
            let _ = folder.sync_all();
        }
        Ok(parts.each_ref().map(|part| part.target.clone()))
    }
}

/// Takes bytes at their places, from any thread.
pub(crate) trait Sink: Sync {
    /// Writes at a place.
    fn write_at(&self, bytes: &[u8], at: u64) -> crate::Result<()>;
    /// Waits until the disk has what was written so far.
    fn settle(&self) -> crate::Result<()> {
        Ok(())
    }
}

impl Sink for Part {
    fn write_at(&self, bytes: &[u8], at: u64) -> crate::Result<()> {
        self.file.write_all_at(bytes, at).map_err(|e| error("Cannot write", &self.target, &e))
    }
    fn settle(&self) -> crate::Result<()> {
        self.sync()
    }
}

/// Where bytes go that nobody asked for.
pub(crate) struct Nowhere;

impl Sink for Nowhere {
    fn write_at(&self, _: &[u8], _: u64) -> crate::Result<()> {
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.temp);
            // Only empty ones go.
            let _ = self.made.iter().try_for_each(fs::remove_dir);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Bytes of a name, so that what is put behind it still fits into the 255 that file systems take.
const NAME: usize = 200;

/// A name that any file system takes: letters, digits, blanks and `-_.`; everything else becomes `-`.
pub(crate) fn safe_name(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '+') { c } else { '-' })
        .take(120)
        .collect();
    safe.truncate(safe.floor_char_boundary(NAME));
    let safe = safe.trim().trim_start_matches('.');
    if safe.is_empty() { "training".to_owned() } else { safe.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_appears_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("new/training.json");
        let part = Part::begin(&target).unwrap();
        part.write_at(b"world", 6).unwrap();
        part.write_at(b"hello ", 0).unwrap();
        assert!(!target.exists());
        assert!(Part::begin(&target).unwrap_err().to_string().contains("another brightrun"));
        drop(part);
        assert!(!dir.path().join("new").exists(), "the folder was made for it, and goes with it");

        fs::create_dir(dir.path().join("new")).unwrap();
        fs::write(target.parent().unwrap().join(".training.json.brightrun-part"), "left by a kill, longer")
            .unwrap();
        let part = Part::begin(&target).unwrap();
        part.write_at(b"short", 0).unwrap();
        part.keep().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"short");
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn folders_are_walked_by_name_and_missing_ones_are_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("b")).unwrap();
        for name in ["c.json", "b/z.json", "b/a.txt", ".hidden"] {
            fs::write(dir.path().join(name), "{}").unwrap();
        }
        let (files, problems) = walk(&[dir.path().to_owned(), dir.path().join("nothing")]);
        let names: Vec<_> =
            files.iter().map(|f| f.strip_prefix(dir.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["b/a.txt", "b/z.json", "c.json"]);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].why, "it does not exist");
    }

    #[test]
    fn links_in_circles_end_and_what_is_no_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("x.json"), "{}").unwrap();
        // Two links per folder: followed blindly, these are 2^64 folders.
        for (to, link) in [(".", "a/one"), ("..", "a/two"), ("../..", "a/b/three"), ("self", "self")] {
            std::os::unix::fs::symlink(to, dir.path().join(link)).unwrap();
        }
        std::os::unix::fs::symlink("/dev/zero", dir.path().join("zero")).unwrap();
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let (files, problems) = walk(&[dir.path().to_owned()]);
        assert_eq!(files, [inner.join("x.json")]);
        let problems: Vec<_> = problems.iter().map(|p| p.on.rsplit('/').next().unwrap()).collect();
        assert_eq!(problems, ["pipe", "self", "zero"]);
    }

    #[test]
    fn names_of_files_are_harmless() {
        assert_eq!(safe_name("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(safe_name("..."), "training");
        assert_eq!(safe_name("Spring 2026 (a)"), "Spring 2026 -a-");
        assert_eq!(safe_name(&"ä".repeat(255)).len(), NAME);
        assert!(safe_name(&"字".repeat(255)).len() <= NAME);
    }
}
