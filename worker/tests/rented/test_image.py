"""The image cannot be built here, so its recipe is read: pinned, complete, without secrets."""

import fnmatch
import json
import re
import subprocess
import sys
from pathlib import Path

WORKER = Path(__file__).resolve().parent.parent.parent


def steps() -> list[tuple[str, str]]:
    """(instruction, rest) with continued lines joined and comments left out."""
    text = re.sub(r"^#.*\n", "", (WORKER / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def arguments(name: str) -> list[str]:
    return [rest for step, rest in steps() if step == name]


def test_the_base_is_pinned():
    (base,) = arguments("FROM")
    assert re.fullmatch(r"--platform=linux/amd64 python:3\.11\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base), base
    for command in arguments("RUN"):
        assert "latest" not in command
        for part in re.findall(r"pip [^&;]*install[^&;|]*", command):
            assert "--require-hashes" in part and "-r " in part, part


def test_every_lock_is_installed():
    locks = {path.name for path in WORKER.glob("requirements*.lock")}
    assert locks == set(re.findall(r"requirements[\w-]*\.lock", " ".join(arguments("COPY"))))
    assert locks == set(re.findall(r"requirements[\w-]*\.lock", " ".join(arguments("RUN"))))


def test_what_is_copied_exists_and_reaches_the_build():
    ignored = [line for line in (WORKER / ".dockerignore").read_text().split() if line[0] in "*!"]
    for copied in arguments("COPY"):
        for source in copied.split()[:-1]:
            assert (WORKER / source).exists(), source
            assert any(line[0] == "!" and fnmatch.fnmatch(source, line[1:]) for line in ignored), source
    assert ignored[0] == "*"


def test_nothing_secret_is_asked_for():
    for told in arguments("ARG") + arguments("ENV"):
        assert not re.search(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|DATABASE", told, re.IGNORECASE), told


def test_the_locks_fit_each_other():
    versions = {}
    for path in WORKER.glob("requirements*.lock"):
        for name, version in re.findall(r"^([\w.-]+)==([\w.+!-]+)", path.read_text(), re.MULTILINE):
            assert versions.setdefault(name, version) == version, f"{name} in {path.name}"
    assert re.search(r'rented = \["runpod==([\d.]+)"\]', (WORKER / "pyproject.toml").read_text())[1] == versions["runpod"]


def test_the_start_script_starts_the_worker():
    command = json.loads(arguments("CMD")[0])
    assert command[0] in " ".join(arguments("RUN")) and (WORKER / "start.sh").stat().st_mode & 0o111
    said = subprocess.run(["bash", WORKER / "start.sh", *command[1:], "--help"], capture_output=True, text=True, timeout=60)
    assert said.returncode == 0 and "usage: brightrun_worker start" in said.stdout, said.stderr


def test_the_local_worker_needs_nothing_of_runpod():
    """The optional part stays optional: neither a training nor a pod imports it."""
    words = ("import sys; sys.modules['runpod'] = None; import brightrun_worker.rented.errand, brightrun_worker.rented.pod;"
             "import brightrun_worker.session; assert 'torch' not in sys.modules")
    done = subprocess.run([sys.executable, "-c", words], cwd=WORKER, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
