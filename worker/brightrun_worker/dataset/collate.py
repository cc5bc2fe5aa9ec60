"""Examples of different lengths as one rectangle of numbers."""

from collections.abc import Sequence

import torch

from .render import IGNORED, Example


def collate(examples: list[Example], padding: int) -> dict[str, torch.Tensor]:
    """Filled up on the right; what is filled up is neither attended to nor learned from. Shapes: [examples, tokens]."""
    width = max(len(example.ids) for example in examples)

    def rectangle(rows: list[Sequence[int]], filler: int) -> torch.Tensor:
        return torch.tensor([[*row, *[filler] * (width - len(row))] for row in rows])

    return {
        "input_ids": rectangle([example.ids for example in examples], padding),
        "attention_mask": rectangle([[1] * len(example.ids) for example in examples], 0),
        "labels": rectangle([example.labels for example in examples], IGNORED),
    }
