"""Membrane potentials of one neuron of each population of a few areas, with its spikes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import (
    SMALL,
    WIDTH,
    Context,
    heading,
    new_figure,
    place,
    styled,
    type_colour,
    widest,
    write,
)
from multiarea.figures.kinds.labels import full, rows
from multiarea.figures.kinds.rasters import areas_shown, window_of
from multiarea.network.network import Network
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import windows
from multiarea.spikes.potentials import Potentials
from multiarea.spikes.store import Spikes

FIGURE = {
    "needs": ("network", "spikes", "potentials"),
    "uses": ("plotRasterArea",),
    "caption": "Membrane potential of one recorded neuron of each population of up to three areas: "
    "of the first one that fires in the time shown, or of the first one if none does. Vertical "
    "lines: its spikes; dashed: the threshold.",
}

ROW = 9.0
"""Height of a row [mm]."""
BAR, GAP = 10.0, 5.0
"""Length of the scale bar; between two rows [mV]."""
AREAS = 3
"""Most areas that are shown."""
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Trace:
    """What is recorded of one neuron in the time shown."""

    times: np.ndarray
    """Of the samples [ms]."""
    potential: np.ndarray
    """[mV]"""
    spikes: np.ndarray
    """Times [ms]."""


@styled
def plot(
    *,
    network: Network,
    spikes: Spikes,
    potentials: Potentials,
    parameters: AnalysisParameters,
    context: Context,
) -> Figure:
    """Draw `potentials` and `spikes` of neurons of a `network`.

    `parameters`, `context`: see `multiarea.figures`.
    """
    window = _window(potentials, window_of(parameters.plotRasterArea, spikes.t_stop))
    recorded = _recorded(spikes, potentials)
    wanted = areas_shown(spikes, parameters.plotRasterArea.areas, context)
    areas = [area for area in wanted if area in recorded] or list(recorded)
    names, threshold = rows(context), network.populations["V_th"]
    left, step = widest(map(" ".join, names)) + 4, (WIDTH - 3) / AREAS
    figure = new_figure(max(len(areas[:AREAS]) * step + 3, 70), 26 + ROW * len(names), context)
    text = f"Bar: {BAR:g} mV. Vertical lines: spikes. Dashed: threshold."
    write(figure, (2, 25 + ROW * len(names)), text, va="bottom", fontsize=SMALL)
    for n, area in enumerate(areas[:AREAS]):
        axes = place(figure, (left + n * step, 12), (step - left, ROW * len(names)))
        shown = [
            (key, trace_of(key, spikes, potentials, window), threshold[key])
            for key in recorded[area]
        ]
        _draw(axes, sorted(shown, key=lambda one: names.index(one[0][1:])), context)
        heading(axes, "ABC"[n] if len(areas) > 1 else "", full(area))
        axes.set(xlabel="Time (s)", xlim=(window[0] / 1000, window[1] / 1000))
        axes.xaxis.get_major_locator().set_params(nbins=4)
    return figure


def trace_of(
    key: Key, spikes: Spikes, potentials: Potentials, window: tuple[float, float]
) -> Trace:
    """Return what is shown of the population `key` in a `window` [ms].

    That is the first neuron with `potentials` that has `spikes` there, or the first one.
    """
    first, n_neurons = spikes.populations.loc[key, ["first_node", "n_neurons"]]
    span = np.searchsorted(potentials.nodes, (first, first + n_neurons))
    nodes = potentials.nodes[slice(*span)]
    trains = windows.cut(spikes.trains(key).pick(nodes - first), window)
    chosen = int((trains.counts > 0).argmax())
    times, potential = potentials.trace(nodes[chosen], window)
    return Trace(times, potential, trains.times[trains.neurons == chosen])


def _recorded(spikes: Spikes, potentials: Potentials) -> dict[str, list[Key]]:
    """Return the populations with recorded neurons by area."""
    found: dict[str, list[Key]] = {}
    for key, (first, n_neurons) in spikes.populations.iterrows():
        low, high = np.searchsorted(potentials.nodes, (first, first + n_neurons))
        if high > low:
            found.setdefault(key[0], []).append(key)
    return found


def _window(potentials: Potentials, wanted: tuple[float, float]) -> tuple[float, float]:
    """Return the part of the `wanted` time [ms] that is recorded, or as much at the end."""
    start, stop = potentials.times[0], potentials.times[-1]
    low, high = max(start, wanted[0]), min(stop, wanted[1])
    return (low, high) if low < high else (max(start, stop - (wanted[1] - wanted[0])), stop)


def _draw(axes: Axes, shown: list[tuple[Key, Trace, float]], context: Context) -> None:
    """Draw the traces one below the other, each with its threshold, and a scale bar."""
    top, middle = 0.0, []
    for key, trace, threshold in shown:
        colour = type_colour(key[2], context.populations)
        depth = max(threshold - np.nanmin(trace.potential, initial=np.inf), BAR)
        axes.plot(trace.times / 1000, trace.potential - threshold + top, color=colour, lw=0.5)
        axes.axhline(top, color="#8C8C8C", lw=0.4, ls=(0, (4, 3)))
        axes.vlines(trace.spikes / 1000, top, top + 0.8 * GAP, color=colour, lw=0.7)
        middle.append(top - depth / 2)
        top -= depth + GAP
    axes.set_ylim(top, GAP)
    axes.set_yticks(middle, [" ".join(key[1:]) for key, _, _ in shown])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    options = {"color": "black", "lw": 1.5, "transform": axes.get_yaxis_transform()}
    axes.plot([1, 1], [top, top + BAR], clip_on=False, **options)
