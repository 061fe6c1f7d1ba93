"""The rule `network`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.experiment.results import RECORDS
from multiarea.files.provenance import Provenance
from multiarea.models import get_model
from multiarea.stages.inputs import Inputs, flat
from multiarea.stages.records import record_folder
from multiarea.stages.specs import block_of, check_outputs, check_spec

log = logging.getLogger(__name__)


def network_stage(spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Build the network of `spec` (model, version, parameters); `outputs`: it and the records.

    `inputs` has the `tables` that it is built from and, where needed, the full-scale `rates` and
    the `source_rates` of projections that are replaced.

    Raises InputError if the parameters or a table are wrong.
    """
    from multiarea.build.pipeline import build_network
    from multiarea.network.network import save_network

    check_spec(spec, "model", "parameters")
    check_outputs(outputs, ".h5", *RECORDS)
    parameters = block_of(get_model(spec["model"]).Parameters, spec["parameters"])
    provenance = Provenance("network", flat(inputs))
    rates = (next(iter(inputs.get(name, [])), None) for name in ("rates", "source_rates"))
    network = build_network(spec["model"], parameters, *rates)
    save_network(network, outputs[0])
    numbers = {
        "n_populations": len(network),
        "n_neurons": int(network.n_neurons.sum()),
        "n_synapses": int(network.synapses.sum()),
    }
    log.info("network: %d populations, %d neurons, %d synapses", *numbers.values())
    record_folder(outputs, spec, provenance, **numbers)
