"""Data, specs and workers for the tests.

A worker is a real process that can be signalled and killed. It is forked from a server that has the libraries
loaded already, so that a test which starts twenty of them does not wait twenty times for imports.
"""

import hashlib
import importlib.util
import json
import multiprocessing
import sys
import time
from pathlib import Path

from brightrun_worker import events

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload([
    "torch", "transformers.models.llama.modeling_llama", "accelerate", "brightrun_worker.__main__",
    "brightrun_worker.session", "brightrun_worker.training.world", "brightrun_worker.training.optimizer",
    "brightrun_worker.dataset.prepare",
    # peft imports bitsandbytes, which begins CUDA at its import, and no CUDA survives a fork. Then only what takes most
    # of the time is loaded before.
    *(["torch._inductor.compile_fx"] if importlib.util.find_spec("bitsandbytes")
      else ["peft", "brightrun_worker.training.loop", "brightrun_worker.model.merge"]),
])


def conversation(number: int) -> list[dict]:
    return [
        {"role": "system", "content": "You are a calm adviser."},
        {"role": "user", "content": f"I am worried about my savings, for the {number}. time."},
        {"role": "assistant", "content": "That is a heavy thought to carry. Let us look at one number at a time."},
        {"role": "user", "content": "What does an emergency fund mean?"},
        {"role": "assistant", "content": "It is money for bad weeks."},
    ]


def write_lines(path: Path, lines: list) -> Path:
    """JSON lines; a str is written as it stands."""
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def dataset(folder: Path, count: int = 20) -> Path:
    return write_lines(folder / "data.jsonl", [{"messages": conversation(n)} for n in range(count)])


def spec(folder: Path, model: Path, data: Path | None = None, **changes: dict) -> Path:
    """A spec file of 15 steps. `changes` are merged into its parts: `hyperparameters={"rank": 4}`."""
    data = data or dataset(folder)
    whole = {
        "protocol": 1,
        "run": "test-run",
        "base_model": {"path": str(model)},
        "dataset": {"path": str(data), "sha256": hashlib.sha256(data.read_bytes()).hexdigest()},
        "hyperparameters": {"rank": 8, "alpha": 16, "learning_rate": 0.005, "epochs": 3, "batch_size": 4, "dropout": 0.1},
        "checkpoints": {"every_steps": 3, "keep": 2},
        "limits": {"threads": 1},
    }
    for part, members in changes.items():
        whole[part] = {**whole.get(part, {}), **members} if part != "base_model" else members
    path = folder / "asked.json"
    path.write_text(json.dumps(whole))
    return path


def _work(arguments: list[str]) -> None:
    from brightrun_worker.__main__ import main

    sys.exit(main(arguments))


def start(spec_path: Path, out: Path) -> multiprocessing.Process:
    worker = _server.Process(target=_work, args=(["run", str(spec_path), "--out", str(out)],))
    worker.start()
    return worker


def run(spec_path: Path, out: Path, seconds: float = 120) -> int:
    """The exit code; negative for a signal."""
    worker = start(spec_path, out)
    worker.join(seconds)
    if worker.is_alive():
        worker.kill()
        raise AssertionError(f"the worker did not end within {seconds} s")
    return worker.exitcode


def wait_until(true, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "this did not happen in time"
        time.sleep(0.005)


def told(out: Path, kind: str | None = None) -> list[dict]:
    """The events of a run directory, all or those of one kind."""
    return [event for event in events.read(out / "events.jsonl") if kind in (None, event["kind"])]


def steps_done(out: Path) -> int:
    return max((event["step"] for event in told(out, "metrics")), default=0)


def curves(out: Path) -> dict[str, dict[int, float]]:
    """All series but those that measure time."""
    found = events.series(events.read(out / "events.jsonl"))
    found.pop("tokens_per_second", None)
    return found


def adapter(folder: Path) -> dict:
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


def assert_same_adapter(one: Path, other: Path, tolerance: float = 1e-6) -> None:
    import torch

    first, second = adapter(one), adapter(other)
    assert first.keys() == second.keys()
    for name in first:
        assert torch.allclose(first[name], second[name], rtol=0, atol=tolerance), name
