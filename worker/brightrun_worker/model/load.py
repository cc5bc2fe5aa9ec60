"""Loads tokenizer and base model, in the precision that the machine allows."""

import logging
import warnings
from dataclasses import dataclass

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from ..errors import DeviceError, ModelUnsuitable
from .find import Found

logging.getLogger("transformers").setLevel(logging.ERROR)
# It tells of missing kernels for a processor even where it is there for the GPU.
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
disable_progress_bar()  # nobody watches the error output; the events tell
warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}


@dataclass
class Plan:
    """What will really be done, after looking at the machine; `notes` says where that differs from the spec."""

    device: str               # cpu, cuda
    precision: str            # bf16, fp16, fp32
    quantization: str         # none, nf4
    checkpointing: bool
    notes: list[tuple[str, str]]  # warning code, sentence


def plan(hyper, limits) -> Plan:
    """Raises DeviceError where CUDA is demanded and there is none."""
    cuda = torch.cuda.is_available() and limits.device != "cpu"
    if limits.device == "cuda" and not cuda:
        raise DeviceError("CUDA is demanded, but torch finds no usable GPU")
    notes = []
    precision, quantization = hyper.precision, hyper.quantization
    if precision == "auto":
        precision = ("bf16" if torch.cuda.is_bf16_supported() else "fp16") if cuda else "fp32"
    if precision == "fp16" and not cuda:
        precision = "fp32"
        notes.append(("precision", "fp16 needs a GPU: fp32 is used"))
    if quantization == "nf4" and not (cuda and _has_bitsandbytes()):
        quantization = "none"
        notes.append(("quantization", "nf4 needs CUDA and bitsandbytes: the base model is loaded whole (plain LoRA)"))
    checkpointing = cuda if hyper.gradient_checkpointing is None else hyper.gradient_checkpointing
    return Plan("cuda" if cuda else "cpu", precision, quantization, checkpointing, notes)


def _has_bitsandbytes() -> bool:
    import importlib.util

    return importlib.util.find_spec("bitsandbytes") is not None


def tokenizer(found: Found):
    try:
        loaded = AutoTokenizer.from_pretrained(found.folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnsuitable(f"no tokenizer can be loaded from {found.shown}: {_first_line(error)}") from error
    if loaded.pad_token_id is None:
        loaded.pad_token = loaded.eos_token
    if loaded.pad_token_id is None:
        raise ModelUnsuitable("the tokenizer has neither a padding nor an end token")
    return loaded


def base(found: Found, plan: Plan, device: int | str):
    """The base model on `device` (a GPU number or "cpu"), without adapters, nothing in it to be trained."""
    try:
        config = AutoConfig.from_pretrained(found.folder, local_files_only=True)
    except (ValueError, KeyError) as error:
        raise ModelUnsuitable(f"the model's config.json is not understood: {_first_line(error)}") from error
    try:
        return AutoModelForCausalLM.from_pretrained(
            found.folder, config=config, local_files_only=True, trust_remote_code=False, use_safetensors=True,
            dtype=DTYPES[plan.precision], device_map={"": device} if plan.device == "cuda" else None,
            quantization_config=_four_bits(plan) if plan.quantization == "nf4" else None,
        )
    except SafetensorError as error:
        raise ModelUnsuitable(f"the weights are damaged: {error}", "Fetch the base model anew.") from error
    except (ValueError, KeyError) as error:
        raise ModelUnsuitable(f"this model cannot be loaded as a language model: {_first_line(error)}") from error


def check_words(model, highest: int) -> None:
    """Raises ModelUnsuitable where a tokenizer numbers words that the model has not. A GPU would stop within a kernel
    and leave nothing but a broken device to report."""
    known = model.get_input_embeddings().num_embeddings
    if highest >= known:
        raise ModelUnsuitable(f"the tokenizer uses word number {highest}, but the model knows {known} words",
                              "Take tokenizer and weights from the same model.")


def _four_bits(plan: Plan):
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=DTYPES[plan.precision],
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
