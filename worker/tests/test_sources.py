"""What comes from where: a local folder touches no network, an address is fetched, a hub name keeps its commit."""

import functools
import http.server
import json
import subprocess
import sys
import threading

import pytest

from brightrun_worker import exits, files
from brightrun_worker.rundir import RunDir

import helpers

WATCHED = """
import os, sys
os.environ.pop("HF_HUB_OFFLINE", None)

def forbid(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        print("NETWORK", event, arguments, file=sys.stderr)
        os._exit(99)

sys.addaudithook(forbid)
from brightrun_worker.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_no_connection_is_tried(tmp_path, model):
    asked = helpers.spec(tmp_path, model, hyperparameters={"max_steps": 2}, output={"merge": True})
    done = subprocess.run([sys.executable, "-c", WATCHED, "run", asked, "--out", tmp_path / "out"],
                          capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def served(tmp_path):
    """The address of a folder, served on this machine."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_dataset_by_address_is_fetched_once_and_compared(tmp_path, model, served):
    data = helpers.dataset(tmp_path)
    digest = files.sha256(data)
    asked = helpers.spec(tmp_path, model, data, hyperparameters={"max_steps": 2})
    spec = json.loads(asked.read_text())
    spec["dataset"] = {"url": f"{served}/data.jsonl?signature=x", "sha256": digest}
    asked.write_text(json.dumps(spec))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "stop").touch()
    assert helpers.run(asked, tmp_path / "out") == exits.STOPPED
    assert helpers.run(asked, tmp_path / "out") == exits.DONE
    data.unlink()
    assert helpers.run(asked, tmp_path / "other") == exits.DATASET
    assert "signature" not in (tmp_path / "other" / "events.jsonl").read_text(), "a signed address is a secret"


def test_the_commit_of_a_hub_name_is_kept(tmp_path):
    place = RunDir(tmp_path)
    asked = {"name": "a/b", "revision": "main"}
    assert place.pinned(asked) == asked
    place.pin("0123abcd")
    place.pin("later")
    assert place.pinned(asked) == {"name": "a/b", "revision": "0123abcd"}
