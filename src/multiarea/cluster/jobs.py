"""`cluster.json`: what the jobs of each rule ask of SLURM, as resources of Snakemake."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from multiarea.cluster.requests import read_request
from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.files.project import resolve
from multiarea.files.text import read_small_text
from multiarea.parameters import SimulationParameters

DEFAULT = "__default__"
RULES = ("network", "theory", "simulate", "analyse", "plot")
ALIASES = {
    "createNetwork": ("network",),
    "simulateNetwork": ("simulate",),
    "analyzeNetwork": ("analyse", "plot"),
}
"""Names of HuMAM's rules, and the rules of this pipeline that do their work."""
MPI_RULE = "simulate"


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

    nodes: int = 1
    tasks: int = 1
    cpus_per_task: int = 1
    tasks_per_node: int | None = None
    runtime: int | None = None
    mem_mb: int | None = None
    account: str | None = None
    partition: str | None = None

    @property
    def virtual_processes(self) -> int:
        """Number of tasks times threads of each."""
        return self.tasks * self.cpus_per_task

    @property
    def resources(self) -> dict[str, int | str]:
        """Resources by the names that Snakemake and its SLURM executor give them."""
        site = ("account", "partition")
        given = {name: value for name, value in asdict(self).items() if value is not None}
        values = {f"slurm_{name}" if name in site else name: given[name] for name in given}
        if "tasks_per_node" in values:
            values["slurm_extra"] = f"--ntasks-per-node={values.pop('tasks_per_node')}"
        return values


def load_cluster(path: str | Path) -> dict[str, Job]:
    """Read and check `cluster.json`.

    Parameters
    ----------
    path : path
        A JSON object: blocks of `account`, `partition`, `nodes`, `ntasks`, `ntasks-per-node`,
        `cpus-per-task`, `time` and `mem`, named `__default__` or like a rule (or like HuMAM's
        createNetwork, simulateNetwork, analyzeNetwork; with one of these, `mem` without a unit is
        in GB, as HuMAM means it, and not in MB).

    Returns
    -------
    dict
        A `Job` for each of `RULES`.

    Raises
    ------
    InputError
        One message with all problems.
    """
    requests, problems = _requests(_read(path))
    jobs = {}
    if not problems:
        default = requests.pop(DEFAULT, {})
        for rule in RULES:
            try:
                jobs[rule] = _job(rule, default, requests.get(rule, {}))
            except InputError as error:
                problems.append(f"{rule}: {error}")
    if problems:
        raise InputError("\n".join(f"{path}: {problem}" for problem in problems))
    return jobs


def _read(path: str | Path) -> dict[str, Any]:
    text = read_small_text(resolve(path), str(path))
    try:
        content = json.loads(text, object_pairs_hook=_no_repeats)
    except RecursionError:
        raise InputError(f"{path}: not readable as JSON: nested too deeply") from None
    except ValueError as error:
        raise InputError(f"{path}: not readable as JSON: {one_line(error)}") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: expected a JSON object with blocks such as '{DEFAULT}'")
    return content


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise ValueError(f"the key '{repeated}' occurs twice")
    return dict(pairs)


def _requests(content: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the values of each rule's block, HuMAM's names translated, and the problems."""
    requests: dict[str, dict[str, Any]] = {}
    problems = []
    blocks = {name: (name,) for name in (DEFAULT, *RULES)} | ALIASES
    is_from_humam = not ALIASES.keys().isdisjoint(content)
    for name, block in content.items():
        if name not in blocks:
            shown, nearest = one_line(name, 60), did_you_mean(name, blocks)
            problems.append(f"{shown}: unknown rule.{nearest} Valid names: {', '.join(blocks)}")
            continue
        try:
            request = read_request(block, is_from_humam)
        except InputError as error:
            problems += [f"{name}{line}" for line in str(error).splitlines()]
            continue
        free = [rule for rule in blocks[name] if rule == name or rule not in content]
        if not free:
            problems.append(f"{name}: a second block for {' and '.join(blocks[name])}")
        requests |= dict.fromkeys(free, request)
    return requests, problems


def _job(rule: str, default: dict[str, Any], own: dict[str, Any]) -> Job:
    """Return the job of a rule: its own block over the default."""
    unused = {"ntasks", "ntasks_per_node"} if own.keys() & {"ntasks", "ntasks_per_node"} else set()
    if rule != MPI_RULE:
        unused = {"nodes", "ntasks", "ntasks_per_node"}
    values = {key: value for key, value in default.items() if key not in unused} | own
    nodes, tasks, per_node = _geometry(values)
    if rule != MPI_RULE and tasks > 1:
        raise InputError(
            f"nodes, ntasks, ntasks-per-node: must be 1; only {MPI_RULE} runs over MPI"
        )
    return Job(
        nodes=nodes,
        tasks=tasks,
        cpus_per_task=values.get("cpus_per_task", 1),
        tasks_per_node=per_node if tasks > 1 else None,
        runtime=values.get("time"),
        mem_mb=values.get("mem"),
        account=values.get("account"),
        partition=values.get("partition"),
    )


def _geometry(values: dict[str, Any]) -> tuple[int, int, int | None]:
    """Return nodes, tasks and tasks per node; what is not given follows from the rest."""
    tasks, per_node = values.get("ntasks"), values.get("ntasks_per_node")
    nodes = values.get("nodes") or math.ceil((tasks or 1) / (per_node or tasks or 1))
    tasks = tasks or nodes * (per_node or 1)
    if tasks < nodes:
        raise InputError(f"ntasks = {tasks}: fewer than nodes = {nodes}")
    if per_node is not None and tasks > nodes * per_node:
        raise InputError(
            f"ntasks = {tasks}: more than nodes x ntasks-per-node = {nodes} x {per_node}"
        )
    return nodes, tasks, per_node


def job_problem(simulation: SimulationParameters, job: Job, path: str | Path) -> str | None:
    """Return why `simulation` cannot run as `job`, read from the file `path`; None: it can.

    The spikes of NEST depend on the number of virtual processes: it is never adapted silently.
    """
    if simulation.simulator == "procedural":
        if job.tasks == 1:
            return None
        return (
            f"the procedural simulator runs on one machine, but {path}: {MPI_RULE}: ntasks = "
            f"{job.tasks}. Set nodes and ntasks to 1, and cpus-per-task to the cores of the machine"
        )
    virtual_processes = int(simulation.virtual_processes or 1)
    if virtual_processes == job.virtual_processes:
        return None
    threads, rest = divmod(virtual_processes, job.tasks)
    reason = (
        f"must be a multiple of ntasks = {job.tasks}"
        if rest
        else f"needs cpus-per-task = {threads} with ntasks = {job.tasks}"
    )
    return (
        f"virtual_processes = {virtual_processes} {reason}, but {path}: {MPI_RULE}: ntasks x "
        f"cpus-per-task = {job.tasks} x {job.cpus_per_task} = {job.virtual_processes}. Change "
        f"{path}, or set virtual_processes to {job.virtual_processes} (sim_params, or config.yaml "
        "for experiments that do not set it); the spikes depend on it"
    )
