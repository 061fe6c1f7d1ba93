"""Synaptic input currents of all areas against time, with one y axis for all or one each."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.figures.kinds.panels import Series, draw_series
from multiarea.parameters import AnalysisParameters

SHARED = {
    "needs": ("synaptic_currents",),
    "uses": ("plotAllSynapticCurrentsSummary",),
}
FIGURES = {
    "synaptic_currents": {
        "caption": "Magnitude of the recurrent synaptic input current of each area, mean over its "
        "neurons, on one scale.",
        "options": {"common_y": True},
    },
    "synaptic_currents_own_axis": {
        "caption": "Magnitude of the recurrent synaptic input current of each area, mean over its "
        "neurons, each on its own scale.",
        "options": {"common_y": False},
    },
}


@styled
def plot(
    *,
    synaptic_currents: Arrays,
    parameters: AnalysisParameters,
    context: Context,
    common_y: bool = True,
) -> Figure:
    """Draw a panel per area."""
    series = Series(
        synaptic_currents["area"],
        synaptic_currents["time"] / 1000,
        synaptic_currents["current"],
        "Synaptic input current per neuron (pA)",
        smooth=0.02,
    )
    columns = parameters.plotAllSynapticCurrentsSummary.num_col
    return draw_series(series, columns, context, common_y=common_y)
