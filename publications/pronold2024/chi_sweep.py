"""Similarity to experiment against chi, distributions, and functional connectivity."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, TEXT, heading, note, place, wrapped
from multiarea.figures.kinds.matrix import colour_bar
from publications.drawn_from import Paper
from publications.pronold2024.samples import (
    BEST_FIT,
    draw_distributions,
    draw_fc,
    draw_runs,
    draw_similarities,
    published_samples,
)
from publications.shared.layout import panel_letter, titled

FIGURE = {
    "title": "Chi sweep",
    "published": "Pronold et al. 2024, Fig. 5",
    "needs": ("published", "experimental_units", "experimental_fc", "resting_state_networks"),
    "runs": ("sweep",),
    "results": ("activity_similarity", "fc_similarity", "fc_currents"),
    "summary": ("single_units",),
    "caption": "Published results of the full-scale simulations (12.5 s), and next to them the "
    "runs named below: at full scale with this software, and those of the user (scaled-down ones "
    "have the transition of the full-scale network at another chi, and other states beyond it). "
    "A: similarity to experiment against chi: 1 - Kolmogorov-Smirnov distance of rates, CV and "
    "LvR in caudal anterior cingulate; Pearson correlation and exp(-RMSE/RMS) of functional "
    "connectivity, right hemisphere, without the diagonal. Lines: published; filled symbols: "
    "full scale, here; open symbols: runs of the user with chi_I = 2 chi. Dashed: published best "
    "fit. B-D: distributions of rate, CV and LvR; dashed: full scale, here. E: experimental "
    "functional connectivity; F, G: published, base state and best fit; H, I: here, the largest "
    "run of each. Areas are ordered by "
    "resting-state network. The published lines of A compare with 7T data that are not shipped; "
    "the matrix E and the symbols of A use the source named in the panel.",
}

MATRIX = 43.0


def plot(paper: Paper) -> Figure:
    """Draw the nine panels."""
    text = "Published: full scale, 12.5 s. Symbols in A, dashed lines, H and I: simulated here"
    figure = titled(240, text)
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
    scales = {f"{'filled' if run.is_summary else 'open'}: {run.scale}" for run in runs}
    said = "symbols, " + ("; ".join(sorted(scales)) or "no run yet")
    said = wrapped(said, 36, SMALL)
    axes.text(1.02, 0.0, said, transform=axes.transAxes, va="bottom", fontsize=SMALL)


def _own_samples(paper: Paper, quantity: str) -> dict[str, Any]:
    """Return the samples of a quantity in our full-scale runs of both states."""
    states = {"base": ("base, here", palette.BLUE), "best_fit": ("best fit, here", palette.ORANGE)}
    return {
        label: (run.activity_samples(paper["experimental_units"])[quantity], colour, "--")
        for role, (label, colour) in states.items()
        for run in paper.both(role)
        if run.is_summary
    }


def _connectivity(figure: Figure, paper: Paper) -> None:
    published, experiment = paper["published"], paper["experimental_fc"]
    panels: list[tuple[str, pd.DataFrame | None]] = [
        (f"{experiment.source}, right", experiment.group["right"]),
        ("published, base, χ = 1", published.connectivity("default", "groundstate")),
        ("published, best fit, χ = 2.5", published.connectivity("default", "bestfit")),
    ]
    for role, label in (("base", "base"), ("best_fit", "best fit")):
        run = paper.run(role)
        matrix = run.results["fc_currents"].set_index("area") if run else None
        panels.append((f"here, {label}, {run.scale}" if run else f"here, {label}", matrix))
    for n, (title, matrix) in enumerate(panels):
        row, column = divmod(n, 3)
        corner = (14 + column * 58, 127 + row * 60)
        axes = place(figure, corner, (MATRIX, MATRIX))
        if matrix is None:
            note(axes, "no run: experiments/chi_sweep_downscaled.py has base state and best fit")
        else:
            image = draw_fc(axes, matrix, paper["resting_state_networks"], names=True)
        panel_letter(axes, "EFGHI"[n], title=wrapped(title, 46, TEXT))
    colour_bar(axes, image, "Pearson correlation", gap=4)
