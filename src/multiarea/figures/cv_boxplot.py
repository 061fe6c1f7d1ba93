"""CV of inter-spike intervals, as boxes over areas."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import CV, box_figure
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("cv",),
    "uses": (),
    "caption": "Mean coefficient of variation of inter-spike intervals, box plots over areas per "
    "layer and type of population. Populations without enough spikes do not enter.",
}


@styled
def plot(*, cv: pd.DataFrame, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a box per layer and type of population."""
    return box_figure(cv, CV, context)
