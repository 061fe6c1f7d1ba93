"""Distributions of the rates of single neurons."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    few_ticks,
    log_axis,
    new_figure,
    note,
    place,
    say,
    styled,
    type_colour,
    write,
)
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("rates_individual",),
    "caption": "Distributions of the rates of neurons that fired, on a logarithmic scale: mean "
    "over areas and one standard deviation.",
}

EDGES = np.arange(-3.0, 4.75, 0.5)
"""Edges of the bins [log10 of spikes/s]."""
GAP = 9.0
"""Between panels [mm]."""


@styled
def plot(*, rates_individual: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw `rates_individual`; `parameters`, `context`: see `multiarea.figures`."""
    found = densities(rates_individual)
    n_types, n_layers = len(context.populations), len(context.layers)
    width = min((WIDTH - 16 - GAP * (n_types - 1)) / n_types, 90.0)
    size = (max(16 + n_types * (width + GAP) - GAP, 80), 9 + n_layers * 32 + 5)
    figure = new_figure(*size, context)
    tops = (np.max(rows.mean(0) + rows.std(0)) for rows, _ in found.values() if len(rows))
    top, limits = max(tops, default=1.0), _limits(rows for rows, _ in found.values())
    for row, layer in enumerate(context.layers):
        for column, population in enumerate(context.populations):
            corner = (12 + column * (width + GAP), 8 + row * 32)
            axes = place(figure, corner, (width, 26))
            axes.set_xscale("log")
            few_ticks(axes)
            axes.set_xlim(*limits)
            axes.set_ylim(0, 1.05 * top)
            log_axis(axes.xaxis, *limits)
            axes.tick_params(labelleft=column == 0, labelbottom=row == n_layers - 1)
            axes.set_title(f"{layer} {population}")
            colour = type_colour(population, context.populations)
            if (layer, population) in found:
                _draw(axes, found[layer, population], colour)
            else:
                note(axes, context.missing)
    below = (size[0] / 2, size[1] - 1)
    write(figure, below, "Rate of a neuron (spikes/s)", ha="center", va="bottom")
    write(figure, (1, size[1] / 2), "Density (1/decade)", rotation=90, va="center")
    return figure


def densities(rates: Arrays) -> dict[tuple[str, str], tuple[np.ndarray, float]]:
    """Return the densities over log10 of the rates of neurons that fired.

    Returns
    -------
    dict
        (layer, population) -> densities (areas, bins) [1/decade] of the areas in which a neuron
        fired, and the share of silent neurons of all areas.
    """
    rate, offsets = rates["rate"], rates["offsets"]
    rows: dict[tuple[str, str], list[np.ndarray]] = {}
    neurons: dict[tuple[str, str], np.ndarray] = {}
    for n, (_, layer, population) in enumerate(rates.populations):
        own = rate[offsets[n] : offsets[n + 1]]
        active, key = own[own > 0], (layer, population)
        rows.setdefault(key, [])
        neurons[key] = neurons.get(key, np.zeros(2)) + (len(own) - len(active), len(own))
        if len(active):
            counts, _ = np.histogram(np.log10(active), EDGES)
            rows[key].append(counts / len(active) / np.diff(EDGES))
    return {
        key: (np.array(row).reshape(len(row), len(EDGES) - 1), neurons[key][0] / neurons[key][1])
        for key, row in rows.items()
    }


def _limits(densities: Iterable[np.ndarray]) -> tuple[float, float]:
    """Return the limits of the axis of rates that hold all neurons [spikes/s]."""
    used = np.flatnonzero(sum((rows.sum(axis=0) for rows in densities), np.zeros(len(EDGES) - 1)))
    first, last = (used[0], used[-1]) if len(used) else (4, 7)
    return float(10 ** EDGES[first]), float(10 ** EDGES[last + 1])


def _draw(axes: Axes, found: tuple[np.ndarray, float], colour: str) -> None:
    density, silent = found
    if not len(density):
        note(axes, "no neuron fired")
        return
    mean, sd, edges = density.mean(axis=0), density.std(axis=0), 10**EDGES
    axes.stairs(
        mean + sd,
        edges,
        baseline=np.maximum(mean - sd, 0),
        fill=True,
        color=palette.LIGHT[colour],
        lw=0,
    )
    axes.stairs(mean, edges, color=colour, lw=0.9)
    areas = "area" if len(density) == 1 else "areas"
    say(axes, f"{len(density)} {areas}\nsilent: {100 * silent:.0f} %")
