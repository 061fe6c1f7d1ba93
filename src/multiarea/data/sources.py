"""Experimental data that measures and figures compare with, by the name of the source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def load_source(name: str, paths: Sequence[Path], areas: Sequence[str]) -> Any:
    """Read the files of one source.

    Parameters
    ----------
    name : str
        "experimental_fc", "experimental_units" or "resting_state_networks".
    paths : sequence of Path
        Its files (`workflow.sources.source_files`).
    areas : sequence of str
        Areas of the model, in order.

    Raises
    ------
    InputError
        If a file is damaged or lacks an area.
    """
    if name == "experimental_fc":
        from multiarea.data.experimental_fc import load_group_fc, load_timeseries_fc

        if paths[0].name.startswith("functional_connectivity_"):
            return load_group_fc(paths[0].parent, areas)
        return load_timeseries_fc(paths[0], paths[1], areas)
    if name == "experimental_units":
        from multiarea.data.single_units import load_experimental_units

        return load_experimental_units(paths[0] if len(paths) == 1 else paths[0].parent)
    from multiarea.data.resting_state_networks import read_networks

    return read_networks(paths[0])
