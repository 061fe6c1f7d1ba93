"""Strongest paths between areas, and the populations that they go through."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.shared.laminar_paths import area_paths
from publications.shared.layout import titled
from publications.shared.path_diagrams import draw_paths

FIGURE = {
    "title": "Laminar paths",
    "published": "Schmidt et al. 2018a, Fig. 8",
    "needs": ("base_network", "base_sources"),
    "caption": "Full-scale network of experiments/full_scale/macaque_base.py, no simulation. Path "
    "between two areas with the largest product of gains K |J| (in-degree times weight, with an "
    "inhibitory weight of -4 times the excitatory one as in the article), from any population of "
    "the source to any of the target. A, B: populations in which the paths between directly "
    "connected areas start (left) and end (right), by SLN and by the change of architectural "
    "type; width: share of the pairs of areas, those below 3 % are left out. C: populations of the "
    "areas in between, in all paths that pass through other areas: where they come in, and where "
    "they leave.",
}

G = -4.0


def plot(paper: Paper) -> Figure:
    """Draw six diagrams and a bar chart."""
    network, steps = paper["base_network"], paper["base_sources"]
    figure = titled(160, "Macaque model at full scale, base network; structure only")
    paths = strongest_paths(network, steps.parameters.connection_params.g)
    draw_paths(figure, paths, network, steps.anatomy)
    return figure


def strongest_paths(network: Network, g: float) -> pd.DataFrame:
    """Return the strongest path between each pair of areas of `network`; see `area_paths`.

    The ratio `g` of its inhibitory to its excitatory weights is replaced by `G`.
    """
    kinds = network.populations.index.get_level_values("population")
    weight = np.abs(network.weight) * np.where(kinds == "E", 1.0, G / g)
    return area_paths(network.indegree * weight, network.populations.index)
