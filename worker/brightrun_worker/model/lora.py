"""Adapters: added to the base model, taken out as a file that plain peft loads, put back from a checkpoint."""

from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save

from .. import files
from ..errors import ModelUnsuitable
from .find import Found
from .load import Plan

WEIGHTS = "adapter_model.safetensors"


def add(model, hyper, plan: Plan, found: Found):
    """The model with fresh adapters in fp32, which alone are trained. Seeded by the caller."""
    config = LoraConfig(
        task_type="CAUSAL_LM", r=hyper.rank, lora_alpha=hyper.alpha, lora_dropout=hyper.dropout,
        target_modules=hyper.target_modules, bias="none",
    )
    # Not peft's prepare_model_for_kbit_training: it turns the tables of words, the norms and with them everything that
    # flows between the layers into 32 bits (decision 0163).
    if plan.checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    model.config.use_cache = False
    try:
        model = get_peft_model(model, config)
    except ValueError as error:  # none of the names occurs in this model
        raise ModelUnsuitable(f"no adapter fits: {str(error).splitlines()[0]}") from error
    for module in model.modules():
        if hasattr(module, "cast_input_dtype_enabled"):  # a copy in 32 bits of whatever goes into an adapter
            module.cast_input_dtype_enabled = False  # computing in mixed precision makes it needless
    model.peft_config["default"].base_model_name_or_path = found.shown
    model.peft_config["default"].revision = found.revision
    return model


def trained(model) -> list[torch.nn.Parameter]:
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def write(model, folder: Path) -> None:
    """adapter_model.safetensors and adapter_config.json, as peft reads them.

    The bytes are written by `files.write`: safetensors' own writer turns a full disk into a type without errno.
    """
    tensors = {name: value.detach().cpu().contiguous() for name, value in _state(model).items()}
    files.write(folder / WEIGHTS, save(tensors, metadata={"format": "pt"}))
    config = model.peft_config["default"]
    config.inference_mode = True
    try:
        config.save_pretrained(folder)
    finally:
        config.inference_mode = False


def read(model, folder: Path) -> None:
    """Puts a checkpoint's weights back."""
    set_peft_model_state_dict(model, load_file(folder / WEIGHTS))


def _state(model) -> dict[str, torch.Tensor]:
    return get_peft_model_state_dict(model, save_embedding_layers=False)
