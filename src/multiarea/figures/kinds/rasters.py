"""Drawing kind: raster plots of the populations of one area."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from multiarea.analysis.correlation import pick
from multiarea.figures.kinds.drawing import SMALL, Context, note, type_colour
from multiarea.figures.kinds.labels import rows
from multiarea.parameters import Raster
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes, Trains


def window_of(raster: Raster, t_sim: float) -> tuple[float, float]:
    """Return the time shown [ms]: `low` to `high`, or as much at the end of a shorter run."""
    if raster.high <= t_sim:
        return raster.low, raster.high
    return max(0.0, t_sim - (raster.high - raster.low)), t_sim


def sample(trains: Trains, fraction: float, window: tuple[float, float]) -> tuple[np.ndarray, ...]:
    """Return times, rows and the number of rows of a share of the neurons, at least one.

    The neurons are evenly spaced in the population, silent ones included, so that the share of
    silent rows is that of silent neurons.

    Returns
    -------
    times : (n_spikes,) float64 [ms]
    rows : (n_spikes,) int
    n_rows : int
    """
    n_rows = max(1, round(fraction * trains.n_neurons))
    chosen = np.linspace(0, trains.n_neurons, n_rows, endpoint=False).astype(np.int64)
    shown = windows.cut(pick(trains, chosen), window)
    return shown.times, shown.neurons, n_rows


def draw_raster(
    axes: Axes, spikes: Spikes, area: str, raster: Raster, context: Context
) -> tuple[int, int]:
    """Draw the spikes of an area, the upper layers on top, time in s from the start of the run.

    Returns
    -------
    n_rows, n_spikes : int
        Neurons and spikes shown.
    """
    window = window_of(raster, spikes.t_stop)
    points: dict[str, list[np.ndarray]] = {name: [] for name in context.populations}
    edges: dict[str, tuple[int, int]] = {}
    first = 0
    for layer, population in rows(context):
        if (area, layer, population) not in spikes.populations.index:
            continue
        trains = spikes.trains((area, layer, population))
        times, row, n_rows = sample(trains, raster.fraction, window)
        points[population].append(np.stack([times / 1000, row + first]))
        edges[layer] = (edges.get(layer, (first, 0))[0], first + n_rows)
        first += n_rows
    axes.set_xlim(window[0] / 1000, window[1] / 1000)
    axes.set_ylim(first - 0.5, -0.5)
    n_spikes = _draw_points(axes, points, first, context)
    _label_layers(axes, edges)
    if first == 0:
        note(axes, "no population in this area")
    elif n_spikes == 0:
        note(axes, f"no spike of the {first} neurons shown", keep_ticks=True)
    return first, n_spikes


def _draw_points(
    axes: Axes, points: dict[str, list[np.ndarray]], n_rows: int, context: Context
) -> int:
    width, height = axes.figure.get_size_inches() * 72 * axes.get_position().size
    n_spikes = sum(part.shape[1] for parts in points.values() for part in parts)
    crowded = np.sqrt(0.2 * width * height / max(n_spikes, 1))
    size = float(np.clip(max(1.2 * height / max(n_rows, 1), crowded), 0.72, 2.2))
    for population, parts in points.items():
        x, y = np.concatenate([np.empty((2, 0)), *parts], axis=1)
        axes.plot(
            x,
            y,
            linestyle="none",
            marker="|" if size > 1 else "s",
            markersize=size,
            markeredgewidth=0.7 if size > 1 else 0,
            color=type_colour(population, context.populations),
            rasterized=len(x) > 2000,
        )
    return n_spikes


def _label_layers(axes: Axes, edges: dict[str, tuple[int, int]]) -> None:
    for first, _ in list(edges.values())[1:]:
        axes.axhline(first - 0.5, color="#BBBBBB", lw=0.4)
    axes.set_yticks([(a + b - 1) / 2 for a, b in edges.values()], list(edges), fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
