"""What is kept of a run that ended early: `<result>_stopped_at_<time>ms.h5`, with a record.

A run with just this simulated time takes it as its result. No NEST here.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.files.atomic import atomic_path, checksum, write_json
from multiarea.network.network import LEVELS, Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.recorded import potentials_per_population, recorded_nodes, recording
from multiarea.spikes.potentials import write_potentials
from multiarea.spikes.spool import SAMPLE, SPIKE, blocks, spool_path
from multiarea.spikes.writer import Recording, write_spikes


@dataclass(frozen=True)
class Story:
    """What is known of a run before its first step."""

    results: list[str]
    """Names of the files of spikes and, if they are recorded, of potentials."""
    ranks: int
    resolution: float
    populations: list[list[Any]]
    """Area, layer, population, number of neurons, whether recorded."""
    sampled: list[int]
    """Number of neurons of each population whose potential is recorded."""
    interval: float
    start: float
    """Of the recording of potentials [ms]."""
    identity: str
    """What decides the spikes up to any time (`simulation_identity`)."""
    facts: dict[str, Any]
    """Of the report of the simulation."""

    @classmethod
    def of(  # noqa: PLR0913
        cls,
        network: Network,
        parameters: SimulationParameters,
        results: Sequence[Path],
        *,
        identity: str,
        ranks: int = 1,
        facts: dict[str, Any] | None = None,
    ) -> Story:
        """Return what is known of a run of `network` with `parameters` that makes `results`.

        `identity` is that of the simulation, `ranks` the number of MPI tasks, and `facts` those of
        its report.
        """
        recorded = recording(network, parameters, parameters.t_sim)
        sizes = recorded.n_neurons.items()
        return cls(
            [result.name for result in results],
            ranks,
            parameters.sim_resolution,
            [
                [*key, int(size), bool(one)]
                for (key, size), one in zip(sizes, recorded.is_recorded, strict=True)
            ],
            potentials_per_population(network, parameters).tolist() if results[1:] else [],
            parameters.rec_V_int,
            parameters.rec_V_start,
            identity,
            facts or {},
        )

    def recording(self, steps: int) -> Recording:
        """Return what is recorded in the first `steps`."""
        *labels, sizes, is_recorded = zip(*self.populations, strict=True)
        index = pd.MultiIndex.from_arrays(labels, names=LEVELS)
        numbers = pd.Series(sizes, index=index, name="n_neurons")
        time = float(f"{steps * self.resolution:.10g}")
        return Recording(numbers, time, self.resolution, np.array(is_recorded))


def stopped_path(result: Path, time: float) -> Path:
    """Return where the part of `result` up to a `time` [ms] is kept."""
    return result.with_name(f"{result.stem}_stopped_at_{time:.10g}ms{result.suffix}")


def keep(folder: Path, story: Story, steps: int) -> Path:
    """Write the first `steps` of a run in `folder`, with its `story`; return the file of spikes.

    Records of later steps are removed from the spool files.
    """
    recorded = story.recording(steps)
    results = [folder / name for name in story.results]
    spools = [[spool_path(result, rank) for rank in range(story.ranks)] for result in results]
    kept = [stopped_path(result, recorded.t_stop) for result in results]
    _cut(spools[0], SPIKE, steps)
    write_spikes(kept[0], recorded, spools[0])
    if len(results) > 1:
        _cut(spools[1], SAMPLE, int(recorded.t_stop / story.interval + 1e-9))
        nodes = recorded_nodes(recorded.n_neurons.to_numpy(), np.array(story.sampled))
        write_potentials(kept[1], nodes, story.interval, spools[1], story.start)
    sums = {path.name: checksum(path) for path in kept}
    record = {"identity": story.identity, "simulation": story.facts, "outputs": sums}
    write_json(kept[0].with_suffix(".json"), record)
    return kept[0]


def _cut(spools: Sequence[Path], dtype: np.dtype, last: int) -> None:
    """Cut `spools` before the first record after the step `last`: of an unfinished chunk."""
    for spool in spools:
        position = 0
        for records in blocks([spool], dtype):
            later = np.flatnonzero(records["step"] > last)
            if len(later):
                os.truncate(spool, (position + int(later[0])) * dtype.itemsize)
                break
            position += len(records)


def find_kept(
    results: Sequence[Path], identity: str, t_sim: float
) -> tuple[Path, dict[str, Any]] | None:
    """Return where what is kept of a run with this `identity` and `t_sim` [ms] is, and its facts.

    Looks in the folder of the `results` and in its sister folders, for runs of the same network.
    """
    names = [stopped_path(result, t_sim).name for result in results]
    for path in sorted(results[0].parent.parent.glob(f"*/{names[0]}")):
        try:
            record = json.loads(path.with_suffix(".json").read_text("utf-8"))
            sums = {name: checksum(path.with_name(name)) for name in names}
            if record["identity"] == identity and record["outputs"] == sums:
                return path, dict(record["simulation"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def copy_kept(kept: Path, results: Sequence[Path], t_sim: float) -> None:
    """Copy what is `kept`, which `find_kept` found, to the `results` of a run of `t_sim` [ms]."""
    for result in results:
        with atomic_path(result) as temporary:
            shutil.copyfile(kept.with_name(stopped_path(result, t_sim).name), temporary)
