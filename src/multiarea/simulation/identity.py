"""What decides the state of a simulation at any time. No NEST here."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import numpy as np

from multiarea.network.network import MATRICES, Network
from multiarea.network.stimuli import describe
from multiarea.parameters import SimulationParameters

ENDLESS = ("t_sim", "rate_limit", "rate_limit_window", "overwrite_files", "print_time")
"""Parameters on which the state does not depend, as long as the simulation has not ended."""


def simulation_identity(network: Network, parameters: SimulationParameters, engine: str) -> str:
    """Return the hash of `network`, of the `parameters` that decide the state, and of `engine`.

    The `engine` names the simulator, its version and what else its random numbers depend on.
    """
    digest = hashlib.sha256(engine.encode())
    digest.update(network.populations.to_csv().encode())
    digest.update(json.dumps(dataclasses.asdict(network.rules)).encode())
    for name in MATRICES:
        digest.update(np.ascontiguousarray(getattr(network, name), float).data)
    for extra in network.extra_inputs:
        plain, arrays = describe(extra)
        digest.update(json.dumps(plain, sort_keys=True, default=str).encode())
        for values in arrays.values():
            digest.update(np.ascontiguousarray(values, float).data)
    chosen = {key: value for key, value in parameters.identity.items() if key not in ENDLESS}
    if parameters.rec_V_stop is None:
        chosen.pop("rec_V_stop", None)
    digest.update(json.dumps(chosen, sort_keys=True).encode())
    return digest.hexdigest()
