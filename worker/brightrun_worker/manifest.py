"""The manifest: what a finished run made. Its schema is `protocol/manifest.schema.json`."""

from . import PROTOCOL, files, versions
from .events.log import now


def compose(session, state) -> dict:
    """`session` has finished everything but this; `state` holds the last counters."""
    place, spec, plan = session.place, session.spec, session.plan
    made = files.listing(place.path, place.adapter)
    if place.merged.exists():
        made += files.listing(place.path, place.merged)
    return {
        "protocol": PROTOCOL,
        "run": spec["run"],
        "finished_at": now(),
        "attempts": session.events.attempt,
        "steps": state.step,
        "epochs": round(session.batches.epoch_after(state.step), 4),
        "training_seconds": round(state.seconds, 3),
        "files": made,
        "final_metrics": state.last,
        "base_model": {**spec["base_model"], "revision": session.found.revision},
        "dataset": {"sha256": spec["dataset"]["sha256"], **session.examples.summary()},
        "spec_sha256": files.sha256(place.spec),
        "device": {
            "kind": plan.device, "name": session.device_name, "count": session.world.size,
            "precision": plan.precision, "quantization": plan.quantization, "peak_memory_gb": _peak_gb(plan.device),
        },
        "worker": versions.worker(),
        "versions": versions.libraries(),
    }


def _peak_gb(device: str) -> float | None:
    """Most memory that torch held on this GPU at one time, in GiB."""
    import torch

    return torch.cuda.max_memory_reserved() / 1024**3 if device == "cuda" else None
