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
from multiarea.theory.stationary import (
    FixedPoint,
    NotConvergedError,
    end_of_flow,
    is_same,
    newton,
)
from multiarea.theory.transfer import MeanField, mean_field

HALVINGS = 30
"""Halvings of an interval, to 1e-9 of its length."""
ROUNDS = 20
"""Largest number of times that the border is bracketed again on the way to its fixed point."""
APART = 1e-2
"""Distance of two trajectories, relative to the largest rate, at which this is done."""
MARGIN = 1e-2
"""Distance of an eigenvalue from 1 within which it counts as marginal."""
TRIALS = 5
"""Largest number of slow states of a trajectory from which Newton's method is tried."""


class Bracket(NamedTuple):
    """Two states on either side of a border."""

    inside: np.ndarray
    """(P,) [spikes/s], leads to the state whose basin has the border."""
    outside: np.ndarray
    """(P,) [spikes/s], leads elsewhere."""


@dataclass(frozen=True)
class Trajectory:
    """The trajectory of the rates from one start."""

    rates: np.ndarray
    """(n, P) [spikes/s]"""
    speed: np.ndarray
    """(n,), max |d nu/ds| [spikes/s]."""
    end: FixedPoint | None

    @property
    def last(self) -> np.ndarray:
        """Rates at the end, or those followed last if there is none, (P,) [spikes/s]."""
        return self.rates[-1] if self.end is None else self.end.rates


def trajectory_from(
    field: MeanField, start: np.ndarray, euler_step: float | None = None
) -> Trajectory:
    """Follow the rate dynamics to their end.

    Parameters
    ----------
    field : MeanField
    start : (P,) array [spikes/s]
    euler_step : float, optional
        Pseudo-time per step of the exponential Euler method, used until the time 60; the default
        is an accurate method.
    """
    rates: list[np.ndarray] = []
    speed: list[float] = []

    def record(state: State) -> None:
        rates.append(state.rates)
        speed.append(state.residual)

    def states() -> Iterator[State]:
        if euler_step is not None:
            yield from euler(field, start, euler_step)
        yield from follow(field, rates[-1], FINE)

    start = np.asarray(start, float)
    record(State(field, start))
    end = end_of_flow(states(), watch=record)
    return Trajectory(np.array(rates), np.array(speed), end)


def border(network: Network, inside: np.ndarray, outside: np.ndarray) -> Bracket:
    """Return states on either side of a border, 1e-9 as far apart as the given ones.

    `inside` and `outside` are states of `network`, (P,) [spikes/s], that lead to different fixed
    points; the border is that of the basin of the first one.

    Raises ValueError if both lead to the same fixed point. NotConvergedError If `inside` leads to
    no fixed point.
    """
    field = mean_field(network)
    return _bisect(field, _leads_to_end_of(field, inside), Bracket(inside, outside))


def border_state(network: Network, inside: np.ndarray, outside: np.ndarray) -> FixedPoint:
    """Return the unstable fixed point on the border between the basins of two fixed points.

    `inside` and `outside` are states of `network`, (P,) [spikes/s], that lead to different ones,
    for example these fixed points.

    Raises ValueError if both lead to the same fixed point. NotConvergedError If the rates on the
    border approach no fixed point.
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
    """Return the fixed point with one unstable, or marginal, direction near `trajectory`, or None.

    Newton's method for `field` starts where the speed has minima; its result must be nearby.
    """
    change = np.diff(np.concatenate([[np.inf], trajectory.speed, [np.inf]]))
    least = np.flatnonzero((change[:-1] <= 0) & (change[1:] > 0))
    for i in least[np.argsort(trajectory.speed[least])][:TRIALS]:
        rates = trajectory.rates[i]
        point = newton(State(field, rates))
        if point is None or np.abs(point.rates - rates).max() >= 0.5 + 0.1 * rates.max():
            continue
        eigenvalues = np.linalg.eigvals(State(field, point.rates).gain)
        if np.sum(eigenvalues.real > 1 - MARGIN) == 1:
            return point
    return None


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
