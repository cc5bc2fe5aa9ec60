"""From each of the five shapes to token ids and labels."""

import contextlib
import json
import os
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoTokenizer

from brightrun_worker.dataset import shapes
from brightrun_worker.dataset.batches import Plan
from brightrun_worker.dataset.collate import collate
from brightrun_worker.dataset.prepare import prepare
from brightrun_worker.dataset.render import IGNORED, Renderer
from brightrun_worker.dataset.split import held_out
from brightrun_worker.dataset.turns import clean
from brightrun_worker.errors import DatasetError, ModelUnsuitable
from brightrun_worker.training.answers import answer_loss, answer_tokens

import helpers

TURNS = [("user", "Hello?"), ("assistant", "Yes."), ("user", "More."), ("assistant", "Much more.")]


@pytest.fixture(scope="module")
def renderer(model):
    return Renderer(AutoTokenizer.from_pretrained(model), 512)


@pytest.fixture(scope="module")
def strict_renderer(strict_model):
    return Renderer(AutoTokenizer.from_pretrained(strict_model), 512)


def listed(turns=TURNS):
    return [{"role": role, "content": content} for role, content in turns]


def pair(target="Much more.", doubled=True):
    history = TURNS[:3] if doubled else TURNS[:2]
    return {"id": "x", "conversation_id": "c1", "turn_number": 4, "system_prompt": "Be calm.",
            "conversation_history": [{"turn": n, **turn} for n, turn in enumerate(listed(history), 1)],
            "current_user_input": "More.", "target_response": target}


def write(tmp_path, *lines):
    return helpers.write_lines(tmp_path / "data.jsonl", list(lines))


# shapes

@pytest.mark.parametrize("shape, lines", [
    ("turns", [{"conversation_id": "c1", "turns": listed()}]),
    ("conversations", [{"conversations": listed()}]),
    ("messages", [{"messages": listed()}]),
    ("brightrun_lora_v4", [{"_meta": {"version": "4.0.0"}}, pair(None), pair()]),
    ("full_json", [json.dumps({"training_file_metadata": {}, "conversations": [
        {"conversation_metadata": {"conversation_id": "c1"}, "training_pairs": [pair(None), pair()]}]}, indent=2)]),
    ("full_json", [{"training_file_metadata": {}, "conversations": [{"training_pairs": [pair()]}]}]),
])
def test_the_five_shapes(tmp_path, renderer, shape, lines):
    found = prepare(write(tmp_path, *lines), renderer, 0, 1)
    assert found.shape == shape
    assert len(found.train) == 1
    assert found.first.count("<|im_start|>user") == 2
    assert found.first.endswith("⟦Much more.<|im_end|>\n⟧")


def test_pairs_learn_from_their_target_alone_and_lists_from_every_answer(tmp_path, renderer):
    of_pair = prepare(write(tmp_path, pair()), renderer, 0, 1)
    of_list = prepare(write(tmp_path, {"messages": listed()}), renderer, 0, 1)
    assert of_pair.first.count("⟦") == 1
    assert of_list.first.count("⟦") == 2


@pytest.mark.parametrize("line, words", [
    ("{broken", "not JSON"),
    ('{"messages": []}', "empty"),
    ('{"messages": [{"role": "narrator", "content": "x"}]}', "narrator"),
    ('{"messages": [{"role": "user", "content": 5}]}', "no text"),
    ("[1]", "object"),
])
def test_a_broken_line_is_named_by_its_physical_number(tmp_path, renderer, line, words):
    path = write(tmp_path, {"messages": listed()}, "", "", line)
    with pytest.raises(DatasetError) as caught:
        prepare(path, renderer, 0, 1)
    assert caught.value.line == 4 and words in caught.value.cause


def test_bytes_that_are_no_utf8_are_named_by_line(tmp_path, renderer):
    path = tmp_path / "data.jsonl"
    path.write_bytes(json.dumps({"messages": listed()}).encode() + b'\n{"messages": "\xff"}\n')
    with pytest.raises(DatasetError) as caught:
        prepare(path, renderer, 0, 1)
    assert caught.value.line == 2


@pytest.mark.parametrize("text", ["", "\n\n", '{"a": 1}\n', '{"messages": [{"role": "user", "content": "alone"}]}\n'])
def test_nothing_to_learn_from_is_an_error(tmp_path, renderer, text):
    path = tmp_path / "data.jsonl"
    path.write_text(text)
    with pytest.raises(DatasetError):
        prepare(path, renderer, 0, 1)


# turns

def test_a_doubled_user_turn_is_dropped_and_counted():
    repairs = Counter()
    found = clean([("user", "a"), ("user", " a "), ("assistant", "b")], repairs)
    assert [message["content"] for message in found] == ["a", "b"]
    assert repairs == {"doubled turns dropped": 1}


def test_roles_alternate_whatever_comes():
    repairs = Counter()
    found = clean([("assistant", "hi"), ("user", "a"), ("user", "b"), ("assistant", ""), ("assistant", "c"),
                   ("system", "S"), ("user", "end")], repairs)
    assert [(m["role"], m["content"]) for m in found] == [("system", "S"), ("user", "a\n\nb"), ("assistant", "c")]
    assert sum(repairs.values()) == 4


# rendering

def test_the_system_prompt_is_folded_where_the_template_has_none(renderer, strict_renderer):
    messages = [{"role": "system", "content": "Be calm."}, *listed()]
    assert not renderer.folds_system and strict_renderer.folds_system
    assert strict_renderer.text(messages).startswith("<s>[INST] Be calm.\n\nHello? [/INST]")


def test_a_model_without_template_is_refused(bare_model):
    with pytest.raises(ModelUnsuitable):
        Renderer(AutoTokenizer.from_pretrained(bare_model), 512)


