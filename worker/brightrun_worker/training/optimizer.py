"""The optimizers of the spec."""

import torch

from ..model.load import Plan


def make(parameters: list[torch.nn.Parameter], hyper, plan: Plan) -> tuple[torch.optim.Optimizer, str | None]:
    """The optimizer, and a sentence where another one than asked for had to be taken."""
    rate, decay = hyper.learning_rate, hyper.weight_decay
    if hyper.optimizer == "sgd":
        return torch.optim.SGD(parameters, lr=rate, weight_decay=decay), None
    if hyper.optimizer == "adafactor":
        return torch.optim.Adafactor(parameters, lr=rate, weight_decay=decay), None
    if hyper.optimizer == "paged_adamw_8bit" and plan.device == "cuda":
        import bitsandbytes

        return bitsandbytes.optim.PagedAdamW8bit(parameters, lr=rate, weight_decay=decay), None
    note = None if hyper.optimizer == "adamw" else f"{hyper.optimizer} needs CUDA: adamw is used"
    return torch.optim.AdamW(parameters, lr=rate, weight_decay=decay), note
