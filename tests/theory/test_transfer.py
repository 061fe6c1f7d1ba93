import warnings

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erfcx

from multiarea.errors import InputError
from multiarea.theory import firing_rates, gain_matrix, mean_field, mean_input, working_point
from multiarea.theory.transfer import large_k_note, response

EI = [("A", "V", "E"), ("A", "V", "I")]


@pytest.fixture
def pair(make_network):
    """E and I with different synaptic time constants, DC into E only."""
    return make_network(
        EI,
        [[100, 50], [80, 40]],
        [[10.0, -20.0], [12.0, -20.0]],
        tau_syn_in=4.0,
        indegree_external=400,
        rate_ext=8.0,
        weight_ext=60.0,
        i_dc=[30.0, 0.0],
    )


def test_working_point_by_hand(pair):
    # J = 10*2/200 = 0.1, -20*4/200 = -0.4, external 0.6 mV; rates 5 and 3 spikes/s
    mu, sigma, tau_syn = working_point(pair, np.array([5.0, 3.0]))
    assert mu[0] == pytest.approx(0.01 * (50 - 60) + 19.2 + 1.5)
    assert sigma[0] ** 2 == pytest.approx(0.01 * (5 + 24) + 11.52)
    assert tau_syn[0] == pytest.approx(11.81 / (0.01 * (5 / 2 + 24 / 4) + 11.52 / 2))
    assert mu[1] == pytest.approx(0.01 * (0.12 * 400 - 0.4 * 120) + 19.2)


def test_mean_input_leaves_out_the_dc(pair):
    assert mean_input(pair, np.array([5.0, 3.0])) == pytest.approx([19.1, 19.2])


def test_unreliable_synapses_scale_mean_and_variance_of_recurrent_input(make_network):
    network = make_network(EI, [[100, 50]] * 2, [[10.0, -20.0]] * 2, p_transmit=0.25)
    mu, sigma, _ = working_point(network, np.array([5.0, 3.0]))
    assert mu == pytest.approx([0.25 * 0.01 * (50 - 30)] * 2)
    assert sigma**2 == pytest.approx([0.25 * 0.01 * (5 + 6)] * 2)


def test_tau_syn_without_input_is_that_of_excitation(make_network):
    network = make_network(EI, np.zeros((2, 2)), np.zeros((2, 2)), tau_syn_in=4.0)
    mu, sigma, tau_syn = working_point(network, np.zeros(2))
    assert (mu.tolist(), sigma.tolist(), tau_syn.tolist()) == ([0, 0], [0, 0], [2, 2])


