"""The loss on answers, which training and evaluation share.

A score for every word of the vocabulary at every place is the largest thing in memory: 8192 tokens of a vocabulary of
150 000 are 2.3 GiB in 16 bits, and the usual cross entropy holds six times as much. Here the scores stay as the model
gives them, their gradients take as much again, and 32 bits are used for a few places at a time (decision 0163).
"""

import torch
from torch.autograd.function import once_differentiable
from torch.nn import functional

from ..dataset.render import IGNORED, Example

TOGETHER = 256
"""Places whose scores are held in 32 bits at one time."""


def answer_loss(world, model, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The sum of the cross entropy (in nats) over answer tokens; everything else has none."""
    with world.mixed():
        scores = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    # The place before a token predicts it; the last one predicts nothing.
    targets = functional.pad(batch["labels"][:, 1:], (0, 1), value=IGNORED)
    return Nats.apply(scores.flatten(0, 1), targets.flatten())


def answer_tokens(examples: list[Example]) -> int:
    """How many tokens `answer_loss` sums over: the first token of a text is predicted by nothing."""
    return sum(example.targets() - (example.labels[0] != IGNORED) for example in examples)


class Nats(torch.autograd.Function):
    """Cross entropy, summed: scores `[places, words]` in any precision, targets `[places]`, IGNORED where none is."""

    @staticmethod
    def forward(ctx, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(scores, targets)
        total = torch.zeros((), device=scores.device)
        for places in _portions(targets):
            total += functional.cross_entropy(scores[places].float(), targets[places], reduction="sum")
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx, outer: torch.Tensor):
        """Softmax less one at the target, computed once more: cheaper than keeping it."""
        scores, targets = ctx.saved_tensors
        gradient = torch.zeros_like(scores)
        for places in _portions(targets):
            part = torch.softmax(scores[places].float(), -1)
            part[torch.arange(len(places), device=part.device), targets[places]] -= 1
            gradient[places] = (part * outer).to(gradient.dtype)
        return gradient, None


def _portions(targets: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The numbers of the places that have a target, a few together."""
    return (targets != IGNORED).nonzero().squeeze(1).split(TOGETHER)
