"""Folders as tar in parts, without a second copy on the disk: the tar is read where the files lie.

Headers hold nothing of the machine (no owner, no times), so the same files give the same bytes. Files stay open: a
checkpoint may be removed by the next one while it is carried away.
"""

import hashlib
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from .. import files
from .http import BLOCK

RECORD = 512  # bytes; what tar counts in


class Archive:
    """`members`: (name in the tar, file). Raises FileNotFoundError where one is gone already."""

    def __init__(self, members: Iterable[tuple[str, Path]]):
        self._pieces: list[tuple[int, int, bytes | int]] = []  # (start, length, bytes themselves or a descriptor)
        self._open: list[int] = []
        self.size = 0
        try:
            for name, path in members:
                self._add(name, path)
        except BaseException:
            self.close()
            raise
        self._append(bytes(2 * RECORD))

    def _add(self, name: str, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY)
        self._open.append(descriptor)
        length = os.fstat(descriptor).st_size
        about = tarfile.TarInfo(name)
        about.size, about.mode = length, 0o644
        self._append(about.tobuf(tarfile.GNU_FORMAT))
        self._pieces.append((self.size, length, descriptor))
        self.size += length
        self._append(bytes(-length % RECORD))

    def _append(self, content: bytes) -> None:
        if content:
            self._pieces.append((self.size, len(content), content))
            self.size += len(content)

    def close(self) -> None:
        while self._open:
            os.close(self._open.pop())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def blocks(self, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `begin` to `end`."""
        end = self.size if end is None else end
        for start, length, source in self._pieces:
            at, stop = max(begin, start) - start, min(end, start + length) - start
            while at < stop:
                block = self._piece(source, at, min(stop, at + BLOCK))
                yield block
                at += len(block)

    @staticmethod
    def _piece(source: bytes | int, at: int, stop: int) -> bytes:
        if isinstance(source, bytes):
            return source[at:stop]
        block = os.pread(source, stop - at, at)
        if not block:
            raise OSError("a file became shorter while it was carried away")
        return block

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(block)
        return digest.hexdigest()

    def parts(self, size: int) -> list[tuple[int, int]]:
        """(begin, end) of each part."""
        return [(begin, min(self.size, begin + size)) for begin in range(0, self.size, size)]


def members(root: Path, *names: str) -> list[tuple[str, Path]]:
    """Every file of `names` (files or folders directly below `root`) that is there, sorted."""
    found = []
    for name in names:
        place = root / name
        below = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
        found += [(path.relative_to(root).as_posix(), path) for path in below if files.TEMPORARY not in path.name]
    return found


def part_name(archive: str, number: int) -> str:
    return f"{archive}/{number:05}"


class Damaged(Exception):
    """What came out of the store is not what its description says."""


def unpack(path: Path, into: Path, allowed: str) -> None:
    """Unpacks plain files whose names match `allowed` wholly; anything else in the tar is refused."""
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                name = member.name
                if not member.isfile() or not re.fullmatch(allowed, name) or ".." in name.split("/"):
                    raise Damaged(f"the archive holds {name!r}, which does not belong there")
                target = into / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with open(target, "wb") as file:
                    source = tar.extractfile(member)
                    while block := source.read(BLOCK):
                        file.write(block)
    except tarfile.TarError as error:
        raise Damaged(str(error)) from error
