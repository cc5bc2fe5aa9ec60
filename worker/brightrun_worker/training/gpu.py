"""Use and memory of the first GPU, at most once a second; nothing on a CPU."""

import time

import torch

GIB = 1024**3


class Gauge:
    def __init__(self, device: str):
        self._on = device == "cuda"
        self._last = float("-inf")

    def values(self) -> dict[str, float]:
        """gpu_utilization in percent, memory in GiB. Empty where there is nothing new to say."""
        if not self._on or time.monotonic() - self._last < 1:
            return {}
        self._last = time.monotonic()
        free, total = torch.cuda.mem_get_info()
        values = {"gpu_memory_used_gb": (total - free) / GIB, "gpu_memory_total_gb": total / GIB}
        use = self._utilization()
        return values if use is None else {**values, "gpu_utilization": use}

    def _utilization(self) -> float | None:
        try:
            import pynvml
        except ModuleNotFoundError:
            return None
        try:
            return float(torch.cuda.utilization())
        except pynvml.NVMLError:  # some hosts do not let a container ask
            return None
