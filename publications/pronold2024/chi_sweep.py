"""Similarity to experiment against chi, distributions, and functional connectivity."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds.drawing import SMALL, TEXT, heading, place, wrapped
from publications.drawn_from import Paper, Run
from publications.pronold2024.samples import (
    BASE_COLOUR,
    BEST_FIT,
    BEST_FIT_COLOUR,
    draw_distributions,
    draw_fc,
    draw_runs,
    draw_similarities,
    published_samples,
    right_or_other,
)
from publications.shared.layout import panel_letter, titled

FIGURE = {
    "title": "Chi sweep",
    "published": "Pronold et al. 2024, Fig. 5",
    "needs": ("published", "experimental_units", "experimental_fc", "resting_state_networks"),
    "runs": ("sweep",),
    "results": ("activity_similarity", "fc_similarity", "fc_currents"),
    "summary": ("single_units",),
    "panels": {"base": "H", "best_fit": "I"},
    "caption": "Published results of the full-scale simulations (12.5 s), and next to them the "
    "runs named below: at full scale with this software, and those of the user (scaled-down ones "
    "have the transition of the full-scale network at another χ, and other states beyond it). "
    "A: similarity to experiment against χ: 1 - Kolmogorov-Smirnov distance of rates, CV and "
    "LvR in caudal anterior cingulate; Pearson correlation and exp(-RMSE/RMS) of functional "
    "connectivity, right hemisphere (the other where your data lack it), without the diagonal. "
    "Lines: published; filled symbols: full scale, here; open symbols: runs of the user "
    "with χ_I = 2 χ. Dashed: published best fit. B-D: distributions of rate, CV and LvR; dashed: "
    "the largest run at full scale, here. E: experimental functional connectivity; F, G: "
    "published, base state and best fit; H, I: here, the largest run of each; each matrix has a "
    "scale of its own, without the diagonal; arrows: a few pairs lie beyond. "
    "Areas are ordered by resting-state network. The published lines of A compare "
    "with 7T data that are not shipped; "
    "the matrix E and the symbols of A use the source named in the panel.",
}

MATRIX = 39.0


def plot(paper: Paper) -> Figure:
    """Draw the nine panels."""
    text = "Published: full scale, 12.5 s. Symbols in A, dashed lines, and matrices “here”: runs"
    figure = titled(240 if paper.run("base") or paper.run("best_fit") else 182, text)
    axes = place(figure, (14, 10), (118, 48))
    _similarities(axes, paper)
    heading(axes, "A", "Similarity to experiment")
    for n, name in enumerate(("rate", "cv", "lvr")):
        panel = place(figure, (14 + n * 58, 72), (43, 34))
        samples = published_samples(paper, "default", name) | _own_samples(paper, name)
        draw_distributions(panel, name, samples)
        heading(panel, "BCD"[n])
    _connectivity(figure, paper)
    return figure


def _similarities(axes: Axes, paper: Paper) -> None:
    draw_similarities(axes, paper["published"].chi_sweep("default"), BEST_FIT["default"])
    runs = draw_runs(axes, paper.runs, "default")
    legend = axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.02))
    legend.set_in_layout(False)
    said = wrapped(_symbols(runs), 36, SMALL)
    axes.text(1.02, 0.0, said, transform=axes.transAxes, va="bottom", fontsize=SMALL)


def _symbols(runs: Iterable[Run]) -> str:
    """Return what the symbols stand for, each kind once with all its scales and durations."""
    kinds = {"filled": [], "open": []}
    for run in runs:
        kinds["filled" if run.is_summary else "open"].append(run.scale)
    parts = [f"{kind}: {' and '.join(dict.fromkeys(own))}" for kind, own in kinds.items() if own]
    return f"symbols, {'; '.join(parts)}" if parts else ""


def _own_samples(paper: Paper, quantity: str) -> dict[str, Any]:
    """Return the samples of a quantity in our largest full-scale run of each state."""
    states = {"base": ("base, here", BASE_COLOUR), "best_fit": ("best fit, here", BEST_FIT_COLOUR)}
    return {
        label: (run.activity_samples(paper["experimental_units"])[quantity], colour, "--")
        for role, (label, colour) in states.items()
        for run in sorted(paper.both(role), key=attrgetter("size"))  # the largest replaces others
        if run.is_summary
    }


def _connectivity(figure: Figure, paper: Paper) -> None:
    published, experiment = paper["published"], paper["experimental_fc"]
    side = right_or_other(experiment.group)
    panels: list[tuple[str, pd.DataFrame]] = [
        (f"{experiment.source}, {side}", experiment.group[side]),
        ("published, base, χ = 1", published.connectivity("default", "groundstate")),
        ("published, best fit, χ = 2.5", published.connectivity("default", "bestfit")),
    ]
    for role, label in (("base", "base"), ("best_fit", "best fit")):
        run = paper.run(role)
        if run is not None:
            title = f"here, {label}, {run.scale}"
            panels.append((title, run.results["fc_currents"].set_index("area")))
    for n, (title, matrix) in enumerate(panels):
        row, column = divmod(n, 3)
        axes = place(figure, (14 + column * 58, 127 + row * 60), (MATRIX, MATRIX))
        draw_fc(axes, matrix, paper["resting_state_networks"], names=True)
        panel_letter(axes, "EFGHI"[n], title=wrapped(title, 46, TEXT))
