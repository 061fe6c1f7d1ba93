"""From synapse density and connectome to synapse numbers (Pronold et al. 2024).

Four kinds of synapses onto the column of an area: type I from the column itself, type II from the
rest of the area and from what is not modelled (external), type III from the other areas.
Matrices are [target, source]; populations of an area: II/III E, II/III I, IV E, ... VI I.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from multiarea.models.human import LAYERS, POPULATIONS
from multiarea.models.human.cytoarchitecture import ALL_LAYERS, Cytoarchitecture, round_half_even
from multiarea.models.human.parameters import Connectome


def lens_area(distance: np.ndarray, radius_a: float, radius_b: float) -> np.ndarray:
    """Return the area shared by two discs whose centres are `distance` apart.

    `distance`, `radius_a` and `radius_b` are in one unit; the area is in its square.
    """
    small, large = sorted((radius_a, radius_b))
    d = np.clip(distance, large - small, large + small)
    d = np.where(d > 0, d, np.finfo(float).tiny)
    cos_small = np.clip((d**2 + small**2 - large**2) / (2 * d * small), -1, 1)
    cos_large = np.clip((d**2 + large**2 - small**2) / (2 * d * large), -1, 1)
    kite = (small + large - d) * (d + small - large) * (d - small + large) * (d + small + large)
    lens = small**2 * np.arccos(cos_small) + large**2 * np.arccos(cos_large)
    lens = lens - 0.5 * np.sqrt(np.clip(kite, 0, None))
    return np.where(distance <= large - small, np.pi * small**2, lens)


def share_inside_column(
    radius: float, area_radius: np.ndarray, height: np.ndarray, lmbda: float, n_nodes: int = 96
) -> np.ndarray:
    """Return the share of an area's local synapses whose source lies inside the column.

    P_in/(P_in + P_out), where P integrates exp(-distance/lmbda) over pairs of points, one in the
    column, the other in the column (P_in) or in the rest of the area (P_out). The six-fold
    integral reduces to one over the distance rho of the projections, weighted by
    2 pi rho x `lens_area`, times one over the height difference z, weighted by 2 (Z - z); both
    are Gauss-Legendre sums.

    Parameters
    ----------
    radius : float
        Radius of the column [um].
    area_radius : (A,) array
        Radius of a disc as large as the area [um].
    height : (A,) array
        Height of the column, in um if units are consistent; in mm as published.
    lmbda : float
        Spatial decay of the connection probability [um].
    n_nodes : int
        Nodes of the sums in each interval.

    Returns
    -------
    (A,) array
    """
    return np.array(
        [
            _pair_integral(radius, radius, z, lmbda, n_nodes)
            / _pair_integral(radius, outer, z, lmbda, n_nodes)
            for outer, z in zip(area_radius, height, strict=True)
        ]
    )


def _pair_integral(inner: float, outer: float, height: float, lmbda: float, n_nodes: int) -> float:
    """Integrate the kernel over pairs of points of two concentric cylinders."""
    edges = [0.0, abs(outer - inner), outer + inner, *(lmbda * np.array([1, 3, 8, 20, 40]))]
    edges = sorted({edge for edge in edges if edge <= min(outer + inner, 40 * lmbda)})
    node, weight = np.polynomial.legendre.leggauss(n_nodes)
    node, weight = (node + 1) / 2, weight / 2
    low, width = np.array(edges[:-1])[:, None], np.diff(edges)[:, None]
    rho, d_rho = (low + width * node).ravel(), (width * weight).ravel()
    z, d_z = height * node, height * weight
    kernel = np.exp(-np.hypot(rho[:, None], z[None, :]) / lmbda)
    over_z = kernel @ (2 * (height - z) * d_z)
    return float(np.sum(2 * np.pi * rho * lens_area(rho, inner, outer) * over_z * d_rho))


def supragranular_fraction(cyto: Cytoarchitecture, a0: float, a1: float) -> np.ndarray:
    """Return SLN(A, B) = Phi(`a0` + `a1` ln(rho_A/rho_B)), shape (A, A) [target, source].

    rho: neurons of the column / total thickness in `cyto` (Pronold et al. 2024, Eq. 5).
    """
    log_rho = np.log(cyto.neurons_per_thickness.to_numpy())
    argument = a0 + a1 * (log_rho[:, None] - log_rho[None, :])
    # SciPy has this too, but importing it takes a tenth of the network stage.
    return np.vectorize(NormalDist().cdf)(argument)


def synapses_onto_columns(
    cyto: Cytoarchitecture, streamlines: np.ndarray, rho_syn: float, surface: float, fln: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the synapses onto each column: from its own area, and from each other area.

    Parameters
    ----------
    cyto : Cytoarchitecture
    streamlines : (A, A) array
        Number of streamlines [target, source].
    rho_syn : float
        Synapse density [1/mm3].
    surface : float
        Surface of each column [mm2].
    fln : float
        Share of the synapses that come from the area itself.

    Returns
    -------
    local : (A,) int array
    between : (A, A) int array, [target, source]
    """
    total = rho_syn * surface * cyto.total_thickness.to_numpy()
    row_sum = streamlines.sum(axis=1, keepdims=True)
    share = np.divide(streamlines, row_sum, out=np.zeros_like(streamlines), where=row_sum > 0)
    return round_half_even(fln * total), round_half_even((1 - fln) * total[:, None] * share)


