"""Requests from outside: the files `stop`, `checkpoint-now` and `cancel`, and the signals SIGTERM and SIGINT.

A request counts whenever it was made, before the start too. The worker removes `stop` and `checkpoint-now` once
they are honoured; `cancel` stays, so that a cancelled run does not come back to life by being started again.
A signal means stop, unless `cancel` lies there: "write cancel, then send SIGTERM" ends a run at once.
"""

import signal
import time
from pathlib import Path

from .errors import Ended


class Requests:
    def __init__(self, folder: Path, max_minutes: float | None = None):
        self._folder = folder
        self._signalled = False
        self._nothing_to_save = False
        self._deadline = time.monotonic() + 60 * max_minutes if max_minutes else None

    def listen(self) -> None:
        """Takes the signals. Until `only_mark` they end the run at once: there is nothing to save."""
        self._nothing_to_save = True
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number, _frame) -> None:
        self._signalled = True
        if self._nothing_to_save:
            self.check()

    def only_mark(self) -> None:
        """From now on a signal only sets a mark, which the training loop looks at between steps."""
        self._nothing_to_save = False

    def wish(self) -> str | None:
        """`cancel`, `stop`, `checkpoint` or None. Costs three looks at the folder."""
        if (self._folder / "cancel").exists():
            return "cancel"
        late = self._deadline is not None and time.monotonic() > self._deadline
        if self._signalled or late or (self._folder / "stop").exists():
            return "stop"
        if (self._folder / "checkpoint-now").exists():
            return "checkpoint"
        return None

    def check(self) -> None:
        """Ends the run by raising Ended if that is asked for. For the time before and after training."""
        wish = self.wish()
        if wish in ("cancel", "stop"):
            raise Ended(wish)

    def honoured(self, wish: str) -> None:
        name = {"stop": "stop", "checkpoint": "checkpoint-now"}[wish]
        (self._folder / name).unlink(missing_ok=True)
