"""Simulation modes: a subset of areas, and input in place of projections.

Pure functions Network -> Network. The projections that are replaced become one input per target
population, which simulation and theory treat like any other. Schmidt et al. 2018b, "Simulations".
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from multiarea.build.operations import add_current, select_populations, with_inputs
from multiarea.data.rates import RateSeries
from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.stimuli import CurrentInput, ExtraInput, PoissonInput
from multiarea.network.synapses import exponential_filter
from multiarea.parameters import NetworkParameters

Rates = np.ndarray | RateSeries
"""(P,) [spikes/s], or a function of time."""


def apply_modes(
    network: Network, parameters: NetworkParameters, rates: Rates | None = None
) -> Network:
    """Replace projections between areas of the full-scale `network`, and keep the simulated areas.

    The `parameters` are `areas_simulated`, `replace_non_simulated_areas` and `replace_cc`; `rates`
    are those of the sources, which `hom_poisson_stat` and `nothing` do not need.

    Raises InputError if a population that projects has no rate, or no neuron is left.
    """
    names = parameters.areas_simulated
    kept = np.isin(network.area_of, names) if names else np.ones(len(network), bool)
    if not kept.any():
        raise InputError(f"net_params.areas_simulated: no population in {', '.join(names)}")
    mode_of_source = np.where(kept, parameters.replace_cc, parameters.replace_non_simulated_areas)
    replaced = kept[:, None] & network.is_between_areas
    for mode in dict.fromkeys(parameters.modes):
        chosen = replaced & (mode_of_source == mode)[None, :]
        if chosen.any():
            network = replace_projections(network, chosen, mode, rates)
    if kept.all():
        return network
    areas = network.areas[network.areas.index.isin(names)]
    return select_populations(network, kept).replace(areas=areas)


def replace_projections(
    network: Network, chosen: np.ndarray, mode: str, rates: Rates | None = None
) -> Network:
    """Return `network` with input in place of the `chosen` projections, (P, P) of bool.

    With K the in-degree (times the probability of transmission), w the weight and r the rate of
    the source, the `mode` decides what a target gets:

    * `hom_poisson_stat`: Poisson spikes at sum K r, r that of the target's external synapses;
    * `het_poisson_stat`: the same with the rate of each source in `rates` (a series: its mean);
    * `het_current_nonstat`: the current sum w K (r(t - delay) * exp(-t/tau_syn)), constant for
      `rates` that are constant;
    * `nothing`: nothing.

    Raises InputError if a source has no rate, or `hom_poisson_stat` finds no rate of external
    synapses.
    """
    indegree = np.where(chosen, network.indegree * network.rules.p_transmit, 0.0)
    cut = network.replace(synapses=np.where(chosen, 0, network.synapses))
    if mode == "nothing":
        return cut
    if mode == "hom_poisson_stat":
        return with_inputs(cut, _poisson_inputs(network, indegree * _external_rates(network)))
    sources = indegree.any(axis=0)
    if mode == "het_current_nonstat" and isinstance(rates, RateSeries):
        return with_inputs(cut, _series_inputs(network, indegree, rates))
    mean = _constant(network, rates, sources)
    if mode == "het_current_nonstat":
        return add_current(cut, _mean_current(network, indegree, mean))
    return with_inputs(cut, _poisson_inputs(network, indegree * mean))


def _poisson_inputs(network: Network, spikes: np.ndarray) -> Iterator[ExtraInput]:
    """Yield one Poisson input per target population and weight; its delay is the spikes' mean.

    `spikes`, (P, P), is the rate at which a target neuron gets spikes from a source [spikes/s].
    """
    for row, target in enumerate(network.populations.index):
        for weight in np.unique(network.weight[row, spikes[row] > 0]):
            part = np.where(network.weight[row] == weight, spikes[row], 0.0)
            delay = float(part @ network.delay[row] / part.sum())
            yield PoissonInput(target, float(part.sum()), float(weight), delay)


def _mean_current(network: Network, indegree: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Return the mean synaptic current sum w tau_syn K r, (P,) [pA]."""
    return 1e-3 * (network.weight * _tau_syn(network) * indegree) @ rates


