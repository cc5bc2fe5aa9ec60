"""Rented machines for tests: a process group with an environment and a disk of its own, full of marked keys."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import helpers

WORKER = Path(__file__).resolve().parent.parent.parent

MARKED = {
    "RUNPOD_API_KEY": "MARKED-pod-key-1f3a",
    "RUNPOD_AI_API_KEY": "MARKED-account-key-77c2",
    "HF_TOKEN": "hf_MARKED-hub-token-0b",
    "AWS_SECRET_ACCESS_KEY": "MARKED-store-key-9e",
    "SUPABASE_SERVICE_ROLE_KEY": "MARKED-database-key-5d",
    "BRIGHTRUN_SOME_PASSWORD": "MARKED-password-e1",
}
"""Keys that must appear nowhere. All of them hold the word MARKED."""


class Machine:
    """One worker process of a kind (`serverless`, `pod`). `disk`: all that it has of its own."""

    def __init__(self, kind: str, disk: Path, environment: dict[str, str]):
        self.disk = disk
        disk.mkdir(parents=True, exist_ok=True)
        others = ("RUNPOD_", "BRIGHTRUN_", "HF_HOME")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        self.printed = disk.parent / f"{disk.name}.printed"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "brightrun_worker", kind], cwd=WORKER, stdin=subprocess.DEVNULL,
            stdout=open(self.printed, "ab"), stderr=subprocess.STDOUT, start_new_session=True,
            env=kept | MARKED | {"BRIGHTRUN_WORK": str(disk), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"} | environment,
        )

    def said(self) -> str:
        return self.printed.read_text()

    def children(self) -> dict[int, str]:
        """The training processes that run on this machine's disk: pid → arguments. Whoever their parent is by now."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                arguments = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if " run " in arguments and str(self.disk) in arguments:
                found[int(place.name)] = arguments
        return found

    def kill(self) -> None:
        """SIGKILL for the whole machine at once; its training process is in a group of its own and has to die with it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        helpers.wait_until(lambda: not self.children(), 10)
