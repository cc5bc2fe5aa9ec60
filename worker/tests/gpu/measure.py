"""Measures memory and speed of the worker on a GPU, on models of real sizes with random weights, made on the spot.

    worker/.venv/bin/python worker/tests/gpu/measure.py [--points NAME …] [--out FILE] [--scratch FOLDER] [--other FOLDER]

Each point is a run of the worker in a process of its own, on examples that all have the greatest length (or lengths from a
tenth of it upwards). One JSON object a point goes to FILE, a table to the output. Memory in GiB:

    loaded     what the base model holds
    configured the same with the adapter
    peak       the most that tensors held at one time
    reserved   the most that torch took from the card for that
    card       reserved, and what CUDA itself takes: what has to be free on the card. The estimate is compared with this.

NAME@other is measured with the worker in FOLDER (another checkout's worker/), NAME@exact with torch's deterministic
algorithms, NAME@gaps without torch's expandable segments. `--tiny` takes a tiny model in place of the real ones, to try
this program where there is no GPU.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import statistics
import sys
import time
import tomllib
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]
REPOSITORY = TESTS.parent.parent
GIB = 1024**3

USUAL = {"quantization": "nf4", "length": 2048, "batch": 4, "rank": 16, "optimizer": "adamw", "recompute": True, "steps": 7,
         "answers": 0.95, "mixed": False}
"""What a point is where it says nothing else. `answers`: the share of tokens that is learned from."""

POINTS = {
    "4b-nf4": {"model": "Qwen/Qwen3-4B-Instruct-2507"},
    "4b-bf16": {"model": "Qwen/Qwen3-4B-Instruct-2507", "quantization": "none"},
    "4b-nf4-b1": {"model": "Qwen/Qwen3-4B-Instruct-2507", "batch": 1, "steps": 12},
    "4b-bf16-half": {"model": "Qwen/Qwen3-4B-Instruct-2507", "quantization": "none", "answers": 0.4},
    "4b-bf16-mixed": {"model": "Qwen/Qwen3-4B-Instruct-2507", "quantization": "none", "mixed": True, "steps": 16},
    "4b-bf16-r64-8k": {"model": "Qwen/Qwen3-4B-Instruct-2507", "quantization": "none", "rank": 64, "length": 8192,
                       "batch": 1},
    "4b-bf16-keep": {"model": "Qwen/Qwen3-4B-Instruct-2507", "quantization": "none", "recompute": False, "batch": 2},
    "4b-nf4-keep": {"model": "Qwen/Qwen3-4B-Instruct-2507", "recompute": False, "batch": 2},
    "4b-nf4-8bit": {"model": "Qwen/Qwen3-4B-Instruct-2507", "optimizer": "paged_adamw_8bit", "rank": 64},
    "0.6b-bf16": {"model": "Qwen/Qwen3-0.6B", "quantization": "none", "batch": 8, "steps": 12},
    "7b-nf4": {"model": "mistralai/Mistral-7B-Instruct-v0.2"},
    "7b-nf4-b1": {"model": "mistralai/Mistral-7B-Instruct-v0.2", "batch": 1, "length": 4096},
    "7b-bf16": {"model": "mistralai/Mistral-7B-Instruct-v0.2", "quantization": "none"},
    "8b-nf4": {"model": "Qwen/Qwen3-8B"},
    "8b-bf16": {"model": "Qwen/Qwen3-8B", "quantization": "none", "batch": 2},
}


def sizes(model: str) -> dict:
    """The entry of brightrun's registry."""
    with open(REPOSITORY / "src/domain/catalog/base-models.toml", "rb") as file:
        return next(entry["sizes"] for entry in tomllib.load(file)["model"] if entry["id"] == model)


def make_model(model: str, folder: str) -> None:
    """Random weights in 16 bits, drawn on the GPU, with the tests' tokenizer: all its words are among the first."""
    import torch
    import transformers

    import tiny_model

    began = time.monotonic()
    size = sizes(model)
    kind = next(k for word, k in {"Qwen3": "Qwen3", "Qwen2": "Qwen2", "mistral": "Mistral", "llama": "Llama"}.items()
                if word in model)
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=size["vocabulary"], hidden_size=size["hidden"], intermediate_size=size["intermediate"],
        num_hidden_layers=size["layers"], num_attention_heads=size["heads"], num_key_value_heads=size["kv_heads"],
        head_dim=size["head"], max_position_embeddings=32768, tie_word_embeddings=size.get("tied", False),
        bos_token_id=1, eos_token_id=2, pad_token_id=0,
    )
    torch.manual_seed(1)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        made = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    made.save_pretrained(folder)
    tiny_model.coder(tiny_model.TEXTS, tiny_model.CHATML).save_pretrained(folder)
    count = sum(weights.numel() for weights in made.parameters())
    print(f"made {model}: {count} weights in {time.monotonic() - began:.1f} s", flush=True)


