"""Postsynaptic potentials and currents, lognormal moments, and filtering by synapses."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def psc_over_psp(C_m: ArrayLike, tau_m: ArrayLike, tau_syn: ArrayLike) -> np.ndarray:
    """Return the peak current of an exponential synapse per peak potential [pA/mV].

    (C_m/tau_m) eps^(-1/(1 - eps)) with eps = tau_syn/tau_m, and its limit e C_m/tau_m for eps = 1
    (van Albada et al. 2018, Eq. 5); `C_m` in pF, `tau_m` and `tau_syn` in ms.
    """
    eps = np.asarray(tau_syn, float) / np.asarray(tau_m, float)
    degenerate = np.isclose(eps, 1.0, rtol=0, atol=1e-9)
    safe = np.where(degenerate, 0.5, eps)
    exponent = np.where(degenerate, 1.0, -np.log(safe) / (1.0 - safe))
    return np.asarray(C_m, float) / np.asarray(tau_m, float) * np.exp(exponent)


def alpha_psc_over_psp(C_m: ArrayLike, tau_m: ArrayLike, tau_syn: ArrayLike) -> np.ndarray:
    """Return the peak current of an alpha-function synapse per peak potential [pA/mV].

    The current I(t) = e t/tau_s exp(-t/tau_s) gives V(t) = e/(tau_s C_m) exp(-t/tau_m)
    [1 - (1 + b t) exp(-b t)] / b^2 with b = 1/tau_s - 1/tau_m, which is largest where
    exp(b t) = 1 + b t tau_m/tau_s: a branch of the Lambert function. `C_m` in pF, `tau_m` and
    `tau_syn` = tau_s, the time of the peak current, in ms.
    """
    from scipy.special import lambertw  # slow to import

    C_m, tau_m, tau_syn = np.broadcast_arrays(
        *(np.asarray(x, float) for x in (C_m, tau_m, tau_syn))
    )
    # Where both time constants agree to 1e-4, the potential is that for this difference.
    tau = np.where(np.abs(tau_syn / tau_m - 1) < 1e-4, tau_m * (1 - 1e-4), tau_syn)
    c, b = tau_m / tau, 1 / tau - 1 / tau_m
    z = np.where(
        b > 0,
        -1 / c - lambertw(-np.exp(-1 / c) / c, -1).real,
        -1 / c - lambertw(-np.exp(-1 / c) / c, 0).real,
    )
    t = z / b
    peak = np.e / (tau * C_m) * np.exp(-t / tau_m) * (1 - (1 + z) * np.exp(-z)) / b**2
    return 1 / peak


def lognormal_parameters(mean: ArrayLike, sd: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return mu and sigma of ln(X) for a lognormal X with the `mean` and standard deviation `sd`.

    sigma^2 = ln(1 + sd^2/mean^2), mu = ln(mean) - sigma^2/2.
    """
    mean, sd = np.asarray(mean, float), np.asarray(sd, float)
    variance = np.log1p((sd / mean) ** 2)
    return np.log(mean) - variance / 2, np.sqrt(variance)


def exponential_filter(rate: np.ndarray, tau: float, binsize: float) -> np.ndarray:
    """Convolve a `rate`, (n, bins) [1/ms], with exp(-t / `tau`), and average over bins.

    Exact for every `binsize` [ms]: y' = -y / tau + rate is solved within each bin, starting from
    the steady state of the mean rate. Returns (n, bins), dimensionless.
    """
    decay = np.exp(-binsize / tau)
    steady = np.ascontiguousarray(rate.T) * tau
    at_start = np.empty_like(steady)
    at_start[0] = steady.mean(axis=0)
    gain = (1 - decay) * steady
    for k in range(len(steady) - 1):
        at_start[k + 1] = decay * at_start[k] + gain[k]
    return (steady + (at_start - steady) * (tau / binsize * (1 - decay))).T
