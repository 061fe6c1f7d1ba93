"""Inputs of the figures of Schuecker, Schmidt et al. 2017 alone."""

from __future__ import annotations

import numpy as np

from multiarea.analysis.results import Arrays
from multiarea.data.macaque import read_indegrees
from publications.inputs import Reader

KAPPA_LOW, KAPPA_HIGH = 1.0, 1.2
"""kappa of the low and of the high drive; experiments/stabilisation."""


def kappa(fraction: np.ndarray | float) -> np.ndarray:
    """Return kappa of a fraction of the range from the low to the high drive."""
    return KAPPA_LOW + (KAPPA_HIGH - KAPPA_LOW) * np.asarray(fraction)


def last_indegree(stabilisation: Arrays) -> np.ndarray:
    """Return the in-degrees after the last change, (P, P) [target, source]."""
    names = [name for name in stabilisation.content if name.startswith("indegree_")]
    return stabilisation[max(names, key=lambda name: int(name.rpartition("_")[2]))]


READERS: dict[str, Reader] = {"published_indegrees": lambda paths, spec: read_indegrees(paths[0])}
"""Readers, by name, in addition to those of all publications."""
