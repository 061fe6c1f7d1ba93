"""The key numbers of an experiment, each with its unit and with what it is a mean over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from multiarea.analysis.bold import too_short
from multiarea.network.network import LEVELS

RATE = "rate_spikes_per_s"
IRREGULARITY = {
    "cv": "CV of inter-spike intervals",
    "lvr": "LvR (revised local variation)",
    "correlation": "pairwise correlation of spike counts",
}
"""Measures with a number per population, which is their column, too."""
CONNECTIVITY = {
    "fc_currents": "functional connectivity, synaptic currents",
    "fc_bold": "functional connectivity, BOLD",
}
SIGNALS = {"synaptic_currents": "synaptic currents", "bold": "BOLD"}


class Number(NamedTuple):
    """A number of the simulation, and that of the theory or ''."""

    quantity: str
    simulation: str
    theory: str
    unit: str
    over: str
    """What it is a mean over, or counted in."""


def sizes(inputs: Mapping[str, Any], simulation: Mapping[str, Any]) -> list[Number]:
    """Return how large a simulation was, from its `network` and `spikes` among the `inputs`.

    `simulation` are its parameters.
    """
    network, spikes = inputs["network"], inputs["spikes"]
    populations, recorded = network.populations, spikes.populations
    areas = populations.index.get_level_values("area").nunique()
    n_neurons, n_recorded = int(populations["n_neurons"].sum()), int(recorded["n_neurons"].sum())
    time = f"in {simulation['t_sim'] / 1000:g} s of {n_recorded:,} neurons".replace(",", "\u202f")
    everywhere = f"in {areas} areas, {len(populations)} populations"
    return [
        _count("neurons", n_neurons, everywhere),
        _count("synapses", int(np.rint(network.synapses).sum()), "between these neurons"),
        _count("spikes recorded", len(spikes), time),
    ]


def averages(inputs: Mapping[str, Any], fc_time: float) -> list[Number]:
    """Return averages of the activity, from the measures and the `theory` among the `inputs`.

    `fc_time` is that of the signals whose correlation is the functional connectivity [ms].
    """
    return [
        *_rates(inputs["rates"], inputs.get("theory")),
        *_irregularity(inputs),
        *_connectivity(inputs, fc_time),
    ]


def _count(quantity: str, number: int, over: str) -> Number:
    return Number(quantity, f"{number:,}".replace(",", "\u202f"), "", "", over)


def _rates(rates: pd.DataFrame, theory: pd.DataFrame | None) -> Iterator[Number]:
    """Yield the mean rate over neurons and over populations; that of the lowest state, if any."""
    both, states = rates, 0
    if theory is not None:
        both = rates.merge(theory, on=LEVELS, how="left")
        states = sum(name.startswith("rate_") for name in theory.columns)
    weights = both["n_neurons"].to_numpy(float)
    for kind, weight in (("neurons", weights), ("populations", np.ones(len(both)))):
        over = f"mean over all {len(both)} populations"
        if kind == "neurons":
            over = f"mean over all {int(weights.sum()):,} neurons".replace(",", "\u202f")
        simulated = _text(np.average(both[RATE], weights=weight))
        predicted = _text(np.average(both["rate_1"], weights=weight)) if states else ""
        if states > 1:
            over += f"; theory: the lowest of {states} states"
        yield Number("rate", simulated, predicted, "spikes/s", over)


def _irregularity(inputs: Mapping[str, Any]) -> Iterator[Number]:
    for name, quantity in IRREGULARITY.items():
        if name in inputs:
            values = inputs[name][name]
            enough = "active neurons" if name == "correlation" else "spikes"
            over = f"mean over all {len(values)} populations"
            if values.count() < len(values):
                over = f"mean over the {values.count()} of {len(values)} populations with enough"
                over += f" {enough}"
            yield Number(quantity, _text(values.mean()), "", "", over)


def _connectivity(inputs: Mapping[str, Any], time: float) -> Iterator[Number]:
    missing = too_short(time)
    for name, quantity in CONNECTIVITY.items():
        if name == "fc_bold" and name in inputs and missing:
            yield Number(quantity, "\u2013", "", "", missing)
        elif name in inputs:
            matrix = inputs[name].set_index("area").to_numpy(float)
            pairs = matrix[np.triu_indices(len(matrix), 1)]
            pairs = pairs[np.isfinite(pairs)]
            over = f"mean over {len(pairs)} pairs of areas, from {time / 1000:g} s of activity"
            if len(pairs):
                yield Number(quantity, _text(pairs.mean()), "", "", over)
    table = inputs.get("fc_similarity")
    for row in () if table is None else table.itertuples(index=False):
        if row.signal == "bold" and missing:
            continue
        if row.signal in SIGNALS and row.subject == "group" and row.reference == "experiment":
            side = f"{row.hemisphere} hemisphere"
            of = f"similarity of FC, {SIGNALS[row.signal]} and experiment, {side}"
            over = f"Pearson correlation over {row.n_pairs} pairs of areas"
            yield Number(of, _text(row.pearson_r), "", "", over)


def _text(number: float) -> str:
    """Return a number with three significant digits."""
    return f"{number:#.3g}".replace("-", "\u2212") if np.isfinite(number) else "undefined"
