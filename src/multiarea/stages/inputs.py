"""Files that a stage is given, by name, and what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from multiarea.data.sources import load_source
from multiarea.experiment.results import results
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
