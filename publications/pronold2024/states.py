"""Activity in the base state and in the best fit, from the user's run and published tables."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.analysis.distributions import activity_samples
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.boxes import QUANTITIES, draw_boxes
from multiarea.figures.kinds.drawing import heading, note, place, widest
from multiarea.figures.kinds.labels import full
from multiarea.figures.kinds.rasters import add_type_legend, draw_raster, label_raster
from multiarea.models import human
from publications.drawn_from import Paper, Run
from publications.pronold2024.samples import draw_distributions
from publications.shared.layout import titled

SHARED = {
    "needs": ("published", "experimental_units"),
    "results": ("spikes", "rates", "cv", "correlation"),
    "uses": ("plotRasterArea", "individualFiringRate"),
    "caption": "A-F: the largest run with the network of experiments/full_scale/{file} "
    "(chi = {chi}), at the scale named below. A-C: spikes of three areas, silent neurons included, "
    "blue excitatory, orange inhibitory. D-F: box plots over areas; absent populations and those "
    "with too few spikes do not enter. "
    "G-I: rate, CV and LvR of neurons of caudal anterior cingulate in windows of 2 s: recorded "
    "neurons, the published full-scale simulation (12.5 s, chi = {chi}), and the run. "
    "n = 0: no neuron has 10 spikes in a window. No published table holds what A-F show.",
}
FIGURES = {
    "base_state": {
        "title": "Base state",
        "published": "Pronold et al. 2024, Fig. 4",
        "runs": ("base",),
        "words": {"file": "base.py", "chi": "1"},
        "options": {"role": "base", "how": "no run of the base state: make run"},
    },
    "best_fit": {
        "title": "Best fit",
        "published": "Pronold et al. 2024, Fig. 6",
        "runs": ("best_fit",),
        "words": {"file": "best_fit.py", "chi": "2.5"},
        "options": {
            "role": "best_fit",
            "how": "no run of the best fit (χ = 2.5): run experiments/chi_sweep_downscaled.py, or "
            "experiments/full_scale/best_fit.py on a cluster",
        },
    },
}
RASTER = 46.0
"""Height of a raster [mm]."""


def plot(paper: Paper, *, role: str, how: str) -> Figure:
    """Draw rasters and box plots of the run of `paper` in the state `role`, and published samples.

    `how` says how to get a run if there is none.
    """
    run = paper.run(role)
    about = f"A–F: {run.name}, χ = {run.chi:g}, {run.scale}" if run else "A–F: no run"
    figure = titled(196, f"{about}. G–I: published, full scale, 12.5 s; dashed: the run")
    _rasters(figure, run, how)
    _boxes(figure, run)
    _published(figure, paper, role)
    return figure


def _rasters(figure: Figure, run: Run | None, how: str) -> None:
    left = widest(human.LAYERS) + 6
    for n, area in enumerate(human.SHOWN_AREAS):
        axes = place(figure, (left + n * 59, 12), (59 - left, RASTER))
        heading(axes, "ABC"[n], full(area))
        if run is None:
            axes.set_xlabel("Time (s)")
            note(axes, how if n == 0 else "no run")
            continue
        raster = run.parameters.plotRasterArea
        draw_raster(axes, run.results["spikes"], area, raster, run.context)
        label_raster(axes, raster, is_left=n == 0)
    if run is not None:
        add_type_legend(figure, run.context, "upper right")


def _boxes(figure: Figure, run: Run | None) -> None:
    for n, name in enumerate(("rates", "cv", "correlation")):
        quantity = QUANTITIES[name]
        axes = place(figure, (15 + n * 59, 72), (34, 52))
        heading(axes, "DEF"[n])
        if run is None:
            axes.set_xlabel(quantity.label)
            note(axes, "no run")
        else:
            draw_boxes(axes, run.results[name], quantity, run.context)
            axes.xaxis.get_major_locator().set_params(nbins=3)


def _published(figure: Figure, paper: Paper, role: str) -> None:
    units, published = paper["experimental_units"], paper["published"]
    run, state = paper.run(role), {"base": "groundstate", "best_fit": "bestfit"}[role]
    own = {}
    if run is not None:
        start = run.parameters.individualFiringRate.t_start
        own = activity_samples(run.results["spikes"], units, start)
    for n, name in enumerate(("rate", "cv", "lvr")):
        axes = place(figure, (15 + n * 59, 139), (42, 44))
        sample = published.sample("default", state, name)
        samples = {
            "experiment": (getattr(units, name), palette.BLACK, "-"),
            "published": (sample, palette.BLUE if role == "base" else palette.ORANGE, "-"),
        }
        if own:
            samples["run"] = (own[name], palette.GREEN, "--")
        draw_distributions(axes, name, samples)
        heading(axes, "GHI"[n], full(units.area) if n == 0 else "")
    figure.text(0.01, 0.005, f"Experiment: {units.source}", fontsize=6, color="#555555")
