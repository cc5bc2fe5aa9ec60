"""events.jsonl in the store: parts of at most 1 MiB, cut behind a line, put again while they grow.

Where the cuts are follows from the bytes alone, so a machine that goes on cuts as the one before it did.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

FULL = 1024 * 1024


def name(number: int) -> str:
    return f"events/{number:05}.jsonl"


def cut(content: bytes, full: int = FULL) -> tuple[int, bool]:
    """How many bytes of `content` (from the start of a part) belong to the part, and whether it is full with them.
    Only whole lines count; a single line longer than a part is a part."""
    if len(content) < full:
        return content.rfind(b"\n") + 1, False
    end = content.rfind(b"\n", 0, full) + 1
    if not end:
        end = content.find(b"\n", full) + 1
    return end, end > 0


class Parts:
    """Which bytes of the file the store has. `begin`: what an earlier machine put there, all of it whole lines."""

    def __init__(self, path: Path, full: int = FULL):
        self._path, self._full = path, full
        self._number, self._start, self._sent = 0, 0, 0

    def begin(self) -> None:
        for number, start, end, whole in self._ahead():
            self._number, self._start, self._sent = (number + 1, end, end) if whole else (number, start, end)

    def push(self, put: Callable[[str, bytes], None]) -> int:
        """Puts what has grown; the number of bytes put. What `put` raises leaves everything to the next call."""
        total = 0
        for number, start, end, whole in self._ahead():
            if end > self._sent:
                put(name(number), self._bytes(start, end))
                total += end - start
            self._sent = max(self._sent, end)
            if whole:
                self._number, self._start = number + 1, end
        return total

    def _ahead(self) -> Iterator[tuple[int, int, int, bool]]:
        """(number, start, end, full) of every part from the present one on, as the file is now."""
        size = self._path.stat().st_size if self._path.exists() else 0
        number, start = self._number, self._start
        while start < size:
            end, whole = cut(self._bytes(start, min(size, start + self._full)), self._full)
            if not end and size - start > self._full:  # one very long line
                end, whole = cut(self._bytes(start, size), self._full)
            if not end:
                return
            yield number, start, start + end, whole
            if not whole:
                return
            number, start = number + 1, start + end

    def _bytes(self, start: int, end: int) -> bytes:
        with open(self._path, "rb") as file:
            file.seek(start)
            return file.read(end - start)
