"""The account of a run: what is written is valid, and a reader survives what kills and newer workers leave."""

import json

import jsonschema
import pytest

from brightrun_worker import events, spec


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def test_numbers_go_on_after_a_restart(path):
    first = events.EventLog(path)
    first.log("a")
    first.progress(40)
    second = events.EventLog(path)
    second.log("b")
    second.progress(10)
    found = list(events.read(path))
    assert [event["seq"] for event in found] == [1, 2, 3, 4]
    assert [event["attempt"] for event in found] == [1, 1, 2, 2]
    assert found[-1]["percent"] == 40, "progress never falls"


def test_half_a_line_is_left_out_and_ended_at_the_next_start(path):
    events.EventLog(path).log("whole")
    with open(path, "a") as file:
        file.write('{"seq":2,"at":"2026-')
    assert [event["text"] for event in events.read(path)] == ["whole"]
    events.EventLog(path).log("after")
    assert [event["text"] for event in events.read(path)] == ["whole", "after"]


def test_a_reader_accepts_gaps_repeats_rubbish_and_unknown_kinds(path):
    def line(seq, kind="log", **more):
        return json.dumps({"seq": seq, "at": "2026-01-01T00:00:00.000Z", "attempt": 1, "kind": kind, **more}) + "\n"

    path.write_bytes(
        (line(1) + line(1) + "[]\n\n\x00\n" + line(5, "weather", sky="blue")).encode() + b"\xff\xfe\n" + line(6).encode()
    )
    assert [event["seq"] for event in events.read(path)] == [1, 5, 6]


def test_no_file_has_no_events(path):
    assert list(events.read(path)) == []


def test_numbers_without_a_json_word_are_strings_and_come_back(path):
    log = events.EventLog(path)
    log.metrics(1, 0.5, loss=float("nan"), grad_norm=float("inf"), other=float("-inf"))
    values = next(events.read(path))["values"]
    assert values == {"loss": "nan", "grad_norm": "inf", "other": "-inf"}
    assert events.series(events.read(path))["grad_norm"] == {1: float("inf")}


def test_points_after_the_resumed_step_are_void_and_the_newest_attempt_counts(path):
    first = events.EventLog(path)
    for step in range(1, 6):
        first.metrics(step, step, loss=step)
    first.metrics(5, 5, eval_loss=9.0)
    second = events.EventLog(path)
    second.stage("resumed", step=3, checkpoint="checkpoint-3")
    second.metrics(4, 4, loss=44)
    assert events.series(events.read(path)) == {"loss": {1: 1, 2: 2, 3: 3, 4: 44}, "eval_loss": {}}


def test_every_kind_is_valid(path):
    log = events.EventLog(path)
    log.stage("training", "epoch 1 of 3")
    log.progress(5, step=1, total_steps=2)
    log.metrics(1, 0.1, loss=float("nan"))
    log.warning("truncated", "2 examples")
    log.write("error", **{"class": "dataset"}, cause="x", fix="y", line=3)
    log.write("checkpoint", step=1, name="checkpoint-1", bytes=1, reason="interval")
    log.write("final", outcome="failed", exit_code=22, step=1)
    checker = jsonschema.Draft202012Validator(spec.schema("event"))
    found = list(events.read(path))
    assert len(found) == 7
    for event in found:
        checker.validate(event)


def test_the_schema_refuses_what_is_wrong():
    checker = jsonschema.Draft202012Validator(spec.schema("event"))
    head = {"seq": 1, "at": "2026-01-01T00:00:00.000Z", "attempt": 1}
    assert not checker.is_valid({**head, "kind": "metrics", "step": 1})
    assert not checker.is_valid({**head, "kind": "stage", "stage": "resumed"})
    assert not checker.is_valid({**head, "kind": "error", "class": "bad luck", "cause": "x", "fix": "y"})
    assert checker.is_valid({**head, "kind": "weather"}), "unknown kinds are for newer workers"
