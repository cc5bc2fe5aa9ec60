"""An example as token ids and labels: loss on answers only.

The chat template renders the whole example once, and once up to each answer; the difference is the answer. Token
offsets then tell which tokens lie in answers. All other labels are IGNORED, so nothing else has any loss.
"""

from array import array
from dataclasses import dataclass

from jinja2.exceptions import TemplateError

from ..errors import ModelUnsuitable
from .turns import fold_system

IGNORED = -100
"""The label that torch's cross entropy leaves out."""


@dataclass
class Example:
    """Token ids and labels of one text, equally many. Packed, as a dataset is held in memory while it is trained on."""

    conversation: str
    ids: array
    labels: array
    lost: int = 0  # tokens cut off by max_seq_length

    def targets(self) -> int:
        return sum(label != IGNORED for label in self.labels)


class Renderer:
    def __init__(self, tokenizer, max_seq_length: int):
        if not tokenizer.chat_template:
            raise ModelUnsuitable("the tokenizer has no chat template")
        if not tokenizer.is_fast:
            raise ModelUnsuitable("the tokenizer cannot tell where its tokens lie in the text (no fast tokenizer)")
        self._tokenizer = tokenizer
        self.longest = max_seq_length
        self.folds_system = not self._has_system()

    def _has_system(self) -> bool:
        """Tried, not guessed: some templates raise at a system turn, others silently leave it out."""
        probe = [{"role": "system", "content": "BEHAVE"}, {"role": "user", "content": "a"}]
        try:
            return "BEHAVE" in self._tokenizer.apply_chat_template(probe, tokenize=False)
        except TemplateError:
            return False

    def text(self, messages: list[dict], prompt: bool = False) -> str:
        if self.folds_system:
            messages = fold_system(messages)
        try:
            return self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt)
        except TemplateError as error:
            raise ModelUnsuitable(f"the chat template refuses this example: {error}") from error

    def answers(self, messages: list[dict], only_last: bool) -> tuple[str, list[tuple[int, int]]]:
        """The rendered text and where the answers to learn from lie in it, as [from, to) in characters."""
        whole = self.text(messages)
        places = [n for n, message in enumerate(messages) if message["role"] == "assistant"]
        spans = []
        for place in places[-1:] if only_last else places:
            end = len(whole) if place == len(messages) - 1 else self._length(whole, messages[: place + 1], False)
            start = self._length(whole, messages[:place], True)
            spans.append((start, end))
        return whole, spans

    def _length(self, whole: str, part: list[dict], prompt: bool) -> int:
        text = self.text(part, prompt)
        if prompt and not whole.startswith(text):
            text = self.text(part)
        if not whole.startswith(text):
            raise ModelUnsuitable("the chat template renders early turns differently once later ones follow")
        return len(text)

    def example(self, conversation: str, messages: list[dict], only_last: bool) -> Example:
        """Shortened where it is too long: the oldest exchanges go first, the system prompt stays, and what is
        still too long is cut at its end. Cutting from the end alone would cut off the answers."""
        ids, labels = self._tokens(messages, only_last)
        long = len(ids)
        head = 1 if messages[0]["role"] == "system" else 0
        while len(ids) > self.longest and len(messages) > head + 2:
            messages = messages[:head] + messages[head + 2:]
            ids, labels = self._tokens(messages, only_last)
        ids, labels = ids[: self.longest], labels[: self.longest]
        return Example(conversation, array("i", ids), array("i", labels), long - len(ids))

    def _tokens(self, messages: list[dict], only_last: bool) -> tuple[list[int], list[int]]:
        text, spans = self.answers(messages, only_last)
        # The template has written the special tokens; the tokenizer must not add them again.
        coded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        labels = [
            token if any(start < to and end > since for since, to in spans) else IGNORED
            for token, (start, end) in zip(coded["input_ids"], coded["offset_mapping"], strict=True)
        ]
        return coded["input_ids"], labels

    def shown(self, messages: list[dict], only_last: bool) -> str:
        """The rendered example for people, answers between ⟦ and ⟧: look at it before a long run."""
        text, spans = self.answers(messages, only_last)
        for start, end in reversed(spans):
            text = f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}"
        return text