def _series_inputs(
    network: Network, indegree: np.ndarray, series: RateSeries
) -> Iterator[ExtraInput]:
    """Yield the current into each target population; outside the series, that of the mean rates."""
    rates = _rates_in_order(network, series, indegree.any(axis=0))
    mean = _mean_current(network, indegree, rates.mean(axis=1))
    tau_syn = _tau_syn(network)
    current = np.zeros((len(network), rates.shape[1]))
    for tau in np.unique(tau_syn[indegree > 0]):
        strength = 1e-3 * np.where(tau_syn == tau, network.weight * indegree, 0.0)
        filtered = exponential_filter(rates, tau, series.step)
        before = tau * rates.mean(axis=1, keepdims=True)
        shifts = np.rint(network.delay / series.step).astype(int)
        current += _delayed(strength, shifts, filtered, before)
    times = series.start + series.step * np.arange(rates.shape[1] + 1)
    amplitudes = np.column_stack([current, mean])
    if series.start > 0:
        times, amplitudes = np.append(0.0, times), np.column_stack([mean, amplitudes])
    for row in np.flatnonzero(indegree.any(axis=1)):
        yield CurrentInput(network.populations.index[row], times, amplitudes[row])


def _delayed(
    strength: np.ndarray, shifts: np.ndarray, signal: np.ndarray, before: np.ndarray
) -> np.ndarray:
    """Return sum_j strength_ij signal_j(k - shift_ij), (P, T); the signal begins as `before`."""
    total, n_steps = np.zeros_like(signal), signal.shape[1]
    for shift in np.unique(shifts[strength != 0]):
        first = np.repeat(before, min(shift, n_steps), axis=1)
        moved = np.concatenate([first, signal], axis=1)[:, :n_steps]
        part = np.where(shifts == shift, strength, 0.0)
        used = part.any(axis=0)
        total += part[:, used] @ moved[used]
    return total


def _tau_syn(network: Network) -> np.ndarray:
    """Return the synaptic time constant of each projection by the sign of its weight, (P, P)."""
    populations = network.populations
    excitatory, inhibitory = (populations[f"tau_syn_{kind}"].to_numpy() for kind in ("ex", "in"))
    return np.where(network.weight < 0, inhibitory[:, None], excitatory[:, None])


def _external_rates(network: Network) -> np.ndarray:
    """Return the rate of the external synapses of each target, (P, 1) [spikes/s]."""
    rates = network.populations["rate_ext"].to_numpy()[:, None]
    if not rates.all():
        raise InputError(
            "net_params: hom_poisson_stat takes the rate of the external synapses, but "
            f"{network.labels[int(np.argmin(rates))]} has none (its drive is a constant current); "
            "choose het_poisson_stat"
        )
    return rates


def _constant(network: Network, rates: Rates | None, sources: np.ndarray) -> np.ndarray:
    """Return one rate per population, (P,); the mean of a series."""
    if isinstance(rates, RateSeries):
        return _rates_in_order(network, rates, sources).mean(axis=1)
    if rates is None or not np.isfinite(rates[sources]).all():
        raise InputError("net_params: the populations whose projections are replaced need rates")
    return np.where(sources, rates, 0.0)


def _rates_in_order(network: Network, series: RateSeries, sources: np.ndarray) -> np.ndarray:
    """Return the series of each population, (P, T); 0 for those that are not sources."""
    keys = network.populations.index[sources]
    missing = keys.difference(series.rates.index)
    if len(missing):
        raise InputError(
            f"net_params.replace_cc_input_source: no rates of {len(missing)} populations that "
            f"project, the first: {'|'.join(missing[0])}"
        )
    rates = np.zeros((len(network), series.rates.shape[1]))
    rates[sources] = series.rates.loc[keys].to_numpy()
    return rates
