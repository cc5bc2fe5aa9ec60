"""The processes that train together: one on a CPU, one per GPU. Accelerate does the talking between them."""

import contextlib

import torch
from accelerate import Accelerator

from ..model.load import Plan


class World:
    def __init__(self, plan: Plan):
        mixed = {"bf16": "bf16", "fp16": "fp16", "fp32": "no"}[plan.precision]
        self._accelerator = Accelerator(cpu=plan.device == "cpu", mixed_precision=mixed)
        self.rank = self._accelerator.process_index
        self.size = self._accelerator.num_processes
        self.main = self._accelerator.is_main_process
        self.device = self._accelerator.device
        self.scaler = self._accelerator.scaler
        self.scaled = self.scaler is not None

    @property
    def place(self) -> int | str:
        """Where a model is loaded to: this process's GPU, or the CPU."""
        return self._accelerator.local_process_index if self.device.type == "cuda" else "cpu"

    def prepare(self, model, optimizer):
        model, optimizer = self._accelerator.prepare(model, optimizer)
        # Accelerate would copy all scores of a batch into 32 bits: `mixed` takes the place of its wrapping.
        self._accelerator.unwrap_model(model, keep_fp32_wrapper=False)
        return model, optimizer

    def mixed(self):
        """Within it a model computes in the precision of the plan."""
        return self._accelerator.autocast()

    def bare(self, model):
        """The peft model itself, without the wrapping of several processes."""
        return self._accelerator.unwrap_model(model)

    def here(self, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {name: tensor.to(self.device) for name, tensor in batch.items()}

    def backward(self, loss: torch.Tensor) -> None:
        self._accelerator.backward(loss)

    def clip(self, parameters: list[torch.nn.Parameter], limit: float) -> torch.Tensor:
        """Scales gradients down to `limit`; the norm that they had."""
        return self._accelerator.clip_grad_norm_(parameters, limit)

    def gathering(self, model, last: bool):
        """Gradients are exchanged between processes with the last batch of a step only."""
        return contextlib.nullcontext() if last else self._accelerator.no_sync(model)

    def total(self, value: float) -> float:
        """The sum over all processes."""
        if self.size == 1:
            return value
        kind = torch.float32 if self.device.type == "mps" else torch.float64
        return self._accelerator.reduce(torch.tensor(value, dtype=kind, device=self.device), "sum").item()

    def agreed(self, word: str | None, words: tuple[str, ...]) -> str | None:
        """What the main process says, one of `words` or None: the others do not look for themselves."""
        if self.size == 1:
            return word
        mine = (words.index(word) + 1.0) if self.main and word else 0.0
        said = int(self.total(mine))
        return words[said - 1] if said else None

    def wait(self) -> None:
        self._accelerator.wait_for_everyone()

    def leave(self) -> None:
        self._accelerator.end_training()
