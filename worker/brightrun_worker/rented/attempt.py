"""One dispatch, from the order to its end: see whether there is anything to do, become the owner, bring back what is there,
train in a child process, keep the store up to date, leave everything there.

    manifest.json is there        done already; nothing is touched
    another machine trains        {"already": true}; nothing is touched
    otherwise                     an attempt of the worker, which ends done, stopped, cancelled or with a WorkerError
"""

import asyncio
import contextlib
import hashlib
import json
import signal
from collections.abc import Callable
from pathlib import Path

from .. import errors, exits, files
from .. import spec as specs
from ..errors import Refused, WorkerError
from ..events import EventLog
from ..rundir import RunDir
from . import carry as carries
from . import home, mount, restore
from .carry import Carry
from .child import Child
from .keeper import LOG, Keeper
from .order import BadOrder, Training
from .outward import hide, say
from .owner import Owner
from .progress import Progress
from .store import Again, Given, patiently
from .threads import aside

WISH_PATIENCE = 30.0      # seconds between a wish and SIGKILL
SHUTDOWN_PATIENCE = 8.0   # the same where the machine is being taken away
SHUTDOWN_SETTLE = 60.0    # seconds for what is missing in the store then
TELL_EVERY = 2.0          # seconds between two hints of progress
GRACE = 300.0             # seconds of the time limit that are kept for stopping and carrying, at most a tenth of it

WISHES = ("stop", "cancel")
_STATES = {exits.DONE: "done", exits.STOPPED: "stopped", exits.CANCELLED: "cancelled"}
_CODES = {state: code for code, state in _STATES.items()}


class Unreachable(WorkerError):
    fix = "Start the run again: it goes on from the newest checkpoint that reached the store."


class Lost(Exception):
    """Another machine owns the run."""


