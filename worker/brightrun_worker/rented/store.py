"""Where a run is watched from: an object store by signed addresses, or a network volume. Both know plain names.

All methods block; `patiently` repeats what may work later.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .. import files
from ..errors import DiskFull, WorkerError
from . import http
from .http import Again

READ_AT_MOST = 64 * 1024 * 1024  # bytes of what is read as a whole


class Store:
    """`travels`: whether the run directory has to be carried there piece by piece, or lies there anyway."""

    travels = True

    def read(self, name: str) -> bytes | None:
        """The whole object; None: it is not there."""
        raise NotImplementedError

    def save(self, name: str, path: Path) -> bool:
        """Writes the object to a file; False: it is not there."""
        raise NotImplementedError

    def put(self, name: str, blocks: Callable[[], Iterable[bytes]], length: int) -> None:
        raise NotImplementedError

    def put_bytes(self, name: str, content: bytes) -> None:
        self.put(name, lambda: [content], len(content))


class Signed(Store):
    """Addresses signed for one name and one method each."""

    def __init__(self, get: dict[str, str], put: dict[str, str]):
        self._get, self._put = get, put

    def read(self, name: str) -> bytes | None:
        blocks = self._open(name)
        if blocks is None:
            return None
        content = bytearray()
        for block in blocks:
            content += block
            if len(content) > READ_AT_MOST:
                raise WorkerError(f"{name} has more than {READ_AT_MOST} bytes: this is not what belongs there")
        return bytes(content)

    def save(self, name: str, path: Path) -> bool:
        blocks = self._open(name)
        if blocks is None:
            return False
        with open(path, "wb") as file:
            for block in blocks:
                file.write(block)
        return True

    def _open(self, name: str) -> Iterator[bytes] | None:
        if name not in self._get:
            return None
        try:
            return http.get(self._get[name])
        except http.Absent:
            return None
        except http.Denied as error:
            # A key that may not list is told this, and not 404, about a name that is not there (S3).
            if error.status == 403 and error.code == "AccessDenied":
                return None
            raise

    def put(self, name: str, blocks: Callable[[], Iterable[bytes]], length: int) -> None:
        if name not in self._put:
            raise DiskFull(f"the run makes more than its place in the store holds: there is no address for {name}",
                           "Take a network volume for this run, or do without the merged model.")
        http.put(self._put[name], blocks(), length)


class Volume(Store):
    """A folder on a mounted network volume. The run directory is that folder."""

    travels = False

    def __init__(self, folder: Path):
        self.folder = folder

    def read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def save(self, name: str, path: Path) -> bool:
        content = self.read(name)
        if content is not None:
            path.write_bytes(content)
        return content is not None

    def put(self, name: str, blocks: Callable[[], Iterable[bytes]], length: int) -> None:
        path = self.folder / name
        beside = path.with_name(files.TEMPORARY + path.name)
        files.write(beside, b"".join(blocks()))
        os.rename(beside, path)


class Given(Exception):
    """`patiently` was told to stop."""


def patiently(action: Callable, seconds: float, stop: threading.Event | None = None):
    """What `action` returns, tried for `seconds` while it raises Again. Raises its last Again then, Given on `stop`."""
    end, pause = time.monotonic() + seconds, 0.25
    while True:
        try:
            return action()
        except Again as error:
            wait = max(error.pause, pause * random.uniform(0.7, 1.3))
            if time.monotonic() + wait > end:
                raise
            if stop is None:
                time.sleep(wait)
            elif stop.wait(wait):
                raise Given from None
            pause = min(pause * 2, 15)
