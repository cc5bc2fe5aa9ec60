"""The loss on held-out conversations."""

from collections.abc import Callable

import torch

from ..dataset.collate import collate
from ..dataset.render import Example
from .answers import answer_loss, answer_tokens


@torch.no_grad()
def evaluate(world, model, examples: list[Example], batch_size: int, padding: int, between: Callable[[], None]) -> float:
    """Mean cross entropy (nats) per answer token. `between` is called after each batch and may raise."""
    model.eval()
    mine = examples[world.rank::world.size]
    loss, answers = 0.0, 0
    for begin in range(0, len(mine), batch_size):
        part = mine[begin:begin + batch_size]
        loss += answer_loss(world, model, world.here(collate(part, padding))).item()
        answers += answer_tokens(part)
        between()
    return world.total(loss) / max(1, world.total(answers))
