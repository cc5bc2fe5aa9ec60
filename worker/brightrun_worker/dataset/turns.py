"""Brings the turns of an example into the order chat templates insist on: system?, user, assistant, user, …, assistant.

Two turns of one role in a row with the same text are one turn written twice: one stays. With different texts they
become one turn of two paragraphs. Turns without text, answers before the first user turn and user turns after the
last answer teach nothing and are left out. Each kind of repair is counted.
"""

from collections import Counter


def clean(turns: list[tuple[str, str]], repairs: Counter) -> list[dict]:
    """`[{role, content}]` in strict alternation, or [] where nothing trainable is left."""
    system = [content.strip() for role, content in turns if role == "system" and content.strip()]
    spoken = _alternating([turn for turn in turns if turn[0] != "system"], repairs)
    while spoken and spoken[0]["role"] == "assistant":
        spoken.pop(0)
        repairs["answers before the first user turn left out"] += 1
    while spoken and spoken[-1]["role"] == "user":
        spoken.pop()
        repairs["user turns after the last answer left out"] += 1
    if spoken and system:
        return [{"role": "system", "content": "\n\n".join(system)}, *spoken]
    return spoken


def _alternating(turns: list[tuple[str, str]], repairs: Counter) -> list[dict]:
    result: list[dict] = []
    for role, content in turns:
        if not content.strip():
            repairs["turns without text left out"] += 1
        elif result and result[-1]["role"] == role:
            if result[-1]["content"].strip() == content.strip():
                repairs["doubled turns dropped"] += 1
            else:
                result[-1]["content"] += "\n\n" + content
                repairs["neighbouring turns of one role joined"] += 1
        else:
            result.append({"role": role, "content": content})
    return result


def fold_system(messages: list[dict]) -> list[dict]:
    """The system prompt moved to the head of the first user turn, for templates that have no place for it."""
    if not messages or messages[0]["role"] != "system":
        return messages
    first = {"role": "user", "content": messages[0]["content"] + "\n\n" + messages[1]["content"]}
    return [first, *messages[2:]]
