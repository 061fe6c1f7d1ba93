"""A fixed point of the rates at chi = 1, against LSODA with a numerical Jacobian.

From one random start to a residual below 1e-8 spikes/s. The published way stops at pseudo-time 9.9
whatever the residual; `as published` does that, `equal accuracy` goes on.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from harness import OURS, Case
from nnmt.lif.exp import _firing_rate_shift
from scipy.integrate import solve_ivp

from multiarea.models.human import Parameters, build_network
from multiarea.network.network import Network
from multiarea.theory import stationary_rates, working_point

TITLE = "theory, chi = 1, full scale"
TOLERANCE = 1e-8
S_MAX = 2000.0


def rate_dynamics(network: Network) -> Callable[[float, np.ndarray], np.ndarray]:
    """Return d nu/ds as a function of s and nu (P,), written out as a user of nnmt would."""
    table = network.populations
    tau_m, tau_syn = table["tau_m"].to_numpy(), table["tau_syn_ex"].to_numpy()
    V_th, V_reset, t_ref = (
        (table["V_th"] - table["E_L"]).to_numpy(),
        (table["V_reset"] - table["E_L"]).to_numpy(),
        table["t_ref"].to_numpy(),
    )
    psp = network.weight * (tau_syn / table["C_m"].to_numpy())[:, None]
    psp_ext = (table["weight_ext"] * table["tau_syn_ex"] / table["C_m"]).to_numpy()
    per_second = 1e-3 * tau_m
    external = per_second * network.indegree_external * table["rate_ext"].to_numpy()
    mean, variance = (per_second[:, None] * network.indegree * psp**power for power in (1, 2))

    def slope(_: float, rates: np.ndarray) -> np.ndarray:
        mu = mean @ rates + external * psp_ext
        sigma = np.sqrt(np.maximum(variance @ rates + external * psp_ext**2, 0))
        times = 1e-3 * tau_m, 1e-3 * t_ref, 1e-3 * tau_syn
        return _firing_rate_shift(mu, sigma, V_reset, V_th, *times) - rates

    return slope


def full_scale(chi: float) -> tuple[Network, np.ndarray]:
    """Return the network at `chi` and a random start."""
    # the published code does the same: the note on large k would come at every call
    warnings.filterwarnings("ignore", message=r"k=sqrt")
    factors = {"cc_scalingEtoE": chi, "cc_scalingEtoI": 2 * chi}
    network = build_network(Parameters(scaling_factors_recurrent=factors))
    start = np.random.default_rng(123).uniform(0, 10, len(network))
    working_point(network, start)
    return network, start


def ours_at(chi: float) -> Callable[[Case], Callable[[], None]]:
    def prepare(case: Case) -> Callable[[], None]:
        network, start = full_scale(chi)

        def work() -> None:
            assert stationary_rates(network, start).residual < TOLERANCE

        return work

    return prepare


def lsoda_at(chi: float) -> Callable[[Case], Callable[[], None]]:
    """Integrate until the residual is as small as ours."""

    def prepare(case: Case) -> Callable[[], None]:
        network, rates = full_scale(chi)
        slope = rate_dynamics(network)

        def work() -> None:
            nu, s = rates, 0.0
            while s < S_MAX and np.abs(slope(s, nu)).max() >= TOLERANCE:
                nu = solve_ivp(slope, (0, 10), nu, method="LSODA", atol=1e-9).y[:, -1]
                s += 10

        return work

    return prepare


def as_published(case: Case) -> Callable[[], None]:
    network, start = full_scale(1.0)
    slope = rate_dynamics(network)

    def work() -> None:
        solve_ivp(slope, (0, 9.9), start, method="LSODA", t_eval=np.arange(100) / 10)

    return work


SIDES = {
    OURS: ours_at(1.0),
    "published way, equal accuracy": lsoda_at(1.0),
    "as published, residual 1e-2": as_published,
}
