"""Data of the panels that answer to the mouse: matrices that can be sorted, and spikes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import Context, plain, plain_log_ticks, type_colour
from multiarea.figures.kinds.labels import by_network, full, in_model_order, rows, short
from multiarea.figures.kinds.rasters import areas_shown
from multiarea.network.network import LEVELS
from multiarea.parameters import Raster
from multiarea.spikes.sampled import sample
from multiarea.spikes.store import Spikes
from multiarea.stages.page.numbers import CONNECTIVITY, RATE

MOST_SPIKES = 12_000
"""Most spikes of an area that are drawn: a browser moves so many marks without delay."""

N_COLOURS = 21
"""Colours of a scale, between which the browser interpolates."""


def matrix_panels(inputs: Mapping[str, Any], context: Context) -> list[dict[str, Any]]:
    """Return the panels of rates and of functional connectivity that the `inputs` have.

    Each has areas (x), rows (y), values, texts of the cells, and orders of the areas by name;
    areas, layers and populations are those of the `context`.
    """
    networks = inputs.get("resting_state_networks")
    panels = [_rates_panel(inputs["rates"], inputs.get("theory"), networks, context)]
    for name, title in CONNECTIVITY.items():
        if name in inputs and len(inputs[name]) > 1:
            panels.append(_fc_panel(name, title, inputs[name].set_index("area"), networks, context))
    return panels


def raster_panel(spikes: Spikes, raster: Raster, context: Context) -> dict[str, Any]:
    """Return the spikes of the areas that the `raster` shows, over the whole time.

    Of each area there are at most about `MOST_SPIKES`, if need be of fewer neurons. Order and
    colours of the populations are those of the `context`.
    """
    window = (0.0, spikes.t_stop)
    areas = []
    for area in areas_shown(spikes, raster.areas, context):
        share = raster.fraction
        shown = sample(spikes, share, window, {area})
        n = sum(len(trains.times) for trains in shown.trains.values())
        if n > MOST_SPIKES:
            share *= MOST_SPIKES / n
            shown = sample(spikes, share, window, {area})
        areas.append(_raster_of(area, shown.trains, share, context))
    return {"areas": areas, "stop": spikes.t_stop / 1000}


def _rates_panel(
    rates: pd.DataFrame,
    theory: pd.DataFrame | None,
    networks: pd.DataFrame | None,
    context: Context,
) -> dict[str, Any]:
    areas, names = in_model_order(rates["area"], context), rows(context)
    table = rates if theory is None else rates.merge(theory, on=LEVELS, how="left")
    cells = table.set_index(LEVELS)
    values, texts = [], []
    for layer, population in names:
        found = [cells.loc[key] if (key := (a, layer, population)) in cells.index else None
                 for a in areas]  # fmt: skip
        values.append([None if one is None else _digits(one[RATE]) for one in found])
        texts.append([
            _rate_text(f"{_named(area, networks)}<br>layer {layer}, {population}", one)
            for area, one in zip(areas, found, strict=True)
        ])  # fmt: skip
    mean = rates.assign(spikes=rates[RATE] * rates["n_neurons"]).groupby("area")
    mean = mean["spikes"].sum() / mean["n_neurons"].sum()
    fired = [value for row in values for value in row if value]
    ticks = plain_log_ticks(min(fired), max(fired)) if fired and max(fired) > min(fired) else []
    return {
        "name": "rates",
        "colours": _colours(palette.SEQUENTIAL),
        "title": "Mean rate of each population, simulation (spikes/s)",
        "rows": [" ".join(name) for name in names],
        "values": values,
        "texts": texts,
        "ticks": [[float(tick), plain(tick)] for tick in ticks],
        "orders": _orders(areas, mean.loc[areas].to_numpy(), "by mean rate", networks),
        "areas": [short(area) for area in areas],
    }


def _fc_panel(
    name: str, title: str, matrix: pd.DataFrame, networks: pd.DataFrame | None, context: Context
) -> dict[str, Any]:
    areas = in_model_order(matrix.index, context)
    values = matrix.reindex(index=areas, columns=areas).to_numpy(float, copy=True)
    np.fill_diagonal(values, np.nan)
    counts = np.isfinite(values).sum(axis=0)
    mean = np.nansum(values, axis=0) / np.maximum(counts, 1)
    texts = [
        [
            f"{_named(row, networks)}<br>{_named(column, networks)}<br>{_correlation(value)}"
            for column, value in zip(areas, line, strict=True)
        ]
        for row, line in zip(areas, values, strict=True)
    ]
    return {
        "name": name,
        "colours": _colours(palette.DIVERGING),
        "title": f"{title[0].upper()}{title[1:]} (Pearson correlation)",
        "rows": None,
        "values": [[_digits(value) for value in line] for line in values],
        "texts": texts,
        "ticks": None,
        "orders": _orders(areas, mean, "by mean value", networks),
        "areas": [short(area) for area in areas],
    }


def _colours(name: str) -> list[list[Any]]:
    """Return a colour map of matplotlib as positions and colours."""
    places = np.linspace(0, 1, N_COLOURS)
    colours = mpl.colormaps[name](places)
    return [
        [round(float(p), 4), mpl.colors.to_hex(c)] for p, c in zip(places, colours, strict=True)
    ]


def _orders(
    areas: Sequence[str], values: np.ndarray, by_value: str, networks: pd.DataFrame | None
) -> dict[str, list[int]]:
    """Return the orders in which the areas can be shown, each with their places among `areas`."""
    found = {"as in the model": list(range(len(areas)))}
    found[by_value] = [int(n) for n in np.argsort(-values, kind="stable")]
    listed, groups = by_network(areas, networks)
    if groups:
        found["by resting-state network"] = [areas.index(area) for area in listed]
    return found


def _named(area: str, networks: pd.DataFrame | None) -> str:
    """Return the names of an area, and its resting-state network where there is one."""
    name = full(area) if full(area) == short(area) else f"{full(area)} ({short(area)})"
    is_in = networks is not None and area in networks.index
    return f"{name}, {networks['right'][area]}" if is_in else name


def _rate_text(place: str, cell: pd.Series | None) -> str:
    if cell is None:
        return f"{place}<br>no such population"
    text = f"{place}, {int(cell['n_neurons'])} neurons<br>{cell[RATE]:.3g} spikes/s"
    is_predicted = "rate_1" in cell and np.isfinite(cell["rate_1"])
    return f"{text}, theory {cell['rate_1']:.3g}" if is_predicted else text


def _correlation(value: float) -> str:
    return f"r = {value:.3f}".replace("-", "\u2212") if np.isfinite(value) else "not defined"


def _digits(value: float) -> float | None:
    return float(f"{value:.5g}") if np.isfinite(value) else None


def _raster_of(
    area: str, trains: Mapping[tuple[str, str, str], Any], share: float, context: Context
) -> dict[str, Any]:
    """Return a population after the other, from the top: times [s] and rows of its spikes."""
    populations, first = [], 0
    for layer, population in rows(context):
        own = trains.get((area, layer, population))
        if own is None:
            continue
        populations.append({
            "name": f"{layer} {population}",
            "colour": type_colour(population, context.populations),
            "times": [round(time, 4) for time in (own.times / 1000).tolist()],
            "rows": (own.neurons + first).tolist(),
            "middle": first + (own.n_neurons - 1) / 2,
        })  # fmt: skip
        first += own.n_neurons
    name = f"{full(area)}: {100 * share:.3g} % of its neurons"
    return {"name": name, "populations": populations, "n_rows": first}
