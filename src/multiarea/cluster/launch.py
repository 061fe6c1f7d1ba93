"""How the simulation's command is started: modules, another NEST, the MPI launcher.

All of it is a resource of the rule, never a parameter: moving to another machine repeats nothing.
"""

from __future__ import annotations

import re
import shlex
import warnings
from pathlib import Path

from multiarea.cluster.jobs import Job
from multiarea.cluster.modules import is_known_here, module_commands
from multiarea.errors import InputError
from multiarea.files.project import resolve

NO_LAUNCHER = "env"
"""Starts a command as it is."""
PLACEHOLDER = "/path/to/"
"""Begins a `NEST_PATH` that was never filled in, such as that of HuMAM's config_jureca.yaml."""
STATED = re.compile(r"(^|\s)(-n|-np|--np|--ntasks)[\s=]?\d")
"""A number of tasks in the words of a launcher."""


def launcher(
    mpirun: str | None, modules: tuple[str, ...], nest_path: str | None, job: Job | None
) -> str:
    """Return the shell words that stand before `python -m multiarea simulate`.

    Parameters
    ----------
    mpirun : str or None
        `MPIRUN` of config.yaml: `srun` (the default with several tasks), `mpirun`, or any launcher
        with {nodes}, {ntasks} and {cpus_per_task} where the numbers belong.
    modules : tuple of str
        `MPI_MODULES`: modules to load first, or commands of `module`.
    nest_path : str or None
        `NEST_PATH`: where a NEST is that does not belong to the active environment.
    job : Job or None
        What the job asks of SLURM; None: no cluster, and the launcher is used only if it states
        its number of tasks itself (`mpirun -n 2`).

    Raises
    ------
    InputError
        If there is no NEST at `nest_path`, a placeholder is unknown, or `modules` hold a command of
        another kind.
    """
    commands = module_commands(modules)
    if job is None and not all(map(is_known_here, commands)):
        warnings.warn(
            "config.yaml: MPI_MODULES has no effect: the simulation runs on this machine, which "
            f"has no command '{commands[0].split()[0]}'",
            stacklevel=2,
        )
        commands = []
    words = [f"{command} &&" for command in commands]
    if nest_path is not None and nest_path.startswith(PLACEHOLDER):
        warnings.warn(
            f"config.yaml: NEST_PATH: {nest_path} is an example; the NEST of the active "
            "environment is used",
            stacklevel=2,
        )
    elif nest_path is not None:
        words.append(_nest(nest_path))
    return " ".join([*words, _start(mpirun, job)])


def _start(mpirun: str | None, job: Job | None) -> str:
    if job is None:
        return mpirun if mpirun and STATED.search(mpirun) else NO_LAUNCHER
    if job.tasks == 1:
        return NO_LAUNCHER
    command = (mpirun or "").strip() or "srun"
    if "{" in command:
        return _filled(command, job)
    if STATED.search(command):
        return command
    name = Path(command.split()[0]).name
    if name == "srun":
        # Snakemake's job step removes SLURM's variables: srun must be told everything.
        if "kill-on-bad-exit" not in command:
            command += " --kill-on-bad-exit=1"
        return f"{command} -N {job.nodes} -n {job.tasks} -c {job.cpus_per_task}"
    return f"{command} -n {job.tasks}"


def _filled(command: str, job: Job) -> str:
    values = {"nodes": job.nodes, "ntasks": job.tasks, "cpus_per_task": job.cpus_per_task}
    try:
        return command.format(**values)
    except (AttributeError, KeyError, IndexError, ValueError):
        raise InputError(
            f"config.yaml: MPIRUN: {command!r}: expected only the placeholders "
            + ", ".join(f"{{{name}}}" for name in values)
        ) from None


def _nest(path: str) -> str:
    """Return the words that make Python find the NEST at a path."""
    root = resolve(path).absolute()
    script = root / "bin" / "nest_vars.sh"
    if script.is_file():
        return f"source {shlex.quote(str(script))} &&"
    packages = [root, *sorted(root.glob("lib*/python3*/site-packages"))]
    found = next((folder for folder in packages if (folder / "nest").is_dir()), None)
    if found is None:
        what = "no NEST in this folder" if root.is_dir() else "no such folder on this machine"
        raise InputError(
            f"config.yaml: NEST_PATH: {path}: {what}; expected bin/nest_vars.sh, "
            "lib/python3.*/site-packages/nest or nest/ in it. For the NEST of the active "
            "environment write NEST_PATH: null"
        )
    return f"export PYTHONPATH={shlex.quote(str(found))}${{PYTHONPATH:+:$PYTHONPATH}} &&"
