"""Folders for runs on this machine's own disk. What an earlier process left is removed, unless it is in use."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "brightrun-run-"


def make() -> Path:
    """A fresh folder below BRIGHTRUN_WORK, or where temporary files lie."""
    base = Path(os.environ.get("BRIGHTRUN_WORK") or tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    for old in base.glob(PREFIX + "*"):
        if _forsaken(old):
            shutil.rmtree(old, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    _hold(made)
    return made


def _hold(folder: Path) -> None:
    """Locks the folder as long as this process lives."""
    descriptor = os.open(folder / "in-use", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _forsaken(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / "in-use", os.O_RDWR)
    except OSError:
        return False  # being made this instant, or another user's
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
