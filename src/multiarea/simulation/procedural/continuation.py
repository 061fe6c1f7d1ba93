"""Where an earlier run can be continued: its own checkpoint, or the end of a shorter run."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from multiarea.errors import InputError, one_line
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural.checkpoint import (
    Header,
    check_identity,
    checkpoint_path,
    device_of,
    read_header,
)
from multiarea.simulation.procedural.collector import Collector
from multiarea.spikes.spool import BLOCK, SPIKE, blocks
from multiarea.spikes.store import Spikes


def own(path: Path, identity: str, stop: int) -> Header | None:
    """Return the header of the checkpoint of an interrupted run, or None if there is none.

    The state at the end of a complete run does not count: its records are in its results.

    Parameters
    ----------
    path : Path
        Where the checkpoint would be.
    identity : str
        Of this run.
    stop : int
        Last step of this run.

    Raises
    ------
    InputError
        If it is damaged, belongs to another simulation, or is of a later step than `stop`.
    """
    if not path.exists():
        return None
    header = read_header(path)
    if header.is_end:
        return None
    check_identity(path, header, identity)
    if header.step > stop:
        raise InputError(
            f"{one_line(path)}: an interrupted run with a larger t_sim is already further than "
            "this one goes. Simulate into another folder; or remove this file, and the simulation "
            "begins again."
        )
    return header


def shorter(result: Path, identity: str, t_sim: float, device: str) -> tuple[Header, Path] | None:
    """Return the longest complete run that is the beginning of this one, and where its state is.

    Parameters
    ----------
    result : Path
        Spike file of this run; runs of the same network are in sister folders.
    identity : str
    t_sim : float
        Simulated time of this run [ms].
    device : str
        'cpu' or 'gpu': the state of one is not that of the other.
    """
    found = []
    for path in result.parent.parent.glob(f"*/{checkpoint_path(result).name}"):
        try:
            header = read_header(path)
        except InputError:
            continue
        complete = path.with_name(result.name).exists() and header.is_end
        is_same = header.identity == identity and device_of(header) == device
        if complete and is_same and header.t_sim < t_sim:
            found.append((header, path))
    return max(found, key=lambda one: one[0].t_sim, default=None)


def copy_records(
    sources: list[Path], collector: Collector, parameters: SimulationParameters
) -> None:
    """Copy the records of a shorter run.

    Parameters
    ----------
    sources : list of Path
        Its spikes.h5, and membrane_potentials.h5 if potentials are recorded.
    collector : Collector
        Where to append them.
    parameters : SimulationParameters
    """
    step = parameters.sim_resolution
    with Spikes(sources[0]) as spikes, h5py.File(sources[0], "r") as file:
        nodes = file["spikes/cortex/node_ids"]
        for start in range(0, len(spikes), BLOCK):
            rows = slice(start, min(start + BLOCK, len(spikes)))
            collector.append(0, node=nodes[rows], step=np.rint(spikes.times(rows) / step))
    if len(sources) > 1:
        _copy_potentials(sources[1], collector, parameters)


def _copy_potentials(source: Path, collector: Collector, parameters: SimulationParameters) -> None:
    with h5py.File(source, "r") as file:
        report = file["report/cortex"]
        nodes = report["mapping/node_ids"][()]
        first = round(report["mapping/time"][0] / parameters.rec_V_int)
        for row, values in enumerate(report["data"]):
            row_step = np.full(len(nodes), first + row)
            collector.append(1, node=nodes, step=row_step, value=values)


def nodes_after(spool: Path, step: int) -> np.ndarray:
    """Return the neurons of the spikes in the file `spool` that are later than `step`, (n,)."""
    found = [records["node"][records["step"] > step] for records in blocks([spool], SPIKE)]
    return np.concatenate([np.zeros(0, np.int64), *found]).astype(np.int64)
