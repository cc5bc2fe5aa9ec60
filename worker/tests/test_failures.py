"""Each class of error, provoked for real: its exit code, its class, a cause and a fix in the events."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from brightrun_worker import errors, exits, ranks

import helpers


def failed(out, name):
    """The error event of a failed attempt, whose last event says so."""
    final = helpers.told(out, "final")[-1]
    error = helpers.told(out, "error")[-1]
    assert final["outcome"] == "failed" and error["class"] == name and error["cause"] and error["fix"]
    assert not (out / "manifest.json").exists()
    return error


def test_nan_by_learning_rate(tmp_path, model):
    asked, out = helpers.spec(tmp_path, model, hyperparameters={"learning_rate": 1e20}), tmp_path / "out"
    assert helpers.run(asked, out) == exits.NOT_A_NUMBER
    assert "learning_rate" in failed(out, "not_a_number")["fix"]
    assert helpers.told(out, "metrics")[-1]["values"]["loss"] in ("nan", "inf"), "the curve shows it"


def test_missing_folder(tmp_path, model):
    asked, out = helpers.spec(tmp_path, tmp_path / "nowhere", helpers.dataset(tmp_path)), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_NOT_FOUND
    assert "nowhere" in failed(out, "model_not_found")["cause"]


def test_missing_name(tmp_path, model):
    """Without a network, or with one that has no such name: not found either way."""
    asked, out = helpers.spec(tmp_path, model, base_model={"name": "nobody/nothing"}), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_NOT_FOUND
    failed(out, "model_not_found")


def test_missing_weights(tmp_path, model):
    folder = shutil.copytree(model, tmp_path / "copy")
    (folder / "model.safetensors").unlink()
    asked, out = helpers.spec(tmp_path, folder), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_NOT_FOUND


def test_damaged_weights(tmp_path, model):
    folder = shutil.copytree(model, tmp_path / "copy")
    (folder / "model.safetensors").write_bytes(b"x" * 1000)
    asked, out = helpers.spec(tmp_path, folder), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_UNSUITABLE
    assert "damaged" in failed(out, "model_unsuitable")["cause"]


def test_unknown_architecture(tmp_path, model):
    folder = shutil.copytree(model, tmp_path / "copy")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "abacus", "architectures": ["Abacus"]}))
    asked, out = helpers.spec(tmp_path, folder), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_UNSUITABLE


def test_a_tokenizer_of_another_model(tmp_path, model):
    folder = shutil.copytree(model, tmp_path / "copy")
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    known = json.loads((folder / "config.json").read_text())["vocab_size"]
    tokenizer["model"]["vocab"] = {word: number + (known if number > 100 else 0)
                                   for word, number in tokenizer["model"]["vocab"].items()}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    asked, out = helpers.spec(tmp_path, folder), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_UNSUITABLE
    assert "words" in failed(out, "model_unsuitable")["cause"]


def test_model_without_template(tmp_path, bare_model):
    asked, out = helpers.spec(tmp_path, bare_model), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_UNSUITABLE
    assert "template" in failed(out, "model_unsuitable")["cause"]


def test_target_modules_that_the_model_has_not(tmp_path, model):
    asked, out = helpers.spec(tmp_path, model, hyperparameters={"target_modules": ["wings"]}), tmp_path / "out"
    assert helpers.run(asked, out) == exits.MODEL_UNSUITABLE


def test_broken_dataset_line(tmp_path, model):
    data = helpers.write_lines(tmp_path / "data.jsonl", [{"messages": helpers.conversation(1)}, "", "{broken"])
    asked, out = helpers.spec(tmp_path, model, data), tmp_path / "out"
    assert helpers.run(asked, out) == exits.DATASET
    assert failed(out, "dataset")["line"] == 3


def test_changed_dataset(tmp_path, model):
    data = helpers.dataset(tmp_path)
    asked, out = helpers.spec(tmp_path, model, data), tmp_path / "out"
    with open(data, "a") as file:
        file.write("\n")
    assert helpers.run(asked, out) == exits.DATASET
    assert "has changed" in failed(out, "dataset")["cause"]


def test_missing_dataset(tmp_path, model):
    data = helpers.dataset(tmp_path)
    asked, out = helpers.spec(tmp_path, model, data), tmp_path / "out"
    data.unlink()
    assert helpers.run(asked, out) == exits.DATASET


def test_cuda_where_there_is_none(tmp_path, model):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is CUDA here")
    asked, out = helpers.spec(tmp_path, model, limits={"device": "cuda"}), tmp_path / "out"
    assert helpers.run(asked, out) == exits.DEVICE
    failed(out, "device")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 500 KiB; needs the right to mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_full_disk_and_going_on_when_there_is_room(tmp_path, model, small_disk):
    asked, out = helpers.spec(tmp_path, model, checkpoints={"every_steps": 3, "keep": 3}), small_disk / "out"
    assert helpers.run(asked, out) == exits.DISK_FULL
    failed(out, "disk_full")
    assert not list(out.rglob(".tmp-*")), "what was begun is removed"
    kept = len(list((out / "checkpoints").glob("checkpoint-*")))
    assert kept >= 1
    subprocess.run(["mount", "-o", "remount,size=5m", small_disk], check=True)
    assert helpers.run(asked, out) == exits.DONE
    assert list(helpers.curves(out)["loss"]) == list(range(1, 16))


def test_no_room_even_for_the_first_lines(tmp_path, model, small_disk):
    filler = small_disk / "filler"
    with pytest.raises(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    assert helpers.run(helpers.spec(tmp_path, model), small_disk / "out") == exits.DISK_FULL


def test_killed_worker_leaves_no_final_and_frees_the_lock(tmp_path, model):
    asked, out = helpers.spec(tmp_path, model), tmp_path / "out"
    worker = helpers.start(asked, out)
    helpers.wait_until(lambda: helpers.steps_done(out) >= 1)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert not helpers.told(out, "final")
    assert helpers.run(asked, out) == exits.DONE


def test_a_second_process_in_the_same_directory_is_refused(tmp_path, model):
    asked, out = helpers.spec(tmp_path, model), tmp_path / "out"
    worker = helpers.start(asked, out)
    helpers.wait_until((out / "events.jsonl").exists)
    assert helpers.run(asked, out) == exits.REFUSED
    worker.join(60)
    assert worker.exitcode == exits.DONE
    assert {event["attempt"] for event in helpers.told(out)} == {1}, "the refused one wrote nothing"


def test_a_directory_of_another_spec_is_refused(tmp_path, model):
    out = tmp_path / "out"
    assert helpers.run(helpers.spec(tmp_path, model, hyperparameters={"max_steps": 1}), out) == exits.DONE
    assert helpers.run(helpers.spec(tmp_path, model, hyperparameters={"max_steps": 2}), out) == exits.REFUSED


def test_a_foreign_directory_is_refused(tmp_path, model):
    out = tmp_path / "out"
    out.mkdir()
    (out / "events.jsonl").write_text("somebody's\n")
    assert helpers.run(helpers.spec(tmp_path, model), out) == exits.REFUSED
    assert (out / "events.jsonl").read_text() == "somebody's\n"


def processes_of(session: int) -> list[int]:
    """Living processes of a session, by /proc."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(name))
    return found


