"""One attempt at a run, from the libraries' import to the manifest. Called by `run.py`, which holds the directory."""

import gc
import os
import shutil

from . import data_file, errors, exits, files, manifest, ranks, versions
from . import spec as specs
from .errors import DeviceError
from .events import EventLog
from .model import find
from .requests import Requests
from .rundir import RunDir


class Session:
    def __init__(self, spec: dict, place: RunDir, events: EventLog, requests: Requests, arguments: list[str]):
        self.spec, self.place, self.events, self.requests = spec, place, events, requests
        self.asked = specs.as_object(spec)
        self.hyper = self.asked.hyperparameters
        self.hyper.target_modules = spec["hyperparameters"]["target_modules"]
        self._arguments = arguments
        self._others = None
        self.state = None  # training.checkpoint.State, once there is one

    @property
    def step(self) -> int:
        """Optimizer steps finished, as far as this attempt knows."""
        return self.state.step if self.state else max(self.place.checkpoint_steps(), default=0)

    def run(self) -> None:
        """Raises whatever goes wrong; Ended when a request ends it early."""
        self._set_up()
        self._find_files()
        self._prepare_examples()
        self._load_model()
        self._configure()
        state = self._train()
        self._finish(state)
        self.abandon(patience=30)

    def abandon(self, patience: float = 1) -> None:
        """Leaves no process behind, however the run ended. `patience` in seconds."""
        if self._others:
            self._others.end(patience)

    def _stage(self, name: str, percent: float, detail: str = "") -> None:
        self.requests.check()
        self.events.stage(name, detail)
        self.events.progress(percent)

    def _set_up(self) -> None:
        self._stage("setup", 0, "loading libraries")
        if "path" in self.spec["base_model"]:
            find.offline()
            find.find(self.spec["base_model"])  # what is wrong with a folder is told at once, not after the libraries
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        # Batches of different lengths else leave gaps that together took more than all the rest (decision 0163).
        os.environ.setdefault("PYTORCH_ALLOC_CONF", "expandable_segments:True")
        # Three thousand modules are made and none is garbage: looking for some took a fifth of the time.
        gc.disable()
        import torch

        from .model import load
        from .model import lora as _  # only that it is there: it loads peft, half of the time

        gc.freeze()
        gc.enable()
        if self.asked.limits.threads:
            torch.set_num_threads(self.asked.limits.threads)
        self.load = load
        self.plan = load.plan(self.hyper, self.asked.limits)
        for code, text in self.plan.notes:
            self.events.warning(code, text)
        self.events.log(" ".join(f"{name} {version}" for name, version in versions.libraries().items()), "versions")
        what = torch.cuda.get_device_name() if self.plan.device == "cuda" else f"CPU, {torch.get_num_threads()} threads"
        self.events.log(f"{what}; precision {self.plan.precision}, quantization {self.plan.quantization}", "device")
        self.events.log(f"{shutil.disk_usage(self.place.path).free / 1024**3:.1f} GiB free on the disk of the run", "disk")
        self.device_name = what

    def _find_files(self) -> None:
        self._stage("downloading", 5, "dataset and base model")
        self.data = data_file.obtain(self.spec["dataset"], self.place.dataset)
        self.found = find.find(self.place.pinned(self.spec["base_model"]))
        self.place.pin(self.found.revision)
        find.offline()

    def _prepare_examples(self) -> None:
        self._stage("preparing", 10, "rendering and counting examples")
        from .dataset.prepare import prepare
        from .dataset.render import Renderer

        self.tokenizer = self.load.tokenizer(self.found)
        renderer = Renderer(self.tokenizer, self.hyper.max_seq_length)
        self.examples = prepare(self.data, renderer, self.asked.evaluation.held_out, self.hyper.seed)
        for line in self.examples.account():
            self.events.log(line, "dataset")
        if renderer.folds_system:
            self.events.log("the chat template has no system turn: the system prompt opens the first user turn", "dataset")
        if self.examples.truncated():
            self.events.warning("truncated", f"{self.examples.truncated()} examples are longer than max_seq_length")
        if self.asked.evaluation.held_out and not self.examples.held_out:
            self.events.warning("no_held_out", "a single conversation: nothing is held out, there will be no eval_loss")
        self.events.log(self.examples.first, "first_example")

    def _load_model(self) -> None:
        self._stage("loading_model", 15, self.found.shown)
        import torch

        count = ranks.count(self.asked.limits.processes, self.plan.device, torch.cuda.device_count())
        self._others = ranks.Others(count, self._arguments, self._other_failed)
        from .training.world import World

        self.world = World(self.plan)
        self.model = self.load.base(self.found, self.plan, self.world.place)
        self.load.check_words(self.model, self.examples.highest_token())

    def _other_failed(self, code: int) -> None:
        """Runs in a thread while the main one waits for a process that is gone: only leaving helps."""
        cause = f"the process of another GPU ended with code {code}"
        fix = "Its own words are on the error output of this worker."
        code = code if code > 0 else exits.OTHER  # negative: it was killed
        self.events.write("error", **{"class": errors.name_of(code)}, cause=cause, fix=fix, step=self.step)
        self.events.write("final", outcome="failed", exit_code=code, step=self.step)
        os._exit(code)

    def _configure(self) -> None:
        self._stage("configuring", 20, "adding adapters")
        import torch

        from .dataset.batches import Plan
        from .model import lora
        from .training import optimizer
        from .training.checkpoint import Checkpoints, State

        torch.manual_seed(self.hyper.seed)
        model = lora.add(self.model, self.hyper, self.plan, self.found)
        made, note = optimizer.make(lora.trained(model), self.hyper, self.plan)
        if note:
            self.events.warning("optimizer", note)
        share = sum(p.numel() for p in lora.trained(model))
        self.events.log(f"{share} adapter weights are trained; targets {self.hyper.target_modules}", "model")
        self.batches = Plan(len(self.examples.train), self.hyper.batch_size, self.hyper.gradient_accumulation,
                            self.world.size, self.hyper.seed)
        self.checkpoints = Checkpoints(self.place, self.asked.checkpoints.keep)
        self.state = State(steps_per_epoch=self.batches.steps_per_epoch)
        self._resume(model, made)
        self.model, self.optimizer = self.world.prepare(model, made)

    def _resume(self, model, optimizer) -> None:
        """Goes on from the newest whole checkpoint. From the second attempt on, a mark says which points are void."""
        step = 0
        if self.world.main:
            step = self.checkpoints.newest(self._tell_damage) or 0
        step = int(self.world.total(step))
        if step:
            self.state = self.checkpoints.load(step, model, optimizer, self.world.scaler)
            if self.state.steps_per_epoch != self.batches.steps_per_epoch:
                raise DeviceError("this run began with another number of processes", "Start it on as many GPUs as before.")
        if self.events.attempt > 1:
            name = self.checkpoints.path(step).name if step else None
            self.events.stage("resumed", f"from {name}" if name else "from the beginning", step=step, checkpoint=name)

    def _tell_damage(self, name: str, why: str) -> None:
        self.events.warning("checkpoint_damaged", f"{name} is damaged ({why}): the one before is taken")

    def _train(self):
        from .training.gpu import Gauge
        from .training.loop import Loop
        from .training.step import Stepper

        self.requests.check()
        total = self.batches.total_steps(self.hyper.epochs, self.hyper.max_steps)
        padding = self.tokenizer.pad_token_id
        stepper = Stepper(self.world, self.model, self.optimizer, self.examples.train, self.batches, self.hyper, total,
                          padding)
        loop = Loop(stepper, self.state, total, self.batches, self.examples.held_out, self.asked, self.events,
                    self.requests, self.checkpoints, Gauge(self.plan.device), padding)
        self.requests.only_mark()
        return loop.run()

    def _finish(self, state) -> None:
        """Adapter, merged model, manifest: each appears complete or not at all, the manifest last."""
        if not self.world.main:
            return
        from .model import lora

        self.events.stage("saving", "adapter")
        self.events.progress(95)
        with files.building(self.place.adapter) as folder:
            lora.write(self.world.bare(self.model), folder)
            self.tokenizer.save_pretrained(folder)
        if self.spec["output"]["merge"]:
            from .model.merge import merge

            self.events.stage("saving", "merged model")
            merge(self.place.adapter, self.found, self.place.merged)
        files.publish_json(self.place.manifest, manifest.compose(self, state))
        self.events.progress(100)
        self.events.stage("completed")
