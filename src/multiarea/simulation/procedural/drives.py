"""Input from outside: Poisson spikes, currents, spikes at given times.

Each function sets the range of rows in the record of each unit, and returns the rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.stimuli import (
    CurrentInput,
    Key,
    PoissonInput,
    PulsedCurrent,
    PulsedPoisson,
    SpikeInput,
)
from multiarea.network.synapses import lognormal_parameters
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits
from multiarea.simulation.procedural import counters, layout
from multiarea.simulation.procedural.distributions import guide_table, poisson_thresholds
from multiarea.simulation.procedural.draws import GUIDE_BITS
from multiarea.simulation.procedural.neurons import normal, propagators
from multiarea.simulation.procedural.projections import source_inputs
from multiarea.simulation.procedural.units import Units

MOST_PER_STEP = 1000.0
"""Largest mean number of external spikes per neuron and step."""
NEVER = np.iinfo(np.int64).max
"""The step at which an input stops that lasts."""


class _Drive(NamedTuple):
    """Poisson spikes into a population."""

    mean: float
    """Mean number per step."""
    weight: float
    weight_sd: float
    """[pA]"""
    delay: float
    """[ms]"""
    number: int
    """Name of the stream."""
    stimulus: PulsedPoisson | None = None

    def steps(self, limits: DelayLimits) -> list[tuple[int, int]]:
        """Return the first step, and the one after the last, of each time at which they arrive."""
        h = limits.resolution
        later = round(limits.fixed(self.delay if math.isfinite(self.delay) else h) / h)
        if self.stimulus is None:
            return [(later, NEVER)]
        return [tuple(round(t / h) + later for t in pulse) for pulse in self.stimulus.pulses]


def _drives(network: Network, h: float) -> Iterator[tuple[int, _Drive]]:
    """Yield population and properties of each Poisson input."""
    rates = network.populations["rate_ext"].to_numpy() * network.indegree_external
    for i, row in enumerate(network.populations.to_dict("records")):
        if rates[i] > 0 and row["weight_ext"] != 0:
            law = row["weight_ext"], row["weight_ext_sd"]
            yield i, _Drive(1e-3 * rates[i] * h, *law, row["delay_ext"], 0)
    order = _order(network)
    for number, extra in enumerate(network.extra_inputs, start=1):
        is_poisson = isinstance(extra, PoissonInput | PulsedPoisson)
        if is_poisson and extra.rate > 0 and extra.weight != 0:
            law = 1e-3 * extra.rate * h, extra.weight, 0.0, extra.delay
            stimulus = extra if isinstance(extra, PulsedPoisson) else None
            yield order[extra.target], _Drive(*law, number, stimulus)


def set_drives(
    records: np.ndarray, network: Network, parameters: SimulationParameters, units: Units
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the Poisson input of the units: `drives`, `thresholds`, `guides`, `drive_weights`.

    The `records` of the `units` get their ranges of `drives`; rates, delays and extra inputs are
    those of `network`, seed and resolution those of `parameters`.

    Raises
    ------
    InputError
        If a neuron gets more than `MOST_PER_STEP` spikes per step.
    """
    limits = DelayLimits.of(parameters)
    h = limits.resolution
    of_population: dict[int, list[_Drive]] = {}
    for i, drive in _drives(network, h):
        if drive.mean > MOST_PER_STEP:
            raise InputError(
                f"{network.labels[i]}: {drive.mean:.4g} external spikes per neuron and step; the "
                f"procedural simulator takes at most {MOST_PER_STEP:g}. Choose a finer "
                "sim_params['sim_resolution'], or sim_params['simulator'] = 'nest'."
            )
        of_population.setdefault(i, []).append(drive)
    thresholds, weights = Joined(np.uint32), Joined(np.float32)
    places: dict[float, tuple[tuple[int, int], int]] = {}
    guides, rows = [], []
    for i, drives in sorted(of_population.items()):
        for drive in drives:
            if drive.mean not in places:
                made = poisson_thresholds(drive.mean)
                places[drive.mean] = (thresholds.add(made), len(guides))
                guides.append(guide_table(made))
            own = _weights(network, parameters.master_seed, i, drive)
            for a in np.flatnonzero(units.population == i).tolist():
                place = weights.add(units.with_gap(own, a))[0] if len(own) else -1
                law = *places[drive.mean], place, drive.number, drive.weight
                rows += [(a, (*steps, *law)) for steps in drive.steps(limits)]
    rows.sort(key=lambda row: row[0])
    records["drives"] = ranges([a for a, _ in rows], len(units))
    made = np.array([row for _, row in rows], layout.DRIVE)
    guides = np.array(guides, np.uint8).reshape(-1, 1 << GUIDE_BITS)
    return made, thresholds.array, guides, weights.array


def _weights(network: Network, seed: int, population: int, drive: _Drive) -> np.ndarray:
    """Return the external weight of each neuron of a population [pA]; nothing if all are alike."""
    mean, sd, n = drive.weight, drive.weight_sd, int(network.n_neurons[population])
    if drive.stimulus is not None and drive.stimulus.fraction < 1:
        own = np.zeros(n)
        own[drive.stimulus.neurons(n)] = mean
        return own
    if not sd > 0:
        return np.zeros(0)
    z = normal(seed, counters.DRIVE_WEIGHT, population, n)
    if network.rules.weight_distribution == "lognormal":
        mu, sigma = lognormal_parameters(abs(mean), sd)
        return np.sign(mean) * np.exp(mu + sigma * z)
    if network.rules.weight_distribution == "normal_redrawn":
        below = ndtr(-abs(mean) / sd)
        z = ndtri(below + (1 - below) * ndtr(z))
    return mean * np.maximum(1 + sd / abs(mean) * z, 0)


