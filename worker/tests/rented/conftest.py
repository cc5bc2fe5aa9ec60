"""Fixtures: a store, a queue, machines that end with the test, and the spec of a run of a few seconds."""

import pytest

import gateway as gateways
import helpers
import machines
import objects

STEPS = 150


@pytest.fixture
def store():
    made = objects.Objects()
    yield made
    made.close()


@pytest.fixture
def queue():
    made = gateways.Gateway()
    yield made
    made.close()


@pytest.fixture
def rent(tmp_path):
    """`rent(kind, name, environment)` starts a machine."""
    rented = []

    def start(kind: str, name: str, environment: dict) -> machines.Machine:
        rented.append(machines.Machine(kind, tmp_path / "machines" / name, environment))
        return rented[-1]

    yield start
    for machine in rented:
        machine.kill()


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    return helpers.dataset(tmp_path_factory.mktemp("rented"))


@pytest.fixture(scope="session")
def asked(model):
    """`asked(steps)` is a spec without its dataset, which the store adds."""

    def spec(steps: int = STEPS, **changes) -> dict:
        hyper = {"rank": 8, "alpha": 16, "learning_rate": 0.002, "max_steps": steps, "batch_size": 4, "dropout": 0.1}
        return {"protocol": 1, "base_model": {"path": str(model)}, "hyperparameters": hyper,
                "checkpoints": {"every_steps": 10, "keep": 1}, "limits": {"threads": 1}, **changes}

    return spec


def curves(content: bytes, tmp_path) -> dict:
    """The series in the events of a store."""
    from brightrun_worker import events

    place = tmp_path / "events-of-the-store.jsonl"
    place.write_bytes(content)
    found = events.series(events.read(place))
    found.pop("tokens_per_second", None)
    return found
