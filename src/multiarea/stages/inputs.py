"""Files that a stage is given, by name, and what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from multiarea.models import get_model

Inputs = dict[str, list[Path]]


def load_inputs(model: str, inputs: Inputs) -> dict[str, Any]:
    """Open or read each input by the kind that its name says.

    Raises
    ------
    InputError
        If a file is absent or damaged.
    """
    from multiarea.analysis import load_result, measures
    from multiarea.data.sources import load_source
    from multiarea.network.network import load_network
    from multiarea.spikes.store import Spikes

    readers = {"network": load_network, "spikes": Spikes, "theory": load_result}
    readers |= dict.fromkeys(measures(), load_result)
    loaded = {name: readers[name](paths[0]) for name, paths in inputs.items() if name in readers}
    areas = get_model(model).AREAS
    for name, paths in inputs.items():
        if name not in readers:
            loaded[name] = load_source(name, paths, areas)
    return loaded


def flat(inputs: Inputs) -> list[Path]:
    """Return all files."""
    return [path for paths in inputs.values() for path in paths]
