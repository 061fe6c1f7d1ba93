"""What the steps of building do to a network: pure functions Network -> Network."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from multiarea.network.network import Network
from multiarea.network.stimuli import ExtraInput


def add_current(network: Network, current: np.ndarray) -> Network:
    """Add a constant current (P,) [pA] to the drive of each neuron."""
    populations = network.populations.copy()
    populations["i_dc"] = populations["i_dc"] + current
    return network.replace(populations=populations)


def select_populations(network: Network, keep: np.ndarray) -> Network:
    """Return the network of the populations marked in `keep`, (P,) of bool."""
    pairs = np.ix_(keep, keep)
    populations = network.populations[keep]
    names = set(populations.index)
    return network.replace(
        populations=populations,
        extra_inputs=tuple(
            extra.onto(names) for extra in network.extra_inputs if extra.onto(names)
        ),
        **{
            name: getattr(network, name)[pairs]
            for name in ("synapses", "weight", "weight_sd", "delay", "delay_sd")
        },
    )


def with_inputs(network: Network, inputs: Iterable[ExtraInput]) -> Network:
    """Add inputs to those that a network has."""
    return network.replace(extra_inputs=(*network.extra_inputs, *inputs))
