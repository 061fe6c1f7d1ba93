"""`python -m multiarea`: runs one command (`verbs`) that the words ask for (`parser`)."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack

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
        except InputError as error:
            say("error", error)
            return 1
        except KeyboardInterrupt:
            say("error", "interrupted")
            return 130
        except MemoryError as error:
            say("error", f"not enough memory: {error}")
            return 1
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as error:
            if error.filename is None and error.errno is None:
                raise
            say("error", one_line(error))
            return 1
    return 0
