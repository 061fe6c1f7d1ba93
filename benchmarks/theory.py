"""Stationary rates: this package against plain integration of the rate dynamics.

Run as `OMP_NUM_THREADS=1 python benchmarks/theory.py` from the repository (about a minute).
For the full-scale human model at chi = 1 and chi = 2.5 and one random start it compares, in one
process:

* ours: `multiarea.theory.stationary_rates`;
* published: d nu/ds = -nu + phi(nu) to s = 9.9 by LSODA with a numerical Jacobian at SciPy's
  default tolerances, phi by nnmt;
* converged: the same with the absolute tolerance that this takes (1e-9 spikes/s), continued until
  the residual max |phi(nu) - nu| is below 1e-8 spikes/s, as ours is (or until s = 2000).
"""

import time
import warnings
from collections.abc import Callable

import numpy as np
from nnmt.lif.exp import _firing_rate_shift
from scipy.integrate import solve_ivp

from multiarea.models.human import Parameters, build_network
from multiarea.network import Network
from multiarea.theory import stationary_rates, working_point

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


def integrate(
    slope: Callable, start: np.ndarray, *, converge: bool
) -> tuple[np.ndarray, float, float]:
    """Return the rates, the pseudo-time and the seconds taken."""
    begin = time.perf_counter()
    if not converge:
        result = solve_ivp(slope, (0, 9.9), start, method="LSODA", t_eval=np.arange(100) / 10)
        return result.y[:, -1], 9.9, time.perf_counter() - begin
    rates, s = start, 0.0
    while s < S_MAX and np.abs(slope(s, rates)).max() >= TOLERANCE:
        result = solve_ivp(slope, (0, 10), rates, method="LSODA", atol=1e-9)
        rates, s = result.y[:, -1], s + 10
    return rates, s, time.perf_counter() - begin


def compare(chi: float) -> None:
    """Print one table for the human model at `chi`."""
    factors = {"cc_scalingEtoE": chi, "cc_scalingEtoI": 2 * chi}
    network = build_network(Parameters(scaling_factors_recurrent=factors))
    slope = rate_dynamics(network)
    start = np.random.default_rng(123).uniform(0, 10, len(network))
    working_point(network, start)
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        ours = stationary_rates(network, start).rates
        seconds.append(time.perf_counter() - begin)
    fast = min(seconds)
    print(f"human model, chi = {chi}, {len(network)} populations")
    print(
        f"{'':10} {'s':>7} {'time/s':>9} {'ratio':>7} {'residual':>10} {'mean':>9} {'differs':>9}"
    )
    show("ours", (ours, np.nan, fast), fast, (slope, ours))
    for label, converge in (("published", False), ("converged", True)):
        show(label, integrate(slope, start, converge=converge), fast, (slope, ours))


def show(label: str, result: tuple, fast: float, reference: tuple) -> None:
    """Print one row: pseudo-time, seconds, ratio, residual, mean rate, largest difference."""
    rates, s, seconds = result
    slope, ours = reference
    residual, differs = np.abs(slope(0, rates)).max(), np.abs(rates - ours).max()
    print(
        f"{label:10} {s:7.1f} {seconds:9.2f} {seconds / fast:7.1f} {residual:10.1e} "
        f"{rates.mean():9.5f} {differs:9.1e}",
        flush=True,
    )


if __name__ == "__main__":
    # the published code does the same: the note on large k would come at every call
    warnings.filterwarnings("ignore", message=r"k=sqrt")
    for chi in (1.0, 2.5):
        compare(chi)
