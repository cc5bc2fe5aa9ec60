"""One optimizer step."""

import math
from dataclasses import dataclass

import torch

from ..dataset.collate import collate
from ..dataset.render import IGNORED, Example
from . import schedule
from .answers import answer_loss, answer_tokens


@dataclass
class Result:
    loss: float        # mean over the answer tokens of the step, all processes together
    grad_norm: float   # before clipping
    tokens: int        # tokens read, all processes together
    learning_rate: float

    def healthy(self, norm_may_overflow: bool) -> bool:
        """fp16 scales its loss and skips steps whose gradients overflow: that alone is no failure there."""
        return math.isfinite(self.loss) and (norm_may_overflow or math.isfinite(self.grad_norm))


class Stepper:
    """Makes one step after another. What a step does depends on its number alone, on the weights and on the
    optimizer's state: the examples, the dropout and the learning rate all follow from (seed, number, rank)."""

    def __init__(self, world, model, optimizer, examples: list[Example], plan, hyper, total: int, padding: int):
        self.world, self.model, self.optimizer = world, model, optimizer
        self._examples, self._plan, self._hyper = examples, plan, hyper
        self._total, self._padding = total, padding
        self._warmup = schedule.warmup_steps(hyper.warmup_ratio, total)
        self._parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]

    def step(self, number: int) -> Result:
        """The step after `number` finished ones."""
        torch.manual_seed((self._hyper.seed * 1_000_003 + number) * 1_009 + self.world.rank)
        rate = self._hyper.learning_rate * schedule.factor(self._hyper.scheduler, number, self._total, self._warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        batches = [[self._examples[n] for n in batch] for batch in self._plan.batches(number, self.world.rank)]
        mine = [example for batch in batches for example in batch]
        answers = self.world.total(answer_tokens(mine))
        tokens = self.world.total(sum(len(example.ids) for example in mine))
        loss = self.world.total(self._backward(batches, max(1, answers)))
        norm = self._clip()
        result = Result(loss, norm, int(tokens), rate)
        if result.healthy(norm_may_overflow=self.world.scaled):
            self.optimizer.step()
        self.optimizer.zero_grad()
        return result

    def _backward(self, batches: list[list[Example]], answers: float) -> float:
        """Adds up gradients of the mean over all answer tokens of the step. Processes average theirs: hence × size."""
        self.model.train()
        loss = 0.0
        for place, examples in enumerate(batches):
            with self.world.gathering(self.model, last=place == len(batches) - 1):
                part = answer_loss(self.world, self.model, self._batch(examples)) / answers
                self.world.backward(part * self.world.size)
            loss += part.item()
        return loss

    def _batch(self, examples: list[Example]) -> dict[str, torch.Tensor]:
        if examples:
            return self.world.here(collate(examples, self._padding))
        # Nothing left for this process: it goes along with something that has no loss.
        batch = collate(self._examples[:1], self._padding)
        return self.world.here({**batch, "labels": torch.full_like(batch["labels"], IGNORED)})

    def _clip(self) -> float:
        limit = self._hyper.max_grad_norm or float("inf")
        return float(self.world.clip(self._parameters, limit))
