"""Time of all pictures of one run, and the ratio to the published way of drawing them.

Run: `python benchmarks/plots.py [FOLDER]`   (out/<net>/<sim>/<ana>; default: the newest one)

Both sides draw in this process, from results already in memory, without the time of imports: ours
every figure of the product, in png and in pdf; the other the pictures of the published analysis in
png, written for this comparison after their description: 4 box plots, a grid of bar charts, the
rates and the currents of all areas twice each (6600 x 6600 pixels), BOLD, two matrices, and one
raster per area with a line object per neuron.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from multiarea.experiment import Experiment
from multiarea.figures.drawing import Context, save_figure
from multiarea.models import get_model
from multiarea.parameters import AnalysisParameters
from multiarea.stages import load_inputs
from multiarea.workflow import Workflow

ROOT = Path(__file__).parents[1]


def newest_run() -> tuple[Workflow, Experiment]:
    """Return the first experiment of config.yaml, which must have been run."""
    from multiarea.config import CONFIG_FILE, read_yaml

    flow = Workflow(read_yaml(ROOT / CONFIG_FILE))
    return flow, next(iter(flow.experiments.values()))


def inputs_of(flow: Workflow, experiment: Experiment, needs: tuple[str, ...]) -> dict:
    paths = flow.needs(experiment, needs)
    listed = {k: [Path(v)] if isinstance(v, str) else list(map(Path, v)) for k, v in paths.items()}
    return load_inputs(experiment.model, listed)


def ours(flow: Workflow, experiment: Experiment, folder: Path, kinds: tuple[str, ...]) -> float:
    """Return the seconds that all figures take."""
    model = get_model(experiment.model)
    names = (model.AREAS, model.LAYERS, model.POPULATIONS, model.SHOWN_AREAS)
    context = Context(experiment.model, *names, scale="", t_sim=experiment.simulation.t_sim)
    parameters: AnalysisParameters = experiment.analysis
    total = 0.0
    for figure in flow.figures_of(experiment):
        plot = importlib.import_module(f"multiarea.figures.{figure.name}").plot
        inputs = inputs_of(flow, experiment, figure.needs)
        start = time.perf_counter()
        drawn = plot(**inputs, parameters=parameters, context=context)
        save_figure(drawn, [folder / f"{figure.name}.{kind}" for kind in kinds])
        total += time.perf_counter() - start
    return total


def published(flow: Workflow, experiment: Experiment, folder: Path) -> dict[str, float]:
    """Return the seconds of each kind of picture, drawn the published way."""
    needs = ("spikes", "rates", "cv", "lvr", "correlation", "rate_histograms", "bold")
    needs += ("synaptic_currents", "fc_currents", "fc_bold", "spike_count_distributions")
    state = inputs_of(flow, experiment, needs)
    seconds = {}
    for draw in (_boxes, _counts, _rates, _currents, _bold, _matrices, _rasters):
        start = time.perf_counter()
        draw(state, folder)
        seconds[draw.__name__[1:]] = time.perf_counter() - start
    return seconds


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


def main() -> None:
    """Print the table."""
    flow, experiment = newest_run()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours(flow, experiment, folder, ("png",))
        png = ours(flow, experiment, folder, ("png",))
        both = ours(flow, experiment, folder, ("png", "pdf"))
        steps = published(flow, experiment, folder)
    total = sum(steps.values())
    for step, seconds in steps.items():
        print(f"published way, {step:10s} {seconds:6.2f} s")
    print(f"published way, png          {total:6.2f} s   1.0")
    print(f"this product, png           {png:6.2f} s   {total / png:.1f} times less")
    print(f"this product, png and pdf   {both:6.2f} s   {total / both:.1f} times less")


if __name__ == "__main__":
    sys.exit(main())
