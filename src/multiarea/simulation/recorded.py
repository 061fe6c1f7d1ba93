"""Which neurons are recorded. No NEST here."""

from __future__ import annotations

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.spikes.writer import Recording

POTENTIALS_PER_POPULATION = 100
"""Neurons of each population whose potential is recorded by default: the first ones."""


def is_recorded(network: Network, parameters: SimulationParameters) -> np.ndarray:
    """Return whether each population of `network` is in a recorded area, (P,) of bool.

    The `parameters` name the areas; without them all are recorded.

    Raises InputError if no population is recorded.
    """
    areas = parameters.areas_recorded
    recorded = np.isin(network.area_of, areas) if areas else np.ones(len(network), bool)
    if not recorded.any():
        raise InputError(f"sim_params.areas_recorded: no population in {', '.join(areas)}")
    return recorded


def potentials_per_population(network: Network, parameters: SimulationParameters) -> np.ndarray:
    """Return in how many neurons of each population of `network` potentials are recorded, (P,).

    The share `Nrec_vm_fraction` of the `parameters`, rounded down but at least one; by default at
    most `POTENTIALS_PER_POPULATION`.
    """
    fraction = parameters.Nrec_vm_fraction
    numbers = np.minimum(network.n_neurons, POTENTIALS_PER_POPULATION)
    if fraction is not None:
        numbers = np.maximum((fraction * network.n_neurons).astype(np.int64), fraction > 0)
    return np.where(is_recorded(network, parameters), numbers, 0)


def recorded_nodes(n_neurons: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the neurons (0-based) whose potential is recorded: the first of each population.

    There are `n_neurons` of each, and `numbers` of them are recorded, both (P,).
    """
    first = np.cumsum(n_neurons) - n_neurons
    return np.concatenate([np.arange(f, f + n) for f, n in zip(first, numbers, strict=True)])


def recording(network: Network, parameters: SimulationParameters, t_stop: float) -> Recording:
    """Return what is recorded of `network` with the `parameters` until `t_stop` [ms]."""
    sizes, areas = network.populations["n_neurons"], is_recorded(network, parameters)
    return Recording(sizes, t_stop, parameters.sim_resolution, areas)
