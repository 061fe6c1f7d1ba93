"""The rule `import_spikes`."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.errors import InputError, one_line
from multiarea.experiment.experiment import content_of
from multiarea.experiment.results import RECORDS
from multiarea.files.provenance import Provenance
from multiarea.parameters import SimulationParameters
from multiarea.stages.inputs import Inputs, flat
from multiarea.stages.records import record_folder
from multiarea.stages.specs import block_of, check_inputs, check_outputs, check_spec

log = logging.getLogger(__name__)


def import_stage(spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Take the spikes of a file in place of a simulation.

    Parameters
    ----------
    spec : dict
        The parameters that decide the result; files are there by their content.
    inputs : dict of str to list of Path
        network, spikes and, where the parameters have a table, neurons.
    outputs : sequence of Path
        spikes.h5, parameters.json, provenance.json.

    Raises
    ------
    InputError
        If a file is wrong, does not fit the parameters, or is not the one that they mean.
    """
    from multiarea.network.network import load_network
    from multiarea.simulation.imported.stage import import_spikes

    check_spec(spec, "spikes_from")
    parameters = block_of(SimulationParameters, spec, "--spec")
    wanted = parameters.spikes_from
    if wanted is None:
        raise InputError("--spec: spikes_from: expected the parameters of an import, got null")
    files = {"file": "spikes", "neurons": "neurons"}
    check_inputs("import_spikes", inputs, ["network", *(files[key] for key in wanted.paths)])
    check_outputs(outputs, ".h5", *RECORDS)
    provenance = Provenance("import_spikes", flat(inputs))
    for key, content in wanted.paths.items():
        if content_of(inputs[files[key]][0]) != content:
            raise InputError(
                f"{one_line(inputs[files[key]][0])}: changed since the run began. Run the same "
                "command again."
            )
    neurons = inputs["neurons"][0] if "neurons" in inputs else None
    network = load_network(inputs["network"][0])
    report = import_spikes(network, parameters, inputs["spikes"][0], neurons, outputs[0])
    log.info("import_spikes: %d spikes of %d neurons", report.n_spikes, report.n_neurons)
    record_folder(outputs, spec, provenance, imported=dataclasses.asdict(report))
