"""Exit codes, the one list of them. A supervisor decides by these and needs to read no text."""

DONE = 0
OTHER = 1
USAGE = 2
REFUSED = 3
STOPPED = 10
CANCELLED = 11
OUT_OF_MEMORY = 20
NOT_A_NUMBER = 21
DATASET = 22
MODEL_NOT_FOUND = 23
DISK_FULL = 24
MODEL_UNSUITABLE = 25
DEVICE = 26
CHECKPOINT_DAMAGED = 27
