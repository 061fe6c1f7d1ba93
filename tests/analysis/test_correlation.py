"""Mean pairwise correlation against the matrix of coefficients, Elephant and theory."""

import numpy as np
import pytest
from handmade import make_trains, parameters, poisson_trains

from multiarea.analysis.correlation import active_subsample, correlation, mean_correlation
from multiarea.errors import InputError

KEY = ("a", "IV", "E")


def test_by_hand(store):
    """Counts (1,0,1,0), (1,0,0,1), (0,1,0,1) have r = 0, -1, 0: the mean is -1/3."""
    trains = make_trains([[0.5, 2.5], [0.5, 3.5], [1.5, 3.5]])
    n, value = mean_correlation(trains, (0.0, 4.0), 1.0)
    assert n == 3
    assert value == pytest.approx((0.0 - 1.0 + 0.0) / 3)


def test_against_the_matrix_with_several_spikes_per_bin():
    rng = np.random.default_rng(7)
    trains = make_trains(poisson_trains(rng, 30, 40.0, 2000.0))
    counts = np.array(
        [
            np.histogram(trains.times[a:b], 400, (0, 2000))[0]
            for a, b in zip(trains.offsets[:-1], trains.offsets[1:], strict=True)
        ]
    )
    matrix = np.corrcoef(counts)
    expected = (matrix.sum() - 30) / (30 * 29)
    assert mean_correlation(trains, (0.0, 2000.0), 5.0)[1] == pytest.approx(expected, abs=1e-12)


def test_against_elephant():
    neo = pytest.importorskip("neo")
    quantities = pytest.importorskip("quantities")
    pytest.importorskip("elephant")
    from elephant.conversion import BinnedSpikeTrain
    from elephant.spike_train_correlation import correlation_coefficient

    rng = np.random.default_rng(3)
    common = rng.uniform(0, 1000, 20)
    lists = [np.sort(np.append(own, common)).tolist() for own in poisson_trains(rng, 12, 20, 1000)]
    trains = [neo.SpikeTrain(times, units="ms", t_stop=1000) for times in lists]
    matrix = correlation_coefficient(
        BinnedSpikeTrain(trains, bin_size=2 * quantities.ms), binary=False
    )
    expected = (matrix.sum() - 12) / (12 * 11)
    value = mean_correlation(make_trains(lists), (0.0, 1000.0), 2.0)[1]
    assert value == pytest.approx(expected, abs=1e-12)


def test_independent_trains_are_uncorrelated(store):
    """The mean of n (n - 1) / 2 pairs has the standard error 1 / sqrt(bins * pairs)."""
    trains = poisson_trains(np.random.default_rng(5), 200, 10.0, 10_000.0)
    table = correlation(spikes=store({KEY: trains}, 10_000.0), parameters=parameters())
    assert abs(table["correlation"][0]) < 4 / np.sqrt(10_000 * 200 * 199 / 2)


def test_a_common_source_gives_its_share(store):
    """Each spike of a mother train enters each train with probability c: r = c."""
    rng, c = np.random.default_rng(6), 0.3
    mother = np.sort(rng.choice(60_000, 1500, replace=False)) + 0.5
    trains = [mother[rng.random(len(mother)) < c].tolist() for _ in range(80)]
    table = correlation(spikes=store({KEY: trains}, 60_000.0), parameters=parameters())
    assert table["correlation"][0] == pytest.approx(c, abs=0.01)


def test_silent_neurons_are_left_out_and_one_train_gives_nan(store):
    trains = {KEY: [[], [500.0], []], ("b", "IV", "E"): [[1.0, 500.0], [1.0, 500.0], [], [2.0]]}
    wanted = parameters(correlation_coefficient={"tmin": 400.0})
    table = correlation(spikes=store(trains), parameters=wanted)
    assert table["n_trains"].tolist() == [1, 2]
    assert np.isnan(table["correlation"][0])
    assert table["correlation"][1] == pytest.approx(1.0)


def test_subsample_is_bounded_random_and_repeatable():
    rng = np.random.default_rng(2)
    trains = make_trains(poisson_trains(rng, 50, 20.0, 1000.0))
    first = active_subsample(trains, (0.0, 1000.0), 10, [1, 2])
    again = active_subsample(trains, (0.0, 1000.0), 10, [1, 2])
    other = active_subsample(trains, (0.0, 1000.0), 10, [1, 3])
    assert first.n_neurons == again.n_neurons == other.n_neurons == 10
    assert first.times.tolist() == again.times.tolist() != other.times.tolist()


def test_pick_keeps_whole_trains():
    trains = make_trains([[1.0], [], [2.0, 3.0], [4.0]])
    picked = trains.pick(np.array([2, 1, 3]))
    assert picked.times.tolist() == [2.0, 3.0, 4.0]
    assert picked.offsets.tolist() == [0, 2, 2, 3]


def test_too_few_bins_are_told(store):
    wanted = parameters(correlation_coefficient={"tbin": 900.0})
    with pytest.raises(InputError, match="tbin = 900 ms leaves 1 bins"):
        correlation(spikes=store({KEY: [[1.0]]}), parameters=wanted)
