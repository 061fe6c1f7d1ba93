"""The results of an experiment: their levels and files, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from multiarea.analysis import measures
from multiarea.analysis.registry import SOURCES, all_uses
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.hashing import parameter_hash

RECORDS = ("parameters.json", "provenance.json")
"""Files that explain the others in a folder."""
KEY_LENGTH = 12
"""Number of digits of the hash in the name of a measure's folder."""


@dataclass(frozen=True)
class Result:
    """A kind of result: its name among the needs of measures and figures, level and file.

    The file is below the folder of its level: that of the network (for the theory, too), of the
    simulation, or of the measure.
    """

    name: str
    level: Literal["network", "theory", "simulation", "analysis"]
    file: str

    def path(self, experiment: Experiment) -> Path:
        """Return the path of the result of an experiment, relative to the output folder."""
        if self.level == "analysis":
            return measure_folder(experiment, self.name) / self.file
        if self.level == "simulation":
            return experiment.simulation_folder / self.file
        return experiment.network_folder / self.file

    def read(self, path: Path) -> Any:
        """Read or open a file of this kind.

        Raises InputError if it is absent or damaged.
        """
        if self.name in ("network", "stimulated_network"):
            from multiarea.network.network import load_network

            return load_network(path)
        if self.name == "spikes":
            from multiarea.spikes.store import Spikes

            return Spikes(path)
        if self.name == "potentials":
            from multiarea.spikes.potentials import Potentials

            return Potentials(path)
        from multiarea.analysis.results import load

        return load(path)


@cache
def results() -> dict[str, Result]:
    """Return all kinds of results by name, in the order in which they are made."""
    made = [
        Result("network", "network", "network.h5"),
        Result("stimulated_network", "network", "network.h5"),  # the same, where there are stimuli
        Result("theory", "theory", "theory/rates.csv"),
        Result("stability", "theory", "stability/stability.h5"),
        Result("spikes", "simulation", "spikes.h5"),
        Result("potentials", "simulation", "membrane_potentials.h5"),
        *(Result(name, "analysis", measure.file) for name, measure in measures().items()),
    ]
    return {result.name: result for result in made}


def files(folder: str, *names: str) -> list[str]:
    """Return the paths of the files `names` in `folder`, and of the records that explain them."""
    return [f"{folder}/{name}" for name in (*names, *RECORDS)]


def measure_parameters(experiment: Experiment, name: str) -> dict[str, Any]:
    """Return what decides the measure `name` of an `experiment`, given its simulation."""
    versions = {need: measures()[need].version for need in _chain(name)}
    return {
        "model": experiment.model,
        "measure": name,
        "versions": versions,
        "parameters": experiment.analysis.identity_of(all_uses(name)),
    }


def measure_key(experiment: Experiment, name: str) -> str:
    """Return the key of the measure `name` of an `experiment`: a shortened hash."""
    return parameter_hash(measure_parameters(experiment, name))[:KEY_LENGTH]


def measure_folder(experiment: Experiment, name: str) -> Path:
    """Return the folder of the measure `name` of an `experiment`, relative to the output folder.

    `<net_hash>/<sim_hash>/measures/<name>-<key>`
    """
    return experiment.simulation_folder / "measures" / f"{name}-{measure_key(experiment, name)}"


def _chain(name: str) -> list[str]:
    """Return a measure and the measures it depends on, sorted."""
    found = {name}
    for need in measures()[name].needs:
        if need not in SOURCES:
            found.update(_chain(need))
    return sorted(found)
