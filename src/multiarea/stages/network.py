"""The rule `network`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.files.provenance import Provenance
from multiarea.models import get_model
from multiarea.stages.inputs import Inputs, flat
from multiarea.stages.records import record_folder

log = logging.getLogger(__name__)


def network_stage(spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Build a network, scaled down as the parameters say, and save it.

    Parameters
    ----------
    spec : dict
        model, version, parameters.
    inputs : dict
        `tables`: the source tables; `rates`: the full-scale rates, and `source_rates`: the rates of
        projections that are replaced, where needed.
    outputs : sequence of Path
        network.h5, parameters.json, provenance.json.
    """
    from multiarea.build.pipeline import build_network
    from multiarea.network.network import save_network

    provenance = Provenance("network", flat(inputs))
    parameters = get_model(spec["model"]).Parameters.of_record(spec["parameters"])
    rates = (next(iter(inputs.get(name, [])), None) for name in ("rates", "source_rates"))
    network = build_network(spec["model"], parameters, *rates)
    save_network(network, outputs[0])
    numbers = {
        "n_populations": len(network),
        "n_neurons": int(network.n_neurons.sum()),
        "n_synapses": int(network.synapses.sum()),
    }
    log.info(
        "network: %(n_populations)d populations, %(n_neurons)d neurons, %(n_synapses)d synapses",
        numbers,
    )
    record_folder(outputs, spec, provenance, **numbers)
