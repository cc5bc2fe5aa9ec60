"""What can go wrong, sorted by type.

Each class of error carries its exit code, the name that the error event shows, and a suggested fix. Errors of
other libraries are sorted by their type or errno (`classify`), not by words in their messages: the text of a
message is nobody's promise, and "nan" also occurs in "finance". There is one exception, which names a class.
"""

import errno

from . import exits


class WorkerError(Exception):
    """An error whose class is known. `cause` is for people; `fix` says what to do next."""

    name = "other"
    exit_code = exits.OTHER
    fix = "Read the log of this run; start it again to go on from its last checkpoint."

    def __init__(self, cause: str, fix: str | None = None):
        super().__init__(cause)
        self.cause = cause
        if fix:
            self.fix = fix


class OutOfMemory(WorkerError):
    name, exit_code = "out_of_memory", exits.OUT_OF_MEMORY
    fix = "Halve batch_size and double gradient_accumulation; then a shorter max_seq_length or a smaller rank."


class NotANumber(WorkerError):
    name, exit_code = "not_a_number", exits.NOT_A_NUMBER
    fix = "Lower learning_rate (a tenth is a good first try), keep max_grad_norm at 1 or less, warm up longer."


class DatasetError(WorkerError):
    """`line` is the physical line in the file, from 1, blank lines counted; None where no single line is at fault."""

    name, exit_code = "dataset", exits.DATASET
    fix = "Correct the file at that place, or leave the conversation out, and make a new job."

    def __init__(self, cause: str, line: int | None = None, fix: str | None = None):
        super().__init__(f"line {line}: {cause}" if line else cause, fix)
        self.line = line


class ModelNotFound(WorkerError):
    name, exit_code = "model_not_found", exits.MODEL_NOT_FOUND
    fix = "Check the name or folder of the base model, its revision, and, for a gated model, the hub token."


class DiskFull(WorkerError):
    name, exit_code = "disk_full", exits.DISK_FULL
    fix = "Free space on that disk, or keep fewer checkpoints; then start again: the run goes on where it was."


class ModelUnsuitable(WorkerError):
    name, exit_code = "model_unsuitable", exits.MODEL_UNSUITABLE
    fix = "Take an instruct model with a chat template, and target modules that it has."


class DeviceError(WorkerError):
    name, exit_code = "device", exits.DEVICE
    fix = "Look at the GPU and its driver with nvidia-smi; try another machine, or device auto."


class CheckpointDamaged(WorkerError):
    name, exit_code = "checkpoint_damaged", exits.CHECKPOINT_DAMAGED
    fix = "Remove the folder checkpoints/ of the run to start over, or restore it from a copy."


class Refused(Exception):
    """This directory is not ours to write: locked by another worker, or of another spec. No event is written."""


class Ended(BaseException):
    """A request ends the run early: `stop` (a checkpoint is kept) or `cancel`. Not an error, so no Exception."""

    def __init__(self, request: str):
        super().__init__(request)
        self.request = request


def name_of(exit_code: int) -> str:
    """The class of an exit code, for a process whose exception nobody saw."""
    names = {kind.exit_code: kind.name for kind in WorkerError.__subclasses__()}
    return names.get(exit_code, WorkerError.name)


CUDA_OUT_OF_MEMORY = 2
"""cudaErrorMemoryAllocation."""

OCCUPIED = "nvidia-smi shows which programs hold it: end them or take another GPU. If there are none, halve batch_size."

_BY_ERRNO = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.ENOMEM: OutOfMemory,
}


_CPU_ALLOCATOR = "DefaultCPUAllocator: "
"""torch has no type for memory that a CPU has not; the name of its class is in the message, and in no other (decision 0160)."""


def classify(error: BaseException) -> WorkerError:
    """The WorkerError that stands for `error`; causes (`raise … from`) are looked through as well."""
    seen = error
    while seen is not None:
        known = _one(seen)
        if known is not None:
            return known
        seen = seen.__cause__
    return WorkerError(f"{type(error).__name__}: {error}")


def _one(error: BaseException) -> WorkerError | None:
    if isinstance(error, WorkerError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory("the machine has no memory left")
    if isinstance(error, OSError) and error.errno in _BY_ERRNO:
        return _BY_ERRNO[error.errno](f"{error.strerror}: {error.filename or 'while writing'}")
    return _one_of_torch(error)


def _one_of_torch(error: BaseException) -> WorkerError | None:
    import sys

    torch = sys.modules.get("torch")  # an error of torch's exists only where torch was imported
    if torch is None:
        return None
    if isinstance(error, torch.OutOfMemoryError):
        # What was asked for and what was left. The advice on torch's settings that follows is not for our users.
        return OutOfMemory(". ".join(str(error).splitlines()[0].split(". ")[:3]))
    if isinstance(error, torch.AcceleratorError):
        if getattr(error, "error_code", None) == CUDA_OUT_OF_MEMORY:  # refused by the driver, not by torch
            return OutOfMemory("CUDA finds no memory on this GPU", OCCUPIED)
        return DeviceError(str(error).splitlines()[0])
    if type(error) is RuntimeError and _CPU_ALLOCATOR in str(error):
        return OutOfMemory(str(error).partition(_CPU_ALLOCATOR)[2].splitlines()[0])
    return None