@pytest.mark.parametrize("way", ["cancel", "kill the first", "kill the second"])
def test_no_process_is_left(tmp_path, model, way):
    """Two processes train together; a cancel, or a kill of either, ends both."""
    asked = helpers.spec(tmp_path, model, hyperparameters={"epochs": 1000},
                         limits={"processes": 2, "threads": 1, "device": "cpu"})
    out = tmp_path / "out"
    worker = subprocess.Popen([sys.executable, "-m", "brightrun_worker", "run", asked, "--out", out],
                              start_new_session=True, stderr=subprocess.DEVNULL)
    helpers.wait_until(lambda: helpers.steps_done(out) >= 2)
    assert len(processes_of(worker.pid)) == 2
    if way == "cancel":
        (out / "cancel").touch()
        assert worker.wait(60) == exits.CANCELLED
        assert helpers.told(out, "final")[-1]["outcome"] == "cancelled"
    elif way == "kill the first":
        worker.kill()
        worker.wait(60)
    else:
        second = next(number for number in processes_of(worker.pid) if number != worker.pid)
        os.kill(second, signal.SIGKILL)
        assert worker.wait(60) == exits.OTHER
        failed(out, "other")
    helpers.wait_until(lambda: not processes_of(worker.pid))


def test_a_cancelled_run_stays_cancelled(tmp_path, model):
    asked, out = helpers.spec(tmp_path, model, hyperparameters={"epochs": 1000}), tmp_path / "out"
    worker = helpers.start(asked, out)
    helpers.wait_until(lambda: helpers.steps_done(out) >= 4)
    (out / "cancel").touch()
    worker.join(60)
    assert worker.exitcode == exits.CANCELLED
    assert list((out / "checkpoints").glob("checkpoint-*")), "the last checkpoint is kept"
    steps = helpers.steps_done(out)
    assert helpers.run(asked, out) == exits.CANCELLED and helpers.steps_done(out) == steps


