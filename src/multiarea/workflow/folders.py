"""Which experiment a folder of results, named by hashes, belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from multiarea.experiment.experiment import Experiment, network_hash
from multiarea.experiment.results import measure_key
from multiarea.workflow.configuration import refuse


class Folders:
    """The folders of `experiments` below `out`.

    Snakemake is ended where a folder belongs to none of them.
    """

    def __init__(self, experiments: Iterable[Experiment], out: str) -> None:
        self._experiments, self._out = tuple(experiments), out
        self._by_folder = by_folder(self._experiments)
        self._others: list[Callable[[], list[Experiment]]] = []

    def also(self, experiments: Callable[[], list[Experiment]]) -> None:
        """Let folders belong to further `experiments`, a function called when needed."""
        self._others.append(experiments)

    def experiment(self, *hashes: str) -> Experiment:
        """Return an experiment whose network, simulation and analysis have these `hashes`.

        Of the last ones, those that do not matter are left out.
        """
        try:
            return self._by_folder.get(hashes) or self._further[hashes]
        except KeyError:
            refuse(
                f"{'/'.join([self._out, *hashes])} belongs to no experiment of config.yaml (was an "
                "experiment file edited while its jobs were running?). Run the same command again."
            )

    def measured(self, wildcards: Any) -> Experiment:
        """Return the experiment that the `wildcards` of a measure's folder belong to.

        The folder is `<net>/<sim>/measures/<measure>-<key>`.
        """
        folder = Path(wildcards.net, wildcards.sim)
        for experiment in self._all():
            if experiment.simulation_folder == folder:
                if measure_key(experiment, wildcards.measure) == wildcards.key:
                    return experiment
        return self.experiment(wildcards.net, wildcards.sim, wildcards.key)

    def network(self, wanted: str) -> tuple[Experiment, Any]:
        """Return an experiment with the network of the hash `wanted`, and parameters of the latter.

        It is the one that is simulated, or the same at full scale, or the whole one.
        """
        experiment = self.experiment(wanted)
        own = experiment.network
        return experiment, next(
            parameters
            for parameters in (own, own.full_scale, own.whole)
            if network_hash(experiment.model, parameters) == wanted
        )

    @cached_property
    def _further(self) -> dict[tuple[str, ...], Experiment]:
        return by_folder(one for experiments in self._others for one in experiments())

    def _all(self) -> Iterator[Experiment]:
        yield from self._experiments
        yield from self._further.values()


def by_folder(experiments: Iterable[Experiment]) -> dict[tuple[str, ...], Experiment]:
    """Return the first experiment of each folder, given as its hashes."""
    found: dict[tuple[str, ...], Experiment] = {}
    for experiment in experiments:
        parts = experiment.analysis_folder.parts
        for depth in (1, 2, 3):
            found.setdefault(parts[:depth], experiment)
        found.setdefault((experiment.full_scale_hash,), experiment)
        found.setdefault((experiment.whole_hash,), experiment)
    return found
