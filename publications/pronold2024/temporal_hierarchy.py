"""Order of the areas in time."""

from __future__ import annotations

from matplotlib.figure import Figure

from multiarea.figures import temporal_hierarchy
from publications.drawn_from import Paper
from publications.pronold2024.stand_in import best_fit_or_base

FIGURE = {
    "title": "Temporal hierarchy",
    "published": "Pronold et al. 2024, Fig. 8",
    "needs": (),
    "runs": ("best_fit", "base"),
    "results": ("temporal_hierarchy",),
    "uses": ("rate_histogram",),
    "caption": "How much later the area of the row fires than that of the column, areas in their "
    "order in time, names coloured by lobe; crosses: undecided. The publication shows the best "
    "fit (chi = 2.5) at full scale from 2.5 to 12.5 s; no published table holds it. Drawn is the "
    "largest run of the best fit, or of the base state where there is none; lags of short, "
    "scaled-down runs are mostly undecided. The maps on the brain's surface are not drawn.",
}


def plot(paper: Paper) -> Figure:
    """Draw the matrix of lags."""
    return best_fit_or_base(
        paper,
        FIGURE["title"],
        lambda run: temporal_hierarchy.plot(
            temporal_hierarchy=run.results["temporal_hierarchy"],
            parameters=run.parameters,
            context=run.context,
        ),
    )
