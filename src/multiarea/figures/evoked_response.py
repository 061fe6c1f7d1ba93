"""Responses to a stimulus: rates aligned to its onset, latencies, and the theory's prediction."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.agreement import draw_agreement
from multiarea.figures.kinds.drawing import (
    SMALL,
    WIDTH,
    Context,
    few_ticks,
    heading,
    new_figure,
    note,
    place,
    styled,
    type_colour,
    widest,
    write,
)
from multiarea.figures.kinds.labels import in_model_order, rows, short
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, symmetric_norm
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("evoked_response",),
    "caption": "Response to a stimulus, mean over its pulses, aligned to their onset. Rates of the "
    "populations of the area that responds most, the pulse shaded; rates of all areas, as "
    "deviations from the time before the onset in its standard deviations; latency of each area: "
    "the first bin from the onset on above the mean of the bins before it by evoked_response.n_sd "
    "(4 by default) standard deviations, open where there is none. For pulses of 200 ms and more: "
    "rates of all populations from 100 ms after the onset to the end of the pulse against those "
    "that mean-field theory predicts with the stimulus lasting.",
}

LARGEST = 10.0
"""Deviation at which the colours end [SD]."""
ROW, TOP = 9.0, 9.0
"""Height of a population's row, and room above panels [mm]."""


@styled
def plot(*, evoked_response: Arrays, parameters: AnalysisParameters, context: Context) -> Figure:
    """Draw the `evoked_response`; `parameters`, `context`: see `multiarea.figures`."""
    areas = in_model_order(list(evoked_response["area"]), context)
    is_stationary = np.isfinite(evoked_response["theory_during"]).any()
    tall = max(ROW * len(rows(context)), 3.0 * len(areas))
    several, names = len(areas) > 1, rows(context)
    left = widest(" ".join(name) for name in names) + 9
    column = (WIDTH - 6) / 3.35
    n_columns = 1 + 1.35 * several + is_stationary
    column = max(column, 76.0 / n_columns)
    below = 23.0 if several else 10.0
    figure = new_figure(max(n_columns * column + 6, 80.0), TOP + tall + below, context)
    chosen = _most_responsive(evoked_response)
    _draw_populations(figure, evoked_response, chosen, (left, column - left, tall), context)
    place_left = column
    if several:
        _draw_areas(figure, evoked_response, areas, (column, tall))
        place_left += 1.35 * column
    if is_stationary:
        axes = place(figure, (place_left + 14, TOP), (column - 16, min(tall, column - 16)))
        heading(axes, "D" if several else "B", "during the stimulus")
        _draw_theory(axes, evoked_response, context)
    return figure


def _deviations(response: Arrays) -> np.ndarray:
    """Return the rates of areas as deviations from the baseline in its SDs, (areas, time)."""
    sd = response["baseline_sd"]
    scale = np.where(sd > 0, sd, np.nan)[:, None]
    return (response["area_rate"] - response["baseline"][:, None]) / scale


def _most_responsive(response: Arrays) -> str:
    """Return the area with the largest mean deviation while the first pulse lasts."""
    time = response["time"]
    during = (time >= 0) & (time < max(float(response["duration"]), 20.0))
    strength = response["area_rate"][:, during].mean(axis=1) - response["baseline"]
    return str(response["area"][int(np.nanargmax(strength))])


def _draw_populations(
    figure: Figure, response: Arrays, area: str, box: tuple[float, float, float], context: Context
) -> None:
    """Draw the rates of the populations of an `area` one below the other."""
    left, width, tall = box
    names, labels = rows(context), response.populations
    step = tall / len(names)
    time, duration = response["time"], float(response["duration"])
    for n, (layer, population) in enumerate(names):
        axes = place(figure, (left, TOP + n * step), (width, step - 1.5))
        if n == 0:
            latency = response["latency"][list(response["area"]).index(area)]
            told = f"latency {latency:g} ms" if np.isfinite(latency) else "no response"
            heading(axes, "A", f"{short(area)}, {told}")
        if (area, layer, population) in labels:
            values = response["population_rate"][labels.get_loc((area, layer, population))]
            colour = type_colour(population, context.populations)
            axes.axvspan(0, duration, color=palette.EMPTY, lw=0)
            axes.stairs(values, _edges(time), color=colour, lw=0.7)
            axes.set_ylim(0, max(float(values.max()) * 1.1, 1.0))
        else:
            note(axes, "absent")
        axes.set_xlim(*_edges(time)[[0, -1]])
        few_ticks(axes, y=2)
        axes.tick_params(labelbottom=n == len(names) - 1, labelsize=SMALL)
        axes.set_ylabel(f"{layer} {population}", rotation=0, ha="right", va="center")
    axes.set_xlabel("Time from the onset (ms)")
    write(figure, (1, TOP - 2), "Rate\n(spikes/s)", va="bottom", fontsize=SMALL)


def _draw_areas(
    figure: Figure, response: Arrays, areas: list[str], size: tuple[float, float]
) -> None:
    """Draw deviations of all areas against time, and beside them their latencies."""
    column, tall = size
    order = [list(response["area"]).index(area) for area in areas]
    left = column + widest(map(short, areas)) + 5
    width = 2.35 * column - left - 4
    axes = place(figure, (left, TOP), (0.6 * width - 2, tall))
    heading(axes, "B", "all areas")
    norm = symmetric_norm(np.array([LARGEST]))
    image = draw_matrix(axes, _deviations(response)[order], norm, palette.DIVERGING)
    edges = _edges(response["time"])
    image.set_extent((edges[0], edges[-1], len(areas) - 0.5, -0.5))
    axes.axvline(0, color="black", lw=0.6)
    few_ticks(axes, x=3)
    axes.set_yticks(range(len(areas)), [short(area) for area in areas], fontsize=SMALL)
    axes.set_xlabel("Time (ms)")
    colour_bar(axes, image, "Deviation (SD)", gap=10.0, below=True)
    beside = place(figure, (left + 0.6 * width + 2, TOP), (0.4 * width - 2, tall))
    heading(beside, "C", "latency")
    latency, rank = response["latency"][order], np.arange(len(areas))
    known = np.isfinite(latency)
    beside.plot(latency[known], rank[known], "o", color=palette.BLUE, markersize=3)
    beside.plot(np.zeros((~known).sum()), rank[~known], "o", color=palette.GREY, mfc="none", ms=3)
    beside.set(ylim=(len(areas) - 0.5, -0.5), xlabel="Latency (ms)")
    beside.set_xlim(-0.05 * max(edges[-1], 1), edges[-1])
    beside.set_yticks(range(len(areas)), [])


def _draw_theory(axes: Axes, response: Arrays, context: Context) -> None:
    """Draw rates during the stimulus against predicted ones."""
    both = response.populations.to_frame(index=False).assign(
        rate_1=response["theory_during"],
        rate_spikes_per_s=response["rate_during"],
        n_neurons=response["n_neurons"],
    )
    both = both[both["rate_1"] > 0].dropna()
    axes.set(xlabel="Rate, mean-field theory (spikes/s)", ylabel="Rate, simulation (spikes/s)")
    if both.empty:
        note(axes, "no prediction")
        return
    draw_agreement(axes, both, context)
    axes.legend(fontsize=SMALL, loc="upper left", bbox_to_anchor=(-0.1, -0.2), ncols=2)


def _edges(time: np.ndarray) -> np.ndarray:
    """Return the edges of the bins that begin at `time` [ms]."""
    step = time[1] - time[0] if len(time) > 1 else 1.0
    return np.append(time, time[-1] + step)
