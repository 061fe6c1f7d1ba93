"""Spectra of population rates in a stationary state, by linear response.

A small change of the mean input of a LIF neuron with coloured noise changes its rate by the
transfer function of Schuecker et al. (2015, Phys Rev E 92:052119); the populations of a network
filter each other's fluctuations (Bos et al. 2016, PLoS Comput Biol 12:e1005132). Fluctuations of
the variance of the input are neglected, and the neurons' own spike trains count as Poisson.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import lognorm, norm, truncnorm

from multiarea.network.network import ConnectionRules, Network
from multiarea.theory.transfer import MeanField, boundaries, mean_field, response, sensitivity

NODES = 500
"""Nodes of the integrals of the transfer function: a relative precision of 1e-5."""
LOWEST = -25.0
"""Logarithm of the lower end of the integrals."""
LARGEST_ANGLE = np.pi / 6
"""Of the path of the integrals in the complex plane; they converge below pi/4."""
DELAYS = 400
"""Equally likely delays that stand for a distribution."""


def transfer_function(field: MeanField, rates: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Return how the rates of `field` follow a small modulation of their mean input.

    Schuecker et al. (2015), Eq. 29, without the synaptic filter. The parabolic cylinder functions
    there are replaced by the integrals that define them (DLMF 12.5.1), whose constants cancel.

    Parameters
    ----------
    field : MeanField
    rates : (P,) array
        Stationary rates [spikes/s].
    frequencies : (F,) array
        [Hz]; at 0 it is the derivative of the stationary rate.

    Returns
    -------
    (F, P) array of complex
        [spikes/s per mV]
    """
    rates = np.asarray(rates, float)
    phi = response(field, rates)
    sigma = field.working_point(rates)[1]
    at_threshold, at_reset = np.sqrt(2) * np.array(boundaries(field, field.working_point(rates)))
    found = np.empty((len(frequencies), len(rates)), complex)
    for row, frequency in zip(found, frequencies, strict=True):
        if frequency == 0:
            row[:] = sensitivity(field, rates, phi)[0]
            continue
        turns = 2e-3 * np.pi * frequency * field.tau_m
        quotient = _quotient(at_threshold, at_reset, turns)
        row[:] = np.sqrt(2) * phi / sigma / (1 + 1j * turns) * quotient
    return found


def effective_connectivity(
    network: Network, rates: np.ndarray, frequencies: np.ndarray
) -> np.ndarray:
    """Return how much of a modulation of the sources' rates appears in those of the targets.

    Bos et al. (2016), Eq. 12: transfer function x synaptic filter x in-degree and weight x
    Fourier transform of the distribution of delays.

    Parameters
    ----------
    network : Network
    rates : (P,) array
        Stationary rates [spikes/s].
    frequencies : (F,) array
        [Hz]

    Returns
    -------
    (F, P, P) array of complex
        [frequency, target, source]

    Raises
    ------
    InputError
        If a population lacks a parameter of LIF neurons.
    """
    field = mean_field(network)
    transfer = transfer_function(field, rates, frequencies)
    tau_ex, tau_in = (
        network.populations[name].to_numpy(float) for name in ("tau_syn_ex", "tau_syn_in")
    )
    tau_syn = np.where(network.weight < 0, tau_in[:, None], tau_ex[:, None])
    delays, place = _delays(network)
    found = np.empty((*transfer.shape, len(network)), complex)
    for matrix, gain, frequency in zip(found, transfer, frequencies, strict=True):
        omega = 2e-3j * np.pi * frequency
        delayed = np.exp(-omega * delays).mean(axis=1)[place]
        matrix[:] = gain[:, None] * field.recurrent[0] * delayed / (1 + omega * tau_syn)
    return found


def cross_spectra(network: Network, rates: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Return the cross-spectral densities of the rates of the populations.

    Bos et al. (2016), Eq. 18: (1 - W)^-1 diag(rates / neurons) (1 - W)^-H with the effective
    connectivity W. Of positive and negative frequencies together, as those of Welch's method.

    Parameters
    ----------
    network : Network
    rates : (P,) array
        Stationary rates [spikes/s].
    frequencies : (F,) array
        [Hz], above 0.

    Returns
    -------
    (F, P, P) array of complex
        [(spikes/s)^2/Hz]; the power spectra are on the diagonal.

    Raises
    ------
    InputError
        If a population lacks a parameter of LIF neurons.
    """
    own = np.sqrt(2 * np.asarray(rates, float) / network.n_neurons)
    found = effective_connectivity(network, rates, frequencies)
    for matrix in found:
        filtered = np.linalg.inv(np.eye(len(network)) - matrix) * own
        matrix[:] = filtered @ filtered.conj().T
    return found


def _quotient(at_threshold: np.ndarray, at_reset: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Return (Psi'(x_t) - Psi'(x_r)) / (Psi(x_t) - Psi(x_r)), (P,) of complex.

    With Psi(x) = exp(x^2/4) U(i turns - 1/2, -x) at the boundaries x, (P,). Both are integrals of
    t^(i turns - 1) exp(x t - t^2/2), one of them with a further t. The path is a ray through
    the saddle point, on which little cancels.
    """
    saddle = (at_threshold + np.sqrt(at_threshold**2 + 4j * turns)) / 2
    angle = np.minimum(np.angle(saddle), LARGEST_ANGLE)
    along, decay = np.maximum(at_threshold, 0) * np.cos(angle), np.cos(2 * angle)
    highest = np.log((along + np.sqrt(along**2 + 80 * decay)) / decay)  # exp(-40) of the peak
    y = np.linspace(LOWEST, highest, NODES)
    t = np.exp(y + 1j * angle)
    up, down = t * (at_threshold - t / 2), t * (at_reset - t / 2)
    peak = np.maximum(up.real.max(axis=0), down.real.max(axis=0))
    integrand = (np.exp(up - peak) - np.exp(down - peak)) * np.exp(1j * turns * y)
    return (integrand * t).sum(axis=0) / integrand.sum(axis=0)


def _delays(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return equally likely delays [ms] of each kind of projection, and each projection's kind."""
    pairs = np.stack([network.delay.ravel(), network.delay_sd.ravel()], axis=1)
    kinds, place = np.unique(np.nan_to_num(pairs), axis=0, return_inverse=True)
    u = (np.arange(DELAYS) + 0.5) / DELAYS
    delays = np.array([_quantiles(network.rules, mean, sd, u) for mean, sd in kinds])
    return delays, place.reshape(network.delay.shape)


def _quantiles(rules: ConnectionRules, mean: float, sd: float, u: np.ndarray) -> np.ndarray:
    """Return the quantiles `u` of a distribution of delays [ms], which does not reach below 0."""
    if not sd > 0 or not mean > 0:
        return np.full(len(u), mean)
    if rules.delay_distribution == "lognormal_clipped":
        spread = np.sqrt(np.log1p((sd / mean) ** 2))
        return lognorm.ppf(u, spread, scale=mean * np.exp(-(spread**2) / 2))
    if rules.delay_distribution == "normal_redrawn":
        return truncnorm.ppf(u, -mean / sd, np.inf, mean, sd)
    return np.maximum(norm.ppf(u, mean, sd), 0)
