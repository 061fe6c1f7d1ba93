"""All figures of an experiment as png and pdf, against the published pictures as png.

The published ones, after their description: 4 box plots, a grid of bar charts, the rates and the
currents of all areas twice each (6600 x 6600 pixels), BOLD, two matrices, and one raster per area
with a line object per neuron.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from harness import OURS, Case

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from reference_run import T_SIM, available, inputs_of

from multiarea.figures import figures
from multiarea.figures.kinds.drawing import Context
from multiarea.figures.kinds.saving import save_figure
from multiarea.models import human
from multiarea.parameters import AnalysisParameters

TITLE = "pictures of one experiment"


def drawn_as(*kinds: str) -> Callable[[Case], Callable[[], None]]:
    """Draw every figure of this project."""

    def prepare(case: Case) -> Callable[[], None]:
        names = (human.AREAS, human.LAYERS, human.POPULATIONS, human.SHOWN_AREAS)
        context = Context("human", *names, scale="", t_sim=T_SIM)
        inputs = {
            name: inputs_of(case.folder, figure.needs)
            for name, figure in available(figures()).items()
        }
        plots = {name: figures()[name].plot for name in inputs}

        def work() -> None:
            with tempfile.TemporaryDirectory() as folder:
                for name, plot in plots.items():
                    figure = plot(**inputs[name], parameters=AnalysisParameters(), context=context)
                    save_figure(figure, [Path(folder) / f"{name}.{kind}" for kind in kinds])

        return work

    return prepare


def published(case: Case) -> Callable[[], None]:
    needs = ("spikes", "rates", "cv", "lvr", "correlation", "rate_histograms", "bold")
    needs += ("synaptic_currents", "fc_currents", "fc_bold", "spike_count_distributions")
    state = inputs_of(case.folder, needs)

    def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            for draw in (_boxes, _counts, _rates, _currents, _bold, _matrices, _rasters):
                draw(state, Path(folder))

    return work


def _finish(path: Path, dpi: int = 100) -> None:
    plt.savefig(path, dpi=dpi)
    plt.close()


def _boxes(state, folder):
    for name in ("rates", "cv", "lvr", "correlation"):
        table = state[name]
        column = table.select_dtypes("number").columns[0]
        groups = table.groupby(["layer", "population"])[column]
        plt.figure(figsize=(8, 8))
        plt.boxplot([values.fillna(0) for _, values in groups], orientation="horizontal")
        _finish(folder / f"{name}.png", 300)


def _counts(state, folder):
    rng = np.random.default_rng(1)
    _, axes = plt.subplots(9, 4, figsize=(22, 22))
    for axis in axes.flat[:34]:
        axis.bar(np.arange(250), rng.random(250))
    plt.tight_layout()
    _finish(folder / "counts.png", 300)


def _overview(time_ms, values, path, same_axis):
    _, axes = plt.subplots(9, 4, figsize=(22, 22), sharey=same_axis)
    for axis, series in zip(axes.flat, values, strict=False):
        axis.plot(time_ms[: len(series)], series)
        axis.set_xlabel("Time (s)")
        axis.set_ylabel("value")
    plt.tight_layout()
    _finish(path, 300)


def _area_series(result, name):
    values = np.asarray(result[name])
    return np.arange(values.shape[-1]), values


def _rates(state, folder):
    for same_axis in (False, True):
        path = folder / f"rates_{same_axis}.png"
        _overview(*_area_series(state["rate_histograms"], "area_rate"), path, same_axis)


def _currents(state, folder):
    for same_axis in (False, True):
        path = folder / f"currents_{same_axis}.png"
        _overview(*_area_series(state["synaptic_currents"], "current"), path, same_axis)


def _bold(state, folder):
    _overview(*_area_series(state["bold"], "bold"), folder / "bold.png", True)


def _matrices(state, folder):
    for name in ("fc_currents", "fc_bold"):
        plt.figure(figsize=(10, 10))
        plt.imshow(state[name].set_index("area").to_numpy(), vmin=-1, vmax=1)
        plt.colorbar()
        _finish(folder / f"{name}.png", 300)


def _rasters(state, folder):
    spikes = state["spikes"]
    for area in dict.fromkeys(spikes.populations.index.get_level_values("area")):
        plt.figure(figsize=(10, 8))
        row = 0
        for key, trains in spikes.items():
            if key[0] != area:
                continue
            for first, last in zip(trains.offsets, trains.offsets[1:], strict=False):
                times = trains.times[first:last]
                plt.plot(times, np.full(len(times), row), ".", markersize=1)
                row += 1
        _finish(folder / f"raster_{area}.png", 300)


SIDES = {
    OURS: drawn_as("png", "pdf"),
    "published way, png": published,
    "multiarea, png only": drawn_as("png"),
}
