"""Which examples make up which step.

The order of each epoch follows from seed and epoch alone, so a step's examples follow from its number: a run that
goes on after an interruption needs no stored place in the data.
"""

import functools
import math
import random
from dataclasses import dataclass


@functools.lru_cache(maxsize=2)
def order(examples: int, seed: int, epoch: int) -> list[int]:
    """The order of one epoch. Kept for the two newest, as a shuffle of many takes time."""
    numbers = list(range(examples))
    random.Random(f"{seed}/{epoch}").shuffle(numbers)
    return numbers


@dataclass(frozen=True)
class Plan:
    examples: int
    batch_size: int       # per process
    accumulation: int
    processes: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        """ceil(examples / (batch × accumulation × processes)): the last step of an epoch may be a small one."""
        return math.ceil(self.examples / (self.batch_size * self.accumulation * self.processes))

    def total_steps(self, epochs: float, max_steps: int | None) -> int:
        return max_steps or max(1, math.ceil(self.steps_per_epoch * epochs))

    def epoch_after(self, step: int) -> float:
        """Passes finished after `step` steps, with a fraction."""
        return step / self.steps_per_epoch

    def batches(self, step: int, rank: int) -> list[list[int]]:
        """The batches (lists of example numbers) of one process for the step after `step` finished ones.

        Every process gets equally many batches; near the end of an epoch some of them may be empty lists.
        """
        epoch, place = divmod(step, self.steps_per_epoch)
        size = self.batch_size * self.processes
        begin = place * size * self.accumulation
        group = order(self.examples, self.seed, epoch)[begin:begin + size * self.accumulation]
        mine = group[rank::self.processes]
        count = math.ceil(len(group) / size)
        return [mine[n * self.batch_size:(n + 1) * self.batch_size] for n in range(count)]
