"""Behind RunPod's own worker loop: whole runs, cancels, killed machines, two machines at once, a store that fails."""

import hashlib
import io
import json
import re
import signal
import tarfile
import time

import pytest

from brightrun_worker.events.reader import parse

import helpers
import machines
from conftest import STEPS, curves


def serve(rent, queue, name="w1", **environment):
    return rent("serverless", name, queue.environment(name) | environment)


def ended(queue, number, seconds=240):
    helpers.wait_until(lambda: queue.jobs[number]["status"] not in ("IN_QUEUE", "IN_PROGRESS"), seconds)
    return queue.jobs[number]


def output(queue, number):
    job = ended(queue, number)
    assert job["status"] == "COMPLETED", job["error"]
    return job["output"]


def trains(store, run, step=12):
    """Whether the events in the store have come so far."""
    return f'"step":{step},'.encode() in store.events(run)


def told(store, run, kind):
    return [event for line in store.events(run).splitlines(True) if (event := parse(line)) and event["kind"] == kind]


def archive(store, run, name, about):
    """The files of an archive, by name. The parts must be what their description says."""
    content = b"".join(store.get(run, f"{name}/{number:05}") for number in range(about["parts"]))
    assert (len(content), hashlib.sha256(content).hexdigest()) == (about["bytes"], about["sha256"])
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def assert_whole(store, run):
    """Manifest and result are there and fit each other."""
    manifest = store.json(run, "manifest.json")
    files = archive(store, run, "result", store.json(run, "result.json"))
    assert {"spec.json", "adapter/adapter_model.safetensors"} <= files.keys()
    for file in manifest["files"]:
        assert hashlib.sha256(files[file["path"]]).hexdigest() == file["sha256"]
    last = max(store.puts(run, "manifest.json"))
    assert len(store.puts(run, "manifest.json")) == 1, "one manifest"
    late = {key for at, method, key, *_ in store.log if method == "PUT" and at > last and key.startswith(run)}
    assert late <= {f"{run}/owner.json"}, "the manifest is the last that is written"
    return files


def assert_nothing_marked(store, queue, *rented):
    """No planted key and no signature is anywhere: not in objects, answers, files, output, or arguments."""
    for key, content in store.held.items():
        assert b"MARKED" not in content, key
        if not key.endswith("carry.json"):
            assert b"X-Signature" not in content, key
    for job in queue.jobs.values():
        answered = json.dumps({name: job[name] for name in job if name != "input"})
        assert "MARKED" not in answered and "X-Signature" not in answered
    for machine in rented:
        for place in [machine.printed, *machine.disk.rglob("*")]:
            if place.is_file():
                content = place.read_bytes()
                assert b"MARKED" not in content and b"X-Signature" not in content, place


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, model, asked, data):
    """The same run on this machine, without any carrying."""
    folder = tmp_path_factory.mktemp("undisturbed")
    digest = hashlib.sha256(data.read_bytes()).hexdigest()
    spec = asked() | {"run": "undisturbed", "dataset": {"path": str(data), "sha256": digest}}
    (folder / "spec.json").write_text(json.dumps(spec))
    assert helpers.run(folder / "spec.json", folder / "out") == 0
    return folder / "out"


def assert_same(store, run, files, undisturbed, tmp_path):
    mine, theirs = curves(store.events(run), tmp_path), helpers.curves(undisturbed)
    assert mine.keys() == theirs.keys()
    for name in mine:
        assert mine[name] == pytest.approx(theirs[name], rel=1e-5), name
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(files["adapter/adapter_model.safetensors"])
    helpers.assert_same_adapter(tmp_path / "adapter", undisturbed / "adapter")


