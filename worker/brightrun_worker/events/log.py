"""Writes events.jsonl: appended, numbered over all attempts, one system call per line."""

import contextlib
import json
import math
import os
from datetime import UTC, datetime
from pathlib import Path

from .reader import read


def now() -> str:
    """RFC 3339, UTC, milliseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def number(value: float) -> float | str:
    """A float with nine digits, which is more than training has; an int as it is. JSON has no word for NaN and the
    infinities: they are strings."""
    if isinstance(value, int):
        return value
    if math.isfinite(value):
        return float(f"{value:.9g}")
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


class EventLog:
    """Open it only while holding the directory's lock: it reads the last number and counts on from it."""

    def __init__(self, path: Path):
        self._seq, self.attempt, self.percent = 0, 1, 0.0
        for event in read(path):
            self._seq = max(self._seq, event["seq"])
            self.attempt = max(self.attempt, event["attempt"] + 1)
            if event["kind"] == "progress":
                self.percent = max(self.percent, event.get("percent", 0.0))
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._end_torn_line()

    def _end_torn_line(self) -> None:
        """A kill may have left half a line. It gets an end, nothing is taken away: somebody may be reading."""
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")

    def write(self, kind: str, **members) -> None:
        event = {"seq": self._seq + 1, "at": now(), "attempt": self.attempt, "kind": kind, **members}
        line = json.dumps(event, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        try:
            written = os.write(self._file, data)
            if written < len(data):  # the disk filled up within the line
                os.write(self._file, data[written:])
        except OSError:
            self._end_torn_line_if_possible()
            raise
        self._seq += 1

    def _end_torn_line_if_possible(self) -> None:
        with contextlib.suppress(OSError):
            self._end_torn_line()

    def stage(self, stage: str, detail: str = "", **members) -> None:
        self.write("stage", stage=stage, detail=detail, **members)

    def progress(self, percent: float, **members) -> None:
        """`percent` of the whole run; it never falls, not over restarts either."""
        self.percent = max(self.percent, min(100.0, percent))
        self.write("progress", percent=round(self.percent, 2), **members)

    def metrics(self, step: int, epoch: float, **values: float) -> None:
        self.write("metrics", step=step, epoch=round(epoch, 6), values={k: number(v) for k, v in values.items()})

    def log(self, text: str, topic: str = "") -> None:
        self.write("log", text=text, **({"topic": topic} if topic else {}))

    def warning(self, code: str, text: str) -> None:
        self.write("warning", code=code, text=text)

    def sync(self) -> None:
        """Makes all that was written durable. Done before a checkpoint appears, so that no metric of it is lost."""
        os.fsync(self._file)


class NoLog:
    """For processes that write nothing: the same methods, no file."""

    attempt, percent = 1, 0.0

    def write(self, kind: str, **members) -> None: ...
    def stage(self, stage: str, detail: str = "", **members) -> None: ...
    def progress(self, percent: float, **members) -> None: ...
    def metrics(self, step: int, epoch: float, **values: float) -> None: ...
    def log(self, text: str, topic: str = "") -> None: ...
    def warning(self, code: str, text: str) -> None: ...
    def sync(self) -> None: ...
