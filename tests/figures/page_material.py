"""What the page on an experiment is made from, around a synthetic run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from synthetic_run import Run

from multiarea.experiment.experiment import network_spec
from multiarea.figures.kinds.drawing import new_figure, place
from multiarea.figures.kinds.saving import save_figure
from multiarea.models import human
from multiarea.parameters import AnalysisParameters, SimulationParameters
from multiarea.stages.experiment_page import Material
from multiarea.stages.records import Record

MADE = {
    "started": "2026-11-22T09:34:39+00:00",
    "wall_time_s": 310.96,
    "cpu_time_s": 442.759,
    "peak_memory_bytes": 3457896448,
    "inputs": {"tables/a<b>.csv": "d65aef"},
    "outputs": {"spikes.h5": "aa01", "parameters.json": "bb02"},
    "versions": {"multiarea": "0.1.0", "nest": "3.10.0"},
    "git": {"commit": "221fa01", "dirty": True},
    "host": {"name": "vm", "n_cpus": 2},
}
PICTURES = ("zebra_stripes", "population_rates", "spike_statistics")
"""The first is no figure of this software."""


def draw_pictures(folder: Path) -> list[Path]:
    """Return files of pictures that are taller than a window, and different."""
    paths = []
    for n, name in enumerate(PICTURES):
        figure = new_figure(180, 200 + n)
        place(figure, (10, 10), (160, 180)).plot([0, n], [0, 1])
        paths.append(folder / f"{name}.png")
        save_figure(figure, paths[-1:])
    return paths


def material(run: Run, **network: Any) -> Material:
    """Return the material of a page on a `run`, with parameters of the `network`."""
    parameters = human.Parameters.model_validate(network)
    simulation = SimulationParameters(t_sim=2500.0, virtual_processes=2)
    made_from = {
        "network": Record(network_spec("human", parameters), MADE),
        "spikes": Record(simulation.identity, MADE),
        "theory": Record({}, MADE),
        "analysis": Record(AnalysisParameters().identity, {**MADE, "measures": {"rates": MADE}}),
        "plots": Record({}, {**MADE, "figures": {"population_rates": [MADE]}}),
    }
    raster = run.parameters.plotRasterArea
    return Material(["one"], "human", made_from, run.inputs, raster, [])


def with_pictures(one: Material, folder: Path) -> Material:
    """Return the material with pictures that are drawn into a `folder`."""
    return replace(one, pictures=draw_pictures(folder))
