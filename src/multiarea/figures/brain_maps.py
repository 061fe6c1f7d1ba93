"""Rates, functional and structural connectivity, communities and temporal order on brain maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from multiarea.analysis.structure import as_matrix
from multiarea.figures.kinds.drawing import Context, or_undefined, styled
from multiarea.figures.kinds.groups import matched
from multiarea.figures.kinds.labels import in_model_order
from multiarea.figures.kinds.map_panels import (
    Groups,
    cv_values,
    draw_maps,
    fc_values,
    input_values,
    order_values,
    rate_values,
)
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
    "neurons; synapses that a neuron receives from other areas; functional connectivity (FC, "
    "Pearson correlation of synaptic currents) with one area; Louvain communities of functional "
    "and structural connectivity, those that share most areas in the same colour; the order of the "
    "areas in time, if at least half of all pairs of areas have a decided lag. Grey: no value.",
}


@styled
def plot(
    *, area_map: pd.DataFrame, parameters: AnalysisParameters, context: Context, **results: Any
) -> Figure:
    """Draw `results` on an `area_map`; `parameters`, `context`: see `multiarea.figures`."""
    areas = in_model_order(results["rate_histograms"]["area"], context)
    seed = parameters.plotBrainMaps.fc_area or context.shown_areas[0]
    fc = results["fc_currents"].set_index("area")
    shown = [
        rate_values(results["rate_histograms"]),
        *cv_values(results["cv"]),
        input_values(as_matrix(results["structural_connectivity"], "indegree")),
        *fc_values(fc, seed if seed in areas else areas[0]),
        *_communities(results["communities"], areas),
        *order_values(results["temporal_hierarchy"]),
    ]
    return draw_maps(shown, area_map, context)


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
