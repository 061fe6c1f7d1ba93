"""Functional connectivity of experiment and simulation, and communities of areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multiarea.analysis.bold import too_short
from multiarea.analysis.communities import louvain
from multiarea.data.experimental_fc import ExperimentalFC
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.correlations import draw_correlations
from multiarea.figures.kinds.drawing import SMALL, heading, place
from multiarea.figures.kinds.matrix import separate
from multiarea.models.macaque import AREAS
from multiarea.network.network import Network
from publications.drawn_from import Paper, Run
from publications.schmidt2018a.communities import partition
from publications.shared.layout import titled

FIGURE = {
    "title": "Functional connectivity",
    "published": "Schmidt et al. 2018b, Fig. 8",
    "needs": ("experimental_fc", "ground_state_network"),
    "runs": ("metastable", "ground_state", "sweep"),
    "results": ("fc_currents", "fc_bold", "fc_similarity"),
    "uses": ("plotConnectivities",),
    "panels": {"metastable": "A, B, D at χ = 1.9, and F", "ground_state": "D at χ = 1"},
    "of_runs": {
        "metastable": "A, B: the largest run of the metastable state (χ = 1.9), at the scale named "
        "below: correlation of synaptic input currents, and of BOLD of a minute and longer: its "
        "response lasts about 20 s. F: communities of A and of C (Louvain)."
    },
    "caption": "C: resting-state fMRI (Babapoor-Farrokhran et al. 2013), mean "
    "of the two hemispheres. Areas ordered by the communities of C; each matrix has a scale of "
    "its own, without the diagonal. D: Pearson correlation of the pairs of areas with C, mean "
    "over hemispheres, of runs on the axis of χ (χ_I = 2) and of the ground state (χ = χ_I = 1); "
    "line, and number above E: relative in-degrees of the full-scale stabilised network against "
    "C. E: communities of that network (map equation, relative out-degrees) and of C (Louvain). "
    "Lines have the colour of the left community.",
}

SEED = 1
SIDE = 42.0


def plot(paper: Paper) -> Figure:
    """Draw up to three matrices, the correlations, and the communities."""
    measured = mean_fc(paper["experimental_fc"])
    number, _ = louvain(measured.to_numpy(), SEED)
    order = np.argsort(number, kind="stable")
    run = paper.run("metastable")
    about = f" A, B, F: {run.name}, χ = {run.chi:g}, {run.scale}." if run else ""
    figure = titled(
        (162 if run else 136) if paper.runs else 112, f"Macaque model.{about} C, E: no simulation"
    )
    matrices = {"C Experiment": measured}
    if run:
        tables = {"A Synaptic currents": "fc_currents", "B BOLD": "fc_bold"}
        if not _has_bold(run):
            del tables["B BOLD"]
        own = {title: run.results[name].set_index("area") for title, name in tables.items()}
        matrices = own | matrices
    side = SIDE if paper.runs else 60
    for n, (title, matrix) in enumerate(matrices.items()):
        axes = place(figure, (15 + 56 * n, 14), (side, side))
        heading(axes, title[0], title[2:])
        _matrix(axes, matrix, order, np.bincount(number))
        if n == 0:
            axes.set_yticks(range(0, len(AREAS), 2), [AREAS[k] for k in order[::2]])
            axes.set_ylabel("Every second area is named")
    simulated = _communities(run) if run else None
    if paper.runs:
        lower = place(figure, (16, 70), (60 if simulated is None else 40, 60))
        heading(lower, "D")
        _similarity(lower, paper, measured)
    top, height = 68 if run else 18, 88 if run or not paper.runs else 112
    panels = [(102, 62)] if simulated is None else [(82, 32), (138, 32)]
    middle, *right = (place(figure, (left, top), (width, height)) for left, width in panels)
    r = structure_to_experiment(paper["ground_state_network"], measured)
    heading(middle, "E", f"structure, Pearson r {r:.3f}", lift=6, outdent=24)
    _, structure = partition(paper["ground_state_network"])
    _flows(middle, structure.number, number, "structure\n(map equation)")
    for axes in right:
        r = _pearson(run, "synaptic_currents")
        heading(axes, "F", f"simulation, Pearson r {r:.3f}", lift=6, outdent=24)
        _flows(axes, simulated, number, "simulation\n(Louvain)")
    return figure


def mean_fc(experiment: ExperimentalFC) -> pd.DataFrame:
    """Return the mean over the hemispheres, (A, A), areas as in `AREAS`."""
    areas = list(AREAS)
    return sum(m.loc[areas, areas] for m in experiment.group.values()) / len(experiment.group)


def relative_indegree(network: Network) -> np.ndarray:
    """Return the share of a target area's recurrent synapses by source, (A, A)."""
    synapses = network.between_areas(network.synapses).loc[list(AREAS), list(AREAS)]
    return synapses.div(synapses.sum(axis=1), axis=0).to_numpy()


