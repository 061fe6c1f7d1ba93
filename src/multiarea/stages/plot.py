"""The rule `plot`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.files.provenance import Provenance
from multiarea.models import get_model
from multiarea.parameters import AnalysisParameters
from multiarea.stages.inputs import Inputs, flat, load_inputs
from multiarea.stages.records import record_picture
from multiarea.stages.specs import block_of, check_inputs, check_known, check_spec


def plot_stage(figure: str, spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Draw `figure` from `inputs`; `outputs`: its pictures, and one record of all.

    `spec` has model, N_scaling, K_scaling, t_sim [ms] and parameters.

    Raises InputError if there is no such figure, or it cannot be drawn from these inputs.
    """
    from multiarea.figures import figures
    from multiarea.figures.kinds.drawing import Context
    from multiarea.figures.kinds.saving import save_figure

    check_known("figure", figure, figures())
    check_spec(spec, "model", "N_scaling", "K_scaling", "t_sim", "parameters")
    check_inputs(figure, inputs, figures()[figure].needs, figures()[figure].extras)
    parameters = block_of(AnalysisParameters, spec["parameters"])
    provenance = Provenance("plot", flat(inputs))
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
    loaded = load_inputs(spec["model"], inputs)
    *pictures, record = outputs
    save_figure(figures()[figure].plot(**loaded, parameters=parameters, context=context), pictures)
    record_picture(record, spec, provenance, pictures)
