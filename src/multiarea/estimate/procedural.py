"""What a simulation with the procedural engine will cost: memory from tables, time from trials."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from multiarea.estimate.costs import Workload
from multiarea.network.network import LEVELS, POPULATION_COLUMNS, Network
from multiarea.parameters import SimulationParameters

if TYPE_CHECKING:
    from multiarea.simulation.procedural.gpu.sizes import Sizes
    from multiarea.simulation.procedural.units import Units

PROCESS = 330e6
"""Python, the compiler and the libraries [bytes]."""
PER_NEURON = 18.0
"""State of a neuron, and room for its spikes [bytes]."""
GENERAL = 4.0
"""A second current of a neuron [bytes]."""
EVENT, DISTANT_EVENT = 4.0, 8.0
"""An event on its way: due soon, or in more than about 100 steps [bytes]."""
LISTS = 60e3
"""Pages of a unit's lists that are not full [bytes]."""
PER_UNIT = 0.4e-6
"""Time of one core for each unit and slice of two steps, beside neurons and events [s]."""
NEAR_STEPS = 96
"""Steps within which an event is due soon."""


class Speed(NamedTuple):
    """Time of one core [s]: a time step of a neuron, and an event."""

    update: float
    event: float


_N, _N_SOURCES, _OUT_DEGREE = 1 << 17, 512, 20_000
"""Trial: receiving and sending neurons, and synapses of each of the latter."""
_STEPS = 200
"""Time steps of 0.1 ms of one trial."""


@dataclass(frozen=True)
class ProceduralEstimate:
    """Predicted cost of a simulation with the procedural engine.

    Attributes
    ----------
    parts : dict of float
        Memory after the transient by what takes it [bytes].
    transient : float
        More memory in the first steps, in which neurons fire that begin above the threshold.
    seconds_build, seconds_run : float
        Wall time [s].
    threads : int
    """

    parts: dict[str, float]
    transient: float
    seconds_build: float
    seconds_run: float
    threads: int

    @property
    def memory(self) -> float:
        """Memory after the transient [bytes]."""
        return sum(self.parts.values())

    @property
    def peak(self) -> float:
        """Largest memory [bytes]."""
        return self.memory + self.transient


def estimate_procedural(workload: Workload, threads: int, speed: Speed) -> ProceduralEstimate:
    """Predict memory and time of a simulation with the procedural engine.

    Parameters
    ----------
    workload : Workload
    threads : int
    speed : Speed
        What `calibrate` returned.
    """
    network, parameters = workload.network, workload.parameters
    units, out_degrees, is_general = _sizes(network)
    per_event = np.where(
        network.delay > NEAR_STEPS * parameters.sim_resolution, DISTANT_EVENT, EVENT
    )
    in_flight = network.synapses * workload.rates[None, :] * 1e-3 * network.delay * per_event
    # Each neuron that begins above its threshold fires at once.
    first_events = network.synapses * _above_threshold(network, parameters)[None, :]
    run = workload.n_neurons * speed.update + len(units) * PER_UNIT / 2
    run *= parameters.t_sim / parameters.sim_resolution
    run += (workload.n_events + first_events.sum()) * speed.event
    return ProceduralEstimate(
        parts={
            "process": PROCESS,
            "out-degrees": out_degrees,
            "neurons": workload.n_neurons * (PER_NEURON + (GENERAL if is_general else 0)),
            "events": float(in_flight.sum()) + LISTS * len(units),
        },
        transient=float((first_events * per_event).sum()),
        seconds_build=2.0 + 0.75e-8 * out_degrees / threads + 2e-8 * workload.n_neurons,
        seconds_run=float(run) / threads,
        threads=threads,
    )


def _sizes(network: Network) -> tuple[Units, float, bool]:
    """Return units, size of the out-degrees [bytes], and whether neurons have two currents."""
    from multiarea.simulation.procedural.units import Units

    units = Units.of(network.n_neurons)
    n_units = np.bincount(units.population, minlength=len(network))
    out_degrees = 2.0 * float(network.n_neurons @ ((network.synapses > 0).T @ n_units))
    table = network.populations
    is_general = (table["tau_syn_ex"] != table["tau_syn_in"]).any()
    is_general |= (table[["V_th_rel_sd", "C_m_rel_sd", "tau_m_rel_sd"]] > 0).any(axis=None)
    return units, out_degrees, bool(is_general)