@pytest.mark.parametrize("which", ["renderer", "strict_renderer"])
def test_labels_are_the_answers_and_nothing_else(which, request):
    renderer = request.getfixturevalue(which)
    example = renderer.example("c", listed(), False)
    tokenizer = renderer._tokenizer
    kept = tokenizer.decode([label for label in example.labels if label != IGNORED])
    end = {"renderer": "<|im_end|>\n", "strict_renderer": "</s>"}[which]
    assert kept.replace(" ", "") == f"Yes.{end}Muchmore.{end}".replace(" ", "")
    assert all(label in (IGNORED, token) for label, token in zip(example.labels, example.ids, strict=True))


def test_masked_tokens_have_no_loss(renderer):
    """The gradient at every place that predicts a masked token is exactly zero, and only there."""
    examples = [renderer.example("c", listed(), False), renderer.example("c", listed()[:2], False)]
    batch = collate(examples, padding=0)
    logits = torch.randn(*batch["input_ids"].shape, 600, requires_grad=True)

    class Fixed:
        def __call__(self, **_):
            return type("Output", (), {"logits": logits})

    answer_loss(SimpleNamespace(mixed=contextlib.nullcontext), Fixed(), batch).backward()
    moved = logits.grad.abs().sum(-1)[:, :-1] > 0
    assert torch.equal(moved, batch["labels"][:, 1:] != IGNORED)
    assert moved.sum() == answer_tokens(examples)


def test_long_examples_lose_their_oldest_exchange_first_and_are_counted(tmp_path, renderer):
    messages = [{"role": "system", "content": "Be calm."}, *listed()]
    whole = renderer.example("c", messages, True)
    short = Renderer(renderer._tokenizer, len(whole.ids) - 1)
    cut = short.example("c", messages, True)
    text = short._tokenizer.decode(list(cut.ids))
    assert "Be calm" in text and "Hello" not in text and "Much more" in text
    assert cut.lost == len(whole.ids) - len(cut.ids) > 0
    assert cut.targets() == whole.targets()
    path = write(tmp_path, {"messages": messages}, {"messages": listed()[:2]})
    found = prepare(path, short, 0, 1)
    assert found.truncated() == 1 and "1 examples were longer" in found.account()[1]


def test_an_answer_wholly_beyond_the_limit_is_no_example(tmp_path, renderer):
    long = [{"role": "user", "content": "what " * 50}, {"role": "assistant", "content": "this"}]
    path = write(tmp_path, {"messages": long}, {"messages": listed()[:2]})
    found = prepare(path, Renderer(renderer._tokenizer, 32), 0, 1)
    assert len(found.train) == 1
    assert found.repairs["examples whose answer lies wholly beyond max_seq_length left out"] == 1


# split and batches

def test_whole_conversations_are_held_out_by_seed():
    names = {f"c{n}" for n in range(50)}
    first = held_out(names, 0.2, 1)
    assert len(first) == 10 and first == held_out(set(reversed(sorted(names))), 0.2, 1)
    assert first != held_out(names, 0.2, 2)
    assert held_out({"a"}, 0.5, 1) == set() and len(held_out({"a", "b"}, 0.9, 1)) == 1


@pytest.mark.parametrize(
    "examples, batch, accumulation, processes", [(18, 4, 1, 1), (17, 2, 3, 2), (5, 4, 2, 3), (1, 8, 4, 1)])
def test_every_epoch_has_every_example_once(examples, batch, accumulation, processes):
    plan = Plan(examples, batch, accumulation, processes, seed=3)
    for epoch in (0, 1):
        seen = []
        for place in range(plan.steps_per_epoch):
            shares = [plan.batches(epoch * plan.steps_per_epoch + place, rank) for rank in range(processes)]
            assert len({len(share) for share in shares}) == 1, "every process has as many batches"
            assert all(len(one) <= batch for share in shares for one in share)
            seen += [number for share in shares for one in share for number in one]
        assert sorted(seen) == list(range(examples))
    assert plan.total_steps(3, None) == 3 * plan.steps_per_epoch and plan.total_steps(3, 7) == 7


# real files of the platform

REFERENCE = os.environ.get("BRIGHTRUN_REFERENCE")


@pytest.mark.skipif(not REFERENCE, reason="BRIGHTRUN_REFERENCE does not say where the reference files are")
@pytest.mark.parametrize("kind", ["jsonl", "json"])
@pytest.mark.parametrize("template", ["model", "strict_model"])
def test_the_published_sample_gives_44_examples_without_a_doubled_turn(kind, template, request):
    path = Path(REFERENCE) / "data" / "training" / f"EQ-12-conversations-demo.{kind}"
    renderer = Renderer(AutoTokenizer.from_pretrained(request.getfixturevalue(template)), 4096)
    found = prepare(path, renderer, 0.1, 42)
    assert len(found.train) + len(found.held_out) == 44
    assert found.conversations == 12
    assert not {e.conversation for e in found.train} & {e.conversation for e in found.held_out}
    for raw in filter(None, shapes.read(path)[1]):
        messages = clean(raw.turns, Counter())
        users = [message["content"].strip() for message in messages if message["role"] == "user"]
        assert len(users) == len(set(users)), "a user turn occurs twice"
        text = renderer.text(messages)
        assert text.count(users[-1]) == 1


def test_a_length_that_leaves_no_answer_is_named(tmp_path, model):
    short = Renderer(AutoTokenizer.from_pretrained(model), 4)
    with pytest.raises(DatasetError, match="max_seq_length 4 is too short: no answer of its 1 example") as told:
        prepare(write(tmp_path, {"messages": listed(TURNS[:2])}), short, 0.0, 1)
    assert "longer max_seq_length" in told.value.fix
