"""From a network to spikes: NEST, or the procedural engine.

`nest` holds what NEST builds, connects, records and runs, and is the only place that imports it;
`procedural` draws the synapses again at each spike instead of storing them. What both share stands
beside them. Nothing heavy is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters

__all__ = ["simulate", "simulator"]


def simulator(name: str | None) -> ModuleType:
    """Return the package of a simulator: `simulate`, `failing_job`, `is_first_rank`.

    Parameters
    ----------
    name : str or None
        'nest' or 'procedural'; None: NEST.
    """
    return import_module(f"{__name__}.{name or 'nest'}")


def simulate(network: Network, parameters: SimulationParameters, **options: Any) -> Any:
    """Simulate a network with the simulator that the parameters name.

    Parameters
    ----------
    network : Network
    parameters : SimulationParameters
    **options
        Of `nest.simulate` or `procedural.simulate`.

    Returns
    -------
    SimulationReport
    """
    return simulator(parameters.simulator).simulate(network, parameters, **options)
