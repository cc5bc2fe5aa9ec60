"""The network volume: where it is mounted, and that it is the right one. A run on a wrong disk is lost with the machine."""

import os
import shutil
from pathlib import Path

from ..errors import WorkerError

PLACES = ("/runpod-volume", "/workspace")
"""Where RunPod mounts volumes: on serverless workers, on pods."""

FOR_MODELS = "huggingface"
"""The folder on a volume that is HF_HOME."""


class WrongMount(WorkerError):
    fix = "Attach the network volume of this run to the endpoint or pod, then start again: brightrun runpod check helps."


def find() -> Path | None:
    """Where the volume is mounted; None: nowhere. BRIGHTRUN_MOUNT names another place, which then must be a mount."""
    told = os.environ.get("BRIGHTRUN_MOUNT")
    if told:
        if not os.path.ismount(told):
            raise WrongMount(f"BRIGHTRUN_MOUNT says {told}, but {_what_is(Path(told))}")
        return Path(told)
    return next((Path(place) for place in PLACES if os.path.ismount(place)), None)


def folder(name: str) -> Path:
    """The folder of a run below the mount. It is there already: we put the dataset into it before anything was rented."""
    mount = find()
    if mount is None:
        looked = ", ".join(f"{place}: {_what_is(Path(place))}" for place in PLACES)
        raise WrongMount(f"no network volume is mounted on this machine ({looked})")
    place = mount / name
    if not place.is_dir():
        held = sorted(path.name for path in mount.iterdir())[:8]
        raise WrongMount(f"the volume at {mount} is not that of this run: there is no {name} on it, only {held}")
    return place


def models() -> dict[str, str]:
    """HF_HOME on the volume, where there is one and the image does not say otherwise."""
    mount = None if os.environ.get("HF_HOME") else find()
    return {"HF_HOME": str(mount / FOR_MODELS)} if mount else {}


def free(place: Path) -> str:
    """What is left on the disk of `place`, for people."""
    usage = shutil.disk_usage(place)
    return f"{usage.free / 1024**3:.1f} of {usage.total / 1024**3:.1f} GiB free at {place}"


def _what_is(place: Path) -> str:
    if not place.exists():
        return "there is no such folder"
    return "a volume" if os.path.ismount(place) else "that is a plain folder of this machine and no mount"
