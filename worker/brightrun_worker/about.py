"""Says what this worker is and what it lacks, as one line of JSON: `python -m brightrun_worker.about [--gpus]`.

brightrun asks before a run may start, with whatever Python it was given: only the standard library is loaded, and an old
Python gets far enough to say that it is one. With `--gpus` torch is loaded, too, and says what it can use.
"""

import json
import platform
import sys

from . import PROTOCOL, __version__

OLDEST = (3, 11)


def tell(gpus: bool) -> dict:
    told = {"version": __version__, "protocol": PROTOCOL, "python": platform.python_version(), "libraries": {}, "lacks": []}
    if sys.version_info < OLDEST:
        told["lacks"].append("Python {}.{} or newer".format(*OLDEST))
        return told
    from . import versions

    told["libraries"] = versions.found()
    told["lacks"] = [name for name, version in told["libraries"].items() if version is None]
    if gpus and not told["lacks"]:
        told.update(_gpus())
    return told


def _gpus() -> dict:
    """What torch can use; `trouble` where it cannot even be loaded."""
    try:
        import torch

        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        return {"gpus": [torch.cuda.get_device_name(number) for number in range(count)], "cuda": torch.version.cuda}
    except Exception as error:  # a library for another machine fails in its own ways
        return {"trouble": f"{type(error).__name__}: {error}".splitlines()[0]}


if __name__ == "__main__":
    json.dump(tell("--gpus" in sys.argv[1:]), sys.stdout)
    sys.stdout.write("\n")
