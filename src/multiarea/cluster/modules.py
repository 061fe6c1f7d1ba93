"""`MPI_MODULES`: names of modules, or commands of `module` such as HuMAM's configurations have."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterable

from multiarea.errors import InputError, one_line

TOOLS = ("module", "ml")
"""Commands of environment modules and of Lmod."""
SUBCOMMANDS = ("load", "add", "unload", "purge", "use", "swap", "switch")
"""Commands of `module` that people write without the word."""
SEPARATOR = re.compile(r"&&|[;\n]")
NAME = re.compile(r"[-+~]?[\w.][\w.+:@/~-]*")
"""A module, such as `GCC`, `GCC/11.2.0` or `GCCcore/.11.2.0`; with a sign, as `ml` unloads one."""
PATH = re.compile(r"/?[\w./+@-]+|--?[a-z]+")
"""A folder, or an option, of a command such as `module use`."""
NO_MODULES = frozenset({"source", ".", "export", "set", "unset", "eval", "cd", "echo", "conda"})
"""Commands of the shell that stand beside those of modules in job scripts."""


def module_commands(modules: Iterable[str]) -> list[str]:
    """Return the commands that prepare a job's modules, each complete and quoted for a shell.

    Neighbouring names are loaded by one `module load`; commands of `module` and `ml` stay as they
    are: `["module purge; module load GCC", "OpenMPI"]` gives `module purge`, `module load GCC` and
    `module load OpenMPI`.

    Parameters
    ----------
    modules : iterable of str
        `MPI_MODULES` of config.yaml.

    Raises
    ------
    InputError
        If something else than names and commands of modules is among them.
    """
    commands: list[str] = []
    names: list[str] = []
    for command in (part.split() for entry in modules for part in SEPARATOR.split(entry)):
        if command and command[0] in SUBCOMMANDS:
            command.insert(0, TOOLS[0])
        if command and command[0] in TOOLS and len(command) > 1:
            _check(command[1:], (NAME, PATH), command)
            commands += [*_load(names), shlex.join(command)]
            names = []
        elif command:
            _check(command, (NAME,), command)
            names += command
    return commands + _load(names)


def is_known_here(command: str) -> bool:
    """Return whether a shell on this machine has the first word of a `command` of modules."""
    words = ["bash", "-c", f"type {shlex.split(command)[0]}"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _load(names: list[str]) -> list[str]:
    return [f"module load {shlex.join(names)}"] if names else []


def _check(words: list[str], kinds: tuple[re.Pattern[str], ...], command: list[str]) -> None:
    for word in words:
        known = any(kind.fullmatch(word) for kind in kinds)
        if not known or word in (*NO_MODULES, *TOOLS):
            raise InputError(
                f"config.yaml: MPI_MODULES: '{one_line(' '.join(command), 120)}': expected names "
                f"of modules or commands of module, got '{one_line(word, 60)}'. Write, for "
                "instance, MPI_MODULES: [GCC, OpenMPI] or MPI_MODULES: module purge; module load "
                "GCC OpenMPI"
            )
