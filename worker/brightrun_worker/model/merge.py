"""Adds an adapter into the weights of its base model: a whole model that needs no peft."""

from pathlib import Path

import torch
from peft import PeftConfig, PeftModel
from transformers import AutoModelForCausalLM

from .. import files
from ..errors import ModelNotFound, ModelUnsuitable
from .find import Found


def merge(adapter: Path, found: Found, target: Path) -> None:
    """Writes `target`, complete or not at all. The base is loaded whole (never in 4 bits), in its own precision, on
    the CPU: that needs its size in memory, no GPU."""
    if not (adapter / "adapter_config.json").is_file():
        raise ModelNotFound(f"there is no adapter in {adapter}", "Name the folder that holds adapter_config.json.")
    base = AutoModelForCausalLM.from_pretrained(
        found.folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype="auto",
    )
    try:
        model = PeftModel.from_pretrained(base, adapter, config=PeftConfig.from_pretrained(adapter))
    except RuntimeError as error:  # shapes differ
        raise ModelUnsuitable(
            f"the adapter does not fit {found.shown}", "Merge it into the base model it was trained on."
        ) from error
    with torch.no_grad():
        merged = model.merge_and_unload(safe_merge=True)
    with files.building(target) as folder:
        merged.save_pretrained(folder, safe_serialization=True)
        _copy_tokenizer(found.folder, folder)


def _copy_tokenizer(source: Path, target: Path) -> None:
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(source, local_files_only=True).save_pretrained(target)
