"""Recognises the five dataset shapes and reads each into conversations.

    A  turns               {conversation_id, turns: [{role, content}]}              per line
    B  conversations       {conversations: [{role, content}]}                       per line
    C  messages            {messages: [{role, content}]}                            per line
    D  brightrun_lora_v4   {_meta} first, then one training pair per line
    E  full_json           {training_file_metadata, conversations: [{training_pairs}]}  one document

The first line that is not blank decides. Line numbers are those of the file: blank lines count.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import DatasetError

LISTS = {"turns": "turns", "conversations": "conversations", "messages": "messages"}


@dataclass
class Raw:
    """One example as the file has it. `only_last`: the last answer alone is a target (pairs of v4), else all are."""

    line: int | None
    conversation: str
    turns: list[tuple[str, str]]
    only_last: bool


def read(path: Path) -> tuple[str, Iterator[Raw | None]]:
    """The shape and its examples; None stands for a pair without a target, which is no example."""
    first = _first_object(path)
    if first is None:
        return "full_json", _full(_document(path))
    if "training_file_metadata" in first:
        return "full_json", _full(_document(path))
    if "_meta" in first or "target_response" in first:
        return "brightrun_lora_v4", _pairs(path)
    for key, shape in LISTS.items():
        if isinstance(first.get(key), list):
            return shape, _lists(path, key)
    raise DatasetError(
        f"none of the five shapes: the first object has the keys {', '.join(sorted(first)[:8]) or '(none)'}", 1,
        fix="Export the conversations as a brightrun training file, or as lines of {\"messages\": [...]}.",
    )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Physical line numbers from 1 and the texts of the lines that are not blank."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                try:
                    yield number, line.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise DatasetError(f"not UTF-8 at byte {error.start} of the line", number) from error


def _objects(path: Path) -> Iterator[tuple[int, dict]]:
    for number, line in _lines(path):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"not JSON ({error.msg} at column {error.colno})", number) from error
        if not isinstance(value, dict):
            raise DatasetError(f"a JSON object was expected, not {type(value).__name__}", number)
        yield number, value


def _first_object(path: Path) -> dict | None:
    """The first object, or None where the file begins like one document spread over lines."""
    for _number, line in _lines(path):
        try:
            return next(_objects(path))[1]
        except DatasetError:
            if line.strip() in ("{", "[") or line.lstrip().startswith('{"training_file_metadata"'):
                return None
            raise
    raise DatasetError("the file is empty")


def _document(path: Path) -> dict:
    try:
        document = json.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except UnicodeDecodeError as error:
        raise DatasetError(f"not UTF-8 at byte {error.start} of the file") from error
    except ValueError as error:
        raise DatasetError(f"not JSON ({error.msg})", error.lineno) from error
    if not isinstance(document, dict) or not isinstance(document.get("conversations"), list):
        raise DatasetError("one JSON document, but not a full training file: no list `conversations`", 1)
    return document


def _lists(path: Path, key: str) -> Iterator[Raw]:
    for number, line in _objects(path):
        turns = line.get(key)
        if not isinstance(turns, list) or not turns:
            raise DatasetError(f"`{key}` is missing, no list, or empty", number)
        name = line.get("conversation_id") or line.get("id") or f"line {number}"
        yield Raw(number, str(name), [_turn(turn, place, number) for place, turn in enumerate(turns, 1)], False)


def _pairs(path: Path) -> Iterator[Raw | None]:
    for number, line in _objects(path):
        if "_meta" not in line:
            yield _pair(line, str(line.get("conversation_id") or f"line {number}"), number)


def _full(document: dict) -> Iterator[Raw | None]:
    for place, conversation in enumerate(document["conversations"], 1):
        pairs = conversation.get("training_pairs") if isinstance(conversation, dict) else None
        if not isinstance(pairs, list):
            raise DatasetError(f"conversation {place} has no list `training_pairs`")
        metadata = conversation.get("conversation_metadata") or {}
        name = str(metadata.get("conversation_id") or conversation.get("conversation_id") or f"conversation {place}")
        for pair in pairs:
            yield _pair(pair, name, None)


def _pair(pair: dict, conversation: str, line: int | None) -> Raw | None:
    target, said = pair.get("target_response"), pair.get("current_user_input")
    if target is None or (isinstance(target, str) and not target.strip()):
        return None
    if not isinstance(target, str) or not isinstance(said, str) or not said.strip():
        raise DatasetError(f"conversation {conversation}: `current_user_input` and `target_response` must be texts", line)
    turns = []
    system = pair.get("system_prompt")
    if isinstance(system, str) and system.strip():
        turns.append(("system", system))
    history = [_turn(turn, place, line) for place, turn in enumerate(pair.get("conversation_history") or [], 1)]
    if history and history[-1][0] == "user" and history[-1][1].strip() == said.strip():
        history.pop()  # the platform writes the present user turn twice: as the history's end, and by itself
    return Raw(line, conversation, [*turns, *history, ("user", said), ("assistant", target)], True)


ROLES = {"user": "user", "human": "user", "client": "user", "assistant": "assistant", "gpt": "assistant",
         "model": "assistant", "system": "system"}


def _turn(turn: object, place: int, line: int | None) -> tuple[str, str]:
    if not isinstance(turn, dict):
        raise DatasetError(f"turn {place} is no object", line)
    role, content = turn.get("role", turn.get("from")), turn.get("content", turn.get("value"))
    if not isinstance(role, str) or role.lower() not in ROLES:
        raise DatasetError(f"turn {place} has the role {role!r}; user, assistant and system are known", line)
    if content is None:
        content = ""
    if not isinstance(content, str):
        raise DatasetError(f"turn {place} has a content that is no text", line)
    return ROLES[role.lower()], content