def test_a_whole_run(store, queue, rent, asked, data, undisturbed, tmp_path):
    machine = serve(rent, queue, RUNPOD_LOG_LEVEL="DEBUG")
    number = queue.submit(store.order("whole", asked(), data))
    arguments = []
    while queue.jobs[number]["status"] in ("IN_QUEUE", "IN_PROGRESS"):
        arguments += machine.children().values()
        time.sleep(0.1)
    job = queue.jobs[number]
    manifest = hashlib.sha256(store.get("whole", "manifest.json")).hexdigest()
    assert job["output"] == {"final": True, "run": "whole", "state": "done", "manifest": manifest}
    assert_same(store, "whole", assert_whole(store, "whole"), undisturbed, tmp_path)
    assert store.json("whole", "owner.json")["ended"] == "done"

    assert job["updates"], "progress was seen"
    numbers = [update["seq"] for _, update in job["updates"]]
    assert all(set(update) == {"seq", "step", "total", "stage"} for _, update in job["updates"]) and min(numbers) > 0
    assert job["at"] - max(at for at, _ in job["updates"]) >= 1.9, "nothing may overtake the result"
    assert "late" not in job
    puts = store.puts("whole", "events/00000.jsonl")
    assert len(puts) >= 3, "the curve can be watched while it grows"
    # Once a second, before each checkpoint, and at the end.
    often = (puts[-1] - puts[0]) / 0.9 + len(store.puts("whole", "checkpoint.json")) + 2
    assert len(puts) <= often, puts
    assert "done at step" in store.get("whole", "worker.log").decode()

    assert queue.keys == {machines.MARKED["RUNPOD_AI_API_KEY"]}, "the planted key was really there"
    assert arguments and not [words for words in arguments if "MARKED" in words or "X-Signature" in words]
    assert not list(machine.disk.glob("brightrun-run-*")), "nothing of a run stays on the machine"
    # RunPod's own logger prints what it takes at DEBUG; the queue's key is RunPod's own header and never printed.
    assert_nothing_marked(store, queue)
    assert "MARKED" not in machine.said() and "X-Signature" not in machine.said()

    # The same job once more: nothing is trained, and nothing but the answer changes.
    before = dict(store.held)
    second = ended(queue, queue.submit(queue.jobs[number]["input"]))
    assert second["output"] == job["output"] and store.held == before


def test_a_cancel_ends_the_child_and_keeps_a_checkpoint(store, queue, rent, asked, data):
    machine = serve(rent, queue)
    number = queue.submit(store.order("cancelled", asked(20000), data))
    helpers.wait_until(lambda: trains(store, "cancelled"))
    (child,) = machine.children()
    cancelled = time.monotonic()
    queue.cancel(number)
    helpers.wait_until(lambda: not machine.children(), 10)
    took = time.monotonic() - cancelled
    helpers.wait_until(lambda: store.json("cancelled", "owner.json").get("ended"), 20)
    about = store.json("cancelled", "checkpoint.json")
    final = told(store, "cancelled", "final")[-1]
    assert (final["outcome"], final["step"]) == ("stopped", about["step"]), "where it stopped is where it can go on"
    assert f"checkpoint-{about['step']}/optimizer.pt" in archive(store, "cancelled", f"checkpoint-{about['slot']}", about)
    assert not store.get("cancelled", "manifest.json")
    assert took < 10 and machine.process.poll() is None, "the worker lives on for the next job"
    assert_nothing_marked(store, queue, machine)


def test_a_killed_machine_and_another_one(store, queue, rent, asked, data, undisturbed, tmp_path):
    first = serve(rent, queue, "w1")
    number = queue.submit(store.order("killed", asked(), data))
    helpers.wait_until(lambda: store.json("killed", "checkpoint.json") and trains(store, "killed", 30))
    first.kill()
    seen = store.events("killed")
    assert not store.get("killed", "manifest.json")

    serve(rent, queue, "w2")
    queue.again(number)
    assert output(queue, number)["state"] == "done" and queue.jobs[number]["workers"] == ["w1", "w2"]
    assert store.events("killed").startswith(seen), "what was seen stays"
    resumed = [event for event in told(store, "killed", "stage") if event["stage"] == "resumed"]
    assert len(resumed) == 1 and resumed[0]["step"] >= 10, "not from the beginning"
    assert_same(store, "killed", assert_whole(store, "killed"), undisturbed, tmp_path)
    assert store.json("killed", "owner.json")["attempt"] == 2


def test_two_machines_at_once(store, queue, rent, asked, data):
    rented = [serve(rent, queue, name) for name in ("w1", "w2")]
    order = store.order("twice", asked(400), data, beat_seconds=2)  # longer than a busy machine sleeps
    jobs = [queue.submit(order), queue.submit(order)]
    helpers.wait_until(lambda: trains(store, "twice", 3) or any(queue.jobs[n]["status"] == "FAILED" for n in jobs))
    assert len([pid for machine in rented for pid in machine.children()]) == 1
    outputs = [output(queue, number) for number in jobs]
    assert sorted(bool(output.get("already")) for output in outputs) == [False, True]
    assert next(output for output in outputs if not output.get("already"))["state"] == "done"
    assert {event["attempt"] for event in told(store, "twice", "metrics")} == {1}
    assert_whole(store, "twice")


def test_a_machine_that_lost_its_run_stops_and_writes_no_more(store, queue, rent, asked, data):
    machine = serve(rent, queue)
    number = queue.submit(store.order("lost", asked(20000), data))
    helpers.wait_until(lambda: trains(store, "lost", 5))
    taken = json.dumps({"worker": "w9/abc", "attempt": 2, "beat": 1, "at": ""}).encode()
    store.held["lost/owner.json"] = taken
    assert output(queue, number) == {"final": True, "run": "lost", "already": True}
    assert not machine.children() and store.held["lost/owner.json"] == taken
    before = dict(store.held)
    time.sleep(1.5)
    assert store.held == before


