"""What brightrun asks before it lets a run start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from brightrun_worker import PROTOCOL, __version__, about, versions

PACKAGE = Path(about.__file__).resolve().parent.parent


def ask(*more: str, python: tuple[str, ...] = (sys.executable,)) -> dict:
    asked = subprocess.run([*python, "-m", "brightrun_worker.about", *more], cwd=PACKAGE, capture_output=True, check=True)
    return json.loads(asked.stdout)


def test_a_whole_worker_lacks_nothing_and_says_what_it_is():
    told = ask()
    assert (told["version"], told["protocol"], told["lacks"]) == (__version__, PROTOCOL, [])
    assert told["libraries"]["torch"] == versions.libraries()["torch"]
    assert "gpus" not in told, "torch is not loaded for this"


def test_a_python_without_the_libraries_names_each_of_them():
    # -S: no site-packages, as with a python that nothing was installed for.
    told = ask("--gpus", python=(sys.executable, "-S"))
    assert told["lacks"] == [*versions.LIBRARIES, *versions.BESIDES]
    assert "gpus" not in told and "trouble" not in told


def test_an_old_python_says_so_and_nothing_else(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert about.tell(gpus=True)["lacks"] == ["Python 3.11 or newer"]


def test_a_torch_that_cannot_be_loaded_is_told_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    told = about.tell(gpus=True)
    assert told["trouble"].startswith("ModuleNotFoundError") and "\n" not in told["trouble"]


@pytest.mark.parametrize("name", ["about.py", "__init__.py"])
def test_what_an_old_python_reads_is_old_python(name):
    import ast

    ast.parse((PACKAGE / "brightrun_worker" / name).read_text(), feature_version=(3, 7))