def test_rates_equal_nnmt_in_si_units(one_population):
    from nnmt.lif.exp import _firing_rate_shift

    mu, sigma, tau_syn = working_point(one_population, np.zeros(1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = _firing_rate_shift(
            1e-3 * mu[0], 1e-3 * sigma[0], 0.0, 20e-3, 10e-3, 2e-3, 1e-3 * tau_syn[0]
        )
    assert response(mean_field(one_population), np.zeros(1)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("mu", "sigma"), [(10, 6), (18, 3), (30, 4), (-5, 12)])
def test_rates_equal_the_siegert_integral(one_population, mu, sigma):
    # |zeta(1/2)| = 1.46035...; erfcx(-y) = exp(y^2) (1 + erf y)
    shift = 1.4603545088095868 * np.sqrt(2) / 2 * np.sqrt(2 / 10)
    lower, upper = (0 - mu) / sigma + shift, (20 - mu) / sigma + shift
    integral = quad(lambda y: erfcx(-y), lower, upper, epsrel=1e-12)[0]
    expected = 1e3 / (2 + 10 * np.sqrt(np.pi) * integral)
    field = mean_field(one_population)
    result = firing_rates(field, np.array([mu]), np.array([sigma]), np.array([2.0]))
    assert result == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("mu", "expected"), [(40, 1e3 / (2 + 10 * np.log(2))), (19.9, 0)])
@pytest.mark.parametrize("sigma", [0.0, 1e-5, 1e-4])
def test_rates_without_noise(one_population, mu, expected, sigma):
    field = mean_field(one_population)
    result = firing_rates(field, np.array([mu]), np.array([sigma]), np.array([2.0]))
    assert result == pytest.approx(expected, rel=1e-5, abs=1e-30)


@pytest.mark.parametrize("sigma", [1e-4, 0.01, 0.1, 0.5])
def test_rates_at_little_noise_far_above_threshold(one_population, sigma):
    # from quadrature over ln(-y), y = (V - 40)/sigma + shift
    shift = 1.4603545088095868 * np.sqrt(2) / 2 * np.sqrt(2 / 10)
    limits = np.log([20 / sigma - shift, 40 / sigma - shift])
    integral = quad(lambda u: np.exp(u) * erfcx(np.exp(u)), *limits, epsrel=1e-12)[0]
    field = mean_field(one_population)
    result = firing_rates(field, np.array([40.0]), np.array([sigma]), np.array([2.0]))
    assert result == pytest.approx(1e3 / (2 + 10 * np.sqrt(np.pi) * integral), rel=1e-10)


def test_populations_of_very_different_input_do_not_disturb_each_other(make_network):
    mu = np.array([-1e4, 0.0, 15.0, 1e6, 40.0, 20.0])
    sigma = np.array([1.0, 1e-3, 5.0, 10.0, 0.01, 300.0])
    index = [("A", f"L{i}", "E") for i in range(6)]
    field = mean_field(make_network(index, np.zeros((6, 6)), np.zeros((6, 6))))
    single = mean_field(make_network(index[:1], [[0]], [[0]]))
    alone = [
        firing_rates(single, *(np.array([v]) for v in (m, s, 2.0)))[0]
        for m, s in zip(mu, sigma, strict=True)
    ]
    together = firing_rates(field, mu, sigma, np.full(6, 2.0))
    assert together == pytest.approx(alone, rel=1e-11)
    assert together[:2].tolist() == [0, 0]
    assert together[3] == pytest.approx(500, rel=1e-3)


def finite_differences(network, rates, step=1e-4):
    field = mean_field(network)
    return np.transpose(
        [
            (response(field, rates + step * unit) - response(field, rates - step * unit)) / step / 2
            for unit in np.eye(len(rates))
        ]
    )


@pytest.mark.parametrize("name", ["microcircuit", "pair", "bistable"])
def test_gain_matrix_equals_finite_differences(name, request):
    network = request.getfixturevalue(name)
    rates = np.random.default_rng(1).uniform(1, 20, len(network))
    gain = gain_matrix(network, rates)
    assert gain == pytest.approx(finite_differences(network, rates), rel=1e-6, abs=1e-8)
    assert np.abs(gain).max() > 0.01


def test_gain_without_noise(make_network):
    # mu = 25 + 0.05 nu from a constant current and synapses so many and weak that sigma vanishes
    network = make_network([("A", "V", "E")], [[5e12]], [[1e-10]], i_dc=500.0)
    phi = 1e3 / (2 + 10 * np.log(25.05 / 5.05))
    expected = 1e-3 * phi**2 * 10 * (1 / 5.05 - 1 / 25.05) * 0.05
    assert gain_matrix(network, np.ones(1)) == pytest.approx(expected)


@pytest.mark.parametrize("i_dc", [-20000.0, -200.0, 20000.0])
def test_gain_far_from_threshold_is_finite(make_network, i_dc):
    network = make_network(
        [("A", "V", "E")], [[100]], [[20.0]], i_dc=i_dc, weight_ext=2.0, rate_ext=1.0,
        indegree_external=10,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(gain_matrix(network, np.ones(1))).all()


def test_slow_synapses_are_told_once_and_not_as_warning(one_population, microcircuit):
    field = mean_field(one_population)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        response(field, np.zeros(1))
    (note,) = large_k_note(field, np.zeros(1))
    assert "0.447" in note and "1 of 1" in note
    assert large_k_note(mean_field(microcircuit), np.ones(8)) == ()


def test_a_neuron_without_reset_is_refused(make_network):
    network = make_network(
        EI, np.zeros((2, 2)), np.zeros((2, 2)), V_reset=np.nan, neuron_model="mat2_psc_exp"
    )
    with pytest.raises(InputError, match=r"A\|V\|E has no V_reset.*mat2_psc_exp"):
        working_point(network, np.zeros(2))
