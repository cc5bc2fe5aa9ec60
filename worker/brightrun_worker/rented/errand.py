"""What a pod is for: carries out its order and exits. Started by pod.py, which watches the time and ends the pod."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from ..errors import WorkerError
from .carry import Carry
from .dispatch import RunFailed, Work, greet
from .order import Training, read_text
from .outward import say

STATE, SPENT = "BRIGHTRUN_POD_STATE", "BRIGHTRUN_POD_SPENT"
"""Variables: the folder that outlives a restart of the container, and the seconds since its first start."""

LIMIT_FILE = "limit"


def main() -> int:
    try:
        order = read_text(os.environ.get("BRIGHTRUN_RUN", ""))
        greet()
    except WorkerError as error:
        say(f"failed: {error.cause}. {error.fix}")
        return 1
    return asyncio.run(_carry_out(order))


async def _carry_out(order) -> int:
    pod = {}
    if isinstance(order, Training):
        pod = {"alone": True, "spent": float(os.environ.get(SPENT, "0")), "on_carry": _note_limit}
    work = Work(order, **pod)
    asyncio.get_running_loop().add_signal_handler(
        signal.SIGTERM, lambda: asyncio.get_running_loop().create_task(work.wind_down()))
    work.begin()
    try:
        output = await work.output()
    except RunFailed as failure:
        say(f"failed: {failure}")
        return 1
    except asyncio.CancelledError:
        say("ended before the training began")
        return 0
    say(json.dumps(output))
    return 0


def _note_limit(carry: Carry) -> None:
    """For the watching process: the order need not have the limit."""
    folder = os.environ.get(STATE)
    if folder and carry.seconds is not None:
        Path(folder, LIMIT_FILE).write_text(json.dumps(carry.seconds))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # threads that wait for a dead connection hold nobody up
