"""Trajectories of the rates, and unstable fixed points that they pass slowly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from multiarea.theory.flow import FINE, State, euler, follow
from multiarea.theory.stationary import FixedPoint, end_of_flow, newton
from multiarea.theory.threads import one_thread
from multiarea.theory.transfer import MeanField

MARGIN = 1e-2
"""Distance of an eigenvalue from 1 within which it counts as marginal."""
TRIALS = 5
"""Largest number of slow states of a trajectory from which Newton's method is tried."""


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


@one_thread
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


@one_thread
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
