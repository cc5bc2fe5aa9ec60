"""Reads events.jsonl as any reader should: tolerant of everything that a kill, a restart or a newer worker leaves."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path


def read(path: Path | str) -> Iterator[dict]:
    """The events of a file in order of seq.

    Left out: a last line without its end, lines that are no JSON object (torn by a kill), objects without the
    four members every event has, and repeats of a seq already seen. Kept: gaps, unknown kinds, unknown members.
    A file that does not exist has no events.
    """
    if not Path(path).exists():
        return
    last = 0
    with open(path, "rb") as file:
        for line in file:
            event = parse(line)
            if event is not None and event["seq"] > last:
                last = event["seq"]
                yield event


def parse(line: bytes) -> dict | None:
    """One event, or None where the line holds none."""
    if not line.endswith(b"\n"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict):
        return None
    whole = (
        isinstance(event.get("seq"), int)
        and isinstance(event.get("attempt"), int)
        and isinstance(event.get("at"), str)
        and isinstance(event.get("kind"), str)
    )
    return event if whole else None


def series(events: Iterable[dict]) -> dict[str, dict[int, float]]:
    """The curves of a run: name → step → value.

    A run that was killed did some steps twice. The rule: a `resumed` mark makes the points of earlier attempts
    beyond its step void, and of two points with the same name and step the newer attempt's counts.
    """
    curves: dict[str, dict[int, float]] = {}
    for event in events:
        if event["kind"] == "stage" and event.get("stage") == "resumed":
            for points in curves.values():
                for step in [step for step in points if step > event["step"]]:
                    del points[step]
        elif event["kind"] == "metrics":
            for name, value in event["values"].items():
                curves.setdefault(name, {})[event["step"]] = float(value)
    return curves


