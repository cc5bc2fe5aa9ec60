"""Several GPUs: the process that was started is rank 0 and starts one more for each further GPU.

So one process id stands for the run and its exit code is the run's. The others die with it, by the kernel's hand
(PR_SET_PDEATHSIG), even when it is killed; when one of them fails, rank 0 ends with that one's exit code.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from .errors import DeviceError

PR_SET_PDEATHSIG = 1


def rank() -> int:
    return int(os.environ.get("RANK", "0"))


def count(asked: int | None, device: str, there: int) -> int:
    """How many processes train: as many as the spec says, else one for each of the GPUs that are there; one on a CPU."""
    if device != "cuda":
        return asked or 1
    if asked and asked > there:
        raise DeviceError(f"the run is for {asked} GPUs, and this machine has {there}",
                          "Start it on a machine with as many, or configure it for fewer.")
    return asked or there


class Others:
    """The processes of ranks 1 and up; none where there is one GPU, none seen from such a process itself."""

    def __init__(self, count: int, arguments: list[str], on_failure: Callable[[int], None]):
        """Starts them with the same arguments and makes this process rank 0.

        `on_failure(exit code)` is called from a thread when one of them fails, unless `end` was called before.
        """
        self._processes: list[subprocess.Popen] = []
        self._ending = threading.Event()
        self._on_failure = on_failure
        if count == 1 or rank() != 0:
            return
        shared = {"WORLD_SIZE": str(count), "LOCAL_WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1",
                  "MASTER_PORT": str(_free_port())}
        os.environ.update(shared | {"RANK": "0", "LOCAL_RANK": "0"})
        for number in range(1, count):
            own = {"RANK": str(number), "LOCAL_RANK": str(number)}
            self._processes.append(subprocess.Popen(
                [sys.executable, "-m", "brightrun_worker", *arguments],
                env=os.environ | own, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent,
            ))
        for process in self._processes:
            threading.Thread(target=self._watch, args=(process,), daemon=True).start()

    def _watch(self, process: subprocess.Popen) -> None:
        code = process.wait()
        if code != 0 and not self._ending.is_set():
            self._on_failure(code)

    def end(self, patience: float) -> None:
        """Waits up to `patience` seconds for each, then kills it. What they exit with no longer matters."""
        self._ending.set()
        for process in self._processes:
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