def pulses(
    network: Network,
    parameters: SimulationParameters,
    n_sources: np.ndarray,
    thresholds: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pulses of neurons outside `network`, and `thresholds` with theirs appended.

    There are `n_sources` neurons in each population and each of these inputs; the resolution is
    that of `parameters`. A relay neuron in NEST gets a spike one step after it was drawn.
    """
    limits = DelayLimits.of(parameters)
    h = limits.resolution
    later = round(limits.fixed(h) / h)
    joined = Joined(np.uint32)
    joined.add(thresholds)
    node = np.cumsum(n_sources) - n_sources
    made = []
    for k, extra in enumerate(source_inputs(network)):
        limit = poisson_thresholds(1e-3 * extra.rate * h)
        at, population = joined.add(limit), len(network) + k
        for start, stop in extra.pulses:
            steps = round(start / h) + later, round(stop / h) + later
            place = population, node[population], extra.n_neurons
            made.append((*place, *steps, at, len(made)))
    return np.array(made, layout.PULSE), joined.array


def set_currents(
    records: np.ndarray, network: Network, parameters: SimulationParameters, units: Units
) -> np.ndarray:
    """Return the `changes` of the currents into the `units`, the constant one at step 0.

    The `records` get their ranges of rows. The currents of `network` are their effect on the
    potential in one step of `parameters` [mV] in units with equal neurons, else in pA.
    """
    h = parameters.sim_resolution
    rows = network.populations.to_dict("records")
    changes = _changes(network, parameters)
    owners, made = [], []
    for a, i in enumerate(units.population.tolist()):
        row, effect = rows[i], 1.0
        if not records["is_general"][a]:
            effect = float(propagators(row["C_m"], row["tau_m"], row["tau_syn_ex"], h)[3])
        owners += [a] * len(changes[i])
        made += [(step, effect * value) for step, value in changes[i].items()]
    records["changes"] = ranges(owners, len(units))
    return np.array(made, layout.CHANGE)


def _changes(network: Network, parameters: SimulationParameters) -> list[dict[int, float]]:
    """Return the current of each population [pA] as {step at which it changes: new value}."""
    limits = DelayLimits.of(parameters)
    h = limits.resolution
    later = round(limits.fixed(h) / h)
    given: dict[Key, list[CurrentInput]] = {}
    for extra in network.extra_inputs:
        if isinstance(extra, PulsedCurrent) and extra.fraction == 1:
            extra = CurrentInput(extra.target, *extra.course(extra.amplitude))
        if isinstance(extra, CurrentInput):
            given.setdefault(extra.target, []).append(extra)
    changes = []
    constant = network.populations["i_dc"]
    for key in network.populations.index:
        own = {0: float(constant[key])}
        steps = [np.maximum(np.rint(one.times / h), 1).astype(int) for one in given.get(key, [])]
        for step in sorted({int(s) for some in steps for s in some}):
            own[step + later] = own[0] + sum(
                float(one.amplitudes[some <= step][-1]) if (some <= step).any() else 0.0
                for one, some in zip(given[key], steps, strict=True)
            )
        changes.append(own)
    return changes


def set_given_spikes(
    records: np.ndarray, network: Network, parameters: SimulationParameters, units: Units
) -> np.ndarray:
    """Return the spikes at given times in `network` that reach the `units`, `given`.

    The `records` get their ranges of rows; the `parameters` have the resolution.

    Raises
    ------
    InputError
        If a time precedes the first time step.
    """
    limits = DelayLimits.of(parameters)
    h, order = limits.resolution, _order(network)
    rows: list[tuple[int, int, int, float]] = []
    for extra in network.extra_inputs:
        if not isinstance(extra, SpikeInput):
            continue
        if min(extra.times) < h:
            times = ", ".join(f"{time}" for time in extra.times)
            raise InputError(
                f"the spike at {times} ms into {'|'.join(extra.target)}: must not come before the "
                "first time step."
            )
        i = order[extra.target]
        later = round(limits.fixed(extra.delay) / h) - 1
        first = int(np.cumsum(network.n_neurons)[i] - network.n_neurons[i])
        for node in range(first, first + min(extra.n_targets, int(network.n_neurons[i]))):
            a = int(np.searchsorted(units.node, node, side="right")) - 1
            place = int(node - units.node[a])
            # off the grid a spike counts at the end of its step
            steps = (math.ceil(round(time / h, 6)) + later for time in extra.times)
            rows += [(a, step, place, extra.weight) for step in steps]
    rows.sort()
    records["given"] = ranges([row[0] for row in rows], len(units))
    return np.array([row[1:] for row in rows], layout.GIVEN)


def ranges(owners: list[int], n: int) -> np.ndarray:
    """Return the range of rows of each of `n` owners, (n, 2), from the sorted `owners` of rows."""
    ends = np.searchsorted(np.array(owners, np.int64), np.arange(n + 1))
    return np.stack([ends[:-1], ends[1:]], axis=1)


class Joined:
    """Arrays that are joined one after the other."""

    def __init__(self, kind: type) -> None:
        self._parts, self._end = [np.zeros(0, kind)], 0

    def add(self, part: np.ndarray) -> tuple[int, int]:
        """Append an array; return where it begins and ends."""
        self._parts.append(part.astype(self._parts[0].dtype))
        self._end += len(part)
        return self._end - len(part), self._end

    @property
    def array(self) -> np.ndarray:
        """All arrays, joined."""
        return np.concatenate(self._parts)


def _order(network: Network) -> dict[Key, Any]:
    return {key: i for i, key in enumerate(network.populations.index)}
