"""Specification a.5 to a.8: local synapses, strength of connections between areas, SLN."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from multiarea.models.macaque import AREAS, area_connectivity, local_connectivity, sln


def test_mean_probability_in_a_disc_by_monte_carlo():
    rng = np.random.default_rng(1)
    radius = np.sqrt(2.0 / np.pi)
    r = radius * np.sqrt(rng.uniform(size=(2, 400_000)))
    phi = 2 * np.pi * rng.uniform(size=(2, 400_000))
    x, y = r * np.cos(phi), r * np.sin(phi)
    distance = (x[0] - x[1]) ** 2 + (y[0] - y[1]) ** 2
    sampled = local_connectivity.PEAK * np.exp(-distance / (2 * local_connectivity.SIGMA**2))
    assert local_connectivity.mean_probability(2.0) == pytest.approx(sampled.mean(), rel=0.01)


def test_mean_probability_of_a_large_disc_is_the_whole_gaussian_over_its_surface():
    surface = 1e6
    whole = 2 * np.pi * local_connectivity.SIGMA**2 * local_connectivity.PEAK
    assert local_connectivity.mean_probability(surface) == pytest.approx(whole / surface, rel=1e-3)


def test_microcircuit_mean_probability():
    # Potjans & Diesmann 2014: 0.066 for 1 mm2 around the centre
    assert local_connectivity.mean_probability_microcircuit() == pytest.approx(0.066, abs=5e-4)


def test_series_is_that_of_the_logarithm():
    assert local_connectivity._series(np.array([0.1])) == pytest.approx(np.log(1.1), rel=1e-15)


def test_indegrees_on_one_mm2_by_hand():
    scale = local_connectivity.mean_probability(1.0)
    scale /= local_connectivity.mean_probability_microcircuit()
    density = np.array([100.0, 50.0])
    indegree = local_connectivity.microcircuit_indegrees(
        np.array([[0.0, 0.1], [0.2, 0.0]]), density, 1.0
    )
    synapses = np.log(1 - 0.1 * scale) / np.log(1 - 1 / 5000)
    assert indegree[0, 1] == round(synapses) / 100
    assert indegree[0, 0] == 0


def test_synapse_density(anatomy):
    density = local_connectivity.synapse_density(anatomy.cyto, 3950.0)
    assert density == pytest.approx(6.30522e8, rel=1e-6)
    assert anatomy.local.total[0] == pytest.approx(3950 * 197_935.96, rel=1e-7)


def test_intrinsic_shares(anatomy):
    share = dict(zip(AREAS, anatomy.local.intrinsic_share, strict=True))
    assert share["V1"] == pytest.approx(0.4875, abs=5e-5)
    assert share["MSTl"] == pytest.approx(0.522, abs=5e-4)
    assert min(share, key=share.get) == "V1" and max(share.values()) < 0.53


def test_th_keeps_its_local_synapses_if_corrected(anatomy, corrected):
    ratio = [
        made.local.synapses.sum(axis=(1, 2)) / (made.local.total * made.local.intrinsic_share)
        for made in (anatomy, corrected)
    ]
    assert AREAS[-1] == "TH" and ratio[0][:-1] == pytest.approx(1)
    assert ratio[0][-1] == pytest.approx(0.7513, abs=5e-5)
    assert ratio[1] == pytest.approx(1)


def test_missing_injections_count_as_zero():
    values = pd.DataFrame(
        [("A", "x", 0.2), ("A", "x", 0.4), ("A", "y", 0.1), ("B", "x", 0.5)],
        columns=["target", "source", "fln"],
    )
    mean = area_connectivity.mean_over_injections(values, "fln")
    assert mean.loc["A", "x"] == pytest.approx(0.3) and mean.loc["A", "y"] == pytest.approx(0.05)
    assert mean.loc["B", "x"] == 0.5 and mean.loc["B", "y"] == 0


def test_sources_are_mapped_by_overlap():
    overlap = pd.Series({("x", "A"): 25.0, ("x", "B"): 75.0, ("y", "B"): 10.0})
    shares = pd.DataFrame({"x": [0.4], "y": [0.2], "unknown": [0.3]}, index=["T"])
    mapped = area_connectivity.to_fv91(shares, overlap)
    assert mapped.loc["T", "A"] == pytest.approx(0.1)
    assert mapped.loc["T", "B"] == pytest.approx(0.3 + 0.02)


def test_overlaps_add_up_to_the_whole_area(tables):
    assert tables.overlap["8l"].sum() <= 100.5
    assert tables.overlap["V1"].sum() == pytest.approx(100, abs=1)


def test_area_connections(anatomy):
    areas = anatomy.areas
    assert np.count_nonzero(areas.measured) == 331
    assert np.count_nonzero(areas.exists) == 571
    assert np.count_nonzero(areas.fln) == 571
    assert (areas.decay, areas.intercept) == pytest.approx((-0.114357, -3.09326), rel=3e-6)
    assert not areas.exists.loc["MDP"].any() and areas.exists["MDP"].any()
    total = areas.fln.sum(axis=1)
    assert total.max() == pytest.approx(1 - 0.79 - 0.013)
    assert total["V1"] == pytest.approx(0.197)
    assert total["MDP"] == 0 and total["TH"] < 0.15


def test_input_from_outside_lowers_the_strength_if_corrected(anatomy, corrected):
    before, after = anatomy.areas.fln.sum(axis=1), corrected.areas.fln.sum(axis=1)
    assert (after <= before * 1.01).all()
    assert after["46"] < 0.9 * before["46"]
    assert np.array_equal(anatomy.areas.exists, corrected.areas.exists)


def test_sln_fit(tables):
    fit = sln.fit_sln(tables.laminar_tracing)
    assert fit == pytest.approx((-0.15192, -1.53404, 0.2141), abs=5e-5)
    assert fit[:2] == pytest.approx(sln.PUBLISHED[:2], abs=4e-4)


def test_sln_fit_finds_known_coefficients():
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, 4000)
    mean, size = ndtr(0.2 - 1.0 * x), 1 / 0.1 - 1
    p = rng.beta(mean * size, (1 - mean) * size)
    above = rng.binomial(200, p)
    table = pd.DataFrame(
        {"supragranular": above, "infragranular": 200 - above, "log_density_ratio": x}
    )
    assert sln.fit_sln(table) == pytest.approx((0.2, -1.0, 0.1), abs=0.03)


def test_sln_classes(tables, anatomy):
    assert sln.measured_sln(tables).count().sum() == 138
    values = anatomy.sln[anatomy.areas.exists.to_numpy()]
    assert (values < 0.35).sum() == 172
    assert ((values >= 0.35) & (values <= 0.65)).sum() == 273
    assert (values > 0.65).sum() == 126


def test_injection_in_v1_is_not_taken_for_v4_if_corrected(tables):
    published, corrected = sln.measured_sln(tables), sln.measured_sln(tables, False)
    assert set(published.dropna(how="all").index) == set(corrected.dropna(how="all").index)
    rows = tables.laminar_tracing.query("target == 'V1' and source == 'V2'")
    assert len(rows) == 5
    assert corrected.loc["V1", "V2"] != published.loc["V1", "V2"]


def test_sln_is_completed_by_the_fit(anatomy):
    missing = pd.DataFrame(np.nan, list(AREAS), list(AREAS))
    missing.loc["V1", "V2"] = 0.4
    fit = sln.SlnFit(0.1, -2.0, 0.2)
    exists = anatomy.areas.exists
    values = sln.complete_sln(missing, exists, anatomy.cyto, fit)
    assert values[0, 1] == 0.4
    density = anatomy.cyto.density["overall"]
    expected = ndtr(0.1 - 2 * np.log(density["V2"] / density["V1"]))
    assert values[1, 0] == pytest.approx(expected)
    assert (values[~exists.to_numpy()] == 0).all()