class Attempt:
    """`machine` names this machine in owner.json. `tell` gets hints of progress. `spent`: seconds of the time limit that
    are gone already. `alone`: no other process can bear this machine's name (a pod)."""

    def __init__(self, order: Training, machine: str, tell: Callable[[dict], None] = lambda hint: None,
                 spent: float = 0, alone: bool = False, on_carry: Callable[[Carry], None] = lambda carry: None):
        self._order, self._machine, self._tell = order, machine, tell
        self._spent, self._alone, self._on_carry = spent, alone, on_carry
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        self._reasons: list[str] = []
        self._child: Child | None = None
        self.training = False

    def ask(self, what: str) -> None:
        """`stop`, `cancel` (wishes), `limit`, `expired`, `lost`, `shutdown`."""
        self._asked.put_nowait(what)

    async def wind_down(self) -> None:
        """The machine is being taken away: the training ends within SHUTDOWN_PATIENCE. Whether that is a wish to cancel is
        looked up, for a moment."""
        with contextlib.suppress(Exception):
            if await asyncio.wait_for(aside(self._wish), 1.5) == "cancel":
                self.ask("cancel")
        self.ask("shutdown")

    async def run(self) -> dict:
        """The output of the job. Raises WorkerError; cancelling is for the time before `training` only."""
        carry = self._carry = await aside(carries.fetch, self._order)
        self._on_carry(carry)
        self._store = carry.store
        done = await self._done_before()
        if done:
            return done
        owner = self._owner = Owner(self._store, self._machine, carry.beat)
        if self._alone and (ended := await self._ended_here()):
            return self._output(ended)
        if wish := await aside(patiently, self._wish, 60):
            say(f"there is a wish to {wish}: nothing is started")
            return self._output("cancelled" if wish == "cancel" else "stopped")
        if not await owner.claim(self._alone):
            say("another machine trains this run")
            return {"final": True, "run": self._order.run, "already": True}
        outcome = "failed"
        try:
            # Between the look and the claim the other machine may have come to its end.
            output = await self._done_before() or await self._owned()
            outcome = output.get("state", outcome)
            return output
        except Lost:
            say("another machine has taken this run: nothing more is written")
            return {"final": True, "run": self._order.run, "already": True}
        finally:
            await owner.end(outcome)

    async def _ended_here(self) -> str | None:
        """How an earlier container of this pod ended the run: a restart of the container is no new order."""
        last = await self._owner.last()
        if last and last["worker"].rpartition("/")[0] == self._machine and "ended" in last:
            say(f"this pod has ended the run before: {last['ended']}")
            return last["ended"]
        return None

    async def _done_before(self) -> dict | None:
        manifest = await aside(patiently, lambda: self._store.read("manifest.json"), 60)
        if manifest is None:
            return None
        say("the run is finished; there is nothing to do")
        return self._output("done", hashlib.sha256(manifest).hexdigest())

    def _output(self, state: str, manifest: str | None = None) -> dict:
        return {"final": True, "run": self._order.run, "state": state} | ({"manifest": manifest} if manifest else {})

    def _wish(self) -> str | None:
        try:
            wish = json.loads(self._store.read("wish.json") or b"{}").get("wish")
        except (ValueError, AttributeError):
            return None
        return wish if wish in WISHES else None

    async def _owned(self) -> dict:
        with home.fresh() as work:
            return await self._in(work)

    async def _in(self, work: Path) -> dict:
        place = self._place = RunDir(work / "run" if self._store.travels else self._store.folder)
        log = self._log = (work if self._store.travels else place.path) / LOG
        self._progress = Progress(place.events)
        self._keeper = Keeper(self._store, place, log, self._carry.part, self._owner.trusted)
        self._owner.keep(lambda: self.ask("lost"), lambda: self.ask("expired"))
        try:
            await self._prepare(work)
            state = await self._train(work)
            await self._settle(state)
            return self._output(state, files.sha256(place.manifest) if state == "done" else None)
        except WorkerError as error:
            await self._account(error)
            raise
        finally:
            self._keeper.give_up()
            await self._keeper.close()

    async def _prepare(self, work: Path) -> None:
        """The run directory as the newest machine left it."""
        place, spec = self._place, self._carry.spec
        place.path.mkdir(parents=True, exist_ok=True)
        say(mount.free(place.path))
        self._keep_spec(work, spec)
        try:
            newest = None
            if self._store.travels:
                had = await aside(restore.events, self._store, place)
                newest = await aside(restore.checkpoint, self._store, place) if had else None
                await aside(patiently, lambda: self._store.save(LOG, self._log), 60)
            await aside(restore.dataset, self._store, place, spec["dataset"]["sha256"])
        except Again as error:
            raise Unreachable(f"what the run needs cannot be fetched: {error}") from None
        self._keeper.begin(newest)
        for request in ("stop", "checkpoint-now", "cancel"):  # of an earlier machine: wishes stand in wish.json
            (place.path / request).unlink(missing_ok=True)

    def _keep_spec(self, work: Path, spec: dict) -> None:
        """The spec with the dataset's place here, checked. Kept first: a folder with events and no spec is refused."""
        try:
            here = {**spec, "dataset": {"path": str(self._place.dataset), "sha256": spec["dataset"]["sha256"]}}
            files.write_json(work / "asked.json", here)
            self._place.keep_spec(specs.load(work / "asked.json"))
        except (KeyError, TypeError):
            raise BadOrder("the spec in carry.json names no dataset") from None
        except specs.SpecError as error:
            raise BadOrder(f"the spec in carry.json is not right: {error}") from None
        except Refused as error:
            raise WorkerError(str(error), "Look at what lies in that folder of the volume.") from None

    async def _train(self, work: Path) -> str:
        """`done`, `stopped` or `cancelled`. Raises WorkerError for everything else, Lost."""
        self.training = True
        self._keeper.start()
        self._limit()
        beside = [asyncio.create_task(self._watch_wish()), asyncio.create_task(self._hint())]
        try:
            child = self._child = await Child.start(
                ["run", str(work / "asked.json"), "--out", str(self._place.path)], self._log)
            await self._accompany(child)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        return self._state(child)

    async def _accompany(self, child: Child) -> None:
        """Until the child is gone: passes on what is asked, and kills it when it takes too long."""
        loop, deadline, killing = asyncio.get_running_loop(), None, False
        asked = asyncio.create_task(self._asked.get())
        try:
            while not child.gone.done():
                left = None if deadline is None else max(0.0, deadline - loop.time())
                await asyncio.wait([child.gone, asked], timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    patience = self._pass_on(asked.result(), child)
                    deadline = min(deadline or loop.time() + patience, loop.time() + patience)
                    asked = asyncio.create_task(self._asked.get())
                elif deadline is not None and loop.time() >= deadline and not child.gone.done():
                    if not killing:
                        say("the training process takes too long to end: it is killed")
                    killing = True
                    child.kill()
                    deadline = loop.time() + 1
        finally:
            asked.cancel()
            if asked.done() and not asked.cancelled():  # it came together with the end
                self._reasons.append(asked.result())

    def _pass_on(self, what: str, child: Child) -> float:
        """Seconds that the child may take."""
        say(f"the training is to end: {what}")
        self._reasons.append(what)
        if what == "lost":
            self._keeper.give_up()
            child.kill()
            return 0.0
        with contextlib.suppress(OSError):
            (self._place.path / ("cancel" if what == "cancel" else "stop")).touch()
        child.ask()
        return SHUTDOWN_PATIENCE if what == "shutdown" else WISH_PATIENCE

    def _state(self, child: Child) -> str:
        code = child.gone.result()
        if "lost" in self._reasons:
            raise Lost
        if "expired" in self._reasons:
            raise carries.Expired("the addresses of this run have expired while it was trained")
        self._progress.look()
        if code in _STATES:
            return _STATES[code]
        if child.killed or (self._reasons and code == -signal.SIGTERM):
            # It was asked and too slow, or not yet so far as to hear it: the newest checkpoint counts.
            state = "cancelled" if "cancel" in self._reasons else "stopped"
            self._tell_end(state)
            return state
        if code < 0:
            raise WorkerError(f"the training process was ended from outside, by signal {-code}",
                              "Most often the machine had no memory left: take one with more, or a smaller max_seq_length.")
        raise self._failure(code)

    def _failure(self, code: int) -> WorkerError:
        """The child's own account, from its error event."""
        told = self._progress.error or {}
        error = WorkerError(told.get("cause") or f"the worker ended with code {code}: {self._last_words()}", told.get("fix"))
        error.name, error.exit_code = told.get("class", errors.name_of(code)), code
        error.told = bool(told)
        return error

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").split("\n") if self._log.exists() else []
        return next((line.strip()[-300:] for line in reversed(lines) if line.strip()), "it said nothing")

    def _tell_end(self, state: str) -> None:
        with contextlib.suppress(OSError):
            EventLog(self._place.events).write("final", outcome=state, exit_code=_CODES[state],
                                               step=max(self._place.checkpoint_steps(), default=0))

    async def _settle(self, state: str) -> None:
        """Leaves everything in the store. A run that is being taken away has a minute for it."""
        say(f"{state}: what is missing in the store is put there")
        hurried = "shutdown" in self._reasons
        if state == "done":
            self._tell({**self._progress.look(), "stage": "uploading"})
        work = asyncio.create_task(self._keeper.settle(
            SHUTDOWN_SETTLE if hurried else self._carry.patience, finished=state == "done"))
        while not work.done():
            asked = asyncio.create_task(self._asked.get())
            await asyncio.wait([work, asked], return_when=asyncio.FIRST_COMPLETED)
            if asked.done() and asked.result() in ("lost", "expired"):
                self._reasons.append(asked.result())
                self._keeper.give_up()
                await asyncio.wait([work])
            asked.cancel()
        try:
            await work
        except Given:
            if "lost" in self._reasons:
                raise Lost from None
            raise carries.Expired("the addresses of this run have expired before everything was in the store") from None
        except Again as error:
            raise Unreachable(f"the store could not be reached to the end: {error}") from None

    async def _account(self, error: WorkerError) -> None:
        """Writes into the events why this attempt fails, unless the child did; tries to get that into the store."""
        say(f"failed: {error.name}: {error.cause}")
        with contextlib.suppress(OSError):
            if not getattr(error, "told", False):
                events = EventLog(self._place.events)
                step = max(self._place.checkpoint_steps(), default=0)
                events.write("error", **{"class": error.name}, cause=hide(error.cause), fix=error.fix, step=step)
                events.write("final", outcome="failed", exit_code=error.exit_code, step=step)
        if not isinstance(error, carries.Expired | Unreachable):  # else it was tried already
            with contextlib.suppress(Exception):
                await self._keeper.settle(SHUTDOWN_SETTLE, finished=False)

    def _limit(self) -> None:
        limits = [seconds for seconds in (self._carry.seconds, self._order.seconds) if seconds]
        if limits:
            left = min(limits) - self._spent - min(GRACE, min(limits) / 10)
            asyncio.get_running_loop().call_later(max(0.0, left), self.ask, "limit")

    async def _watch_wish(self) -> None:
        passed_on = None
        while True:
            await asyncio.sleep(self._carry.wish)
            with contextlib.suppress(Again, WorkerError, OSError):
                wish = await aside(self._wish)
                if wish and wish != passed_on:
                    passed_on = wish
                    self.ask(wish)

    async def _hint(self) -> None:
        said = None
        while True:
            hint = await aside(self._progress.look)
            if hint != said and hint["seq"]:
                said = hint
                self._tell(hint)
            await asyncio.sleep(TELL_EVERY)
