"""How many neurons of each area fire how often."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import Context, few_ticks, log_axis, note, say, styled
from multiarea.figures.kinds.panels import area_grid, label_outer
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("spike_count_distributions",),
    "uses": ("binned_spikerates_per_neuron", "plot_binned_spikerates_per_neuron"),
    "caption": "Distribution of the rates of single neurons in each area, in bins of whole spike "
    "counts, silent neurons included.",
}


@styled
def plot(
    *, spike_count_distributions: Arrays, parameters: AnalysisParameters, context: Context
) -> Figure:
    """Draw `spike_count_distributions`; `parameters`, `context`: see `multiarea.figures`."""
    data = spike_count_distributions
    share = [row / max(row.sum(), 1) for row in data["area_neurons"]]
    bins = np.arange(data["area_neurons"].shape[1] + 1) / (float(data["duration"]) / 1000)
    edges = [bins * width for width in data["area_width"]]
    limit = parameters.plot_binned_spikerates_per_neuron.max_rate
    used = [edge[1:][row > 0].max(initial=0.0) for row, edge in zip(share, edges, strict=True)]
    right = min(limit, max(used)) or limit
    columns = parameters.binned_spikerates_per_neuron.num_col
    grid = area_grid(data["area"], columns, context)
    lowest = min((row[row > 0].min() for row in share if row.any()), default=0.1)
    for axes, row, edge in zip(grid.axes, share, edges, strict=True):
        axes.set_yscale("log")
        few_ticks(axes)
        axes.set_xlim(0, right)
        axes.set_ylim(lowest / 2, 2)
        log_axis(axes.yaxis, min(lowest / 2, 0.1), 2)
        _draw(axes, row, edge, right)
    label_outer(grid, "Rate of a neuron (spikes/s)", "Share of neurons")
    return grid.figure


def _draw(axes: Axes, share: np.ndarray, edges: np.ndarray, right: float) -> None:
    if not share.any():
        note(axes, "no neurons")
        return
    last = int(np.flatnonzero(share).max()) + 1
    axes.stairs(share[:last], edges[: last + 1], fill=True, lw=0.5, **palette.BARS)
    beyond = share[edges[1:] > right * (1 + 1e-9)].sum()
    if beyond > 0:
        say(axes, f"{100 * beyond:.2g} % beyond")
