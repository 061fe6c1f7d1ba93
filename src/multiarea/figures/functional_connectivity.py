"""Experimental and simulated functional connectivity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.bold import too_short
from multiarea.data.experimental_fc import ExperimentalFC
from multiarea.figures.kinds.correlations import draw_correlations
from multiarea.figures.kinds.drawing import (
    MM_PER_POINT,
    SMALL,
    TEXT,
    WIDTH,
    heading,
    new_figure,
    note,
    place,
    styled,
    widest,
    wrapped,
    write,
)
from multiarea.figures.kinds.labels import by_network, in_model_order, short
from multiarea.figures.kinds.matrix import name_cells, separate

FIGURE = {
    "needs": ("fc_currents", "fc_bold", "experimental_fc"),
    "extras": ("resting_state_networks",),
    "uses": ("plotConnectivities",),
    "caption": "Functional connectivity (Pearson correlation) in experiment and simulation, "
    "areas ordered by the resting-state network of the right hemisphere, where the model has "
    "them, else as in the model. Each matrix has a scale of its own, without the diagonal; "
    "arrows: a few pairs lie beyond. BOLD is shown from 60 s of simulated time on. Experimental "
    "matrices named a substitute stand in for the 7T data of the publication.",
}


@styled
def plot(
    *,
    fc_currents: pd.DataFrame,
    fc_bold: pd.DataFrame,
    experimental_fc: ExperimentalFC | None,
    resting_state_networks: pd.DataFrame | None = None,
    **settings: Any,
) -> Figure:
    """Draw `experimental_fc`, `fc_currents` and `fc_bold` by `resting_state_networks`."""
    parameters, context = settings["parameters"], settings["context"]
    areas = in_model_order(fc_currents["area"], context)
    areas, groups = by_network(areas, resting_state_networks)
    start = f"from {parameters.plotConnectivities.tmin / 1000:g} s on"
    panels = {
        f"Experiment, {hemisphere} hemisphere:\n{experimental_fc.source}": matrix
        for hemisphere, matrix in (experimental_fc.group.items() if experimental_fc else ())
    }
    panels[f"Simulation: synaptic currents, {start}"] = fc_currents.set_index("area")
    missing = too_short(context.t_sim - parameters.plotConnectivities.tmin)
    if not missing:
        panels[f"Simulation: BOLD, {start}"] = fc_bold.set_index("area")
    left, room = max(widest(map(short, areas)) + 3, 8.0), (WIDTH - 2) / 2
    lift = widest(name for name, _ in groups) + 1 if groups else 0
    side = room - left - 3
    step = side + left + lift + 18
    height = 4 + step * -(-len(panels) // 2)
    figure = new_figure(WIDTH, height + (4 if missing else 0), context)
    if missing:
        write(figure, (1, height), f"{missing}.", fontsize=SMALL)
    for n, (title, matrix) in enumerate(panels.items()):
        row, column = divmod(n, 2)
        axes = place(figure, (left + column * room, 12 + lift + row * step), (side, side))
        values = matrix.reindex(index=areas, columns=areas).to_numpy(float)
        draw_correlations(axes, values, gap=left, below=True)
        names = [short(area) for area in areas]
        name_cells(axes, names, names)
        text = "\n".join(wrapped(line, side, TEXT) for line in title.split("\n"))
        heading(axes, "ABCD"[n], text, lift=lift / MM_PER_POINT + 3, outdent=18)
        if groups:
            _name_groups(axes, groups)
        if not np.isfinite(values[~np.eye(len(values), dtype=bool)]).any():
            note(axes, "no correlation is defined: the signals are constant", keep_ticks=True)
    return figure


def _name_groups(axes: Axes, groups: Sequence[tuple[str, int]]) -> None:
    """Separate groups of areas (name, number), and name them above their columns."""
    separate(axes, (size for _, size in groups))
    first = -0.5
    options = {"rotation": 90, "ha": "center", "va": "bottom", "fontsize": SMALL}
    for name, size in groups:
        at = (first + size / 2, -0.5)
        axes.annotate(name, at, (0, 2), textcoords="offset points", **options)
        first += size
