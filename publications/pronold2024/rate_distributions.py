"""Distributions of the rates of single neurons, by layer and type."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures import rate_distributions
from publications.drawn_from import Paper
from publications.pronold2024.stand_in import best_fit_or_base

FIGURE = {
    "title": "Rate distributions",
    "published": "Pronold et al. 2024, supplement",
    "needs": (),
    "runs": ("best_fit", "base"),
    "results": ("rates_individual",),
    "uses": ("individualFiringRate",),
    "caption": "Distributions of the rates of neurons that fired, on a logarithmic scale: mean "
    "over areas and one standard deviation. The publication shows the best fit (chi = 2.5) at "
    "full scale; published are only the rates of caudal anterior cingulate (figures Chi sweep and "
    "Best fit). Drawn is the largest run of the best fit, or of the base state where there is "
    "none.",
}


def plot(paper: Paper) -> Figure:
    """Draw a panel per layer and type."""
    return best_fit_or_base(
        paper,
        FIGURE["title"],
        lambda run: rate_distributions.plot(
            rates_individual=run.results["rates_individual"],
            parameters=run.parameters,
            context=run.context,
        ),
    )
