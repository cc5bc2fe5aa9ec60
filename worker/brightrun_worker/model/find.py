"""Where the base model's files are: a folder is taken as it is, a name is fetched from the hub.

For a folder no network is touched: `offline` is called before any hub library is imported. Code that a model
repository brings along is never run.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelNotFound, ModelUnsuitable

WANTED = ["*.json", "*.safetensors", "*.model", "*.jinja", "*.txt"]
"""The files of a repository that are fetched: no pickles, no code."""


@dataclass
class Found:
    folder: Path
    shown: str                # what adapter_config.json says the adapter belongs to
    revision: str | None      # the commit, where it is known


def offline() -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"


def find(base_model: dict) -> Found:
    """`base_model` is that of the spec: `{path}` or `{name, revision}`."""
    found = _folder(Path(base_model["path"])) if "path" in base_model else _fetched(
        base_model["name"], base_model.get("revision"))
    if not any(found.folder.glob("*.safetensors")):
        raise ModelNotFound(f"there are no weights (*.safetensors) in {found.folder}")
    return found


def _folder(folder: Path) -> Found:
    if not folder.is_dir():
        raise ModelNotFound(f"there is no folder {folder}")
    if not (folder / "config.json").is_file():
        raise ModelNotFound(f"the folder {folder} holds no model: no config.json")
    return Found(folder, str(folder), None)


def _fetched(name: str, revision: str | None) -> Found:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, revision=revision, allow_patterns=WANTED))
    except LocalEntryNotFoundError as error:
        raise ModelNotFound(f"{name} is not on this machine, and the hub cannot be reached") from error
    except HfHubHTTPError as error:  # not there, no such revision, gated, no access
        raise ModelNotFound(f"the hub does not give {name}: {error.response.status_code}") from error
    if not (folder / "config.json").is_file():
        raise ModelUnsuitable(f"{name} holds no model for transformers: no config.json")
    return Found(folder, name, folder.name)
