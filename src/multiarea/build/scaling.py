"""Down-scaling that preserves the input: pure functions Network -> Network.

van Albada, Helias & Diesmann 2015, PLoS Comput Biol 11:e1004490.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np

from multiarea.build.operations import add_current, select_populations, with_inputs
from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.stimuli import CurrentInput, PulsedCurrent, PulsedPoisson, SourceInput
from multiarea.parameters import NetworkParameters

log = logging.getLogger(__name__)


def downscale(
    network: Network, parameters: NetworkParameters, rates: np.ndarray | None = None
) -> Network:
    """Scale a `network` down by `N_scaling` (neurons) and `K_scaling` (in-degrees) of `parameters`.

    With k = `K_scaling`, J the weights, K the in-degrees and nu the full-scale `rates` [spikes/s]:

    * `sqrt`: J/sqrt(k), and a constant current (C_m/tau_m) (1 - sqrt(k)) x mean input at nu [mV]:
      mean and variance of the input are preserved;
    * `linear`: J/k: the mean is preserved, the variance grows by 1/k.

    Poisson inputs and source neurons are scaled like synapses. With `sqrt`, a current during their
    pulses compensates the input that source neurons and Poisson spikes in pulses lose. Populations
    that round to 0 neurons are removed, and their names are logged.

    Raises InputError if no neuron is left, or rates are needed and not given.
    """
    if not parameters.is_scaled:
        return network
    k = parameters.K_scaling
    scaled = scale_numbers(network, parameters.N_scaling, k)
    if parameters.scaling_type == "sqrt":
        if rates is None and parameters.needs_rates:
            raise InputError("down-scaling with 'sqrt' needs the rates of the full-scale network")
        if rates is not None:
            scaled = add_current(scaled, compensating_current(network, k, rates))
        pulses = _compensating_pulses(network, k) if k < 1 else ()
        scaled = with_inputs(scale_weights(scaled, 1 / np.sqrt(k)), pulses)
    else:
        scaled = scale_weights(scaled, 1 / k)
    return _drop_empty_populations(scaled)


def scale_numbers(network: Network, n_scaling: float, k_scaling: float) -> Network:
    """Multiply the neurons of `network` by `n_scaling`, its synapses by `n_scaling` x `k_scaling`.

    Products are rounded to the nearest integer.
    """
    populations = network.populations.copy()
    populations["n_neurons"] = _rounded(n_scaling * populations["n_neurons"])
    external = n_scaling * k_scaling * populations["n_synapses_external"]
    populations["n_synapses_external"] = _rounded(external)
    synapses = _rounded(n_scaling * k_scaling * network.synapses)
    inputs = tuple(extra.with_synapses(n_scaling, k_scaling) for extra in network.extra_inputs)
    return network.replace(populations=populations, synapses=synapses, extra_inputs=inputs)


def scale_weights(network: Network, factor: float) -> Network:
    """Multiply all weights of `network` and their standard deviations by `factor`."""
    populations = network.populations.copy()
    populations[["weight_ext", "weight_ext_sd"]] *= factor
    return network.replace(
        populations=populations,
        weight=network.weight * factor,
        weight_sd=network.weight_sd * factor,
        extra_inputs=tuple(extra.with_weights(factor) for extra in network.extra_inputs),
    )


def compensating_current(network: Network, k_scaling: float, rates: np.ndarray) -> np.ndarray:
    """Return the current that replaces the mean input lost by `sqrt` scaling, (P,) [pA].

    (C_m/tau_m) (1 - sqrt(k)) x [mean input of `network` in mV, recurrent + external], at full scale
    with the `rates`, (P,) [spikes/s], and k = `k_scaling`.
    """
    from multiarea.theory import mean_input  # slow to import

    populations = network.populations
    conductance = (populations["C_m"] / populations["tau_m"]).to_numpy()
    return conductance * (1 - np.sqrt(k_scaling)) * mean_input(network, rates)


def _compensating_pulses(
    network: Network, k_scaling: float
) -> Iterator[CurrentInput | PulsedCurrent]:
    """Yield the currents that replace the mean input that is lost during pulses.

    (1 - sqrt(k)) x [synapses per neuron x weight x tau_syn_ex x rate of a source].
    """
    for extra in network.extra_inputs:
        if isinstance(extra, PulsedPoisson):
            charge = extra.weight * network.populations.loc[extra.target, "tau_syn_ex"]
            current = (1 - np.sqrt(k_scaling)) * 1e-3 * charge * extra.rate
            chosen = extra.target, extra.pulses, extra.fraction, extra.seed
            yield PulsedCurrent(*chosen, float(current))
        if not isinstance(extra, SourceInput):
            continue
        edges = [edge for pulse in extra.pulses for edge in pulse]
        for one in extra.projections:
            row = network.populations.loc[one.target]
            charge = one.synapses / row["n_neurons"] * one.weight * row["tau_syn_ex"]
            current = (1 - np.sqrt(k_scaling)) * 1e-3 * charge * extra.rate
            steps = np.tile([current, 0.0], len(extra.pulses))
            yield CurrentInput(one.target, edges, steps)


def _drop_empty_populations(network: Network) -> Network:
    """Remove populations without neurons, and log their names.

    Raises InputError if no population is left.
    """
    keep = network.n_neurons > 0
    if keep.all():
        return network
    if not keep.any():
        raise InputError(
            "net_params.N_scaling: no population keeps a neuron; choose a larger N_scaling"
        )
    lost = [label for label, kept in zip(network.labels, keep, strict=True) if not kept]
    log.warning(
        "%d populations round to 0 neurons and are left out: %s", len(lost), ", ".join(lost)
    )
    return select_populations(network, keep)


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.rint(np.round(np.asarray(values, float), 6)).astype(np.int64)
