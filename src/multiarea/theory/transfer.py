"""Working point of populations of LIF neurons, their rates and the exact derivatives.

Neurons receive many weak synapses with exponential currents (diffusion approximation); the
rates are those of Fourcaud & Brunel (2002). Every neuron of a population has the mean parameters
of that population; the spread of weights and parameters is not part of the theory. Potentials are
relative to E_L.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import erfc, erfcx, zetac

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.neurons import SUBTYPES
from multiarea.network.stimuli import CurrentInput, PoissonInput, PulsedPoisson
from multiarea.parameters import LIF
from multiarea.theory.siegert import siegert_integral

ALPHA = np.sqrt(2) * abs(zetac(0.5) + 1)
"""sqrt(2) |zeta(1/2)|: shift of threshold and reset by coloured noise (Fourcaud & Brunel 2002)."""
NOISE_MIN = 1e-7
"""Least sigma relative to V_th - V_reset; input without noise gets this much."""
WorkingPoint = tuple[np.ndarray, np.ndarray, np.ndarray]
"""mu [mV], sigma [mV] and effective tau_syn [ms] of the input, each (P,)."""


@dataclass(frozen=True)
class MeanField:
    """A network as the theory sees it; potentials (P,) are relative to E_L [mV], times [ms]."""

    recurrent: np.ndarray
    """(3, P, P) [moment, target, source]: what 1 spike/s of the source adds to the mean [mV], to
    the variance [mV^2] and to variance / tau_syn [mV^2/ms] of the target's input."""
    external: np.ndarray
    """(3, P), the same three moments of the external input."""
    dc: np.ndarray
    """(P,), mean input from constant currents [mV]."""
    V_th: np.ndarray
    V_reset: np.ndarray
    tau_m: np.ndarray
    t_ref: np.ndarray
    tau_syn_ex: np.ndarray

    def moments(self, rates: np.ndarray) -> np.ndarray:
        """Return the (3, P) moments of the input at `rates` (P,), without constant currents."""
        return self.recurrent @ rates + self.external

    def working_point(self, rates: np.ndarray) -> WorkingPoint:
        """Return the working point at `rates` (P,)."""
        mean, variance, variance_per_time = self.moments(rates)
        tau_syn = np.divide(
            variance, variance_per_time, out=self.tau_syn_ex.copy(), where=variance_per_time > 0
        )
        return mean + self.dc, np.sqrt(variance), tau_syn


def mean_field(network: Network) -> MeanField:
    """Return what the theory needs of a network.

    Each spike of the source counts J [mV] = w tau_syn / C_m (the integral of its PSP divided by
    tau_m), with tau_syn of the weight's sign; K is the in-degree.

    Raises InputError if a population lacks a parameter of LIF neurons, as those of another model
    do.
    """
    _check_neurons(network)
    return _field(network)


def _field(network: Network) -> MeanField:
    numbers = network.populations.select_dtypes("number")
    column = {name: numbers[name].to_numpy(float) for name in numbers}
    tau_m, tau_ex = column["tau_m"], column["tau_syn_ex"]
    tau_syn = np.where(network.weight < 0, column["tau_syn_in"][:, None], tau_ex[:, None])
    psp = network.weight * tau_syn / column["C_m"][:, None]
    spikes = 1e-3 * tau_m[:, None] * network.indegree * network.rules.p_transmit
    psp_ext = column["weight_ext"] * tau_ex / column["C_m"]
    spikes_ext = 1e-3 * tau_m * network.indegree_external * column["rate_ext"]
    external = [psp_ext * spikes_ext, psp_ext**2 * spikes_ext, psp_ext**2 * spikes_ext / tau_ex]
    moments, current = _extra_input(network)
    return MeanField(
        recurrent=np.stack([psp * spikes, psp**2 * spikes, psp**2 * spikes / tau_syn]),
        external=np.stack(external) + moments,
        dc=(column["i_dc"] + current) * tau_m / column["C_m"],
        V_th=column["V_th"] - column["E_L"],
        V_reset=column["V_reset"] - column["E_L"],
        tau_m=tau_m,
        t_ref=column["t_ref"],
        tau_syn_ex=tau_ex,
    )


