"""What leaves this process as text or environment, with nothing secret in it.

Keys come through the environment and signed addresses through the order. Neither may stand in a log, an event, an error or
the arguments of a process, so every text that goes out passes through `hide`.
"""

import contextlib
import os
import re
import sys

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_SHORTEST = 8
"""Values with fewer characters are settings ("false"), not keys."""

_QUERY = re.compile(r"(https?://[^\s\"'?<>]+)\?[^\s\"'<>]+")
_OURS = re.compile(r"^(RUNPOD_|BRIGHTRUN_|AWS_|S3_|SUPABASE_|PG[A-Z]+$|DATABASE_URL$)")
_FOR_TRAINING = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "TOKENIZERS_PARALLELISM", "BRIGHTRUN_WORKER_REVISION"}


def hide(text: str) -> str:
    """`text` without the values of secret variables and without what follows the ? of an address, where signatures stand."""
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST and _SECRET.search(name):
            text = text.replace(value, "***")
    return _QUERY.sub(r"\1?***", text)


def say(text: str) -> None:
    """One line on the standard output, which is the log of a rented machine."""
    echo(f"brightrun: {hide(text)}\n")


def echo(text: str) -> None:
    """Text that holds no secret already. Where nobody reads any more, the work goes on."""
    with contextlib.suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()


def for_training(**more: str) -> dict[str, str]:
    """The environment of the training process: no keys of an account, a database or a store; a hub token stays."""
    kept = {
        name: value for name, value in os.environ.items()
        if name in _FOR_TRAINING or not (_OURS.match(name) or (_SECRET.search(name) and len(value) >= _SHORTEST))
    }
    return kept | more


def without(*names: str) -> dict[str, str]:
    """The environment without some variables."""
    return {name: value for name, value in os.environ.items() if name not in names}
