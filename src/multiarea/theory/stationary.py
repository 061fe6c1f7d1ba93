"""Fixed points of the rate dynamics d nu/ds = -nu + phi(nu), and their stability.

A start is followed along the flow by an implicit method with the exact Jacobian (steps grow as
the flow slows down) until Newton's method takes over for the last digits. States that do not
reach the tolerance are never returned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.linalg import lu_factor, lu_solve

from multiarea.network import Network
from multiarea.theory.transfer import MeanField, gains, large_k_note, mean_field, response

#: Error allowed per step while following the flow: absolute [spikes/s] and relative.
FLOW_ATOL, FLOW_RTOL = 1e-3, 1e-2
MAX_STEPS = 2000
#: Largest step in the fraction of synapses between areas, and the one at which to give up.
RAMP_STEP, RAMP_STEP_MIN = 0.25, 1e-3

#: Rates (P,), phi(rates) (P,) and gains (P, P).
State = tuple[np.ndarray, np.ndarray, np.ndarray]


class NotConvergedError(RuntimeError):
    """The rate dynamics did not reach a fixed point."""


@dataclass(frozen=True)
class FixedPoint:
    """One solution of nu = phi(nu).

    Attributes
    ----------
    rates : (P,) array [spikes/s]
    residual : float
        max |phi(nu) - nu| [spikes/s].
    stable : bool
        Whether the flow returns to it after a small perturbation.
    notes : tuple of str
        What to know when using the rates.
    """

    rates: np.ndarray
    residual: float
    stable: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FixedPoints:
    """Distinct fixed points, ordered by their mean rate over populations, lowest first.

    Attributes
    ----------
    rates : (n, P) array [spikes/s]
    residuals : (n,) array
        max |phi(nu) - nu| of each [spikes/s].
    stable : (n,) array of bool
    found_by : tuple of n str
        The starts that led to each, separated by commas.
    n_not_converged : int
        Number of starts that led to no fixed point.
    notes : tuple of str
        What to know when using the rates.
    """

    rates: np.ndarray
    residuals: np.ndarray
    stable: np.ndarray
    found_by: tuple[str, ...]
    n_not_converged: int
    notes: tuple[str, ...] = ()


def stationary_rates(
    network: Network, initial: np.ndarray | None = None, *, tolerance: float = 1e-8
) -> FixedPoint:
    """Return the fixed point that the rate dynamics reach from `initial`.

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
    point = _follow_flow(field, initial, tolerance)
    if point is None:
        raise NotConvergedError(
            f"theory: no fixed point with a residual below {tolerance} spikes/s reached from "
            f"initial rates with mean {initial.mean():.4g} spikes/s"
        )
    return replace(point, notes=large_k_note(field, point.rates))


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
    [0, 10] spikes/s ("random 1", ...), and "continuation": the state without synapses between
    areas, followed while these are ramped up from none to all.

    Parameters
    ----------
    network : Network
    seed : int
        Seed of the random starts.
    n_random : int
        Number of random starts.
    tolerance : float
        Largest max |phi(nu) - nu| [spikes/s].
    progress : callable, optional
        Called with one line of text per start.

    Returns
    -------
    FixedPoints
        States differ if their largest difference exceeds 1e-6 of the largest rate.
    """
    field = mean_field(network)
    rng = np.random.default_rng(seed)
    starts = {"low": np.zeros(len(network))}
    starts |= {f"random {i + 1}": rng.uniform(0, 10, len(network)) for i in range(n_random)}
    found = {}
    for name, start in starts.items():
        _tell(progress, name)
        found[name] = _follow_flow(field, start, tolerance)
    between = network.is_between_areas
    if network.synapses[between].any():
        _tell(progress, "continuation")
        found["continuation"] = _ramp(field, between, tolerance)
    return _collect(field, found)


def fixed_points_table(network: Network, points: FixedPoints) -> pd.DataFrame:
    """Return area, layer, population and rates: rate_1 (lowest mean), rate_2, ... [spikes/s]."""
    table = network.populations.index.to_frame(index=False)
    for i, rates in enumerate(points.rates, start=1):
        table[f"rate_{i}"] = rates
    return table


def _tell(progress: Callable[[str], None] | None, start: str) -> None:
    if progress:
        progress(f"fixed points: start '{start}'")


def _collect(field: MeanField, found: dict[str, FixedPoint | None]) -> FixedPoints:
    distinct: list[tuple[FixedPoint, list[str]]] = []
    for name, point in found.items():
        if point is None:
            continue
        for other, names in distinct:
            if _same(point.rates, other.rates):
                names.append(name)
                break
        else:
            distinct.append((point, [name]))
    distinct.sort(key=lambda entry: entry[0].rates.mean())
    points = [point for point, _ in distinct]
    n = len(field.tau_m)
    return FixedPoints(
        rates=np.array([point.rates for point in points]).reshape(-1, n),
        residuals=np.array([point.residual for point in points]),
        stable=np.array([point.stable for point in points], dtype=bool),
        found_by=tuple(", ".join(names) for _, names in distinct),
        n_not_converged=sum(point is None for point in found.values()),
        notes=large_k_note(field, points[0].rates) if points else (),
    )


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return np.abs(a - b).max() <= 1e-6 * max(a.max(), b.max())


def _follow_flow(field: MeanField, rates: np.ndarray, tolerance: float) -> FixedPoint | None:
    """Follow d nu/ds = -nu + phi(nu) from `rates` to a fixed point; None if there is none."""
    step, newton_below = 0.05, 1.0
    state = _state(field, rates)
    for _ in range(MAX_STEPS):
        trial, trial_phi, error = _rosenbrock_step(field, state, step)
        allowed = FLOW_ATOL + FLOW_RTOL * np.maximum(state[0], trial)
        ratio = np.abs(error / allowed).max()
        if not ratio <= 1:
            step *= max(0.2, 0.8 * ratio ** (-1 / 3)) if np.isfinite(ratio) else 0.2
            continue
        step *= min(5.0, 0.8 * max(ratio, 1e-6) ** (-1 / 3))
        state = trial, trial_phi, gains(field, trial, trial_phi)
        residual = np.abs(trial_phi - trial).max()
        if residual < newton_below:
            newton_below = residual / 10
            point = _newton(field, state, tolerance)
            if point is not None and _is_end_of_flow(point, trial, residual < tolerance):
                return point
    return None


def _state(field: MeanField, rates: np.ndarray) -> State:
    phi = response(field, rates)
    return rates, phi, gains(field, rates, phi)


def _is_end_of_flow(point: FixedPoint, rates: np.ndarray, arrived: bool) -> bool:
    """Whether Newton's result is where the flow from `rates` ends, not a state that it passes."""
    near = np.abs(point.rates - rates).max() < 0.1 + 0.01 * rates.max()
    return arrived or (point.stable and bool(near))


