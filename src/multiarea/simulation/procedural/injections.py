"""Currents into some neurons of a population; those into all of them are in `drives`."""

from __future__ import annotations

import numpy as np

from multiarea.network.network import Network
from multiarea.network.stimuli import PulsedCurrent
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits
from multiarea.simulation.procedural import layout
from multiarea.simulation.procedural.drives import Joined, ranges
from multiarea.simulation.procedural.neurons import drawn_parameters, propagators
from multiarea.simulation.procedural.units import Units


def set_injections(
    records: np.ndarray, network: Network, parameters: SimulationParameters, units: Units
) -> tuple[np.ndarray, np.ndarray]:
    """Return `injections` and `injected`, the pulsed currents in `network` into some neurons.

    The `records` of the `units` get their ranges of rows; the `parameters` have the resolution.
    """
    limits = DelayLimits.of(parameters)
    h = limits.resolution
    later = round(limits.fixed(h) / h)
    values, rows = Joined(np.float32), []
    for extra in network.extra_inputs:
        if not isinstance(extra, PulsedCurrent) or extra.fraction == 1:
            continue
        i = network.populations.index.get_loc(extra.target)
        row = network.populations.iloc[i].to_dict()
        neurons = drawn_parameters(row, parameters.master_seed, i)
        P22, _, _, P20 = propagators(neurons["C_m"], neurons["tau_m"], row["tau_syn_ex"], h)
        own = np.zeros(len(P22))
        own[extra.neurons(len(own))] = extra.amplitude
        steps = np.maximum(np.rint(np.array(extra.pulses) / h), 1).astype(int) + later
        for a in np.flatnonzero(units.population == i).tolist():
            place = values.add(units.with_gap(own * P20 / P22, a))[0]
            rows += [(a, (start, stop, place)) for start, stop in steps.tolist()]
    rows.sort(key=lambda row: row[0])
    records["injections"] = ranges([a for a, _ in rows], len(units))
    return np.array([row for _, row in rows], layout.INJECTION), values.array
