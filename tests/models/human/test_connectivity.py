"""Specification, section 3: synapse numbers."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from multiarea.data import layers as layer_tables
from multiarea.files.project import resolve
from multiarea.models.human import FIXED_SOURCES, Parameters, connectivity
from multiarea.models.human.build import read_cytoarchitecture
from multiarea.models.human.connectivity import (
    cell_body_probability,
    cortico_cortical_synapses,
    external_synapses,
    lens_area,
    local_synapses,
    mean_synapses_per_pair,
    share_inside_column,
    source_shares,
    supragranular_fraction,
    synapses_onto_columns,
)
from multiarea.models.human.cytoarchitecture import ALL_LAYERS, LAYERS, Cytoarchitecture
from multiarea.models.human.parameters import Connectome

COLUMNS = pd.MultiIndex.from_product([LAYERS, ("E", "I")])
RULES = Connectome(SLN_FF=0.65, SLN_FB=0.35, Z_i=0.93)


def column(thickness, density):
    """Areas from rows of thickness (5) and density (8) [mm, 1/mm3], surface 1 mm2."""
    areas = [f"A{n}" for n in range(len(thickness))]
    depth = pd.DataFrame(thickness, areas, list(ALL_LAYERS), dtype=float)
    cells = pd.DataFrame(density, areas, COLUMNS, dtype=float)
    numbers = cells * depth[COLUMNS.get_level_values(0)].to_numpy()
    layer_1 = pd.Series(0.0, areas)
    return Cytoarchitecture(depth, cells, numbers.round().astype(int), layer_1)


@pytest.fixture(scope="module")
def three_areas():
    """A0 and A1 are alike but for the density; A2 has no layer IV and an empty V I."""
    cells = [40e3, 20e3, 50e3, 10e3, 30e3, 10e3, 20e3, 5e3]
    return column(
        [[0.2, 0.8, 0.2, 0.4, 0.6], [0.2, 0.8, 0.2, 0.4, 0.6], [0.1, 1.0, 0.0, 0.5, 0.4]],
        [cells, [c / 2 for c in cells], [40e3, 20e3, 0, 0, 30e3, 0, 20e3, 5e3]],
    )


# -------------------------------------------------------------------- 3.1 synapses onto columns


def test_synapses_onto_columns_by_hand(three_areas):
    streamlines = np.array([[0.0, 30, 10], [5, 0, 0], [0, 0, 0]])
    local, between = synapses_onto_columns(three_areas, streamlines, 1e6, 2.0, 0.8)
    # 1e6/mm3 x 2 mm2 x (2.2, 2.2, 2.0) mm; 80 % local, 20 % shared as 3:1, 1, nothing.
    assert local.tolist() == [3_520_000, 3_520_000, 3_200_000]
    assert between.tolist() == [[0, 660_000, 220_000], [880_000, 0, 0], [0, 0, 0]]
    assert local.dtype == between.dtype == np.int64


# ------------------------------------------------------------------------------ 3.3 type I share


def test_lens_of_equal_discs():
    # r = 1, d = 1: 2 arccos(1/2) - sqrt(3)/2; d = 0: the disc; d = 2: nothing.
    area = lens_area(np.array([0.0, 1.0, 2.0, 2.5]), 1.0, 1.0)
    assert area == pytest.approx([np.pi, 2 * np.pi / 3 - np.sqrt(3) / 2, 0, 0], abs=1e-12)


def test_lens_of_contained_and_disjoint_discs():
    distance = np.array([0.0, 1.0, 2.0, 4.0, 5.0])
    assert lens_area(distance, 1.0, 3.0) == pytest.approx([np.pi, np.pi, np.pi, 0, 0], abs=1e-12)
    assert lens_area(distance, 3.0, 1.0) == pytest.approx(lens_area(distance, 1.0, 3.0))


def test_lens_of_a_right_angle():
    # Radii 3 and 4, d = 5: 9 arccos(3/5) + 16 arccos(4/5) - 12.
    expected = 9 * math.acos(0.6) + 16 * math.acos(0.8) - 12
    assert lens_area(np.array([5.0]), 3.0, 4.0) == pytest.approx(expected)


@pytest.mark.parametrize("distance", [0.5, 1.7, 2.9])
def test_lens_by_monte_carlo(distance):
    x, y = np.random.default_rng(1).uniform(-1, 1, (2, 400_000))
    both = (x**2 + y**2 < 1) & ((x - distance) ** 2 + y**2 < 2.0**2)
    assert lens_area(np.array([distance]), 1.0, 2.0) == pytest.approx(4 * both.mean(), abs=0.012)


def brute_force_share(radius, outer, height, lmbda):
    """The share from a sum over r1, r2, the angle between them and the height difference."""

    def gauss(low, high, n):
        node, weight = np.polynomial.legendre.leggauss(n)
        return low + (high - low) * (node + 1) / 2, weight * (high - low) / 2

    def pairs(low, high, n):
        r_1, d_1 = gauss(0, radius, 48)
        r_2, d_2 = gauss(low, high, n)
        z, d_z = gauss(0, height, 24)
        angle = (np.arange(48) + 0.5) * np.pi / 48
        total = 0.0
        for x, weight in zip(r_1, d_1 * r_1, strict=True):
            flat = x**2 + r_2[:, None] ** 2 - 2 * x * r_2[:, None] * np.cos(angle)
            kernel = np.exp(-np.sqrt(flat[..., None] + z**2) / lmbda)
            total += weight * np.einsum("i,iaz,z->", d_2 * r_2, kernel, (height - z) * d_z)
        return total

    inside = pairs(0, radius, 48)
    return inside / (inside + pairs(radius, min(outer, radius + 25 * lmbda), 128))


@pytest.mark.parametrize("unit", [1.0, 1e3])
def test_share_against_brute_force(unit):
    """Height 2.84: in mm as published (a flat disc), or in um."""
    radius, outer = 1e3 / np.sqrt(np.pi), 1e3 * np.sqrt(3221 / 2.84 / np.pi)
    share = share_inside_column(radius, np.array([outer]), np.array([2.84 * unit]), 160.0)
    expected = brute_force_share(radius, outer, 2.84 * unit, 160.0)
    assert share[0] == pytest.approx(expected, abs=2e-4)
    assert share[0] == pytest.approx(0.6553 if unit == 1 else 0.604, abs=2e-3)


def test_share_is_converged_and_has_the_right_limits():
    geometry = 564.0, np.array([20000.0, 600.0, 564.0]), np.full(3, 2500.0), 160.0
    share = share_inside_column(*geometry)
    assert share == pytest.approx(share_inside_column(*geometry, 200), rel=1e-7)
    assert share[2] == pytest.approx(1) and share[0] < share[1] < 1


# ------------------------------------------------------------------------- 3.4 types I and II


def test_synapses_per_pair_by_hand():
    # C = 1 - (1 - 1/(n_i n_j))^2 is two synapses in all: 2/(n_i n_j) per pair.
    n = np.array([10, 20])
    pairs = np.outer(n, n)
    probability = 1 - (1 - 1 / pairs) ** 2
    assert mean_synapses_per_pair(probability, n) == pytest.approx(2 / pairs)
    assert mean_synapses_per_pair(np.zeros((2, 2)), n).tolist() == [[0, 0], [0, 0]]


def test_synapses_per_pair_of_the_microcircuit():
    # ln(1 - 0.1009)/ln(1 - 1/20683^2) = 45.5e6 synapses of 2/3E onto itself.
    value = mean_synapses_per_pair(np.array([[0.1009]]), np.array([20683]))[0, 0]
    expected = -math.log(1 - 0.1009)
    assert value == pytest.approx(expected, rel=1e-8)
    assert value * 20683**2 == pytest.approx(45.5e6, rel=1e-3)


def test_local_synapses_by_hand():
    probability = np.array([[0.1, 0.2], [0.3, 0.0]])
    neurons = np.array([[10, 20], [30, 0]])
    # Area 0: weights 10, 40; 60, 0 of 110. Area 1: all onto the one population that exists.
    synapses = local_synapses(neurons, np.array([1100.0, 700.0]), probability)
    assert synapses.tolist() == [[[100, 400], [600, 0]], [[700, 0], [0, 0]]]


def test_external_synapses_by_hand():
    neurons = np.array([[10, 20], [30, 0]])
    synapses = external_synapses(neurons, np.array([400.0, 99.6]), np.array([200, 100]))
    assert synapses.tolist() == [[200, 200], [100, 0]]


# ------------------------------------------------------------------------------------ 3.5 SLN


def test_sln_by_hand(three_areas):
    sln = supragranular_fraction(three_areas, -0.152, -1.534)
    # A1 has half the density of A0: Phi(-0.152 -+ 1.534 ln 2).
    assert np.diag(sln) == pytest.approx(norm.cdf(-0.152))
    assert sln[0, 1] == pytest.approx(norm.cdf(-0.152 - 1.534 * np.log(2)))
    assert sln[1, 0] == pytest.approx(norm.cdf(-0.152 + 1.534 * np.log(2)))
    # From a table of the normal distribution: Phi(-1.2153), Phi(0.9113).
    assert sln[0, 1] == pytest.approx(0.1121, abs=1e-4)
    assert sln[1, 0] == pytest.approx(0.8189, abs=1e-4)


# -------------------------------------------------------------------------------- 3.6 type III


def test_sources_by_hand(three_areas):
    sln = np.full((3, 3), 0.4)
    shares = source_shares(three_areas, sln)
    # V E: 0.4 x 30000 = 12000; VI E: 0.6 x 20000 = 12000; in A2 15000 and 8000.
    assert shares[2, 0] == pytest.approx([0.4, 0, 0, 0, 0.3, 0, 0.3, 0])
    assert shares[0, 2, [0, 4, 6]] == pytest.approx([0.4, 0.6 * 15 / 23, 0.6 * 8 / 23])
    assert shares.sum(axis=2) == pytest.approx(np.ones((3, 3)))


#: P(population | layer of the synapse), columns I, II/III, IV, V, VI.
CELL_BODY = np.array(
    [
        [0.6, 0.5, 0.1, 0.0, 0.0],  # II/III E
        [0.0, 0.2, 0.0, 0.0, 0.0],  # II/III I
        [0.1, 0.1, 0.6, 0.1, 0.0],  # IV E
        [0.0, 0.0, 0.1, 0.0, 0.0],  # IV I
        [0.3, 0.1, 0.1, 0.5, 0.1],  # V E
        [0.0, 0.0, 0.0, 0.2, 0.0],  # V I
        [0.0, 0.1, 0.1, 0.2, 0.7],  # VI E
        [0.0, 0.0, 0.0, 0.0, 0.2],  # VI I
    ]
)


def onto(cyto, sln, target, source):
    """Share of the target populations of one pair of areas with 1e9 synapses."""
    n = len(cyto.thickness)
    between = np.zeros((n, n), int)
    between[target, source] = 10**9
    synapses = cortico_cortical_synapses(cyto, between, np.full((n, n), sln), CELL_BODY, RULES)
    assert synapses[target, :, source].sum() == pytest.approx(synapses.sum()) != 0
    return synapses[target, :, source].sum(axis=1) / 1e9


@pytest.mark.parametrize("sln", [0.6500001, 0.9])
def test_feedforward_ends_in_layer_4(three_areas, sln):
    assert onto(three_areas, sln, 0, 1) == pytest.approx(CELL_BODY[:, 2])


def test_feedforward_into_an_area_without_layer_4(three_areas):
    # II/III; no IV E there: (0.5, 0.2, 0, 0, 0.1, 0, 0.1, 0)/0.9.
    expected = np.array([0.5, 0.2, 0, 0, 0.1, 0, 0.1, 0]) / 0.9
    assert onto(three_areas, 0.8, 2, 0) == pytest.approx(expected)


@pytest.mark.parametrize("sln", [0.35, 0.5, 0.65])
def test_lateral_ends_in_all_layers_by_their_thickness(three_areas, sln):
    # Thickness 0.2, 0.8, 0.2, 0.4, 0.6 of 2.2.
    expected = CELL_BODY @ np.array([0.2, 0.8, 0.2, 0.4, 0.6]) / 2.2
    assert expected[0] == pytest.approx((0.12 + 0.40 + 0.02) / 2.2)
    assert onto(three_areas, sln, 0, 1) == pytest.approx(expected)


@pytest.mark.parametrize("sln", [0.3499999, 0.1])
def test_feedback_avoids_layer_4_and_is_rescaled_to_z(three_areas, sln):
    # E: II/III 0.12 + 0.4, IV 0.02 + 0.08 + 0.04, V 0.06 + 0.08 + 0.2 + 0.06,
    # VI 0.08 + 0.08 + 0.42; I: 0.16, 0, 0.08, 0.12.
    e, i = np.array([0.52, 0.14, 0.40, 0.58]), np.array([0.16, 0.0, 0.08, 0.12])
    share = onto(three_areas, sln, 0, 1)
    assert share[::2] == pytest.approx(0.93 * e / 1.64)
    assert share[1::2] == pytest.approx(0.07 * i / 0.36)


def test_feedback_skips_empty_populations(three_areas):
    share = onto(three_areas, 0.2, 2, 0)
    assert share[[2, 3, 5]].tolist() == [0, 0, 0]
    assert share[::2].sum() == pytest.approx(0.93) and share[1::2].sum() == pytest.approx(0.07)


def test_cell_bodies_by_hand():
    index = pd.MultiIndex.from_product([LAYERS, ("E", "I")])
    mohan = pd.DataFrame(0.0, index, list(ALL_LAYERS))
    binzegger = mohan.copy()
    mohan["IV"] = [0.5, 0, 0.3, 0, 0.1, 0, 0.1, 0]
    binzegger["IV"] = [0.0, 0, 0.7, 0.2, 0.1, 0, 0.0, 0]
    probability = cell_body_probability(mohan, binzegger)[:, 2]
    assert probability == pytest.approx([0.4, 0, 0.24, 0.2, 0.08, 0, 0.08, 0])


def test_cell_bodies_of_the_real_tables():
    tables = [
        layer_tables.read_cell_body_probabilities(resolve(FIXED_SOURCES[name]))
        for name in ("mohan", "binzegger")
    ]
    probability = cell_body_probability(*tables)
    assert probability.sum(axis=0) == pytest.approx(np.ones(5))
    # A synapse in layer I is excitatory; in IV, Binzegger's I share is 0.15914.
    assert probability[1::2, 0].tolist() == [0, 0, 0, 0]
    assert probability[3, 2] == pytest.approx(0.159141155)
    assert probability[0, 2] == pytest.approx((1 - 0.159141155) * 0.416264993, rel=1e-6)


# ------------------------------------------------------------------------------ the real tables


@pytest.fixture(scope="module")
def real():
    return read_cytoarchitecture(Parameters())


def test_classes_of_the_real_pairs(real, human_network):
    sln = supragranular_fraction(real, -0.152, -1.534)
    linked = human_network.between_areas(human_network.synapses).to_numpy() > 0
    linked &= ~np.eye(34, dtype=bool)
    assert linked.sum() == 336
    counts = [(linked & kind).sum() for kind in (sln > 0.65, (sln >= 0.35) & (sln <= 0.65))]
    assert [*counts, (linked & (sln < 0.35)).sum()] == [66, 155, 115]


def naive_pair(real, target, source, n_synapses):
    """Specification 3.5 and 3.6 for one pair of areas, a population at a time."""
    mohan, binzegger = (
        layer_tables.read_cell_body_probabilities(resolve(FIXED_SOURCES[name]))
        for name in ("mohan", "binzegger")
    )
    rho = {a: real.n_neurons.loc[a].sum() / real.thickness.loc[a].sum() for a in (target, source)}
    sln = norm.cdf(-0.152 - 1.534 * math.log(rho[target] / rho[source]))
    deep = {
        v: real.density.at[source, (v, "E")] * real.thickness.at[source, v] for v in ("V", "VI")
    }
    sends = {v: (1 - sln) * n / sum(deep.values()) for v, n in deep.items()} | {"II/III": sln}
    layers = ["I", "II/III", "V", "VI"] if sln < 0.35 else list(ALL_LAYERS)
    if sln > 0.65:
        layers = ["IV"] if real.thickness.at[target, "IV"] > 0 else ["II/III"]
    depth = {v: real.thickness.at[target, v] for v in layers}
    gets = dict.fromkeys(COLUMNS, 0.0)
    for v, d in depth.items():
        share_e = sum(binzegger.at[(w, "E"), v] for w in LAYERS)
        for w, kind in COLUMNS:
            p = mohan.at[(w, "E"), v] * share_e if kind == "E" else binzegger.at[(w, "I"), v]
            if real.n_neurons.at[target, (w, kind)] > 0:
                gets[w, kind] += d * p
    if sln < 0.35:
        for kind, part in (("E", 0.93), ("I", 0.07)):
            total = sum(p for (_, k), p in gets.items() if k == kind)
            gets |= {key: part * p / total for key, p in gets.items() if key[1] == kind}
    total = sum(gets.values())
    return {
        (i, j): round(n_synapses * p / total * x) for i, p in gets.items() for j, x in sends.items()
    }


@pytest.mark.parametrize("kind", ["feedforward", "lateral", "feedback", "no layer IV"])
def test_a_pair_of_each_kind_against_a_plain_loop(real, human_network, kind):
    sln = pd.DataFrame(
        supragranular_fraction(real, -0.152, -1.534), real.n_neurons.index, real.n_neurons.index
    )
    pairs = human_network.between_areas(human_network.synapses)
    chosen = {"feedforward": sln > 0.65, "feedback": sln < 0.35, "no layer IV": sln > 0.65}
    chosen = chosen.get(kind, (sln >= 0.35) & (sln <= 0.65)) & (pairs > 0)
    chosen &= ~np.eye(34, dtype=bool)
    has_4 = real.thickness["IV"] > 0
    chosen = chosen.loc[~has_4 if kind == "no layer IV" else has_4]
    target, source = chosen.stack()[lambda c: c].index[3 if kind != "no layer IV" else 0]
    streamlines = pd.read_csv(
        resolve("experimental_data/hcp_dti/streamlines_right.csv"), index_col=0
    ).loc[target]
    onto_column = 6.6e8 * real.thickness.loc[target].sum()
    n_synapses = round(0.14 * onto_column * streamlines[source] / streamlines.sum())
    table = pd.DataFrame(human_network.synapses, human_network.labels, human_network.labels)
    for (i, j), expected in naive_pair(real, target, source, n_synapses).items():
        if real.n_neurons.at[target, i] and real.n_neurons.at[source, (j, "E")]:
            found = table.at[f"{target}|{i[0]}|{i[1]}", f"{source}|{j}|E"]
            assert found == expected, (i, j)


def test_shares_of_all_areas():
    """0.6553 in all areas as published; 0.602 to 0.6075 with consistent units."""
    cyto = read_cytoarchitecture(Parameters())
    volumes = pd.read_csv(resolve("experimental_data/desikan_killiany/volumes.csv"), index_col=0)
    height = cyto.total_thickness.to_numpy()
    outer = 1e3 * np.sqrt(volumes["volume_mm3"].to_numpy() / height / np.pi)
    radius = 1e3 / np.sqrt(np.pi)
    published = share_inside_column(radius, outer, height, 160.0)
    assert published.min() > 0.65527 and published.max() < 0.65531
    consistent = share_inside_column(radius, outer, 1e3 * height, 160.0)
    assert consistent.min() > 0.6020 and consistent.max() < 0.6076
    assert consistent.mean() == pytest.approx(0.6039, abs=5e-5)


def test_populations_are_ordered_as_in_the_tables():
    assert connectivity.POPULATIONS == ("E", "I")
    assert [f"{layer} {kind}" for layer, kind in COLUMNS][:3] == ["II/III E", "II/III I", "IV E"]
