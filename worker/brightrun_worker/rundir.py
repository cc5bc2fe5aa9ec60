"""The run directory: its names, its lock, the requests put into it.

    spec.json        what was asked for, complete with defaults
    events.jsonl     what happened, see events/
    base_model.json  the commit that a hub name stood for at the first start
    checkpoints/     checkpoint-N/: where training can go on
    adapter/         the result; merged/ beside it where that was asked for
    manifest.json    appears last: with it the run is finished
    worker.lock      held (flock) as long as a worker lives; says which
    stop, checkpoint-now, cancel    empty files: requests from outside

Everything that is being made has a name beginning with `.tmp-`.
"""

import fcntl
import json
import os
import socket
from pathlib import Path

from . import files
from . import spec as specs
from .errors import Refused

CHECKPOINT = "checkpoint-"


class RunDir:
    def __init__(self, path: Path):
        self.path = path
        self.spec = path / "spec.json"
        self.events = path / "events.jsonl"
        self.checkpoints = path / "checkpoints"
        self.adapter = path / "adapter"
        self.merged = path / "merged"
        self.manifest = path / "manifest.json"
        self._pin = path / "base_model.json"
        self.dataset = path / "dataset.jsonl"

    def take(self) -> None:
        """Makes the directory where needed and locks it until this process ends, however it ends."""
        self.path.mkdir(parents=True, exist_ok=True)
        # A bare descriptor: a file object would be closed, and the lock with it, while Python still ends.
        lock = os.open(self.path / "worker.lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(lock, 1000).decode(errors="replace").strip() or "another process"
            os.close(lock)
            raise Refused(f"{self.path} is in use by {holder}") from error
        os.ftruncate(lock, 0)
        os.write(lock, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode() + b"\n")

    def keep_spec(self, spec: dict) -> None:
        """Keeps the spec at the first start; at a later one refuses any other."""
        if self.spec.exists():
            kept = json.loads(self.spec.read_text())
            if specs.identity(kept) != specs.identity(spec):
                raise Refused(f"{self.path} belongs to another spec (run {kept.get('run')})")
            return
        if self.events.exists() or self.manifest.exists():
            raise Refused(f"{self.path} holds something else: there is no spec.json in it")
        files.publish_json(self.spec, spec)

    def pinned(self, base_model: dict) -> dict:
        """The base model with the commit of the first start: a branch may have moved since, the weights must not."""
        return {**base_model, **json.loads(self._pin.read_text())} if self._pin.exists() else base_model

    def pin(self, revision: str | None) -> None:
        if revision and not self._pin.exists():
            files.publish_json(self._pin, {"revision": revision})

    def checkpoint_steps(self) -> list[int]:
        """The steps of the checkpoints that lie there, oldest first."""
        names = [path.name.removeprefix(CHECKPOINT) for path in self.checkpoints.glob(CHECKPOINT + "*")]
        return sorted(int(name) for name in names if name.isdigit())

    def checkpoint(self, step: int) -> Path:
        return self.checkpoints / f"{CHECKPOINT}{step}"

    def finished(self) -> bool:
        return self.manifest.exists()

    def clean(self) -> None:
        """Removes what a killed worker had begun."""
        files.remove_leftovers(self.path)
        self.checkpoints.mkdir(exist_ok=True)
        files.remove_leftovers(self.checkpoints)
