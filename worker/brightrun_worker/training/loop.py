"""Goes through the steps: numbers into the events, evaluations, checkpoints, requests."""

import math
import statistics
import time
from collections import deque
from dataclasses import dataclass

from ..errors import Ended, NotANumber
from ..events import EventLog
from ..events.log import number
from ..requests import Requests
from .checkpoint import Checkpoints, State
from .evaluate import evaluate
from .gpu import Gauge
from .step import Result, Stepper

WISHES = ("cancel", "stop", "checkpoint")
FIRST_PERCENT, LAST_PERCENT = 25, 95
"""The share of the whole run that training has in `progress`."""


@dataclass
class Loop:
    stepper: Stepper
    state: State
    total: int
    plan: object            # dataset.batches.Plan
    held_out: list
    spec: object            # the spec as an object
    events: EventLog
    requests: Requests
    checkpoints: Checkpoints
    gauge: Gauge
    padding: int

    def __post_init__(self):
        self._durations: deque[float] = deque(maxlen=50)
        self._told = float("-inf")
        self._said: str | None = None
        self._clock = time.monotonic()

    def run(self) -> State:
        """Trains to the end and keeps a checkpoint there. Raises Ended for a stop (with a checkpoint) or a cancel."""
        while self.state.step < self.total:
            self._obey()
            self._say_epoch()
            self._clock = time.monotonic()
            self._one_step()
            if self._evaluation_due():
                self._evaluate()
            self.state.seconds += time.monotonic() - self._clock
            if self.state.step % self.spec.checkpoints.every_steps == 0 and self.state.step < self.total:
                self.save("interval")
        self.save("end")
        return self.state

    def _one_step(self) -> None:
        result = self.stepper.step(self.state.step)
        took = time.monotonic() - self._clock
        self._durations.append(took)
        self.state.step += 1
        self.state.tokens_seen += result.tokens
        self._tell(
            loss=result.loss, grad_norm=result.grad_norm, learning_rate=result.learning_rate,
            tokens_per_second=result.tokens / took, tokens_seen=self.state.tokens_seen, **self.gauge.values(),
        )
        self._progress()
        self._check(result)

    def _check(self, result: Result) -> None:
        if not result.healthy(norm_may_overflow=self.stepper.world.scaled):
            what = "gradient norm" if math.isfinite(result.loss) else "loss"
            value = result.grad_norm if what == "gradient norm" else result.loss
            raise NotANumber(f"the {what} is {number(value)} at step {self.state.step}, "
                             f"with a learning rate of {result.learning_rate:g}")

    def _evaluation_due(self) -> bool:
        if not self.held_out:
            return False
        every = self.spec.evaluation.every_steps or self.plan.steps_per_epoch
        return self.state.step == self.total or self.state.step % every == 0

    def _evaluate(self) -> None:
        self.events.stage("validating", f"{len(self.held_out)} held-out examples")
        world = self.stepper.world
        loss = evaluate(world, self.stepper.model, self.held_out, self.spec.hyperparameters.batch_size, self.padding,
                        self._cancel_at_once if world.size == 1 else lambda: None)
        self._tell(eval_loss=loss, perplexity=perplexity(loss))
        self._said = None

    def _cancel_at_once(self) -> None:
        if self.requests.wish() == "cancel":
            raise Ended("cancel")

    def _tell(self, **values: float) -> None:
        self.state.last.update({name: number(value) for name, value in values.items()})
        self.events.metrics(self.state.step, self.plan.epoch_after(self.state.step), **values)

    def _progress(self) -> None:
        """Twice a second at most, and at the end."""
        if time.monotonic() - self._told < 0.5 and self.state.step < self.total:
            return
        self._told = time.monotonic()
        done = self.state.step / self.total
        pace = statistics.median(self._durations)
        self.events.progress(
            FIRST_PERCENT + done * (LAST_PERCENT - FIRST_PERCENT), step=self.state.step, total_steps=self.total,
            epoch=round(self.plan.epoch_after(self.state.step), 4),
            total_epochs=round(self.plan.epoch_after(self.total), 4), training_percent=round(100 * done, 2),
            seconds_per_step=round(pace, 4), remaining_seconds=round(pace * (self.total - self.state.step), 1),
        )

    def _obey(self) -> None:
        wish = self.stepper.world.agreed(self.requests.wish() if self.stepper.world.main else None, WISHES)
        if wish == "cancel":
            raise Ended("cancel")
        if wish == "stop":
            self.save("stop")
            raise Ended("stop")
        if wish == "checkpoint":
            self.save("requested")
            self.requests.honoured("checkpoint")

    def save(self, reason: str) -> None:
        """A checkpoint of the present step, unless there is one; at step 0 there is nothing to keep."""
        world, step = self.stepper.world, self.state.step
        if world.main and step and step not in self.checkpoints.steps():
            self.events.sync()
            size = self.checkpoints.save(self.state, world.bare(self.stepper.model), self.stepper.optimizer, world.scaler)
            name = self.checkpoints.path(step).name
            self.events.write("checkpoint", step=step, name=name, bytes=size, reason=reason)
        world.wait()

    def _say_epoch(self) -> None:
        """The stage, where it is another one than was said last."""
        epoch = self.state.step // self.plan.steps_per_epoch + 1
        text = f"epoch {epoch} of {math.ceil(self.plan.epoch_after(self.total))}"
        if text != self._said:
            self._said = text
            self.events.stage("training", text)


def perplexity(loss: float) -> float:
    """exp(loss); inf where that is too large for a number."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf
