"""The strength of the external drive at which the state that is reached from rest jumps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from multiarea.network.network import Network
from multiarea.theory.separatrix import Trajectory, slow_state, trajectory_from
from multiarea.theory.stationary import FixedPoint, NotConvergedError
from multiarea.theory.transfer import MeanField, mean_field

HALVINGS = 30
"""Halvings of the interval with the jump: to 1e-9 of its length."""
JUMP = 0.01
"""Least relative change of the mean rate that is a jump."""


@dataclass(frozen=True)
class Drive:
    """Networks between two that differ in their external drive only.

    Attributes
    ----------
    low, high : MeanField
        Those with fraction 0 and 1.
    """

    low: MeanField
    high: MeanField

    def at(self, fraction: float) -> MeanField:
        """Return the network with the drive low + fraction (high - low)."""
        external = self.low.external + fraction * (self.high.external - self.low.external)
        dc = self.low.dc + fraction * (self.high.dc - self.low.dc)
        return replace(self.low, external=external, dc=dc)


@dataclass(frozen=True)
class CriticalDrive:
    """Where the end of the flow from rest jumps.

    Attributes
    ----------
    fraction : float
        Of the way from the low to the high drive.
    state : FixedPoint
        The unstable fixed point on whose border the state of rest lies.
    below, above : Trajectory
        From rest, on either side of the jump.
    """

    fraction: float
    state: FixedPoint
    below: Trajectory
    above: Trajectory


def drive_between(low: Network, high: Network) -> Drive:
    """Return the family of networks between two.

    Raises
    ------
    ValueError
        If the networks differ in more than their external drive.
    """
    drive = Drive(mean_field(low), mean_field(high))
    for name in ("recurrent", "V_th", "V_reset", "tau_m", "t_ref", "tau_syn_ex"):
        if not np.array_equal(getattr(drive.low, name), getattr(drive.high, name)):
            raise ValueError(f"the networks differ in more than their external drive: {name}")
    return drive


def ends_from_rest(
    drive: Drive, fractions: np.ndarray, euler_step: float | None = None
) -> np.ndarray:
    """Return the rates that are reached from rest at each drive, (n, P) [spikes/s].

    See `multiarea.theory.separatrix.trajectory_from` for `euler_step`.
    """
    return np.array([_from_rest(drive, fraction, euler_step).last for fraction in fractions])


def critical_drive(
    drive: Drive, fractions: np.ndarray, ends: np.ndarray, euler_step: float | None = None
) -> CriticalDrive | None:
    """Return the largest jump of the state that is reached from rest, or None if there is none.

    Parameters
    ----------
    drive : Drive
    fractions : (n,) array
        Drives that have been scanned, rising.
    ends : (n, P) array
        What `ends_from_rest` returns for them [spikes/s].
    euler_step : float, optional
        See `multiarea.theory.separatrix.trajectory_from`.

    Raises
    ------
    NotConvergedError
        If the rates pass no unstable fixed point near the jump.
    """
    means = ends.mean(axis=1)
    i = int(np.argmax(np.abs(np.diff(means))))
    if abs(means[i + 1] - means[i]) < JUMP * means[i]:
        return None
    trajectories = [_from_rest(drive, fraction, euler_step) for fraction in fractions[i : i + 2]]
    low, high = fractions[i : i + 2]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        trajectory = _from_rest(drive, middle, euler_step)
        to_low, to_high = (abs(_height(trajectory) - _height(end)) for end in trajectories)
        if to_low < to_high:
            low, trajectories[0] = middle, trajectory
        else:
            high, trajectories[1] = middle, trajectory
    if abs(_height(trajectories[1]) - _height(trajectories[0])) < JUMP:
        return None
    fraction = float((low + high) / 2)
    for side, trajectory in zip((low, high), trajectories, strict=True):
        state = slow_state(drive.at(side), trajectory)
        if state is not None:
            return CriticalDrive(fraction, state, *trajectories)
    raise NotConvergedError(f"theory: no unstable fixed point at the jump at {fraction:.6g}")


def _from_rest(drive: Drive, fraction: float, euler_step: float | None) -> Trajectory:
    return trajectory_from(drive.at(fraction), np.zeros(len(drive.low.tau_m)), euler_step)


def _height(trajectory: Trajectory) -> float:
    """Return the logarithm of the mean rate at the end of a trajectory."""
    return float(np.log(trajectory.last.mean() + np.finfo(float).tiny))
