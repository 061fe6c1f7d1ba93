"""What an experiment file defines: looked at before it is run, and run."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import runpy
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multiarea.errors import InputError, one_line
from multiarea.experiment.lookup import SECTIONS
from multiarea.experiment.old_names import MODULES, OLD_SCRIPT
from multiarea.files.project import SHIPPED, exists, nearest_file, project_root, resolve

NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Names of experiments."""
LARGEST_FILE = 2**20
"""Largest size of an experiment file [bytes]."""
LONGEST_RUN = 60.0
"""Time that an experiment file may take [s]."""
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
DEFINING = (*SECTIONS, "sweep")
"""Names of which an experiment file defines at least one."""


@dataclass(frozen=True)
class Source:
    """What an experiment file states, found without running it.

    Attributes
    ----------
    defined : set of str
        The names that it defines or changes outside of functions.
    literals : dict
        The values of those that are literals.
    read : set of str
        The names that it uses, other than to change them.
    imported : set of str
        The packages that it imports.
    """

    defined: set[str]
    literals: dict[str, Any]
    read: set[str]
    imported: set[str]

    @property
    def is_experiment(self) -> bool:
        """Whether it defines one of the dictionaries of an experiment."""
        return not self.defined.isdisjoint(DEFINING)


def read_source(path: Path, shown: str) -> Source:
    """Return what the experiment file `path` states.

    Raises InputError, which calls the file `shown`, if it is absent or not valid Python.
    """
    file = resolve(path)
    _check_file(file, shown)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{shown}{_line_of(error, file)}: {_reason(error)}") from None
    nodes = list(ast.walk(tree))
    changed = {id(node.value) for node in nodes if _is_change(node)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    read = {one.id for one in names if isinstance(one.ctx, ast.Load) and id(one) not in changed}
    outer = list(_outer_nodes(tree))
    defined = {name for node in outer for name in _names_in(node, changed)}
    literals = {}
    for node in outer:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            with contextlib.suppress(ValueError, TypeError, RecursionError, MemoryError):
                literals[node.targets[0].id] = ast.literal_eval(node.value)
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    modules += [a.name for node in nodes if isinstance(node, ast.Import) for a in node.names]
    return Source(defined, literals, read, {name.partition(".")[0] for name in modules})


def run_file(path: Path, shown: str) -> dict[str, Any]:
    """Run the experiment file `path` and return what it defines.

    Raises InputError, which calls the file `shown`, if it fails.
    """
    file = resolve(path)
    here = Path.cwd()
    try:
        os.chdir(SHIPPED if file.is_relative_to(SHIPPED) else project_root())
        with contextlib.redirect_stdout(io.StringIO()), _no_traces(), _time_limit():
            return runpy.run_path(str(file))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise InputError(f"{shown}{_line_of(error, file)}: {_reason(error)}") from None
    finally:
        os.chdir(here)


def check_file_name(file: Path, shown: str) -> None:
    """Raise InputError about `shown` if `file` cannot be the name of an experiment file."""
    if file.suffix != ".py" or not NAME_PATTERN.fullmatch(file.stem):
        raise InputError(
            f"{shown}: an experiment file is named <name>.py, the name made of letters, digits, "
            "'_', '-' and '.'"
        )


def _is_change(node: ast.AST) -> bool:
    """Return whether a node is `x[...] = ...`, `x.update` or the like, with x as its value."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Store)
    return isinstance(node, ast.Attribute) and node.attr in ("update", "setdefault")


def _outer_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below `node`, without those inside of functions and classes."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(
            child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            yield from _outer_nodes(child)


def _names_in(node: ast.AST, changed: set[int]) -> Iterator[str]:
    """Yield the names that a node defines, or changes: `changed` are the ids of such nodes."""
    if isinstance(node, SCOPES):
        yield node.name
    elif isinstance(node, ast.alias):
        yield node.asname or node.name
    elif isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Store) or id(node) in changed):
        yield node.id


@contextlib.contextmanager
def _no_traces() -> Iterator[None]:
    """Let the block write no compiled modules, and fail where it asks for input."""
    before = sys.stdin, sys.dont_write_bytecode
    sys.stdin, sys.dont_write_bytecode = io.StringIO(), True
    try:
        yield
    finally:
        sys.stdin, sys.dont_write_bytecode = before


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Raise TimeoutError in a block that takes longer than `LONGEST_RUN`."""

    def stop(number: int, frame: object) -> None:
        raise TimeoutError(f"not finished after {LONGEST_RUN:g} s; an experiment file only states")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_RUN, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _check_file(file: Path, shown: str) -> None:
    if exists(file, "dir"):
        raise InputError(f"{shown}: expected an experiment file, found a folder")
    if not exists(file, "file"):
        raise InputError(f"{shown}: no such experiment file.{nearest_file(file)}")
    check_file_name(file, shown)
    if file.stat().st_size > LARGEST_FILE:
        raise InputError(f"{shown}: not an experiment file: larger than {LARGEST_FILE} bytes")


def _line_of(error: BaseException, file: Path) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        return f", line {error.lineno}"
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
    return f", line {lines[-1]}" if lines else ""


def _reason(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"not valid Python: {one_line(error.msg)}"
    if isinstance(error, UnicodeDecodeError):
        return "not valid Python: the file is not UTF-8 text"
    if isinstance(error, ModuleNotFoundError) and error.name in MODULES:
        return OLD_SCRIPT.format(error.name)
    try:
        text = one_line(error)
    except Exception:  # the error is the user's object
        text = "(it cannot be shown)"
    if isinstance(error, ValueError) and "null byte" in text:
        return "not valid Python: the file contains null bytes"
    return f"the file fails with {type(error).__name__}: {text}"
