"""The separatrix of a bistable network of two populations, which is a line."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from multiarea.network.network import Network
from multiarea.theory import mean_field, modes_at
from multiarea.theory.transfer import response


def separatrix_of_two(network: Network, state: np.ndarray, extent: float) -> np.ndarray:
    """Return the separatrix of a network of two populations as a line, (n, 2) [spikes/s].

    The flow is followed backwards from either side of the unstable fixed point.

    Parameters
    ----------
    network : Network
    state : (2,) array
        The unstable fixed point [spikes/s].
    extent : float
        Largest rate of the line [spikes/s].

    Raises
    ------
    ValueError
        If `state` does not have one unstable and one stable direction.
    """
    field, modes = mean_field(network), modes_at(network, state)
    if (modes.eigenvalues.real > 1).tolist() != [True, False]:
        raise ValueError("a separatrix that is a line needs a saddle of two populations")

    def backwards(_: float, rates: np.ndarray) -> np.ndarray:
        return rates - response(field, np.maximum(rates, 0))

    def leaves(_: float, rates: np.ndarray) -> float:
        return min(rates.min(), extent - rates.max())

    leaves.terminal = True  # type: ignore[attr-defined]
    direction = modes.right[:, 1].real
    halves = []
    for sign in (-1, 1):
        start = state + sign * 1e-3 * direction
        line = solve_ivp(backwards, (0, 50), start, events=leaves, rtol=1e-6, max_step=0.05)
        halves.append(line.y.T)
    return np.concatenate([halves[0][::-1], [state], halves[1]])