def make_data(point: dict, path: Path) -> None:
    import tiny_model

    chance = random.Random(1)
    sentences = tiny_model.TEXTS[:-1]

    def text(tokens: float) -> str:
        """Enough text for so many tokens: one is hardly ever more than six characters."""
        return " ".join(chance.choices(sentences, k=1 + int(6 * tokens / min(map(len, sentences)))))

    coder = tiny_model.coder(tiny_model.TEXTS, tiny_model.CHATML)
    with open(path, "w") as file:
        for _ in range(point["batch"] * point["steps"]):
            length = point["length"] * (chance.uniform(0.1, 1) if point["mixed"] else 1.2)
            asked = round(point["length"] * (1 - point["answers"]))
            question = coder.decode(coder(text(asked))["input_ids"][:asked])
            answer = coder.decode(coder(text(length))["input_ids"][:round(length)])
            turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
            file.write(json.dumps({"messages": turns}) + "\n")


def measure(point: dict, model: str, folder: str, way: str, other: str) -> None:
    """One run of the worker, in this process; leaves `result.json` in `folder`."""
    if way == "other":
        for name in [name for name in sys.modules if name.partition(".")[0] == "brightrun_worker"]:
            del sys.modules[name]
        sys.path.insert(0, other)
    folder = Path(folder)
    data = folder / "data.jsonl"
    make_data(point, data)
    spec = {
        "protocol": 1, "run": "measure", "base_model": {"path": model},
        "dataset": {"path": str(data), "sha256": hashlib.sha256(data.read_bytes()).hexdigest()},
        "hyperparameters": {
            "rank": point["rank"], "alpha": 2 * point["rank"], "batch_size": point["batch"], "max_steps": point["steps"],
            "max_seq_length": point["length"], "quantization": point["quantization"], "optimizer": point["optimizer"],
            "gradient_checkpointing": point["recompute"],
        },
        "evaluation": {"held_out": 0},
    }
    (folder / "spec.json").write_text(json.dumps(spec))
    import torch

    from brightrun_worker import run, session

    if cuda := torch.cuda.is_available():
        torch.cuda.memory._set_allocator_settings(f"expandable_segments:{way != 'gaps'}")  # as the worker asks for
    if way == "exact":
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
        torch.use_deterministic_algorithms(True)
    result = {"worker": str(Path(run.__file__).parent)}

    def noting(name, action):
        def noted(self):
            action(self)
            if cuda:
                torch.cuda.synchronize()
                result[name] = torch.cuda.memory_allocated() / GIB
                result[f"{name}_reserved"] = torch.cuda.max_memory_reserved() / GIB
        return noted

    session.Session._load_model = noting("loaded", session.Session._load_model)
    session.Session._configure = noting("configured", session.Session._configure)
    began = time.monotonic()
    result["exit_code"] = run.run(folder / "spec.json", folder / "out")
    result["seconds"] = round(time.monotonic() - began, 1)
    result.update(said(folder / "out"))
    if cuda:
        result.update(peak=torch.cuda.max_memory_allocated() / GIB, reserved=torch.cuda.max_memory_reserved() / GIB)
        free, total = torch.cuda.mem_get_info()
        result["card"] = result["reserved"] + (total - free - torch.cuda.memory_reserved()) / GIB
        result["retries"] = torch.cuda.memory_stats().get("num_alloc_retries", 0)
    (folder / "result.json").write_text(json.dumps(result))


def said(out: Path) -> dict:
    """What the events tell: the first two steps are warming up."""
    from brightrun_worker import events

    told = list(events.read(out / "events.jsonl"))
    curves = events.series(told)
    speeds = list(curves.get("tokens_per_second", {}).values())[2:]
    seen = list(curves.get("tokens_seen", {}).values())
    reads = [after - before for before, after in zip([0, *seen], seen, strict=False)][2:]
    took = [tokens / speed for tokens, speed in zip(reads, speeds, strict=True)]
    errors = [f"{event['class']}: {event['cause']}{event.get('trace', '')[-1500:]}" for event in told
              if event["kind"] == "error"]
    log = {event["topic"]: event["text"] for event in told if event["kind"] == "log" and "topic" in event}
    use = list(curves.get("gpu_utilization", {}).values())
    return {
        "seconds_per_step": statistics.median(took) if took else None, "slowest_step": max(took, default=None),
        "tokens_per_step": statistics.mean(reads) if reads else None,
        "tokens_per_second": statistics.median(speeds) if speeds else None,
        "losses": list(curves.get("loss", {}).values()), "adapter": digest(out / "adapter"),
        "gpu_utilization": use[-1] if use else None,
        "device": log.get("device", "").split(";")[0], "versions": log.get("versions"), "dataset": log.get("dataset"),
        "errors": errors,
        "warnings": [event["text"] for event in told if event["kind"] == "warning"],
    }


