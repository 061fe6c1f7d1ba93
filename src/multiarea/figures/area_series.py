"""Rates and synaptic input currents of all areas against time, on one scale or on one each."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.figures.kinds.panels import Series, draw_series
from multiarea.parameters import AnalysisParameters

FIGURES = {
    "area_rates": {
        "needs": ("rate_histograms",),
        "uses": ("plotAllFiringRatesSummary",),
        "caption": "Instantaneous firing rate of each area, mean over its neurons, on one scale.",
        "options": {"common_y": True},
    },
    "area_rates_own_axis": {
        "needs": ("rate_histograms",),
        "uses": ("plotAllFiringRatesSummary",),
        "caption": "Instantaneous firing rate of each area, mean over its neurons, each on its "
        "own scale.",
        "options": {"common_y": False},
    },
    "synaptic_currents": {
        "needs": ("synaptic_currents",),
        "uses": ("plotAllSynapticCurrentsSummary",),
        "caption": "Magnitude of the recurrent synaptic input current of each area, mean over its "
        "neurons, on one scale.",
        "options": {"common_y": True},
    },
    "synaptic_currents_own_axis": {
        "needs": ("synaptic_currents",),
        "uses": ("plotAllSynapticCurrentsSummary",),
        "caption": "Magnitude of the recurrent synaptic input current of each area, mean over its "
        "neurons, each on its own scale.",
        "options": {"common_y": False},
    },
}
DRAWN = {
    "rate_histograms": ("area_rate", "Rate (spikes/s)", "plotAllFiringRatesSummary"),
    "synaptic_currents": (
        *("current", "Synaptic input current per neuron (pA)", "plotAllSynapticCurrentsSummary"),
    ),
}
"""Measure -> its array, the label, and the parameters that hold the number of columns."""


@styled
def plot(
    *, parameters: AnalysisParameters, context: Context, common_y: bool, **measure: Arrays
) -> Figure:
    """Draw a panel per area of one `measure`, with a `common_y` axis or one each.

    `parameters`, `context`: see `multiarea.figures`.
    """
    ((name, data),) = measure.items()
    array, label, block = DRAWN[name]
    series = Series(data["area"], data["time"] / 1000, data[array], label, smooth=0.02)
    return draw_series(series, getattr(parameters, block).num_col, context, common_y)
