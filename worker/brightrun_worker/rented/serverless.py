"""`python -m brightrun_worker serverless`: RunPod's worker loop with our handler behind it.

The handler is async and the training a process of its own, so a cancel arrives and progress leaves. A cancel ends the child
within ten seconds, with a checkpoint in the store. A failure raises: RunPod then says FAILED, and not COMPLETED.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable

from . import order as orders
from .dispatch import RunFailed, Work, greet
from .outward import hide, say

QUIET = 2.0      # seconds without an update before the result: updates overtake each other, and the result too
ENDING = 90.0    # seconds that a cancelled job may take to put its checkpoint into the store
EVERY = 2.0      # seconds between two updates


def main() -> int:
    # At its own default, DEBUG, RunPod's logger prints the addresses of the queue. It reads this once, when it is imported.
    os.environ.setdefault("RUNPOD_LOG_LEVEL", "INFO")
    try:
        import runpod
    except ImportError:
        say("the package runpod is missing: this machine has not our image (worker/Dockerfile)")
        return 1
    greet()
    sys.argv = sys.argv[:1]  # runpod reads arguments of its own
    runpod.serverless.start({"handler": _handler(runpod.serverless.progress_update)})
    return 0


def _handler(update: Callable):
    async def handler(job: dict) -> dict:
        hints = Hints(lambda hint: update(job, hint))
        try:
            work = Work(orders.read(job.get("input")), hints.tell)
        except orders.BadOrder as error:
            raise RunFailed(hide(f"{error.name}: {error.cause}. {error.fix}")) from None
        work.begin()
        with _sigterm(work):
            try:
                return await work.output()
            except asyncio.CancelledError:
                await _cancelled(work)
                raise
            finally:
                await hints.settle()

    return handler


async def _cancelled(work: Work) -> None:
    """RunPod may cancel again while we are at it; the first one is being obeyed."""
    say("this job is cancelled")
    ending = asyncio.create_task(_end(work))
    while not ending.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(ending)


async def _end(work: Work) -> None:
    await work.wind_down()
    if not await work.ended(ENDING):
        say("the checkpoint could not be put into the store in time")


@contextlib.contextmanager
def _sigterm(work: Work):
    """RunPod's loop takes SIGTERM to mean no more jobs; the one that runs has to hear of it as well."""
    loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

    def heard(number, frame) -> None:
        say("this machine is being shut down")
        loop.call_soon_threadsafe(lambda: loop.create_task(work.wind_down()))
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Hints:
    """progress_update, not too often, and silent before the end."""

    def __init__(self, send: Callable[[dict], None]):
        self._send, self._last = send, 0.0

    def tell(self, hint: dict) -> None:
        if time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            self._send(hint)

    async def settle(self) -> None:
        """Waits until the last update is QUIET seconds old."""
        self._send = lambda hint: None
        left = self._last + QUIET - time.monotonic()
        if self._last and left > 0:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(left)
