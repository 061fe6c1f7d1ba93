"""`cluster.json`: what the jobs of each rule ask of SLURM, as resources of Snakemake."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from multiarea.errors import InputError, did_you_mean
from multiarea.parameters import Block, Count, p
from multiarea.project import resolve
from multiarea.validation import validate

DEFAULT = "__default__"
RULES = ("network", "theory", "simulate", "analyse", "plot")
#: Names of HuMAM's rules, and the rules of this pipeline that do their work.
ALIASES = {
    "createNetwork": ("network",),
    "simulateNetwork": ("simulate",),
    "analyzeNetwork": ("analyse", "plot"),
}
MPI_RULE = "simulate"
SMALLEST_MEMORY = 300
"""Two Snakemake processes live in each job, 140 MB each [MB]."""
TIME = re.compile(r"(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?")
MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", re.IGNORECASE)
UNITS = {"K": 1 / 1024, "": 1, "M": 1, "G": 1024, "T": 1024**2}


def minutes(text: str) -> int:
    """Return one of SLURM's times, such as `30`, `01:30:00` or `1-12`, in minutes, rounded up.

    Raises
    ------
    ValueError
        If it is none, or zero.
    """
    match = TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"expected a time such as '01:30:00' or '1-12:00:00', got {text!r}")
    days, *rest = match.groups()
    numbers = [int(part) for part in rest if part is not None]
    if days is not None:
        scales: tuple[int, ...] = (3600, 60, 1)
    else:
        scales = {1: (60,), 2: (60, 1), 3: (3600, 60, 1)}[len(numbers)]
    seconds = sum(n * scale for n, scale in zip(numbers, scales, strict=False))
    seconds += 86400 * int(days or 0)
    if seconds == 0:
        raise ValueError(f"expected a time above zero, got {text!r}")
    return math.ceil(seconds / 60)


def megabytes(text: str) -> int:
    """Return one of SLURM's sizes of memory, such as `4G` or `4000` (MB), in MB, rounded up.

    Raises
    ------
    ValueError
        If it is none, or too little for Snakemake itself.
    """
    match = MEMORY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"expected memory per node such as '8G' or '8000M', got {text!r}")
    size = math.ceil(float(match[1]) * UNITS[match[2].upper()])
    if size < SMALLEST_MEMORY:
        raise ValueError(
            f"expected at least {SMALLEST_MEMORY}M, which Snakemake itself needs, got {text!r}"
        )
    return size


def _text(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else value


Number = Annotated[Count, BeforeValidator(_number)]
Time = Annotated[str, BeforeValidator(_text), AfterValidator(lambda t: minutes(t) and t)]
Memory = Annotated[str, BeforeValidator(_text), AfterValidator(lambda t: megabytes(t) and t)]
Name = Annotated[str, Field(pattern=r"^[\w.@+-]+$")]


class JobRequest(Block):
    """One block of `cluster.json`; in the file, keys are written with hyphens."""

    account: Name | None = p(None, "", "project that pays")
    partition: Name | None = p(None, "", "partition, or several")
    nodes: Number | None = p(None, "", "nodes")
    ntasks: Number | None = p(None, "", "MPI tasks; above 1 only for simulate")
    ntasks_per_node: Number | None = p(None, "", "MPI tasks on each node")
    cpus_per_task: Number | None = p(None, "", "threads of each task")
    time: Time | None = p(None, "", "time limit")
    mem: Memory | None = p(None, "", "memory of each node")


KEYS = [name.replace("_", "-") for name in JobRequest.model_fields]


@dataclass(frozen=True)
class Job:
    """What the jobs of one rule ask of SLURM.

    Attributes
    ----------
    nodes, tasks, cpus_per_task : int
    tasks_per_node : int or None
    runtime : int or None
        Time limit [min].
    mem_mb : int or None
        Memory of each node [MB].
    account, partition : str or None
    """

    nodes: int
    tasks: int
    cpus_per_task: int
    tasks_per_node: int | None
    runtime: int | None
    mem_mb: int | None
    account: str | None
    partition: str | None

    @property
    def virtual_processes(self) -> int:
        """Tasks x threads."""
        return self.tasks * self.cpus_per_task

    @property
    def resources(self) -> dict[str, int | str]:
        """Resources as Snakemake and its SLURM executor name them."""
        values: dict[str, int | str | None] = {
            "nodes": self.nodes,
            "tasks": self.tasks,
            "cpus_per_task": self.cpus_per_task,
            "runtime": self.runtime,
            "mem_mb": self.mem_mb,
            "slurm_account": self.account,
            "slurm_partition": self.partition,
        }
        if self.tasks_per_node is not None:
            values["slurm_extra"] = f"--ntasks-per-node={self.tasks_per_node}"
        return {name: value for name, value in values.items() if value is not None}


def load_cluster(path: str | Path) -> dict[str, Job]:
    """Read and check `cluster.json`.

    Parameters
    ----------
    path : path
        A JSON object: blocks of `account`, `partition`, `nodes`, `ntasks`, `ntasks-per-node`,
        `cpus-per-task`, `time` and `mem`, named `__default__` or like a rule (or like HuMAM's
        createNetwork, simulateNetwork, analyzeNetwork).

    Returns
    -------
    dict
        A `Job` for each of `RULES`.

    Raises
    ------
    InputError
        One message with all problems.
    """
    content = _read(path)
    problems: list[str] = []
    requests: dict[str, dict[str, Any]] = {}
    for name, block in content.items():
        try:
            request = _request(block)
        except InputError as error:
            problems += [f"{path}: {name}{line}" for line in str(error).splitlines()]
            continue
        rules = ALIASES.get(name, (name,))
        if rules[0] not in (DEFAULT, *RULES):
            problems.append(f"{path}: {name}: {_unknown_rule(name)}")
        elif rules != (name,) and len(rules) == 1 and rules[0] in content:
            problems.append(f"{path}: {name}: a second block for the rule {rules[0]}")
        requests |= {rule: request for rule in rules if rule == name or rule not in content}
    if not problems:
        jobs, problems = _jobs(requests, path)
    if problems:
        raise InputError("\n".join(problems))
    return jobs


def _read(path: str | Path) -> dict[str, Any]:
    try:
        content = json.loads(resolve(path).read_text("utf-8"), object_pairs_hook=_no_repeats)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: no readable JSON: {error}") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: expected a JSON object with blocks such as '{DEFAULT}'")
    return content


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise ValueError(f"the key '{repeated}' stands there twice")
    return dict(pairs)


def _request(block: Any) -> dict[str, Any]:
    """Return the values of a block by field name."""
    if not isinstance(block, dict):
        raise InputError(f": expected an object with keys such as 'time', got {block!r}")
    unknown = [key for key in block if key not in KEYS]
    if unknown:
        raise InputError(
            "\n".join(
                f".{key}: unknown key.{did_you_mean(key, KEYS)} Valid keys: {', '.join(KEYS)}"
                for key in unknown
            )
        )
    try:
        request = validate(JobRequest, {key.replace("-", "_"): v for key, v in block.items()})
    except InputError as error:
        lines = []
        for line in str(error).splitlines():
            key, separator, message = line.partition(": ")
            lines.append(key.replace("_", "-") + separator + message)
        raise InputError("\n".join(lines)) from None
    return request.model_dump(exclude_none=True)


def _unknown_rule(name: str) -> str:
    valid = [DEFAULT, *RULES, *ALIASES]
    return f"unknown rule.{did_you_mean(name, valid)} Valid names: {', '.join(valid)}"


def _jobs(
    requests: dict[str, dict[str, Any]], path: str | Path
) -> tuple[dict[str, Job], list[str]]:
    jobs, problems = {}, []
    default = requests.get(DEFAULT, {})
    for rule in RULES:
        try:
            jobs[rule] = _job(rule, default, requests.get(rule, {}))
        except InputError as error:
            problems.append(f"{path}: {rule}: {error}")
    return jobs, problems


def _job(rule: str, default: dict[str, Any], own: dict[str, Any]) -> Job:
    """Return the job of a rule: its own block over the default."""
    values = default | own
    nodes, per_node = values.get("nodes"), values.get("ntasks_per_node")
    if "ntasks_per_node" in own and "ntasks" not in own:
        tasks = per_node * (nodes or 1)
    else:
        tasks = values.get("ntasks", (per_node or 1) * (nodes or 1))
    if rule != MPI_RULE:
        if own.get("ntasks", 1) > 1 or own.get("ntasks_per_node", 1) > 1 or own.get("nodes", 1) > 1:
            raise InputError(
                "nodes, ntasks, ntasks-per-node: must be 1; only simulate runs over MPI"
            )
        nodes, tasks, per_node = 1, 1, None
    nodes = nodes or (math.ceil(tasks / per_node) if per_node else 1)
    if per_node is not None and ("ntasks_per_node" in own or "ntasks" not in own):
        if tasks > per_node * nodes:
            raise InputError(
                f"ntasks = {tasks}: more than nodes x ntasks-per-node = {nodes} x {per_node}"
            )
    elif tasks < nodes:
        raise InputError(f"ntasks = {tasks}: fewer than nodes = {nodes}")
    return Job(
        nodes=nodes,
        tasks=tasks,
        cpus_per_task=values.get("cpus_per_task", 1),
        tasks_per_node=per_node if tasks > 1 else None,
        runtime=minutes(values["time"]) if "time" in values else None,
        mem_mb=megabytes(values["mem"]) if "mem" in values else None,
        account=values.get("account"),
        partition=values.get("partition"),
    )


def geometry_problem(virtual_processes: int, job: Job, path: str | Path) -> str | None:
    """Return what is wrong between a simulation's virtual processes and its job, or None.

    The spikes depend on the number of virtual processes, so it is never adapted silently.
    """
    if virtual_processes == job.virtual_processes:
        return None
    asked = f"{path}: simulate: ntasks x cpus-per-task = {job.tasks} x {job.cpus_per_task}"
    rest = virtual_processes % job.tasks
    reason = (
        f"must be a multiple of ntasks = {job.tasks}"
        if rest
        else f"needs cpus-per-task = {virtual_processes // job.tasks} with ntasks = {job.tasks}"
    )
    return (
        f"virtual_processes = {virtual_processes} {reason}, but {asked} = {job.virtual_processes}. "
        f"Change {path}, or set virtual_processes to {job.virtual_processes} (sim_params, or "
        "config.yaml for experiments that do not say); the spikes depend on it"
    )
