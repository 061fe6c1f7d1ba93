"""Rates predicted by mean-field theory against simulated rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import (
    GREY,
    SMALL,
    Context,
    log_axis,
    new_figure,
    note,
    or_undefined,
    place,
    styled,
    type_colour,
)
from multiarea.network.network import LEVELS
from multiarea.parameters import AnalysisParameters

FIGURE = {
    "needs": ("theory", "rates"),
    "uses": (),
    "caption": "Mean-field prediction against simulated rate of each population. Triangles at the "
    "lower edge: populations without a spike.",
}

MARKERS = "o^sDvP*X"


@styled
def plot(
    *,
    theory: pd.DataFrame,
    rates: pd.DataFrame,
    parameters: AnalysisParameters,
    context: Context,
) -> Figure:
    """Draw simulated against predicted rates on logarithmic axes."""
    both = rates.merge(theory, on=LEVELS)
    figure = new_figure(125, 90, context)
    axes = place(figure, (12, 7), (72, 72))
    axes.set_xlabel("Rate, mean-field theory (spikes/s)")
    axes.set_ylabel("Rate, simulation (spikes/s)")
    both = both[both["rate_1"] > 0]
    if both.empty:
        note(axes, "no population has a predicted rate")
        return figure
    low, high = _limits(both)
    axes.plot([low, high], [low, high], color=GREY, lw=0.8, label="identity")
    _draw_points(axes, both, low, context)
    axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
    log_axis(axes.xaxis, low, high)
    log_axis(axes.yaxis, low, high)
    legend = axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1))
    legend.set_in_layout(False)
    _write_agreement(axes, both)
    return figure


def agreement(both: pd.DataFrame) -> dict[str, float]:
    """Return how well theory and simulation agree.

    Parameters
    ----------
    both : DataFrame
        Columns rate_1 (theory), rate_spikes_per_s (simulation), n_neurons.

    Returns
    -------
    dict
        pearson_r over populations, pearson_r_log over those that fired, and mean_theory,
        mean_simulated [spikes/s] over neurons; nan where not defined.
    """
    x, y = both["rate_1"].to_numpy(), both["rate_spikes_per_s"].to_numpy()
    fired = y > 0
    return {
        "pearson_r": _pearson(x, y),
        "pearson_r_log": _pearson(np.log(x[fired]), np.log(y[fired])),
        "mean_theory": float(np.average(x, weights=both["n_neurons"])),
        "mean_simulated": float(np.average(y, weights=both["n_neurons"])),
    }


def _pearson(x: np.ndarray, y: np.ndarray) -> float:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def _limits(both: pd.DataFrame) -> tuple[float, float]:
    values = both[["rate_1", "rate_spikes_per_s"]].to_numpy(float).ravel()
    values = values[values > 0]
    return float(values.min()) / 1.6, float(values.max()) * 1.3


def _draw_points(axes: Axes, both: pd.DataFrame, low: float, context: Context) -> None:
    for population in context.populations:
        colour = type_colour(population, context.populations)
        for layer, marker in zip(context.layers, MARKERS, strict=False):
            chosen = both[(both["layer"] == layer) & (both["population"] == population)]
            fired = chosen[chosen["rate_spikes_per_s"] > 0]
            label = f"{layer} {population}" if len(chosen) else None
            style = {"ls": "none", "color": colour, "markeredgewidth": 0.5, "mfc": "none"}
            axes.plot(
                fired["rate_1"], fired["rate_spikes_per_s"], marker=marker, label=label, **style
            )
    silent = both[both["rate_spikes_per_s"] == 0]
    if len(silent):
        edge = np.full(len(silent), low)
        axes.plot(
            silent["rate_1"],
            edge,
            ls="none",
            marker="v",
            color="black",
            clip_on=False,
            label=f"no spikes: {len(silent)}",
        )


def _write_agreement(axes: Axes, both: pd.DataFrame) -> None:
    found = agreement(both)
    theory, simulated = found["mean_theory"], found["mean_simulated"]
    text = (
        f"{len(both)} populations\n"
        f"Pearson r\n"
        f"  rates {or_undefined(found['pearson_r'], '.3f')}\n"
        f"  log rates {or_undefined(found['pearson_r_log'], '.3f')}\n\n"
        f"Mean over neurons\n(spikes/s)\n"
        f"  simulation {simulated:.3g}\n"
        f"  theory {theory:.3g}\n"
        f"  ratio {simulated / theory:.3f}"
    )
    axes.text(1.04, 0, text, transform=axes.transAxes, va="bottom", fontsize=SMALL)
