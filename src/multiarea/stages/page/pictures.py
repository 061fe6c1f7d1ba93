"""The pictures on the page: their order, captions and bytes."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from multiarea.figures import figures

ORDER = (
    "brain_maps",
    "area_activity_movie",
    "evoked_response",
    "raster_areas",
    "area_activity",
    "membrane_potentials",
    "population_rates",
    "theory_and_simulation",
    "spike_statistics",
    "column_statistics",
    "rasters_all_areas",
    "rate_distributions",
    "spike_counts",
    "rate_boxplot",
    "cv_boxplot",
    "lvr_boxplot",
    "correlation_boxplot",
    "single_unit_similarity",
    "area_rates",
    "field_potentials",
    "power_spectra",
    "area_currents",
    "synaptic_currents",
    "bold",
    "functional_connectivity",
    "connectivity_comparison",
    "communities",
    "temporal_hierarchy",
    "structure_communities",
    "area_connectivity",
)
"""Figures from the overview to details: maps, spikes, rates, time courses, FC, structure.

Others, the user's own, follow, in the order of their names.
"""

SPELLED = {"cv": "CV", "lvr": "LvR", "bold": "BOLD"}
"""Words in names of figures as they are written."""


class Picture(NamedTuple):
    """A picture with what is said about it."""

    title: str
    caption: str
    data: str
    """As a `data:` address."""


def read_pictures(paths: Iterable[Path]) -> Iterator[Picture]:
    """Yield the pictures in the files `paths`, which are named after their figures, in `ORDER`."""
    for path in sorted(paths, key=_place):
        content = base64.b64encode(path.read_bytes()).decode()
        kind = mimetypes.guess_type(path.name)[0]
        title = " ".join(SPELLED.get(word, word) for word in path.stem.split("_"))
        caption = figures()[path.stem].caption if path.stem in figures() else ""
        yield Picture(title[0].upper() + title[1:], caption, f"data:{kind};base64,{content}")


def _place(path: Path) -> tuple[int, str]:
    return ORDER.index(path.stem) if path.stem in ORDER else len(ORDER), path.name
