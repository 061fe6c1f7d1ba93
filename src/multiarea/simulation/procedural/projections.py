"""Projections as the engine draws them: fixed-point weights, delays as steps, links of units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.stimuli import SourceInput
from multiarea.simulation.delays import DelayLimits, step_probabilities
from multiarea.simulation.procedural.distributions import alias_table, weight_quantiles
from multiarea.simulation.procedural.layout import LARGEST_WEIGHT

LOST = 0.01
"""Expected synapses of a network whose delay would be longer than any in its table."""
MOST_STEPS = 1 << 22
"""Longest table of delays [steps]."""
FEWEST_QUANTA = 256
"""Smallest mean weight in units of the fixed point: rounding changes it by 0.2 % at most."""


@dataclass(frozen=True)
class Projections:
    """All projections, one in each element of the arrays.

    Attributes
    ----------
    source, target : (n,) int64
        Populations; sources from P on are the neurons of `SourceInput`s.
    synapses : (n,) int64
    weight, weight_sd : (n,) float64 [pA]
    delay, delay_sd : (n,) float64 [ms]
    is_between_areas : (n,) bool
    n_sources : (P + inputs,) int64
        Neurons of each population of sources.
    """

    source: np.ndarray
    target: np.ndarray
    synapses: np.ndarray
    weight: np.ndarray
    weight_sd: np.ndarray
    delay: np.ndarray
    delay_sd: np.ndarray
    is_between_areas: np.ndarray
    n_sources: np.ndarray

    def __len__(self) -> int:
        """Return the number of projections."""
        return len(self.source)

    @classmethod
    def of(cls, network: Network) -> Projections:
        """Return the projections of a network, ordered by source, then by target."""
        numbers = np.rint(network.synapses).astype(np.int64)
        source, target = np.nonzero(numbers.T)
        matrices = (network.weight, network.weight_sd, network.delay, network.delay_sd)
        columns = [
            source,
            target,
            numbers[target, source],
            *(np.asarray(matrix)[target, source] for matrix in matrices),
            network.is_between_areas[target, source],
        ]
        n_sources = network.n_neurons.tolist()
        order = {key: i for i, key in enumerate(network.populations.index)}
        rows = []
        for extra in source_inputs(network):
            for one in extra.projections:
                ends = len(n_sources), order[one.target], one.synapses
                law = one.weight, one.weight_sd, one.delay, one.delay_sd
                rows += [(*ends, *law, False)] if one.synapses else []
            n_sources.append(extra.n_neurons)
        if rows:
            columns = [
                np.concatenate([column, np.array(more, column.dtype)])
                for column, more in zip(columns, zip(*rows, strict=True), strict=True)
            ]
        return cls(*columns, np.array(n_sources, np.int64))


def source_inputs(network: Network) -> list[SourceInput]:
    """Return the inputs that are neurons outside the network."""
    return [extra for extra in network.extra_inputs if isinstance(extra, SourceInput)]


@dataclass(frozen=True)
class Weights:
    """Weights in fixed point.

    Attributes
    ----------
    scale : (P,) float64
        pA of one unit of fixed point in the events of each target population.
    tables : (W, 2^10) int16
        Equally likely quantiles.
    which : (n,) int64
        Table of each projection.
    """

    scale: np.ndarray
    tables: np.ndarray
    which: np.ndarray

    @classmethod
    def of(cls, network: Network, projections: Projections) -> Weights:
        """Choose the scale of each population of `network` so that its largest weight fits.

        Raises
        ------
        InputError
            If a weight of `projections` is too small compared to the largest one of its targets.
        """
        law = network.rules.weight_distribution
        size = np.abs(projections.weight)
        relative = np.where(size > 0, projections.weight_sd / np.where(size > 0, size, 1), 0)
        values, spread = np.unique(relative.round(12), return_inverse=True)
        quantiles = np.array([weight_quantiles(value, law) for value in values.tolist() or [0.0]])
        spread = spread.reshape(-1)
        largest = np.zeros(len(network))
        np.maximum.at(largest, projections.target, size * quantiles.max(axis=1)[spread])
        scale = np.where(largest > 0, largest, 1.0) / LARGEST_WEIGHT
        quanta = projections.weight / scale[projections.target]
        _check_quanta(network, projections, quanta)
        # equal to within rounding is equal
        kinds = np.stack([quanta.round(6), spread], axis=1)
        kinds, which = np.unique(kinds, axis=0, return_inverse=True)
        tables = np.rint(kinds[:, :1] * quantiles[kinds[:, 1].astype(int)])
        return cls(scale, tables.astype(np.int16), which.reshape(-1))


def _check_quanta(network: Network, projections: Projections, quanta: np.ndarray) -> None:
    empty = np.flatnonzero((projections.weight == 0) & (projections.weight_sd > 0))
    if len(empty):
        raise InputError(
            f"a projection to {network.labels[projections.target[empty[0]]]} has the mean weight 0 "
            "and a spread: the procedural simulator draws weights relative to their mean. Choose "
            "sim_params['simulator'] = 'nest'."
        )
    small = np.flatnonzero((quanta != 0) & (np.abs(quanta) < FEWEST_QUANTA))
    if len(small):
        k = small[np.argmin(np.abs(quanta[small]))]
        labels = network.labels
        source = projections.source[k]
        name = labels[source] if source < len(labels) else "the source neurons"
        largest = LARGEST_WEIGHT * abs(projections.weight[k] / quanta[k])
        raise InputError(
            f"the weight of {name} -> {labels[projections.target[k]]}, "
            f"{projections.weight[k]:.4g} pA, is too small beside the largest one in that "
            f"population, {largest:.4g} pA: the procedural simulator expects at least 1/"
            f"{LARGEST_WEIGHT // FEWEST_QUANTA} of it. Choose sim_params['simulator'] = 'nest'."
        )


@dataclass(frozen=True)
class Delays:
    """Tables of delays.

    Attributes
    ----------
    aliases : (m,) uint64
        Alias tables, one after the other.
    link : (n, 3) uint64
        First entry, length and shortest delay [steps] of each projection.
    shortest, longest : int
        Shortest and longest of all delays [steps].
    """

    aliases: np.ndarray
    link: np.ndarray
    shortest: int
    longest: int

    @classmethod
    def of(cls, network: Network, projections: Projections, limits: DelayLimits) -> Delays:
        """Make one table for each distribution of delays of `projections` within `limits`.

        The rules of `network` name the kind of distribution.

        Raises
        ------
        InputError
            If a table would be longer than `MOST_STEPS`.
        """
        floor = np.where(projections.is_between_areas, limits.model_between, limits.model_local)
        laws = np.stack([projections.delay, projections.delay_sd, floor], axis=1)
        distinct, which = np.unique(laws, axis=0, return_inverse=True)
        which = which.reshape(-1)
        lost = LOST / max(float(projections.synapses.sum()), 1.0)
        tables, rows, end = [], [], 0
        law = network.rules.delay_distribution
        for mean, sd, low in distinct.tolist():
            first, chances = step_probabilities(law, (mean, sd, low), limits, lost, MOST_STEPS)
            tables.append(alias_table(chances))
            rows.append((end, len(chances), first))
            end += len(chances)
        aliases = np.concatenate(tables) if tables else np.zeros(1, np.uint64)
        rows = np.array(rows, np.uint64).reshape(-1, 3)
        starts, ends = rows[:, 2], rows[:, 2] + rows[:, 1]
        shortest = int(starts.min(initial=1 << 20)) if len(rows) else 1
        longest = int(ends.max(initial=1))
        return cls(aliases, rows[which], shortest, longest)
