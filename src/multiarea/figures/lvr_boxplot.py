"""LvR of populations, as boxes over areas."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import LVR, box_figure
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("lvr",),
    "uses": (),
    "caption": "Mean revised local variation LvR, box plots over areas per layer and type of "
    "population. Populations without enough spikes do not enter.",
}


@styled
def plot(*, lvr: pd.DataFrame, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw a box per layer and type of population."""
    return box_figure(lvr, LVR, context)
