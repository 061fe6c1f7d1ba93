"""Rates of all areas against time, with one y axis for all or one each."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.figures.kinds.panels import Series, draw_series
from multiarea.parameters import AnalysisParameters

SHARED = {
    "needs": ("rate_histograms",),
    "uses": ("plotAllFiringRatesSummary",),
}
FIGURES = {
    "area_rates": {
        "caption": "Instantaneous firing rate of each area, mean over its neurons, on one scale.",
        "options": {"common_y": True},
    },
    "area_rates_own_axis": {
        "caption": "Instantaneous firing rate of each area, mean over its neurons, each on its "
        "own scale.",
        "options": {"common_y": False},
    },
}


@styled
def plot(
    *,
    rate_histograms: Arrays,
    parameters: AnalysisParameters,
    context: Context,
    common_y: bool = True,
) -> Figure:
    """Draw a panel per area."""
    series = Series(
        rate_histograms["area"],
        rate_histograms["time"] / 1000,
        rate_histograms["area_rate"],
        "Rate (spikes/s)",
        smooth=0.02,
    )
    columns = parameters.plotAllFiringRatesSummary.num_col
    return draw_series(series, columns, context, common_y=common_y)
