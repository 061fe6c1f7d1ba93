"""Files that a stage is given, by name, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from multiarea.data.sources import load_source
from multiarea.errors import InputError, one_line
from multiarea.experiment.results import results
from multiarea.files.provenance import is_recorded
from multiarea.models import get_model

Inputs = dict[str, list[Path]]


def load_inputs(model: str, inputs: Inputs) -> dict[str, Any]:
    """Open or read the `inputs` of a stage of a `model`, each by the kind that its name says.

    Raises InputError if a file is absent or damaged.
    """
    areas, known = get_model(model).AREAS, results()
    return {
        name: known[name].read(paths[0]) if name in known else load_source(name, paths, areas)
        for name, paths in inputs.items()
    }


def flat(inputs: Inputs) -> list[Path]:
    """Return all files of a stage."""
    return [path for paths in inputs.values() for path in paths]


@contextmanager
def blamed_on_foreign(inputs: Inputs, what: str) -> Iterator[None]:
    """Turn an error into an InputError that says `what` failed, if a result is a foreign file.

    Results among the `inputs` that this software has not written, or that are those of another
    measure, may hold anything.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        known = results()
        foreign = [
            f"{name}={one_line(paths[0])}"
            for name, paths in inputs.items()
            if name in known and not is_recorded(paths[0], Path(known[name].file).name)
        ]
        if not foreign:
            raise
        kind = type(error).__name__
        raise InputError(
            f"{what} from {', '.join(foreign)} ({kind}: {one_line(error, 200)}): expected a result "
            f"of that name as this software writes it, with its record beside it"
        ) from error
