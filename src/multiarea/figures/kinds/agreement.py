"""Drawing kind: rates predicted by mean-field theory against simulated rates of populations."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import Context, log_axis, type_colour

MARKERS = "o^sDvP*X"
"""Markers of the layers."""


def agreement(both: pd.DataFrame) -> dict[str, float]:
    """Return how well theory and simulation agree.

    `both` has the columns rate_1 (theory), rate_spikes_per_s (simulation) and n_neurons.

    Returns
    -------
    dict
        pearson_r over populations, pearson_r_log over those that fired, and mean_theory,
        mean_simulated [spikes/s] over neurons; nan where not defined.
    """
    x, y = both["rate_1"].to_numpy(), both["rate_spikes_per_s"].to_numpy()
    fired = y > 0
    return {
        "pearson_r": _pearson(x, y),
        "pearson_r_log": _pearson(np.log(x[fired]), np.log(y[fired])),
        "mean_theory": float(np.average(x, weights=both["n_neurons"])),
        "mean_simulated": float(np.average(y, weights=both["n_neurons"])),
    }


def draw_agreement(
    axes: Axes, both: pd.DataFrame, context: Context, markers: str = MARKERS
) -> None:
    """Draw simulated against predicted rates on equal logarithmic axes, with the identity.

    Populations without a spike are triangles at the lower edge.

    `both` is that of `agreement` with the columns layer and population, and rate_1 > 0. `axes` get
    a point per population of `context`, with the one of `markers` of its layer.
    """
    values = both[["rate_1", "rate_spikes_per_s"]].to_numpy(float)
    low, high = float(values[values > 0].min()) / 1.6, float(values.max()) * 1.3
    axes.plot([low, high], [low, high], color=palette.GREY, lw=0.8, label="identity")
    style = {"ls": "none", "markeredgewidth": 0.5, "mfc": "none"}
    for population in context.populations:
        colour = type_colour(population, context.populations)
        for layer, marker in zip(context.layers, markers, strict=False):
            own = both[(both["layer"] == layer) & (both["population"] == population)]
            fired = own[own["rate_spikes_per_s"] > 0]
            label = f"{layer} {population}" if len(own) else None
            points = fired["rate_1"], fired["rate_spikes_per_s"]
            axes.plot(*points, marker=marker, color=colour, label=label, **style)
    silent = both.loc[both["rate_spikes_per_s"] == 0, "rate_1"]
    if len(silent):
        style = {"ls": "none", "marker": "v", "color": "black", "clip_on": False}
        axes.plot(silent, np.full(len(silent), low), label=f"no spikes: {len(silent)}", **style)
    axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
    log_axis(axes.xaxis, low, high)
    log_axis(axes.yaxis, low, high)


def _pearson(x: np.ndarray, y: np.ndarray) -> float:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
