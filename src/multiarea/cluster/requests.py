"""One block of `cluster.json`: its keys, and values as SLURM writes them."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from multiarea.errors import InputError, Problems, did_you_mean, one_line
from multiarea.experiment.validation import validate
from multiarea.parameters import Block, Count, p

SMALLEST_MEMORY = 300
"""Two Snakemake processes run in each job, 140 MB each [MB]."""
TIME = re.compile(r"(?:(\d{1,9})-)?(\d{1,9})(?::(\d{1,9}))?(?::(\d{1,9}))?")
MEMORY = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)\s*([KMGT]?)B?", re.IGNORECASE)
UNITS = {"K": 1 / 1024, "": 1, "M": 1, "G": 1024, "T": 1024**2}
"""[MB]"""


def minutes(time: Any) -> int:
    """Return one of SLURM's times, such as `30`, `01:30:00` or `1-12`, in minutes, rounded up.

    Raises ValueError if it is not a time, or zero.
    """
    days, *rest = _match(TIME, time, "a time such as '01:30:00' or '1-12:00:00'").groups()
    numbers = [int(part) for part in rest if part is not None]
    # Without days, one number is minutes and two are minutes:seconds.
    starts_with_hours = days is not None or len(numbers) == 3
    scales = (3600, 60, 1) if starts_with_hours else (60, 1)
    seconds = sum(n * scale for n, scale in zip(numbers, scales, strict=False))
    seconds += 86400 * int(days or 0)
    if seconds == 0:
        raise ValueError(f"expected a time above zero, got {time!r}")
    return math.ceil(seconds / 60)


def megabytes(size: Any) -> int:
    """Return one of SLURM's sizes of memory, such as `4G` or `4000` (MB), in MB, rounded up.

    Raises ValueError if it is not a size, or too small for Snakemake itself.
    """
    match = _match(MEMORY, size, "memory per node such as '8G' or '8000M'")
    found = math.ceil(float(match[1]) * UNITS[match[2].upper()])
    if found < SMALLEST_MEMORY:
        meant = "" if match[2] else f" (MB; for GB write '{match[1]}G')"
        raise ValueError(
            f"expected at least {SMALLEST_MEMORY}M, which Snakemake itself needs, got "
            f"{size!r}{meant}"
        )
    return found


def gigabytes(size: Any) -> Any:
    """Return a size of memory that has no unit, such as `60`, as HuMAM means it: `60G`.

    Anything else is returned as it is.
    """
    text = str(size).strip()
    is_number = not isinstance(size, bool) and re.fullmatch(r"\d+(\.\d+)?", text)
    return f"{text}G" if is_number else size


def _match(pattern: re.Pattern[str], value: Any, expected: str) -> re.Match[str]:
    text = str(value) if type(value) is int else value
    match = pattern.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"expected {expected}, got {one_line(repr(value), 60)}")
    return match


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else value


Number = Annotated[Count, BeforeValidator(_number)]
Name = Annotated[str, Field(pattern=r"^[\w.@+][\w.@+-]*$")]


class JobRequest(Block):
    """One block of `cluster.json`; in the file, keys are written with hyphens."""

    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))

    account: Name | None = p(None, "", "project that pays")
    partition: Name | None = p(None, "", "partition")
    nodes: Number | None = p(None, "", "nodes")
    ntasks: Number | None = p(None, "", "MPI tasks; above 1 only for simulate")
    ntasks_per_node: Number | None = p(None, "", "MPI tasks on each node")
    cpus_per_task: Number | None = p(None, "", "threads of each task")
    time: Annotated[int, BeforeValidator(minutes)] | None = p(None, "min", "time limit")
    mem: Annotated[int, BeforeValidator(megabytes)] | None = p(None, "MB", "memory of each node")


KEYS = [name.replace("_", "-") for name in JobRequest.model_fields]
NAMED_BY_SNAKEMAKE = frozenset({"job-name", "output", "error"})
"""Keys of HuMAM's file without effect here: jobs and their logs have names of their own."""


def read_request(block: Any, is_from_humam: bool = False) -> dict[str, Any]:
    """Return the values that a block gives, by the names of `JobRequest`.

    Parameters
    ----------
    block : dict
        A block of the file; `job-name`, `output` and `error` are left out.
    is_from_humam : bool, optional
        Whether `mem` without a unit is in GB, as in HuMAM's file, and not in MB, as for SLURM.

    Raises
    ------
    InputError
        With a line `.key: problem` for each problem.
    """
    if not isinstance(block, dict):
        shown = one_line(repr(block), 60)
        raise InputError(f": expected an object with keys such as 'time', got {shown}")
    problems = Problems(
        f".{one_line(key, 60)}: unknown key.{did_you_mean(key, KEYS)} Valid keys: {', '.join(KEYS)}"
        for key in block
        if key not in KEYS and key not in NAMED_BY_SNAKEMAKE
    )
    used = {key: value for key, value in block.items() if key in KEYS}
    if is_from_humam and "mem" in used:
        used["mem"] = gigabytes(used["mem"])
    values: dict[str, Any] = {}
    with problems.collected():
        values = validate(JobRequest, used).model_dump(exclude_none=True)
    problems.raise_any()
    return values
