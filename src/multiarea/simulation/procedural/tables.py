"""From a network and parameters to the flat tables that the compiled part reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits
from multiarea.simulation.procedural.drives import (
    pulses,
    ranges,
    set_currents,
    set_drives,
    set_given_spikes,
)
from multiarea.simulation.procedural.injections import set_injections
from multiarea.simulation.procedural.layout import LINK, LONGEST_SLICE, UNIT, Tables
from multiarea.simulation.procedural.memory import check_memory, large_array
from multiarea.simulation.procedural.neurons import set_neurons
from multiarea.simulation.procedural.out_degrees import fill
from multiarea.simulation.procedural.projections import Delays, Projections, Weights, source_inputs
from multiarea.simulation.procedural.units import Units
from multiarea.simulation.recorded import is_recorded, potentials_per_population

PER_NEURON = 40.0
"""State of a neuron, and room for its spikes [bytes]."""
CERTAIN = 1 << 32
"""Threshold of a 32-bit number that is always met."""


@dataclass(frozen=True)
class Plan:
    """What is to be simulated, as the compiled part needs it.

    Attributes
    ----------
    tables : Tables
    units : Units
    slice_steps : int
        Steps of a slice: a power of two, at most one more than the shortest delay, since a spike
        that arrives in a step can make its target fire in the next one at the earliest.
    longest : int
        Longest delay [steps].
    n_sources : (P + inputs,) int64
        Neurons of each population, and of each `SourceInput`.
    most_source_spikes : int
        Number of spikes of all `SourceInput`s in a step that is exceeded with a probability below
        1e-20.
    """

    tables: Tables
    units: Units
    slice_steps: int
    longest: int
    n_sources: np.ndarray
    most_source_spikes: int


def make_plan(network: Network, parameters: SimulationParameters, n_threads: int = 1) -> Plan:
    """Prepare a simulation of `network` with `parameters`; `n_threads` changes only the time.

    Raises
    ------
    InputError
        If something is asked for that the procedural simulator cannot do.
    """
    if parameters.connection_rule != "fixed_total_number":
        raise InputError(
            f"sim_params['connection_rule'] = '{parameters.connection_rule}': the procedural "
            "simulator draws a 'fixed_total_number' of synapses; choose that rule, or "
            "sim_params['simulator'] = 'nest'."
        )
    units = Units.of(network.n_neurons)
    projections = Projections.of(network)
    weights = Weights.of(network, projections)
    delays = Delays.of(network, projections, DelayLimits.of(parameters))
    records = _unit_records(network, parameters, units)
    records["scale"] = weights.scale[units.population]
    parameters_of_neurons = set_neurons(records, network, parameters, units)
    drives, thresholds, guides, drive_weights = set_drives(records, network, parameters, units)
    injections, injected = set_injections(records, network, parameters, units)
    made, thresholds = pulses(network, parameters, projections.n_sources, thresholds)
    tables = Tables(
        seed=np.array([parameters.master_seed], np.uint64),
        order=_costly_first(units, projections),
        units=records,
        injections=injections,
        injected=injected,
        changes=set_currents(records, network, parameters, units),
        given=set_given_spikes(records, network, parameters, units),
        pulses=made,
        links=_links(records, network, projections, units, weights, delays),
        drives=drives,
        parameters=parameters_of_neurons,
        thresholds=thresholds,
        guides=guides,
        drive_weights=drive_weights,
        out_degree=_out_degrees(projections, units, parameters.master_seed, n_threads),
        weights=weights.tables,
        aliases=delays.aliases,
        is_recorded=is_recorded(network, parameters),
        record_from=np.array([round(parameters.rec_start / parameters.sim_resolution)]),
    )
    most = _most_source_spikes(network, parameters.sim_resolution)
    return Plan(
        tables, units, slice_steps(delays.shortest), delays.longest, projections.n_sources, most
    )


def slice_steps(shortest: int) -> int:
    """Return the length of a slice for the `shortest` delay [steps]."""
    return 1 << (min(shortest + 1, LONGEST_SLICE).bit_length() - 1)


def _most_source_spikes(network: Network, step: float) -> int:
    """Return how many spikes all `SourceInput`s practically never exceed in a step."""
    mean = 0.0
    for one in source_inputs(network):
        edges = [edge for start, stop in one.pulses for edge in ((start, 1), (stop, -1))]
        at_once = np.cumsum([change for _, change in sorted(edges, key=lambda e: (e[0], -e[1]))])
        mean += 1e-3 * step * one.rate * one.n_neurons * at_once.max(initial=0)
    return int(mean + 12 * np.sqrt(mean) + 100) if mean else 0


def _unit_records(network: Network, parameters: SimulationParameters, units: Units) -> np.ndarray:
    """Return the records of the units, filled from `units` and the recording."""
    records = np.zeros(len(units), UNIT)
    records["first"], records["end"] = units.first[:-1], units.first[1:]
    records["size"], records["node"] = units.size, units.node
    records["population"] = units.population
    if "voltmeter" in parameters.rec_dev:
        numbers = potentials_per_population(network, parameters)
        before = units.node - units.node[np.searchsorted(units.population, units.population)]
        wanted = np.clip(numbers[units.population] - before, 0, units.size)
        ends = np.cumsum(wanted)
        records["sample"] = np.stack([ends - wanted, ends], axis=1)
    return records


@dataclass(frozen=True)
class _Rows:
    """Places of the out-degrees of each projection.

    Attributes
    ----------
    base, stride : (sources,) int64
        First element of a source population, and the number of units that it reaches.
    column : (n,) int64
        First column of a projection in the rows of its source population.
    n_units, first_unit : (P,) int64
        Units of each population.
    """

    base: np.ndarray
    stride: np.ndarray
    column: np.ndarray
    n_units: np.ndarray
    first_unit: np.ndarray

    @classmethod
    def of(cls, projections: Projections, units: Units) -> _Rows:
        n_units = np.bincount(units.population)
        reached = n_units[projections.target]
        stride = np.bincount(
            projections.source, reached, minlength=len(projections.n_sources)
        ).astype(np.int64)
        before = np.cumsum(reached) - reached
        start = np.cumsum(stride) - stride
        sizes = stride * projections.n_sources
        return cls(
            np.concatenate([[0], np.cumsum(sizes)]),
            stride,
            before - start[projections.source],
            n_units,
            np.cumsum(n_units) - n_units,
        )


def _links(  # noqa: PLR0913
    records: np.ndarray,
    network: Network,
    projections: Projections,
    units: Units,
    weights: Weights,
    delays: Delays,
) -> np.ndarray:
    """Return the links: a link is the part of a projection in one unit."""
    rows = _Rows.of(projections, units)
    reached = rows.n_units[projections.target]
    which = np.repeat(np.arange(len(projections)), reached)
    part = np.arange(len(which)) - np.repeat(np.cumsum(reached) - reached, reached)
    unit = rows.first_unit[projections.target][which] + part
    order = np.argsort(unit, kind="stable")
    which, part, unit = which[order], part[order], unit[order]
    source = projections.source[which]
    node = np.cumsum(projections.n_sources) - projections.n_sources
    links = np.zeros(len(which), LINK)
    links["population"], links["node"] = source, node[source]
    links["row"] = rows.base[source] + rows.column[which] + part
    links["stride"] = rows.stride[source]
    links["stream"] = unit + len(units) * _repetitions(projections)[which]
    links["weights"] = weights.which[which]
    for k, name in enumerate(("aliases", "n_aliases", "shortest")):
        links[name] = delays.link[which, k]
    # as in NEST, synapses of neurons outside the network always transmit
    passes = np.where(source < len(network), network.rules.p_transmit, 1.0)
    links["passes"] = np.rint(passes * CERTAIN)
    records["links"] = ranges(unit.tolist(), len(units))
    return links


def _repetitions(projections: Projections) -> np.ndarray:
    """Return how many projections before it join the same populations, for each one."""
    seen: dict[tuple[int, int], int] = {}
    numbers = []
    for key in zip(projections.source.tolist(), projections.target.tolist(), strict=True):
        numbers.append(seen.get(key, 0))
        seen[key] = numbers[-1] + 1
    return np.array(numbers, np.int64)


def _out_degrees(projections: Projections, units: Units, seed: int, n_threads: int) -> np.ndarray:
    """Draw all out-degrees, one row over the units that are reached for each source neuron."""
    rows = _Rows.of(projections, units)
    sizes = [units.size[f : f + n] for f, n in zip(rows.first_unit, rows.n_units, strict=True)]
    per_neuron = projections.synapses / np.maximum(projections.n_sources[projections.source], 1)
    mean = float(per_neuron.max(initial=0.0))
    kind = np.uint16 if mean + 20 * np.sqrt(mean) + 100 < np.iinfo(np.uint16).max else np.uint32
    n_neurons = float(units.first[-1])
    check_memory(float(rows.base[-1]) * np.dtype(kind).itemsize + PER_NEURON * n_neurons)
    table = large_array(int(rows.base[-1]), kind)
    names = projections.source * len(rows.n_units) + projections.target
    names += len(projections.n_sources) * len(rows.n_units) * _repetitions(projections)

    def draw(source: int) -> None:
        n, stride = int(projections.n_sources[source]), int(rows.stride[source])
        mine = table[rows.base[source] : rows.base[source + 1]].reshape(n, stride)
        for p in np.flatnonzero(projections.source == source).tolist():
            target = int(projections.target[p])
            columns = int(rows.column[p]) + np.arange(rows.n_units[target])
            fill(mine, columns, sizes[target], int(projections.synapses[p]), seed, int(names[p]))

    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(draw, np.flatnonzero(rows.stride).tolist()))
    return table


def _costly_first(units: Units, projections: Projections) -> np.ndarray:
    """Return the units in the order in which threads should take them."""
    into = np.bincount(projections.target, projections.synapses, len(np.unique(units.population)))
    per_neuron = into / np.bincount(units.population, units.size)
    return np.argsort(-units.size * (1 + 1e-4 * per_neuron[units.population]), kind="stable")
