"""Drawing kinds that several figures of the publication share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from multiarea.figures.drawing import (
    BLACK,
    BLUE,
    DIVERGING,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    SMALL,
    WIDTH,
    log_axis,
    new_figure,
    note,
    widest,
    wrapped,
    write,
)
from multiarea.figures.labels import by_network, short
from multiarea.figures.matrix import draw_matrix, separate

SIMILARITIES = {
    "similarity_rates": ("Rates", BLUE, "o"),
    "similarity_cv": ("CV", GREEN, "s"),
    "similarity_lvr": ("LvR", PURPLE, "D"),
    "fc_pearson_right": ("FC, Pearson r", ORANGE, "^"),
    "fc_rmse_right": ("FC, exp(−RMSE/RMS)", SKY, "v"),
}
"""Column of the published sweep -> label, colour and marker."""

BEST_FIT = {
    "default": 2.5,
    "chi_inhibitory_10_7": 4.4,
    "distributed_neuron_parameters": 2.5,
    "smaller_g": 1.75,
    "lower_e_to_i": 2.0,
}
"""Published best fit of each variant: chi."""
GROUND = {"distributed_neuron_parameters": 0.0}
"""chi of the published ground state where it is not 1."""
STATE_COLOURS = {"base": BLUE, "best_fit": ORANGE, "experiment": BLACK}
QUANTITIES = {
    "rate": "Rate (spikes/s)",
    "cv": "CV of inter-spike intervals",
    "lvr": "LvR",
}


def titled(height: float, title: str, width: float = WIDTH) -> Figure:
    """Return an empty figure with what it shows at its upper left."""
    figure = new_figure(width, height)
    write(figure, (2, 1), wrapped(title, width - 4, SMALL), fontsize=SMALL, color="#555555")
    return figure


def missing(figure: Figure, title: str, text: str) -> None:
    """Say on an empty page what is lacking, and how to get it."""
    axes = figure.add_axes((0.05, 0.1, 0.9, 0.75))
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_title(title, loc="center")
    note(axes, text)


def draw_similarities(axes: Axes, table: pd.DataFrame, best: float | None) -> None:
    """Draw the published similarities against chi, and a line at the best fit.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Indexed by chi; columns of `SIMILARITIES`.
    best : float or None
    """
    for column, (label, colour, marker) in SIMILARITIES.items():
        axes.plot(table.index, table[column], "-", marker=marker, color=colour, ms=2.2, label=label)
    if best is not None:
        axes.axvline(best, color=GREY, lw=0.8, ls="--")
    axes.set_xlabel("χ")
    axes.set_ylabel("Similarity")
    axes.set_ylim(min(-0.06, float(table.min().min()) - 0.02), 1.02)


def similarities_of(activity: pd.DataFrame, fc: pd.DataFrame) -> dict[str, float]:
    """Return the similarities of one run under the names of the published sweep."""
    by_name = activity.set_index("quantity")["similarity"]
    signal = fc[
        (fc["signal"] == "synaptic_currents")
        & (fc["reference"] == "experiment")
        & (fc["subject"] == "group")
    ].set_index("hemisphere")
    return {
        "similarity_rates": float(by_name["rate"]),
        "similarity_cv": float(by_name["cv"]),
        "similarity_lvr": float(by_name["lvr"]),
        "fc_pearson_right": float(signal.loc["right", "pearson_r"]),
        "fc_rmse_right": float(signal.loc["right", "similarity_rmse"]),
    }


def draw_distributions(
    axes: Axes, quantity: str, samples: Mapping[str, Sequence], legend: bool = True
) -> None:
    """Draw distributions of one quantity.

    Rates: shares in bins of 0.5 spikes/s on a logarithmic axis. CV, LvR: histograms (density) and
    a Gaussian kernel estimate on [0, 4].

    Parameters
    ----------
    axes : Axes
    quantity : str
        "rate", "cv" or "lvr".
    samples : mapping
        Label -> (values, colour, line style).
    legend : bool
    """
    axes.set_xlabel(QUANTITIES[quantity])
    axes.set_ylabel("Share" if quantity == "rate" else "Density")
    drawn = 0
    for label, (values, colour, style) in samples.items():
        values = np.asarray(values, float)
        name = f"{label}, n = {len(values)}"
        if len(values) < 2 or np.ptp(values) == 0:
            axes.plot([], [], style, color=colour, label=name)
            continue
        drawn += 1
        if quantity == "rate":
            edges = np.arange(0.25, max(11.0, values.max() + 0.5), 0.5)
            counts, _ = np.histogram(values, edges)
            middle = (edges[:-1] + edges[1:]) / 2
            axes.plot(middle, counts / counts.sum(), style, color=colour, label=name, lw=0.9)
        else:
            _density(axes, values, (colour, style), name)
    if quantity == "rate":
        axes.set_xscale("log")
        axes.set_xlim(0.5, 10)
        log_axis(axes.xaxis, 0.5, 10)
    else:
        axes.set_xlim(0, 2.5)
    axes.set_ylim(0, axes.get_ylim()[1] * (1 + 0.13 * len(samples) * legend))
    if legend:
        axes.legend(loc="upper right")
    if not drawn:
        note(axes, "no sample", keep_ticks=True)


def _density(axes: Axes, values: np.ndarray, style: tuple[str, str], label: str) -> None:
    from scipy.stats import gaussian_kde

    x = np.linspace(0, 4, 101)
    counts, edges = np.histogram(values, x[::2], density=True)
    axes.stairs(counts, edges, color=style[0], alpha=0.35, lw=0.5)
    axes.plot(x, gaussian_kde(values)(x), style[1], color=style[0], label=label, lw=0.9)


def draw_fc(
    axes: Axes, matrix: pd.DataFrame, networks: pd.DataFrame | None, names: bool = True
) -> ScalarMappable:
    """Draw functional connectivity, areas ordered by resting-state network.

    Parameters
    ----------
    axes : Axes
    matrix : (areas, areas) DataFrame
    networks : DataFrame or None
        Network of each area.
    names : bool
        Write the names of the networks above and of every second area beside the matrix.
    """
    areas, groups = by_network(list(matrix.index), networks)
    values = matrix.reindex(index=areas, columns=areas).to_numpy(float)
    image = draw_matrix(axes, values, Normalize(-1, 1), DIVERGING)
    separate(axes, groups, names)
    if names:
        every_second(axes, [short(area) for area in areas], columns=False)
    else:
        axes.set_xticks([])
        axes.set_yticks([])
    if not np.isfinite(values).any():
        note(axes, "no correlation is defined", keep_ticks=True)
    return image


def every_second(axes: Axes, names: Sequence[str], columns: bool = True) -> None:
    """Label the rows, and the columns, of a matrix alternately on opposite sides."""
    n = len(names)
    axes.set_yticks(range(0, n, 2), names[::2])
    other = axes.twinx()
    other.set_ylim(axes.get_ylim())
    other.set_yticks(range(1, n, 2), names[1::2])
    _bare(other)
    if columns:
        axes.set_xticks(range(0, n, 2), names[::2], rotation=90)
        upper = axes.twiny()
        upper.set_xlim(axes.get_xlim())
        upper.set_xticks(range(1, n, 2), names[1::2], rotation=90)
        _bare(upper)
    else:
        axes.set_xticks([])


def panel_letter(axes: Axes, letter: str, above: bool = False, title: str = "") -> None:
    """Write a panel's letter and title, `above` the labels of columns if there are any."""
    height = 25 if above else 3
    options = {"xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate(letter, (0, 1), (-14, height), fontsize=9, fontweight="bold", **options)
    axes.annotate(title, (0, 1), (0, height), **options)


def label_room(names: Sequence[str]) -> float:
    """Return the room that rotated or horizontal names take beside a matrix [mm]."""
    return widest(names) + 1.5


def _bare(axes: Axes) -> None:
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
