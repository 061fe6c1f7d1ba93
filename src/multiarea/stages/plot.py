"""The rule `plot`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multiarea.errors import InputError, one_line
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance
from multiarea.models import get_model, shown_areas
from multiarea.parameters import AnalysisParameters, scale_words
from multiarea.stages.inputs import Inputs, blamed_on_foreign, flat, load_inputs
from multiarea.stages.records import record_picture
from multiarea.stages.specs import block_of, check_inputs, check_known, check_spec

if TYPE_CHECKING:
    from multiarea.figures import FigureFile
    from multiarea.figures.kinds.drawing import Context

CAPTION = ".md"
"""Suffix of the caption of a figure."""
MOST_VALUES = 3
"""Most values of a list that are shown."""


def plot_stage(
    figure: str,
    spec: dict[str, Any],
    inputs: Inputs,
    outputs: Sequence[Path],
    names: Sequence[str] = (),
) -> None:
    """Draw `figure` from `inputs`; `outputs`: pictures, their caption, and one record of all.

    `spec` has model, N_scaling, K_scaling, t_sim [ms], parameters, and may have the parameters that
    make the `differences` to the model's defaults, `is_imported`, true if the spikes are those
    of a file, and the names of a user's own `areas`. `names` are those of the experiments.

    Raises InputError if there is no such figure, or it cannot be drawn from these inputs.
    """
    from multiarea.figures import figures
    from multiarea.figures.kinds.saving import save_figure

    check_known("figure", figure, figures())
    check_spec(spec, "model", "N_scaling", "K_scaling", "t_sim", "parameters")
    check_inputs(figure, inputs, figures()[figure].needs, figures()[figure].extras)
    _check_outputs(figures()[figure], outputs)
    parameters = block_of(AnalysisParameters, spec["parameters"])
    provenance = Provenance("plot", flat(inputs))
    context = _context(spec, names)
    loaded = load_inputs(spec["model"], inputs)
    *made, record = outputs
    captions = [path for path in made if path.suffix == CAPTION]
    pictures = [path for path in made if path.suffix != CAPTION]
    with blamed_on_foreign(inputs, f"the figure '{figure}' cannot be drawn"):
        drawn = figures()[figure].plot(**loaded, parameters=parameters, context=context)
    save_figure(drawn, pictures)
    for path in captions:
        with atomic_path(path) as temporary:
            temporary.write_text(_caption(figures()[figure], context), "utf-8")
    record_picture(record, spec, provenance, made)


def _check_outputs(figure: FigureFile, outputs: Sequence[Path]) -> None:
    """Raise InputError unless there are a picture of a format of `figure`, and a record."""
    from multiarea.figures.kinds.saving import FORMATS, MOVIE

    *made, record = outputs
    kinds = {path.suffix.lower() for path in made}
    known = [kind for kind in FORMATS if kind != MOVIE or kind[1:] in figure.formats]
    if not kinds & {*known} or not kinds <= {*known, CAPTION} or record.suffix != ".json":
        raise InputError(
            f"--to: expected pictures ({', '.join(known)}), if wanted their caption ({CAPTION}), "
            "and last a record (.json), got " + ", ".join(one_line(path) for path in outputs)
        )


def _context(spec: dict[str, Any], names: Sequence[str]) -> Context:
    from multiarea.figures.kinds.drawing import Context

    model = get_model(spec["model"])
    areas = spec.get("areas", model.AREAS)
    differences = spec.get("differences", {}).items()
    words = {"activity": "recording", "missing": "population not recorded"}
    return Context(
        **(words if spec.get("is_imported") else {}),
        model=spec["model"],
        areas=tuple(areas),
        layers=model.LAYERS,
        populations=model.POPULATIONS,
        shown_areas=shown_areas(model, areas),
        scale=f"{spec['model']}, {scale_words(spec['N_scaling'], spec['K_scaling'])}",
        t_sim=spec["t_sim"],
        names=tuple(names),
        differences=tuple(f"{name} {_shown(value)}" for name, value in differences),
    )


def _shown(value: Any) -> str:
    """Return the value of a parameter as few words."""
    if isinstance(value, list):
        words = [_shown(one) for one in value[:MOST_VALUES]]
        return "/".join([*words, "..."] if len(value) > MOST_VALUES else words)
    if isinstance(value, dict):
        return _shown([f"{key}={_shown(one)}" for key, one in value.items()])
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def _caption(figure: FigureFile, context: Context) -> str:
    """Return the caption of a figure as Markdown."""
    facts = [context.scale, f"{context.t_sim / 1000:g} s", *context.differences]
    lines = [f"# {figure.name}", "", figure.caption, ""]
    lines += [f"- experiment `{name}`" for name in context.names]
    return "\n".join([*lines, f"- {', '.join(facts)}"]) + "\n"
