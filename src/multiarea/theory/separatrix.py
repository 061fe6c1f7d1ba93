"""The border between two basins of attraction, and the unstable fixed point on it.

The border is found by bisection between two states that lead to different ends. Rates on the
border stay on it and approach a fixed point with one unstable direction: following the border
(edge tracking) leads there, and Newton's method gives its last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from multiarea.network.network import Network
from multiarea.theory.flow import FINE, State, euler, follow
from multiarea.theory.stability import modes_at
from multiarea.theory.stationary import (
    FixedPoint,
    NotConvergedError,
    end_of_flow,
    is_same,
    newton,
)
from multiarea.theory.transfer import MeanField, mean_field, response

HALVINGS = 30
"""Halvings of an interval: to 1e-9 of its length."""
ROUNDS = 20
"""Times that the border is bracketed anew on the trajectory to its fixed point."""
APART = 1e-2
"""Distance of two trajectories, relative to the largest rate, where the border is bracketed anew.
"""
MARGIN = 1e-2
"""Distance of an eigenvalue from 1 within which stable and unstable states count as merging."""
TRIALS = 5
"""Most slow states of a trajectory from which Newton's method is tried."""


class Bracket(NamedTuple):
    """Two states on either side of a border."""

    inside: np.ndarray
    """(P,) [spikes/s], leads to the state whose basin has the border."""
    outside: np.ndarray
    """(P,) [spikes/s], leads elsewhere."""


@dataclass(frozen=True)
class Trajectory:
    """The trajectory of the rates from one start.

    Attributes
    ----------
    times : (n,) array
        Pseudo-times.
    rates : (n, P) array [spikes/s]
    speed : (n,) array
        max |d nu/ds| [spikes/s].
    end : FixedPoint or None
    """

    times: np.ndarray
    rates: np.ndarray
    speed: np.ndarray
    end: FixedPoint | None

    @property
    def last(self) -> np.ndarray:
        """Rates at the end, or where the trajectory was left if there is none, (P,) [spikes/s]."""
        return self.rates[-1] if self.end is None else self.end.rates


def trajectory_from(
    field: MeanField, start: np.ndarray, euler_step: float | None = None
) -> Trajectory:
    """Follow the rate dynamics from `start`, (P,), to its end.

    Parameters
    ----------
    field : MeanField
    start : (P,) array [spikes/s]
    euler_step : float, optional
        Pseudo-time per step of the exponential Euler method; default: an accurate method.
    """
    start = np.asarray(start, float)
    trajectory = [State(field, start)]
    end = end_of_flow(_states(trajectory[0], euler_step), watch=trajectory.append)  # type: ignore[arg-type]
    return Trajectory(
        times=np.array([state.time for state in trajectory]),
        rates=np.array([state.rates for state in trajectory]),
        speed=np.array([state.residual for state in trajectory]),
        end=end,
    )


def _states(state: State, euler_step: float | None) -> Iterator[State]:
    """Follow the flow; where it is slow, Euler steps give way to the accurate method."""
    if euler_step is not None:
        for state in euler(state.field, state.rates, euler_step):  # noqa: B020
            yield state
    yield from follow(state.field, state.rates, FINE, state.time)


def border(network: Network, inside: np.ndarray, outside: np.ndarray) -> Bracket:
    """Return two states on either side of a border, 1e-9 of the distance of the given ones apart.

    Parameters
    ----------
    network : Network
    inside, outside : (P,) arrays
        States [spikes/s] that lead to different fixed points; the border is that of the basin
        of the first one.

    Raises
    ------
    ValueError
        If both lead to the same fixed point.
    NotConvergedError
        If `inside` leads to no fixed point.
    """
    field = mean_field(network)
    return _bisect(field, _leads_to_end_of(field, inside), Bracket(inside, outside))


def border_state(network: Network, inside: np.ndarray, outside: np.ndarray) -> FixedPoint:
    """Return the unstable fixed point on the border between two basins.

    Parameters
    ----------
    network : Network
    inside, outside : (P,) arrays
        States [spikes/s] that lead to different fixed points, as these points themselves.

    Raises
    ------
    ValueError
        If both lead to the same fixed point.
    NotConvergedError
        If the rates on the border approach no fixed point.
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


def slow_state(field: MeanField, trajectory: Trajectory) -> FixedPoint | None:
    """Return the fixed point with one unstable, or marginal, direction near a trajectory, or None.

    Newton's method starts from the states where the speed is least; what it finds must be near.
    """
    change = np.diff(np.concatenate([[np.inf], trajectory.speed, [np.inf]]))
    least = np.flatnonzero((change[:-1] <= 0) & (change[1:] > 0))
    for i in least[np.argsort(trajectory.speed[least])][:TRIALS]:
        point = newton(State(field, trajectory.rates[i]))
        if point is None:
            continue
        near = (
            np.abs(point.rates - trajectory.rates[i]).max() < 0.5 + 0.1 * trajectory.rates[i].max()
        )
        eigenvalues = np.linalg.eigvals(State(field, point.rates).gain)
        if near and np.sum(eigenvalues.real > 1 - MARGIN) == 1:
            return point
    return None


def _leads_to_end_of(field: MeanField, start: np.ndarray) -> Callable[[np.ndarray], bool]:
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
    """Return the last close states of two paths that start close together."""
    scale = inner.rates.max(axis=1)
    last = 0
    for i, rates in enumerate(inner.rates):
        if np.abs(outer.rates - rates).max(axis=1).min() > APART * (1 + scale[i]):
            break
        last = i
    nearest = np.abs(outer.rates - inner.rates[last]).max(axis=1).argmin()
    return Bracket(inner.rates[last], outer.rates[nearest])


def separatrix_of_two(network: Network, state: np.ndarray, extent: float) -> np.ndarray:
    """Return the separatrix of a network of two populations as a line, (n, 2) [spikes/s].

    The flow is followed backwards from both sides of the unstable fixed point.

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
    from scipy.integrate import solve_ivp

    field, modes = mean_field(network), modes_at(network, state)
    if len(state) != 2 or (modes.eigenvalues.real > 1).tolist() != [True, False]:
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
        trajectory = solve_ivp(
            backwards, (0, 50), start, "RK45", events=leaves, rtol=1e-6, max_step=0.05
        )
        halves.append(trajectory.y.T)
    return np.concatenate([halves[0][::-1], [state], halves[1]])
