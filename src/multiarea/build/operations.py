"""What the steps of building do to a network: pure functions Network -> Network."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from multiarea.network.network import MATRICES, Network
from multiarea.network.stimuli import ExtraInput


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
