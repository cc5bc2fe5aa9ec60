"""Checkpoints: where training can go on exactly.

    checkpoint-N/                      N optimizer steps are done
        adapter_model.safetensors      the adapters; with adapter_config.json plain peft loads this folder
        optimizer.pt                   the optimizer's state, and the loss scaler's where there is one
        state.json                     counters
        files.json                     size and sha256 of the others: how damage is noticed

Sampler, learning rate and dropout need no state: they follow from the step's number (training/step.py).
A checkpoint appears by one rename, durable; a kill at any moment leaves the one before.
"""

import io
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from .. import files
from ..errors import CheckpointDamaged
from ..model import lora
from ..rundir import CHECKPOINT, RunDir


@dataclass
class State:
    """The counters of a run."""

    step: int = 0
    tokens_seen: int = 0
    seconds: float = 0.0          # spent on steps and evaluations
    steps_per_epoch: int = 0      # of the plan, to notice another number of processes
    last: dict[str, float | str] = field(default_factory=dict)  # the newest value of each series


class Checkpoints:
    def __init__(self, place: RunDir, keep: int):
        self.steps, self.path = place.checkpoint_steps, place.checkpoint
        self._folder, self._keep = place.checkpoints, keep

    def save(self, state: State, model, optimizer, scaler) -> int:
        """Publishes checkpoint-N and removes those beyond `keep`. Returns its size in bytes."""
        with files.building(self.path(state.step)) as folder:
            lora.write(model, folder)
            files.write(folder / "optimizer.pt", _packed(optimizer, scaler))
            files.write_json(folder / "state.json", asdict(state))
            parts = files.listing(folder, folder)
            files.write_json(folder / "files.json", parts)
        for step in self.steps()[: -self._keep]:
            files.remove_tree(self.path(step))
        return sum(part["bytes"] for part in parts)

    def newest(self, on_damage) -> int | None:
        """The newest whole checkpoint's step. Damaged ones are put aside as damaged-checkpoint-N, and
        `on_damage(name, why)` is told. None: there is none yet. Raises CheckpointDamaged where all are damaged."""
        steps = self.steps()
        for step in reversed(steps):
            why = damage(self.path(step))
            if why is None:
                return step
            on_damage(self.path(step).name, why)
            aside = self._folder / f"damaged-{self.path(step).name}"
            files.remove_tree(aside)
            self.path(step).rename(aside)
        if steps or any(self._folder.glob(f"damaged-{CHECKPOINT}*")):
            raise CheckpointDamaged(f"no whole checkpoint is left in {self._folder}")
        return None

    def load(self, step: int, model, optimizer, scaler) -> State:
        folder = self.path(step)
        lora.read(model, folder)
        packed = torch.load(folder / "optimizer.pt", map_location="cpu", weights_only=True)
        optimizer.load_state_dict(packed["optimizer"])
        if scaler is not None and packed["scaler"] is not None:
            scaler.load_state_dict(packed["scaler"])
        return State(**json.loads((folder / "state.json").read_text()))


def _packed(optimizer, scaler) -> bytes:
    """Packed in memory, then written by `files.write`: torch's own file writer turns a full disk into a RuntimeError."""
    packed = io.BytesIO()
    torch.save({"optimizer": optimizer.state_dict(), "scaler": scaler.state_dict() if scaler else None}, packed)
    return packed.getvalue()


def damage(folder: Path) -> str | None:
    """What is wrong with a checkpoint, or None."""
    try:
        expected = json.loads((folder / "files.json").read_text())
        for part in expected:
            path = folder / part["path"]
            if path.stat().st_size != part["bytes"]:
                return f"{part['path']} has {path.stat().st_size} bytes instead of {part['bytes']}"
            if files.sha256(path) != part["sha256"]:
                return f"{part['path']} has changed"
    except OSError as error:
        return f"{Path(error.filename or folder).name}: {error.strerror}"
    except (ValueError, KeyError, TypeError):
        return "files.json is not readable"
    return None
