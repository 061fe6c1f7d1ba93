"""The full-scale human model (Pronold et al. 2024)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from multiarea.models.human import Parameters, build_network
from multiarea.theory import fixed_points, stationary_rates

REFERENCE = Path(__file__).parents[2] / "simulated_data" / "base_theory_rates.csv"


def human(chi):
    factors = {"cc_scalingEtoE": chi, "cc_scalingEtoI": 2 * chi}
    return build_network(Parameters(scaling_factors_recurrent=factors))


@pytest.fixture(scope="module")
def base():
    return human(1.0)


def test_base_state_equals_the_published_one(base):
    """The tables, not the theory, limit the agreement: the published integrals of the local
    connectivity are off by up to 1.6e-5 per area, and rates follow with up to 2.4e-5."""
    point = stationary_rates(base)
    published = pd.read_csv(REFERENCE, index_col=[0, 1, 2]).iloc[:, 0]
    expected = published.loc[base.populations.index].to_numpy()
    assert point.rates == pytest.approx(expected, rel=4e-5)
    assert np.median(np.abs(point.rates / expected - 1)) < 5e-6
    assert point.rates.mean() == pytest.approx(expected.mean(), rel=2e-6)
    assert point.residual < 1e-8 and point.stable


def test_base_state_is_the_only_one(base):
    points = fixed_points(base, n_random=2)
    assert points.found_by == ("low, random 1, random 2, continuation",)
    assert len(points.notes) == 1 and "254 of 254" in points.notes[0]


def test_strong_coupling_has_low_and_high_states():
    points = fixed_points(human(2.5), n_random=1)
    assert points.n_not_converged == 0
    assert points.stable.all() and (points.residuals < 1e-8).all()
    assert points.found_by == ("continuation", "low, random 1")
    assert points.rates[0].mean() == pytest.approx(0.789, abs=5e-4)
    assert points.rates[0].max() == pytest.approx(5.96, abs=6e-3)
    assert points.rates[1].mean() == pytest.approx(29.5, abs=0.5)
    assert points.rates[1].max() == pytest.approx(430, abs=5)


def test_low_state_of_strong_coupling_is_reached_from_the_base_state(base):
    low = stationary_rates(human(2.5), stationary_rates(base).rates)
    assert low.rates.mean() == pytest.approx(0.789, abs=5e-4)
