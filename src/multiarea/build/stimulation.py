"""Stimuli: Poisson spikes and currents into chosen populations. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from multiarea.build.operations import add_current, belonging_to, with_inputs
from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.stimuli import CurrentInput, PulsedCurrent, PulsedPoisson
from multiarea.parameters import NetworkParameters


def stimulate(network: Network, parameters: NetworkParameters) -> Network:
    """Add the currents of `dc_stimulus` and the `stimulation` of the `parameters` to `network`.

    Raises InputError if a population has no neurons, or a stimulus fits no population.
    """
    current, inputs = np.zeros(len(network)), []
    for *names, amplitude, start, stop in parameters.dc_stimulus:
        target = tuple(names)
        if target not in network.populations.index:
            raise InputError(
                f"net_params.dc_stimulus: population {target} has no neurons in this network"
            )
        if start == 0 and stop is None:
            current[network.populations.index.get_loc(target)] += amplitude
        else:
            edges = [start] if stop is None else [start, stop]
            inputs.append(CurrentInput(target, edges, [amplitude, 0.0][: len(edges)]))
    network = with_inputs(add_current(network, current), iter(inputs))
    return with_inputs(network, _pulsed_inputs(network, parameters))


def _pulsed_inputs(
    network: Network, parameters: NetworkParameters
) -> Iterator[PulsedPoisson | PulsedCurrent]:
    """Yield the input of `stimulation` into each population; silenced areas get none."""
    silent = parameters.lesions.areas if parameters.lesions else ()
    for number, one in enumerate(parameters.stimulation):
        chosen = network.populations[belonging_to(network, one) & ~np.isin(network.area_of, silent)]
        if chosen.empty:
            raise InputError(
                f"net_params.stimulation[{number}]: fits no population that has neurons"
            )
        for target, row in chosen.iterrows():
            common = target, one.times, one.fraction, one.seed
            if one.current is not None:
                yield PulsedCurrent(*common, one.current)
            else:
                # 0: the shortest that the simulation has, as for the external input
                delay = float(row["delay_ext"]) if np.isfinite(row["delay_ext"]) else 0.0
                rate = one.rate * one.synapses
                yield PulsedPoisson(*common, rate, float(row["weight_ext"]), delay)
