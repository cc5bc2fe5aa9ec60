"""A whole run on a tiny model: three epochs, and what lies in the directory afterwards."""

import json
import os
import subprocess
import sys

import jsonschema
import pytest
import torch
from referencing import Registry, Resource
from transformers import AutoModelForCausalLM, AutoTokenizer

from brightrun_worker import exits, files
from brightrun_worker import spec as specs

import helpers


@pytest.fixture(scope="module")
def finished(tmp_path_factory, model):
    """A finished run, made through the command line with the merged model as well."""
    folder = tmp_path_factory.mktemp("finished")
    asked = helpers.spec(folder, model, output={"merge": True})
    done = subprocess.run([sys.executable, "-m", "brightrun_worker", "run", asked, "--out", folder / "out"],
                          capture_output=True, text=True, timeout=200)
    assert done.returncode == exits.DONE, done.stderr
    return folder / "out"


def test_loss_falls_over_three_epochs(finished):
    curves = helpers.curves(finished)
    assert list(curves["loss"]) == list(range(1, 16))
    assert sum(curves["loss"][n] for n in (13, 14, 15)) < 0.95 * sum(curves["loss"][n] for n in (1, 2, 3))
    assert curves["eval_loss"].keys() == {5, 10, 15} == curves["perplexity"].keys()
    assert curves["eval_loss"][15] < curves["eval_loss"][5]
    assert curves["perplexity"][15] == pytest.approx(torch.tensor(curves["eval_loss"][15]).exp().item(), rel=1e-5)
    assert {"grad_norm", "learning_rate", "tokens_seen"} <= curves.keys()


def test_every_line_is_valid_and_the_account_is_complete(finished):
    checker = jsonschema.Draft202012Validator(specs.schema("event"))
    found = [json.loads(line) for line in (finished / "events.jsonl").read_text().splitlines()]
    for event in found:
        checker.validate(event)
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
    assert found[-1]["outcome"] == "done" and found[-1]["step"] == 15
    stages = [event["stage"] for event in found if event["kind"] == "stage"]
    order = ["setup", "downloading", "preparing", "loading_model", "configuring", "training", "saving", "completed"]
    assert list(dict.fromkeys(stage for stage in stages if stage != "validating")) == order
    percents = [event["percent"] for event in found if event["kind"] == "progress"]
    assert percents == sorted(percents) and percents[-1] == 100
    first = next(event["text"] for event in found if event.get("topic") == "first_example")
    assert first.count("⟦") == 2 and first.count("<|im_start|>user") == 2


def test_the_manifest_is_valid_and_true(finished):
    manifest = json.loads((finished / "manifest.json").read_text())
    known = [Resource.from_contents(specs.schema(name)) for name in ("spec", "event", "manifest")]
    registry = Registry().with_resources((resource.id(), resource) for resource in known)
    jsonschema.Draft202012Validator(specs.schema("manifest"), registry=registry).validate(manifest)
    assert manifest["files"] == files.listing(finished, finished / "adapter") + files.listing(finished, finished / "merged")
    assert manifest["final_metrics"]["loss"] == helpers.curves(finished)["loss"][15]
    assert manifest["dataset"]["train_examples"] == 18 and manifest["dataset"]["eval_examples"] == 2
    assert manifest["spec_sha256"] == files.sha256(finished / "spec.json")
    jsonschema.validate(json.loads((finished / "spec.json").read_text()), specs.schema("spec"))


def test_keeps_the_newest_checkpoints_and_nothing_unfinished(finished):
    assert {path.name for path in (finished / "checkpoints").iterdir()} == {"checkpoint-12", "checkpoint-15"}
    assert not list(finished.rglob(".tmp-*"))


def outputs(model, tokenizer):
    text = tokenizer.apply_chat_template(helpers.conversation(1)[:2], tokenize=False, add_generation_prompt=True)
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt")).logits


def test_the_adapter_loads_in_plain_peft_and_changes_the_output(finished, model):
    from peft import PeftModel

    tokenizer = AutoTokenizer.from_pretrained(finished / "adapter")
    base = AutoModelForCausalLM.from_pretrained(model)
    plain = outputs(base, tokenizer)
    adapted = outputs(PeftModel.from_pretrained(base, finished / "adapter"), tokenizer)
    merged = outputs(AutoModelForCausalLM.from_pretrained(finished / "merged"), tokenizer)
    assert (adapted - plain).abs().max() > 0.1
    assert torch.allclose(adapted, merged, atol=1e-4)


def test_a_checkpoint_loads_in_plain_peft_too(finished, model):
    from peft import PeftModel

    PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model), finished / "checkpoints" / "checkpoint-12")


def test_a_second_start_says_finished_and_redoes_nothing(finished, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.name != "worker.lock"}
    assert helpers.run(finished / "spec.json", finished) == exits.DONE
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_merge_by_command(finished, model, tmp_path):
    done = subprocess.run([sys.executable, "-m", "brightrun_worker", "merge", finished / "adapter", "--base", model,
                           "--out", tmp_path / "merged"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert files.sha256(tmp_path / "merged" / "model.safetensors") == files.sha256(finished / "merged" / "model.safetensors")


def test_other_settings_train_too(tmp_path, strict_model):
    asked = helpers.spec(
        tmp_path, strict_model,
        hyperparameters={"target_modules": ["q_proj", "v_proj"], "optimizer": "paged_adamw_8bit", "scheduler": "linear",
                         "quantization": "nf4", "precision": "bf16", "gradient_accumulation": 2, "max_steps": 4,
                         "batch_size": 2, "gradient_checkpointing": True, "warmup_ratio": 0.5},
        evaluation={"every_steps": 2}, limits={"device": "cpu"})
    assert helpers.run(asked, tmp_path / "out") == exits.DONE
    assert {event["code"] for event in helpers.told(tmp_path / "out", "warning")} == {"quantization", "optimizer"}
    curves = helpers.curves(tmp_path / "out")
    assert curves["eval_loss"].keys() == {2, 4}
    assert curves["learning_rate"] == pytest.approx({1: 0.0025, 2: 0.005, 3: 0.005, 4: 0.0025})
    assert {name.rsplit(".", 3)[-3] for name in helpers.adapter(tmp_path / "out" / "adapter")} == {"q_proj", "v_proj"}


def test_two_processes_train_like_one(tmp_path, model):
    """On a CPU in place of two GPUs: half the batch on each gives the same first step, and no process is left."""
    data = helpers.dataset(tmp_path)
    one, two = tmp_path / "one", tmp_path / "two"
    for place, batch, processes in ((one, 4, 1), (two, 2, 2)):
        place.mkdir()
        asked = helpers.spec(place, model, data, hyperparameters={"batch_size": batch, "max_steps": 6, "dropout": 0},
                             limits={"processes": processes, "device": "cpu"})
        done = subprocess.run([sys.executable, "-m", "brightrun_worker", "run", asked, "--out", place / "out"],
                              capture_output=True, text=True, timeout=200, env=os.environ)
        assert done.returncode == exits.DONE, done.stderr
    assert helpers.curves(two / "out")["loss"] == pytest.approx(helpers.curves(one / "out")["loss"], rel=1e-4)
    assert helpers.curves(two / "out")["eval_loss"] == pytest.approx(helpers.curves(one / "out")["eval_loss"], rel=1e-4)
    assert json.loads((two / "out" / "manifest.json").read_text())["device"]["count"] == 2
