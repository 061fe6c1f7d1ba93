"""Specification a.2 to a.4: densities, thickness, neuron numbers."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.models import macaque
from multiarea.models.macaque import AREAS
from multiarea.models.macaque.cytoarchitecture import NISSL_NAMES, linear_fit


def test_line_through_three_points():
    # x = 0, 1, 2; y = 1, 3, 8: slope (8 - 1)/2, mean 4
    assert linear_fit(np.array([0, 1, 2]), np.array([1, 3, 8])) == pytest.approx((3.5, 0.5))


def test_fit_of_nissl_to_neun(tables):
    nissl = tables.nissl.rename(NISSL_NAMES)
    both = tables.neun.index.intersection(nissl.index)
    slope, intercept = linear_fit(tables.neun.loc[both, "overall"], nissl[both])
    assert len(both) == 12
    assert (slope, intercept) == pytest.approx((0.9680906805, 17279.96554), rel=1e-9)


def test_densities(anatomy):
    density = anatomy.cyto.density
    assert density.loc["V1", "overall"] == 173_360
    # NeuN 179 088.958685915 in layer IV
    assert density.loc["V1", "IV"] == pytest.approx(0.9680906805 * 179_088.958685915 + 17279.96554)
    assert (density["V"] == density["VI"]).all()
    assert density.loc["TH", "IV"] == 0 and density.loc["TH", "overall"] == 49_446
    # TEO stands for PITd, PITv, VOT; V2 is the only sample of type 7
    assert density.loc["PITd"].equals(density.loc["VOT"].rename("PITd"))
    assert density.loc["V3"].to_numpy() == pytest.approx(density.loc["V2"].to_numpy())


def test_total_thickness(tables, anatomy):
    total = anatomy.cyto.total_thickness
    assert total[AREAS.index("V1")] == pytest.approx(1.24)
    assert "PO" not in tables.total_thickness
    log_density = np.log10(anatomy.cyto.density["overall"]["PO"])
    expected = 12094.6287 - 2081.8013 * log_density
    assert 1e3 * total[AREAS.index("PO")] == pytest.approx(expected, rel=1e-7)


def test_share_of_a_layer_is_the_mean_over_studies(anatomy):
    # LIP: 123/1413... of two studies with a total; see thickness/laminar.csv
    studies = np.array([[123, 486, 118, 105, 536], [180, 720, 170, 180, 140]], float)
    total = np.array([1368.0, 1390.0])
    share = (studies / total[:, None]).mean(axis=0)
    expected = 2.30 * share / share.sum()
    assert anatomy.cyto.thickness.loc["LIP"].to_numpy() == pytest.approx(expected)


def test_layers_of_areas_without_studies(tables, anatomy):
    # IV from the regression on density, the others from the mean over areas; PIP and MSTd have
    # no study, so that their layers but IV have the same proportions
    assert not {"PIP", "MSTd"} & set(tables.laminar_thickness.index)
    thickness, density = anatomy.cyto.thickness, anatomy.cyto.density["overall"]
    first, second = (thickness.loc[area] for area in ("PIP", "CITd"))
    others = ["I", "II/III", "V", "VI"]
    shares = [(area[others] / area[others].sum()).to_numpy() for area in (first, second)]
    assert shares[0] == pytest.approx(shares[1])
    share_4 = -2.00620499 + 0.44030834 * np.log10(density["PIP"])
    unscaled = first / first["IV"] * share_4
    again = second / second[others].sum() * unscaled[others].sum()
    share_4 = -2.00620499 + 0.44030834 * np.log10(density["CITd"])
    assert again["IV"] == pytest.approx(share_4, rel=1e-6)


def test_neuron_numbers(anatomy):
    neurons = anatomy.cyto.n_neurons
    assert neurons.sum() == pytest.approx(4_130_056.72, abs=5e-3)
    assert neurons[AREAS.index("V1")].sum() == pytest.approx(197_935.96, abs=5e-3)
    assert np.count_nonzero(neurons) == 254
    assert list(neurons[AREAS.index("TH"), 2:4]) == [0, 0]
    v1 = neurons[AREAS.index("V1")].reshape(4, 2)
    share = v1[:, 0] / v1.sum(axis=1)
    # 20683/(20683 + 5834), ...
    assert share == pytest.approx([0.77999, 0.79999, 0.81995, 0.83002], abs=5e-6)


def test_each_sample_counts_once_if_corrected(anatomy, corrected):
    assert corrected.cyto.n_neurons.sum() == pytest.approx(4_082_797.4, abs=0.1)
    changed = anatomy.cyto.density.ne(corrected.cyto.density).any(axis=1)
    types = anatomy.cyto.types[changed]
    # TEO (3 areas) is of type 5 and 6, Te1 (4 areas) of type 4 and 5
    assert set(types) <= {4.0, 5.0, 6.0} and len(types) > 0


def test_area_names_are_those_of_the_tables(tables):
    assert set(tables.surfaces.index) == set(macaque.AREAS)
    assert set(macaque.AREAS) <= set(tables.distances.index)
