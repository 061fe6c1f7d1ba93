"""Mean-field fixed points of the published states (specification, e.2; from zero rates)."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.build import pipeline
from multiarea.models.macaque import Parameters
from multiarea.theory import basins_of, fixed_points, modes_at, random_starts, stationary_rates

from .conftest import BASE, STRONG_DRIVE

LOW = {**BASE, "fac_nu_ext_TH": 1.2}
HIGH = {**BASE, **STRONG_DRIVE}
CHI_1 = {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0}


#: Parameters, mean rate from rest, largest real part of an eigenvalue.
QUICK = [
    (BASE, 2.32703, 0.1034),
    (LOW, 2.33272, 0.1042),
    (HIGH, 135.917, None),
    (CHI_1, 3.729, 0.507),
    ({"cc_weights_factor": 1.4}, 3.438, 0.247),
    ({"cc_weights_factor": 1.9}, 3.642, 0.589),
    ({"cc_weights_factor": 1.9, "g": -12.0}, 3.322, 0.444),
    ({"cc_weights_factor": 2.0}, 29.76, 0.654),
    ({"cc_weights_factor": 2.5}, 51.44, 0.609),
    ({"cc_weights_factor": 2.0, "g": -12.0}, 3.361, 0.516),
]
#: chi -> the same at g = -11 and at g = -12.
OTHERS = {
    1.5: (3.470, 0.295, 3.206, 0.241),
    1.6: (3.504, 0.351, 3.231, 0.283),
    1.7: (3.543, 0.416, 3.259, 0.330),
    1.75: (3.564, 0.452, 3.273, 0.356),
    1.8: (3.588, 0.492, 3.288, 0.383),
    2.1: (34.98, 0.532, 3.407, 0.606),
}


def check_state(network, mean, eigenvalue):
    point = stationary_rates(network)
    assert point.rates.mean() == pytest.approx(mean, rel=1.5e-4, abs=5.5e-4)  # 4 digits
    assert point.stable and point.residual < 1e-8
    if eigenvalue is not None:
        # the published derivatives are finite differences; here they are exact
        largest = modes_at(network, point.rates).largest_real_part
        assert largest == pytest.approx(eigenvalue, rel=0.04)


@pytest.mark.parametrize(("parameters", "mean", "eigenvalue"), QUICK)
def test_published_states(exact_network, parameters, mean, eigenvalue):
    check_state(exact_network(**parameters), mean, eigenvalue)


@pytest.mark.science
@pytest.mark.parametrize("chi", OTHERS)
def test_published_states_at_every_chi(exact_network, chi):
    mean_11, largest_11, mean_12, largest_12 = OTHERS[chi]
    check_state(exact_network(cc_weights_factor=chi), mean_11, largest_11)
    check_state(exact_network(cc_weights_factor=chi, g=-12.0), mean_12, largest_12)


@pytest.mark.science
@pytest.mark.parametrize(("chi", "n_low"), [(1.0, 5), (1.8, 18), (1.9, 6), (2.0, 2), (2.1, 0)])
def test_published_basins(exact_network, chi, n_low):
    """Starts that end in the low state, of 60, with the random rates of the published numbers.

    At chi = 1.8 all others end in an oscillation; else in a stable high state.
    """
    parameters = CHI_1 if chi == 1 else {"cc_weights_factor": chi}
    starts = np.random.RandomState(123).uniform(0, 1000, (60, 254))
    found = basins_of(exact_network(**parameters), starts)
    assert (found.end == -1).sum() == (42 if chi == 1.8 else 0)
    assert (found.mean_rates < 5).sum() == pytest.approx(n_low, abs=1)


def test_high_state_of_the_metastable_network(exact_network):
    network = exact_network()
    found = basins_of(network, random_starts(network, 2), known=fixed_points(network, n_random=0))
    assert found.rates[0].mean() == pytest.approx(3.642, rel=1.5e-4)
    assert 20 < found.rates[-1].mean() < 30 and found.stable.all()


def test_truncated_numbers_hardly_change_the_rates(exact_network):
    network = pipeline.build_network("macaque", Parameters(connection_params=CHI_1))
    exact = stationary_rates(exact_network(**CHI_1)).rates
    truncated = stationary_rates(network).rates
    assert truncated.mean() == pytest.approx(exact.mean(), rel=2e-4)


def test_scaling_with_its_own_rates_keeps_the_ground_state():
    parameters = Parameters(connection_params=CHI_1, K_scaling=0.1)
    network = pipeline.build_network("macaque", parameters)
    assert stationary_rates(network).rates.mean() == pytest.approx(3.729, rel=2e-3)
