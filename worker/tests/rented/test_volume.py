"""A run on a network volume, a wrong mount, and base models fetched once onto it."""

import hashlib
import http.server
import json
import os
import re
import shutil
import threading
import uuid
from pathlib import Path

import pytest

from brightrun_worker import events, exits
from brightrun_worker.rented import mount, weights

import helpers
from conftest import STEPS
from objects import Server
from test_serverless import ended, output, serve

MOUNT = Path("/dev/shm")


@pytest.fixture
def volume():
    """A folder on something that really is a mount."""
    if not os.path.ismount(MOUNT):
        pytest.skip(f"{MOUNT} is no mount on this machine")
    made = MOUNT / f"brightrun-test-{uuid.uuid4().hex}"
    made.mkdir()
    yield made
    shutil.rmtree(made)


def order_on(volume, run, spec, data) -> dict:
    folder = volume / run
    folder.mkdir()
    shutil.copy(data, folder / "dataset.jsonl")
    named, digest = str(folder.relative_to(MOUNT)), hashlib.sha256(data.read_bytes()).hexdigest()
    carry = {"carry": 1, "run": run, "seconds": 600, "beat_seconds": 0.5, "wish_seconds": 0.5,
             "store": {"kind": "volume", "folder": named},
             "spec": spec | {"run": run, "dataset": {"path": "dataset.jsonl", "sha256": digest}}}
    content = json.dumps(carry).encode()
    (folder / "carry.json").write_bytes(content)
    return {"brightrun": 1, "run": run, "folder": named, "sha256": hashlib.sha256(content).hexdigest()}


def test_a_run_on_a_volume_and_its_going_on(volume, queue, rent, asked, data):
    order = order_on(volume, "onvol", asked(), data)
    folder = volume / "onvol"
    first = serve(rent, queue, "w1", BRIGHTRUN_MOUNT=str(MOUNT))
    number = queue.submit(order)
    helpers.wait_until(lambda: helpers.steps_done(folder) >= 20)
    first.kill()

    serve(rent, queue, "w2", BRIGHTRUN_MOUNT=str(MOUNT))
    queue.again(number)
    told = output(queue, number)
    assert told == {"final": True, "run": "onvol", "state": "done",
                    "manifest": hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()}
    assert [event["step"] >= 10 for event in helpers.told(folder, "stage") if event["stage"] == "resumed"] == [True]
    assert list(helpers.curves(folder)["loss"]) == list(range(1, STEPS + 1))
    names = {path.name for path in folder.iterdir()}
    assert {"spec.json", "events.jsonl", "adapter", "checkpoints", "worker.log", "owner.json"} <= names
    assert not [name for name in names if name.startswith((".tmp", "checkpoint-", "result"))], "no parts, nothing unfinished"


def test_a_wrong_mount_is_refused(volume, queue, rent, asked, data, tmp_path):
    order = order_on(volume, "wrong", asked(), data)
    folder = tmp_path / "plain" / order["folder"]
    shutil.copytree(volume / "wrong", folder)
    serve(rent, queue, "w1", BRIGHTRUN_MOUNT=str(tmp_path / "plain"))
    error = ended(queue, queue.submit(order))["error"]
    assert f"BRIGHTRUN_MOUNT says {tmp_path / 'plain'}" in error
    assert "no mount" in error and "Attach the network volume" in error
    assert not (folder / "owner.json").exists(), "nothing is written onto a disk that goes with the machine"


def test_mounts(volume, monkeypatch, tmp_path):
    monkeypatch.delenv("BRIGHTRUN_MOUNT", raising=False)
    monkeypatch.delenv("HF_HOME", raising=False)
    monkeypatch.setattr(mount, "PLACES", (str(tmp_path), str(tmp_path / "nowhere")))
    with pytest.raises(mount.WrongMount, match="no network volume is mounted.*plain folder.*no such folder"):
        mount.folder("runs/x")
    assert mount.models() == {}
    monkeypatch.setattr(mount, "PLACES", (str(tmp_path), str(MOUNT)))
    with pytest.raises(mount.WrongMount, match="is not that of this run: there is no runs/x"):
        mount.folder("runs/x")
    assert mount.folder(volume.name) == volume
    assert mount.models() == {"HF_HOME": f"{MOUNT}/huggingface"}
    monkeypatch.setenv("BRIGHTRUN_MOUNT", "/nowhere")
    with pytest.raises(mount.WrongMount, match="no such folder"):
        mount.models()