def test_errors_are_sorted_by_type_not_by_words():
    import torch

    def cause(error):
        try:
            raise ValueError("nan disk full CUDA out of memory download") from error
        except ValueError as outer:
            return errors.classify(outer)

    assert type(errors.classify(ValueError("nan in finance, out of memory"))) is errors.WorkerError
    assert type(cause(None)) is errors.WorkerError
    assert type(errors.classify(torch.OutOfMemoryError("x"))) is errors.OutOfMemory
    assert type(errors.classify(MemoryError())) is errors.OutOfMemory
    assert type(errors.classify(OSError(errno.ENOMEM, "x"))) is errors.OutOfMemory
    assert type(errors.classify(OSError(errno.ENOSPC, "x"))) is errors.DiskFull
    assert type(errors.classify(OSError(errno.EACCES, "x"))) is errors.WorkerError
    assert type(errors.classify(torch.AcceleratorError("x"))) is errors.DeviceError
    refused = torch.AcceleratorError("x")
    refused.error_code = errors.CUDA_OUT_OF_MEMORY
    assert type(errors.classify(refused)) is errors.OutOfMemory
    assert type(cause(OSError(errno.EDQUOT, "x"))) is errors.DiskFull
    try:
        torch.empty(1 << 60)
    except RuntimeError as refused:
        known = errors.classify(refused)
        assert type(known) is errors.OutOfMemory and known.cause.startswith("can't allocate memory")
    assert type(errors.classify(RuntimeError("can't allocate memory"))) is errors.WorkerError


def test_every_exit_code_has_one_class():
    kinds = [kind for kind in errors.WorkerError.__subclasses__() if kind.__module__ == errors.__name__]
    assert len({kind.exit_code for kind in kinds}) == len(kinds) == len({kind.name for kind in kinds})
    assert all(errors.name_of(kind.exit_code) == kind.name for kind in kinds) and errors.name_of(77) == "other"


def test_what_only_a_rented_machine_meets_ends_no_process_and_takes_no_class():
    pytest.importorskip("aiohttp", reason="bash worker/setup-rented.sh")
    from brightrun_worker.rented import attempt, http, mount, order

    for kind in (attempt.Unreachable, http.Denied, http.Expired, mount.WrongMount, order.BadOrder):
        assert (kind.name, kind.exit_code) == (errors.WorkerError.name, errors.WorkerError.exit_code)


def test_a_run_for_more_gpus_than_there_are_is_refused_and_takes_no_more_than_it_was_made_for():
    with pytest.raises(errors.DeviceError, match="for 4 GPUs, and this machine has 2") as refused:
        ranks.count(4, "cuda", 2)
    assert refused.value.exit_code == exits.DEVICE and refused.value.fix
    assert [ranks.count(asked, "cuda", 2) for asked in (1, 2, None)] == [1, 2, 2]
    assert [ranks.count(asked, "cpu", 0) for asked in (None, 1, 3)] == [1, 1, 3]
