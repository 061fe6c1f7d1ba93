"""Strongest paths between areas at the rates of the metastable state."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from multiarea.network.network import LEVELS
from multiarea.theory import gain_matrix
from publications.drawn_from import Paper
from publications.shared.laminar_paths import area_paths
from publications.shared.layout import titled
from publications.shared.path_diagrams import draw_paths

FIGURE = {
    "title": "Laminar paths at the rates of the metastable state",
    "published": "Schmidt et al. 2018b, Fig. 9B (A, C-E need the full-scale run)",
    "needs": ("metastable_network", "metastable_theory", "metastable_sources"),
    "caption": "Full-scale network of experiments/full_scale/macaque_metastable.py, no simulation. "
    "Path between two areas with the largest product of |dnu_i/dnu_j|, the gains at the lowest "
    "fixed point of the mean-field theory, from any population of the source to any of the "
    "target. A, B: populations in which the paths between directly connected areas start (left) "
    "and end (right), by SLN and by the change of architectural type; width: share of the pairs "
    "of areas, those below 3 % are left out. C: populations of the areas in between: where all "
    "paths that pass through other areas come in, and where they leave.",
}


def plot(paper: Paper) -> Figure:
    """Draw six diagrams and a bar chart."""
    network = paper["metastable_network"]
    rates = paper["metastable_theory"].set_index(LEVELS)["rate_1"].loc[network.populations.index]
    gain = np.abs(gain_matrix(network, rates.to_numpy()))
    figure = titled(160, "Macaque model at full scale, χ = 1.9; mean-field theory")
    paths = area_paths(gain, network.populations.index)
    draw_paths(figure, paths, network, paper["metastable_sources"].anatomy)
    return figure
