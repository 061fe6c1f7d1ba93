"""Spike counts, synaptic currents, BOLD and spectra."""

import numpy as np
import pytest
from handmade import make_network, parameters
from scipy.integrate import solve_ivp

from multiarea.analysis.bold import balloon_windkessel, bold
from multiarea.analysis.functional_connectivity import fc_bold
from multiarea.analysis.power_spectra import power_spectra
from multiarea.analysis.rate_histograms import rate_histograms
from multiarea.analysis.results import Arrays
from multiarea.analysis.spike_counts import spike_count_distributions
from multiarea.analysis.synaptic_currents import exponential_filter, synaptic_currents
from multiarea.errors import InputError

A_E, A_I, B_E = ("a", "IV", "E"), ("a", "IV", "I"), ("b", "IV", "E")


def test_spike_counts_by_hand(store):
    trains = {
        A_E: [[600.0], [], [1.0, 601.0, 602.0]],
        A_I: [[]],
        B_E: [[600.0 + k] for k in range(4)],
    }
    result = spike_count_distributions(
        spikes=store(trains),
        parameters=parameters(
            individualFiringRate={"t_start": 500.0}, binned_spikerates_per_neuron={"bins": 4}
        ),
    )
    assert result["population_neurons"].tolist() == [[1, 1, 1, 0], [1, 0, 0, 0], [0, 4, 0, 0]]
    assert result["area_neurons"].tolist() == [[2, 1, 1, 0], [0, 4, 0, 0]]
    assert result["area_width"].tolist() == [1, 1]
    assert float(result["duration"]) == 500.0


def test_spike_counts_join_whole_numbers(store):
    """Counts 0 ... 9 in 4 bins: the width is 3."""
    trains = {A_E: [[float(k) for k in range(n)] for n in range(10)]}
    result = spike_count_distributions(
        spikes=store(trains), parameters=parameters(binned_spikerates_per_neuron={"bins": 4})
    )
    assert result["population_width"].tolist() == [3]
    assert result["population_neurons"].tolist() == [[3, 3, 3, 1]]


def currents_network(**columns):
    synapses = np.array([[20, 10, 0], [8, 4, 2], [0, 0, 6]])
    weight = np.array([[1.0, -5.0, 0.0], [2.0, -3.0, 4.0], [0.0, 0.0, 7.0]])
    return make_network({A_E: 4, A_I: 2, B_E: 3}, synapses, weight, **columns)


#: The current before the window decays within it and adds tau / 1000 ms to the mean.
EARLY_E, EARLY_I = 1 + 0.5 / 1000, 1 + 2 / 1000


def test_mean_current_by_hand(store):
    """Rates 2, 4, 1 spikes/s, tau 0.5 ms excitatory and 2 ms inhibitory.

    a E: 1 * 5 * 2 * 0.5 + 5 * 2.5 * 4 * 2 = 105; a I: 2 * 4 * 2 * 0.5 + 3 * 2 * 4 * 2 +
    4 * 1 * 1 * 0.5 = 58; mean over 4 and 2 neurons: 89.333 / 1000 pA. b E: 7 * 2 * 1 * 0.5 = 7.
    """
    spikes = store(
        {A_E: [[100.5, 900.5]] * 4, A_I: [[100.5, 300.5, 500.5, 700.5]] * 2, B_E: [[500.5]] * 3}
    )
    wanted = parameters()
    rates = rate_histograms(spikes=spikes, parameters=wanted)
    result = synaptic_currents(
        network=currents_network(tau_syn_in=2.0), rate_histograms=rates, parameters=wanted
    )
    a_e, a_i = 5 * EARLY_E + 100 * EARLY_I, 8 * EARLY_E + 48 * EARLY_I + 2 * EARLY_E
    assert result["current"].mean(axis=1) == pytest.approx(
        [(4 * a_e + 2 * a_i) / 6 / 1000, 7 * EARLY_E / 1000]
    )
    assert result.unit("current") == "pA"


def test_the_sign_of_a_weight_decides_its_time_constant(store):
    """Whatever the population is called: 1 pA * 5 * 2 spikes/s * 4 ms = 0.04 pA."""
    key = ("a", "IV", "pyramidal")
    network = make_network({key: 4}, np.array([[20.0]]), np.array([[1.0]]), tau_syn_ex=4.0)
    rates = rate_histograms(spikes=store({key: [[100.5, 500.5]] * 4}), parameters=parameters())
    result = synaptic_currents(network=network, rate_histograms=rates, parameters=parameters())
    assert result["current"].mean() == pytest.approx(0.04, rel=0.01)


