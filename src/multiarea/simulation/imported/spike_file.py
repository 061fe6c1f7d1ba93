"""What a file of spikes holds, whatever its format; SONATA, the one that others are like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import pandas as pd

from multiarea.errors import InputError, one_line
from multiarea.network.network import LEVELS

BLOCK = 1 << 19
"""Spikes read at once."""
MILLISECONDS = {"ms": 1.0, "s": 1000.0}
UNITS = {"ms": "ms", "msec": "ms", "milliseconds": "ms", "millisecond": "ms"} | dict.fromkeys(
    ("s", "sec", "second", "seconds"), "s"
)
"""Names of units in files."""


class SpikeBlock(NamedTuple):
    """Some of the spikes of a file."""

    group: str
    """Node population of SONATA; '' in other files."""
    neurons: np.ndarray
    """(n,) of int64: numbers of the neurons in the file."""
    times: np.ndarray
    """(n,) of float64, in the unit of the file."""


@dataclass(frozen=True)
class SpikeFile:
    """An open file of spikes.

    Attributes
    ----------
    path : Path
    blocks : function
        Yields the `SpikeBlock`s of the file, in any order.
    unit : str or None
        'ms' or 's', where the file says.
    groups : tuple of str
        Node populations of SONATA; ('',) of other files.
    members : DataFrame or None
        Columns group, first, last (numbers of neurons), area, layer, population, where the file
        says to which population its neurons belong.
    t_stop : float or None
        Time at which the recording ends [ms], where the file says.
    """

    path: Path
    blocks: Callable[[], Iterator[SpikeBlock]]
    unit: str | None
    groups: tuple[str, ...] = ("",)
    members: pd.DataFrame | None = None
    t_stop: float | None = None


def sonata(path: Path, file: h5py.File) -> SpikeFile:
    """Return the spikes of the SONATA `file` at `path`, which stays open.

    Raises InputError if it is not such a file.
    """
    spikes = file["spikes"]
    groups = [n for n in spikes if isinstance(spikes, h5py.Group) and _is_population(spikes[n])]
    if not groups:
        raise InputError(
            f"{one_line(path)}: no node population below /spikes; expected SONATA, "
            "/spikes/<node population>/timestamps and node_ids"
        )
    units = {_unit(path, spikes[name]["timestamps"]) for name in groups}
    if len(units) > 1:
        raise InputError(f"{one_line(path)}: the units of its node populations differ")
    for name in groups:
        times, nodes = spikes[name]["timestamps"], spikes[name]["node_ids"]
        if times.shape != nodes.shape or times.ndim != 1:
            raise InputError(
                f"{one_line(path)}: /spikes/{one_line(name, 60)}: timestamps and node_ids have the "
                f"shapes {times.shape} and {nodes.shape}; expected the same, of one dimension"
            )

    def blocks() -> Iterator[SpikeBlock]:
        for name in groups:
            data = spikes[name]
            for start in range(0, len(data["timestamps"]), BLOCK):
                rows = slice(start, start + BLOCK)
                nodes = data["node_ids"][rows].astype(np.int64)
                yield SpikeBlock(name, nodes, data["timestamps"][rows].astype(np.float64))

    own = {"first_node", "n_neurons", *LEVELS} <= set(file.get("populations", ()))
    members = _own_members(file["populations"], groups[0]) if own else None
    t_stop = float(file.attrs["t_stop"]) if own and "t_stop" in file.attrs else None
    return SpikeFile(path, blocks, units.pop(), tuple(groups), members, t_stop)


def _is_population(group: object) -> bool:
    return isinstance(group, h5py.Group) and {"timestamps", "node_ids"} <= set(group)


def _unit(path: Path, times: h5py.Dataset) -> str:
    """Return the unit of times in a SONATA file; without one they are in ms."""
    stated = times.attrs.get("units", "ms")
    text = stated.decode() if isinstance(stated, bytes) else str(stated)
    if text.strip().lower() not in UNITS:
        raise InputError(
            f"{one_line(path)}: times have the unit '{one_line(text, 60)}'; expected ms or s"
        )
    return UNITS[text.strip().lower()]


def _own_members(group: h5py.Group, name: str) -> pd.DataFrame:
    """Return the populations of a spike store of this software."""
    table = pd.DataFrame({level: group[level].asstr()[()].astype(str) for level in LEVELS})
    table["first"] = group["first_node"][()]
    table["last"] = table["first"] + group["n_neurons"][()] - 1
    return table.assign(group=name)
