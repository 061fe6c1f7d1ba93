"""Measures against the functions of Elephant that compute the same.

CV and LvR, and the correlation coefficient, are compared in test_irregularity.py and
test_correlation.py.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from handmade import make_network, make_trains, parameters, poisson_trains

from multiarea.analysis.power_spectra import power_spectra
from multiarea.analysis.rate_histograms import rate_histograms
from multiarea.analysis.rates import rates, rates_individual
from multiarea.analysis.synaptic_currents import synaptic_currents
from multiarea.spikes.statistics import cv_of_block, of_neurons

pytest.importorskip("elephant")
import neo
import quantities as pq
from elephant import kernels, spectral, statistics

KEY, OTHER = ("a", "IV", "E"), ("a", "V", "E")
T_STOP = 2000.0


@pytest.fixture(scope="module")
def lists():
    return poisson_trains(np.random.default_rng(11), 15, 20.0, T_STOP) + [[]]


@pytest.fixture
def spikes(store, lists):
    return store({KEY: lists[:9], OTHER: lists[9:]}, T_STOP)


def elephant_trains(lists):
    return [neo.SpikeTrain(times, units="ms", t_stop=T_STOP) for times in lists]


def test_mean_firing_rates(spikes, lists):
    wanted = parameters(
        meanFiringRate={"t_start": 500.0, "t_stop": 1500.0},
        individualFiringRate={"t_start": 500.0, "t_stop": 1500.0},
    )
    window = {"t_start": 500.0 * pq.ms, "t_stop": 1500.0 * pq.ms}
    expected = [
        float(statistics.mean_firing_rate(train, **window).rescale("Hz")) if len(train) else 0.0
        for train in elephant_trains(lists)
    ]
    individual = rates_individual(spikes=spikes, parameters=wanted)["rate"]
    assert individual.tolist() == pytest.approx(expected)
    table = rates(spikes=spikes, parameters=wanted)["rate_spikes_per_s"]
    assert table.tolist() == pytest.approx([np.mean(expected[:9]), np.mean(expected[9:])])


def test_time_histogram(spikes, lists):
    wanted = parameters(rate_histogram={"binsize": 5.0})
    found = rate_histograms(spikes=spikes, parameters=wanted)["population_rate"]
    for row, part in zip(found, (lists[:9], lists[9:]), strict=True):
        expected = statistics.time_histogram(
            elephant_trains(part), bin_size=5.0 * pq.ms, output="rate"
        )
        np.testing.assert_allclose(row, expected.rescale("Hz").magnitude[:, 0], rtol=1e-6)


def test_power_spectral_density(spikes):
    rate = rate_histograms(spikes=spikes, parameters=parameters())
    found = power_spectra(rate_histograms=rate, parameters=parameters())
    signal = neo.AnalogSignal(rate["area_rate"].T, units="Hz", sampling_rate=1000 * pq.Hz)
    frequency, power = spectral.welch_psd(signal, len_segment=1024, overlap=1000 / 1024)
    np.testing.assert_allclose(found["frequency"], frequency.rescale("Hz").magnitude)
    np.testing.assert_allclose(found["power"], power.magnitude, atol=1e-10)


def test_intervals(lists):
    trains = make_trains(lists)
    found = of_neurons(trains, (0.0, T_STOP), 3, cv_of_block)
    expected = [
        statistics.cv(statistics.isi(train)) if len(train) > 2 else np.nan
        for train in elephant_trains(lists)
    ]
    np.testing.assert_allclose(found, expected)


def current(spikes, binsize):
    """Return the current of a network in which every neuron has 3 inputs of 2 pA from KEY."""
    synapses = np.array([[27.0, 0], [21.0, 0]])
    network = make_network({KEY: 9, OTHER: 7}, synapses, np.full((2, 2), 2.0), tau_syn_ex=4.0)
    histograms = rate_histograms(
        spikes=spikes, parameters=parameters(rate_histogram={"binsize": binsize})
    )
    result = synaptic_currents(network=network, rate_histograms=histograms, parameters=parameters())
    return result["current"][0]


def instantaneous_rate(lists, step):
    """Return the sum of the trains' rates (1/ms) with the kernel exp(-t/4 ms) / 4 ms."""
    middle = [step * (np.floor(np.array(times) / step) + 0.5) for times in lists]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on the change of the default of center_kernel
        rate = statistics.instantaneous_rate(
            elephant_trains(middle),
            sampling_period=step * pq.ms,
            kernel=kernels.ExponentialKernel(4.0 * pq.ms),
            cutoff=12.0,
            center_kernel=False,
        )
    return rate.rescale("1/ms").magnitude.sum(axis=1)


def test_filtered_rate_is_the_limit_of_the_instantaneous_rate(spikes, lists):
    """Elephant samples the kernel once per bin, ours is exact: they differ by O(bin).

    Each neuron gets 3 x 2 pA x (mean rate of 9 neurons * exp(-t / 4 ms)).
    """
    differences = []
    for step in (0.4, 0.2, 0.1):
        expected = 3 * 2.0 * 4.0 * instantaneous_rate(lists[:9], step) / 9
        settled = slice(round(100 / step), None)
        found = current(spikes, step)[settled]
        differences.append(np.abs(found - expected[settled]).mean() / found.mean())
    assert differences[2] < 0.02
    np.testing.assert_allclose(np.divide(differences[:2], differences[1:]), 2, rtol=0.1)
