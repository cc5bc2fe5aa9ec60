"""A pod: ends itself whatever happens, trains once, and never longer than its limit."""

import http.server
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

import helpers
import machines
from conftest import STEPS
from objects import Server
from test_serverless import assert_nothing_marked, assert_same, assert_whole, told, trains, undisturbed  # noqa: F401


class GraphQL:
    """What a pod's own key reaches. `answers`: what the next requests get, then success. `asked`: (time, key, pod)."""

    def __init__(self):
        self.answers: list[tuple[int, dict]] = []
        self.asked: list[tuple[float, str, str]] = []
        graphql = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_) -> None: ...

            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert "podTerminate" in told["query"] and "urllib" not in self.headers["User-Agent"]
                graphql.asked.append((time.monotonic(), self.headers["Authorization"], told["variables"]["pod"]))
                status, answer = graphql.answers.pop(0) if graphql.answers else (200, {"data": {"podTerminate": None}})
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/graphql"

    def pods(self) -> list[str]:
        return [pod for _, _, pod in self.asked]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def graphql():
    made = GraphQL()
    yield made
    made.close()


@pytest.fixture
def pod(rent, graphql, tmp_path):
    """`pod(name, order)` starts the container of a pod, `state` being what outlives its restart."""

    def start(name: str, order: dict, state: str | None = None) -> machines.Machine:
        return rent("start", name, {"RUNPOD_POD_ID": name, "BRIGHTRUN_RUN": json.dumps(order),
                                    "BRIGHTRUN_RUNPOD_GRAPHQL": graphql.address,
                                    "BRIGHTRUN_STATE": str(tmp_path / "state" / (state or name))})

    return start


def processes(machine, word: str) -> list[int]:
    """The processes of a machine that have a word in their arguments."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"BRIGHTRUN_WORK={machine.disk}\0".encode() in (place / "environ").read_bytes()
            arguments = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if ours and word.encode() in arguments:
            assert b"MARKED" not in arguments and b"X-Signature" not in arguments
            found.append(int(place.name))
    return found


def environment(number: int) -> str:
    return Path(f"/proc/{number}/environ").read_text(errors="replace")


def test_a_crash_a_whole_run_and_a_restart(store, graphql, pod, asked, data, undisturbed, tmp_path, queue):  # noqa: F811
    graphql.answers = [(403, {}), (200, {"errors": [{"message": "something went wrong"}]})]
    order = store.order("podded", asked(), data)
    machine = pod("p1", order)
    helpers.wait_until(lambda: store.json("podded", "checkpoint.json") and trains(store, "podded", 20))
    (errand,) = processes(machine, "rented.errand")
    (child,) = machine.children()
    assert machines.MARKED["RUNPOD_API_KEY"] not in environment(errand), "only who ends the pod needs its key"
    kept = environment(child)
    assert [key for key in machines.MARKED.values() if key in kept] == [machines.MARKED["HF_TOKEN"]]
    assert "X-Signature" not in kept
    os.kill(errand, signal.SIGKILL)
    helpers.wait_until(lambda: child not in machine.children(), 10)

    helpers.wait_until(lambda: store.get("podded", "manifest.json"))
    helpers.wait_until(lambda: len(graphql.asked) == 3)
    assert set(graphql.asked[i][1:] for i in range(3)) == {(f"Bearer {machines.MARKED['RUNPOD_API_KEY']}", "p1")}
    assert graphql.asked[2][0] - graphql.asked[1][0] > graphql.asked[1][0] - graphql.asked[0][0] > 1.5, "ever more slowly"
    assert machine.process.poll() is None, "a container that exits is started again"
    assert len([event for event in told(store, "podded", "stage") if event["stage"] == "resumed"]) == 1
    assert_same(store, "podded", assert_whole(store, "podded"), undisturbed, tmp_path)

    machine.kill()
    before = dict(store.held)
    again = pod("p1", order)
    helpers.wait_until(lambda: len(graphql.asked) == 4)
    assert "nothing is trained" in again.said() and store.held == before
    assert not processes(again, "rented.errand")
    assert_nothing_marked(store, queue, machine, again)
    assert machine.said().count("order: run podded") == 2, "the log is on the standard output"


def test_limits(store, graphql, pod, asked, data):
    hung_order = store.order("hung", asked(20000), data) | {"seconds": 8}
    slow_order = store.order("long", asked(20000), data, seconds=25)
    hung, slow = pod("hung", hung_order), pod("long", slow_order)
    helpers.wait_until(lambda: processes(hung, "rented.errand"))
    os.kill(processes(hung, "rented.errand")[0], signal.SIGSTOP)

    helpers.wait_until(lambda: "hung" in graphql.pods())
    assert not processes(hung, "rented.errand") and not hung.children(), "who does not listen is killed"
    assert "the time limit of this pod is reached" in hung.said()

    helpers.wait_until(lambda: "long" in graphql.pods())
    assert told(store, "long", "final")[-1]["outcome"] == "stopped" and not slow.children()
    kept = store.json("long", "checkpoint.json") or {"step": 0}  # a busy machine may not have come to its first step
    assert kept["step"] == told(store, "long", "final")[-1]["step"]
    assert store.json("long", "owner.json")["ended"] == "stopped"

    # A restarted container whose disk is new knows it from the store.
    slow.kill()
    count = len(told(store, "long", "metrics"))
    again = pod("long", slow_order, state="fresh")
    helpers.wait_until(lambda: graphql.pods().count("long") == 2)
    assert "this pod has ended the run before: stopped" in again.said()
    assert len(told(store, "long", "metrics")) == count < STEPS * 100


def test_a_pod_that_is_told_nonsense_ends_too(graphql, rent, tmp_path):
    rent("pod", "lost", {"RUNPOD_POD_ID": "lost", "BRIGHTRUN_RUN": "{", "BRIGHTRUN_RUNPOD_GRAPHQL": graphql.address,
                         "BRIGHTRUN_STATE": str(tmp_path / "state")})
    helpers.wait_until(lambda: graphql.pods() == ["lost"])
    assert "BRIGHTRUN_RUN is not JSON" in (tmp_path / "machines" / "lost.printed").read_text()
