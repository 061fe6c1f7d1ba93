import warnings

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from multiarea.theory import (
    NotConvergedError,
    fixed_points,
    fixed_points_table,
    flow,
    gain_matrix,
    mean_field,
    stationary_rates,
)
from multiarea.theory.transfer import response


def test_microcircuit_published_mean_field_rates(microcircuit):
    expected = [0.754, 2.794, 4.441, 5.823, 7.153, 8.470, 1.159, 7.756]
    assert stationary_rates(microcircuit).rates == pytest.approx(expected, abs=6e-4)


def test_microcircuit_equals_nnmts_own_solver(microcircuit):
    from nnmt.lif.exp import _firing_rates

    table = microcircuit.populations
    rates = _firing_rates(
        J=microcircuit.weight * 0.5 / 250 * 1e-3,
        K=microcircuit.indegree,
        V_0_rel=0.0,
        V_th_rel=15e-3,
        tau_m=10e-3,
        tau_r=2e-3,
        tau_s=0.5e-3,
        J_ext=np.diag(table["weight_ext"] * 0.5 / 250 * 1e-3),
        K_ext=microcircuit.indegree_external,
        nu_ext=np.full(8, 8.0),
    )
    assert stationary_rates(microcircuit).rates == pytest.approx(rates, rel=1e-6)


def test_microcircuit_has_one_stable_state(microcircuit):
    points = fixed_points(microcircuit, n_random=3)
    assert points.found_by == ("low, random 1, random 2, random 3",)
    assert points.stable.tolist() == [True]
    assert points.residuals.max() < 1e-8
    assert points.n_not_converged == 0


def test_population_without_recurrence_fires_at_its_response(one_population):
    point = stationary_rates(one_population)
    assert point.rates == pytest.approx(response(mean_field(one_population), np.zeros(1)))
    assert point.residual < 1e-12
    assert len(point.notes) == 1


def test_dc_counts_like_mean_input(make_network):
    # 2 mV more, once as 40 pA, once as a threshold and a reset that are 2 mV lower
    common = {"indegree_external": 1000, "rate_ext": 9.0, "weight_ext": 18.0}
    args = [("A", "V", "E")], [[20]], [[10.0]]
    driven = make_network(*args, i_dc=40.0, **common)
    lowered = make_network(*args, V_th=-52.0, V_reset=-72.0, **common)
    assert stationary_rates(driven).rates == pytest.approx(stationary_rates(lowered).rates)


def test_constant_currents_alone_give_a_state_with_self_generated_noise(microcircuit):
    # 8 spikes/s x K x weight x tau_syn as a current: no noise at the start, rates of zero
    table = microcircuit.populations
    current = 8e-3 * microcircuit.indegree_external * table["weight_ext"] * table["tau_syn_ex"]
    driven = microcircuit.replace(populations=table.assign(i_dc=current, n_synapses_external=0))
    point = stationary_rates(driven)
    assert point.stable and point.residual < 1e-8
    field = mean_field(driven)

    def slope(_, rates):
        return response(field, np.maximum(rates, 0)) - rates

    flow = solve_ivp(slope, (0, 100), np.zeros(8), method="LSODA", rtol=1e-6, atol=1e-9)
    assert point.rates == pytest.approx(flow.y[:, -1], rel=1e-4)


def test_bistable_network_reports_both_states(bistable):
    lines = []
    points = fixed_points(bistable, n_random=5, progress=lines.append)
    assert points.rates.shape == (2, 2)
    assert points.rates[0].max() < 2 < 100 < points.rates[1].min()
    assert points.stable.tolist() == [True, True]
    assert "low" in points.found_by[0] and "continuation" in points.found_by[0]
    assert "random 5" in points.found_by[1]
    assert len(lines) == 7
    field = mean_field(bistable)
    for rates, residual in zip(points.rates, points.residuals, strict=True):
        assert np.abs(response(field, rates) - rates).max() == pytest.approx(residual, abs=1e-15)
        assert residual < 1e-8
    again = fixed_points(bistable, n_random=5)
    assert again.rates.tobytes() == points.rates.tobytes()


def test_fixed_points_table(bistable):
    points = fixed_points(bistable, n_random=5)
    table = fixed_points_table(bistable, points.rates)
    assert list(table) == ["area", "layer", "population", "rate_1", "rate_2"]
    assert table["area"].tolist() == ["A", "B"]
    assert (table[["rate_1", "rate_2"]].to_numpy().T == points.rates).all()


def test_flow_ends_where_lsoda_ends(bistable):
    field = mean_field(bistable)

    def slope(_, rates):
        return response(field, np.maximum(rates, 0)) - rates

    ends = set()
    for seed in range(12):
        start = np.random.default_rng(seed).uniform(0, 14, 2)
        flow = solve_ivp(slope, (0, 300), start, method="LSODA", rtol=1e-6, atol=1e-9)
        rates = stationary_rates(bistable, start).rates
        assert rates == pytest.approx(flow.y[:, -1], rel=1e-4)
        ends.add(round(rates[0]))
    assert len(ends) == 2


@pytest.fixture
def self_exciting(make_network):
    return make_network(
        [("A", "V", "E")], [[120]], [[18.0]], indegree_external=1000, rate_ext=9.0, weight_ext=18.0
    )


def test_start_on_the_border_and_beside_it(self_exciting):
    field = mean_field(self_exciting)
    border = brentq(lambda nu: response(field, np.array([nu]))[0] - nu, 2, 50, xtol=1e-13)
    unstable = stationary_rates(self_exciting, np.array([border]))
    assert unstable.rates == pytest.approx([border])
    assert not unstable.stable
    assert gain_matrix(self_exciting, unstable.rates)[0, 0] > 1
    for factor, high in ((0.99, False), (1.01, True)):
        point = stationary_rates(self_exciting, np.array([factor * border]))
        assert point.stable
        assert (point.rates[0] > border) == high


def test_oscillating_network_is_not_reported_as_fixed_point(make_network, monkeypatch):
    monkeypatch.setattr(flow, "MAX_STEPS", 300)
    network = make_network(
        [("A", "V", "E"), ("A", "V", "I")],
        [[800, 400], [400, 1]],
        [[18.0, -60.0], [18.0, 0.0]],
        indegree_external=1000,
        rate_ext=[9.0, 4.0],
        weight_ext=18.0,
        t_ref=0.5,
    )
    field, start = mean_field(network), np.array([5.0, 2.0])

    def slope(_, rates):
        return response(field, np.maximum(rates, 0)) - rates

    late = solve_ivp(slope, (0, 60), start, method="LSODA", t_eval=np.linspace(40, 60, 200)).y
    assert np.ptp(late, axis=1).min() > 1
    with pytest.raises(NotConvergedError, match="no fixed point"):
        stationary_rates(network, start)
    points = fixed_points(network, n_random=1)
    assert points.rates.shape == (0, 2)
    assert points.n_not_converged == 2
    assert list(fixed_points_table(network, points.rates)) == ["area", "layer", "population"]


def test_no_warning_reaches_the_user(bistable):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(fixed_points(bistable, n_random=1).notes) == 1
