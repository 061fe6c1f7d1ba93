"""Basins, their border and the unstable fixed point on it, in networks that are known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from multiarea.theory import (
    basins_of,
    fixed_points,
    mean_field,
    modes_at,
    random_starts,
    stationary_rates,
)
from multiarea.theory.transfer import response, working_point
from publications.schuecker2017.separatrix import border, border_state
from publications.schuecker2017.toy_networks import excitatory_network


@pytest.fixture(scope="module")
def one():
    """Schuecker et al. 2017, Fig. 2: bistable at 160 spikes/s."""
    return excitatory_network(160.0)


def unstable_rate(network):
    field = mean_field(network)
    return brentq(lambda nu: response(field, np.array([nu]))[0] - nu, 5, 30, xtol=1e-12)


def test_toy_network_by_hand(one):
    # J = 10 * 0.5 / 250 = 0.02 mV; 0.01 s * 420 * 0.02 mV * (160 + 20) = 15.12 mV
    mu, sigma, _ = working_point(one, np.array([20.0]))
    assert mu == pytest.approx([15.12])
    assert sigma**2 == pytest.approx([15.12 * 0.02])
    pair = excitatory_network(160.0, 2)
    assert working_point(pair, np.array([30.0, 10.0]))[0] == pytest.approx([15.12, 15.12])


def test_basins_of_the_toy_network_meet_at_the_unstable_rate(one):
    rate = unstable_rate(one)
    starts = np.array([[0.0], [0.999 * rate], [1.001 * rate], [50.0], [400.0]])
    found = basins_of(one, starts)
    assert found.end.tolist() == [0, 0, 1, 1, 1]
    assert found.shares == pytest.approx([0.4, 0.6])
    assert found.stable.all()
    assert found.rates[1] == pytest.approx(stationary_rates(one, np.array([60.0])).rates)
    assert found.mean_rates == pytest.approx(found.rates[found.end, 0])


def test_known_states_are_listed_without_starts(bistable):
    known = fixed_points(bistable, n_random=5)
    found = basins_of(bistable, np.zeros((2, 2)), known=known)
    assert found.rates == pytest.approx(known.rates)
    assert found.shares.tolist() == [1, 0]


def test_random_starts(one):
    starts = random_starts(excitatory_network(160.0, 2), 500, largest=200)
    assert starts.shape == (500, 2) and 0 <= starts.min() and 199 < starts.max() < 200
    assert starts.mean() == pytest.approx(100, rel=0.05)
    found = basins_of(one, starts[:40, :1])
    rate = unstable_rate(one)
    assert found.shares == pytest.approx(
        [(starts[:40, 0] < rate).mean(), (starts[:40, 0] > rate).mean()]
    )


def test_border_state_of_one_population(one):
    point = border_state(one, np.zeros(1), np.array([100.0]))
    assert point.rates == pytest.approx([unstable_rate(one)])
    assert not point.stable and point.residual < 1e-8
    assert modes_at(one, point.rates).largest_real_part > 1
    inside, outside = border(one, np.zeros(1), np.array([100.0]))
    assert inside == pytest.approx(point.rates, abs=1e-5)
    assert outside == pytest.approx(point.rates, abs=1e-5)


def test_border_of_two_populations(one):
    pair = excitatory_network(160.0, 2)
    field = mean_field(pair)

    def slope(_, rates):
        return response(field, np.maximum(rates, 0)) - rates

    # far from the diagonal: where the trajectory of one population alone meets the border
    inside, outside = border(pair, np.zeros(2), np.array([90.0, 0.0]))
    assert inside == pytest.approx(outside, abs=1e-6)
    ends = []
    for factor in (0.999, 1.001):
        flow = solve_ivp(slope, (0, 60), factor * inside, method="LSODA", rtol=1e-8, atol=1e-10)
        ends.append(flow.y[:, -1].mean())
    assert ends[0] < 0.01 and ends[1] > 40
    # the trajectory along the border ends on the diagonal
    state = border_state(pair, np.zeros(2), np.array([90.0, 0.0]))
    assert state.rates == pytest.approx([unstable_rate(one)] * 2)
    assert (modes_at(pair, state.rates).eigenvalues.real > 1).tolist() == [True, False]


def test_border_state_of_an_asymmetric_network(bistable):
    low, high = fixed_points(bistable, n_random=5).rates
    state = border_state(bistable, low, high)
    assert (low < state.rates).all() and (state.rates < high).all()
    assert state.rates[0] != pytest.approx(state.rates[1], rel=1e-3)
    assert state.residual < 1e-8
    assert (modes_at(bistable, state.rates).eigenvalues.real > 1).sum() == 1


def test_no_border_within_a_basin(one):
    with pytest.raises(ValueError, match="same fixed point"):
        border(one, np.zeros(1), np.array([1.0]))
