"""Rates of all areas against time, each with its own y axis."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures import area_rates
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("rate_histograms",),
    "uses": ("plotAllFiringRatesSummary",),
    "caption": "Instantaneous firing rate of each area, mean over its neurons, each on its "
    "own scale.",
}


@styled
def plot(*, rate_histograms: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a panel per area."""
    return area_rates.draw(rate_histograms, parameters, context, common_y=False)
