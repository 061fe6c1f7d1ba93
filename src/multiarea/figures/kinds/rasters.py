"""Drawing kind: raster plots of the populations of one area."""

from __future__ import annotations

from collections.abc import Container, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from multiarea.figures.kinds.drawing import SMALL, Context, heading, note, type_colour
from multiarea.figures.kinds.labels import full, rows
from multiarea.parameters import Raster
from multiarea.spikes.sampled import SampledSpikes, sample
from multiarea.spikes.store import Spikes


def areas_shown(spikes: Spikes, wanted: tuple[str, ...], context: Context) -> list[str]:
    """Return the areas of `spikes` that are `wanted`, else `context.shown_areas`, else three."""
    present = list(dict.fromkeys(spikes.populations.index.get_level_values("area")))
    for names in (wanted, context.shown_areas):
        found = [name for name in dict.fromkeys(names) if name in present]
        if found:
            return found
    return present[:3]


def window_of(raster: Raster, t_sim: float) -> tuple[float, float]:
    """Return the time shown [ms]: that of `raster`, or as much at the end of a run of `t_sim`."""
    if raster.high <= t_sim:
        return raster.low, raster.high
    return max(0.0, t_sim - (raster.high - raster.low)), t_sim


def shown_spikes(
    spikes: Spikes | SampledSpikes, raster: Raster, areas: Container[str] | None = None
) -> SampledSpikes:
    """Return what a `raster` shows of the `spikes` of the `areas`, by default of all.

    Spikes that have been sampled before are shown as they are.
    """
    if isinstance(spikes, SampledSpikes):
        return spikes
    return sample(spikes, raster.fraction, window_of(raster, spikes.t_stop), areas)


def draw_raster(axes: Axes, shown: SampledSpikes, area: str, context: Context) -> tuple[int, int]:
    """Draw the spikes `shown` of an `area` in `axes`, the upper layers on top, against time [s].

    `context` has the layers and colours.

    Returns
    -------
    n_rows, n_spikes : int
        Neurons and spikes shown.
    """
    points: dict[str, list[np.ndarray]] = {name: [] for name in context.populations}
    edges: dict[str, tuple[int, int]] = {}
    first = 0
    for layer, population in rows(context):
        trains = shown.trains.get((area, layer, population))
        if trains is None:
            continue
        points[population].append(np.stack([trains.times / 1000, trains.neurons + first]))
        edges[layer] = (edges.get(layer, (first, 0))[0], first + trains.n_neurons)
        first += trains.n_neurons
    axes.set_xlim(shown.window[0] / 1000, shown.window[1] / 1000)
    axes.set_ylim(first - 0.5, -0.5)
    n_spikes = _draw_points(axes, points, first, context)
    _label_layers(axes, edges)
    if first == 0:
        note(axes, "no population in this area")
    elif n_spikes == 0:
        note(axes, f"no spike of the {first} neurons shown", keep_ticks=True)
    return first, n_spikes


def draw_rasters(
    panels: Mapping[str, Axes], shown: SampledSpikes, context: Context, lettered: bool = True
) -> None:
    """Draw labelled, and `lettered`, rasters of what is `shown`, by area, three in a row.

    `panels` are the axes by area; `context`: see `draw_raster`.
    """
    for n, (area, axes) in enumerate(panels.items()):
        draw_raster(axes, shown, area, context)
        heading(axes, chr(ord("A") + n) if lettered else "", full(area))
        axes.set_xlabel("Time (s)")
        axes.xaxis.get_major_locator().set_params(nbins=4)
        if n % 3 == 0:
            axes.set_ylabel(layer_label(shown))


def layer_label(shown: SampledSpikes) -> str:
    """Return the label of the y axis."""
    return f"Layer ({100 * shown.share:g} % of neurons)"


def add_type_legend(figure: Figure, context: Context, corner: str = "upper left") -> None:
    """Explain the colours of the populations of `context` in a `corner` of `figure`."""
    handles = [
        Line2D([], [], ls="none", marker="s", ms=3, label=name, color=colour)
        for name in context.populations
        for colour in [type_colour(name, context.populations)]
    ]
    figure.legend(handles=handles, loc=corner, ncols=len(handles))


def _draw_points(
    axes: Axes, points: dict[str, list[np.ndarray]], n_rows: int, context: Context
) -> int:
    width, height = axes.figure.get_size_inches() * 72 * axes.get_position().size
    n_spikes = sum(part.shape[1] for parts in points.values() for part in parts)
    crowded = np.sqrt(0.2 * width * height / max(n_spikes, 1))
    size = float(np.clip(max(1.2 * height / max(n_rows, 1), crowded), 0.72, 2.2))
    mark = {"marker": "|", "mew": 0.7} if size > 1 else {"marker": "s", "mew": 0}
    for population, parts in points.items():
        x, y = np.concatenate([np.empty((2, 0)), *parts], axis=1)
        colour = type_colour(population, context.populations)
        axes.plot(x, y, ls="none", ms=size, color=colour, rasterized=len(x) > 2000, **mark)
    return n_spikes


def _label_layers(axes: Axes, edges: dict[str, tuple[int, int]]) -> None:
    for first, _ in list(edges.values())[1:]:
        axes.axhline(first - 0.5, color="#BBBBBB", lw=0.4)
    axes.set_yticks([(a + b - 1) / 2 for a, b in edges.values()], list(edges), fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
