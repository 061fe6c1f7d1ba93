"""Order of areas in time, against the anatomical hierarchy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.hierarchy import decided_pairs, is_decided
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.drawing import heading, note, place, say
from multiarea.figures.kinds.matrix import colour_bar, draw_matrix, symmetric_norm
from publications.drawn_from import Paper, Run
from publications.shared.layout import every_second, label_points, panel_letter, titled

FIGURE = {
    "title": "Temporal hierarchy",
    "published": "Schmidt et al. 2018b, Fig. 7C, D (E, F: eigenspace; G: a brain map)",
    "needs": ("hierarchy",),
    "runs": ("metastable", "ground_state"),
    "results": ("temporal_hierarchy",),
    "needs_run": True,
    "one_run": "first",
    "panels": {"metastable": "The metastable state, in whose place the ground state is drawn"},
    "caption": "The largest run of the metastable state (else of the ground state), at the scale "
    "named below; the full-scale simulation of the article is not published. C: how much later "
    "the area of the row fires than that of the column. D: the same, areas in their order in "
    "time; grey: undecided. Below: position in time, 0 the first area, 1 the last, against "
    "published anatomical hierarchies, with Spearman's rank correlation; named where there is "
    "room. Where fewer than half of the pairs of areas have a lag, there is no order, and only C "
    "is drawn.",
}

FEWEST = 4
"""Areas that a correlation needs."""


def plot(paper: Paper) -> Figure:
    """Draw two matrices, and the positions against two hierarchies."""
    run = paper.run("metastable") or paper.run("ground_state")
    assert run is not None
    n_decided, n_pairs = decided_pairs(run.results["temporal_hierarchy"]["lag"])
    has_order = is_decided(run.results["temporal_hierarchy"]["lag"])
    text = f"{run.name}: χ = {run.chi:g}, {run.scale}. Lags decided: {n_decided} of {n_pairs} pairs"
    if not has_order:
        figure = titled(98, f"{text}: too few for an order in time", width=110)
        _matrices(figure, run, ["Lags, order of the model"])
        return figure
    figure = titled(158, text)
    _matrices(figure, run, ["Lags, order of the model", "Lags, order in time"])
    position = _positions(run)
    for n, (source, rank) in enumerate(paper["hierarchy"].items()):
        axes = place(figure, (14 + 86 * n, 110), (60, 38))
        heading(axes, "", source)
        _compare(axes, position, rank)
        axes.set_xlabel("Rank in the hierarchy")
        axes.set_ylabel("Position in time (0 to 1)")
    return figure


def _positions(run: Run) -> pd.Series:
    """Return the position of each area in time, 0 (first) to 1, nan where undecided."""
    table = run.results["temporal_hierarchy"]
    return pd.Series(table["position"], list(table["area"]))


def _matrices(figure: Figure, run: Run, titles: list[str]) -> None:
    table = run.results["temporal_hierarchy"]
    lag, areas = table["lag"], np.asarray(table["area"])
    decided = np.isfinite(lag) & ~np.eye(len(lag), dtype=bool)
    order = np.argsort(_positions(run).fillna(np.inf).to_numpy(), kind="stable")
    for n, (title, chosen) in enumerate(zip(titles, (np.arange(len(areas)), order), strict=False)):
        axes = place(figure, (17 + 80 * n, 22), (56, 56))
        values = lag[np.ix_(chosen, chosen)]
        image = draw_matrix(axes, values, symmetric_norm(lag), palette.DIVERGING_LAGS)
        every_second(axes, list(areas[chosen]))
        axes.set_xlabel("Earlier area where the lag > 0")
        axes.set_ylabel("Later area where the lag > 0" if n == 0 else "")
        panel_letter(axes, "CD"[n], above=True, title=title)
        if not decided.any():
            note(axes, "no pair of areas has a decided lag", keep_ticks=True)
    colour_bar(axes, image, "Lag (ms)", gap=9)


def _compare(axes: Axes, position: pd.Series, rank: pd.Series) -> None:
    from scipy.stats import spearmanr

    both = pd.concat({"rank": rank, "position": position}, axis=1).dropna()
    if len(both) < FEWEST:
        note(axes, "too few areas have a position", keep_ticks=True)
        return
    axes.plot(both["rank"], both["position"], "o", color=palette.BLUE)
    rho = spearmanr(both["rank"], both["position"]).statistic
    axes.set_ylim(-0.12, 1.3)
    axes.margins(x=0.08)
    label_points(axes, both["rank"], both["position"])
    text = f"Spearman ρ {rho:.2f}, n = {len(both)}".replace("-", "−")
    say(axes, text, left=True)
