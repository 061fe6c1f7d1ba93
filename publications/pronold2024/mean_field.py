"""Mean-field theory: how the rates converge, and how they compare with simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.agreement import agreement, draw_agreement
from multiarea.figures.kinds.drawing import (
    SMALL,
    TEXT,
    heading,
    log_axis,
    or_undefined,
    place,
    type_colour,
    wrapped,
)
from multiarea.models.human import POPULATIONS
from multiarea.network.network import LEVELS, Network
from multiarea.theory.transfer import mean_field, response
from publications.drawn_from import Paper, Run
from publications.shared.layout import titled

FIGURE = {
    "title": "Mean field against simulation",
    "published": "Pronold et al. 2024, supplement",
    "needs": ("base_network", "base_theory"),
    "runs": ("base", "best_fit"),
    "results": ("theory", "rates"),
    "one_run": "each",
    "panels": {"base": "B", "best_fit": "C"},
    "caption": "A: rates of all populations of the full-scale base state (χ = 1) under d nu/ds = "
    "-nu + phi(nu), from random rates between 0 and 10 spikes/s; right: the converged fixed "
    "point. B, C: predicted against simulated rate of each population of the simulations named "
    "below, theory of the run's own network, lowest fixed point; means over neurons; populations "
    "without a spike are triangles at the lower edge. Published is the full-scale theory only "
    "(simulated_data/base_theory_rates.csv).",
}

SEED, N_STEPS = 123, 100
ROLES = {"base": ("B", "base state"), "best_fit": ("C", "best fit")}
"""State -> letter of its panel, and name."""


def plot(paper: Paper) -> Figure:
    """Draw the three panels."""
    runs = {role: paper.run(role) for role in ROLES if paper.run(role)}
    about = "A: theory of the full-scale network, χ = 1"
    if runs:
        about += f". {', '.join(ROLES[role][0] for role in runs)}: against simulation"
    figure = titled(84, about, width=max(90, 72 + 54 * len(runs)))
    axes = place(figure, (14, 11), (50, 52))
    heading(axes, "A", "Theory, full scale")
    _flow(axes, paper["base_network"], paper["base_theory"])
    for n, (role, run) in enumerate(runs.items()):
        panel = place(figure, (80 + n * 54, 11), (40, 52))
        panel.set_xlabel("Rate, theory (spikes/s)")
        if n == 0:
            panel.set_ylabel("Rate, simulation (spikes/s)")
        letter, name = ROLES[role]
        heading(panel, letter, wrapped(f"{name}: {run.scale}", 46, TEXT))
        _compare(panel, run)
    return figure


def _flow_of(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return pseudo-times (n,), and rates from the published random start, (n, P) [spikes/s]."""
    times = np.arange(N_STEPS) / 10
    start = np.random.default_rng(SEED).uniform(0, 10, len(network))
    return times, rate_flow(network, start, times)


def _flow(axes: Axes, network: Network, theory: pd.DataFrame) -> None:
    times, rates = _flow_of(network)
    kinds = network.populations.index.get_level_values("population")
    for kind in POPULATIONS:
        chosen = rates[:, kinds == kind]
        colour = type_colour(kind, POPULATIONS)
        axes.plot(times, np.maximum(chosen, 1e-4), color=colour, lw=0.3, alpha=0.6)
        axes.plot([], [], color=colour, label=kind)
    fixed = theory["rate_1"].to_numpy()
    ticks = {"color": "black", "mew": 0.3, "clip_on": False}
    axes.plot(np.full(len(fixed), 10.3), fixed, "_", ms=3, label="fixed point", **ticks)
    high = 1.2 * float(rates.max())
    axes.set(yscale="log", xlim=(0, 10.3), ylim=(1e-3, high))
    log_axis(axes.yaxis, 1e-3, high)
    axes.set_xlabel("Pseudo-time (dimensionless)")
    axes.set_ylabel("Rate (spikes/s)")
    axes.legend(loc="upper right", ncols=3)
    span = f"{fixed.min():.4f}–{fixed.max():.2f} spikes/s"
    _below(axes, f"fixed point: mean over populations\n{fixed.mean():.4f}, {span}")


def _compare(axes: Axes, run: Run) -> None:
    both = run.results["rates"].merge(run.results["theory"], on=LEVELS)
    both = both[both["rate_1"] > 0]
    draw_agreement(axes, both, run.context, markers="o" * len(run.context.layers))
    n_silent = int((both["rate_spikes_per_s"] == 0).sum())
    found = agreement(both)
    text = (
        f"Pearson r {or_undefined(found['pearson_r'])}; no spike: {n_silent} of {len(both)}\n"
        f"mean over neurons: simulation {found['mean_simulated']:.3g},\n"
        f"theory {found['mean_theory']:.3g} spikes/s"
    )
    _below(axes, text)


def _below(axes: Axes, text: str) -> None:
    axes.text(0, -0.21, text, transform=axes.transAxes, va="top", fontsize=SMALL)


def rate_flow(network: Network, initial: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Integrate the rate dynamics.

    Parameters
    ----------
    network : Network
    initial : (P,) array [spikes/s]
    times : (n,) array
        Pseudo-times in ascending order, the first 0.

    Returns
    -------
    (n, P) array [spikes/s]
    """
    from scipy.integrate import solve_ivp

    field = mean_field(network)

    def slope(_: float, rates: np.ndarray) -> np.ndarray:
        return response(field, np.maximum(rates, 0)) - rates

    span = (float(times[0]), float(times[-1]))
    solution = solve_ivp(slope, span, initial, "RK23", times, rtol=1e-4, atol=1e-6)
    return np.maximum(solution.y.T, 0)
