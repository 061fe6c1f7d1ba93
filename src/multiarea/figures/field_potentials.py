"""Proxies of local field potentials of all areas, and their spectra."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    WIDTH,
    Context,
    heading,
    log_axis,
    new_figure,
    note,
    place,
    styled,
    widest,
)
from multiarea.figures.kinds.labels import in_model_order, key
from multiarea.figures.kinds.matrix import colour_bar
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("field_potentials",),
    "caption": "Proxy of the local field potential of each area, from synaptic currents of its "
    "excitatory neurons (reference weighted sum, Mazzoni et al. 2015), in units of its standard "
    "deviation. A: the last second, or the whole run if it is shorter. B: power spectral density "
    "(Welch's method), means over tenths of a decade. An area without a row has constant input, or "
    "input from areas that were not recorded.",
}
SHOWN = 1000.0
"""Length of the traces [ms]."""
APART = 6.0
"""Distance between traces, in standard deviations."""
ROW, LEAST = 3.6, 30.0
"""Height of a row, and least height of the panels [mm]."""


@styled
def plot(*, field_potentials: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw `field_potentials`; `parameters` are not used, `context`: see `multiarea.figures`."""
    areas = list(field_potentials["area"])
    order = [areas.index(area) for area in in_model_order(areas, context)]
    rows = [key(areas[n]) for n in order]
    left, height = widest(rows) + 4, max(ROW * len(rows), LEAST)
    figure = new_figure(WIDTH, height + 18, context)
    gap = 6 if len(rows) > 1 else 16
    width = (WIDTH - left - gap - 20) / 2
    traces = place(figure, (left, 8), (width, height))
    spectra = place(figure, (left + width + gap, 8), (width, height))
    potential, power = (field_potentials[name][order] for name in ("potential", "power"))
    heading(traces, "A", "LFP proxy (SD)" if len(rows) == 1 else f"LFP proxy, {APART:g} SD apart")
    heading(spectra, "B", "Its power spectral density")
    _draw_traces(traces, field_potentials["time"], potential)
    draw = _draw_spectrum if len(rows) == 1 else _draw_spectra
    draw(spectra, *in_tenths(field_potentials["frequency"], power))
    for axes in (traces, spectra) if len(rows) > 1 else ():
        axes.set_ylim(len(rows) - 0.5, -0.8)
        axes.set_yticks(range(len(rows)), rows if axes is traces else [])
        axes.tick_params(axis="y", length=0)
    return figure


def _draw_traces(axes: Axes, time: np.ndarray, potential: np.ndarray) -> None:
    """Draw the end of each row of `potential` (areas, time), below each other if there are many."""
    if not np.isfinite(potential).any():
        note(axes, "the input is constant")
    shown = time > time[-1] - SHOWN
    scale = APART if len(potential) > 1 else -1
    for n, row in enumerate(potential):
        axes.plot(time[shown] / 1000, n - row[shown] / scale, color=palette.BLUE, lw=0.4)
    axes.set_xlim(time[shown][0] / 1000, time[-1] / 1000)
    axes.set_xlabel("Time (s)")


def _draw_spectrum(axes: Axes, edges: np.ndarray, power: np.ndarray) -> None:
    """Draw the power (1, bins) between the `edges` of the bins as a line."""
    if not (power > 0).any():
        note(axes, "no power")
        return
    axes.loglog(np.sqrt(edges[1:] * edges[:-1]), power[0], color=palette.BLUE)
    _frequencies(axes, edges)
    axes.set_ylabel("Power (1/Hz)")


def _draw_spectra(axes: Axes, edges: np.ndarray, power: np.ndarray) -> None:
    """Draw the power (areas, bins) between the `edges` of the bins as colours."""
    known = power[power > 0]
    if not len(known):
        note(axes, "no power")
        return
    norm = LogNorm(*np.quantile(known, (0.01, 1)))
    rows = np.arange(len(power) + 1) - 0.5
    image = axes.pcolormesh(edges, rows, power, cmap=palette.SEQUENTIAL, norm=norm)
    axes.set_xscale("log")
    _frequencies(axes, edges)
    colour_bar(axes, image, "Power (1/Hz)")


def _frequencies(axes: Axes, edges: np.ndarray) -> None:
    axes.set_xlim(edges[0], edges[-1])
    log_axis(axes.xaxis, edges[0], edges[-1])
    axes.set_xlabel("Frequency (Hz)")


def in_tenths(frequency: np.ndarray, power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return edges (bins + 1,) [Hz] and means of `power` (n, F) in tenths of a decade.

    `frequency` (F,) [Hz]; 0 is left out.
    """
    positive = frequency > 0
    place = np.floor(10 * np.log10(frequency[positive]) + 1e-9).astype(int)
    bins = np.unique(place)
    means = [power[:, positive][:, place == one].mean(axis=1) for one in bins]
    return 10 ** (np.append(bins, bins[-1] + 1) / 10), np.transpose(means)