class Hub:
    """The part of the model hub that fetching a model touches."""

    COMMIT = "0123456789abcdef0123456789abcdef01234567"

    def __init__(self, folder: Path):
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        files |= {"evil.py": b"boom", "pytorch_model.bin": b"old"}
        self.fetched: list[str] = []
        # A name of its own: the folder for models on the mount is everybody's.
        self.name = name = f"org/tiny-{uuid.uuid4().hex[:12]}"
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_) -> None: ...

            def do_HEAD(self) -> None:
                self._answer(body=False)

            def do_GET(self) -> None:
                self._answer(body=True)

            def _answer(self, body: bool) -> None:
                if re.match(rf"/api/models/{name}(/revision/[\w]+)?(\?|$)", self.path):
                    siblings = [{"rfilename": file, "size": len(content), "blobId": hashlib.sha1(content).hexdigest()}
                                for file, content in files.items()]
                    about = {"id": hub.name, "sha": hub.COMMIT, "siblings": siblings}
                    return self._send(200, json.dumps(about).encode(), body)
                if re.match(rf"/api/models/{name}/tree/\w+", self.path):
                    tree = [{"type": "file", "path": file, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                            for file, content in files.items()]
                    return self._send(200, json.dumps(tree).encode(), body)
                found = re.match(rf"/{name}/resolve/\w+/([\w.]+)$", self.path)
                if not found or found[1] not in files:
                    return self._send(404, b"", body, {"X-Error-Code": "RepoNotFound"})
                content = files[found[1]]
                if body:
                    hub.fetched.append(found[1])
                tag = hashlib.sha1(content).hexdigest()
                self._send(200, content, body, {"ETag": f'"{tag}"', "X-Repo-Commit": hub.COMMIT})

            def _send(self, status: int, content: bytes, body: bool, more: dict | None = None) -> None:
                self.send_response(status)
                headers = {"Content-Length": str(len(content)), "Content-Type": "application/json"} | (more or {})
                for header, value in headers.items():
                    self.send_header(header, value)
                self.end_headers()
                if body:
                    self.wfile.write(content)

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.environment = {"HF_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}", "HF_HUB_DISABLE_XET": "1",
                            "HF_HUB_OFFLINE": "0"}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hub(model):
    made = Hub(model)
    yield made
    made.close()


def test_a_base_model_is_cached_once(volume, queue, rent, hub, asked, data):
    serve(rent, queue, "w1", BRIGHTRUN_MOUNT=str(MOUNT), **hub.environment)
    root = MOUNT / "huggingface"
    folder = root / "hub" / f"models--{hub.name.replace('/', '--')}"
    others = root.exists()
    try:
        job = {"brightrun": 1, "cache": {"model": hub.name, "revision": "main"}}
        told = output(queue, queue.submit(job))["cache"]
        assert (told["model"], told["revision"]) == (hub.name, hub.COMMIT)
        assert {file["path"] for file in told["files"]} == set(hub.fetched)
        assert "model.safetensors" in hub.fetched and not {"evil.py", "pytorch_model.bin"} & set(hub.fetched)
        assert weights.whole(root, hub.name) == told
        account = list(events.read(weights.events_of(root, hub.name)))
        assert account[-1]["outcome"] == "done" and max(e.get("percent", 0) for e in account) == 100

        fetched = list(hub.fetched)
        assert output(queue, queue.submit(job))["cache"] == told and hub.fetched == fetched, "once"

        # Whole means whole: a file that got lost is fetched again.
        snapshot = folder / "snapshots" / hub.COMMIT / "model.safetensors"
        snapshot.resolve().unlink()
        snapshot.unlink()
        assert output(queue, queue.submit(job))["cache"]["bytes"] == told["bytes"]
        assert hub.fetched == [*fetched, "model.safetensors"]

        error = ended(queue, queue.submit({"brightrun": 1, "cache": {"model": "org/none"}}))["error"]
        assert "the hub does not give org/none: 404" in error and "Check the name" in error
        assert weights.whole(root, "org/none") is None

        # A run finds it there, without the hub.
        hub.close()
        order = order_on(volume, "cached", asked(3, base_model={"name": hub.name, "revision": hub.COMMIT}), data)
        assert output(queue, queue.submit(order))["state"] == "done"
        assert json.loads((volume / "cached" / "manifest.json").read_text())["base_model"]["revision"] == hub.COMMIT
    finally:
        shutil.rmtree(folder if others else root, ignore_errors=True)
        shutil.rmtree(weights.place_of(root, hub.name), ignore_errors=True)
        shutil.rmtree(weights.place_of(root, "org/none"), ignore_errors=True)


def test_no_room_is_said_before_anything_is_fetched(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "SPARE", 1 << 60)
    monkeypatch.setattr(weights, "_listing", lambda model, revision: (hub.COMMIT, {"model.safetensors": 5_000_000_000}))
    assert weights.cache(hub.name, None, tmp_path) == exits.DISK_FULL
    (error,) = [event for event in events.read(weights.events_of(tmp_path, hub.name)) if event["kind"] == "error"]
    assert error["class"] == "disk_full" and "4.7 GiB are still to come" in error["cause"] and hub.fetched == []
