"""Changing in-degrees so that a stronger drive does not move an unstable fixed point.

Schuecker et al. 2017, PLoS Comput Biol 13:e1005179. A stronger drive shifts the border between
the basins of low and high activity towards the low state. The shift is mostly along the critical
eigenmode; a change of the in-degrees in that mode compensates for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from multiarea.network.network import Network
from multiarea.theory.criticality import (
    CriticalDrive,
    Drive,
    critical_drive,
    drive_between,
    ends_from_rest,
)
from multiarea.theory.flow import State
from multiarea.theory.stability import Modes, Projections, modes, project
from multiarea.theory.threads import one_thread
from multiarea.theory.transfer import mean_field, sensitivity

FRACTIONS = np.linspace(0, 1, 21)
"""Drives of the scan: 21, as published."""


@dataclass(frozen=True)
class Iteration:
    """One round of the stabilisation; what is optional is None if nothing is changed."""

    ends: np.ndarray
    """(n, P), rates reached from rest at the drives `FRACTIONS`, before the change [spikes/s]."""
    indegree: np.ndarray
    """(P, P), in-degrees after the change."""
    critical: CriticalDrive | None = None
    modes: Modes | None = None
    """Of the unstable fixed point."""
    projections: Projections | None = None
    """Of its shift between the critical and the high drive."""
    change: np.ndarray | None = None
    """(P,), what each mode alone would change: sum of |change| / sum of in-degrees."""


@one_thread
def stabilise(
    low: Network,
    high: Network,
    *,
    iterations: int = 4,
    euler_step: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Iteration]:
    """Change the in-degrees of a network until its low state survives the high drive.

    Parameters
    ----------
    low, high : Network
        Networks that differ only in their external drive.
    iterations : int
        Largest number of changes; there are fewer if the state reached from rest has no jump.
    euler_step : float, optional
        See `multiarea.theory.trajectory.trajectory_from`; 0.01 repeats the published drives.
    progress : callable, optional
        Called with one line of text per iteration.

    Returns
    -------
    list of Iteration
        One more than the number of changes; the last one shows what they lead to.

    Raises
    ------
    ValueError
        If the networks differ in more than their external drive.
    NotConvergedError
        If an unstable fixed point is not found.
    """
    done: list[Iteration] = []
    while True:
        drive = drive_between(low, high)
        ends = ends_from_rest(drive, FRACTIONS, euler_step)
        critical = None
        if len(done) < iterations:
            critical = critical_drive(drive, FRACTIONS, ends, euler_step)
        if critical is None:
            return [*done, Iteration(ends, low.indegree)]
        done.append(stabilise_once(low, drive, ends, critical))
        low, high = (with_indegree(network, done[-1].indegree) for network in (low, high))
        if progress:
            progress(_report(len(done), done[-1]))


def with_indegree(network: Network, indegree: np.ndarray) -> Network:
    """Return the `network` with other in-degrees, `indegree` (P, P), not rounded to synapses."""
    return network.replace(synapses=indegree * network.n_neurons[:, None])


def may_change(network: Network) -> np.ndarray:
    """Return which in-degrees may change, (P, P) of bool.

    All within areas; between areas those from kinds of population (layer and type) that project
    to other areas somewhere in the network.
    """
    between = network.is_between_areas
    sends = (between & (network.synapses > 0)).any(axis=0)
    kinds = network.populations.index.droplevel("area")
    return ~between | kinds.isin(kinds[sends])[None, :]


def stabilise_once(
    network: Network, drive: Drive, ends: np.ndarray, critical: CriticalDrive
) -> Iteration:
    """Return one change of in-degrees, in the critical mode of the unstable fixed point.

    Parameters
    ----------
    network : Network
        Any of the family `drive`, for its in-degrees and weights.
    drive : Drive
    ends : (n, P) array
        Rates reached from rest at the drives `FRACTIONS` [spikes/s]; only passed on.
    critical : CriticalDrive
    """
    state = State(drive.at(critical.fraction), critical.state.rates)
    slopes = sensitivity(state.field, state.rates, state.phi)
    effect = (slopes * (drive.high.external - state.field.external)).sum(axis=0)
    effect += slopes[0] * (drive.high.dc - state.field.dc)
    found = modes(state.gain)
    projections = project(found, effect, state.rates)
    one_synapse = mean_field(with_indegree(network, np.ones(network.weight.shape)))
    per_synapse = np.einsum("mi,mij->ij", slopes, one_synapse.recurrent)
    changeable = may_change(network) & (per_synapse != 0)

    def in_synapses(mode: int) -> np.ndarray:
        gain = projections.epsilon[mode] * np.outer(found.right[:, mode], found.left[mode])
        return np.divide(gain.real, per_synapse, out=np.zeros(gain.shape), where=changeable)

    indegree = np.maximum(network.indegree + in_synapses(0), 0.0)
    total = network.indegree.sum()
    change = np.array([np.abs(in_synapses(mode)).sum() / total for mode in range(len(network))])
    return Iteration(ends, indegree, critical, found, projections, change)


def _report(n: int, done: Iteration) -> str:
    assert done.critical is not None and done.modes is not None
    return (
        f"stabilisation {n}: fraction {done.critical.fraction:.7f}, mean rate of the unstable "
        f"state {done.critical.state.rates.mean():.4g} spikes/s, eigenvalue "
        f"{done.modes.largest_real_part:.4g}, sum of in-degrees {done.indegree.sum():.0f}"
    )
