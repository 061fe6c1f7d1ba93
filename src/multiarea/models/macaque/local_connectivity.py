"""Synapses within an area: the microcircuit's connections, scaled to the area.

Schmidt et al. 2018, Brain Struct Funct 223:1409, "Local synapses". Type I synapses come from
within the modelled 1 mm2, type II from the rest of the area (they are part of the external drive).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad

from multiarea.models.macaque import AREAS
from multiarea.models.macaque.cytoarchitecture import Cytoarchitecture
from multiarea.models.macaque.tables import Tables

SIGMA, PEAK = 0.29653208289812366, 0.1429914097112598
"""Width [mm] and peak of the microcircuit's Gaussian connectivity profile."""
SURFACE = 1.0
"""Modelled surface of each area [mm2]."""
SERIES_FROM = 100.0
"""Surface [mm2] from which on the published code replaces logarithms by a series."""
SERIES_TERMS = 20
"""Terms of that series."""


@dataclass(frozen=True)
class LocalSynapses:
    """Synapses within the areas."""

    total: np.ndarray
    """All synapses below 1 mm2, of any origin, (A,)."""
    intrinsic_share: np.ndarray
    """Share of them that come from within the 1 mm2, (A,)."""
    synapses: np.ndarray
    """Type I synapses, not rounded, (A, 8, 8) [area, target, source]."""


def mean_probability_microcircuit() -> float:
    """Return the mean connection probability of a neuron in the centre of a disc of 1 mm2."""
    radius = 1 / np.sqrt(np.pi)
    return 2 / radius**2 * PEAK * SIGMA**2 * (1 - np.exp(-(radius**2) / (2 * SIGMA**2)))


def mean_probability(surface: float) -> float:
    """Return the mean connection probability in a disc of `surface` [mm2] (Sheng 1985)."""
    radius = np.sqrt(surface / np.pi)

    def integrand(r: float) -> float:
        theta = np.arctan(np.sqrt((2 * radius - r) / (2 * radius + r)))
        return r * np.exp(-(r**2) / (2 * SIGMA**2)) * (4 * theta - np.sin(4 * theta))

    inner = min(2 * radius, 40 * SIGMA)
    integral = quad(integrand, 0, inner, epsabs=0, epsrel=1e-12, limit=500)[0]
    return 2 * PEAK / surface * integral


def microcircuit_indegrees(
    probability: np.ndarray, density: np.ndarray, surface: float, as_published: bool = True
) -> np.ndarray:
    """Return the in-degrees of the microcircuit on a disc of `surface` [mm2].

    Parameters
    ----------
    probability : (8, 8) array
        Connection probabilities of Potjans & Diesmann 2014 [target, source].
    density : (8,) array
        Neurons per mm2.
    surface : float
    as_published : bool
        Take the logarithms as the published code does: below 100 mm2 with the rounding errors of
        1 - x, from there on of 1 + x instead of 1 - x on both sides of the fraction.

    Returns
    -------
    (8, 8) array
        [target, source].
    """
    scaled = probability * mean_probability(surface) / mean_probability_microcircuit()
    pairs = np.outer(density, density) * surface**2
    if not as_published:
        synapses = np.log1p(-scaled) / np.log1p(-1 / pairs)
    elif surface < SERIES_FROM:
        synapses = np.log(1 - scaled) / np.log(1 - 1 / pairs)
    else:
        synapses = _series(scaled) / _series(1 / pairs)
    return np.rint(synapses) / (density[:, None] * surface)


def _series(x: np.ndarray) -> np.ndarray:
    """Return the first terms of the series of ln(1 + x)."""
    n = np.arange(1, SERIES_TERMS + 1)
    return ((-1.0) ** (n + 1) * np.asarray(x)[..., None] ** n / n).sum(axis=-1)


def synapse_density(cyto: Cytoarchitecture, synapses_per_neuron: float) -> float:
    """Return the synapses per mm3 of V1 in `cyto`, where each neuron has `synapses_per_neuron`.

    All areas have this density.
    """
    first = AREAS.index("V1")
    neurons = cyto.n_neurons[first].sum() / SURFACE
    return synapses_per_neuron * neurons / cyto.total_thickness[first]


def local_synapses(
    tables: Tables,
    cyto: Cytoarchitecture,
    synapses_per_neuron: float,
    intrinsic: float,
    as_published: bool = True,
) -> LocalSynapses:
    """Return total and type I synapses below 1 mm2 of each area.

    From `tables` and `cyto`; `synapses_per_neuron` is the mean in-degree of V1, `intrinsic` the
    share of the synapses of a whole area that come from within it; for `as_published` see
    docs/deviations_macaque.md.
    """
    total = synapse_density(cyto, synapses_per_neuron) * SURFACE * cyto.total_thickness
    per_mm2 = tables.microcircuit["n_neurons"].to_numpy(float)
    probabilities = tables.probabilities.to_numpy()
    patch = microcircuit_indegrees(probabilities, per_mm2, SURFACE, as_published)
    share, synapses = np.zeros(len(AREAS)), np.zeros((len(AREAS), 8, 8))
    for a, area in enumerate(AREAS):
        surface = tables.surfaces[area]
        whole = microcircuit_indegrees(probabilities, per_mm2, surface, as_published)
        used = whole > 0
        share[a] = intrinsic * np.mean(patch[used] / whole[used])
        n = cyto.n_neurons[a]
        weights = patch * n[:, None]
        exists = np.outer(n > 0, n > 0)
        norm = weights if as_published else weights[exists]
        synapses[a] = np.where(exists, share[a] * total[a] / norm.sum() * weights, 0.0)
    return LocalSynapses(total, share, synapses)
