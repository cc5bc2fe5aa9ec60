"""One machine trains, however many were sent. Who owns a run writes `owner.json` and lets a number in it grow.

Whoever finds it growing goes away. Otherwise he writes himself and looks again after a beat: the last writer stays. The
owner looks before each beat, so one who was thought dead and comes back notices within a beat, and stops at once. An end
that was told (`ended`) needs no waiting.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Callable

from ..errors import WorkerError
from ..events.log import now
from .http import Expired
from .outward import say
from .store import Again, Store, patiently
from .threads import aside, pause

NAME = "owner.json"
DEAD_AFTER = 3.5    # beats without growth
EXPIRED_FOR = 3     # beats that addresses must have been refused before the run is given up
TRUSTED_FOR = 2.5   # beats; after so long without a look at owner.json, nothing is written until the next one


class Owner:
    def __init__(self, store: Store, machine: str, beat: float):
        self._store, self._beat_seconds = store, beat
        self.machine = machine
        self.me = f"{machine}/{uuid.uuid4().hex[:12]}"
        self._attempt, self._beat = 1, 0
        self._confirmed = 0.0
        self._task: asyncio.Task | None = None
        self._closing = asyncio.Event()

    async def last(self) -> dict | None:
        """What stands in owner.json; a file that is no such thing counts as none."""
        content = await aside(patiently, lambda: self._store.read(NAME), 60)
        return _parsed(content)

    async def claim(self, alone: bool) -> bool:
        """Whether this machine is to train. `alone`: nobody else can be this machine's namesake (a pod that came back)."""
        found = await self.last()
        if found:
            self._attempt = found["attempt"] + 1
            mine = alone and found["worker"].rpartition("/")[0] == self.machine
            if not (mine or "ended" in found) and await self._grows(found):
                return False
        await aside(patiently, self._write, 120)
        await asyncio.sleep(self._beat_seconds)
        found = await self.last()
        if found is None:
            raise WorkerError("the store does not give back what was written into it",
                              "The key that signed the addresses needs the right to read as well as to write.")
        self._confirmed = time.monotonic()
        return found["worker"] == self.me

    async def _grows(self, found: dict) -> bool:
        say(f"{found['worker']} has this run; waiting to see whether it lives")
        end = time.monotonic() + DEAD_AFTER * self._beat_seconds
        while time.monotonic() < end:
            await asyncio.sleep(self._beat_seconds / 3)
            later = await self.last()
            if later is None or "ended" in later:
                return False
            if (later["worker"], later["beat"]) != (found["worker"], found["beat"]):
                return True
        return False

    def keep(self, lost: Callable[[], None], expired: Callable[[], None]) -> None:
        """Beats from now on, until `end`. `lost` is called when another machine has taken the run, `expired` when its
        addresses no longer work, so that nothing that is trained could be kept."""
        self._task = asyncio.create_task(self._keep(lost, expired))

    async def _keep(self, lost: Callable[[], None], expired: Callable[[], None]) -> None:
        refused = 0
        while not self._closing.is_set():
            try:
                found = _parsed(await aside(self._store.read, NAME))
                if found and found["worker"] != self.me:
                    self._confirmed = 0.0
                    lost()
                    return
                await aside(self._write)
                self._confirmed = time.monotonic()
                wait, refused = self._beat_seconds, 0
            except (Again, WorkerError, OSError) as error:
                say(f"no beat: {error}")
                wait = min(self._beat_seconds, 2)
                if isinstance(error, Expired):
                    wait, refused = self._beat_seconds, refused + 1
                    if refused == EXPIRED_FOR:
                        expired()
            await pause(self._closing, wait)

    def trusted(self) -> bool:
        """Whether the run was ours a short while ago. Without that, nothing may be written into the store."""
        return time.monotonic() - self._confirmed < TRUSTED_FOR * self._beat_seconds

    async def end(self, outcome: str) -> None:
        """Tells that nobody trains any more, unless the run is another's."""
        self._closing.set()
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            found = await self.last()
            if found and found["worker"] == self.me:
                await aside(patiently, lambda: self._write(outcome), 20)
        except (Again, WorkerError, OSError) as error:
            say(f"the end could not be written into {NAME}: {error}")

    def _write(self, ended: str | None = None) -> None:
        self._beat += 1
        told = {"worker": self.me, "attempt": self._attempt, "beat": self._beat, "at": now()}
        self._store.put_bytes(NAME, json.dumps(told | ({"ended": ended} if ended else {})).encode())


def _parsed(content: bytes | None) -> dict | None:
    try:
        found = json.loads(content or b"null")
        whole = isinstance(found, dict) and isinstance(found["worker"], str) and isinstance(found["attempt"], int)
        return found if whole and isinstance(found["beat"], int) else None
    except (ValueError, KeyError):
        return None
