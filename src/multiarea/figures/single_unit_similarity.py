"""Similarity of rates, CV and LvR of simulated and of recorded neurons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.distributions import FEWEST
from multiarea.data.single_units import ExperimentalUnits
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    LINE,
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
    wrapped,
    write,
)
from multiarea.figures.kinds.labels import full, in_model_order
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("rate_distribution_similarity", "activity_similarity", "experimental_units"),
    "uses": ("rate_distribution_similarity",),
    "caption": "Similarity (1 - Kolmogorov-Smirnov distance) of the distributions of simulated "
    "and recorded neurons. A: rates over the whole analysis window of the neurons of each area, "
    "all compared with the recording, which is of the area in orange: for the others it is no "
    "data of theirs. B: rate, CV and LvR of that area in windows and from rates on as in the "
    "recording, so that the rate differs from A; n: neurons times windows. Samples of fewer than "
    "20 are not compared.",
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
    recorded = str(activity_similarity["area"].iloc[0])
    wide = float(np.clip(3.6 * len(areas), 25, WIDTH - 60))
    sizes = activity_similarity["n_simulated"].to_numpy(int)
    names = [NAMES[name] for name in activity_similarity["quantity"]]
    labels = [f"{name}, n = {size}" for name, size in zip(names, sizes, strict=True)]
    text = wrapped(_selections(experimental_units, parameters, full(recorded)), WIDTH - 8, SMALL)
    top = 6 + LINE * (text.count("\n") + 1) + 4
    below = max(widest(map(full, areas)), widest(labels)) + 3
    figure = new_figure(WIDTH, top + 46 + below, context)
    write(figure, (2, 2), text, fontsize=SMALL)
    axes = place(figure, (12, top), (wide, 46))
    heading(axes, "A", "Whole window, each area")
    chosen = table.loc[areas]
    values = _enough(chosen["similarity"], chosen["n_simulated"])
    _bars(axes, values, [full(area) for area in areas])
    if recorded in areas and axes.patches:
        axes.patches[areas.index(recorded)].set(**palette.OTHER_BARS)
    axes.set_ylabel("Similarity, 1 − KS distance")
    start = min(12 + max(wide, text_width("Whole window, each area", TEXT) + 6) + 16, WIDTH - 40)
    second = place(figure, (start, top), (38, 46))
    heading(second, "B", "Windows as recorded")
    _bars(second, _enough(activity_similarity["similarity"], sizes), labels)
    for bar in second.patches:
        bar.set(**palette.OTHER_BARS)
    return figure


def _selections(
    units: ExperimentalUnits | None, parameters: AnalysisParameters, recorded: str
) -> str:
    """Return what is compared with what."""
    active = "active neurons" if parameters.rate_distribution_similarity.remove_zeros else "neurons"
    if units is None:
        return f"{recorded} (orange) is the recorded area. A: {active}."
    return (
        f"Recorded: {units.source}, {recorded} (orange). A: rates of {active} over the whole "
        f"analysis window. B: windows of {units.duration / 1000:g} s, rates from "
        f"{units.min_rate:g} spikes/s on, CV and LvR of at least {units.min_spikes} spikes."
    )


def _enough(values: Sequence[float], sizes: Sequence[int]) -> np.ndarray:
    """Return `values`, nan where they are of samples of too few, `sizes`."""
    return np.where(np.asarray(sizes) < FEWEST, np.nan, np.asarray(values, float))


def _bars(axes: Axes, values: np.ndarray, names: list[str]) -> None:
    axes.set_ylim(0, 1)
    if not np.isfinite(values).any():
        note(axes, f"no sample of {FEWEST} simulated neurons")
        return
    axes.bar(range(len(values)), np.nan_to_num(values), 0.7, **palette.BARS)
    axes.set_xticks(range(len(names)), names, fontsize=SMALL, rotation=90)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.tick_params(axis="x", length=0)
    for n in np.flatnonzero(~np.isfinite(values)):
        axes.text(n, 0.03, "too few", rotation=90, ha="center", va="bottom", fontsize=SMALL)
