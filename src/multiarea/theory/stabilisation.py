"""Changing in-degrees so that more drive does not move an unstable fixed point.

Schuecker et al. 2017, PLoS Comput Biol 13:e1005179. A stronger drive shifts the border between
the basins of low and high activity towards the low one. The shift is mostly along the critical
eigenmode; a change of the in-degrees in that mode compensates it.
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
from multiarea.theory.transfer import MeanField, mean_field, sensitivity

FRACTIONS = np.linspace(0, 1, 21)
"""Drives of the scan: 21, as published."""


@dataclass(frozen=True)
class Iteration:
    """One round of the stabilisation.

    Attributes
    ----------
    ends : (n, P) array
        Rates reached from rest at the drives `FRACTIONS`, before the change [spikes/s].
    critical : CriticalDrive or None
        None if the ends have no jump: nothing is changed.
    modes : Modes or None
        Of the unstable fixed point.
    projections : Projections or None
        Of its shift between the critical and the high drive.
    indegree : (P, P) array
        In-degrees after the change.
    """

    ends: np.ndarray
    critical: CriticalDrive | None
    modes: Modes | None
    projections: Projections | None
    indegree: np.ndarray


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
        Networks that differ in their external drive only.
    iterations : int
        Largest number of changes; it ends early if the state reached from rest has no jump.
    euler_step : float, optional
        See `multiarea.theory.separatrix.path`; 0.01 repeats the published critical drives.
    progress : callable, optional
        Called with one line of text per iteration.

    Returns
    -------
    list of Iteration
        One more than changes were made: the last tells what they lead to.

    Raises
    ------
    ValueError
        If the networks differ in more than their external drive.
    NotConvergedError
        If an unstable fixed point is not found.
    """
    done: list[Iteration] = []
    for n in range(iterations + 1):
        drive = drive_between(low, high)
        ends = ends_from_rest(drive, FRACTIONS, euler_step)
        critical = None
        if n < iterations:
            critical = critical_drive(drive, FRACTIONS, ends, euler_step)
        if critical is None:
            return [*done, Iteration(ends, None, None, None, low.indegree)]
        done.append(stabilise_once(low, drive, ends, critical))
        low, high = (with_indegree(network, done[-1].indegree) for network in (low, high))
        if progress:
            progress(_report(n, done[-1]))
    return done


def with_indegree(network: Network, indegree: np.ndarray) -> Network:
    """Return the network with other in-degrees, (P, P); its synapse numbers are not rounded."""
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


def critical_change(network: Network, gain_per_synapse: np.ndarray, mode: complex) -> np.ndarray:
    """Return the change of the gain matrix `mode` (P, P) as a change of in-degrees, (P, P)."""
    change = np.zeros(gain_per_synapse.shape)
    np.divide(mode.real, gain_per_synapse, out=change, where=gain_per_synapse != 0)
    return np.where(may_change(network), change, 0.0)


def stabilise_once(
    network: Network, drive: Drive, ends: np.ndarray, critical: CriticalDrive
) -> Iteration:
    """Return one change of in-degrees, in the critical mode of the unstable fixed point.

    Parameters
    ----------
    network : Network
        Any of the family, for its in-degrees and weights.
    drive : Drive
    ends : (n, P) array
        Rates reached from rest at the drives `FRACTIONS` [spikes/s]; only passed on.
    critical : CriticalDrive
    """
    state = State(drive.at(critical.fraction), critical.state.rates)
    found = modes(state.gain)
    slopes = sensitivity(state.field, state.rates, state.phi)
    projections = project(found, _effect(slopes, state.field, drive.high), state.rates)
    per_synapse = _gain_per_synapse(network, slopes)
    mode = projections.epsilon[0] * np.outer(found.right[:, 0], found.left[0])
    indegree = np.maximum(network.indegree + critical_change(network, per_synapse, mode), 0.0)
    return Iteration(ends, critical, found, projections, indegree)


def change_of_modes(network: Network, drive: Drive, done: Iteration) -> np.ndarray:
    """Return what each mode alone would change, (P,): sum of |change| / sum of in-degrees.

    Parameters
    ----------
    network : Network
        For its weights and populations.
    drive : Drive
        Of `done`.
    done : Iteration
        With a critical drive.
    """
    assert done.critical is not None and done.modes is not None and done.projections is not None
    state = State(drive.at(done.critical.fraction), done.critical.state.rates)
    per_synapse = _gain_per_synapse(network, sensitivity(state.field, state.rates, state.phi))
    changes = [
        critical_change(network, per_synapse, epsilon * np.outer(right, left))
        for epsilon, right, left in zip(
            done.projections.epsilon, done.modes.right.T, done.modes.left, strict=True
        )
    ]
    return np.array([np.abs(change).sum() for change in changes]) / network.indegree.sum()


def _gain_per_synapse(network: Network, slopes: np.ndarray) -> np.ndarray:
    """Return d phi_i / d nu_j per synapse of the in-degree, (P, P), given `sensitivity`."""
    one = mean_field(with_indegree(network, np.ones(network.weight.shape)))
    return np.einsum("mi,mij->ij", slopes, one.recurrent)


def _effect(slopes: np.ndarray, field: MeanField, other: MeanField) -> np.ndarray:
    """Return the direct effect of another external drive on the rates, (P,) [spikes/s]."""
    change = (slopes * (other.external - field.external)).sum(axis=0)
    return change + slopes[0] * (other.dc - field.dc)


def _report(n: int, done: Iteration) -> str:
    assert done.critical is not None and done.modes is not None
    return (
        f"stabilisation {n + 1}: fraction {done.critical.fraction:.7f}, mean rate of the unstable "
        f"state {done.critical.state.rates.mean():.4g} spikes/s, eigenvalue "
        f"{done.modes.largest_real_part:.4g}, sum of in-degrees {done.indegree.sum():.0f}"
    )
