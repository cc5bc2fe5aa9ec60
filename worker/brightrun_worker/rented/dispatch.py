"""Carries out an order of either kind, and turns whatever goes wrong into one plain sentence without secrets."""

import asyncio
import os
import socket
import traceback
from collections.abc import Callable

from .. import __version__, exits, versions
from ..errors import WorkerError, classify
from . import mount, weights
from .attempt import Attempt
from .child import Child
from .order import Caching, Training
from .outward import hide, say
from .progress import Progress
from .store import Again


class RunFailed(Exception):
    """`class: cause. fix`, for the error of a job."""


def machine() -> str:
    """This machine's name: RunPod's, or that of the host."""
    return os.environ.get("RUNPOD_POD_ID") or socket.gethostname()


def greet() -> None:
    """What the log of a machine begins with."""
    told = versions.worker()
    say(f"worker {__version__}, revision {told['revision'] or 'unknown'}, on {machine()}")
    try:
        place = mount.find()
        say(f"volume: {mount.free(place)}" if place else "no volume is mounted")
    except mount.WrongMount as error:  # refused with each order: a worker that crashes would leave jobs in the queue
        say(f"{error.cause}. {error.fix}")


class Work:
    """An order being carried out. `begin` once, `output` waits for its end, `wind_down` hurries it."""

    def __init__(self, order: Training | Caching, tell: Callable[[dict], None] = lambda hint: None, **pod):
        self._order, self._tell = order, tell
        self._attempt = Attempt(order, machine(), tell, **pod) if isinstance(order, Training) else None
        self._child: Child | None = None
        self._task: asyncio.Task | None = None

    def begin(self) -> None:
        say(f"order: {self._order.shown}")
        self._task = asyncio.create_task(self._attempt.run() if self._attempt else self._fetch_weights())

    async def output(self) -> dict:
        """Raises RunFailed. Cancelling this leaves the work going on: see `wind_down`."""
        try:
            return await asyncio.shield(self._task)
        except WorkerError as error:
            raise RunFailed(_sentence(error)) from None
        except Again as error:
            raise RunFailed(f"other: {hide(str(error))}. Start the run again.") from None
        except Exception as error:
            say("".join(traceback.format_exception(error)))
            raise RunFailed(_sentence(classify(error))) from None

    async def wind_down(self) -> None:
        """Ends the work soon, with a checkpoint where there is something to keep."""
        if self._attempt and self._attempt.training:
            await self._attempt.wind_down()
        elif self._child:
            self._child.kill()
        else:
            self._task.cancel()

    async def ended(self, seconds: float) -> bool:
        """Waits for the end, whatever it is; False: it did not come."""
        done, _ = await asyncio.wait([self._task], timeout=seconds)
        return bool(done)

    async def _fetch_weights(self) -> dict:
        """In a process of its own, which can be ended at any moment: what was fetched stays."""
        order, place = self._order, mount.find()
        if place is None:
            raise mount.WrongMount("no network volume is mounted on this machine: there is nowhere to keep the base model")
        root = place / mount.FOR_MODELS
        events = weights.events_of(root, order.model)
        progress = Progress(events)
        progress.look()  # what an earlier job told
        arguments = ["cache", order.model, "--to", str(root)] + (["--revision", order.revision] if order.revision else [])
        child = self._child = await Child.start(arguments, events.with_name("worker.log"))
        while not child.gone.done():
            await asyncio.wait([child.gone], timeout=2)
            progress.look()
            there = progress.latest
            self._tell({"seq": progress.seq, "bytes": there.get("bytes"), "total_bytes": there.get("total_bytes"),
                        "stage": "downloading"})
        if child.gone.result() != exits.DONE:
            told = progress.error or {}
            raise WorkerError(told.get("cause", f"fetching ended with code {child.gone.result()}"), told.get("fix"))
        return {"final": True, "cache": weights.whole(root, order.model)}


def _sentence(error: WorkerError) -> str:
    return hide(f"{error.name}: {error.cause}. {error.fix}")
