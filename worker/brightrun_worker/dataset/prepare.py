"""The whole way from a dataset file to examples, with an account of what was found, repaired and cut."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import DatasetError
from . import shapes
from .render import Example, Renderer
from .split import held_out
from .turns import clean


BEYOND = "examples whose answer lies wholly beyond max_seq_length left out"


@dataclass
class Prepared:
    shape: str
    train: list[Example]
    held_out: list[Example]
    conversations: int
    first: str  # the first example, rendered for people
    repairs: Counter = field(default_factory=Counter)

    def truncated(self) -> int:
        return sum(example.lost > 0 for example in self.train + self.held_out)

    def train_tokens(self) -> int:
        return sum(len(example.ids) for example in self.train)

    def highest_token(self) -> int:
        return max(max(example.ids) for example in self.train + self.held_out)

    def summary(self) -> dict:
        """The figures of the manifest's `dataset`."""
        return {
            "shape": self.shape,
            "conversations": self.conversations,
            "train_examples": len(self.train),
            "eval_examples": len(self.held_out),
            "truncated": self.truncated(),
            "train_tokens": self.train_tokens(),
        }

    def account(self) -> list[str]:
        """Sentences for the log."""
        lost = sum(example.lost for example in self.train + self.held_out)
        lines = [
            f"{len(self.train) + len(self.held_out)} examples from {self.conversations} conversations, "
            f"shape {self.shape}: {len(self.train)} to train on ({self.train_tokens()} tokens, "
            f"{sum(example.targets() for example in self.train)} of them in answers), {len(self.held_out)} held out",
            f"{self.truncated()} examples were longer than max_seq_length and lost {lost} tokens",
        ]
        return lines + [f"{count} {what}" for what, count in sorted(self.repairs.items())]


def prepare(path: Path, renderer: Renderer, share: float, seed: int) -> Prepared:
    """Raises DatasetError with the physical line where a line is at fault."""
    shape, raws = shapes.read(path)
    repairs: Counter = Counter()
    examples: list[Example] = []
    first = ""
    for raw in raws:
        if raw is None:
            repairs["pairs without a target left out"] += 1
            continue
        messages = clean(raw.turns, repairs)
        if not messages:
            repairs["conversations without an answer left out"] += 1
            continue
        example = renderer.example(raw.conversation, messages, raw.only_last)
        if example.targets() == 0:
            repairs[BEYOND] += 1
            continue
        first = first or renderer.shown(messages, raw.only_last)
        examples.append(example)
    if not examples and repairs[BEYOND]:
        raise DatasetError(
            f"max_seq_length {renderer.longest} is too short: no answer of its {repairs[BEYOND]} examples lies within it",
            fix="Make a new job with a longer max_seq_length; the checks of the dataset say how long its examples are.")
    if not examples:
        raise DatasetError("there is no example with an answer to learn from")
    names = {example.conversation for example in examples}
    out = held_out(names, share, seed)
    return Prepared(
        shape,
        [example for example in examples if example.conversation not in out],
        [example for example in examples if example.conversation in out],
        len(names), first, repairs,
    )
