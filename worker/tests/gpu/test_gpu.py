"""What only a GPU can show: 16 and 4 bits, what the events say of it, memory that runs out. Skipped where there is no CUDA.

    worker/.venv/bin/python -m pytest worker/tests/gpu
"""

import importlib.util
import json
import subprocess
import sys

import pytest
import torch

from brightrun_worker import exits

import helpers
import tiny_model

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA here")

FOUR_BITS = pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is None, reason="there is no bitsandbytes here")

WAYS = [
    pytest.param({}, id="bf16"),
    pytest.param({"precision": "fp16"}, id="fp16"),
    pytest.param({"precision": "fp32", "gradient_checkpointing": False}, id="fp32"),
    pytest.param({"optimizer": "paged_adamw_8bit"}, id="8 bit optimizer", marks=FOUR_BITS),
    pytest.param({"quantization": "nf4"}, id="nf4", marks=FOUR_BITS),
    pytest.param({"quantization": "nf4", "optimizer": "paged_adamw_8bit"}, id="nf4, 8 bit optimizer", marks=FOUR_BITS),
]


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """A model large enough for 4 bits and for an optimizer in 8: both leave small tensors as they are."""
    return tiny_model.make(tmp_path_factory.mktemp("wide") / "model", hidden=512, words=1000)


def spec(folder, model, way, **changes):
    return helpers.spec(folder, model, hyperparameters={"epochs": 6, **way}, **changes)


@pytest.mark.parametrize("way", WAYS)
def test_trains_and_goes_on(tmp_path, wide, way):
    """A run that was stopped twice has the curves and the adapter of one that was not: to the last digit in 32 bits, else
    as near as kernels allow that add in changing order."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    asked = spec(tmp_path, wide, way)
    assert helpers.run(asked, whole) == exits.DONE, helpers.told(whole, "error")
    assert not helpers.told(whole, "warning"), "everything was done as it was asked for"
    curves = helpers.curves(whole)
    assert curves["loss"][30] < 0.8 * curves["loss"][1] and curves["eval_loss"][30] < curves["eval_loss"][5]
    for step in (4, 13):
        worker = helpers.start(asked, broken)
        helpers.wait_until(lambda step=step: helpers.steps_done(broken) >= step)
        worker.terminate()
        worker.join(60)
        assert worker.exitcode == exits.STOPPED
    assert helpers.run(asked, broken) == exits.DONE
    again = helpers.curves(broken)
    if way.get("precision") == "fp32":
        assert again["loss"] == curves["loss"] and again["eval_loss"] == curves["eval_loss"]
        helpers.assert_same_adapter(broken / "adapter", whole / "adapter", tolerance=0)
    else:
        assert again["loss"] == pytest.approx(curves["loss"], rel=0.02)
        assert again["eval_loss"] == pytest.approx(curves["eval_loss"], rel=0.02)


@pytest.mark.parametrize("way", [WAYS[0], WAYS[4]])
def test_what_is_said_of_the_gpu(tmp_path, wide, way):
    out = tmp_path / "out"
    assert helpers.run(spec(tmp_path, wide, way), out) == exits.DONE
    name = torch.cuda.get_device_name()
    device = json.loads((out / "manifest.json").read_text())["device"]
    wanted = {"kind": "cuda", "name": name, "count": 1, "precision": "bf16", "quantization": way.get("quantization", "none")}
    assert wanted.items() <= device.items() and 0 < device["peak_memory_gb"] < 10
    assert any(name in event["text"] for event in helpers.told(out, "log") if event.get("topic") == "device")
    curves = helpers.curves(out)
    total = torch.cuda.mem_get_info()[1] / 1024**3
    assert all(0 < value <= total for value in curves["gpu_memory_used_gb"].values())
    assert all(value == pytest.approx(total) for value in curves["gpu_memory_total_gb"].values())
    assert all(0 <= value <= 100 for value in curves["gpu_utilization"].values())


@pytest.mark.parametrize("way", [WAYS[0], WAYS[4]])
def test_the_adapter_works_elsewhere(tmp_path, wide, way):
    """Made in 16 or 4 bits on a GPU, it loads in plain peft on a CPU and merges."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    assert helpers.run(spec(tmp_path, wide, way, output={"merge": True}), tmp_path / "out") == exits.DONE
    ids = torch.arange(5, 60).unsqueeze(0)
    with torch.no_grad():
        base = AutoModelForCausalLM.from_pretrained(wide)
        plain = base(ids).logits
        adapted = PeftModel.from_pretrained(base, tmp_path / "out" / "adapter")(ids).logits
        merged = AutoModelForCausalLM.from_pretrained(tmp_path / "out" / "merged")(ids).logits
    assert (adapted - plain).abs().max() > 0.1
    assert torch.allclose(adapted, merged, atol=1e-3)


