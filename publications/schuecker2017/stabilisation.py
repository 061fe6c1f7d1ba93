"""Rates over the drive in each iteration, and what the iterations change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import SMALL, heading, log_axis, place
from multiarea.figures.kinds.matrix import change_scale, colour_bar, draw_matrix, name_cells
from multiarea.models.macaque import AREAS
from multiarea.network.network import LEVELS
from publications.drawn_from import Paper
from publications.schuecker2017.inputs import kappa, last_indegree
from publications.shared.layout import every_second, panel_letter, titled
from publications.shared.populations import NAMES

FIGURE = {
    "title": "Stabilisation",
    "published": "Schuecker et al. 2017, Fig. 7",
    "needs": ("stabilisation", "published_indegrees"),
    "caption": "Full-scale mean-field theory, no simulation. A: mean rate over the populations V "
    "E and VI E that is reached from rest over the drive, before iterations 1 to 4 and after the "
    "last. B: change of the in-degrees between areas (mean over the populations of the target) by "
    "iteration 1, relative to the mean in-degree of the target. C: the same in iteration 1 for "
    "FEF and area 46. D: change of in-degrees by source population in iterations 1 to 4, relative "
    "to their sum. Published matrix: correlation with the total change named above.",
}


def plot(paper: Paper) -> Figure:
    """Draw rates, a matrix of areas, a part of it, and bars."""
    data = paper["stabilisation"]
    text = _correlation_text(data, paper["published_indegrees"])
    figure = titled(152, f"Macaque model, base network, full-scale theory. {text}")
    _rates(place(figure, (16, 14), (56, 44)), data)
    changes = area_changes(data, 1)
    axes = place(figure, (98, 22), (58, 58))
    scale = change_scale(changes.to_numpy())
    image = draw_matrix(axes, changes.to_numpy(), *scale)
    every_second(axes, AREAS)
    axes.set_xlabel("Source area")
    axes.set_ylabel("Target area")
    panel_letter(axes, "B", above=True, title="iteration 1")
    colour_bar(axes, image, "Change / mean in-degree (dimensionless)", gap=9)
    _part(place(figure, (28, 76), (22, 22)), changes, scale)
    _bars(place(figure, (16, 112), (146, 32)), data)
    return figure


def _correlation_text(data: Arrays, published: pd.DataFrame) -> str:
    """Return how the change of in-degrees compares with that of the published matrix."""
    order = list(data.populations)
    before, after = data["indegree_0"], last_indegree(data)
    change = published.loc[order, order].to_numpy() - before
    r = np.corrcoef((after - before).ravel(), change.ravel())[0, 1]
    text = f"Sum of in-degrees {before.sum():.0f}, after {after.sum():.0f}"
    return f"{text}; r with published change {r:.3f}"


def area_changes(data: Arrays, n: int) -> pd.DataFrame:
    """Return the change of mean in-degrees of `data` by iteration `n`, per in-degree of the target.

    Areas x areas, [target, source].
    """
    area = data.populations.get_level_values("area")

    def by_area(indegree: np.ndarray) -> pd.DataFrame:
        table = pd.DataFrame(indegree, area, area).groupby(level=0).mean()
        return table.T.groupby(level=0).sum().T.loc[list(AREAS), list(AREAS)]

    before = by_area(data[f"indegree_{n - 1}"])
    return (by_area(data[f"indegree_{n}"]) - before).div(before.sum(axis=1), axis=0)


def source_changes(data: Arrays, n: int) -> pd.Series:
    """Return the change of in-degrees of `data` by iteration `n` for each kind of source.

    Relative to the sum of all in-degrees.
    """
    before = data[f"indegree_{n - 1}"]
    change = pd.Series((data[f"indegree_{n}"] - before).sum(axis=0), data.populations)
    summed = change.groupby(level=LEVELS[1:], sort=False).sum()
    return summed.sort_index() / before.sum()


def _rates(axes: Axes, data: Arrays) -> None:
    layers, kinds = (data.populations.get_level_values(level) for level in LEVELS[1:])
    chosen = (kinds == "E") & layers.isin(["V", "VI"])
    drives = kappa(data["fractions"])
    n_iterations = sum(name.startswith("ends_") for name in data.content)
    for n, colour in zip(range(1, n_iterations + 1), palette.CATEGORIES, strict=False):
        means = data[f"ends_{n}"][:, chosen].mean(axis=1)
        axes.plot(drives, means, ".-", ms=3, color=colour, label=f"{n}")
    high = axes.get_ylim()[1]
    axes.set(yscale="log", ylim=(0.05, 1.5 * high))
    log_axis(axes.yaxis, 0.05, 1.5 * high)
    axes.set_xlabel("Drive κ")
    axes.set_ylabel("Mean rate of V E, VI E (spikes/s)")
    axes.legend(title="Iteration", loc="upper left", ncols=2)
    heading(axes, "A")


def _part(axes: Axes, changes: pd.DataFrame, scale: tuple[Normalize, str]) -> None:
    names = ["FEF", "46"]
    values = changes.loc[names, names].to_numpy()
    draw_matrix(axes, values, *scale)
    name_cells(axes, names, names)
    for (row, column), value in np.ndenumerate(values):
        text = f"{100 * value:.2f} %".replace("-", "−")
        colour = "white" if value < 0.5 * scale[0].vmin else "black"
        axes.text(column, row, text, ha="center", va="center", fontsize=SMALL, color=colour)
    heading(axes, "C", "FEF and 46")


def _bars(axes: Axes, data: Arrays) -> None:
    width = 0.2
    for n in range(1, 5):
        if f"indegree_{n}" not in data:
            break
        change = 100 * source_changes(data, n).to_numpy()
        at = np.arange(len(change)) + (n - 2.5) * width
        axes.bar(at, change, width, color=palette.CATEGORIES[n - 1], label=f"iteration {n}")
    axes.axhline(0, color=palette.GREY, lw=0.6)
    axes.set_xticks(range(len(NAMES)), NAMES)
    axes.set_ylabel("Change of in-degrees (%)")
    axes.legend(loc="lower right", ncols=2)
    heading(axes, "D", "by source population")
