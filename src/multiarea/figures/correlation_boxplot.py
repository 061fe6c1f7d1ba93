"""Mean pairwise correlation of populations, as boxes over areas."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import CORRELATION, box_figure
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("correlation",),
    "uses": (),
    "caption": "Mean pairwise correlation coefficient of spike counts, box plots over areas per "
    "layer and type of population. Populations with fewer than 2 active neurons do not enter.",
}


@styled
def plot(*, correlation: pd.DataFrame, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a box per layer and type of population."""
    return box_figure(correlation, CORRELATION, context)
