"""GET and PUT to signed addresses. An address never stands in an error: what follows its ? is a key."""

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator

from .. import __version__
from ..errors import WorkerError

TIMEOUT = 60.0  # seconds without a byte
BLOCK = 1024 * 1024
_CODE = re.compile(r"<Code>([A-Za-z]+)</Code>")

AGENT = f"brightrun-worker/{__version__}"
"""Said with every request: what names itself Python-urllib is turned away by some providers' gateways."""


class Again(Exception):
    """It may work when tried again: no connection, a cut one, an overloaded server. `pause`: seconds the server asks for."""

    def __init__(self, text: str, pause: float = 0):
        super().__init__(text)
        self.pause = pause


class Expired(WorkerError):
    fix = "Start the run again: it gets new addresses and goes on from its last checkpoint."


class Denied(WorkerError):
    """The store says no. `status` is HTTP's, `code` the store's own word for it, or empty."""

    fix = "Check the store's keys and bucket with brightrun doctor, then start the run again."

    def __init__(self, cause: str, status: int, code: str):
        super().__init__(cause)
        self.status, self.code = status, code


class Absent(Exception):
    """There is no such object."""


def get(url: str) -> Iterator[bytes]:
    """Asks at once and gives the content in blocks. Raises Absent, Again, Expired, Denied; the blocks may raise Again."""
    return _blocks(_answered(urllib.request.Request(url)))


def _blocks(answer) -> Iterator[bytes]:
    expected, had = answer.headers.get("Content-Length"), 0
    with answer:
        try:
            while block := answer.read(BLOCK):
                had += len(block)
                yield block
        except (OSError, http.client.HTTPException) as error:
            raise Again(f"the connection broke after {had} bytes") from error
    if expected is not None and had != int(expected):
        raise Again(f"the connection ended after {had} of {expected} bytes")


def put(url: str, blocks: Iterable[bytes], length: int) -> None:
    """Stores `length` bytes. Raises Again, Expired, Denied."""
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
    try:
        with _answered(urllib.request.Request(url, data=blocks, method="PUT", headers=headers)) as answer:
            answer.read(BLOCK)
    except Absent:
        raise Denied("the store answers 404 to a PUT: there is no such bucket", 404, "") from None
    except (OSError, http.client.HTTPException) as error:
        raise Again("the answer of the store broke off") from error


def _answered(request: urllib.request.Request):
    request.add_header("User-Agent", AGENT)
    try:
        return urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        raise _meaning(error) from None
    except (OSError, http.client.HTTPException) as error:  # URLError and time-outs are OSErrors
        raise Again(f"the store cannot be reached: {type(getattr(error, 'reason', error)).__name__}") from None


def _meaning(error: urllib.error.HTTPError) -> Exception:
    try:
        body = error.read(4000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        body = ""
    code = (_CODE.search(body) or [None, ""])[1]
    if error.code == 404 or code in ("NoSuchKey", "NotFound"):
        return Absent()
    if error.code in (408, 425, 429) or error.code >= 500 or code in ("SlowDown", "RequestTimeout"):
        asked = error.headers.get("Retry-After", "")
        return Again(f"the store answers {error.code}", float(asked) if asked.isdigit() else 0)
    if "expired" in body.lower():
        return Expired(f"the store answers {error.code}: the address of this run has expired")
    what = f" {code}" if code else ""
    return Denied(f"the store answers {error.code}{what}", error.code, code)
