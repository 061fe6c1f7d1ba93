"""Rates predicted by mean-field theory against simulated rates."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.agreement import agreement, draw_agreement
from multiarea.figures.kinds.drawing import (
    SMALL,
    Context,
    new_figure,
    note,
    or_undefined,
    place,
    styled,
)
from multiarea.network.network import LEVELS
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("theory", "rates"),
    "caption": "Mean-field prediction against simulated rate of each population. Triangles at the "
    "lower edge: populations without a spike. The means beside it are over neurons; over "
    "populations, each of which counts once, they are others.",
}


@styled
def plot(
    *, theory: pd.DataFrame, rates: pd.DataFrame, parameters: AnalysisParameters, context: Context
) -> Figure:
    """Draw `rates` against `theory`; `parameters`, `context`: see `multiarea.figures`."""
    both = rates.merge(theory, on=LEVELS)
    figure = new_figure(125, 90, context)
    axes = place(figure, (12, 7), (72, 72))
    axes.set_xlabel("Rate, mean-field theory (spikes/s)")
    axes.set_ylabel(f"Rate, {context.activity} (spikes/s)")
    both = both[both["rate_1"] > 0]
    if both.empty:
        note(axes, "no population has a predicted rate")
        return figure
    draw_agreement(axes, both, context)
    legend = axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1))
    legend.set_in_layout(False)
    _write_agreement(axes, both, context.activity)
    return figure


def _write_agreement(axes: Axes, both: pd.DataFrame, activity: str) -> None:
    found = agreement(both)
    theory, simulated = found["mean_theory"], found["mean_simulated"]
    text = (
        f"{len(both)} populations\n"
        f"Pearson r\n"
        f"  rates {or_undefined(found['pearson_r'], '.3f')}\n"
        f"  log rates {or_undefined(found['pearson_r_log'], '.3f')}\n\n"
        f"Mean over neurons\n(spikes/s)\n"
        f"  {activity} {simulated:.3g}\n"
        f"  theory {theory:.3g}\n"
        f"  ratio {simulated / theory:.3f}"
    )
    axes.text(1.04, 0, text, transform=axes.transAxes, va="bottom", fontsize=SMALL)
