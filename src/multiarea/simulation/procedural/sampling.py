"""Which potentials are recorded in which step."""

from __future__ import annotations

import numpy as np

from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural.layout import Tables

MOST_STAMP = 1 << 62
"""A step that is never reached."""


class Sampling:
    """The times and the number of recorded potentials.

    Parameters
    ----------
    tables : Tables
    parameters : SimulationParameters
    """

    def __init__(self, tables: Tables, parameters: SimulationParameters) -> None:
        step = parameters.sim_resolution
        self._interval = round(parameters.rec_V_int / step)
        stop = parameters.rec_V_stop
        last = MOST_STAMP if stop is None else round(stop / step)
        self._sampled = round(parameters.rec_V_start / step), last
        self.n_neurons = int(tables.units["sample"].max(initial=0))

    def rows(self, start: int, n: int) -> np.ndarray:
        """Return the row of each of the `n` steps from `start` on, -1: no sample, (n,) int32."""
        rows = np.full(n, -1, np.int32)
        if self.n_neurons:
            stamp = start + 1 + np.arange(n)
            first, last = self._sampled
            wanted = (stamp % self._interval == 0) & (stamp > first) & (stamp <= last)
            rows[wanted] = np.arange(np.count_nonzero(wanted))
        return rows
