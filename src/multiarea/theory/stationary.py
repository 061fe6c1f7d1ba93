"""Fixed points of the rate dynamics d nu/ds = -nu + phi(nu), and their stability.

The flow is followed from a start until Newton's method gives the last digits. States that do not
reach the tolerance are never returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.linalg import lu_factor, lu_solve

from multiarea.network.network import Network
from multiarea.theory.flow import State, follow
from multiarea.theory.threads import one_thread
from multiarea.theory.transfer import MeanField, large_k_note, mean_field

RAMP_STEP, RAMP_STEP_MIN = 0.25, 1e-3
"""Largest step in the fraction of synapses between areas, and the smallest one tried."""


class NotConvergedError(RuntimeError):
    """The rate dynamics did not reach a fixed point."""


@dataclass(frozen=True)
class FixedPoint:
    """One solution of nu = phi(nu)."""

    rates: np.ndarray
    """(P,) [spikes/s]"""
    residual: float
    """max |phi(nu) - nu| [spikes/s]."""
    stable: bool
    """Whether the flow returns to it after a small perturbation."""
    notes: tuple[str, ...] = ()
    """What to know when using the rates."""


@dataclass(frozen=True)
class FixedPoints:
    """Distinct fixed points, ordered by their mean rate over populations, lowest first."""

    rates: np.ndarray
    """(n, P) [spikes/s]"""
    residuals: np.ndarray
    """(n,), max |phi(nu) - nu| of each [spikes/s]."""
    stable: np.ndarray
    """(n,) of bool"""
    found_by: tuple[str, ...]
    """The starts that led to each, separated by commas."""
    n_not_converged: int
    """Number of starts that led to no fixed point."""
    notes: tuple[str, ...] = ()
    """What to know when using the rates."""

    @property
    def points(self) -> list[FixedPoint]:
        """The fixed points one by one."""
        columns = self.rates, self.residuals, self.stable
        return [FixedPoint(r, float(e), bool(s)) for r, e, s in zip(*columns, strict=True)]


@one_thread
def stationary_rates(
    network: Network, initial: np.ndarray | None = None, *, tolerance: float = 1e-8
) -> FixedPoint:
    """Return the fixed point that the rate dynamics reach.

    Parameters
    ----------
    network : Network
    initial : (P,) array, optional
        Initial rates [spikes/s]; default: all zero.
    tolerance : float
        Largest max |phi(nu) - nu| [spikes/s].

    Raises
    ------
    NotConvergedError
        If there is none within reach, for example because the rates oscillate.
    """
    field = mean_field(network)
    initial = np.zeros(len(network)) if initial is None else np.asarray(initial, float)
    point = end_of_flow(follow(field, initial), tolerance)
    if point is None:
        raise NotConvergedError(
            f"theory: no fixed point with a residual below {tolerance} spikes/s reached from "
            f"initial rates with mean {initial.mean():.4g} spikes/s"
        )
    return replace(point, notes=large_k_note(field, point.rates))


@one_thread
def fixed_points(
    network: Network,
    *,
    seed: int = 123,
    n_random: int = 10,
    tolerance: float = 1e-8,
    progress: Callable[[str], None] | None = None,
) -> FixedPoints:
    """Return the distinct fixed points reached from several starts.

    The starts are rates of zero ("low"), `n_random` draws from a uniform distribution on
    [0, 10] spikes/s ("random 1", ...) from `seed`, and "continuation": the state without synapses
    between areas, followed while these are ramped up from none to all.

    Parameters
    ----------
    network : Network
    seed, n_random : int
    tolerance : float
        Largest max |phi(nu) - nu| [spikes/s].
    progress : callable, optional
        Called with one line of text per start.
    """
    field, between = mean_field(network), network.is_between_areas
    rng = np.random.default_rng(seed)
    starts = {"low": np.zeros(len(network))}
    starts |= {f"random {i + 1}": rng.uniform(0, 10, len(network)) for i in range(n_random)}
    if network.synapses[between].any():
        starts["continuation"] = starts["low"]
    found = {}
    for number, (name, start) in enumerate(starts.items(), 1):
        if progress:
            progress(f"theory: start {number} of {len(starts)}, '{name}'")
        if name == "continuation":
            found[name] = _ramp(field, between, tolerance)
        else:
            found[name] = end_of_flow(follow(field, start), tolerance)
    return _collect(field, found)


def fixed_points_table(network: Network, states: np.ndarray) -> pd.DataFrame:
    """Return the populations of `network` and its `states` (n, P) [spikes/s].

    Returns
    -------
    DataFrame
        area, layer, population, and rate_1, rate_2, ...: rates in each state [spikes/s], by rising
        mean over populations.
    """
    table = network.populations.index.to_frame(index=False)
    for i, rates in enumerate(states, start=1):
        table[f"rate_{i}"] = rates
    return table


def _collect(field: MeanField, found: dict[str, FixedPoint | None]) -> FixedPoints:
    distinct: list[tuple[FixedPoint, list[str]]] = []
    for name, point in found.items():
        if point is not None:
            same = (names for other, names in distinct if is_same(point.rates, other.rates))
            names = next(same, None)
            if names is None:
                distinct.append((point, [name]))
            else:
                names.append(name)
    distinct.sort(key=lambda entry: entry[0].rates.mean())
    return FixedPoints(
        rates=np.array([point.rates for point, _ in distinct]).reshape(-1, len(field.tau_m)),
        residuals=np.array([point.residual for point, _ in distinct]),
        stable=np.array([point.stable for point, _ in distinct], dtype=bool),
        found_by=tuple(", ".join(names) for _, names in distinct),
        n_not_converged=sum(point is None for point in found.values()),
        notes=large_k_note(field, distinct[0][0].rates) if distinct else (),
    )


def is_same(a: np.ndarray, b: np.ndarray) -> bool:
    """Return whether fixed points `a` and `b` are the same, up to 1e-6 of the largest rate."""
    return np.abs(a - b).max() <= 1e-6 * max(a.max(), b.max())


def end_of_flow(
    states: Iterable[State],
    tolerance: float = 1e-8,
    watch: Callable[[State], FixedPoint | None] | None = None,
) -> FixedPoint | None:
    """Return the fixed point to which the rates go; None if there is none.

    Parameters
    ----------
    states : iterable of State
        A trajectory, see `multiarea.theory.flow.follow`.
    tolerance : float
        Largest max |phi(nu) - nu| of the fixed point [spikes/s].
    watch : callable, optional
        Called with each state; if it returns a fixed point, that is the end.
    """
    newton_below = 1.0
    for state in states:
        point = watch(state) if watch else None
        if point is not None:
            return point
        if state.residual < newton_below:
            newton_below = state.residual / 10
            point = newton(state, tolerance)
            if point is not None and _is_end(point, state, state.residual < tolerance):
                return point
    return None


def _is_end(point: FixedPoint, state: State, arrived: bool) -> bool:
    """Return whether the flow from `state` ends at Newton's result instead of passing it."""
    near = np.abs(point.rates - state.rates).max() < 0.1 + 0.01 * state.rates.max()
    return arrived or (point.stable and bool(near))


