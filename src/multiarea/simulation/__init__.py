"""From a network to spikes: NEST, or the procedural engine.

`nest` builds, connects, records and runs a network in NEST, and is the only place that imports it;
`procedural` draws the synapses again at each spike instead of storing them. The modules beside them
are shared. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from multiarea.errors import InputError, one_line
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters

__all__ = ["simulate", "simulator"]


def simulator(name: str | None) -> ModuleType:
    """Return the package of a simulator, 'nest' (also for None) or 'procedural'.

    Both have `simulate`, `failing_job` and `is_first_rank`.

    Raises InputError if NEST is asked for and not installed.
    """
    if name != "procedural" and find_spec("nest") is None:
        raise InputError(
            f"NEST is not installed for this Python, {one_line(sys.executable)}. The procedural "
            'simulator needs no NEST: "simulator": "procedural" in sim_params, or '
            "'simulator: procedural' in config.yaml. PyPI has NEST for some Pythons and machines "
            "only; conda has it for more (humam.yml)"
        )
    return import_module(f"{__name__}.{name or 'nest'}")


def simulate(network: Network, parameters: SimulationParameters, **options: Any) -> Any:
    """Simulate a `network` with the simulator that the `parameters` name; return its report.

    The `options` are those of `nest.simulate` or `procedural.simulate`.
    """
    return simulator(parameters.simulator).simulate(network, parameters, **options)
