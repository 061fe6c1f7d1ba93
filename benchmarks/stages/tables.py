"""All tables of the full-scale human network, against only the integrals of the published way.

There, the share of synapses from inside the column takes two four-dimensional quadratures per area
(of 34) at a loose tolerance; here a few of them are done, and the time is taken for all.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from harness import OURS, Case
from scipy.integrate import nquad

TITLE = "network tables, full scale"
AREAS = 34
RADIUS, LAMBDA, HEIGHT = 564.2, 160.0, 2.5
"""Of the column [um], of the connection probability [um], of the column [mm, as published]."""
AREA_RADII = (12_000.0, 25_000.0)
"""Of two areas [um]."""


def ours(case: Case) -> Callable[[], None]:
    from multiarea.models import human

    parameters = human.Parameters()
    return lambda: human.build_network(parameters) and None


def published(case: Case) -> Callable[[], float]:
    radii = AREA_RADII[:1] if case.quick else AREA_RADII

    def work() -> float:
        for outer in radii:
            inside = pairs(RADIUS, RADIUS)
            assert 0.6 < inside / pairs(RADIUS, outer) < 0.7
        return AREAS / len(radii)

    return work


def pairs(inner: float, outer: float) -> float:
    """Integrate exp(-distance / lambda) over pairs of points of two concentric cylinders."""

    def kernel(r_1: float, r_2: float, angle: float, z: float) -> float:
        flat = r_1 * r_1 + r_2 * r_2 - 2 * r_1 * r_2 * math.cos(angle)
        distance = math.sqrt(max(flat, 0.0) + z * z)
        return r_1 * r_2 * (HEIGHT - z) * math.exp(-distance / LAMBDA)

    ranges = [(0, inner), (0, outer), (0, math.pi), (0, HEIGHT)]
    return nquad(kernel, ranges, opts={"epsrel": 0.1})[0]


SIDES = {OURS: ours, "published way": published}
