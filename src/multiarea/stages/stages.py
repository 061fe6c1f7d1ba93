"""The stages of the pipeline as the rules call them: files in, files out, provenance beside.

Each takes the inputs by name and the output files; the last two outputs are `parameters.json` and
`provenance.json` of the folder.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.errors import InputError
from multiarea.files.atomic import atomic_path, write_json
from multiarea.files.provenance import Provenance
from multiarea.models import get_model
from multiarea.parameters import AnalysisParameters, SimulationParameters
from multiarea.progress import Progress

log = logging.getLogger(__name__)

Inputs = dict[str, list[Path]]


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

    provenance = Provenance("network", _flat(inputs))
    parameters = get_model(spec["model"]).Parameters.model_validate_json(
        json.dumps(spec["parameters"])
    )
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
    _record(outputs, spec, provenance, **numbers)


def theory_stage(network_path: Path, outputs: Sequence[Path]) -> None:
    """Solve for the stationary rates of a network; outputs: rates.csv and the records."""
    from multiarea.build.pipeline import NO_FIXED_POINT
    from multiarea.network.network import load_network
    from multiarea.theory import fixed_points, fixed_points_table

    provenance = Provenance("theory", [network_path])
    network = load_network(network_path)
    points = fixed_points(network, progress=log.info)
    if not len(points.rates):
        raise InputError(f"{network_path}: {NO_FIXED_POINT}")
    with atomic_path(outputs[0]) as temporary:
        fixed_points_table(network, points.rates).to_csv(temporary, index=False)
    facts = theory_facts(points)
    log.info(
        "theory: %d fixed points, mean rates %s spikes/s, residuals below %.1e",
        len(points.rates),
        ", ".join(f"{rate:.4g}" for rate in points.rates.mean(axis=1)),
        max(points.residuals),
    )
    _record(outputs, {"theory": "stationary rates", "seed": 123}, provenance, **facts)


def theory_facts(points: Any) -> dict[str, Any]:
    """Return what is known of fixed points beside their rates."""
    return {
        "n_fixed_points": len(points.rates),
        "mean_rates_spikes_per_s": [float(rate) for rate in points.rates.mean(axis=1)],
        "residuals_spikes_per_s": [float(residual) for residual in points.residuals],
        "stable": [bool(stable) for stable in points.stable],
        "found_by": list(points.found_by),
        "n_starts_not_converged": int(points.n_not_converged),
        "notes": list(points.notes),
    }


def simulate_stage(
    network_path: Path,
    spec: dict[str, Any],
    outputs: Sequence[Path],
    guard: dict[str, Any] | None = None,
    **options: Any,
) -> None:
    """Simulate; outputs: spikes.h5, optionally membrane_potentials.h5, and the records.

    Parameters
    ----------
    network_path : Path
    spec : dict
        The parameters that decide the results.
    outputs : sequence of Path
    guard : dict, optional
        The parameters that decide when a run is stopped; default: theirs.
    **options
        Of the procedural simulator, on which no result depends: `threads`; `checkpoint_interval`,
        wall time between two checkpoints [s].
    """
    from multiarea.network.network import load_network
    from multiarea.simulation import simulator

    parameters = SimulationParameters.model_validate_json(json.dumps({**spec, **(guard or {})}))
    chosen = simulator(parameters.simulator)
    processes = parameters.virtual_processes
    if parameters.simulator == "procedural":
        processes = options.pop("threads", None)
    else:
        options = {}
    with chosen.failing_job():
        provenance = Provenance("simulate", [network_path])
        report = chosen.simulate(
            load_network(network_path),
            parameters,
            virtual_processes=int(1 if processes is None else processes),
            spikes_path=outputs[0],
            potentials_path=outputs[1] if "voltmeter" in parameters.rec_dev else None,
            progress=Progress,
            **options,
        )
        if not chosen.is_first_rank():
            return
        log.info("simulate: %d spikes of %d neurons", report.n_spikes, report.n_neurons)
        facts = {"virtual_processes": report.virtual_processes, "guard": parameters.guard}
        _record(outputs, spec, provenance, **facts, simulation=dataclasses.asdict(report))


def analyse_stage(
    measure: str, spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]
) -> None:
    """Compute one measure; outputs: its file and the records."""
    from multiarea.analysis import compute, save_result

    provenance = Provenance("analyse", _flat(inputs))
    parameters = AnalysisParameters.model_validate_json(json.dumps(spec["parameters"]))
    save_result(outputs[0], compute(measure, load_inputs(spec["model"], inputs), parameters))
    _record(outputs, spec, provenance)


def record_stage(spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Explain the folder of an analysis.

    Parameters
    ----------
    spec : dict
        Parameters of the analysis.
    inputs : dict
        Result of a stage or measure -> its file, with the records beside.
    outputs : sequence of Path
        experiment.html, parameters.json, provenance.json.
    """
    from multiarea.stages.experiment_page import STAGES, Record, read_record, write_experiment_page

    provenance = Provenance("record")
    records = {name: read_record(paths[0].parent) for name, paths in inputs.items()}
    stages = {name: records.pop(name) for name in STAGES if name in records}
    measures = {name: record.provenance for name, record in records.items()}
    page, parameters, _ = outputs
    write_json(parameters, spec)
    results = [inputs[name][0] for name in measures]
    provenance.write(parameters.parent, results, measures=measures)
    stages["analysis"] = Record(spec, provenance.record([]))
    write_experiment_page(stages, measures, page)


