"""Rates, irregularity and correlation of populations, as boxes over areas."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from multiarea.figures.kinds.boxes import QUANTITIES, draw_boxes
from multiarea.figures.kinds.drawing import Context, new_figure, place, styled, widest
from multiarea.figures.kinds.labels import rows
from multiarea.parameters import AnalysisParameters

SHARED = {
    "caption": "{quantity}, box plots over areas per layer and type of population. {left_out} do "
    "not enter."
}
FIGURES = {
    "rate_boxplot": {
        "needs": ("rates",),
        "words": {"quantity": "Mean firing rates", "left_out": "Absent populations"},
        "options": {"measure": "rates"},
    },
    "cv_boxplot": {
        "needs": ("cv",),
        "words": {
            "quantity": "Mean coefficient of variation of inter-spike intervals",
            "left_out": "Populations without enough spikes",
        },
        "options": {"measure": "cv"},
    },
    "lvr_boxplot": {
        "needs": ("lvr",),
        "words": {
            "quantity": "Mean revised local variation LvR",
            "left_out": "Populations without enough spikes",
        },
        "options": {"measure": "lvr"},
    },
    "correlation_boxplot": {
        "needs": ("correlation",),
        "words": {
            "quantity": "Mean pairwise correlation coefficient of spike counts",
            "left_out": "Populations with fewer than 2 active neurons",
        },
        "options": {"measure": "correlation"},
    },
}
STEP = 5.5
"""Height of a row [mm]."""


@styled
def plot(
    *, parameters: AnalysisParameters, context: Context, measure: str, **tables: pd.DataFrame
) -> Figure:
    """Draw the table of `measure`; `parameters`, `context`: see `multiarea.figures`."""
    names = [" ".join(name) for name in rows(context)]
    left, right = widest(names) + 4, 12.0
    figure = new_figure(88, 18 + STEP * len(names), context)
    axes = place(figure, (left, 7), (88 - left - right, STEP * len(names)))
    draw_boxes(axes, tables[measure], QUANTITIES[measure], context)
    return figure