def _rosenbrock_step(
    field: MeanField, state: State, step: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rates and phi(rates) after one step of pseudo-time, and the error of the rates.

    The L-stable pair of order 2(3) of Shampine & Reichelt (1997), The MATLAB ODE suite.
    """
    rates, phi, gain = state
    d, e = 1 / (2 + np.sqrt(2)), 6 + np.sqrt(2)
    lu = lu_factor(np.eye(len(rates)) * (1 + step * d) - step * d * gain, check_finite=False)
    slope_0 = phi - rates
    k_1 = lu_solve(lu, slope_0, check_finite=False)
    middle = rates + 0.5 * step * k_1
    slope_1 = response(field, np.maximum(middle, 0)) - middle
    k_2 = lu_solve(lu, slope_1 - k_1, check_finite=False) + k_1
    trial = np.maximum(rates + step * k_2, 0)
    trial_phi = response(field, trial)
    change = trial_phi - trial - e * (k_2 - slope_1) - 2 * (k_1 - slope_0)
    k_3 = lu_solve(lu, change, check_finite=False)
    return trial, trial_phi, step / 6 * (k_1 - 2 * k_2 + k_3)


def _newton(field: MeanField, state: State, tolerance: float) -> FixedPoint | None:
    """Return the fixed point that Newton's method finds from `state`, stable or not, or None."""
    rates, phi, gain = state
    residual = np.abs(phi - rates).max()
    for _ in range(30):
        lu = lu_factor(np.eye(len(rates)) - gain, check_finite=False)
        change = lu_solve(lu, phi - rates, check_finite=False)
        if not np.abs(change).max() < 10 * (1 + rates.max()):
            break
        trial = _state(field, np.maximum(rates + change, 0))
        trial_residual = np.abs(trial[1] - trial[0]).max()
        if not trial_residual < 0.9 * residual:
            break
        (rates, phi, gain), residual = trial, trial_residual
    if residual >= tolerance:
        return None
    stable = np.linalg.eigvals(gain).real.max() < 1
    return FixedPoint(rates, float(residual), bool(stable))


def _ramp(field: MeanField, between: np.ndarray, tolerance: float) -> FixedPoint | None:
    """Follow the low state while projections `between` areas, (P, P) of bool, are ramped up.

    Where the state ceases to exist, the flow leads to the next one.
    """
    point = _follow_flow(_with_between(field, between, 0), np.zeros(len(between)), tolerance)
    fraction, step = 0.0, RAMP_STEP
    while point is not None and fraction < 1:
        goal = min(1.0, fraction + step)
        partial = _with_between(field, between, goal)
        trial = _newton(partial, _state(partial, point.rates), tolerance)
        if trial is not None and trial.stable and _is_near(trial.rates, point.rates):
            point, fraction, step = trial, goal, min(2 * step, RAMP_STEP)
        elif step > RAMP_STEP_MIN:
            step /= 2
        else:
            point, fraction = _follow_flow(partial, point.rates, tolerance), goal
    return point


def _with_between(field: MeanField, between: np.ndarray, fraction: float) -> MeanField:
    return replace(field, recurrent=field.recurrent * np.where(between, fraction, 1))


def _is_near(a: np.ndarray, b: np.ndarray) -> bool:
    return np.abs(a - b).max() < 0.1 + 0.2 * max(a.max(), b.max())
