"""Trains the LoRA adapters of brightrun.

Start with `run.py`, which tells the whole story of a run from top to bottom. The folders:

- `events/`    the line-by-line account in events.jsonl
- `dataset/`   a file in any of five shapes becomes token ids with labels
- `model/`     a base model is found, loaded, given adapters, merged
- `training/`  steps, evaluation, checkpoints, resuming

What a run directory holds and what the files mean is in `../protocol/` (JSON Schemas) and `../README.md`.
"""

__version__ = "0.1.0"
PROTOCOL = 1
