"""Which conversations are held out: whole ones, so that no answer is learned from and measured at once."""

import hashlib


def held_out(conversations: set[str], share: float, seed: int) -> set[str]:
    """The same names and seed give the same choice, on every machine and in any order of lines.

    At least one conversation where a share is asked for, and at least one stays for training.
    """
    if share <= 0 or len(conversations) < 2:
        return set()
    count = min(max(1, round(share * len(conversations))), len(conversations) - 1)
    return set(sorted(conversations, key=lambda name: _rank(seed, name))[:count])


def _rank(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode("utf-8", "surrogatepass")).hexdigest()
