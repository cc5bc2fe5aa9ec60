"""The account of a run, one JSON object per line: `EventLog` writes it, `read` and `series` read it."""

from .log import EventLog
from .reader import read, series

__all__ = ["EventLog", "read", "series"]