def _extra_input(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return the moments (3, P) and the current (P,) [pA] of the extra inputs that persist."""
    moments, current = np.zeros((3, len(network))), np.zeros(len(network))
    for extra in network.extra_inputs:
        if isinstance(extra, PoissonInput):
            target = network.populations.index.get_loc(extra.target)
            moments[:, target] += poisson_moments(network, extra)
        elif isinstance(extra, CurrentInput):
            target = network.populations.index.get_loc(extra.target)
            current[target] += extra.amplitudes[-1]
    return moments, current


def poisson_moments(network: Network, extra: PoissonInput | PulsedPoisson) -> np.ndarray:
    """Return the moments, (3,) as those of `MeanField`, of an `extra` input of `network`."""
    row = network.populations.loc[extra.target]
    tau_syn = row["tau_syn_in"] if extra.weight < 0 else row["tau_syn_ex"]
    psp = extra.weight * tau_syn / row["C_m"]
    return np.array([psp, psp**2, psp**2 / tau_syn]) * 1e-3 * row["tau_m"] * extra.rate


def working_point(network: Network, rates: np.ndarray) -> WorkingPoint:
    """Return the working point of the populations of `network` at `rates` (P,) [spikes/s].

    Fourcaud & Brunel (2002), Eq. 3.4: mu_i = tau_m sum_j K_ij J_ij nu_j + external + DC, relative
    to E_L, sigma_i^2 = tau_m sum_j K_ij J_ij^2 nu_j + external; tau_syn is sigma^2 divided by the
    same sum with K/tau_syn (tau_syn_ex where there is no noise).
    """
    return mean_field(network).working_point(np.asarray(rates, float))


def mean_input(network: Network, rates: np.ndarray) -> np.ndarray:
    """Return the mean synaptic input of `network` at `rates` (P,) [spikes/s], (P,) [mV]."""
    return _field(network).moments(np.asarray(rates, float))[0]


def gain_matrix(network: Network, rates: np.ndarray) -> np.ndarray:
    """Return d phi_i / d nu_j of `network` at `rates` (P,), (P, P) [target, source].

    A fixed point is stable in d nu/ds = -nu + phi(nu) if all eigenvalues have real parts < 1.
    """
    field, rates = mean_field(network), np.asarray(rates, float)
    return gains(field, rates, response(field, rates))


def response(field: MeanField, rates: np.ndarray) -> np.ndarray:
    """Return phi(nu), (P,) [spikes/s]: the response of `field` to its input at `rates` (P,)."""
    return firing_rates(field, *field.working_point(rates))


def firing_rates(
    field: MeanField, mu: np.ndarray, sigma: np.ndarray, tau_syn: np.ndarray
) -> np.ndarray:
    """Return the rates of the neurons of `field`, (P,) [spikes/s].

    The input has the mean `mu`, standard deviation `sigma` [mV] and time constant `tau_syn` [ms].
    Fourcaud & Brunel (2002), Eq. 4.33, as shifted boundaries of the Siegert formula. Without
    noise the limit is a LIF neuron with constant current.
    """
    y_th, y_r = boundaries(field, (mu, sigma, tau_syn))
    return 1e3 / (field.t_ref + field.tau_m * siegert_integral(y_r, y_th))


def gains(field: MeanField, rates: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Return d phi_i / d nu_j (P, P) of `field` at `rates`, given `phi` = phi(rates) (P,)."""
    return np.einsum("mi,mij->ij", sensitivity(field, rates, phi), field.recurrent)


def sensitivity(field: MeanField, rates: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Return the derivatives of phi by the moments of the input of `field` at `rates`, (3, P).

    Analytic, through mean, variance and effective time constant of the input, given `phi` (P,).
    """
    mu, sigma, tau_syn = field.working_point(rates)
    by_mean, by_variance, by_tau = _derivatives(field, (mu, sigma, tau_syn), phi)
    total = field.moments(rates)[2]
    by_tau = np.divide(by_tau, total, out=np.zeros_like(total), where=total > 0)
    return np.stack([by_mean, by_variance + by_tau, -by_tau * tau_syn])


def large_k_note(field: MeanField, rates: np.ndarray) -> tuple[str, ...]:
    """Return a note if sqrt(tau_syn/tau_m) of `field` at `rates` exceeds sqrt(0.1), as in nnmt."""
    k = np.sqrt(field.working_point(rates)[2] / field.tau_m)
    n_large = int(np.sum(k > np.sqrt(0.1)))
    if not n_large:
        return ()
    return (
        f"sqrt(tau_syn/tau_m) reaches {k.max():.3f} and exceeds 0.316 in {n_large} of {len(k)} "
        "populations: the rates are of first order in this number, so synapses this slow make "
        "them approximate.",
    )


def _check_neurons(network: Network) -> None:
    needed = ["E_L", "V_th", "V_reset", "C_m", "tau_m", "tau_syn_ex", "tau_syn_in", "t_ref"]
    lacking = network.populations[needed].isna().to_numpy()
    models = network.populations["neuron_model"]
    wrong = lacking.any(axis=1) | (models != LIF).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        names = ", ".join(np.array(needed)[lacking[row]]) or f"neurons of the model {LIF}"
        raise InputError(
            f"theory: population {network.labels[row]} has no {names}; the theory covers LIF "
            f"neurons with exponential synapses ({LIF}), not {models.iloc[row]}"
        )
    mixed = network.populations.get(SUBTYPES, pd.Series(dtype=str)).ne("")
    if mixed.any():
        raise InputError(
            f"theory: the neurons of {'|'.join(mixed.idxmax())} are of several kinds "
            "(net_params.neuron_types with a share); the theory covers populations whose neurons "
            "are alike"
        )


def boundaries(field: MeanField, point: WorkingPoint) -> tuple[np.ndarray, np.ndarray]:
    """Return threshold and reset of the neurons of `field`, shifted by the coloured noise.

    In units of sigma above mu of the working `point`, each (P,).
    """
    mu, sigma, tau_syn = point
    sigma = np.maximum(sigma, NOISE_MIN * (field.V_th - field.V_reset))
    shift = ALPHA / 2 * np.sqrt(tau_syn / field.tau_m)
    return (field.V_th - mu) / sigma + shift, (field.V_reset - mu) / sigma + shift


def _derivatives(
    field: MeanField, point: WorkingPoint, phi: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return d phi by mean, by variance and by tau_syn of the input, each (P,).

    With the boundaries y and the integrand f(y) = exp(y^2) (1 + erf y):
    d phi = -sqrt(pi) tau_m phi^2 [f(y_th) dy_th - f(y_r) dy_r].
    """
    mu, sigma, tau_syn = point
    sigma = np.maximum(sigma, NOISE_MIN * (field.V_th - field.V_reset))
    y_th, y_r = boundaries(field, point)
    factor = 1e-3 * np.sqrt(np.pi) * field.tau_m
    at_threshold, at_reset = (factor * _squared_times_f(phi, y) for y in (y_th, y_r))
    change = at_threshold - at_reset
    torque = (field.V_th - mu) * at_threshold - (field.V_reset - mu) * at_reset
    by_shift = -ALPHA / 4 * change / np.sqrt(tau_syn * field.tau_m)
    return change / sigma, torque / (2 * sigma**3), by_shift


def _squared_times_f(phi: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return phi^2 exp(y^2) (1 + erf y) without overflow (phi^2 decays as exp(-2 y_th^2))."""
    positive = np.maximum(y, 0)
    with np.errstate(divide="ignore"):
        above = np.exp(2 * np.log(phi) + positive**2) * erfc(-positive)
    return np.where(y < 0, phi**2 * erfcx(np.maximum(-y, 0)), above)
