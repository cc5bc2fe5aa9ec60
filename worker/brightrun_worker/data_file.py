"""The dataset file on this machine, with the digest that the spec names."""

import time
import urllib.error
import urllib.request
from pathlib import Path

from . import files
from .errors import DatasetError

TRIES, PAUSE = 4, 2.0  # seconds, doubled after each try
BLOCK = 1024 * 1024


def obtain(dataset: dict, place: Path) -> Path:
    """The file itself for a path; for an address, a copy at `place` that survives restarts. Bytes are compared by sha256."""
    if "path" in dataset:
        path = Path(dataset["path"])
        if not path.is_file():
            raise DatasetError(f"there is no file {path}", fix="Check the path of the dataset.")
        _compare(path, dataset["sha256"])
        return path
    if not (place.exists() and files.sha256(place) == dataset["sha256"]):
        _download(dataset["url"], place)
        _compare(place, dataset["sha256"])
    return place


def _compare(path: Path, wanted: str) -> None:
    found = files.sha256(path)
    if found != wanted:
        raise DatasetError(
            f"the file has changed: {path.stat().st_size} bytes with sha256 {found}, expected {wanted}",
            fix="Make the dataset anew from the present file, and a new job from it.",
        )


def _download(url: str, place: Path) -> None:
    shown = url.split("?")[0]  # what comes after may be a signature
    for number in range(TRIES):
        try:
            beside = place.with_name(files.TEMPORARY + place.name)
            with urllib.request.urlopen(url, timeout=60) as answer, open(beside, "wb") as file:
                while block := answer.read(BLOCK):
                    file.write(block)
            beside.rename(place)
            return
        except urllib.error.HTTPError as error:
            if error.code < 500 or number == TRIES - 1:
                raise DatasetError(f"{shown} answers {error.code}", fix="Sign a new address and start again.") from error
        except (urllib.error.URLError, TimeoutError) as error:
            if number == TRIES - 1:
                raise DatasetError(f"{shown} cannot be reached", fix="Check the network and start again.") from error
        time.sleep(PAUSE * 2**number)
