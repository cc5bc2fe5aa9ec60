"""Keeps the store up to date while the training goes on, completes it at the end, and never ends a training.

Small things (events, log) and large ones (checkpoints) go side by side: a gigabyte on its way does not hide the curve.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ..errors import WorkerError
from ..rundir import CHECKPOINT, RunDir
from . import archive, lines
from .archive import Archive
from .outward import say
from .restore import CHECKPOINT_FILE
from .store import Again, Given, Store, patiently
from .threads import aside, pause

LOG = "worker.log"
LOG_TAIL = 1024 * 1024
LEAST = 1.0        # seconds between two puts of the same part
LONGEST = 15.0     # seconds between two tries while the store is away


class Keeper:
    """For a store that things travel to; on a volume they lie there anyway and this does nothing.

    `trusted` says whether the run is still ours; without that nothing is written."""

    def __init__(self, store: Store, place: RunDir, log: Path, part: int, trusted: Callable[[], bool]):
        self._store, self._place, self._log, self._part = store, place, log, part
        self._trusted = trusted
        self._parts = lines.Parts(place.events)
        self._one_at_a_time = threading.Lock()  # for the parts
        self._log_sent = -1
        self._newest: dict | None = None  # of checkpoint.json, as the store has it
        self._tasks: list[asyncio.Task] = []
        self._closing = asyncio.Event()
        self._given_up = threading.Event()

    def begin(self, newest: dict | None) -> None:
        """After the restoration: what the store has already. `newest` is the checkpoint that was brought back."""
        self._parts.begin()
        self._newest = newest

    def start(self) -> None:
        if self._store.travels:
            self._tasks = [asyncio.create_task(self._loop(action)) for action in (self._small, self._push_checkpoint)]

    async def _loop(self, action: Callable[[], None], least: float = LEAST) -> None:
        wait, failing = least, 0.0
        while not self._closing.is_set():
            begun = time.monotonic()
            try:
                if self._trusted():
                    await aside(action)
                took = time.monotonic() - begun
                wait, failing = max(least, 2 * took), 0.0
            except Given:
                return
            except (Again, WorkerError, OSError) as error:
                failing = min(max(2 * failing, least), LONGEST)
                wait = failing
                say(f"not in the store yet: {error}")
            await pause(self._closing, wait)

    async def close(self) -> None:
        """Ends the loops when what they are doing is done."""
        self._closing.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def give_up(self) -> None:
        """Nothing more is put from now on; whatever is being tried again ends."""
        self._closing.set()
        self._given_up.set()

    async def settle(self, seconds: float, *, finished: bool) -> None:
        """Puts everything that is still missing, trying for `seconds`: events, log, the newest checkpoint; for a finished
        run the result, and the manifest last. Raises what stands in the way, Given after `give_up`."""
        await self.close()
        if not self._store.travels:
            return
        end = time.monotonic() + seconds
        last = [self._push_result, self._push_manifest] if finished else [self._push_checkpoint]
        for action in [self._small, *last]:
            await aside(self._insist, action, end)

    def _insist(self, action: Callable[[], None], end: float) -> None:
        def carefully() -> None:
            if not self._trusted():
                raise Again("this machine does not know whether the run is still its own")
            action()

        patiently(carefully, max(0.0, end - time.monotonic()), self._given_up)

    def _small(self) -> None:
        self._push_events()
        self._push_log()

    def _push_events(self) -> None:
        with self._one_at_a_time:
            self._parts.push(self._put_bytes)

    def _put_bytes(self, name: str, content: bytes) -> None:
        if self._given_up.is_set():
            raise Given
        self._store.put_bytes(name, content)

    def _push_log(self) -> None:
        size = self._log.stat().st_size if self._log.exists() else 0
        if size == self._log_sent:
            return
        with open(self._log, "rb") as file:
            file.seek(max(0, size - LOG_TAIL))
            self._put_bytes(LOG, file.read(LOG_TAIL))
        self._log_sent = size

    def _push_checkpoint(self) -> None:
        """Carries the newest checkpoint into the slot that does not hold the newest whole one of the store."""
        step = max(self._place.checkpoint_steps(), default=0)
        if not step or (self._newest and step <= self._newest["step"]):
            return
        folder = self._place.checkpoint(step)
        named = [(f"{CHECKPOINT}{step}/{path.name}", path) for path in sorted(folder.iterdir())]
        named += archive.members(self._place.path, "base_model.json")
        slot = "b" if self._newest and self._newest["slot"] == "a" else "a"
        before = {name: value for name, value in (self._newest or {}).items() if name != "before"} or None
        with Archive(named) as tar:
            self._push_archive(f"checkpoint-{slot}", tar)
            about = {"slot": slot, "step": step, **self._about(tar), "before": before}
        # Whoever goes on from there makes no step before it again: its curve has to be there first.
        self._push_events()
        self._put_bytes(CHECKPOINT_FILE, json.dumps(about).encode())
        self._newest = about
        say(f"the checkpoint of step {step} is in the store")

    def _push_result(self) -> None:
        with Archive(archive.members(self._place.path, "adapter", "merged", "spec.json", "base_model.json")) as tar:
            self._push_archive("result", tar)
            self._put_bytes("result.json", json.dumps(self._about(tar)).encode())

    def _about(self, tar: Archive) -> dict:
        return {"bytes": tar.size, "parts": len(tar.parts(self._part)), "sha256": tar.sha256()}

    def _push_archive(self, name: str, tar: Archive) -> None:
        """Every part by itself is tried again, not the whole archive."""
        for number, (begin, end) in enumerate(tar.parts(self._part)):
            def one(number: int = number, begin: int = begin, end: int = end) -> None:
                if self._given_up.is_set():
                    raise Given
                self._store.put(archive.part_name(name, number), lambda: tar.blocks(begin, end), end - begin)

            patiently(one, 60, self._given_up)

    def _push_manifest(self) -> None:
        self._put_bytes("manifest.json", self._place.manifest.read_bytes())

