"""How far a training is, read from its events while they grow."""

from pathlib import Path

from ..events.reader import parse

PHASES_ONLY = "resumed"
"""A stage event that is a mark, not a phase."""


class Progress:
    """`seq` is that of the newest event: it grows over all machines of a run, so that a reader keeps the highest."""

    def __init__(self, events: Path):
        self._path, self._at = events, 0
        self.seq, self.step, self.total, self.stage = 0, 0, None, ""
        self.error: dict | None = None  # the newest error event
        self.latest: dict = {}          # the newest progress event

    def look(self) -> dict:
        """Reads what is new: `{"seq", "step", "total", "stage"}`."""
        if self._path.exists():
            with open(self._path, "rb") as file:
                file.seek(self._at)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    self._at += len(line)
                    event = parse(line)
                    if event:
                        self._take(event)
        return {"seq": self.seq, "step": self.step, "total": self.total, "stage": self.stage}

    def _take(self, event: dict) -> None:
        self.seq, kind = max(self.seq, event["seq"]), event["kind"]
        if kind == "stage":
            self.step = event.get("step", self.step)
            if event.get("stage") != PHASES_ONLY:
                self.stage = event.get("stage", "")
        elif kind == "progress":
            self.latest = event
            self.step, self.total = event.get("step", self.step), event.get("total_steps", self.total)
        elif kind == "metrics":
            self.step = event.get("step", self.step)
        elif kind == "error":
            self.error = event
