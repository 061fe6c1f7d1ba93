"""Data that measures and figures compare with or draw on, by the name of the source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def load_source(name: str, paths: Sequence[Path], areas: Sequence[str]) -> Any:
    """Read the files of one source.

    Parameters
    ----------
    name : str
        "experimental_fc", "experimental_units", "resting_state_networks", "area_map" or
        "reference_rates".
    paths : sequence of Path
        Its files (`workflow.sources.source_files`).
    areas : sequence of str
        Areas of the model, in order.

    Raises
    ------
    InputError
        If a file is damaged or lacks an area.
    """
    # Slow to import.
    from multiarea.data import desikan_killiany, experimental_fc, potjans_diesmann, single_units

    if name == "experimental_fc":
        if paths[0].name.startswith("functional_connectivity_"):
            return experimental_fc.load_group_fc(paths[0].parent, areas)
        return experimental_fc.load_timeseries_fc(paths[0], paths[1], areas)
    if name == "experimental_units":
        source = paths[0] if len(paths) == 1 else paths[0].parent
        return single_units.load_experimental_units(source)
    if name == "reference_rates":
        return potjans_diesmann.read_reference_rates(paths[0])
    if name == "area_map":
        return desikan_killiany.read_area_map(paths[0], areas)
    return desikan_killiany.read_networks(paths[0])