def sizes_on_gpu(workload: Workload) -> Sizes:
    """Return the numbers on which the memory of the simulation of a `workload` on a GPU depends."""
    from multiarea.simulation.delays import DelayLimits
    from multiarea.simulation.procedural.gpu.sizes import Sizes
    from multiarea.simulation.procedural.projections import Delays, Projections
    from multiarea.simulation.procedural.tables import slice_steps

    network, limits = workload.network, DelayLimits.of(workload.parameters)
    projections = Projections.of(network)
    delays = Delays.of(network, projections, limits)
    units, out_degrees, is_general = _sizes(network)
    return Sizes(
        neurons=int(units.first[-1]),
        sources=len(projections.n_sources),
        longest=delays.longest,
        length=slice_steps(delays.shortest),
        tables=out_degrees + delays.aliases.nbytes,
        n_sums=2 if is_general else 1,
    )


def _above_threshold(network: Network, parameters: SimulationParameters) -> np.ndarray:
    """Return the share of each population's neurons that begin above the threshold, (P,)."""
    table = network.populations
    mean = table["V0_mean"].fillna(parameters.V0_mean).to_numpy()
    sd = table["V0_sd"].fillna(parameters.V0_sd).to_numpy()
    distance = mean - table["V_th"].to_numpy()
    return np.where(sd > 0, ndtr(distance / np.where(sd > 0, sd, 1)), distance > 0)


def calibrate(threads: int) -> Speed:
    """Simulate a network of 130 000 neurons for a moment, without and with spikes.

    Raises
    ------
    InputError
        If there is no memory for it (0.5 GB).
    """
    quiet, _ = _shortest(_trial(0.0), threads)
    driven, events = _shortest(_trial(600.0), threads)
    update = quiet * threads / (_N * _STEPS)
    return Speed(update, max(driven - quiet, 0.0) * threads / max(events, 1.0))


def _shortest(network: Network, threads: int) -> tuple[float, float]:
    """Return the shortest wall time of five trials [s], and their mean number of events."""
    from multiarea.simulation.procedural.engine import Engine
    from multiarea.simulation.procedural.tables import make_plan

    parameters = SimulationParameters(simulator="procedural")
    engine = Engine(make_plan(network, parameters, threads), network, parameters, threads, 1 << 17)
    engine.advance(_STEPS)
    seconds, spikes = [], []
    for _ in range(5):
        start = time.perf_counter()
        spikes.append(len(engine.advance(engine.step + _STEPS).nodes))
        seconds.append(time.perf_counter() - start)
    return min(seconds), float(np.mean(spikes)) * _OUT_DEGREE


def _trial(current: float) -> Network:
    """Return a network of few neurons that excite many, and fire at a `current` above 375 pA."""
    columns = dict.fromkeys(POPULATION_COLUMNS, 0.0)
    columns |= {"neuron_model": "iaf_psc_exp", "rate_ext": 9.0, "weight_ext": 0.001}
    columns |= {"E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "C_m": 250.0, "tau_m": 10.0}
    columns |= {"tau_syn_ex": 0.5, "tau_syn_in": 0.5, "t_ref": 2.0, "delay_ext": 0.1}
    columns |= {"V0_mean": -60.0, "V0_sd": 3.0}
    sizes, both = [_N_SOURCES, _N], np.ones((2, 2))
    index = pd.MultiIndex.from_tuples([("trial", "-", "E"), ("trial", "-", "I")], names=LEVELS)
    table = pd.DataFrame({name: [value] * 2 for name, value in columns.items()}, index=index)
    table["n_neurons"], table["n_synapses_external"] = sizes, [2000 * n for n in sizes]
    table["i_dc"] = [current, 0.0]
    return Network(
        populations=table,
        synapses=np.array([[0, 0], [_N_SOURCES * _OUT_DEGREE, 0]]),
        weight=0.001 * both,
        weight_sd=0.0001 * both,
        delay=1.5 * both,
        delay_sd=0.75 * both,
        areas=pd.DataFrame(index=pd.Index(["trial"], name="area")),
    )
