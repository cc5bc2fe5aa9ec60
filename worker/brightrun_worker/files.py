"""Files and folders that appear complete or not at all, and stay after a power cut."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from .errors import DiskFull

TEMPORARY = ".tmp-"
"""How the name of everything unfinished begins."""


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes) -> None:
    """Writes a new file and makes its bytes durable. An OSError here has its errno: a full disk is known as such."""
    with open(path, "wb", buffering=0) as file:
        view = memoryview(content)
        while view:
            view = view[file.write(view):]
        os.fsync(file.fileno())


def write_json(path: Path, value: object) -> None:
    write(path, (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


def publish_json(path: Path, value: object) -> None:
    """Writes beside the place, then renames: a reader sees the old file or the new one."""
    beside = path.with_name(TEMPORARY + path.name)
    write_json(beside, value)
    os.rename(beside, path)
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Makes every file below a folder durable, whoever wrote it."""
    for path in [folder, *folder.rglob("*")]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class building:
    """`with building(target) as folder:` fills a temporary folder and renames it to `target` at the end.

    A failure removes what was begun. Libraries that write for us lose the errno on the way (safetensors and
    tokenizers raise types of their own), so a failure with no room left on that disk is called a full disk:
    that is measured, not read from a message.
    """

    def __init__(self, target: Path):
        self.target = target
        self.folder = target.with_name(TEMPORARY + target.name)

    def __enter__(self) -> Path:
        remove_tree(self.folder)
        self.folder.mkdir(parents=True)
        return self.folder

    def __exit__(self, kind, error, _trace):
        if error is None:
            try:
                self._put_in_place()
                return
            except OSError:
                remove_tree(self.folder)
                raise
        full = isinstance(error, Exception) and no_room(self.folder)
        remove_tree(self.folder)
        if full and not isinstance(error, OSError):
            raise DiskFull(f"no space left for {self.target}") from error

    def _put_in_place(self) -> None:
        sync_tree(self.folder)
        remove_tree(self.target)
        os.rename(self.folder, self.target)
        sync_folder(self.target.parent)


def no_room(folder: Path, least: int = 64 * 1024) -> bool:
    """Whether fewer than `least` bytes are free there."""
    return shutil.disk_usage(folder).free < least


def remove_tree(folder: Path) -> None:
    """Removes a folder. It is renamed first, so that no half-removed folder stands under its name."""
    if not folder.exists():
        return
    dying = folder.with_name(f"{TEMPORARY}removed-{folder.name}")
    shutil.rmtree(dying, ignore_errors=True)
    os.rename(folder, dying)
    shutil.rmtree(dying)


def remove_leftovers(folder: Path) -> None:
    """Removes what a killed worker had begun directly in `folder`."""
    for path in folder.glob(TEMPORARY + "*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def listing(root: Path, folder: Path) -> list[dict]:
    """`{path, bytes, sha256}` of every file below `folder`, paths relative to `root`, sorted."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        {"path": path.relative_to(root).as_posix(), "bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in found
    ]
