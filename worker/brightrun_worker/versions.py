"""Which worker this is, and which libraries it runs with."""

import hashlib
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from . import __version__

HERE = Path(__file__).resolve().parent
LIBRARIES = ("torch", "transformers", "peft", "accelerate", "safetensors", "tokenizers")
# Needed, too, and of no influence on what comes out.
BESIDES = ("jsonschema",)


def worker() -> dict:
    return {"version": __version__, "revision": _revision(), "source_sha256": _source()}


def libraries() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in LIBRARIES}}


def found() -> dict[str, str | None]:
    """Everything that a run needs; None: it is not installed. Nothing is loaded."""
    def version(name: str) -> str | None:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return None

    return {name: version(name) for name in (*LIBRARIES, *BESIDES)}


def _revision() -> str | None:
    """From the environment where an image was built with it, else from the repository around this file."""
    told = os.environ.get("BRIGHTRUN_WORKER_REVISION")
    if told:
        return told
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=HERE, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _source() -> str:
    """One digest over names and contents of the Python files, so that an edited worker cannot pass for a released one."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*.py")):
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
