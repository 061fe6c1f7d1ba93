"""Rates, functional and structural connectivity, communities and temporal order on brain maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from scipy.optimize import linear_sum_assignment

from multiarea.analysis.results import Arrays
from multiarea.analysis.structure import as_matrix
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.brain_map import BrainMap, fitting_norm, height_of, scale_of, spread
from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    heading,
    new_figure,
    or_undefined,
    styled,
)
from multiarea.figures.kinds.labels import full, in_model_order
from multiarea.figures.kinds.matrix import colour_bar, symmetric_norm
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": (
        "area_map",
        "rate_histograms",
        "cv",
        "structural_connectivity",
        "fc_currents",
        "communities",
        "temporal_hierarchy",
    ),
    "uses": ("plotBrainMaps",),
    "caption": "Areas on the surface of the right hemisphere, lateral view on the left and medial "
    "view on the right: their abbreviations; rate, and CV of inter-spike intervals, averaged over "
    "neurons; synapses that a neuron receives from other areas; functional connectivity (Pearson "
    "correlation of synaptic currents) with one area; Louvain communities of functional and "
    "structural connectivity, those that share most areas in the same colour; and the order of the "
    "areas in time, where at least half of all pairs of areas have a decided lag. Grey: no value.",
}

COLUMN, BELOW = WIDTH / 2, 23.0
"""From map to map across; room below a map for its colour bar and the title of the next [mm]."""
MAP = 84.0
"""Width of a map [mm]."""
DECIDED = 0.5
"""Share of the pairs of areas that must have a lag, or no order in time is shown."""
SEED = "black"
"""Colour of the area with which functional connectivity is shown."""


@dataclass(frozen=True)
class Values:
    """What a map shows."""

    title: str
    label: str
    values: pd.Series
    norm: Normalize
    cmap: str = palette.SEQUENTIAL
    seed: str = ""


@dataclass(frozen=True)
class Groups:
    """Communities on a map: the number of each area's."""

    title: str
    number: pd.Series


@styled
def plot(
    *, area_map: pd.DataFrame, parameters: AnalysisParameters, context: Context, **results: Any
) -> Figure:
    """Draw `results` on an `area_map`; `parameters`, `context`: see `multiarea.figures`."""
    areas = in_model_order(results["rate_histograms"]["area"], context)
    seed = parameters.plotBrainMaps.seed_area or context.shown_areas[0]
    maps = list(_values(results, seed if seed in areas else areas[0]))
    groups = list(_communities(results["communities"], areas))
    order = list(_order(results["temporal_hierarchy"]))
    shown = [*maps, *groups, *order]
    n_rows, key = -(-len(shown) // 2), height_of(WIDTH - 4, area_map)
    step = height_of(MAP, area_map) + BELOW
    figure = new_figure(WIDTH, 12 + key + 4 + n_rows * step, context)
    drawn = BrainMap(figure, (2, 10), WIDTH - 4, area_map)
    drawn.name_areas()
    heading(drawn.axes, "A", "Areas")
    for n, one in enumerate(shown):
        row, column = divmod(n, 2)
        corner = 3 + column * COLUMN, 10 + key + 14 + row * step
        drawn = BrainMap(figure, corner, MAP, area_map)
        heading(drawn.axes, "BCDEFGH"[n], one.title)
        if isinstance(one, Values):
            _show(drawn, one)
        else:
            _show_groups(drawn, one.number)
    return figure


def _values(results: dict[str, Any], seed: str) -> Iterator[Values]:
    rates = results["rate_histograms"]
    rate = pd.Series(rates["area_rate"].mean(axis=1), rates["area"])
    norm = fitting_norm(rate.to_numpy())
    yield Values("Mean rate", f"Rate (spikes/s{scale_of(norm)})", rate, norm)
    cv = results["cv"].dropna(subset=["cv"])
    sums = (cv["cv"] * cv["n_neurons"]).groupby(cv["area"]).sum()
    cv = sums / cv.groupby("area")["n_neurons"].sum()
    if len(cv):
        yield Values("Irregularity", "Mean CV of inter-spike intervals", cv, spread(cv.to_numpy()))
    indegree = as_matrix(results["structural_connectivity"], "indegree")
    others = indegree.sum(axis=1) - np.diag(indegree)
    norm = fitting_norm(others.to_numpy())
    yield Values(*("Input from other areas", f"Synapses per neuron{scale_of(norm)}", others, norm))
    fc = results["fc_currents"].set_index("area")[seed].drop(seed)
    if np.isfinite(fc).any():
        title = f"Functional connectivity with {full(seed)} (black)"
        norm = symmetric_norm(fc.to_numpy(float))
        yield Values(title, "Pearson correlation", fc, norm, palette.DIVERGING, seed)


def _communities(table: pd.DataFrame, areas: list[str]) -> Iterator[Groups]:
    """Yield the communities of two kinds of connectivity."""
    before = None
    for signal, title in (("synaptic_currents", "functional"), ("structure", "structural")):
        entries = table[table["signal"] == signal].set_index("area").loc[areas]
        number = entries["community"].dropna().astype(int)
        if number.empty:
            continue
        if before is not None:
            number = matched(number, before)
        before = number
        modularity = or_undefined(entries["modularity"].iloc[0])
        yield Groups(f"Communities of {title} connectivity, modularity {modularity}", number)


def matched(number: pd.Series, other: pd.Series) -> pd.Series:
    """Renumber the communities `number`, by area, like those of `other` that share most areas.

    Those without a partner get numbers that `other` does not have.
    """
    shared = pd.crosstab(number, other.reindex(number.index))
    pairs = zip(*linear_sum_assignment(-shared.to_numpy()), strict=True)
    new = {shared.index[i]: shared.columns[k] for i, k in pairs if shared.iat[i, k] > 0}
    free = (n for n in range(len(number) + len(other)) if n not in set(other))
    return number.map({k: new[k] if k in new else next(free) for k in sorted(number.unique())})


def _order(hierarchy: Arrays) -> Iterator[Values]:
    lag = hierarchy["lag"]
    pairs = len(lag) * (len(lag) - 1)
    decided = np.isfinite(lag).sum() - np.isfinite(np.diag(lag)).sum()
    if pairs and decided >= DECIDED * pairs:
        position = pd.Series(hierarchy["position"], hierarchy["area"])
        label = "Position, 0: first, 1: last"
        yield Values("Order of the areas in time", label, position, Normalize(0, 1))


def _show(drawn: BrainMap, shown: Values) -> None:
    image = drawn.show(shown.values, shown.norm, shown.cmap)
    if shown.seed:
        colours = dict(zip(shown.values.index, image.to_rgba(shown.values), strict=True))
        drawn.colour({**colours, shown.seed: SEED})
    colour_bar(drawn.axes, image, shown.label, below=True)


def _show_groups(drawn: BrainMap, number: pd.Series) -> None:
    def colour(community: int) -> str:
        return palette.CATEGORIES[community % len(palette.CATEGORIES)]

    drawn.colour({area: colour(k) for area, k in number.items()})
    handles = [
        Patch(facecolor=colour(k), label=f"{k + 1}: {size} area{'s' if size > 1 else ''}")
        for k, size in number.value_counts().sort_index().items()
    ]
    place = {"loc": "upper left", "bbox_to_anchor": (0, 0), "ncols": 5, "columnspacing": 0.9}
    drawn.axes.legend(handles=handles, **place)
