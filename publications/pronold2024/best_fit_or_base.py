"""Figures of one run, as of any experiment: of the best fit, or of the base state in its place."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures import figures
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, new_figure, size_mm, wrapped, write
from publications.drawn_from import Paper
from publications.shared.layout import missing

SHARED = {"runs": ("best_fit", "base")}
FIGURES = {
    "rasters_all_areas": {
        "title": "Rasters of all areas",
        "published": "Pronold et al. 2024, supplement",
        "results": ("spikes",),
        "uses": ("plotRasterArea",),
        "caption": "Spikes of a share of the neurons of every area, silent neurons included, upper "
        "layers on top. The publication shows the best fit (chi = 2.5) at full scale; no published "
        "table holds its spikes. Drawn is the largest run of the best fit, or of the base state "
        "where there is none.",
        "options": {"figure": "rasters_all_areas", "title": "Rasters of all areas"},
    },
    "rate_distributions": {
        "title": "Rate distributions",
        "published": "Pronold et al. 2024, supplement",
        "results": ("rates_individual",),
        "uses": ("individualFiringRate",),
        "caption": "Distributions of the rates of neurons that fired, on a logarithmic scale: mean "
        "over areas and one standard deviation. The publication shows the best fit (chi = 2.5) at "
        "full scale; published are only the rates of caudal anterior cingulate (figures Chi sweep "
        "and Best fit). Drawn is the largest run of the best fit, or of the base state where there "
        "is none.",
        "options": {"figure": "rate_distributions", "title": "Rate distributions"},
    },
    "temporal_hierarchy": {
        "title": "Temporal hierarchy",
        "published": "Pronold et al. 2024, Fig. 8",
        "results": ("temporal_hierarchy",),
        "uses": ("rate_histogram",),
        "caption": "How much later the area of the row fires than that of the column, areas in "
        "their order in time, names coloured by lobe; crosses: undecided. The publication shows "
        "the best fit (chi = 2.5) at full scale from 2.5 to 12.5 s; no published table holds it. "
        "Drawn is the largest run of the best fit, or of the base state where there is none; lags "
        "of short, scaled-down runs are mostly undecided. Maps on the brain's surface: the figure "
        "Maps of the brain.",
        "options": {"figure": "temporal_hierarchy", "title": "Temporal hierarchy"},
    },
}
NO_RUN = (
    "The publication shows the best fit (χ = 2.5), and no published table holds it. There is no "
    "run of the best fit, nor of the base state: make run draws the base state, "
    "experiments/chi_sweep_downscaled.py both."
)


def plot(paper: Paper, *, figure: str, title: str) -> Figure:
    """Draw the `figure` of an experiment from the run of the best fit in `paper`.

    A run of the base state stands in for it, with a note; `title` is that of an empty page.
    """
    run = paper.run("best_fit") or paper.run("base")
    if run is None:
        page = new_figure(120, 50)
        missing(page, title, NO_RUN)
        return page
    of_run = figures()[figure]
    needs = {name: run.results[name] for name in of_run.needs}
    drawn = of_run.plot(**needs, parameters=run.parameters, context=run.context)
    if run.facts["role"] == "base":
        width, _ = size_mm(drawn)
        text = "Base state in place of the best fit (not run)"
        options = {"ha": "right", "fontsize": SMALL, "color": palette.ORANGE}
        write(drawn, (width - 1, 1), wrapped(text, width / 3, SMALL), **options)
    return drawn
