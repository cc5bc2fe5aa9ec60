"""`python -m brightrun_worker cache MODEL --to FOLDER`: fetches a base model once, for every run after it.

FOLDER is laid out as HF_HOME, so a worker with HF_HOME=FOLDER finds the model and downloads nothing. Beside it:

    brightrun/MODEL/events.jsonl    progress, in the worker's own form
    brightrun/MODEL/whole.json      appears last: model, commit, files, bytes. With it everything is there
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from .. import exits, files
from ..errors import DiskFull, ModelNotFound, WorkerError, classify
from ..events import EventLog
from ..events.log import now
from ..model.find import WANTED
from ..run import say

EVERY = 2.0                    # seconds between two progress events
SPARE = 2 * 1024**3            # bytes that must stay free beside the model


def place_of(root: Path, model: str) -> Path:
    return root / "brightrun" / model.replace("/", "--")


def events_of(root: Path, model: str) -> Path:
    """Where the events of a model lie; the folder is made."""
    place = place_of(root, model)
    place.mkdir(parents=True, exist_ok=True)
    return place / "events.jsonl"


def whole(root: Path, model: str) -> dict | None:
    """What `whole.json` says; None: the model is not there, or not all of it."""
    try:
        return json.loads((place_of(root, model) / "whole.json").read_text())
    except (OSError, ValueError):
        return None


def cache(model: str, revision: str | None, root: Path) -> int:
    """The exit code, one of exits.py."""
    root = root.resolve()
    events = None
    try:
        lock = os.open(events_of(root, model).with_name("lock"), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"refused: {model} is being fetched to {root} already")
            return exits.REFUSED
        events = EventLog(events_of(root, model))
        signal.signal(signal.SIGTERM, lambda *_: os._exit(exits.STOPPED))  # what is there stays, and is gone on with
        _fetch(model, revision, root, events)
        events.write("final", outcome="done", exit_code=exits.DONE, step=0)
        return exits.DONE
    except Exception as error:
        known = classify(error)
        say(f"{known.name}: {known.cause}. {known.fix}")
        if events:
            events.write("error", **{"class": known.name}, cause=known.cause, fix=known.fix, step=0)
            events.write("final", outcome="failed", exit_code=known.exit_code, step=0)
        return known.exit_code


def _fetch(model: str, revision: str | None, root: Path, events: EventLog) -> None:
    events.stage("downloading", model)
    commit, wanted = _listing(model, revision)
    total = sum(wanted.values())
    kept = whole(root, model)
    if kept and kept["revision"] == commit and not _missing(root, model, commit, wanted):
        events.log(f"{model} at {commit} is there already: {total} bytes")
        events.progress(100)
        return
    (place_of(root, model) / "whole.json").unlink(missing_ok=True)
    _check_room(root, total - _present(root, model))
    with _Reporter(root, model, total, events):
        _download(model, commit, root)
    missing = _missing(root, model, commit, wanted)
    if missing:
        raise WorkerError(f"{len(missing)} files did not arrive whole, {missing[0]} among them", "Start again: it goes on.")
    files.publish_json(place_of(root, model) / "whole.json", {
        "model": model, "revision": commit, "bytes": total, "finished_at": now(),
        "files": [{"path": path, "bytes": size} for path, size in sorted(wanted.items())],
    })
    events.log(f"{model} at {commit}: {len(wanted)} files, {total} bytes")
    events.progress(100)
    events.stage("completed")


def _listing(model: str, revision: str | None) -> tuple[str, dict[str, int]]:
    """The commit, and the size of each file that a training needs."""
    from huggingface_hub import HfApi
    from huggingface_hub.utils import filter_repo_objects

    with _hub(model):
        about = HfApi().model_info(model, revision=revision, files_metadata=True, timeout=60)
    sizes = {found.rfilename: found.size or 0 for found in about.siblings}
    wanted = {name: sizes[name] for name in filter_repo_objects(sizes, allow_patterns=WANTED)}
    if not any(name.endswith(".safetensors") for name in wanted):
        raise ModelNotFound(f"{model} has no weights as *.safetensors")
    return about.sha, wanted


def _download(model: str, commit: str, root: Path) -> None:
    from huggingface_hub import snapshot_download

    with _hub(model):
        snapshot_download(model, revision=commit, cache_dir=root / "hub", allow_patterns=WANTED)


@contextlib.contextmanager
def _hub(model: str) -> Iterator[None]:
    """What the hub's library raises, in our words. A full disk keeps its own."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        yield
    except HfHubHTTPError as error:
        raise ModelNotFound(f"the hub does not give {model}: {error.response.status_code}") from error
    except (httpx2.HTTPError, ConnectionError, TimeoutError, LocalEntryNotFoundError) as error:
        raise ModelNotFound(f"the hub cannot be reached: {type(error).__name__}", "Start again: it goes on.") from error


def _folder(root: Path, model: str) -> Path:
    return root / "hub" / f"models--{model.replace('/', '--')}"


def _missing(root: Path, model: str, commit: str, wanted: dict[str, int]) -> list[str]:
    snapshot = _folder(root, model) / "snapshots" / commit

    def whole(path: Path, size: int) -> bool:
        return path.is_file() and path.stat().st_size == size

    return [name for name, size in wanted.items() if not whole(snapshot / name, size)]


def _present(root: Path, model: str) -> int:
    """Bytes of the model that lie there, whole files and begun ones."""
    total = 0
    for path in (_folder(root, model) / "blobs").glob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # renamed this instant
            continue
    return total


def _check_room(root: Path, needed: int) -> None:
    free = shutil.disk_usage(root).free
    if free < needed + SPARE:
        raise DiskFull(f"{root} has {free / 1024**3:.1f} GiB free, and {needed / 1024**3:.1f} GiB are still to come",
                       "Make the volume larger: RunPod lets it grow, never shrink.")


class _Reporter:
    """Tells every EVERY seconds how many bytes are there."""

    def __init__(self, root: Path, model: str, total: int, events: EventLog):
        self._look = lambda: _present(root, model)
        self._total, self._events = max(total, 1), events
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(EVERY):
            there = self._look()
            self._events.progress(min(99.0, 100 * there / self._total), bytes=there, total_bytes=self._total)
