"""Mean-field fixed points of the published states (specification, e.2; from zero rates)."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea import pipeline
from multiarea.models.macaque import Parameters
from multiarea.theory import gain_matrix, stationary_rates

from .conftest import BASE, STRONG_DRIVE

LOW = {**BASE, "fac_nu_ext_TH": 1.2}
HIGH = {**BASE, **STRONG_DRIVE}
CHI_1 = {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0}


@pytest.mark.parametrize(
    ("parameters", "mean", "eigenvalue"),
    [
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
    ],
)
def test_published_states(exact_network, parameters, mean, eigenvalue):
    network = exact_network(**parameters)
    point = stationary_rates(network)
    assert point.rates.mean() == pytest.approx(mean, rel=1.5e-4)
    assert point.stable and point.residual < 1e-8
    if eigenvalue is not None:
        # the published derivatives are finite differences; here they are exact
        largest = np.linalg.eigvals(gain_matrix(network, point.rates)).real.max()
        assert largest == pytest.approx(eigenvalue, rel=0.04)


def test_truncated_numbers_hardly_change_the_rates(exact_network):
    network = pipeline.build_network("macaque", Parameters(connection_params=CHI_1))
    exact = stationary_rates(exact_network(**CHI_1)).rates
    truncated = stationary_rates(network).rates
    assert truncated.mean() == pytest.approx(exact.mean(), rel=2e-4)


def test_scaling_with_its_own_rates_keeps_the_ground_state():
    parameters = Parameters(connection_params=CHI_1, K_scaling=0.1)
    network = pipeline.build_network("macaque", parameters)
    assert stationary_rates(network).rates.mean() == pytest.approx(3.729, rel=2e-3)
