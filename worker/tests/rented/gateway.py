"""RunPod's queue, as far as its worker loop sees it (spec/apis.md A6b), and the client's side of a job."""

import http.server
import json
import re
import threading
import time
import uuid

from objects import Server

HOLD = 0.5  # seconds that a poll without an answer is held


class Gateway:
    """`jobs`: id → {"input", "status", "output", "error", "workers", "updates", "at"}."""

    def __init__(self):
        self.jobs: dict[str, dict] = {}
        self.pinged: set[str] = set()
        self.keys: set[str] = set()
        self._queue: list[str] = []
        self._stops: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"gateway": self})
        self._server = Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def environment(self, worker: str) -> dict[str, str]:
        """What drives RunPod's worker loop."""
        base = f"http://127.0.0.1:{self._server.server_port}/v2/EP"
        return {
            "RUNPOD_WEBHOOK_GET_JOB": f"{base}/job-take/$ID?gpu=SIM",
            "RUNPOD_WEBHOOK_POST_OUTPUT": f"{base}/job-done/$RUNPOD_POD_ID/$ID?gpu=SIM",
            "RUNPOD_WEBHOOK_POST_STREAM": f"{base}/job-stream/$RUNPOD_POD_ID/$ID?gpu=SIM",
            "RUNPOD_WEBHOOK_PING": f"{base}/ping/$RUNPOD_POD_ID", "RUNPOD_PING_INTERVAL": "2000",
            "RUNPOD_POD_ID": worker, "RUNPOD_ENDPOINT_ID": "EP",
            "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": "true", "RUNPOD_SKIP_GPU_CHECK": "true",
        }

    def submit(self, given: dict) -> str:
        number = f"{uuid.uuid4()}-u1"
        self.jobs[number] = {"input": given, "status": "IN_QUEUE", "output": None, "error": None, "workers": [],
                             "updates": [], "at": None}
        self._queue.append(number)
        return number

    def again(self, number: str) -> None:
        """A worker died: the platform gives the job to another one."""
        self.jobs[number]["status"] = "IN_QUEUE"
        self._queue.append(number)

    def cancel(self, number: str) -> None:
        job = self.jobs[number]
        job["status"] = "CANCELLED"
        self._stops.setdefault(job["workers"][-1], []).append(number)

    def take(self, worker: str) -> dict | None:
        with self._lock:
            if not self._queue:
                return None
            number = self._queue.pop(0)
            job = self.jobs[number]
            job["status"] = "IN_PROGRESS"
            job["workers"].append(worker)
            return {"id": number, "input": job["input"]}

    def stops(self, worker: str) -> dict | None:
        with self._lock:
            numbers = self._stops.pop(worker, [])
            return {"jobsToStop": numbers} if numbers else None

    def done(self, worker: str, number: str, told: dict) -> None:
        job = self.jobs[number]
        if job["status"] != "IN_PROGRESS" or job["workers"][-1] != worker:
            job.setdefault("late", []).append(told)
        elif told.get("status") == "IN_PROGRESS":
            job["output"] = told["output"]
            job["updates"].append((time.monotonic(), told["output"]))
        else:
            job["at"] = time.monotonic()
            job["output"], job["error"] = told.get("output"), told.get("error")
            job["status"] = "FAILED" if told.get("error") else "COMPLETED"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway: Gateway

    def log_message(self, *_) -> None: ...

    def do_GET(self) -> None:
        what, worker = re.match(r"/v2/EP/([\w-]+)/([^/?]+)", self.path).groups()
        if what == "ping":
            self.gateway.pinged.add(worker)
            return self._answer(200, {})
        look = self.gateway.take if what == "job-take" else self.gateway.stops
        end = time.monotonic() + HOLD
        while (found := look(worker)) is None and time.monotonic() < end:
            time.sleep(0.05)
        self._answer(200 if found else 204, found)

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.gateway.keys.add(self.headers.get("Authorization", ""))
        worker, number = re.match(r"/v2/EP/job-done/([^/]+)/([^/?]+)", self.path).groups()
        self.gateway.done(worker, number, told)
        self._answer(200, {})

    def _answer(self, status: int, value) -> None:
        content = json.dumps(value).encode() if value is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
