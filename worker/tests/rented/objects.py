"""An object store for tests that behaves like S3 behind signed addresses: name, method and time are checked, a missing
object is an XML 404, and it can be away, slow, or cut connections."""

import contextlib
import hashlib
import hmac
import http.server
import json
import random
import socket
import threading
import time
import urllib.parse
from pathlib import Path

PREFIX = "/bucket/runs/"


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """A killed machine breaks its connections: nothing to report."""


class Objects:
    """`held`: key → bytes. `log`: (time, method, key, bytes, status) of every request that was answered."""

    def __init__(self):
        self.held: dict[str, bytes] = {}
        self.log: list[tuple[float, str, str, int, int]] = []
        self.away = False          # connections are closed without an answer
        self.slow = 0.0            # seconds before an answer
        self.cut = 0.0             # share of requests whose connection breaks in the middle
        self.expired = False       # every signature counts as too old
        self.unlisted = False      # a missing object is answered as S3 does to keys that may not list
        self.broken = 0            # how many were cut
        self._key, self._chance, self._lock = b"only the store knows", random.Random(1), threading.Lock()
        handler = type("Handler", (_Handler,), {"objects": self})
        self._server = Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def signed(self, method: str, key: str, seconds: float = 3600) -> str:
        until = int(time.time() + seconds)
        return f"{self.base}{PREFIX}{key}?X-Until={until}&X-Signature={self._signature(method, key, until)}"

    def _signature(self, method: str, key: str, until: int) -> str:
        return hmac.new(self._key, f"{method} {key} {until}".encode(), "sha256").hexdigest()

    def refusal(self, method: str, path: str) -> tuple[str | None, str]:
        """(key, why not)."""
        parsed = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(parsed.query))
        key, until = urllib.parse.unquote(parsed.path.removeprefix(PREFIX)), int(query.get("X-Until", 0))
        if not hmac.compare_digest(self._signature(method, key, until), query.get("X-Signature", "")):
            return None, "<Error><Code>SignatureDoesNotMatch</Code></Error>"
        if self.expired or until < time.time():
            return None, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
        return key, ""

    def note(self, method: str, key: str, size: int, status: int) -> None:
        with self._lock:
            self.log.append((time.time(), method, key, size, status))

    def breaks(self) -> bool:
        with self._lock:
            broken = self._chance.random() < self.cut
            self.broken += broken
            return broken

    def get(self, run: str, name: str) -> bytes | None:
        return self.held.get(f"{run}/{name}")

    def json(self, run: str, name: str):
        return json.loads(self.get(run, name) or b"null")

    def events(self, run: str) -> bytes:
        """All parts, as a reader puts them together."""
        parts = sorted(key for key in self.held if key.startswith(f"{run}/events/"))
        return b"".join(self.held[key] for key in parts)

    def puts(self, run: str, name: str) -> list[float]:
        """When an object was put."""
        return [at for at, method, key, _, status in self.log if (method, key, status) == ("PUT", f"{run}/{name}", 200)]

    def order(self, run: str, spec: dict, data: Path, **changes) -> dict:
        """Puts the dataset and carry.json there, and gives the input of a job."""
        content = data.read_bytes()
        self.held[f"{run}/dataset.jsonl"] = content
        asked = {**spec, "run": run, "dataset": {"path": "dataset.jsonl", "sha256": hashlib.sha256(content).hexdigest()}}
        ours = [f"events/{n:05}.jsonl" for n in range(8)] + [
            f"{archive}/{n:05}" for archive in ("checkpoint-a", "checkpoint-b", "result") for n in range(40)] + [
            "owner.json", "worker.log", "checkpoint.json", "result.json", "manifest.json"]
        store = {
            "kind": "signed", "until": "2099-01-01T00:00:00Z",
            "get": {name: self.signed("GET", f"{run}/{name}") for name in [*ours, "dataset.jsonl", "wish.json"]},
            "put": {name: self.signed("PUT", f"{run}/{name}") for name in ours},
        }
        carry = {"carry": 1, "run": run, "spec": asked, "seconds": 600, "beat_seconds": 0.5, "wish_seconds": 0.5,
                 "part_bytes": 20000, "patience_seconds": 60, "store": store, **changes}
        content = json.dumps(carry).encode()
        self.held[f"{run}/carry.json"] = content
        return {"brightrun": 1, "run": run, "carry": self.signed("GET", f"{run}/carry.json"),
                "sha256": hashlib.sha256(content).hexdigest()}

    def wish(self, run: str, wish: str | None) -> None:
        if wish:
            self.held[f"{run}/wish.json"] = json.dumps({"wish": wish}).encode()
        else:
            self.held.pop(f"{run}/wish.json", None)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects: Objects

    def log_message(self, *_) -> None: ...

    def do_GET(self) -> None:
        if (key := self._begin()) is None:
            return
        content = self.objects.held.get(key)
        if content is None and self.objects.unlisted:
            self._answer(403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", key)
        elif content is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", key)
        elif content and self.objects.breaks():
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self._drop()
        else:
            self._answer(200, content, key)

    def do_PUT(self) -> None:
        if self.objects.breaks():
            self.rfile.read(int(self.headers["Content-Length"]) // 2)
            self._drop()
            return
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if (key := self._begin()) is None:
            return
        self.objects.held[key] = content
        self._answer(200, b"", key, len(content))

    def _begin(self) -> str | None:
        if self.objects.away:
            self._drop()
            return None
        time.sleep(self.objects.slow)
        key, why_not = self.objects.refusal(self.command, self.path)
        if key is None:
            self._answer(403, why_not.encode(), self.path.partition("?")[0])
        return key

    def _answer(self, status: int, content: bytes, key: str, size: int | None = None) -> None:
        self.objects.note(self.command, key, len(content) if size is None else size, status)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
