//! What many tests need and takes long to make: made once, kept below `target/tmp`, copied by whoever needs it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The file or folder of this name, which `make` makes at the path that it is given where nobody has yet. The name has to tell
/// everything that what is made depends on.
pub fn once(name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept");
    fs::create_dir_all(&folder).expect("a folder below target");
    let kept = folder.join(name);
    // Held until it is there; a test that is killed meanwhile leaves the lock to the next one, and nothing half.
    let lock = File::create(folder.join(format!("{name}.lock"))).expect("a lock");
    lock.lock().expect("it is free some time");
    if !kept.exists() {
        let new = tempfile::tempdir_in(&folder).expect("a temporary folder");
        make(&new.path().join(name));
        fs::rename(new.path().join(name), &kept).expect("nobody else makes it");
    }
    kept
}
