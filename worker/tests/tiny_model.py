"""Makes a tiny language model on the spot, without a network: two layers, its own tokenizer, random weights.

    python tests/tiny_model.py OUT [--template chatml|strict|none] [--texts FILE …]

Templates: `chatml` has system turns; `strict` raises at a system turn and unless user and assistant alternate, as
Mistral's does; `none` is a base model without a template. The same arguments give the same weights.
"""

import argparse
from pathlib import Path

TEXTS = [
    "You are a calm adviser. Answer in short, kind sentences.",
    "I am worried about my savings and the loan on my house. What should I do first?",
    "That is a heavy thought to carry. Let us look at one number at a time.",
    "My brother asked for money again, and I never know how to say no.",
    "It is all right to wait a day. You may tell him that you need time to think.",
    "What does an emergency fund mean, and how large should it be?",
    "It is money for bad weeks: three months of what you spend, kept where you can reach it.",
    "0123456789 ?!.,:;'\"()-",
]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

STRICT = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if message['role'] == 'user' %}[INST] {{ message['content'] }} [/INST]"
    "{% else %} {{ message['content'] }}{{ eos_token }}{% endif %}{% endfor %}"
)

TEMPLATES = {"chatml": CHATML, "strict": STRICT, "none": None}


def make(folder: Path, template: str = "chatml", texts: list[str] = TEXTS, hidden: int = 64, words: int = 0) -> Path:
    """Fills `folder` with a model that transformers loads. Takes about a second. `hidden`: how wide it is, a multiple
    of 64; `words`: how many it knows at least, more than the tokenizer has."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = coder(texts, TEMPLATES[template])
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=max(words, len(tokenizer)), hidden_size=hidden, intermediate_size=2 * hidden, num_hidden_layers=2,
        num_attention_heads=hidden // 16, num_key_value_heads=hidden // 32, max_position_embeddings=4096,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def coder(texts: list[str], template: str | None):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    special = ["<pad>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
    raw.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=512, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    ))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="<pad>", bos_token="<s>", eos_token="</s>",
        additional_special_tokens=["<|im_start|>", "<|im_end|>"],
    )
    tokenizer.chat_template = template
    return tokenizer


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--template", choices=TEMPLATES, default="chatml")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="files to train the tokenizer on as well")
    given = parser.parse_args()
    make(given.out, given.template, TEXTS + [line for file in given.texts for line in file.read_text().splitlines()])
    print(given.out)
