"""The strength of the external drive at which the state reached from rest jumps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from multiarea.network.network import Network
from multiarea.theory.stationary import FixedPoint, NotConvergedError
from multiarea.theory.threads import one_thread
from multiarea.theory.trajectory import Trajectory, slow_state, trajectory_from
from multiarea.theory.transfer import MeanField, mean_field

JUMP = 0.01
"""Smallest relative change of the mean rate that counts as a jump."""
HALVINGS = 30
"""Halvings of an interval, to 1e-9 of its length."""


@dataclass(frozen=True)
class Drive:
    """The family of networks between two, `low` and `high`, that differ only in their drive."""

    low: MeanField
    high: MeanField

    def at(self, fraction: float) -> MeanField:
        """Return the network with the external drive low + fraction (high - low)."""
        external = self.low.external + fraction * (self.high.external - self.low.external)
        dc = self.low.dc + fraction * (self.high.dc - self.low.dc)
        return replace(self.low, external=external, dc=dc)


@dataclass(frozen=True)
class CriticalDrive:
    """The drive at which the state reached from rest jumps."""

    fraction: float
    """0 is the low drive, 1 the high one."""
    state: FixedPoint
    """The unstable fixed point on the border between basins, on which rest lies at this drive."""


def drive_between(low: Network, high: Network) -> Drive:
    """Return the family of networks between `low` and `high`.

    Raises ValueError if the networks differ in more than their external drive.
    """
    drive = Drive(mean_field(low), mean_field(high))
    for name in ("recurrent", "V_th", "V_reset", "tau_m", "t_ref", "tau_syn_ex"):
        if not np.array_equal(getattr(drive.low, name), getattr(drive.high, name)):
            raise ValueError(f"the networks differ in more than their external drive: {name}")
    return drive


@one_thread
def ends_from_rest(
    drive: Drive, fractions: np.ndarray, euler_step: float | None = None
) -> np.ndarray:
    """Return the rates reached from rest at each of the `fractions` of `drive`, (n, P) [spikes/s].

    `multiarea.theory.trajectory.trajectory_from` explains `euler_step`.
    """
    return np.array([_from_rest(drive, fraction, euler_step).last for fraction in fractions])


@one_thread
def critical_drive(
    drive: Drive, fractions: np.ndarray, ends: np.ndarray, euler_step: float | None = None
) -> CriticalDrive | None:
    """Return the largest jump of the state reached from rest, or None if there is none.

    Parameters
    ----------
    drive : Drive
    fractions : (n,) array
        Drives that have been scanned, in ascending order.
    ends : (n, P) array
        The result of `ends_from_rest` for them [spikes/s].
    euler_step : float, optional
        See `multiarea.theory.trajectory.trajectory_from`.

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
            return CriticalDrive(fraction, state)
    raise NotConvergedError(f"theory: no unstable fixed point at the jump at {fraction:.6g}")


def _from_rest(drive: Drive, fraction: float, euler_step: float | None) -> Trajectory:
    return trajectory_from(drive.at(fraction), np.zeros(len(drive.low.tau_m)), euler_step)


def _height(trajectory: Trajectory) -> float:
    """Return the logarithm of the mean rate at the end of a trajectory."""
    return float(np.log(trajectory.last.mean() + np.finfo(float).tiny))
