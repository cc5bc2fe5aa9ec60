"""Stops, kills, damage: a run goes on as if nothing had happened, and nothing is lost or doubled."""

import os
import random
import time

import pytest

from brightrun_worker import exits

import helpers

KILLED_RUNS = int(os.environ.get("BRIGHTRUN_KILLED_RUNS", "12"))
"""How many runs are killed at random moments; more of them for a long proof."""

STEPS = 45


def spec(folder, model, **changes):
    """A run of about a second, long enough to be hit within."""
    return helpers.spec(folder, model, hyperparameters={"epochs": 9}, **changes)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, model):
    folder = tmp_path_factory.mktemp("undisturbed")
    assert helpers.run(spec(folder, model), folder / "out") == exits.DONE
    return folder / "out"


def assert_same_run(out, undisturbed):
    """The same curves, point by point, and the same adapter; one manifest, one `final` that says done."""
    mine, theirs = helpers.curves(out), helpers.curves(undisturbed)
    assert mine.keys() == theirs.keys()
    for name in mine:
        assert mine[name] == pytest.approx(theirs[name], rel=1e-5), name
    helpers.assert_same_adapter(out / "adapter", undisturbed / "adapter")
    assert (out / "manifest.json").is_file()
    assert sum(event["outcome"] == "done" for event in helpers.told(out, "final")) <= 1
    numbers = [event["seq"] for event in helpers.told(out)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_same_seed_gives_the_same_adapter(undisturbed, tmp_path, model):
    assert helpers.run(spec(tmp_path, model), tmp_path / "out") == exits.DONE
    assert_same_run(tmp_path / "out", undisturbed)


def test_sigterm_keeps_a_checkpoint_and_the_run_goes_on_exactly(undisturbed, tmp_path, model):
    asked, out = spec(tmp_path, model), tmp_path / "out"
    worker = helpers.start(asked, out)
    helpers.wait_until(lambda: helpers.steps_done(out) >= 4)
    worker.terminate()
    worker.join(60)
    assert worker.exitcode == exits.STOPPED
    done = helpers.steps_done(out)
    assert done < STEPS
    assert helpers.told(out, "checkpoint")[-1]["step"] == done and helpers.told(out, "final")[-1]["outcome"] == "stopped"
    assert not (out / "manifest.json").exists()
    assert helpers.run(asked, out) == exits.DONE
    mark = next(event for event in helpers.told(out, "stage") if event["stage"] == "resumed")
    assert mark["step"] == done and mark["checkpoint"] == f"checkpoint-{done}"
    steps = [event["step"] for event in helpers.told(out, "metrics") if "loss" in event["values"]]
    assert steps == list(range(1, STEPS + 1)), "after a clean stop no step is done twice"
    assert_same_run(out, undisturbed)


def test_a_stop_file_and_a_checkpoint_file(undisturbed, tmp_path, model):
    asked, out = spec(tmp_path, model, checkpoints={"every_steps": 1000, "keep": 2}), tmp_path / "out"
    out.mkdir()
    (out / "checkpoint-now").touch()
    worker = helpers.start(asked, out)
    helpers.wait_until(lambda: helpers.steps_done(out) >= 2)
    (out / "checkpoint-now").touch()
    helpers.wait_until(lambda: not (out / "checkpoint-now").exists())
    (out / "stop").touch()
    worker.join(60)
    assert worker.exitcode in (exits.STOPPED, exits.DONE)
    assert "requested" in {event["reason"] for event in helpers.told(out, "checkpoint")}
    if worker.exitcode == exits.STOPPED:
        assert not (out / "stop").exists(), "an honoured request does not stop the next start"
        assert helpers.run(asked, out) == exits.DONE
    assert_same_run(out, undisturbed)


def test_a_stop_before_the_start_counts(tmp_path, model):
    asked, out = spec(tmp_path, model), tmp_path / "out"
    out.mkdir()
    (out / "stop").touch()
    assert helpers.run(asked, out) == exits.STOPPED
    assert helpers.run(asked, out) == exits.DONE


def test_the_time_limit_is_a_stop(tmp_path, model):
    asked, out = spec(tmp_path, model, limits={"threads": 1, "max_minutes": 0.001}), tmp_path / "out"
    assert helpers.run(asked, out) == exits.STOPPED


def wait_for_a_step(worker, out):
    begun = helpers.steps_done(out)
    helpers.wait_until(lambda: helpers.steps_done(out) != begun or not worker.is_alive())


@pytest.mark.parametrize("seed", range(KILLED_RUNS))
def test_kill_9_at_random_moments(undisturbed, tmp_path, model, seed):
    asked, out = spec(tmp_path, model), tmp_path / "out"
    chance = random.Random(seed)
    kills = 0
    while kills < 5 and not (out / "manifest.json").exists():
        worker = helpers.start(asked, out)
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0.02, 1.0))
        else:  # within training, where the most can go wrong
            wait_for_a_step(worker, out)
            time.sleep(chance.uniform(0, 0.3))
        worker.kill()
        worker.join()
        kills += 1
    assert helpers.run(asked, out) == exits.DONE
    assert_same_run(out, undisturbed)


def test_kill_while_a_checkpoint_is_being_written(undisturbed, tmp_path, model):
    asked, out = spec(tmp_path, model), tmp_path / "out"
    worker = helpers.start(asked, out)
    helpers.wait_until(lambda: list(out.glob("checkpoints/.tmp-*")) or not worker.is_alive())
    worker.kill()
    worker.join()
    assert helpers.run(asked, out) == exits.DONE
    assert not list(out.rglob(".tmp-*"))
    assert_same_run(out, undisturbed)


def stopped_at(tmp_path, model, step):
    asked, out = spec(tmp_path, model), tmp_path / "out"
    worker = helpers.start(asked, out)
    helpers.wait_until(lambda: helpers.steps_done(out) >= step)
    worker.terminate()
    worker.join(60)
    assert worker.exitcode == exits.STOPPED
    return asked, out, sorted((out / "checkpoints").iterdir(), key=lambda path: int(path.name.split("-")[1]))


@pytest.mark.parametrize("harm", ["changed", "shortened", "missing"])
def test_a_damaged_checkpoint_falls_back_to_the_one_before(undisturbed, tmp_path, model, harm):
    asked, out, kept = stopped_at(tmp_path, model, 4)
    victim = kept[-1] / "optimizer.pt"
    content = bytearray(victim.read_bytes())
    if harm == "changed":
        content[len(content) // 2] ^= 255
        victim.write_bytes(content)
    elif harm == "shortened":
        victim.write_bytes(content[:-1])
    else:
        victim.unlink()
    assert helpers.run(asked, out) == exits.DONE
    assert [event["code"] for event in helpers.told(out, "warning")] == ["checkpoint_damaged"]
    mark = next(event for event in helpers.told(out, "stage") if event["stage"] == "resumed")
    assert mark["checkpoint"] == kept[-2].name
    assert_same_run(out, undisturbed)


def test_no_whole_checkpoint_left_is_said_not_started_over(tmp_path, model):
    asked, out, kept = stopped_at(tmp_path, model, 4)
    for folder in kept:
        (folder / "files.json").write_text("[")
    assert helpers.run(asked, out) == exits.CHECKPOINT_DAMAGED
    assert helpers.run(asked, out) == exits.CHECKPOINT_DAMAGED, "the second time too"
    assert helpers.told(out, "error")[-1]["class"] == "checkpoint_damaged"
