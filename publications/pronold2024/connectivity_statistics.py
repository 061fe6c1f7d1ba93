"""Statistics of connectivity that are known of cortex: densities, distances, degrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from multiarea.network.network import Network

DIRECTIONS = ("FF", "lateral", "FB")


@dataclass(frozen=True)
class DistanceRule:
    """Synapses between areas against the length of the fibres, and the least-squares line."""

    length: np.ndarray
    """Of each connected pair of areas, (n,) [mm]."""
    log10_synapses: np.ndarray
    slope: float
    """[1/mm]"""
    intercept: float

    @property
    def decay(self) -> float:
        """Length over which the number of synapses falls by e [mm]."""
        return float(-1 / (np.log(10) * self.slope))


def log_synapses(network: Network) -> np.ndarray:
    """Return log10 of the number of synapses of each pair of populations that is joined."""
    return np.log10(network.synapses[network.synapses > 0])


def distance_rule(network: Network, speed: float) -> DistanceRule:
    """Fit an exponential decay of synapses between areas of `network` with fibre length.

    The length is that of the delay at a `speed` [mm/ms].
    """
    first = np.sort(np.unique(network.area_of, return_index=True)[1])
    between = network.is_between_areas[np.ix_(first, first)]
    length = network.delay[np.ix_(first, first)] * speed
    synapses = network.between_areas(network.synapses).to_numpy()
    chosen = between & (synapses > 0) & (length > 0)
    x, y = length[chosen], np.log10(synapses[chosen])
    slope, intercept = np.polyfit(x, y, 1)
    return DistanceRule(x, y, float(slope), float(intercept))


def directions(sln: np.ndarray, thresholds: tuple[float, float]) -> np.ndarray:
    """Return "FF", "lateral" or "FB" for each entry of `sln`, (A, A), by `thresholds`.

    The thresholds are (SLN_FB, SLN_FF).
    """
    low, high = thresholds
    return np.select([sln > high, sln < low], ["FF", "FB"], "lateral")


def outdegrees(network: Network) -> pd.DataFrame:
    """Return synapses per source neuron onto each area, areas x populations."""
    onto = pd.DataFrame(network.synapses).groupby(network.area_of, sort=False).sum()
    return onto / network.n_neurons


def outdegrees_by_direction(network: Network, direction: np.ndarray) -> dict[str, np.ndarray]:
    """Return the outdegrees of `network` of at least 1 onto other areas, by `direction`.

    `direction`: see `directions`.
    """
    degree, of_pair, other = _by_population(network, direction)
    return {name: degree[(of_pair == name) & other & (degree >= 1)] for name in DIRECTIONS}


def targets_by_direction(
    network: Network, direction: np.ndarray, *, least: float = 100.0, own_area: bool = False
) -> dict[str, np.ndarray]:
    """Return how many areas each population of `network` sends to, if any, by `direction`.

    A target area must receive an outdegree above `least`. With `own_area` the population's own
    area counts, too, as in the publication (it is "lateral"). `direction`: see `directions`.
    """
    degree, of_pair, other = _by_population(network, direction)
    counted = (degree > least) & (other | own_area)
    totals = {name: (counted & (of_pair == name)).sum(axis=0) for name in DIRECTIONS}
    return {name: total[total > 0] for name, total in totals.items()}


def autapses_per_neuron(network: Network) -> pd.Series:
    """Return the expected autapses per neuron of each area.

    n synapses of a population of N neurons onto itself hold n/N autapses on average.
    """
    own = np.diag(network.synapses) / network.n_neurons
    of_area = pd.DataFrame({"autapses": own, "neurons": network.n_neurons})
    total = of_area.groupby(network.area_of, sort=False).sum()
    return total["autapses"] / total["neurons"]


def multapse_degree(network: Network) -> pd.Series:
    """Return the mean number of synapses per connected pair of neurons, of each target area.

    n synapses between N_s and N_t neurons join p N_s N_t of the pairs, with
    p = 1 - (1 - 1/(N_s N_t))^n; within a population autapses are left out. Averaged over the
    source populations that are joined, then over the area's populations.
    """
    sizes = network.n_neurons.astype(float)
    synapses, pairs = network.synapses.astype(float), np.outer(sizes, sizes)
    own = np.diag_indices(len(sizes))
    synapses[own] -= synapses[own] / sizes
    pairs[own] = sizes * (sizes - 1)
    joined = -np.expm1(synapses * np.log1p(-1 / pairs)) * pairs
    with np.errstate(invalid="ignore", divide="ignore"):
        degree = np.where(synapses > 0, synapses / joined, np.nan)
    return pd.Series(np.nanmean(degree, axis=1)).groupby(network.area_of, sort=False).mean()


def _by_population(
    network: Network, direction: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return outdegree, direction and whether the areas differ, (A, P) each."""
    degree = outdegrees(network)
    position = degree.index.get_indexer(network.area_of)
    other = np.arange(len(degree))[:, None] != position[None, :]
    return degree.to_numpy(), direction[:, position], other
