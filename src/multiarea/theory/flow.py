"""The rate dynamics d nu/ds = -nu + phi(nu) as a function of pseudo-time."""

from __future__ import annotations

import numpy as np

from multiarea.network import Network
from multiarea.theory.transfer import mean_field, response


def rate_flow(network: Network, initial: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Integrate the rate dynamics.

    Parameters
    ----------
    network : Network
    initial : (P,) array [spikes/s]
    times : (n,) array
        Pseudo-times, rising, the first 0.

    Returns
    -------
    (n, P) array [spikes/s]
    """
    from scipy.integrate import solve_ivp

    field = mean_field(network)

    def slope(_: float, rates: np.ndarray) -> np.ndarray:
        return response(field, np.maximum(rates, 0)) - rates

    span = (float(times[0]), float(times[-1]))
    solution = solve_ivp(slope, span, initial, "RK23", times, rtol=1e-4, atol=1e-6)
    return np.maximum(solution.y.T, 0)
