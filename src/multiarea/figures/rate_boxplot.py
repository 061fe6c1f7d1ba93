"""Mean rates of populations, as boxes over areas."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import RATE, box_figure
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("rates",),
    "uses": (),
    "caption": "Mean firing rates, box plots over areas per layer and type of population. "
    "Absent populations do not enter.",
}


@styled
def plot(*, rates: pd.DataFrame, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a box per layer and type of population."""
    return box_figure(rates, RATE, context)