def plot_stage(figure: str, spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Draw one figure of an experiment; outputs: the pictures, and the record of both.

    Parameters
    ----------
    spec : dict
        model, N_scaling, K_scaling, t_sim [ms], parameters.
    """
    from multiarea.figures.kinds.drawing import Context
    from multiarea.figures.kinds.saving import save_figure

    provenance = Provenance("plot", _flat(inputs))
    *pictures, record = outputs
    model = get_model(spec["model"])
    context = Context(
        model=spec["model"],
        areas=model.AREAS,
        layers=model.LAYERS,
        populations=model.POPULATIONS,
        shown_areas=model.SHOWN_AREAS,
        scale="{model}, N_scaling {N_scaling:g}, K_scaling {K_scaling:g}".format(**spec),
        t_sim=spec["t_sim"],
    )
    parameters = AnalysisParameters.model_validate_json(json.dumps(spec["parameters"]))
    plot = importlib.import_module(f"multiarea.figures.{figure}").plot
    loaded = load_inputs(spec["model"], inputs)
    save_figure(plot(**loaded, parameters=parameters, context=context), pictures)
    record_picture(record, spec, provenance, pictures)


def record_picture(
    path: Path, spec: dict[str, Any], provenance: Provenance, pictures: Sequence[Path]
) -> None:
    """Write parameters and provenance of the pictures of one figure into one file."""
    write_json(path, {"parameters": spec, "provenance": provenance.record(pictures)})


def record_pictures_stage(inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Explain a folder of pictures from the records of its figures.

    Parameters
    ----------
    inputs : dict
        Figure -> what `record_picture` wrote.
    outputs : sequence of Path
        parameters.json, provenance.json.
    """
    provenance = Provenance("record_pictures")
    records = {
        name: [json.loads(path.read_text("utf-8")) for path in paths]
        for name, paths in inputs.items()
    }
    made_by = {name: [one["provenance"] for one in found] for name, found in records.items()}
    folder = outputs[0].parent
    pictures = [folder / p for found in made_by.values() for one in found for p in one["outputs"]]
    write_json(outputs[0], {name: found[0]["parameters"] for name, found in records.items()})
    provenance.write(folder, pictures, figures=made_by)


def load_inputs(model: str, inputs: Inputs) -> dict[str, Any]:
    """Open or read each input by the kind that its name says.

    Raises
    ------
    InputError
        If a file is absent or damaged.
    """
    from multiarea.analysis import load_result, measures
    from multiarea.network.network import load_network
    from multiarea.spikes.store import Spikes
    from multiarea.workflow.sources import load_source

    readers = {"network": load_network, "spikes": Spikes, "theory": load_result}
    readers |= dict.fromkeys(measures(), load_result)
    loaded = {name: readers[name](paths[0]) for name, paths in inputs.items() if name in readers}
    areas = get_model(model).AREAS
    for name, paths in inputs.items():
        if name not in readers:
            loaded[name] = load_source(name, paths, areas)
    return loaded


def _flat(inputs: Inputs) -> list[Path]:
    return [path for paths in inputs.values() for path in paths]


def _record(
    outputs: Sequence[Path], spec: dict[str, Any], provenance: Provenance, **facts: Any
) -> None:
    """Write the two records of a folder."""
    *results, parameters, _ = outputs
    write_json(parameters, spec)
    provenance.write(parameters.parent, [*results, parameters], **facts)
