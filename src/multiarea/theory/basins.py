"""Where the rates end from many initial conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from multiarea.network.network import Network
from multiarea.theory.flow import State, follow
from multiarea.theory.stationary import FixedPoint, FixedPoints, end_of_flow, is_same
from multiarea.theory.threads import one_thread
from multiarea.theory.transfer import MeanField, mean_field

ARRIVED = 1e-4
"""Distance from a known stable state, relative to the rates, at which a trajectory has ended."""


@dataclass(frozen=True)
class Basins:
    """Fixed points, lowest mean rate first, and the starts that end in them."""

    rates: np.ndarray
    """(n, P) [spikes/s]"""
    stable: np.ndarray
    """(n,) of bool"""
    end: np.ndarray
    """(starts,), index of the fixed point to which a start leads, -1 if there is none."""

    @property
    def shares(self) -> np.ndarray:
        """Share of the starts that lead to each fixed point, (n,)."""
        return np.bincount(self.end[self.end >= 0], minlength=len(self.rates)) / len(self.end)

    @property
    def mean_rates(self) -> np.ndarray:
        """Mean rate over populations at the end of each start, (starts,), nan if it has none."""
        means = np.append(self.rates.mean(axis=1), np.nan)
        return means[self.end]


def random_starts(
    network: Network, n: int, *, largest: float = 1000, seed: int = 123
) -> np.ndarray:
    """Return `n` states of `network` drawn uniformly from [0, `largest`) by `seed`, (n, P)."""
    return np.random.default_rng(seed).uniform(0, largest, (n, len(network)))


@one_thread
def basins_of(
    network: Network,
    starts: np.ndarray,
    *,
    known: FixedPoints | None = None,
    progress: Callable[[str], None] | None = None,
) -> Basins:
    """Follow the rate dynamics from every start.

    Parameters
    ----------
    network : Network
    starts : (n, P) array [spikes/s]
    known : FixedPoints, optional
        States to list even if no start leads to them.
    progress : callable, optional
        Called with one line of text after every 100 starts.
    """
    field = mean_field(network)
    states = known.points if known else []
    end = np.full(len(starts), -1)
    for i, start in enumerate(np.asarray(starts, float)):
        end[i] = _end(field, start, states)
        if progress and (i + 1) % 100 == 0:
            progress(f"basins: {i + 1} of {len(starts)} starts, {len(states)} fixed points")
    order = np.argsort([point.rates.mean() for point in states], kind="stable").astype(int)
    place = np.append(np.argsort(order), -1).astype(int)
    return Basins(
        rates=np.array([states[i].rates for i in order]).reshape(-1, len(network)),
        stable=np.array([states[i].stable for i in order], bool),
        end=place[end],
    )


def _end(field: MeanField, start: np.ndarray, known: list[FixedPoint]) -> int:
    """Return the index in `known`, extended if needed, of the fixed point that a start leads to."""

    def near_known(state: State) -> FixedPoint | None:
        within = ARRIVED * state.rates.max()
        if state.residual < within:
            for point in known:
                if point.stable and np.abs(point.rates - state.rates).max() < within:
                    return point
        return None

    point = end_of_flow(follow(field, start), watch=near_known)
    if point is None:
        return -1
    for i, other in enumerate(known):
        if is_same(point.rates, other.rates):
            return i
    known.append(point)
    return len(known) - 1
