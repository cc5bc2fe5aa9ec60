"""A run from a local folder touches no network: no connection is even tried."""

import subprocess
import sys

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
