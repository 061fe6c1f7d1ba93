"""Rates and synaptic input currents of all areas against time, a panel for each area."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds.drawing import SMALL, Context, styled, write
from multiarea.figures.kinds.panels import Series, draw_series, smoothed
from multiarea.parameters import AnalysisParameters

WIDTH = 20.0
"""Standard deviation of the Gaussian kernel that smooths the signals [ms]."""
SHARED = {
    "caption": "{what} of each area, averaged over its neurons and smoothed with a Gaussian kernel "
    "of 20 ms. Each panel has a scale of its own; {common} shows all areas on one."
}
FIGURES = {
    "area_rates": {
        "needs": ("rate_histograms",),
        "uses": ("plotAllFiringRatesSummary",),
        "words": {"what": "Instantaneous firing rate", "common": "area_activity"},
    },
    "synaptic_currents": {
        "needs": ("synaptic_currents",),
        "uses": ("plotAllSynapticCurrentsSummary",),
        "words": {
            "what": "Magnitude of the recurrent synaptic input current, excitatory and inhibitory "
            "added,",
            "common": "area_currents",
        },
    },
}
DRAWN = {
    "rate_histograms": ("area_rate", "Rate (spikes/s)", "plotAllFiringRatesSummary"),
    "synaptic_currents": (
        *("current", "Synaptic input per neuron, |E| + |I| (pA)", "plotAllSynapticCurrentsSummary"),
    ),
}
"""Measure -> its array, the label, and the parameters that hold the number of columns."""


@styled
def plot(*, parameters: AnalysisParameters, context: Context, **measure: Arrays) -> Figure:
    """Draw a panel per area of one `measure`; `parameters`, `context`: see `multiarea.figures`."""
    ((name, data),) = measure.items()
    array, label, block = DRAWN[name]
    time = data["time"]
    series = Series(data["area"], time / 1000, smoothed(data[array], time, WIDTH), label)
    figure = draw_series(series, getattr(parameters, block).num_col, context)
    text = f"Smoothed with a Gaussian kernel, SD {WIDTH:g} ms. Each panel has its own scale"
    write(figure, (2, 1), text, fontsize=SMALL)
    return figure
