"""The rule `simulate`."""

from __future__ import annotations

import dataclasses
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.errors import InputError
from multiarea.experiment.results import RECORDS
from multiarea.files.provenance import Provenance
from multiarea.machine import is_memory_checked
from multiarea.parameters import SimulationParameters
from multiarea.progress import Progress
from multiarea.stages.records import record_folder
from multiarea.stages.specs import block_of, check_outputs, check_spec

if TYPE_CHECKING:
    from multiarea.network.network import Network

MPI_RANKS = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS")
"""Variables in which launchers of MPI tell the number of ranks."""
log = logging.getLogger(__name__)


def simulate_stage(
    network_path: Path,
    spec: dict[str, Any],
    outputs: Sequence[Path],
    guard: dict[str, Any] | None = None,
    **options: Any,
) -> None:
    """Simulate a network.

    Parameters
    ----------
    network_path : Path
    spec : dict
        The parameters that decide the results.
    outputs : sequence of Path
        spikes.h5, membrane_potentials.h5 if they are recorded, parameters.json, provenance.json.
    guard : dict, optional
        The parameters that decide when a run is stopped, where they are not the defaults.
    **options
        Of the procedural simulator, on which no result depends: `threads`; `checkpoint_interval`,
        wall time between two checkpoints [s]; `device`, 'cpu' or 'gpu'.
    """
    from multiarea.network.network import load_network
    from multiarea.simulation import simulator

    check_spec(spec)
    parameters = block_of(SimulationParameters, {**spec, **(guard or {})}, "--spec")
    if parameters.spikes_from is not None:
        raise InputError("--spec: spikes_from: expected null: import_spikes takes spikes of files")
    potentials = [".h5"] if parameters.has_potentials else []
    check_outputs(outputs, ".h5", *potentials, *RECORDS)
    chosen = simulator(parameters.simulator)
    processes = parameters.virtual_processes
    if parameters.simulator == "procedural":
        processes = options.pop("threads", None)
    else:
        options = {}
    with chosen.failing_job():
        provenance = Provenance("simulate", [network_path])
        network = load_network(network_path)
        _check_memory(network, parameters)
        report = chosen.simulate(
            network,
            parameters,
            virtual_processes=int(1 if processes is None else processes),
            spikes_path=outputs[0],
            potentials_path=outputs[1] if potentials else None,
            progress=Progress,
            **options,
        )
        if not chosen.is_first_rank():
            return
        log.info("simulate: %d spikes of %d neurons", report.n_spikes, report.n_neurons)
        facts = {"virtual_processes": report.virtual_processes, "guard": parameters.guard}
        simulation = dataclasses.asdict(report)
        del simulation["earlier"]  # the record has it
        more = {"simulation": simulation, "earlier": report.earlier}
        record_folder(outputs, spec, provenance, **facts, **more)


def _check_memory(network: Network, parameters: SimulationParameters) -> None:
    """Raise InputError if this machine has too little memory; with MPI, the cluster's file says."""
    from multiarea.estimate.memory import here, memory_problem

    ranks = max(int(os.environ.get(name) or 1) for name in MPI_RANKS)
    if ranks > 1 or parameters.simulator == "procedural" or not is_memory_checked():
        return
    problem = memory_problem(network, parameters, here(int(parameters.virtual_processes or 1)))
    if problem is not None:
        raise InputError(f"simulate: {problem}")
