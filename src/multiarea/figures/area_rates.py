"""Rates of all areas against time, one y axis for all."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.figures.kinds.panels import Series, draw_series
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("rate_histograms",),
    "uses": ("plotAllFiringRatesSummary",),
    "caption": "Instantaneous firing rate of each area, mean over its neurons, on one scale.",
}


@styled
def plot(*, rate_histograms: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a panel per area."""
    return draw(rate_histograms, parameters, context, common_y=True)


def draw(
    rate_histograms: Arrays, parameters: AnalysisParameters, context: Context, common_y: bool
) -> Figure:
    """Draw a panel per area, with one y axis for all or one each."""
    series = Series(
        rate_histograms["area"],
        rate_histograms["time"] / 1000,
        rate_histograms["area_rate"],
        "Rate (spikes/s)",
        smooth=0.02,
    )
    columns = parameters.plotAllFiringRatesSummary.num_col
    return draw_series(series, columns, context, common_y=common_y)
