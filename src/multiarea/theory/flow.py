"""The rate dynamics d nu/ds = -nu + phi(nu) as a function of pseudo-time s."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from multiarea.theory.transfer import MeanField, gains, response

MAX_STEPS = 2000
"""Steps after which following the flow ends."""


class Accuracy(NamedTuple):
    """Error allowed per step."""

    absolute: float
    """[spikes/s]"""
    relative: float


COARSE, FINE = Accuracy(1e-3, 1e-2), Accuracy(1e-6, 1e-4)
"""To find where the flow ends, and to follow its trajectory."""


@dataclass(frozen=True)
class State:
    """A point on the trajectory of the rates."""

    field: MeanField
    rates: np.ndarray
    """(P,) [spikes/s]"""

    @cached_property
    def phi(self) -> np.ndarray:
        """phi(rates), (P,) [spikes/s]."""
        return response(self.field, self.rates)

    @cached_property
    def gain(self) -> np.ndarray:
        """Gain matrix d phi_i / d nu_j, (P, P)."""
        return gains(self.field, self.rates, self.phi)

    @property
    def speed(self) -> np.ndarray:
        """Change d nu/ds = phi(rates) - rates, (P,) [spikes/s]."""
        return self.phi - self.rates

    @property
    def residual(self) -> float:
        """Largest |phi(rates) - rates| [spikes/s]."""
        return float(np.abs(self.speed).max())


def follow(field: MeanField, rates: np.ndarray, accuracy: Accuracy = COARSE) -> Iterator[State]:
    """Follow the flow of `field` from `rates` (P,) by an implicit method with the exact Jacobian.

    Steps, whose error is limited by `accuracy`, grow as the flow slows down. The start is not
    returned.
    """
    step, state = 0.05, State(field, rates)
    for _ in range(MAX_STEPS):
        trial, error = _rosenbrock_step(state, step)
        allowed = accuracy.absolute + accuracy.relative * np.maximum(state.rates, trial.rates)
        ratio = np.abs(error / allowed).max()
        if not ratio <= 1:
            step *= max(0.2, 0.8 * ratio ** (-1 / 3)) if np.isfinite(ratio) else 0.2
            continue
        step *= min(5.0, 0.8 * max(ratio, 1e-6) ** (-1 / 3))
        state = trial
        yield state


def euler(field: MeanField, rates: np.ndarray, step: float, end: float = 60.0) -> Iterator[State]:
    """Follow the flow of `field` from `rates` (P,) by exponential Euler steps to the time `end`.

    Schuecker et al. 2017 used a `step` of 0.01. From rest, where gains are large, this is not
    accurate; it serves to reproduce published numbers.
    """
    state, decay = State(field, rates), np.exp(-step)
    for _ in range(round(end / step)):
        state = State(field, decay * state.rates + (1 - decay) * state.phi)
        yield state


def _rosenbrock_step(state: State, step: float) -> tuple[State, np.ndarray]:
    """Return the state after one step of pseudo-time, and the error of its rates (P,).

    The L-stable pair of order 2(3) of Shampine & Reichelt (1997), The MATLAB ODE suite.
    """
    field, rates, slope_0 = state.field, state.rates, state.speed
    d, e = 1 / (2 + np.sqrt(2)), 6 + np.sqrt(2)
    matrix = np.eye(len(rates)) * (1 + step * d) - step * d * state.gain
    lu = lu_factor(matrix, overwrite_a=True, check_finite=False)
    k_1 = lu_solve(lu, slope_0, check_finite=False)
    middle = rates + 0.5 * step * k_1
    slope_1 = response(field, np.maximum(middle, 0)) - middle
    k_2 = lu_solve(lu, slope_1 - k_1, check_finite=False) + k_1
    trial = State(field, np.maximum(rates + step * k_2, 0))
    change = trial.speed - e * (k_2 - slope_1) - 2 * (k_1 - slope_0)
    k_3 = lu_solve(lu, change, check_finite=False)
    return trial, step / 6 * (k_1 - 2 * k_2 + k_3)
