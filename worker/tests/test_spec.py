"""Specs: the schema is the rule, defaults come from it, problems are named by place."""

import json

import jsonschema
import pytest

from brightrun_worker import spec as specs
from brightrun_worker.__main__ import main


def minimal():
    return {"protocol": 1, "run": "r", "base_model": {"path": "m"}, "dataset": {"path": "d", "sha256": "0" * 64}}


def write(tmp_path, value):
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(value))
    return path


@pytest.mark.parametrize("name", ["spec", "event", "manifest"])
def test_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(specs.schema(name))


def test_what_is_left_out_is_filled(tmp_path):
    found = specs.load(write(tmp_path, minimal()))
    assert found["hyperparameters"]["rank"] == 16
    assert found["hyperparameters"]["target_modules"] == "all-linear"
    assert found["checkpoints"] == {"every_steps": 100, "keep": 3}
    jsonschema.validate(found, specs.schema("spec"))


@pytest.mark.parametrize("change, place", [
    ({"protocol": 2}, "protocol"),
    ({"hyperparameters": {"rank": 0}}, "hyperparameters.rank"),
    ({"hyperparameters": {"learning_rate": "2e-4"}}, "hyperparameters.learning_rate"),
    ({"hyperparameters": {"lora_rank": 8}}, "hyperparameters"),
    ({"hyperparameters": {"packing": True}}, "hyperparameters.packing"),
    ({"dataset": {"path": "d", "sha256": "short"}}, "dataset.sha256"),
    ({"base_model": {}}, "base_model"),
    ({"api_key": "x"}, "spec"),
])
def test_problems_are_named_by_place(tmp_path, change, place):
    with pytest.raises(specs.SpecError) as caught:
        specs.load(write(tmp_path, minimal() | change))
    assert any(problem.startswith(place + ":") for problem in caught.value.problems), caught.value.problems


def test_check_spec(tmp_path, capsys):
    assert main(["check-spec", str(write(tmp_path, minimal()))]) == 0
    assert main(["check-spec", str(write(tmp_path, minimal() | {"run": "../x"}))]) == 2
    assert "run:" in capsys.readouterr().out
    assert main(["check-spec", str(tmp_path / "none.json")]) == 2


def test_a_wrong_spec_leaves_no_directory(tmp_path):
    assert main(["run", str(write(tmp_path, {})), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_the_same_run_may_have_other_limits_and_another_address():
    one = specs.completed(minimal(), specs.schema("spec"))
    other = json.loads(json.dumps(one))
    other["limits"]["max_minutes"] = 5
    other["dataset"] = {"url": "https://example.org/d?signature=2", "sha256": "0" * 64}
    assert specs.identity(one) == specs.identity(other)
    other["hyperparameters"]["rank"] = 4
    assert specs.identity(one) != specs.identity(other)
