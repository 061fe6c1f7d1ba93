"""Spikes of every area."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures import rasters_all_areas
from publications.drawn_from import Paper
from publications.pronold2024.stand_in import best_fit_or_base

FIGURE = {
    "title": "Rasters of all areas",
    "published": "Pronold et al. 2024, supplement",
    "needs": (),
    "runs": ("best_fit", "base"),
    "results": ("spikes",),
    "uses": ("plotRasterArea",),
    "caption": "Spikes of a share of the neurons of every area, silent neurons included, upper "
    "layers on top. The publication shows the best fit (chi = 2.5) at full scale; no published "
    "table holds its spikes. Drawn is the largest run of the best fit, or of the base state where "
    "there is none.",
}


def plot(paper: Paper) -> Figure:
    """Draw a raster per area."""
    return best_fit_or_base(
        paper,
        FIGURE["title"],
        lambda run: rasters_all_areas.plot(
            spikes=run.results["spikes"], parameters=run.parameters, context=run.context
        ),
    )
