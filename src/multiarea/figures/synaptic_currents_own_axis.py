"""Synaptic input currents of all areas against time, each with its own y axis."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures import synaptic_currents as same_axis
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("synaptic_currents",),
    "uses": ("plotAllSynapticCurrentsSummary",),
    "caption": "Magnitude of the recurrent synaptic input current of each area, mean over its "
    "neurons, each on its own scale.",
}


@styled
def plot(*, synaptic_currents: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a panel per area."""
    return same_axis.draw(synaptic_currents, parameters, context, common_y=False)
