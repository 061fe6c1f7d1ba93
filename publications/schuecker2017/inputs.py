"""Inputs of the figures of Schuecker, Schmidt et al. 2017 alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from multiarea.data.macaque import read_indegrees

KAPPA_LOW, KAPPA_HIGH = 1.0, 1.2
"""kappa of the low and of the high drive; experiments/stabilisation."""


def kappa(fraction: np.ndarray | float) -> np.ndarray:
    """Return kappa of a fraction of the way from the low to the high drive."""
    return KAPPA_LOW + (KAPPA_HIGH - KAPPA_LOW) * np.asarray(fraction)


READERS: dict[str, Callable[[list[Path], Mapping[str, Any]], Any]] = {
    "published_indegrees": lambda paths, spec: read_indegrees(paths[0]),
}
"""What these figures may need, beside what those of all publications may -> its reader."""