def digest(adapter: Path) -> str | None:
    """Equal for two runs that trained the very same."""
    weights = adapter / "adapter_model.safetensors"
    return hashlib.sha256(weights.read_bytes()).hexdigest()[:12] if weights.exists() else None


def show(name: str, point: dict, result: dict) -> str:
    if result.get("exit_code") != 0:
        return f"{name:16} FAILED {result.get('exit_code')} {result.get('errors')}"

    def number(key, form):
        return format(result[key], form) if result.get(key) is not None else "-"

    return (f"{name:16} {point['quantization']:4} len {point['length']:5} b {point['batch']} r {point['rank']:2} "
            f"loaded {number('loaded', '6.2f')} conf {number('configured', '6.2f')} peak {number('peak', '6.2f')} "
            f"reserved {number('reserved', '6.2f')} card {number('card', '6.2f')} | "
            f"{number('seconds_per_step', '.3f')} s/step {number('tokens_per_second', '.0f')} tok/s "
            f"use {number('gpu_utilization', '.0f')} {result['adapter']} "
            f"all {result['seconds']} s {result['warnings'] or ''}")


def begin_cuda() -> None:
    import torch

    if torch.cuda.is_available():
        torch.zeros(1, device="cuda")


def way_to_start() -> str:
    """fork, which saves the imports, unless something in them has begun CUDA."""
    probe = multiprocessing.get_context("fork").Process(target=begin_cuda)
    probe.start()
    probe.join(60)
    return "fork" if probe.exitcode == 0 else "spawn"


def alone(start: str, action, *arguments, seconds: float) -> None:
    """Runs it in a process of its own: CUDA begins anew for each."""
    process = multiprocessing.get_context(start).Process(target=action, args=arguments)
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        print(f"ended after {seconds} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", nargs="*", default=list(POINTS), metavar="NAME", help=", ".join(POINTS))
    parser.add_argument("--other", default="", metavar="FOLDER", help="the worker of NAME@other")
    parser.add_argument("--out", type=Path, default=Path("measured.jsonl"))
    parser.add_argument("--scratch", type=Path, default=Path("/dev/shm/brightrun"), help="models are made there: 20 GB")
    parser.add_argument("--seconds", type=float, default=1e9, help="start no point after so long")
    parser.add_argument("--only-make", action="store_true", help="make the models and measure nothing")
    parser.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    began = time.monotonic()
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Before the forks, so that it is done once. Not peft: it imports bitsandbytes, and that begins CUDA.
    os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    import torch._inductor.compile_fx  # noqa: F401
    from transformers.models.mistral import modeling_mistral  # noqa: F401
    from transformers.models.qwen3 import modeling_qwen3  # noqa: F401

    from brightrun_worker import session  # noqa: F401
    from brightrun_worker.training import world  # noqa: F401

    start = way_to_start()
    print(f"libraries after {time.monotonic() - began:.1f} s, processes by {start}", flush=True)
    for name in given.points:
        short, _, way = name.partition("@")
        point = USUAL | POINTS[short]
        folder = given.scratch / "tiny" if given.tiny else given.scratch / point["model"].replace("/", "--")
        if not (folder / "tokenizer.json").exists():
            if given.tiny:
                import tiny_model
                tiny_model.make(folder)
            else:
                alone(start, make_model, point["model"], str(folder), seconds=120)
        if given.only_make:
            continue
        if time.monotonic() - began > given.seconds:
            print(f"{name}: no time left", flush=True)
            continue
        place = given.scratch / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        alone(start, measure, point, str(folder), str(place), way, given.other, seconds=100)
        kept = place / "result.json"
        result = json.loads(kept.read_text()) if kept.exists() else {"exit_code": None}
        with open(given.out, "a") as file:
            file.write(json.dumps({"name": name, "date": time.strftime("%Y-%m-%d"), **point, **result}) + "\n")
        print(show(name, point, result), flush=True)


if __name__ == "__main__":
    main()
