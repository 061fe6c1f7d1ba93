"""Base state and best fit on the surface of the brain."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures.kinds.labels import short
from multiarea.figures.kinds.map_panels import (
    cv_values,
    draw_maps,
    fc_values,
    order_values,
    rate_values,
)
from publications.drawn_from import Paper

FIGURE = {
    "title": "Maps of the brain",
    "published": "Pronold et al. 2024, Fig. 8 (maps of the order in time); the others are not in "
    "the publication",
    "needs": ("area_map", "published"),
    "runs": ("base", "best_fit"),
    "results": ("rate_histograms", "cv", "fc_currents", "temporal_hierarchy"),
    "uses": ("rate_histogram", "cv"),
    "caption": "Areas on the surface of the right hemisphere, lateral view on the left and medial "
    "view on the right. A: their abbreviations. Then, for each state, the published functional "
    "connectivity (FC) with caudal anterior cingulate (cACC) at full scale, and of the largest "
    "run the same, the mean rate, the mean CV of inter-spike intervals, and the order of the areas "
    "in time. The publication shows that order for the best fit; it is drawn only where at least "
    "half of all pairs of areas have a decided lag. Grey: too few spikes for a CV.",
}
SEED = "caudalanteriorcingulate"
STATES = {"base": ("base state", "groundstate"), "best_fit": ("best fit", "bestfit")}
"""Name in figures, and in the published tables."""


def plot(paper: Paper) -> Figure:
    """Draw what `paper` has of the two states."""
    shown, with_seed = [], f"FC with {short(SEED)}"
    for state, (name, published) in STATES.items():
        fc = paper["published"].connectivity("default", published)
        shown += fc_values(fc, SEED, f"{with_seed}, published {name}")
        run = paper.run(state)
        if run is None:
            continue
        what = f"{name}, {run.scale}"
        fc = run.results["fc_currents"].set_index("area")
        shown += fc_values(fc, SEED, f"{with_seed}, {what}")
        shown.append(rate_values(run.results["rate_histograms"], f"Mean rate, {what}"))
        shown += cv_values(run.results["cv"], f"Irregularity, {what}")
        shown += order_values(run.results["temporal_hierarchy"], f"Order in time, {what}")
    return draw_maps(shown, paper["area_map"], None)