@pytest.mark.parametrize("binsize", [0.1, 1.0, 5.0])
def test_filter_is_exact_at_any_bin_width(binsize):
    """One spike, spread over one bin b: it leaves tau (1 - exp(-b / tau)) / b at the bin's end."""
    tau, k = 2.0, round(40 / binsize)
    rate = np.zeros((1, round(100 / binsize)))
    rate[0, k] = 1 / binsize
    result = exponential_filter(rate, tau, binsize)[0]
    mean = tau / binsize * (1 - np.exp(-binsize / tau))
    expected = mean * mean * np.exp(-np.arange(10) * binsize / tau)
    np.testing.assert_allclose(result[k + 1 : k + 11], expected, atol=1e-8)
    before = tau / 100
    assert result.sum() * binsize == pytest.approx(tau * (1 + before))


def test_filter_against_a_direct_convolution():
    rng = np.random.default_rng(1)
    rate = rng.poisson(3.0, (2, 200)).astype(float)
    edges = np.arange(0, 40, 0.01)
    kernel = 2.0 * (np.exp(-edges / 2.0) - np.exp(-(edges + 0.01) / 2.0))
    at_edges = np.stack([np.convolve(row, kernel) for row in np.repeat(rate, 100, axis=1)])
    means = (at_edges[:, 99:19_999] + at_edges[:, 100:20_000]) / 2
    expected = means.reshape(2, 199, 100).mean(axis=2)
    result = exponential_filter(rate, 2.0, 1.0)[:, 1:]
    np.testing.assert_allclose(result[:, 30:], expected[:, 30:], rtol=1e-4)


def test_currents_where_not_all_areas_are_recorded(store):
    """Area b gets input from b only; area a from both, so that it has no value without b."""
    wanted = parameters()
    trains = {A_E: [[100.5, 900.5]] * 4, A_I: [[100.5]] * 2, B_E: [[500.5]] * 3}
    results = [
        synaptic_currents(
            network=currents_network(),
            rate_histograms=rate_histograms(spikes=store(recorded), parameters=wanted),
            parameters=wanted,
        )
        for recorded in (trains, {B_E: trains[B_E]}, {k: trains[k] for k in (A_E, A_I)})
    ]
    assert results[1]["area"].tolist() == ["b"] and results[2]["area"].tolist() == ["a"]
    assert (results[1]["current"][0] == results[0]["current"][1]).all()
    assert np.isnan(results[2]["current"]).all()


def test_currents_of_another_network_are_told(store):
    wanted = parameters()
    other = {("c", "IV", "E"): [[1.0]], A_E: [[1.0]]}
    rates = rate_histograms(spikes=store(other), parameters=wanted)
    with pytest.raises(InputError, match="populations differ"):
        synaptic_currents(network=currents_network(), rate_histograms=rates, parameters=wanted)


def adaptive_bold(drive, binsize, times, start):
    """Return BOLD by a tight adaptive solve of the equations as written, one bin at a time."""
    kappa, gamma, tau, alpha, rho, v_0 = 0.65, 0.41, 0.98, 0.32, 0.34, 0.02

    def change(_, state, u):
        s, f, v, q = state
        extraction = (1 - (1 - rho) ** (1 / f)) / rho
        return [
            u - kappa * s - gamma * (f - 1),
            s,
            (f - v ** (1 / alpha)) / tau,
            (f * extraction - v ** (1 / alpha) * q / v) / tau,
        ]

    f = 1 + start / gamma
    state = np.array([0, f, f**alpha, f**alpha * (1 - (1 - rho) ** (1 / f)) / rho])
    states = [state]
    for u in drive:
        solution = solve_ivp(
            change, (0, binsize / 1000), state, "DOP853", args=(u,), rtol=1e-10, atol=1e-13
        )
        state = solution.y[:, -1]
        states.append(state)
    _, _, v, q = np.array(states)[np.rint(times / binsize).astype(int)].T
    return v_0 * (7 * rho * (1 - q) + 2 * (1 - q / v) + (2 * rho - 0.2) * (1 - v))


