"""A pod ends itself. Its own key may do that through GraphQL alone; REST answers 403 to it (spec/apis.md A7)."""

import json
import os
import time
import urllib.error
import urllib.request

from .http import AGENT
from .outward import say

ADDRESS = "https://api.runpod.io/graphql"
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0  # seconds between two tries
AFTER = 60.0  # seconds that RunPod gets to take the pod away before it is asked again
_MUTATION = "mutation End($pod: String!) { podTerminate(input: {podId: $pod}) }"


def forever(pod: str, key: str) -> None:
    """Asks until this process is killed with the pod. Never returns: a container that exits is started again, and billed."""
    pause = FIRST_PAUSE
    while True:
        problem = _ask(pod, key)
        if problem is None:
            say("this pod is told to end")
            time.sleep(AFTER)
            say("this pod still lives: it is told again")
            continue
        say(f"this pod could not be ended, next try in {pause:.0f} s: {problem}")
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _ask(pod: str, key: str) -> str | None:
    """None when RunPod has taken it; else what is in the way."""
    if not (pod and key):
        return "RUNPOD_POD_ID or RUNPOD_API_KEY is not set in this container"
    request = urllib.request.Request(
        os.environ.get("BRIGHTRUN_RUNPOD_GRAPHQL") or ADDRESS, method="POST",
        data=json.dumps({"query": _MUTATION, "variables": {"pod": pod}}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}", "User-Agent": AGENT},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            told = json.loads(answer.read(100_000))
    except urllib.error.HTTPError as error:
        return f"RunPod answers {error.code}"
    except (OSError, ValueError) as error:
        return type(error).__name__
    errors = told.get("errors") if isinstance(told, dict) else [{}]
    return f"RunPod refuses: {_first_message(errors)}" if errors else None


def _first_message(errors: object) -> str:
    try:
        return str(errors[0]["message"])[:200]
    except (LookupError, TypeError):
        return "without a reason"
