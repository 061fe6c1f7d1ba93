"""Rates, irregularity and correlation of populations, as boxes over areas."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import CORRELATION, CV, LVR, RATE, box_figure
from multiarea.figures.kinds.drawing import Context, styled
from multiarea.parameters import AnalysisParameters

SHARED = {"uses": ()}
FIGURES = {
    "rate_boxplot": {
        "needs": ("rates",),
        "caption": "Mean firing rates, box plots over areas per layer and type of population. "
        "Absent populations do not enter.",
        "options": {"measure": "rates"},
    },
    "cv_boxplot": {
        "needs": ("cv",),
        "caption": "Mean coefficient of variation of inter-spike intervals, box plots over areas "
        "per layer and type of population. Populations without enough spikes do not enter.",
        "options": {"measure": "cv"},
    },
    "lvr_boxplot": {
        "needs": ("lvr",),
        "caption": "Mean revised local variation LvR, box plots over areas per layer and type of "
        "population. Populations without enough spikes do not enter.",
        "options": {"measure": "lvr"},
    },
    "correlation_boxplot": {
        "needs": ("correlation",),
        "caption": "Mean pairwise correlation coefficient of spike counts, box plots over areas "
        "per layer and type of population. Populations with fewer than 2 active neurons do not "
        "enter.",
        "options": {"measure": "correlation"},
    },
}
QUANTITIES = {"rates": RATE, "cv": CV, "lvr": LVR, "correlation": CORRELATION}


@styled
def plot(
    *, parameters: AnalysisParameters, context: Context, measure: str, **tables: pd.DataFrame
) -> Figure:
    """Draw a box per layer and type of population."""
    return box_figure(tables[measure], QUANTITIES[measure], context)
