"""`python -m multiarea`: runs one command (`verbs`) that the words ask for (`parser`)."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from multiarea.cli.messages import copy_messages, mpi_rank, say
from multiarea.cli.parser import HELP_EXAMPLES, build_parser
from multiarea.errors import InputError, one_line, show_warnings
from multiarea.files.project import project_root, require_own_package

__all__ = ["HELP_EXAMPLES", "build_parser", "main"]


def main(
    arguments: Sequence[str] | None = None, parser: argparse.ArgumentParser | None = None
) -> int:
    """Run one command; return its exit status (0: done, 1: mistake of the user, 130: ctrl-c).

    Parameters
    ----------
    arguments : sequence of str, optional
        Words of the command line; those that this process was started with.
    parser : argparse.ArgumentParser, optional
        Of a program beside the package: it finds `log`, and what to `run`.
    """
    parser = parser or build_parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = parser.parse_args(words)
    show_warnings()
    # Linear algebra rounds by the number of its threads, which no result may depend on; set before
    # NumPy is imported.
    for library in ("OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    with ExitStack() as stack:
        try:
            if chosen.log is not None:
                copy_messages(chosen.log, stack)
            logging.basicConfig(format="%(message)s", stream=sys.stderr, force=True)
            level = logging.INFO if mpi_rank() == 0 else logging.WARNING
            logging.getLogger("multiarea").setLevel(level)
            require_own_package(project_root())
            chosen.run(chosen)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except KeyboardInterrupt:
            say("error", "interrupted")
            return 130
        except Exception as error:
            say("error", _told(error))
            return 1
    return 0


def _told(error: Exception) -> str:
    """Return what is told of an error that ends a command.

    If it is no mistake of the user's, and nothing that the system refuses, it is a fault of the
    code: all of its way there is written, too, and so stands in the log.
    """
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"not enough memory: {error}"
    if isinstance(error, OSError) and (error.filename, error.errno) != (None, None):
        return one_line(error)
    traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    here = str(Path(__file__).parents[1])
    own = [frame for frame in frames if frame.filename.startswith(here)] or frames
    place = f"{own[-1].filename}, line {own[-1].lineno}"
    return f"{type(error).__name__}: {one_line(error, 300)} ({place})"
