"""Similarity of rates, CV and LvR of simulated and of recorded neurons."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.data.single_units import ExperimentalUnits
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    SMALL,
    TEXT,
    WIDTH,
    Context,
    heading,
    new_figure,
    note,
    place,
    styled,
    text_width,
    widest,
)
from multiarea.figures.kinds.labels import full, in_model_order
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("rate_distribution_similarity", "activity_similarity", "experimental_units"),
    "caption": "Similarity (1 - Kolmogorov-Smirnov distance) of the distributions of simulated "
    "and recorded neurons: rates of the neurons of each area, and rate, CV and LvR of the "
    "recorded area.",
}

NAMES = {"rate": "Rate", "cv": "CV", "lvr": "LvR"}


@styled
def plot(
    *,
    rate_distribution_similarity: pd.DataFrame,
    activity_similarity: pd.DataFrame,
    parameters: AnalysisParameters,
    context: Context,
    experimental_units: ExperimentalUnits | None = None,
) -> Figure:
    """Draw `rate_distribution_similarity` and `activity_similarity` to `experimental_units`.

    `parameters`, `context`: see `multiarea.figures`.
    """
    table = rate_distribution_similarity.set_index("area")
    areas = in_model_order(table.index, context)
    wide = float(np.clip(3.6 * len(areas), 25, WIDTH - 60))
    names = [NAMES[name] for name in activity_similarity["quantity"]]
    sizes = activity_similarity["n_simulated"].to_numpy(int)
    labels = [f"{name}, n = {size}" for name, size in zip(names, sizes, strict=True)]
    below = max(widest(map(full, areas)) + 3, widest(labels) + 7)
    figure = new_figure(WIDTH, 10 + 48 + below, context)
    source = experimental_units.source if experimental_units is not None else "recorded neurons"
    axes = place(figure, (12, 9), (wide, 46))
    title = f"Rates of neurons against {source}"
    heading(axes, "A", title)
    _bars(axes, table.loc[areas, "similarity"].to_numpy(float), [full(area) for area in areas])
    axes.set_ylabel("Similarity, 1 − KS distance")
    start = min(12 + max(wide, text_width(title, TEXT) + 6) + 16, WIDTH - 34)
    second = place(figure, (start, 9), (32, 46))
    region = full(activity_similarity["area"].iloc[0])
    heading(second, "B", "Recorded area")
    values = activity_similarity["similarity"].to_numpy(float)
    _bars(second, values, labels)
    second.set_xlabel(region, fontsize=SMALL)
    return figure


def _bars(axes: Axes, values: np.ndarray, names: list[str]) -> None:
    axes.set_ylim(0, 1)
    if not np.isfinite(values).any():
        note(axes, "no sample of simulated neurons")
        return
    axes.bar(range(len(values)), np.nan_to_num(values), 0.7, **palette.BARS)
    axes.set_xticks(range(len(names)), names, fontsize=SMALL, rotation=90)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.tick_params(axis="x", length=0)
    for n in np.flatnonzero(~np.isfinite(values)):
        axes.text(n, 0.03, "no sample", rotation=90, ha="center", va="bottom", fontsize=SMALL)