@pytest.mark.parametrize("start", [0.0, 1.5])
@pytest.mark.parametrize("binsize", [1.0, 4.0, 20.0])
def test_bold_agrees_with_an_adaptive_solve(start, binsize):
    rng = np.random.default_rng(8)
    n_bins = round(3000 / binsize)
    drive = rng.gamma(0.5, 4.0, (3, n_bins)) * np.array([[0.3], [1.0], [8.0]])
    drive[1, n_bins // 3 : n_bins // 2] += 20.0
    result, step = balloon_windkessel(drive, binsize, np.full(3, start))
    times = step * np.arange(result.shape[1])
    for row, solved in zip(drive, result, strict=True):
        keep = np.isclose(times / binsize, np.rint(times / binsize))
        expected = adaptive_bold(row, binsize, times[keep], start)
        assert np.abs(solved[keep] - expected).max() < 1e-4 * np.abs(expected).max()


def test_bold_of_a_constant_drive_stays_in_the_steady_state():
    result, step = balloon_windkessel(np.full((2, 500), 3.0), 1.0, np.full(2, 3.0))
    assert step == 10.0
    np.testing.assert_allclose(result, result[0, 0], rtol=1e-10)
    at_rest, _ = balloon_windkessel(np.zeros((1, 500)), 1.0, np.zeros(1))
    np.testing.assert_allclose(at_rest, 0, atol=1e-15)


def test_bold_settles_to_the_same_state_from_rest():
    from_rest, _ = balloon_windkessel(np.full((1, 60_000), 2.0), 1.0, np.zeros(1))
    settled, _ = balloon_windkessel(np.full((1, 10), 2.0), 1.0, np.full(1, 2.0))
    assert from_rest[0, -1] == pytest.approx(settled[0, 0], rel=1e-5)


def test_bold_time_axis_holds_for_other_bins(store):
    for binsize in (0.1, 2.0, 3.0):
        wanted = parameters(rate_histogram={"t_start": 100.0, "binsize": binsize})
        rates = rate_histograms(spikes=store({A_E: [[400.0]]}), parameters=wanted)
        result = bold(rate_histograms=rates, parameters=wanted)
        assert result["bold"].shape == (1, len(result["time"]))
        assert result["time"][0] == 100.0
        assert 985 <= result["time"][-1] <= 1000


def test_an_area_whose_flow_would_be_negative_is_named():
    """A second of 20 spikes/s within 12 s of 0.5: the rates that were reported."""
    time = np.arange(500.0, 12500.0)
    burst = np.where((time >= 3000) & (time < 4000), 20.0, 0.5)
    content = {
        "area_rate": (np.stack([burst, 2 + np.sin(time / 500)]), ("area", "time"), "spikes/s"),
        "time": (time, ("time",), "ms"),
        "binsize": (np.array(1.0), (), "ms"),
        "area": (np.array(["V1", "V2"]), ("area",), ""),
    }
    wanted = parameters()
    with pytest.warns(UserWarning) as warned:
        result = bold(rate_histograms=Arrays(content), parameters=wanted)
    first = result["time"][np.isnan(result["bold"][0])][0]
    assert np.isfinite(result["bold"][1]).all()
    text = str(warned[0].message)
    assert f"no signal of 'V1' from {first:g} ms on (rate 2.12 on average, up to 20 sp" in text
    assert "blood flow of an area would be negative" in text and "V2" not in text
    with pytest.warns(UserWarning, match=rf"'V1' \(nan from {first:g} ms on\) with any area"):
        table = fc_bold(bold=result, parameters=wanted)
    assert table["V1"].isna().all() and table["V2"].tolist()[1] == 1


def test_spectrum_of_a_sine(store):
    """A sine of amplitude 3 at 62.5 Hz holds a power of 4.5 at that frequency."""
    wanted = parameters()
    rates = rate_histograms(spikes=store({A_E: [[1.0]]}, 8000.0), parameters=wanted)
    rates["area_rate"][:] = 10 + 3 * np.sin(2 * np.pi * 62.5 * rates["time"] / 1000)
    result = power_spectra(rate_histograms=rates, parameters=wanted)
    frequency = result["frequency"]
    assert frequency[np.argmax(result["power"][0])] == pytest.approx(62.5)
    assert result["power"].sum() * (frequency[1] - frequency[0]) == pytest.approx(4.5, rel=0.01)


def test_spectrum_of_poisson_spikes_is_flat(store):
    """n neurons of rate r: the density of their mean rate is 2 r / n (one-sided)."""
    rng = np.random.default_rng(9)
    trains = [np.sort(rng.uniform(0, 30_000, 1200)).tolist() for _ in range(20)]
    wanted = parameters()
    rates = rate_histograms(spikes=store({A_E: trains}, 30_000.0), parameters=wanted)
    result = power_spectra(rate_histograms=rates, parameters=wanted)
    assert result["power"][0, 5:-5].mean() == pytest.approx(2 * 40.0 / 20, rel=0.05)


def test_spectrum_of_a_short_run(store):
    wanted = parameters()
    rates = rate_histograms(spikes=store({A_E: [[1.0]]}, 20.0), parameters=wanted)
    assert power_spectra(rate_histograms=rates, parameters=wanted)["power"].shape == (1, 11)
