"""In-degrees between areas, scaled down and at full scale."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import note, place
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
    "caption": "Total in-degree of a target area: synapses per neuron of each pair of "
    "populations, summed over the populations of both areas. A: network of the run named below. "
    "B: full-scale network of experiments/full_scale/base.py. Grey: no synapses. Areas in the "
    "order of the model.",
}


def plot(paper: Paper) -> Figure:
    """Draw the two matrices with one colour scale."""
    full = _indegrees(paper["base_network"])
    run = paper.run("base")
    own = _indegrees(run.results["network"]) if run else np.full_like(full, np.nan)
    norm = log_norm(np.concatenate([full.ravel(), own.ravel()]))
    figure = titled(96, "Human model, χ = 1; structure only")
    left, right = (place(figure, (14 + 80 * n, 19), (62, 62)) for n in range(2))
    names = [short(area) for area in dict.fromkeys(paper["base_network"].area_of)]
    if run is None:
        note(left, "no base state in config.yaml, and none finished in out/")
    else:
        _draw(left, own, norm, names)
    image = _draw(right, full, norm, names)
    left.set_ylabel("Target area")
    for panel, letter, title in (
        (left, "A", run.scale.rsplit(",", 1)[0] if run else "scaled down"),
        (right, "B", "full scale"),
    ):
        panel.set_xlabel("Source area")
        panel_letter(panel, letter, above=True, title=title)
    colour_bar(right, image, "Total in-degree", gap=9)
    return figure


def _indegrees(network: Network) -> np.ndarray:
    total = network.between_areas(network.indegree).to_numpy()
    return np.where(total > 0, total, np.nan)


def _draw(axes: Axes, values: np.ndarray, norm: LogNorm, names: list[str]) -> ScalarMappable:
    image = draw_matrix(axes, values, norm, palette.SEQUENTIAL)
    every_second(axes, names)
    return image