def local_synapses(n_neurons: np.ndarray, n_type_1: np.ndarray, per_pair: np.ndarray) -> np.ndarray:
    """Distribute `n_type_1` synapses, (A,), over the populations of each area, (A, 8, 8) of int.

    In proportion to p_ij N_i N_j: `per_pair` (8, 8) [target, source] times `n_neurons` (A, 8).
    """
    weight = per_pair * n_neurons[:, :, None] * n_neurons[:, None, :]
    return round_half_even(n_type_1[:, None, None] * weight / weight.sum((1, 2), keepdims=True))


def external_synapses(n_neurons: np.ndarray, n_type_2: np.ndarray, k_ext: np.ndarray) -> np.ndarray:
    """Distribute `n_type_2` synapses, (A,), in proportion to `k_ext` x `n_neurons`, both (A, 8)."""
    weight = k_ext * n_neurons
    return round_half_even(n_type_2[:, None] * weight / weight.sum(1, keepdims=True))


def mean_synapses_per_pair(connection_probability: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return the mean number of synapses per pair of neurons of the microcircuit.

    ln(1 - C)/ln(1 - 1/(n_i n_j))/(n_i n_j), C being the `connection_probability` and `n` the
    numbers of neurons: Potjans & Diesmann 2014, Eq. 1.
    """
    pairs = np.outer(n, n).astype(float)
    return np.log1p(-connection_probability) / np.log1p(-1.0 / pairs) / pairs


def cell_body_probability(mohan: pd.DataFrame, binzegger: pd.DataFrame) -> np.ndarray:
    """Return P(population of the cell body | layer of the synapse), shape (8, 5).

    Excitatory: Mohan et al. 2015 times the excitatory share of the layer in Binzegger et al. 2004;
    inhibitory: Binzegger's inhibitory share, onto the I population of the same layer. `mohan` and
    `binzegger`: see `multiarea.data.layers`.
    """
    order = pd.MultiIndex.from_product([LAYERS, POPULATIONS])
    m = mohan.loc[order, list(ALL_LAYERS)].to_numpy()
    b = binzegger.loc[order, list(ALL_LAYERS)].to_numpy()
    excitatory = np.tile([True, False], len(LAYERS))
    return np.where(excitatory[:, None], m * b[excitatory].sum(axis=0), b)


def cortico_cortical_synapses(
    cyto: Cytoarchitecture,
    between: np.ndarray,
    sln: np.ndarray,
    cell_body: np.ndarray,
    rules: Connectome,
) -> np.ndarray:
    """Distribute type III synapses over source and target populations.

    Parameters
    ----------
    cyto : Cytoarchitecture
    between : (A, A) int array
        Synapses of each pair of areas [target, source].
    sln : (A, A) array
    cell_body : (8, 5) array
        P(population | layer of the synapse).
    rules : Connectome
        Its `SLN_FF`, `SLN_FB` and `Z_i` count.

    Returns
    -------
    (A, 8, A, 8) int array
        [target area, target, source area, source].
    """
    source = source_shares(cyto, sln)
    target = np.stack(
        [_target_probability(cyto, kind, cell_body, rules.Z_i) for kind in ("FF", "lateral", "FB")]
    )
    kind = np.where(sln < rules.SLN_FB, 2, np.where(sln > rules.SLN_FF, 0, 1))
    area = np.arange(len(sln))[:, None]
    probability = target[kind, area]
    return round_half_even(np.einsum("ab,abi,abj->aibj", between, probability, source))


def source_shares(cyto: Cytoarchitecture, sln: np.ndarray) -> np.ndarray:
    """Return the share of each source population, (A, A, 8) [target, source, population].

    II/III E sends `sln`; V E and VI E share 1 - `sln` in proportion to their neurons in `cyto`.
    """
    cells = cyto.density * cyto.thickness[cyto.density.columns.get_level_values(0)].to_numpy()
    deep = cells[[("V", "E"), ("VI", "E")]].to_numpy()
    deep = deep / deep.sum(axis=1, keepdims=True)
    shares = np.zeros((*sln.shape, len(LAYERS) * len(POPULATIONS)))
    shares[..., 0] = sln
    shares[..., 4] = (1 - sln) * deep[:, 0]
    shares[..., 6] = (1 - sln) * deep[:, 1]
    return shares


def _target_probability(
    cyto: Cytoarchitecture, kind: str, cell_body: np.ndarray, z_i: float
) -> np.ndarray:
    """Return the probability of each target population by area, (A, 8), for one kind."""
    layers = _target_layers(cyto, kind)
    share = layers / layers.sum(axis=1, keepdims=True)
    probability = share @ cell_body.T
    probability[cyto.n_neurons.to_numpy() == 0] = 0.0
    probability /= probability.sum(axis=1, keepdims=True)
    if kind == "FB":
        excitatory = np.tile([True, False], len(LAYERS))
        for members, total in ((excitatory, z_i), (~excitatory, 1 - z_i)):
            part = probability[:, members]
            probability[:, members] = total * part / part.sum(axis=1, keepdims=True)
    return probability


def _target_layers(cyto: Cytoarchitecture, kind: str) -> np.ndarray:
    """Return the thickness of the layers in which connections of a kind end, (A, 5)."""
    thickness = cyto.thickness[list(ALL_LAYERS)].to_numpy()
    layer = np.array(ALL_LAYERS)
    ends = {
        "lateral": layer != "",
        "FB": layer != "IV",
        "FF": layer == np.where(thickness[:, [2]] > 0, "IV", "II/III"),
    }
    return np.where(ends[kind], thickness, 0.0)
