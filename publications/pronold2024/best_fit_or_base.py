"""Figures of one run, as of any experiment: of the best fit, or of the base state in its place."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.figure import Figure

from multiarea.figures import figures
from publications.drawn_from import Paper

SHARED = {
    "runs": ("best_fit", "base"),
    "needs_run": True,
    "one_run": "first",
    "panels": {"best_fit": "The best fit, in whose place the base state is drawn"},
}
FIGURES = {
    "rasters_all_areas": {
        "title": "Rasters of all areas",
        "published": "Pronold et al. 2024, supplement",
        "results": ("spikes",),
        "uses": ("plotRasterArea",),
        "caption": "Spikes of a share of the neurons of every area, silent neurons included, upper "
        "layers on top. The publication shows the best fit (χ = 2.5) at full scale; no published "
        "table holds its spikes. Drawn is the largest run of the best fit, or of the base state "
        "where there is none.",
        "options": {"figure": "rasters_all_areas"},
    },
    "rate_distributions": {
        "title": "Rate distributions",
        "published": "Pronold et al. 2024, supplement",
        "results": ("rates_individual",),
        "uses": ("individualFiringRate",),
        "caption": "Distributions of the rates of neurons that fired, on a logarithmic scale: mean "
        "over areas and one standard deviation. The publication shows the best fit (χ = 2.5) at "
        "full scale; published are only the rates of caudal anterior cingulate (figures Chi sweep "
        "and Best fit). Drawn is the largest run of the best fit, or of the base state where there "
        "is none.",
        "options": {"figure": "rate_distributions"},
    },
    "temporal_hierarchy": {
        "title": "Temporal hierarchy",
        "published": "Pronold et al. 2024, Fig. 8",
        "results": ("temporal_hierarchy",),
        "uses": ("rate_histogram",),
        "caption": "How much later the area of the row fires than that of the column, areas in "
        "their order in time, names coloured by lobe; crosses: undecided; right: position in "
        "time, 0 the first area, 1 the last. Where fewer than half of the pairs have a lag, no "
        "order is drawn, and the areas are in the order of the model. The publication shows "
        "the best fit (χ = 2.5) at full scale from 2.5 to 12.5 s; no published table holds it. "
        "Drawn is the largest run of the best fit, or of the base state where there is none; lags "
        "of short, scaled-down runs are mostly undecided. Maps on the brain's surface: the figure "
        "Maps of the brain.",
        "options": {"figure": "temporal_hierarchy"},
    },
}


def plot(paper: Paper, *, figure: str) -> Figure:
    """Draw the `figure` of an experiment from the run of the best fit in `paper`.

    A run of the base state stands in for it, and is named so.
    """
    run = paper.run("best_fit") or paper.run("base")
    assert run is not None
    of_run = figures()[figure]
    needs = {name: run.results[name] for name in of_run.needs}
    context = run.context
    if run.facts["role"] == "base":
        context = replace(context, scale=f"Base state, no run of the best fit. {context.scale}")
    return of_run.plot(**needs, parameters=run.parameters, context=context)
