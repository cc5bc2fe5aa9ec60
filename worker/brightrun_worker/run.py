"""`run SPEC --out DIR`: takes the directory, makes one attempt, accounts for how it ended.

    spec not right             exit 2, nothing written
    directory not ours         exit 3, nothing written
    already finished           exit 0, nothing redone
    otherwise                  an attempt, which ends with the event `final` unless it is killed
"""

import sys
import traceback
from pathlib import Path

from . import exits, ranks
from . import spec as specs
from .errors import Ended, Refused, WorkerError, classify
from .events import EventLog
from .requests import Requests
from .rundir import RunDir
from .session import Session


def say(text: str) -> None:
    try:
        print(f"brightrun-worker: {text}", file=sys.stderr, flush=True)
    except OSError:  # the output may lie on the disk that is full: the exit code says the same
        pass


def run(spec_path: Path, out: Path) -> int:
    """The exit code of the attempt."""
    try:
        spec = specs.load(spec_path)
        place = RunDir(out)
        if ranks.rank() != 0:
            return _help(spec, place)
        place.take()
        place.keep_spec(spec)
        if place.finished():
            say(f"{out} is finished; there is nothing to do")
            return exits.DONE
        place.clean()
        events = EventLog(place.events)
    except specs.SpecError as error:
        for problem in error.problems:
            say(problem)
        return exits.USAGE
    except Refused as error:
        say(f"refused: {error}")
        return exits.REFUSED
    except OSError as error:  # a full disk, no right to write: there is no account to write it into
        known = classify(error)
        say(f"{known.name}: {known.cause}. {known.fix}")
        return known.exit_code
    return _attempt(spec, place, events, ["run", str(spec_path), "--out", str(out)])


def _attempt(spec: dict, place: RunDir, events: EventLog, arguments: list[str]) -> int:
    requests = Requests(place.path, spec["limits"]["max_minutes"])
    session = Session(spec, place, events, requests, arguments)
    try:
        requests.listen()
        session.run()
        ending = ("done", exits.DONE)
    except Ended as end:
        requests.only_mark()  # a late signal must not break the last lines
        ending = _ended(end, requests)
    except Exception as error:
        requests.only_mark()
        ending = ("failed", _failed(error, events, session.step))
    session.abandon()
    return _last_line(events, session.step, *ending)


def _ended(end: Ended, requests: Requests) -> tuple[str, int]:
    if end.request == "cancel":
        return "cancelled", exits.CANCELLED
    requests.honoured("stop")
    return "stopped", exits.STOPPED


def _failed(error: Exception, events: EventLog, step: int) -> int:
    """Writes the error event; the class is told on the error output too, should the disk be full."""
    known = classify(error)
    say(f"{known.name}: {known.cause}. {known.fix}")
    more = {"line": known.line} if hasattr(known, "line") else {}
    if type(known) is WorkerError:
        more["trace"] = "".join(traceback.format_exception(error))
    try:
        events.write("error", **{"class": known.name}, cause=known.cause, fix=known.fix, step=step, **more)
    except OSError:
        say("the error could not be written into events.jsonl")
    return known.exit_code


def _last_line(events: EventLog, step: int, outcome: str, code: int) -> int:
    try:
        events.write("final", outcome=outcome, exit_code=code, step=step)
        events.sync()
    except OSError:
        say("the end could not be written into events.jsonl")
    say(f"{outcome} at step {step}")
    return code


def _help(spec: dict, place: RunDir) -> int:
    """A process of a further GPU: the same work, but it holds no lock, writes no events and obeys rank 0 alone."""
    import signal

    from .events.log import NoLog

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    try:
        Session(spec, place, NoLog(), Requests(place.path), []).run()
    except Ended:
        return exits.DONE
    except Exception as error:
        traceback.print_exc()
        return classify(error).exit_code
    return exits.DONE
