"""The training process: the worker of this package, in a process group of its own, without keys, dying with its parent."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

from . import mount, outward

PACKAGE = Path(__file__).resolve().parent.parent.parent
"""The folder that holds brightrun_worker."""

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded now: nothing may be loaded between fork and exec


def die_with_parent() -> None:
    """Runs in the new process: the kernel kills it when the thread that started it is gone."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """One process. Its output goes to `log`, and on to our own output, without secrets."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path):
        self._process = process
        self.killed = False
        self._reader = asyncio.create_task(self._read(log))
        self.gone = asyncio.create_task(self._wait())

    @classmethod
    async def start(cls, arguments: list[str], log: Path) -> "Child":
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "brightrun_worker", *arguments, cwd=PACKAGE,
            env=outward.for_training(**mount.models(), PYTHONUNBUFFERED="1"), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            process_group=0, preexec_fn=die_with_parent,
        )
        return cls(process, log)

    async def _wait(self) -> int:
        """The exit code; negative for a signal."""
        code = await self._process.wait()
        self._signal(signal.SIGKILL)  # whatever it left in its group
        await asyncio.wait([self._reader], timeout=5)
        return code

    async def _read(self, log: Path) -> None:
        rest = ""
        with open(log, "a", encoding="utf-8") as file:
            while block := await self._process.stdout.read(65536):
                text, newline, rest = (rest + block.decode(errors="replace")).rpartition("\n")
                if len(rest) > 65536:  # a line that never ends
                    text, newline, rest = text + newline + rest, "", ""
                self._pass_on(text + newline, file)
            self._pass_on(rest, file)

    @staticmethod
    def _pass_on(text: str, file) -> None:
        text = outward.hide(text)
        outward.echo(text)
        try:
            file.write(text)
            file.flush()
        except OSError:  # a full disk: the child will say so itself
            pass

    def ask(self) -> None:
        """SIGTERM: a checkpoint, or the end at once where the file `cancel` lies."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self.killed = True
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
