"""What the rule `paper_figure` does: a picture and its caption from files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import house_style
from multiarea.figures.kinds.saving import save_figure
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance
from multiarea.stages.records import record_picture
from publications import PaperFigure, paper_figures
from publications.drawn_from import Paper, Run
from publications.inputs import load_paper
from publications.lacking import caption_with, lacking

NOTHING = "No run is drawn: none in config.yaml, and none finished in `out/`, fits."


def paper_stage(
    name: str, spec: dict[str, Any], inputs: dict[str, list[Path]], outputs: Sequence[Path]
) -> None:
    """Draw the figure `name`, `<publication>/<figure>`.

    `outputs` are the .png, .pdf, the caption (.md), and their record; `spec` and `inputs` those of
    `publications.inputs.load_paper`.
    """
    provenance = Provenance("paper_figure", [path for paths in inputs.values() for path in paths])
    figure = paper_figures()[name]
    paper = load_paper(figure.publication, spec, inputs)
    *pictures, caption, record = outputs
    save_figure(draw(name, paper), pictures)
    with atomic_path(caption) as temporary:
        temporary.write_text(caption_of(figure, paper), "utf-8")
    record_picture(record, spec, provenance, [*pictures, caption])


def draw(name: str, paper: Paper) -> Figure:
    """Return the figure `name` drawn from a `paper` in the product's style."""
    with house_style():
        return paper_figures()[name].plot(paper)


def caption_of(figure: PaperFigure, paper: Paper) -> str:
    """Return the caption of `figure` as Markdown: the runs of `paper`, and what is not drawn."""
    facts = [run.facts for run in paper.runs]
    text = caption_with(figure, facts)
    lines = [f"# {figure.title}", "", f"*{figure.published}*", "", text]
    if figure.runs:
        lines += ["", "## Runs drawn", ""]
        lines += [_line(run) for run in paper.runs] or [NOTHING]
    if missing := lacking(figure, facts):
        lines += ["", "## Not drawn", "", *(f"- {text}" for text in missing)]
    return "\n".join(lines) + "\n"


def _line(run: Run) -> str:
    facts = run.facts
    text = (
        f"- `{run.name}` ({facts['file']}): χ = {run.chi:g}, χ_I = {facts['chi_I']:g}, {run.scale}"
    )
    if facts["single_spike"]:
        text += ", with an extra spike"
    return f"{text}, seed {facts['seed']}: `{facts['folder']}`"
