"""The run spec: read, checked against its schema, completed with the schema's defaults.

The schema in `protocol/spec.schema.json` is the only place where names, ranges and defaults stand.
"""

import copy
import json
from pathlib import Path
from types import SimpleNamespace

import jsonschema

SCHEMAS = Path(__file__).resolve().parent.parent / "protocol"


class SpecError(Exception):
    """`problems` has one sentence for each fault, each with the place in the spec."""

    def __init__(self, problems: list[str]):
        super().__init__("; ".join(problems))
        self.problems = problems


def schema(name: str) -> dict:
    """One of `spec`, `event`, `manifest`."""
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text())


def load(path: Path) -> dict:
    """The complete spec of a file: what it leaves out is filled with the defaults. Raises SpecError."""
    try:
        given = json.loads(path.read_bytes())
    except OSError as error:
        raise SpecError([f"{path}: {error.strerror}"]) from error
    except ValueError as error:
        raise SpecError([f"{path} is not JSON: {error}"]) from error
    rules = schema("spec")
    checker = jsonschema.Draft202012Validator(rules)
    faults = sorted(checker.iter_errors(given), key=lambda fault: fault.json_path)
    if faults:
        raise SpecError([f"{fault.json_path[2:] or 'spec'}: {fault.message}" for fault in faults])
    return completed(given, rules)


def completed(given: dict, rules: dict) -> dict:
    """A copy of `given` in which every optional member has its value."""
    whole = copy.deepcopy(given)
    for name, rule in rules.get("properties", {}).items():
        if name not in whole and "default" in rule:
            whole[name] = copy.deepcopy(rule["default"])
        if isinstance(whole.get(name), dict):
            whole[name] = completed(whole[name], rule)
    return whole


def identity(spec: dict) -> dict:
    """What must be equal for a second start to be the same run.

    Limits may change (another machine, another time limit), and so may the place of the dataset: a signed
    address expires, the digest stays.
    """
    same = copy.deepcopy(spec)
    same.pop("limits", None)
    same["dataset"] = {"sha256": spec["dataset"]["sha256"]}
    return same


def as_object(value):
    """Nested dicts as objects with attributes, for reading: `spec.hyperparameters.rank`."""
    if isinstance(value, dict):
        return SimpleNamespace(**{name: as_object(member) for name, member in value.items()})
    return value
