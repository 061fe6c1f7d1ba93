"""The network and the theory of an experiment as CSV tables, without any simulation."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.build.pipeline import build_network
from multiarea.errors import InputError
from multiarea.experiment.finding import find_experiment
from multiarea.files.atomic import atomic_path
from multiarea.network.network import Network
from multiarea.stages.stabilise import stabilised, write_indegrees
from multiarea.stages.stability import stability_report
from multiarea.stages.theory import solve, write_rates
from multiarea.theory import basins_of, mean_field, modes_at, random_starts
from multiarea.theory.transfer import large_k_note

log = logging.getLogger(__name__)

POPULATION_COLUMNS = ["n_neurons", "n_synapses_external", "rate_ext", "weight_ext", "i_dc"]


def write_tables(name: str, folder: Path) -> None:
    """Write the network of the experiment `name` (or its file) as tables into `folder`.

    populations.csv: area, layer, population, n_neurons [1], n_synapses_external [1], rate_ext
    [spikes/s], weight_ext [pA], i_dc [pA]; synapses.csv [1], weights.csv [pA] and delays.csv [ms]:
    matrices [target, source] with labels `area|layer|population`; areas.csv: see `area_table`.

    Raises InputError if there is no such experiment, or it is wrong.
    """
    experiment = find_experiment(name)
    network = build_network(experiment.model, experiment.network)
    tables = {
        "populations": network.populations[POPULATION_COLUMNS].reset_index(),
        "synapses": _labelled(network, "synapses"),
        "weights": _labelled(network, "weight"),
        "delays": _labelled(network, "delay"),
        "areas": area_table(network).reset_index(),
    }
    for stem, table in tables.items():
        with atomic_path(folder / f"{stem}.csv") as temporary:
            table.to_csv(temporary, index=False)
    log.info("%s: %s", folder, ", ".join(f"{stem}.csv" for stem in tables))


def write_theory(name: str, path: Path, starts: int | None = None) -> str:
    """Write area, layer, population and the rate [spikes/s] of each fixed point to `path`.

    Parameters
    ----------
    name : str
        Experiment file or name.
    path : Path
    starts : int, optional
        Number of random starts in [0, 1000) spikes/s from which states are searched for, too.

    Returns
    -------
    str
        With `starts`, a table with the stability of the states and the shares of the starts.

    Raises
    ------
    InputError
        If there is no such experiment, or it is wrong, or `starts` is below 1.
    """
    if starts is not None and starts < 1:
        raise InputError(f"theory: --starts {starts}: expected a positive number")
    experiment = find_experiment(name)
    network = build_network(experiment.model, experiment.network)
    points = solve(network, experiment.name)
    report = ""
    if starts is not None:
        found = basins_of(network, random_starts(network, starts), known=points, progress=log.info)
        modes = [modes_at(network, rates) for rates in found.rates]
        points, report = found, f"{stability_report(found, modes)}\n"
    write_rates(path, network, points.rates)
    n_points = len(points.rates)
    log.info("%s: %d fixed point%s", path, n_points, "" if n_points == 1 else "s")
    for note in large_k_note(mean_field(network), points.rates[0]):
        log.info("note: %s", note)
    return report


def write_stabilised(names: Sequence[str], path: Path) -> None:
    """Write in-degrees [target, source] of a stabilised network to `path`; see `theory.stabilise`.

    `names` are files or names of two experiments, with the low and the high drive. The table is
    one for the macaque's `K_stable_path`.

    Raises InputError if there are not two such experiments, if their networks differ in more than
    their drive, or if the theory finds no unstable state.
    """
    if len(names) != 2:
        raise InputError("stabilise: expected two experiments, with the low and the high drive")
    experiments = [find_experiment(name) for name in names]
    low, high = (build_network(e.model, e.network) for e in experiments)
    done = stabilised(low, high)
    write_indegrees(path, low, done[-1].indegree)
    log.info("%s: in-degrees after %d changes", path, len(done) - 1)


def area_table(network: Network) -> pd.DataFrame:
    """Return numbers of neurons and synapses of each area, and the model's data of it."""
    of_area = network.populations.groupby(level="area", sort=False)
    between = network.between_areas(network.synapses)
    local = pd.Series(np.diag(between), between.index)
    numbers = {
        "n_populations": of_area.size(),
        "n_neurons": of_area["n_neurons"].sum(),
        "n_synapses_within_area": local,
        "n_synapses_from_other_areas": between.sum(axis=1) - local,
        "n_synapses_to_other_areas": between.sum(axis=0) - local,
        "n_synapses_external": of_area["n_synapses_external"].sum(),
    }
    table = pd.DataFrame(numbers).loc[between.index].rename_axis("area")
    return table.join(network.areas)


def _labelled(network: Network, name: str) -> pd.DataFrame:
    matrix = pd.DataFrame(getattr(network, name), network.labels, network.labels)
    return matrix.reset_index(names="target")
