"""Stop a simulation that runs away: the mean rate of an area stays above a limit.

A rank watches its own neurons. NEST distributes them one by one, so that each rank has the same
share of every area, and the first one decides for all. No NEST here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters

ADVICE = (
    "Weaken the excitation or the external drive of the network; or, if such rates are wanted, "
    "raise sim_params.rate_limit or switch it off with None. Then run the same command again."
)
"""What a user can do about a run that was stopped."""


class RunawayError(InputError):
    """The mean rate of an area has been above the limit for too long, until `t_stop` [ms]."""

    def __init__(self, message: str, t_stop: float) -> None:
        super().__init__(message)
        self.t_stop = t_stop


@dataclass(frozen=True)
class Share:
    """Which neurons a rank has: neuron n (0-based) belongs to virtual process (n + 1) mod all."""

    rank: int = 0
    ranks: int = 1
    virtual_processes: int = 1

    def count(self, n_neurons: np.ndarray) -> np.ndarray:
        """Return how many neurons of each population this rank has, shape (P,)."""
        process = np.arange(1, n_neurons.sum() + 1) % self.virtual_processes
        local = np.concatenate([[0], np.cumsum(process % self.ranks == self.rank)])
        return np.diff(local[np.concatenate([[0], np.cumsum(n_neurons)])])


class Guard:
    """Watch the mean rates of areas of `network`, chunk by chunk.

    The `parameters` are `rate_limit` [spikes/s], None: no limit, and `rate_limit_window` [ms];
    `share` tells which of the neurons are watched, by default all.
    """

    def __init__(
        self, network: Network, parameters: SimulationParameters, share: Share | None = None
    ) -> None:
        self.limit, self.window = parameters.rate_limit, parameters.rate_limit_window
        self._areas, self._area = np.unique(network.area_of, return_inverse=True)
        self._end = np.cumsum(network.n_neurons)
        watched = (share or Share()).count(np.asarray(network.n_neurons))
        self._n_neurons = np.bincount(self._area, watched)
        self._above_since = np.full(len(self._areas), np.inf)

    def check(self, nodes: np.ndarray, t_start: float, t_stop: float) -> None:
        """Check the spikes between `t_start` and `t_stop` [ms], which begins where the last ended.

        `nodes` are the neurons (0-based) of the spikes of watched neurons.

        Raises RunawayError if an area has been above `rate_limit` for longer than
        `rate_limit_window`.
        """
        if self.limit is None:
            return
        rates = self._rates(nodes, t_stop - t_start)
        since = np.minimum(self._above_since, t_start)
        self._above_since = np.where(rates > self.limit, since, np.inf)
        too_long = t_stop - self._above_since > self.window
        if too_long.any():
            worst = int(np.argmax(np.where(too_long, rates, 0)))
            raise RunawayError(
                f"The simulation was stopped at {t_stop:g} ms: the neurons of area "
                f"{self._areas[worst]} fire {rates[worst]:.4g} spikes/s on average, and have been "
                f"above rate_limit = {self.limit:g} spikes/s since "
                f"{self._above_since[worst]:g} ms (rate_limit_window = {self.window:g} ms).",
                t_stop,
            )

    @property
    def state(self) -> dict[str, float]:
        """{area: time since when it has been above the limit [ms]}, if it is."""
        since = zip(self._areas.tolist(), self._above_since.tolist(), strict=True)
        return {area: time for area, time in since if np.isfinite(time)}

    def resume(self, state: dict[str, float]) -> None:
        """Continue from a `state`."""
        self._above_since = np.array([state.get(area, np.inf) for area in self._areas])

    def _rates(self, nodes: np.ndarray, duration: float) -> np.ndarray:
        """Return the mean rate of each area in one chunk, shape (areas,) [spikes/s]."""
        population = np.searchsorted(self._end, nodes, side="right")
        spikes = np.bincount(self._area[population], minlength=len(self._areas))
        return spikes / np.maximum(self._n_neurons, 1) / (duration / 1e3)
