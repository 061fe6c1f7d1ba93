"""Stationary rates while stimuli last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from multiarea.network.network import Network
from multiarea.network.stimuli import CurrentInput, PulsedCurrent, PulsedPoisson, SourceInput
from multiarea.theory.flow import follow
from multiarea.theory.stationary import NotConvergedError, end_of_flow
from multiarea.theory.transfer import MeanField, mean_field, poisson_moments

Pulses = tuple[tuple[float, float], ...]
"""Start and stop of each pulse [ms]."""
Stimulus = PulsedPoisson | PulsedCurrent


def rates_during(network: Network, pulses: Pulses, initial: np.ndarray) -> np.ndarray:
    """Return the rates that `network` would have if the input of the `pulses` lasted, (P,).

    Neurons of a population that get different input are populations of their own; returned is the
    mean over all neurons of each population [spikes/s].

    Parameters
    ----------
    network : Network
    pulses : tuple of (float, float)
        Start and stop of each pulse [ms]; the input that comes at these times counts.
    initial : (P,) array
        Rates without it, from which the flow begins [spikes/s].

    Raises
    ------
    NotConvergedError
        If the rates reach no fixed point.
    """
    stimuli = list(_stimuli(network, pulses))
    population, share, gets = _parts(network, stimuli)
    field = _divided(mean_field(network), population, share)
    external, dc = field.external.copy(), field.dc.copy()
    for stimulus, some in zip(stimuli, gets.T, strict=True):
        if isinstance(stimulus, PulsedCurrent):
            row = network.populations.loc[stimulus.target]
            dc[some] += stimulus.amplitude * row["tau_m"] / row["C_m"]
        else:
            external[:, some] += poisson_moments(network, stimulus)[:, None]
    field = replace(field, external=external, dc=dc)
    point = end_of_flow(follow(field, initial[population]))
    if point is None:
        raise NotConvergedError("theory: the rates during the stimulus reach no fixed point")
    return np.bincount(population, share * point.rates)


def _stimuli(network: Network, pulses: Pulses) -> Iterator[Stimulus]:
    """Yield the inputs at the times of the `pulses`, those of source neurons by their targets."""
    for extra in network.extra_inputs:
        if isinstance(extra, Stimulus) and extra.pulses == pulses:
            yield extra
        elif isinstance(extra, SourceInput) and extra.pulses == pulses:
            for one in extra.projections:
                rate = one.synapses / network.populations.loc[one.target, "n_neurons"] * extra.rate
                yield PulsedPoisson(one.target, pulses, 1.0, 0, rate, one.weight, one.delay)
        elif isinstance(extra, CurrentInput) and np.array_equal(extra.times, np.ravel(pulses)):
            yield PulsedCurrent(extra.target, pulses, 1.0, 0, float(extra.amplitudes[0]))


def _parts(network: Network, stimuli: list[Stimulus]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the parts of populations that get the same of the `stimuli`.

    These are the population of each part, (n,), its share of the neurons, (n,), and which stimuli
    it gets, (n, stimuli) of bool.
    """
    population, share, gets = [], [], []
    for i, (key, n) in enumerate(zip(network.populations.index, network.n_neurons, strict=True)):
        targeted = np.array([one.target == key for one in stimuli], bool)
        neurons = np.zeros((n if targeted.any() else 1, len(stimuli)), bool)
        for k in np.flatnonzero(targeted):
            neurons[stimuli[k].neurons(n), k] = True
        kinds, numbers = np.unique(neurons, axis=0, return_counts=True)
        population += [i] * len(kinds)
        share += (numbers / numbers.sum()).tolist()
        gets.append(kinds)
    return np.array(population), np.array(share), np.concatenate(gets)


def _divided(field: MeanField, population: np.ndarray, share: np.ndarray) -> MeanField:
    """Return `field` with parts, (n,), instead of populations; each has the input of its own."""
    names = ("dc", "V_th", "V_reset", "tau_m", "t_ref", "tau_syn_ex")
    return MeanField(
        recurrent=field.recurrent[:, population][:, :, population] * share,
        external=field.external[:, population],
        **{name: getattr(field, name)[population] for name in names},
    )
