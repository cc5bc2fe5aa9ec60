"""Writes a run as others' trainers do, and stops where it is told to, so that somebody can look at a file that is half written.

    python write_run.py KIND FOLDER

Kinds: trainer (transformers' Trainer), tensorboard (torch's SummaryWriter), two-writers (two of them in one folder), restart (a second
file that begins at an earlier step), wandb (offline). On stdout it says, a JSON object a line, what it has written: {"wrote": {name: {step:
value}}, "path": where}; then it waits for a line on stdin. The last line has "end": true and everything that was written.
"""

import json
import os
import sys
from collections import defaultdict
from pathlib import Path

written = defaultdict(dict)


def note(name, step, value):
    written[name][step] = value


def pause(path, end=False):
    print(json.dumps({"wrote": written, "path": str(path), "end": end}), flush=True)
    sys.stdin.readline()


def loss(step):
    return round(2.0 / (1 + step / 10) + 0.01 * (step % 3), 6)


def trainer(folder):
    import torch
    from transformers import Trainer, TrainerCallback, TrainingArguments

    class Line(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(4))

        def forward(self, x, labels):
            return {"loss": ((x @ self.weight - labels) ** 2).mean()}

    class Note(TrainerCallback):
        def on_log(self, args, state, control, logs=None, **more):
            for name, value in logs.items():
                if name not in ("epoch", "total_flos", "train_runtime"):
                    note(name, state.global_step, value)

        def on_save(self, args, state, control, **more):
            if state.global_step < state.max_steps:
                pause(folder)

    torch.manual_seed(1)
    points = torch.randn(48, 4)
    data = [{"x": x, "labels": x.sum()} for x in points]
    asked = TrainingArguments(folder, num_train_epochs=2, per_device_train_batch_size=4, logging_steps=1, save_steps=10, eval_steps=8,
                              eval_strategy="steps", learning_rate=0.05, report_to="none", use_cpu=True, disable_tqdm=True, seed=1)
    run = Trainer(Line(), asked, train_dataset=data, eval_dataset=data[:8], callbacks=[Note()])
    sys.stdout, out = sys.stderr, sys.stdout  # the Trainer prints its logs
    Note.on_save.__globals__["print"] = lambda text, flush: (out.write(text + "\n"), out.flush())
    run.train()
    run.save_state()
    pause(folder, end=True)


def summary(folder, **more):
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(folder, **more)


def add(writer, name, step, value):
    writer.add_scalar(name, value, step)
    note(name, step, value)


def tensorboard(folder):
    with summary(folder) as writer:
        writer.add_text("about", "not a number")
        for step in range(1, 41):
            add(writer, "train/loss", step, loss(step))
            add(writer, "train/lr", step, 0.001 * step)
            if step % 10 == 0:
                add(writer, "eval/loss", step, loss(step) + 0.1)
            if step == 20:
                writer.flush()
                pause(folder)
    pause(folder, end=True)


def two_writers(folder):
    """As a training and its evaluation beside it: what each writes comes by turns."""
    with summary(folder, filename_suffix=".train") as train, summary(folder, filename_suffix=".eval") as beside:
        for step in range(1, 41):
            add(train, "train/loss", step, loss(step))
            if step % 4 == 0:
                add(beside, "eval/loss", step, loss(step) + 0.1)
            if step % 20 == 0 and step < 40:
                train.flush()
                beside.flush()
                pause(folder)
    pause(folder, end=True)


def restart(folder):
    """Killed after step 30, and begun again from step 20."""
    first = summary(folder)
    for step in range(1, 31):
        first.add_scalar("train/loss", 9.0 + step, step)
        note("train/loss", step, 9.0 + step)
    first.flush()
    pause(folder)
    import time

    time.sleep(1.1)  # names of the files count seconds
    with summary(folder, purge_step=21) as second:
        for step in range(21, 31):
            del written["train/loss"][step]
        for step in range(21, 41):
            add(second, "train/loss", step, loss(step))
    pause(folder, end=True)


def wandb(folder):
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=str(folder), WANDB_CONSOLE="off")
    os.environ.update(WANDB__DISABLE_STATS="true")
    import wandb

    run = wandb.init(project="brightrun", name="tiny", config={"lr": 0.1})
    place = Path(run.dir).parent
    for step in range(1, 41):
        values = {"train/loss": loss(step), "train/lr": 0.001 * step}
        run.log(values, step=step, commit=True)
        for name, value in values.items():
            note(name, step, value)
        if step == 20:
            pause(place)
    run.finish()
    pause(place, end=True)


if __name__ == "__main__":
    kind, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    {"trainer": trainer, "tensorboard": tensorboard, "two-writers": two_writers, "restart": restart, "wandb": wandb}[kind](folder)
