"""What stabilisation changes in the connectivity: within areas and between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import dendrogram, fcluster, linkage
from scipy.spatial.distance import pdist

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, log_axis, place
from multiarea.figures.kinds.matrix import change_scale, colour_bar, draw_matrix, name_cells
from multiarea.models.macaque import AREAS, LAYERS, POPULATIONS
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.schuecker2017.inputs import last_indegree
from publications.shared.layout import titled
from publications.shared.populations import NAMES

FIGURE = {
    "title": "Changed connectivity",
    "published": "Schuecker et al. 2017, Fig. 8",
    "needs": ("stabilisation", "low_drive_network"),
    "caption": "Full-scale network before and after four changes of in-degrees (those of this "
    "software, by mean-field theory), no simulation. A: change of the in-degrees within V4 and "
    "CITv. B: areas by the similarity of their local changes (correlation distance, complete "
    "linkage, cut at 0.7, dashed); in parentheses the architectural type. MDP has no input from "
    "other areas and does not change. C: share of the synapses from other areas that come from "
    "each area, before and after. D: change of the share of those synapses that comes from layer "
    "II/III.",
}

SHOWN = ("V4", "CITv")
CUT = 0.7
SMALLEST = 1e-6
"""In-degree up to which a change is an error of rounding."""


def plot(paper: Paper) -> Figure:
    """Draw two matrices, a dendrogram, a scatter plot and a histogram."""
    data, network = paper["stabilisation"], paper["low_drive_network"]
    before, after = data["indegree_0"], last_indegree(data)
    figure = titled(148, "Macaque model, base network, full-scale theory")
    local = {area: local_change(data.populations, after - before, area) for area in AREAS}
    scale = change_scale(np.stack([local[area] for area in SHOWN]))
    for n, area in enumerate(SHOWN):
        axes = place(figure, (20 + 60 * n, 12), (38, 38))
        image = draw_matrix(axes, local[area], *scale)
        name_cells(axes, NAMES, NAMES)
        axes.set_xlabel("Source population")
        axes.set_ylabel("Target population" if n == 0 else "")
        heading(axes, "A" if n == 0 else "", area)
    colour_bar(axes, image, "Change of in-degree\n(synapses per neuron)", gap=3)
    types = network.areas["architectural_type"]
    _tree(place(figure, (16, 73), (160, 21)), local, types)
    counts = [synapse_counts(network, indegree) for indegree in (before, after)]
    _shares(place(figure, (16, 115), (50, 25)), *counts)
    _sln(place(figure, (96, 115), (50, 25)), *counts)
    return figure


def local_change(index: pd.MultiIndex, change: np.ndarray, area: str) -> np.ndarray:
    """Return the block of `change`, (P, P) with this `index`, within `area`.

    (8, 8) [target, source]; nan: no population.
    """
    chosen = index.get_level_values("area") == area
    kinds = index[chosen].droplevel("area")
    table = pd.DataFrame(change[np.ix_(chosen, chosen)], kinds, kinds)
    order = pd.MultiIndex.from_product([LAYERS, POPULATIONS])
    return table.reindex(index=order, columns=order).to_numpy(float)


def synapse_counts(network: Network, indegree: np.ndarray) -> pd.DataFrame:
    """Return the synapses between areas of `network` with the in-degrees `indegree`, (P, P).

    One row per target area, one column per area and layer of the source.
    """
    synapses = np.where(network.is_between_areas, indegree * network.n_neurons[:, None], 0.0)
    table = pd.DataFrame(synapses, network.area_of, network.populations.index)
    by_target = table.groupby(level=0).sum().loc[list(AREAS)]
    return by_target.T.groupby(level=["area", "layer"]).sum().T


def shares(counts: pd.DataFrame) -> np.ndarray:
    """Return the share of each source area in the synapses from other areas, (A, A)."""
    total = _of_areas(counts)
    return total / np.maximum(total.sum(axis=1, keepdims=True), 1)


def supragranular(counts: pd.DataFrame) -> np.ndarray:
    """Return the share of layer II/III in each connection, (A, A); nan where there is none."""
    upper = counts.xs("II/III", axis=1, level="layer")[list(AREAS)].to_numpy()
    total = _of_areas(counts)
    return np.divide(upper, total, out=np.full(total.shape, np.nan), where=total > 1)


def _of_areas(counts: pd.DataFrame) -> np.ndarray:
    return counts.T.groupby(level="area").sum().T[list(AREAS)].to_numpy()


def _tree(axes: Axes, local: dict[str, np.ndarray], types: pd.Series) -> None:
    areas = [area for area in AREAS if np.nanmax(np.abs(local[area])) > SMALLEST]
    changes = np.array([np.nan_to_num(local[area]).ravel() for area in areas])
    links = linkage(pdist(changes, "correlation"), "complete")
    drawn = dendrogram(links, no_plot=True)
    for x, y in zip(drawn["icoord"], drawn["dcoord"], strict=True):
        axes.plot((np.array(x) - 5) / 10, y, color="black", lw=0.7)
    axes.axhline(CUT, color=palette.GREY, lw=0.7, ls="--")
    cluster = fcluster(links, CUT, "distance")
    order = drawn["leaves"]
    axes.set_xlim(-0.7, len(order) - 0.3)
    names = [f"{areas[i]} ({types.loc[areas[i]]:g})" for i in order]
    axes.set_xticks(range(len(order)), names, rotation=90)
    for tick, i in zip(axes.get_xticklabels(), order, strict=True):
        tick.set_color(palette.CATEGORIES[(cluster[i] - 1) % len(palette.CATEGORIES)])
    axes.set_ylim(0, None)
    axes.set_ylabel("Distance (1 − r)")
    heading(axes, "B", f"{cluster.max()} clusters")


def _shares(axes: Axes, before: pd.DataFrame, after: pd.DataFrame) -> None:
    x, y = shares(before).ravel(), shares(after).ravel()
    both = (x > 0) & (y > 0)
    axes.plot(x[both], y[both], ".", ms=2, color=palette.BLUE)
    limits = (1e-6, 1.5)
    axes.plot(limits, limits, color=palette.GREY, lw=0.7)
    axes.set(xscale="log", yscale="log", xlim=limits, ylim=limits)
    for axis in (axes.xaxis, axes.yaxis):
        log_axis(axis, *limits)
    axes.set_xlabel("Share of source area before")
    axes.set_ylabel("Share after")
    heading(axes, "C", f"connections: {np.sum(x > 0)} before, {np.sum(y > 0)} after")


def _sln(axes: Axes, before: pd.DataFrame, after: pd.DataFrame) -> None:
    change = supragranular(after) - supragranular(before)
    change = change[np.isfinite(change)]
    axes.hist(change, np.linspace(-1, 1, 41), color=palette.BLUE)
    limits = (0.7, 2 * axes.get_ylim()[1])
    axes.set(yscale="log", ylim=limits)
    log_axis(axes.yaxis, *limits)
    axes.set_xlabel("Change of the share of layer II/III")
    axes.set_ylabel("Pairs of areas")
    heading(axes, "D", f"mean absolute change {np.abs(change).mean():.3f}")
