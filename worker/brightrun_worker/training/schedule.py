"""The learning rate as a function of the step alone: nothing of it has to be kept in a checkpoint."""

import math


def factor(name: str, step: int, total: int, warmup: int) -> float:
    """What the learning rate is multiplied with in the step after `step` finished ones.

    Rises in `warmup` steps from 0 (not included) to 1, then stays (constant), falls straight (linear) or along half
    a cosine (cosine), towards 0 at `total`.
    """
    if step < warmup:
        return (step + 1) / warmup
    if name == "constant":
        return 1.0
    part = (step - warmup) / max(1, total - warmup)
    if name == "linear":
        return 1.0 - part
    return 0.5 * (1.0 + math.cos(math.pi * part))


def warmup_steps(ratio: float, total: int) -> int:
    return math.ceil(ratio * total)
