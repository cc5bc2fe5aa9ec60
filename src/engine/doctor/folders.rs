//! The data folder: can it be written, by whom, and how much room is left.

use super::Line;
use crate::config::Folders;
use rustix::fs::{Access, access, statvfs};
use std::path::{Path, PathBuf};

/// Less than this is said, in bytes.
const LITTLE: u64 = 1_000_000_000;
/// Less than this is too little, in bytes.
const TOO_LITTLE: u64 = 50_000_000;

pub(super) fn check(folders: &Folders, lines: &mut Vec<Line>) {
    lines.push(writable("data folder", &folders.data_dir));
    if let Some(line) = open_to_others(&folders.data_dir) {
        lines.push(line);
    }
    lines.push(room(&folders.data_dir));
}

/// The folder can be written, or made.
pub(super) fn writable(area: &'static str, folder: &Path) -> Line {
    let shown = folder.display();
    let parent = existing(folder);
    if !parent.is_dir() {
        let what = format!("{} is no folder", parent.display());
        return Line::fail(area, what, "Move it away, or name another folder");
    }
    if access(&parent, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let what = format!("{} cannot be written", parent.display());
        return Line::fail(area, what, "Make it writable for you, or name another folder with --data-dir");
    }
    if parent == folder {
        return Line::ok(area, format!("{shown} can be written"));
    }
    Line::ok(area, format!("{shown} is not there yet and can be made"))
}

/// The folder itself or the nearest one above it that exists.
fn existing(folder: &Path) -> PathBuf {
    let named = folder.ancestors().find(|path| !path.as_os_str().is_empty() && path.exists());
    named.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

#[cfg(unix)]
fn open_to_others(folder: &Path) -> Option<Line> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(folder).ok()?.permissions().mode();
    (mode & 0o002 != 0).then(|| {
        let what = format!("everybody can write into {} (mode {:03o})", folder.display(), mode & 0o777);
        Line::warn("permissions", what, "Run chmod o-w on it")
    })
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<Line> {
    None
}

fn room(folder: &Path) -> Line {
    let Ok(disk) = statvfs(existing(folder)) else {
        return Line::warn("disk", "the room that is left is unknown", "Look at it with df");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    judged(free)
}

pub(super) fn judged(free: u64) -> Line {
    let what = format!("{} MB are free", free / 1_000_000);
    match free {
        ..TOO_LITTLE => Line::fail("disk", what, "Make room, or name another folder with --data-dir"),
        TOO_LITTLE..LITTLE => Line::warn("disk", what, "Make room before long work"),
        _ => Line::ok("disk", what),
    }
}
