"""The spike file of a simulation, complete or stopped."""

from __future__ import annotations

from pathlib import Path

from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.guard import RunawayError
from multiarea.simulation.recorded import is_recorded
from multiarea.spikes.writer import Recording, write_spikes


def recording(network: Network, parameters: SimulationParameters, t_stop: float) -> Recording:
    """Return what was simulated until `t_stop` [ms]."""
    return Recording(
        network.populations["n_neurons"],
        t_stop,
        parameters.sim_resolution,
        is_recorded(network, parameters),
    )


def keep_runaway(
    stop: RunawayError, recorded: Recording, spools: list[Path], result: Path
) -> RunawayError:
    """Write the spikes so far under a name that is not the result's; return what to raise."""
    kept = result.with_name(f"{result.stem}_stopped_at_{stop.t_stop:g}ms{result.suffix}")
    write_spikes(kept, recorded, spools)
    return stop.with_file(kept)