def newton(state: State, tolerance: float = 1e-8) -> FixedPoint | None:
    """Return the fixed point that Newton's method finds from `state`, stable or not, or None.

    Its residual is below `tolerance` [spikes/s].
    """
    for _ in range(30):
        lu = lu_factor(np.eye(len(state.rates)) - state.gain, check_finite=False)
        change = lu_solve(lu, state.speed, check_finite=False)
        if not np.abs(change).max() < 10 * (1 + state.rates.max()):
            break
        trial = State(state.field, np.maximum(state.rates + change, 0))
        if not trial.residual < 0.9 * state.residual:
            break
        state = trial
    if state.residual >= tolerance:
        return None
    stable = np.linalg.eigvals(state.gain).real.max() < 1
    return FixedPoint(state.rates, state.residual, bool(stable))


def _ramp(field: MeanField, between: np.ndarray, tolerance: float) -> FixedPoint | None:
    """Follow the low state while projections `between` areas, (P, P) of bool, are ramped up.

    Where the state ceases to exist, the flow leads to the next one.
    """

    def with_fraction(fraction: float) -> MeanField:
        return replace(field, recurrent=field.recurrent * np.where(between, fraction, 1))

    def is_near(a: FixedPoint, b: FixedPoint) -> bool:
        return np.abs(a.rates - b.rates).max() < 0.1 + 0.2 * max(a.rates.max(), b.rates.max())

    point = end_of_flow(follow(with_fraction(0), np.zeros(len(between))), tolerance)
    fraction, step = 0.0, RAMP_STEP
    while point is not None and fraction < 1:
        goal = min(1.0, fraction + step)
        partial = with_fraction(goal)
        trial = newton(State(partial, point.rates), tolerance)
        if trial is not None and trial.stable and is_near(trial, point):
            point, fraction, step = trial, goal, min(2 * step, RAMP_STEP)
        elif step > RAMP_STEP_MIN:
            step /= 2
        else:
            point, fraction = end_of_flow(follow(partial, point.rates), tolerance), goal
    return point
