"""The picture of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.comparison.tables import PER_POPULATION, Run, distances_table
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import (
    SMALL,
    WIDTH,
    heading,
    log_axis,
    new_figure,
    note,
    place,
    wrapped,
    write,
)
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix
from multiarea.figures.power_spectra import log_means
from multiarea.workflow.comparison import OF_PAIRS

AXIS = {"rates": "Rate (spikes/s)", "cv": "CV", "lvr": "LvR", "correlation": "Correlation"}
PANEL, STEP = (72.0, 36.0), (91.0, 52.0)
"""Size of a panel, and from panel to panel [mm]."""
KEY = 4.0
"""Height of a line of the key [mm]."""
MOST_NUMBERS = 8
"""Runs of which the matrix of similarities has numbers in it."""
SILENT = 1e-3
"""Where the distribution of rates begins [spikes/s]."""
FC = {"fc_currents": "synaptic currents", "fc_bold": "BOLD"}


def draw_comparison(groups: Mapping[str, Sequence[Run]]) -> Figure:
    """Draw what each of the `groups` of runs does; see `comparison.tables.groups`.

    A group of several runs, which differ in their seeds, is drawn as mean and standard deviation.
    """
    runs = [run for group in groups.values() for run in group]
    drawn = [name for name in PER_POPULATION if any(name in run.results for run in runs)]
    panels = [*drawn, "distribution"]
    panels += ["spectra"] if all("power_spectra" in run.results for run in runs) else []
    matrix = next((n for n in OF_PAIRS if all(n in run.results for run in runs)), None)
    panels += ["similarity"] if matrix and len(runs) > 1 else []
    colours = _colours(groups)
    head = KEY * len(groups) + 9
    figure = new_figure(WIDTH, head + STEP[1] * -(-len(panels) // 2) - 4)
    _key(figure, groups, colours)
    for n, name in enumerate(panels):
        row, column = divmod(n, 2)
        axes = place(figure, (14 + column * STEP[0], head + row * STEP[1]), PANEL)
        draw = DRAWN.get(name, _per_population)
        title = draw(axes, name if name in AXIS else matrix, groups, colours)
        heading(axes, "ABCDEFG"[n], title)
    return figure


def _colours(groups: Mapping[str, Sequence[Run]]) -> dict[str, str]:
    """Return a colour for each group: categories, or where these do not suffice a sequence."""
    if len(groups) < len(palette.CATEGORIES):
        return dict(zip(groups, palette.CATEGORIES, strict=False))
    steps = np.linspace(0, 0.92, len(groups))
    sequence = map(mpl.colors.to_hex, mpl.colormaps[palette.SEQUENTIAL](steps))
    return dict(zip(groups, sequence, strict=True))


def _key(figure: Figure, groups: Mapping[str, Sequence[Run]], colours: Mapping[str, str]) -> None:
    number = 0
    for n, (label, group) in enumerate(groups.items()):
        names = ", ".join(f"{run.name} (run {number + k})" for k, run in enumerate(group, 1))
        number += len(group)
        more = "" if label == group[0].name else f"{label}: "
        seeds = f" ({len(group)} seeds)" if len(group) > 1 else ""
        text = wrapped(f"{more}{names}{seeds}", WIDTH - 12, SMALL).split("\n")
        write(figure, (3, 2 + KEY * n), "■", color=colours[label], fontsize=8)
        write(figure, (7, 2.4 + KEY * n), text[0] + (" ..." if text[1:] else ""), fontsize=SMALL)


def _per_population(
    axes: Axes, name: str, groups: Mapping[str, Sequence[Run]], colours: Mapping[str, str]
) -> str:
    """Draw the mean over areas of each layer and type, and its standard deviation over seeds."""
    column = PER_POPULATION[name]
    series = {
        label: pd.concat([_over_areas(run, name, column) for run in group], axis=1)
        for label, group in groups.items()
        if all(name in run.results for run in group)
    }
    names = list(dict.fromkeys(key for table in series.values() for key in table.index))
    shift = np.linspace(-0.25, 0.25, len(series)) if len(series) > 1 else np.zeros(1)
    for offset, (label, table) in zip(shift, series.items(), strict=True):
        table = table.reindex(names)
        error = table.std(axis=1) if table.shape[1] > 1 else None
        x = np.arange(len(names)) + offset
        options = {"ms": 3.2, "color": colours[label], "capsize": 1.5, "elinewidth": 0.8}
        axes.errorbar(x, table.mean(axis=1), error, fmt="o", **options)
    axes.set_xticks(range(len(names)), [" ".join(key) for key in names], fontsize=SMALL)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylabel(AXIS[name])
    if all(table.isna().all(axis=None) for table in series.values()):
        note(axes, "no neuron has enough spikes", keep_ticks=True)
        return AXIS[name].split(" (")[0]
    if name != "correlation":
        axes.set_ylim(0, 1.05 * axes.get_ylim()[1])
    areas = {
        area for group in groups.values() for run in group for area in run.results[name]["area"]
    }
    return AXIS[name].split(" (")[0] + (", mean over areas" if len(areas) > 1 else "")


def _over_areas(run: Run, name: str, column: str) -> pd.Series:
    return run.results[name].groupby(["layer", "population"], sort=False)[column].mean()


def _distribution(
    axes: Axes, _: str | None, groups: Mapping[str, Sequence[Run]], colours: Mapping[str, str]
) -> str:
    """Draw the share of neurons whose rate is at most so large."""
    largest = 1.0
    for label, group in groups.items():
        rates = np.concatenate([run.results["rates_individual"]["rate"] for run in group])
        values, counts = np.unique(rates, return_counts=True)
        share = np.cumsum(counts) / len(rates)
        shown = np.maximum(values, SILENT)
        axes.step(shown, share, where="post", color=colours[label], lw=0.9)
        largest = max(largest, float(values[-1]))
    axes.set_xscale("log")
    low = 0.9 * min(0.1, largest)
    axes.set_xlim(low, largest)
    axes.set_ylim(0, 1.02)
    log_axis(axes.xaxis, low, largest)
    axes.set_xlabel("Rate of a neuron (spikes/s)")
    axes.set_ylabel("Share of neurons")
    return "Neurons with at most this rate"


def _spectra(
    axes: Axes, _: str | None, groups: Mapping[str, Sequence[Run]], colours: Mapping[str, str]
) -> str:
    """Draw the mean power spectrum of the areas."""
    low, high, span = np.inf, 0.0, (np.inf, 0.0)
    for label, group in groups.items():
        found = [run.results["power_spectra"] for run in group]
        frequency = found[0]["frequency"]
        power = np.mean([spectra["power"].mean(axis=0) for spectra in found], axis=0)
        used = (frequency > 0) & (power > 0)
        x, y = log_means(frequency[used], power[used])
        axes.plot(x, y, color=colours[label], lw=0.9)
        low, high = min(low, y.min()), max(high, y.max())
        span = min(span[0], x[0]), max(span[1], x[-1])
    axes.set(xscale="log", yscale="log", xlim=span, ylim=(low / 1.5, 1.5 * high))
    log_axis(axes.xaxis, *span)
    log_axis(axes.yaxis, low / 1.5, 1.5 * high)
    axes.set_xlabel("Frequency (Hz)")
    axes.set_ylabel("Power ((spikes/s)²/Hz)")
    return "Power spectral density of rates, mean over areas"


def _similarity(
    axes: Axes, name: str, groups: Mapping[str, Sequence[Run]], colours: Mapping[str, str]
) -> str:
    """Draw the correlation of the functional connectivity of each pair of runs."""
    runs = [run for group in groups.values() for run in group]
    found = distances_table(runs).pivot(index="run_a", columns="run_b", values=f"r_{name}")
    names = [run.name for run in runs]
    matrix = found.reindex(index=names, columns=names).to_numpy()
    matrix = np.where(np.isnan(matrix), matrix.T, matrix)
    image = draw_matrix(axes, matrix, mpl.colors.Normalize(-1, 1), palette.DIVERGING)
    axes.set_aspect("equal", anchor="W")
    numbers = range(1, len(names) + 1)
    axes.set_xticks(range(len(names)), numbers)
    axes.set_yticks(range(len(names)), numbers)
    axes.set(xlabel="Run", ylabel="Run")
    for (row, column), value in np.ndenumerate(matrix):
        if np.isfinite(value) and len(names) <= MOST_NUMBERS:
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=SMALL)
    colour_bar(axes, image, "Correlation r")
    return f"Similarity of functional connectivity ({FC[name]})"


DRAWN = {"distribution": _distribution, "spectra": _spectra, "similarity": _similarity}
