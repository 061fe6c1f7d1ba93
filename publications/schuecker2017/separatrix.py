"""The separatrix, the border between two basins of attraction, and the unstable fixed point on it.

The border is found by bisection between two states that lead to different ends. Rates on the
border stay on it and approach a fixed point with one unstable direction: following the border
(edge tracking) leads there, and Newton's method gives its last digits. In a network of two
populations it is a line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.integrate import solve_ivp

from multiarea.network.network import Network
from multiarea.theory import NotConvergedError, mean_field, modes_at
from multiarea.theory.criticality import HALVINGS
from multiarea.theory.stationary import FixedPoint, is_same
from multiarea.theory.trajectory import Trajectory, slow_state, trajectory_from
from multiarea.theory.transfer import MeanField, response

ROUNDS = 20
"""Largest number of times that the border is bracketed again on the way to its fixed point."""
APART = 1e-2
"""Distance of two trajectories, relative to the largest rate, at which this is done."""


class Bracket(NamedTuple):
    """Two states on either side of a border."""

    inside: np.ndarray
    """(P,) [spikes/s], leads to the state whose basin has the border."""
    outside: np.ndarray
    """(P,) [spikes/s], leads elsewhere."""


def border(network: Network, inside: np.ndarray, outside: np.ndarray) -> Bracket:
    """Return states on either side of a border, 1e-9 as far apart as the given ones.

    `inside` and `outside` are states of `network`, (P,) [spikes/s], that lead to different fixed
    points; the border is that of the basin of the first one.

    Raises ValueError if both lead to the same fixed point, and NotConvergedError if `inside` leads
    to no fixed point.
    """
    field = mean_field(network)
    return _bisect(field, _leads_to_end_of(field, inside), Bracket(inside, outside))


def border_state(network: Network, inside: np.ndarray, outside: np.ndarray) -> FixedPoint:
    """Return the unstable fixed point on the border between the basins of two fixed points.

    `inside` and `outside` are states of `network`, (P,) [spikes/s], that lead to different ones,
    for example these fixed points.

    Raises ValueError if both lead to the same fixed point, and NotConvergedError if the rates on
    the border approach no fixed point.
    """
    field = mean_field(network)
    is_inside = _leads_to_end_of(field, inside)
    bracket = _bisect(field, is_inside, Bracket(inside, outside))
    for _ in range(ROUNDS):
        trajectories = [trajectory_from(field, start) for start in bracket]
        for trajectory in trajectories:
            point = slow_state(field, trajectory)
            if point is not None:
                return point
        bracket = _bisect(field, is_inside, _where_apart(*trajectories))
    raise NotConvergedError("theory: the rates on the border approach no fixed point")


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


def _leads_to_end_of(field: MeanField, start: np.ndarray) -> Callable[[np.ndarray], bool]:
    """Return whether a state leads to the fixed point to which `start` leads, as a function."""
    home = trajectory_from(field, start).end
    if home is None:
        raise NotConvergedError("theory: the inner state leads to no fixed point")

    def leads_home(rates: np.ndarray) -> bool:
        end = trajectory_from(field, rates).end
        return end is not None and is_same(end.rates, home.rates)

    return leads_home


def _bisect(field: MeanField, is_inside: Callable[[np.ndarray], bool], bracket: Bracket) -> Bracket:
    inside, outside = (np.asarray(rates, float) for rates in bracket)
    if is_inside(outside):
        raise ValueError("both states lead to the same fixed point: there is no border between")
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if is_inside(middle):
            inside = middle
        else:
            outside = middle
    return Bracket(inside, outside)


def _where_apart(inner: Trajectory, outer: Trajectory) -> Bracket:
    """Return the last close states of two trajectories that start close together."""
    bracket = Bracket(inner.rates[0], outer.rates[0])
    for rates in inner.rates:
        distance = np.abs(outer.rates - rates).max(axis=1)
        if distance.min() > APART * (1 + rates.max()):
            break
        bracket = Bracket(rates, outer.rates[distance.argmin()])
    return bracket