def test_a_gpu_computes_what_a_cpu_computes(tmp_path, wide):
    curves = []
    for device in ("cpu", "cuda"):
        asked = spec(tmp_path, wide, {"precision": "fp32", "dropout": 0, "epochs": 1}, limits={"device": device})
        assert helpers.run(asked, tmp_path / device) == exits.DONE
        curves.append(helpers.curves(tmp_path / device)["loss"])
    assert curves[1] == pytest.approx(curves[0], rel=1e-3)


def test_recomputation_changes_nothing(tmp_path, wide):
    curves = []
    for number, recompute in enumerate((True, False)):
        asked = spec(tmp_path, wide, {"gradient_checkpointing": recompute, "epochs": 1})
        assert helpers.run(asked, tmp_path / str(number)) == exits.DONE
        curves.append(helpers.curves(tmp_path / str(number))["loss"])
    assert curves[0] == pytest.approx(curves[1], rel=1e-3)


def test_not_a_number(tmp_path, wide):
    assert helpers.run(spec(tmp_path, wide, {"learning_rate": 1e20}), tmp_path / "out") == exits.NOT_A_NUMBER
    assert helpers.told(tmp_path / "out", "error")[-1]["class"] == "not_a_number"


def long_examples(folder, count):
    text = " ".join(tiny_model.TEXTS) * 20
    turns = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": text}]
    return helpers.write_lines(folder / "long.jsonl", [{"messages": turns}] * count)


def out_of_memory(out):
    error = helpers.told(out, "error")[-1]
    assert error["class"] == "out_of_memory" and "batch_size" in error["fix"] and "ALLOC_CONF" not in error["cause"], error
    assert helpers.told(out, "final")[-1]["exit_code"] == exits.OUT_OF_MEMORY


def test_a_batch_that_no_gpu_holds(tmp_path):
    """Scores of 300 000 words for 128 examples: more than 140 GiB in 16 bits."""
    model = tiny_model.make(tmp_path / "model", words=300_000)
    asked = helpers.spec(tmp_path, model, long_examples(tmp_path, 128), hyperparameters={"batch_size": 128},
                         evaluation={"held_out": 0})
    assert helpers.run(asked, tmp_path / "out") == exits.OUT_OF_MEMORY
    out_of_memory(tmp_path / "out")


OCCUPY = """
import sys, torch
free, _ = torch.cuda.mem_get_info()
held = torch.empty(free - int(sys.argv[1]) * 2**20, dtype=torch.uint8, device="cuda")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.alone
@pytest.mark.parametrize("left", [1000, 100], ids=["little is left", "nothing is left"])
def test_a_gpu_that_somebody_else_fills(tmp_path, model, left):
    """`left` MiB: too little for a batch, or not even enough for CUDA to begin with."""
    asked = helpers.spec(tmp_path, model, long_examples(tmp_path, 128), evaluation={"held_out": 0},
                         hyperparameters={"batch_size": 128, "gradient_checkpointing": False})
    other = subprocess.Popen([sys.executable, "-c", OCCUPY, str(left)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"held\n"
        assert helpers.run(asked, tmp_path / "out") == exits.OUT_OF_MEMORY, helpers.told(tmp_path / "out", "error")
        out_of_memory(tmp_path / "out")
    finally:
        other.communicate()
    assert helpers.run(helpers.spec(tmp_path, model), tmp_path / "after") == exits.DONE
