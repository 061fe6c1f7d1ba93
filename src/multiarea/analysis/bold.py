"""BOLD signal of each area by the Balloon-Windkessel model."""

from __future__ import annotations

import warnings

import numpy as np

from multiarea.analysis.results import Arrays
from multiarea.parameters import AnalysisParameters

MEASURES = {"bold": {"needs": ("rate_histograms",), "uses": (), "file": "bold.h5", "version": 1}}

KAPPA, GAMMA = 0.65, 0.41
"""Decay of the flow-inducing signal [1/s] and its feedback from the flow [1/s]."""
TAU, ALPHA, RHO, V_0 = 0.98, 0.32, 0.34, 0.02
"""Transit time [s], stiffness exponent, oxygen extraction and blood volume at rest."""
K = (7 * RHO, 2.0, 2 * RHO - 0.2)
"""Coefficients of the signal equation."""
LEAST = 60.0
"""Shortest signal of which correlations are shown [s]; a spike moves the signal for about 20 s."""
MAX_STEP = 10.0
"""Longest step of the solver, and of the signal [ms]."""


def bold(*, rate_histograms: Arrays, parameters: AnalysisParameters) -> Arrays:
    """Return the BOLD signal of each area, driven by its rate in `rate_histograms` [spikes/s].

    The solution starts from the steady state of the mean drive instead of the vessel at rest,
    which would cause a transient of about 10 s. A warning names areas whose rates the model cannot
    describe. `parameters` are not used.

    Returns
    -------
    Arrays
        bold (area, time), relative change of the signal, nan from where an area's blood flow would
        be negative; time (time), ms; area names.
    """
    drive = rate_histograms["area_rate"]
    binsize = float(rate_histograms["binsize"])
    signal, step = balloon_windkessel(drive, binsize, drive.mean(axis=1))
    time = rate_histograms["time"][0] + step * np.arange(signal.shape[1])
    _warn_of_negative_flow(rate_histograms, signal, time)
    return Arrays(
        {
            "bold": (signal, ("area", "time"), "1"),
            "time": (time, ("time",), "ms"),
            "area": (rate_histograms["area"], ("area",), ""),
        }
    )


def too_short(duration: float) -> str:
    """Return why signals of a `duration` [ms] have no correlations to be shown; '' if they have.

    The response to a spike lasts about 20 s, so that a short signal has no independent values.
    """
    if duration >= 1000 * LEAST:
        return ""
    return (
        f"BOLD is left out: {duration / 1000:g} s are too short for its correlations, which need "
        f"at least {LEAST:g} s"
    )


def _warn_of_negative_flow(rates: Arrays, signal: np.ndarray, time: np.ndarray) -> None:
    """Warn of areas without a signal; time [ms] is that of the samples of the signal."""
    ends = []
    for area, drive, values in zip(rates["area"], rates["area_rate"], signal, strict=True):
        lost = np.flatnonzero(np.isnan(values))
        if len(lost):
            ends.append(
                f"'{area}' from {time[lost[0]]:g} ms on (rate {drive.mean():.3g} on average, up to "
                f"{drive.max():.3g} spikes/s)"
            )
    if ends:
        warnings.warn(
            f"bold: no signal of {', '.join(ends)}: after so large a fall of its rate the blood "
            "flow of an area would be negative, which the Balloon-Windkessel model cannot "
            "describe. Its functional connectivity is nan.",
            stacklevel=3,
        )


def balloon_windkessel(
    drive: np.ndarray, binsize: float, initial_drive: np.ndarray
) -> tuple[np.ndarray, float]:
    """Solve the Balloon-Windkessel equations (Friston et al. 2000; 2003, Eq. 3 and 4) for n areas.

    s' = u - kappa s - gamma (f - 1); f' = s; tau v' = f - v^(1/alpha);
    tau q' = f (1 - (1 - rho)^(1/f)) / rho - v^(1/alpha) q / v;
    y = V0 (k1 (1 - q) + k2 (1 - q / v) + k3 (1 - v)).

    The linear part (s, f) is solved exactly; v and q, which change within a second, by the
    classical Runge-Kutta method.

    Parameters
    ----------
    drive : (n, bins)
        u, constant within each bin.
    binsize : float
        [ms]
    initial_drive : (n,)
        The solution starts from the steady state of this drive; 0 is the state at rest.

    Returns
    -------
    signal : (n, steps + 1)
        y from the start of the first bin, in equal steps. nan from where the flow of an area
        would be negative, which the model cannot describe.
    step : float
        [ms]
    """
    flow, step = _flow(drive, binsize, initial_drive)
    flow = np.where(flow > 0, flow, np.nan)
    return _volume_signal(flow, step / 1000), step


def _flow(drive: np.ndarray, binsize: float, initial: np.ndarray) -> tuple[np.ndarray, float]:
    """Return f at the ends and in the middle of each step, (n, 2 steps + 1), and the step [ms]."""
    parts = int(np.ceil(2 * binsize / MAX_STEP))
    fine = binsize / parts
    half = max(1, int(MAX_STEP / 2 / fine + 1e-9))
    phi, gain = _exact_step(fine / 1000)
    deviation = np.ascontiguousarray((drive - initial[:, None]).T)
    n_steps = len(deviation) * parts // (2 * half)
    flow = np.zeros((2 * n_steps + 1, len(drive)))
    state = np.zeros((2, len(drive)))
    for k in range(2 * n_steps * half):
        state = phi @ state + gain * deviation[k // parts]
        if (k + 1) % half == 0:
            flow[(k + 1) // half] = state[1]
    return (flow + 1 + initial / GAMMA).T, 2 * half * fine


def _exact_step(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Return A and b with (s, f - 1)(t + dt) = A (s, f - 1)(t) + b u, for constant u."""
    from scipy.linalg import expm

    matrix = np.array([[-KAPPA, -GAMMA], [1.0, 0.0]])
    phi = expm(matrix * seconds)
    return phi, np.linalg.solve(matrix, (phi - np.eye(2))[:, :1])


def _volume_signal(flow: np.ndarray, step: float) -> np.ndarray:
    """Return y from f, as `_flow` returns it, and the step [s]."""
    supply = flow * (1 - (1 - RHO) ** (1 / flow)) / RHO
    volume = flow[:, 0] ** ALPHA
    state = np.stack([volume, volume * supply[:, 0] / flow[:, 0]])
    n_steps = (flow.shape[1] - 1) // 2
    states = np.empty((n_steps + 1, *state.shape))
    states[0] = state
    inflow = np.stack([flow, supply]).transpose(2, 0, 1)
    for k in range(n_steps):
        start, middle, end = inflow[2 * k : 2 * k + 3]
        k1 = _change(state, start)
        k2 = _change(state + step / 2 * k1, middle)
        k3 = _change(state + step / 2 * k2, middle)
        k4 = _change(state + step * k3, end)
        state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states[k + 1] = state
    v, q = states.transpose(1, 2, 0)
    return V_0 * (K[0] * (1 - q) + K[1] * (1 - q / v) + K[2] * (1 - v))


def _change(state: np.ndarray, inflow: np.ndarray) -> np.ndarray:
    """Return the time derivative of v and q; inflow holds f and f E(f) / rho."""
    outflow = state[0] ** (1 / ALPHA - 1)
    return (inflow - outflow * state) / TAU
