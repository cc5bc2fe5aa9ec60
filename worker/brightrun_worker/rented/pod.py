"""`python -m brightrun_worker pod`: watches over the time, and ends the pod as its last action.

RunPod starts a container again when its command exits, and the bill goes on. So this process never exits: it starts
the errand (errand.py) as a process of its own, waits for its end, its crash or the time limit, and then asks RunPod to
end the pod until that happens. It imports nothing large and does nothing else, so that little can go wrong with it.

What must outlive a restart of the container lies in a folder: when the time began, how often it was begun, how it ended.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ..errors import WorkerError
from . import mount, terminate
from .child import PACKAGE, die_with_parent
from .errand import LIMIT_FILE, SPENT, STATE
from .order import Caching, Training, read_text
from .outward import say, without

MOST_STARTS = 3         # an errand that crashes so often will crash again
LONGEST = 7 * 86400.0   # seconds, where neither order nor carry.json has a limit: signed addresses live no longer
PATIENCE = 20.0         # seconds between SIGTERM and SIGKILL at the hard limit
STOP_PATIENCE = 100.0   # the same where somebody stops the pod


class State:
    """Small files, each written at once."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str):
        try:
            return json.loads((self.folder / name).read_text())
        except (OSError, ValueError):
            return None

    def put(self, name: str, value) -> None:
        beside = self.folder / f".tmp-{name}"
        try:
            beside.write_text(json.dumps(value))
            beside.rename(self.folder / name)
        except OSError as error:  # a full disk must not keep the pod from ending
            say(f"{name} could not be noted: {error.strerror}")


def main() -> int:
    pod, key = os.environ.get("RUNPOD_POD_ID", ""), os.environ.get("RUNPOD_API_KEY", "")
    try:
        _watch(State(_folder(pod)))
    except Exception as error:  # whatever it is: the pod must end
        say(f"failed: {error}")
    terminate.forever(pod, key)
    return 0


def _folder(pod: str) -> Path:
    told = os.environ.get("BRIGHTRUN_STATE")
    if told:
        return Path(told)
    try:
        place = mount.find()
    except WorkerError:  # said by the errand
        place = None
    return (place / "brightrun" if place else Path("/var/lib/brightrun")) / "pods" / (pod or "unnamed")


def _watch(state: State) -> None:
    ended = state.get("ended")
    if ended is not None:
        say(f"this container was started again after the end ({ended}): nothing is trained")
        return
    begun = state.get("begun")
    if begun is None:
        begun = time.time()
        state.put("begun", begun)
    outcome = "failed"
    try:
        order = read_text(os.environ.get("BRIGHTRUN_RUN", ""))
        outcome = _errands(order, begun, state)
    finally:
        state.put("ended", outcome)


def _errands(order: Training | Caching, begun: float, state: State) -> str:
    watch = Watch(order, begun, state)
    while (starts := (state.get("starts") or 0) + 1) <= MOST_STARTS:
        state.put("starts", starts)
        code = watch.errand()
        if watch.over:
            return watch.over
        if code >= 0:
            return "ended" if code == 0 else "failed"
        say(f"the carrier was ended by signal {-code}")
    say(f"the carrier was begun {MOST_STARTS} times: no more")
    return "crashed"


class Watch:
    """One process after the other, below one deadline. `over`: why there is to be no further one."""

    def __init__(self, order: Training | Caching, begun: float, state: State):
        self._order, self._begun, self._state = order, begun, state
        self._deadline: float | None = None
        self._process: subprocess.Popen | None = None
        self.over = ""
        signal.signal(signal.SIGTERM, self._stopped)

    def _stopped(self, _number, _frame) -> None:
        self.over = self.over or "stopped"

    def errand(self) -> int:
        """The exit code of the errand; negative for a signal."""
        environment = without("RUNPOD_API_KEY") | {STATE: str(self._state.folder), SPENT: f"{time.time() - self._begun:.0f}"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "brightrun_worker.rented.errand"], cwd=PACKAGE, env=environment,
            stdin=subprocess.DEVNULL, process_group=0, preexec_fn=die_with_parent,
        )
        while (code := self._process.poll()) is None:
            if self._late() and not self.over:
                say("the time limit of this pod is reached")
                self.over = "limit"
            if self.over:
                return self._end(PATIENCE if self.over == "limit" else STOP_PATIENCE)
            time.sleep(0.25)
        return code

    def _late(self) -> bool:
        limits = [seconds for seconds in (self._order.seconds, self._state.get(LIMIT_FILE)) if seconds]
        return time.time() - self._begun > min(limits, default=LONGEST)

    def _end(self, patience: float) -> int:
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            code = None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait() if code is None else code
