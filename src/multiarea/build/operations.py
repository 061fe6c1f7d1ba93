"""What the steps of building do to a network: pure functions Network -> Network."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from multiarea.network.network import LEVELS, MATRICES, Network
from multiarea.network.stimuli import ExtraInput
from multiarea.parameters import ALL, Populations


def add_current(network: Network, current: np.ndarray) -> Network:
    """Add the constant `current`, (P,) [pA], to the drive of each neuron of `network`."""
    populations = network.populations.copy()
    populations["i_dc"] = populations["i_dc"] + current
    return network.replace(populations=populations)


def select_populations(network: Network, keep: np.ndarray) -> Network:
    """Return the part of `network` that consists of the populations with `keep`, (P,) of bool."""
    populations = network.populations[keep]
    targets = set(populations.index)
    inputs = (extra.onto(targets) for extra in network.extra_inputs)
    matrices = {name: getattr(network, name)[np.ix_(keep, keep)] for name in MATRICES}
    return network.replace(
        populations=populations, extra_inputs=tuple(filter(None, inputs)), **matrices
    )


def with_inputs(network: Network, inputs: Iterable[ExtraInput]) -> Network:
    """Return `network` with `inputs` added to those that it has."""
    return network.replace(extra_inputs=(*network.extra_inputs, *inputs))


def belonging_to(network: Network, wanted: Populations) -> np.ndarray:
    """Return which populations of `network` are `wanted`, (P,) of bool."""
    found = np.ones(len(network), bool)
    for level in LEVELS:
        names = getattr(wanted, "populations" if level == "population" else f"{level}s")
        if ALL not in names:
            found &= network.populations.index.get_level_values(level).isin(names)
    return found
