"""Folders for runs on this machine's own disk. What an earlier process left is removed, unless it is in use."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "brightrun-run-"


@contextlib.contextmanager
def fresh() -> Iterator[Path]:
    """A new folder below BRIGHTRUN_WORK, or where temporary files lie; gone afterwards."""
    base = Path(os.environ.get("BRIGHTRUN_WORK") or tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    for old in base.glob(PREFIX + "*"):
        if _forsaken(old):
            shutil.rmtree(old, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    lock = os.open(made / "in-use", os.O_RDWR | os.O_CREAT, 0o644)  # locked until it is closed, however this process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)


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
