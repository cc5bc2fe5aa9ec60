"""carry.json: the spec of a run and what the machine may do, fetched by its signed address and checked by digest."""

import hashlib
import json
from dataclasses import dataclass

from . import http, mount
from .http import Expired
from .order import BadOrder, Training, plain_folder
from .store import Again, Signed, Store, Volume, patiently

PATIENCE = 120.0  # seconds for the first connection: a fresh machine's network may need a while


@dataclass(frozen=True)
class Carry:
    run: str
    spec: dict
    store: Store
    seconds: float | None     # of one machine; then the training stops with a checkpoint
    beat: float               # seconds between two beats of the owner
    wish: float               # seconds between two looks for a wish
    part: int                 # bytes of a part of an archive
    patience: float           # seconds that the end of a run waits for the store


def fetch(order: Training) -> Carry:
    """Raises WrongMount, BadOrder, Expired, Denied and, where nothing answers, Again."""
    if order.folder is not None:
        place = mount.folder(order.folder)
        content = Volume(place).read("carry.json")
        if content is None:
            raise mount.WrongMount(f"there is no carry.json in {place}: this is not the volume that the run was put on")
    else:
        content = patiently(lambda: _fetched(order.carry), PATIENCE)
    found = hashlib.sha256(content).hexdigest()
    if found != order.sha256:
        raise BadOrder(f"carry.json has {len(content)} bytes with sha256 {found}, expected {order.sha256}")
    return _read(content, order)


def _fetched(address: str) -> bytes:
    try:
        return b"".join(http.get(address))
    except http.Absent:
        raise Expired("carry.json is no longer in the store") from None


def _read(content: bytes, order: Training) -> Carry:
    try:
        given = json.loads(content)
        if given["carry"] != 1 or given["run"] != order.run:
            raise BadOrder("carry.json is of another run or another version")
        return Carry(
            run=given["run"], spec=given["spec"], store=_store(given["store"], order),
            seconds=given.get("seconds"), beat=given.get("beat_seconds", 10), wish=given.get("wish_seconds", 5),
            part=given.get("part_bytes", 256 * 1024 * 1024), patience=given.get("patience_seconds", 1800),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadOrder(f"carry.json is not what it should be: {type(error).__name__}") from None


def _store(given: dict, order: Training) -> Store:
    if given["kind"] == "volume":
        if not plain_folder(given["folder"]) or (order.folder or given["folder"]) != given["folder"]:
            raise BadOrder("carry.json names another folder than the order")
        return Volume(mount.folder(given["folder"]))
    if given["kind"] != "signed":
        raise BadOrder(f"carry.json names a kind of store that this worker does not know: {given['kind']}")
    return Signed(given["get"], given["put"])


__all__ = ["Again", "Carry", "fetch"]