def structure_to_experiment(network: Network, measured: pd.DataFrame) -> float:
    """Return Pearson's r of relative in-degrees of `network` with `measured`, over area pairs."""
    off = ~np.eye(len(AREAS), dtype=bool)
    return float(np.corrcoef(relative_indegree(network)[off], measured.to_numpy()[off])[0, 1])


def _matrix(axes: Axes, matrix: pd.DataFrame, order: np.ndarray, sizes: np.ndarray) -> None:
    areas = [AREAS[n] for n in order]
    draw_correlations(axes, matrix.reindex(index=areas, columns=areas).to_numpy(float))
    axes.set_xticks([])
    axes.set_yticks([])
    separate(axes, sizes)


def _similarity(axes: Axes, paper: Paper, measured: pd.DataFrame) -> None:
    r = structure_to_experiment(paper["ground_state_network"], measured)
    axes.axhline(r, color=palette.GREY, ls="--", lw=0.9, label=f"structure, full scale: {r:.3f}")
    entries = (
        ("synaptic_currents", palette.BLUE, "o", "currents"),
        ("bold", palette.ORANGE, "s", "BOLD"),
    )
    for signal, colour, marker, label in entries:
        runs = [run for run in paper.runs if signal != "bold" or _has_bold(run)]
        points = sorted((run.chi, _pearson(run, signal)) for run in runs)
        if not points:
            continue
        style = {
            "color": colour,
            "mfc": "none",
            "label": f"{label}, n = {len(points)} run{'s' if len(points) > 1 else ''}",
        }
        axes.plot(*zip(*points, strict=True), marker, **style)
    chi = [run.chi for run in paper.runs]
    axes.set_xlim(min([1.0, *chi]) - 0.1, max([2.5, *chi]) + 0.1)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -0.05), low + 1.4 * (high - low))
    axes.set_xlabel("χ")
    axes.set_ylabel("Pearson r with experiment")
    axes.legend(loc="upper left")


def _has_bold(run: Run) -> bool:
    return not too_short(run.facts["t_sim"] - run.parameters.plotConnectivities.tmin)


def _communities(run: Run) -> np.ndarray | None:
    """Return the community of each of `AREAS` in the currents of `run`; None if one lacks."""
    matrix = run.results["fc_currents"].set_index("area")
    matrix = matrix.reindex(index=list(AREAS), columns=list(AREAS)).to_numpy(float)
    return louvain(matrix, SEED)[0] if np.isfinite(matrix).all() else None


def _pearson(run: Run, signal: str) -> float:
    table = run.results["fc_similarity"]
    chosen = (table["signal"] == signal) & (table["reference"] == "experiment")
    return float(table.loc[chosen & (table["subject"] == "group"), "pearson_r"].mean())


def _flows(axes: Axes, left: np.ndarray, measured: np.ndarray, name: str) -> None:
    """Draw a line per area from its community in the `left` column to that of the experiment."""
    start, stop = _heights(left, measured), _heights(measured, left)
    for n, area in enumerate(AREAS):
        colour = palette.CATEGORIES[left[n] % len(palette.CATEGORIES)]
        axes.plot((0, 1), (start[n], stop[n]), color=colour, lw=1.2)
        axes.text(-0.03, start[n], area, ha="right", va="center", fontsize=SMALL)
        axes.text(1.03, stop[n], area, ha="left", va="center", fontsize=SMALL)
    axes.set_xticks((0, 1), (name, "experiment\n(Louvain)"))
    axes.set_ylim(max(start.max(), stop.max()) + 0.6, -0.6)
    axes.set_yticks([])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _heights(number: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the height of each area in a column ordered by community, with gaps between them."""
    order = np.lexsort((other, number))
    height = np.empty(len(order))
    height[order] = np.arange(len(order)) + 0.7 * number[order]
    return height
