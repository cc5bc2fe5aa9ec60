"""What a machine was told to do: the `input` of a queue job, or BRIGHTRUN_RUN of a pod. Decision 0170 has the form.

    {"brightrun": 1, "run": KEY, "carry": ADDRESS, "sha256": …}         a run, watched through an object store
    {"brightrun": 1, "run": KEY, "folder": NAME, "sha256": …}           a run in a folder of a network volume
    {"brightrun": 1, "cache": {"model": NAME, "revision": null}}        fetch a base model onto the volume
"""

import json
import re
from dataclasses import dataclass

from ..errors import WorkerError

FORM = 1


class BadOrder(WorkerError):
    fix = "The program and the image do not fit together: use the image of the program's version."


@dataclass(frozen=True)
class Training:
    run: str
    carry: str | None       # signed address of carry.json
    folder: str | None      # or the run's folder below the mount
    sha256: str             # of carry.json
    seconds: float | None   # the hard limit of a pod

    @property
    def shown(self) -> str:
        return f"run {self.run}"


@dataclass(frozen=True)
class Caching:
    model: str
    revision: str | None
    seconds: float | None

    @property
    def shown(self) -> str:
        return f"base model {self.model}"


def read(given: object) -> Training | Caching:
    """Raises BadOrder, without repeating any address."""
    if not isinstance(given, dict) or given.get("brightrun") != FORM:
        raise BadOrder(f'this is no order for this worker: "brightrun" is not {FORM}')
    seconds = given.get("seconds")
    if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
        raise BadOrder('"seconds" is no positive number')
    if "cache" in given:
        return _caching(given["cache"], seconds)
    run, carry, folder, digest = (given.get(name) for name in ("run", "carry", "folder", "sha256"))
    if not (isinstance(run, str) and re.fullmatch(r"[\w.-]{1,200}", run)):
        raise BadOrder('"run" is missing or no plain name')
    if not (isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{64}", digest)):
        raise BadOrder('"sha256" is missing or no digest')
    if (carry is None) == (folder is None):
        raise BadOrder('one of "carry" and "folder" is needed')
    if carry is not None and not (isinstance(carry, str) and re.match(r"https?://", carry)):
        raise BadOrder('"carry" is no address')
    if folder is not None and not plain_folder(folder):
        raise BadOrder('"folder" leads out of the volume')
    return Training(run, carry, folder, digest, seconds)


def read_text(text: str) -> Training | Caching:
    try:
        return read(json.loads(text))
    except ValueError:
        raise BadOrder("BRIGHTRUN_RUN is not JSON") from None


def plain_folder(name: object) -> bool:
    """Whether `name` is a folder below the place it is put behind."""
    return isinstance(name, str) and bool(name) and all(part not in ("", ".", "..") for part in name.split("/"))


def _caching(asked: object, seconds: float | None) -> Caching:
    model, revision = (asked.get("model"), asked.get("revision")) if isinstance(asked, dict) else (None, None)
    if not (isinstance(model, str) and re.fullmatch(r"[\w.-]+/[\w.-]+", model)):
        raise BadOrder('"cache" names no model of the hub, as owner/name')
    if revision is not None and not isinstance(revision, str):
        raise BadOrder('"revision" is no text')
    return Caching(model, revision, seconds)