def test_a_wish_to_stop_and_going_on(store, queue, rent, asked, data, undisturbed, tmp_path):
    serve(rent, queue)
    order = store.order("wished", asked(), data)
    number = queue.submit(order)
    helpers.wait_until(lambda: trains(store, "wished", 20))
    store.wish("wished", "stop")
    assert output(queue, number) == {"final": True, "run": "wished", "state": "stopped"}
    stopped_at = told(store, "wished", "final")[-1]["step"]
    assert stopped_at < STEPS and store.json("wished", "checkpoint.json")["step"] == stopped_at

    count = len(told(store, "wished", "metrics"))
    assert output(queue, queue.submit(order))["state"] == "stopped", "the wish still lies there"
    assert len(told(store, "wished", "metrics")) == count

    store.wish("wished", None)
    assert output(queue, queue.submit(order))["state"] == "done"
    steps = [event["step"] for event in told(store, "wished", "metrics") if "loss" in event["values"]]
    assert steps == list(range(1, STEPS + 1)), "after a clean stop no step is done twice"
    assert_same(store, "wished", assert_whole(store, "wished"), undisturbed, tmp_path)


def test_a_shutdown_of_the_machine_keeps_a_checkpoint(store, queue, rent, asked, data):
    machine = serve(rent, queue)
    number = queue.submit(store.order("shut", asked(20000), data))
    helpers.wait_until(lambda: trains(store, "shut"))
    machine.process.send_signal(signal.SIGTERM)
    job = ended(queue, number)
    assert job["output"] == {"final": True, "run": "shut", "state": "stopped"}
    assert store.json("shut", "checkpoint.json")["step"] == told(store, "shut", "final")[-1]["step"]
    assert machine.process.wait(30) == 0


def test_a_store_that_is_slow_and_cuts_connections_and_goes_away(store, queue, rent, asked, data, undisturbed, tmp_path):
    store.unlisted, store.cut, store.slow = True, 0.15, 0.02
    machine = serve(rent, queue)
    number = queue.submit(store.order("hard", asked(), data))
    helpers.wait_until(lambda: trains(store, "hard", 5))
    store.away = True
    time.sleep(4)  # longer than an owner may be silent; the training goes on meanwhile, and ends on a quick machine
    assert queue.jobs[number]["status"] == "IN_PROGRESS" and machine.process.poll() is None
    store.away = False
    assert output(queue, number)["state"] == "done"
    assert store.broken > 3
    files = assert_whole(store, "hard")
    assert_same(store, "hard", files, undisturbed, tmp_path)
    assert {event["attempt"] for event in told(store, "hard", "metrics")} == {1}, "the training never stopped"


def test_expired_addresses(store, queue, rent, asked, data):
    machine = serve(rent, queue)
    order = store.order("expired", asked(), data)
    store.expired = True
    error = ended(queue, queue.submit(order))["error"]
    assert "expired" in error and "Start the run again" in error and "X-Signature" not in error
    assert not machine.children()

    store.expired = False
    number = queue.submit(store.order("late", asked(), data, patience_seconds=5))
    helpers.wait_until(lambda: trains(store, "late", 5))
    store.expired = True
    job = ended(queue, number)
    assert job["status"] == "FAILED" and "expired" in job["error"], "what cannot be delivered is no success"
    assert_nothing_marked(store, queue, machine)


def test_failures_are_failures(store, queue, rent, asked, data):
    machine = serve(rent, queue)
    order = store.order("changed", asked(), data)
    store.held["changed/dataset.jsonl"] += b"\n"
    job = ended(queue, queue.submit(order))
    assert job["status"] == "FAILED" and "dataset: dataset.jsonl came with" in job["error"]
    assert told(store, "changed", "error")[-1]["class"] == "dataset"
    assert told(store, "changed", "final")[-1]["outcome"] == "failed"
    assert store.json("changed", "owner.json")["ended"] == "failed"

    spec = asked(base_model={"path": "/nowhere/at/all"})
    job = ended(queue, queue.submit(store.order("modelless", spec, data)))
    assert job["status"] == "FAILED" and "model_not_found: there is no folder /nowhere/at/all" in job["error"]
    assert [event["class"] for event in told(store, "modelless", "error")] == ["model_not_found"]
    assert re.search(r"model_not_found", store.get("modelless", "worker.log").decode())

    order = store.order("altered", asked(), data) | {"sha256": "0" * 64}
    assert "sha256" in ended(queue, queue.submit(order))["error"]
    for nonsense in ({"brightrun": 2}, {"brightrun": 1, "run": "../up", "carry": "http://x", "sha256": "0" * 64}):
        assert "image of the program's version" in ended(queue, queue.submit(nonsense))["error"]
    assert_nothing_marked(store, queue, machine)
