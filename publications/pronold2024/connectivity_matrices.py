"""In-degrees between areas, scaled down and at full scale."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import place
from multiarea.figures.kinds.labels import short
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, log_norm
from multiarea.network.network import Network
from publications.drawn_from import Paper
from publications.shared.layout import every_second, panel_letter, titled

FIGURE = {
    "title": "Connectivity matrices",
    "published": "Pronold et al. 2024, tutorial",
    "needs": ("base_network",),
    "runs": ("base",),
    "results": ("network",),
    "panels": {"base": "A"},
    "caption": "In-degrees of the populations of a target area from those of a source area "
    "(synapses per target neuron), summed over the populations of both. A: down-scaled network of "
    "the run named below. B: full-scale network of experiments/full_scale/base.py. Grey: no "
    "synapses. Areas in the order of the model.",
}


def plot(paper: Paper) -> Figure:
    """Draw one or two matrices with one colour scale."""
    network, run = paper["base_network"], paper.run("base")
    matrices = {"B full scale": _indegrees(network)}
    if run is not None and run.size[0] < 1:
        matrices = {
            f"A {run.scale.rsplit(',', 1)[0]}": _indegrees(run.results["network"])
        } | matrices
    norm = log_norm(np.concatenate([matrix.ravel() for matrix in matrices.values()]))
    figure = titled(96, "Human model, χ = 1; structure only")
    names = [short(area) for area in dict.fromkeys(network.area_of)]
    for n, (title, values) in enumerate(matrices.items()):
        axes = place(figure, (14 + 80 * n, 19), (62, 62))
        image = draw_matrix(axes, values, norm, palette.SEQUENTIAL)
        every_second(axes, names)
        axes.set_xlabel("Source area")
        axes.set_ylabel("Target area" if n == 0 else "")
        panel_letter(axes, title[0], above=True, title=title[2:])
    colour_bar(axes, image, "In-degree, summed over populations", gap=9)
    return figure


def _indegrees(network: Network) -> np.ndarray:
    total = network.between_areas(network.indegree).to_numpy()
    return np.where(total > 0, total, np.nan)
