"""A fresh run directory from what an earlier machine left in the store."""

import itertools
import json
from pathlib import Path

from .. import files
from ..errors import DatasetError
from ..rundir import CHECKPOINT, RunDir
from . import archive, lines
from .archive import Damaged
from .outward import say
from .store import Store, patiently

PATIENCE = 600.0  # seconds that one object may take to be had
CHECKPOINT_FILE = "checkpoint.json"
ANEW = "Start the run again: the dataset is put there anew."
_ALLOWED = rf"{CHECKPOINT}\d+/[\w.-]+|base_model\.json"


def dataset(store: Store, place: RunDir, sha256: str) -> None:
    """Fetches the dataset and compares its bytes. Raises DatasetError."""
    if not (place.dataset.exists() and files.sha256(place.dataset) == sha256):
        if store.travels:
            patiently(lambda: store.save("dataset.jsonl", place.dataset), PATIENCE)
        if not place.dataset.exists():
            raise DatasetError("the dataset of this run is not where it was put", fix=ANEW)
        found, size = files.sha256(place.dataset), place.dataset.stat().st_size
        if found != sha256:
            raise DatasetError(f"dataset.jsonl came with {size} bytes and sha256 {found}, expected {sha256}", fix=ANEW)
    say(f"dataset: {place.dataset.stat().st_size} bytes, as expected")


def events(store: Store, place: RunDir) -> int:
    """Puts the parts together again; the number of bytes."""
    with open(place.events, "wb") as file:
        for number in itertools.count():
            content = patiently(lambda number=number: store.read(lines.name(number)), PATIENCE)
            if content is None:
                break
            file.write(content)
        size = file.tell()
    if not size:
        place.events.unlink()
    return size


def checkpoint(store: Store, place: RunDir) -> dict | None:
    """Brings back the newest whole checkpoint; its description, as in checkpoint.json. None: there is none."""
    described = _described(patiently(lambda: store.read(CHECKPOINT_FILE), PATIENCE))
    for about in (described, (described or {}).get("before")):
        if not about:
            continue
        try:
            _fetch(store, place, about)
            say(f"checkpoint of step {about['step']}: {about['bytes']} bytes, as described")
            return about
        except (Damaged, KeyError, TypeError, ValueError) as error:
            say(f"the checkpoint in slot {about.get('slot')} is not whole: {error}")
    return None


def _fetch(store: Store, place: RunDir, about: dict) -> None:
    whole, part = place.path / f"{files.TEMPORARY}checkpoint.tar", place.path / f"{files.TEMPORARY}part"
    slot = "checkpoint-" + {"a": "a", "b": "b"}[about["slot"]]
    try:
        with open(whole, "wb") as file:
            for number in range(int(about["parts"])):
                name = archive.part_name(slot, number)
                if not patiently(lambda name=name: store.save(name, part), PATIENCE):
                    raise Damaged(f"{name} is missing")
                with open(part, "rb") as source:
                    while block := source.read(archive.BLOCK):
                        file.write(block)
        if files.sha256(whole) != about["sha256"]:
            raise Damaged("its digest differs")
        with files.building(place.path / f"{files.TEMPORARY}restored") as folder:
            archive.unpack(whole, folder, _ALLOWED)
        _put_in_place(place, place.path / f"{files.TEMPORARY}restored")
    finally:
        whole.unlink(missing_ok=True)
        part.unlink(missing_ok=True)


def _put_in_place(place: RunDir, folder: Path) -> None:
    place.checkpoints.mkdir(exist_ok=True)
    for path in sorted(folder.iterdir()):
        target = place.path / path.name if path.is_file() else place.checkpoints / path.name
        if target.is_dir():
            files.remove_tree(target)
        path.rename(target)
    files.remove_tree(folder)


def _described(content: bytes | None) -> dict | None:
    try:
        found = json.loads(content or b"null")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
