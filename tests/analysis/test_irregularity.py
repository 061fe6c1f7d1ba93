"""CV and LvR against numbers computed by hand, Elephant and theory."""

import numpy as np
import pytest
from handmade import make_network, make_trains, parameters, poisson_trains
from scipy.stats import gamma

from multiarea.analysis.irregularity import cv, lvr
from multiarea.errors import InputError
from multiarea.spikes.statistics import cv_of_block, lvr_of_block, of_neurons

KEY, OTHER = ("a", "IV", "E"), ("a", "IV", "I")
WHOLE = (0.0, 1e9)


def reference_lvr(times, t_ref):
    """Return LvR by a plain loop over pairs of intervals."""
    intervals = np.diff(times)
    terms = [
        (1 - 4 * a * b / (a + b) ** 2) * (1 + 4 * t_ref / (a + b))
        for a, b in zip(intervals[:-1], intervals[1:], strict=True)
    ]
    return 3 * np.sum(terms) / (len(intervals) - 1)


def network(t_ref):
    return make_network({KEY: 5, OTHER: 5}, np.ones((2, 2)), np.ones((2, 2)), t_ref=t_ref)


def test_cv_by_hand(store):
    """Intervals 1, 3, 2, 2: mean 2, sd sqrt(2 / 4); 10, 10: sd 0; 5, 15: mean 10, sd 5."""
    trains = [[1.0, 2.0, 5.0, 7.0, 9.0], [], [1.0, 11.0, 21.0], [3.0], [1.0, 6.0, 21.0]]
    table = cv(spikes=store({KEY: trains}), parameters=parameters(cv={"min_spikes": 3}))
    values = np.array([np.sqrt(0.5) / 2, 0.0, 0.5])
    assert table["n_neurons"][0] == 3
    assert table["cv"][0] == pytest.approx(values.mean())
    assert table["cv_sd"][0] == pytest.approx(values.std())


def test_lvr_by_hand(store):
    """Intervals 1, 3, 2 ms with R = 2 ms: 3/2 ((2/4)^2 (1 + 8/4) + (1/5)^2 (1 + 8/5))."""
    expected = 1.5 * (0.25 * 3 + 0.04 * 2.6)
    table = lvr(
        network=network([2.0, 0.0]),
        spikes=store({KEY: [[1.0, 2.0, 5.0, 7.0]], OTHER: [[1.0, 2.0, 5.0, 7.0]]}),
        parameters=parameters(lvr={"min_spikes": 3}),
    )
    assert table["lvr"].tolist() == pytest.approx([expected, 1.5 * 0.29])


def test_populations_without_enough_spikes_are_nan(store):
    table = cv(spikes=store({KEY: [[1.0, 2.0]] * 5, OTHER: [[]]}), parameters=parameters())
    assert table["n_neurons"].tolist() == [0, 0]
    assert table["cv"].isna().all()


def test_window_and_smallest_number_of_spikes(store):
    """From 100 ms on, the first train has 10 spikes, the second 9."""
    first = [1.0, 2.0, *np.arange(100.0, 200.0, 10.0)]
    second = [1.0, 2.0, *np.arange(100.0, 190.0, 10.0)]
    wanted = parameters(cv={"t_start": 100.0}, lvr={"t_start": 100.0})
    spikes = store({KEY: [first, second]})
    assert cv(spikes=spikes, parameters=wanted)["n_neurons"][0] == 1
    assert cv(spikes=spikes, parameters=wanted)["cv"][0] == pytest.approx(0, abs=1e-12)
    assert lvr(network=network(2.0), spikes=spikes, parameters=wanted)["n_neurons"][0] == 1


def test_against_elephant():
    pytest.importorskip("elephant")
    from elephant.statistics import cv as elephant_cv
    from elephant.statistics import lvr as elephant_lvr
    from quantities import ms

    rng = np.random.default_rng(4)
    lists = [sorted(rng.uniform(0, 2000, n).tolist()) for n in (3, 0, 17, 2, 250, 11, 0, 60)]
    lists = [[0.1 * round(10 * t) for t in sorted({round(t, 1) for t in times})] for times in lists]
    trains = make_trains(lists)
    cvs = of_neurons(trains, WHOLE, 3, cv_of_block)
    lvrs = of_neurons(trains, WHOLE, 3, lvr_of_block(2.0))
    for times, one_cv, one_lvr in zip(lists, cvs, lvrs, strict=True):
        if len(times) < 3:
            assert np.isnan(one_cv)
            assert np.isnan(one_lvr)
        else:
            intervals = np.diff(times)
            assert one_cv == pytest.approx(elephant_cv(intervals))
            assert one_lvr == pytest.approx(float(elephant_lvr(intervals * ms, R=2.0 * ms)))
            assert one_lvr == pytest.approx(reference_lvr(times, 2.0))


def test_poisson_trains_have_cv_1():
    trains = make_trains(poisson_trains(np.random.default_rng(1), 300, 50.0, 10_000.0))
    assert np.mean(of_neurons(trains, WHOLE, 10, cv_of_block)) == pytest.approx(1, abs=0.01)
    assert np.mean(of_neurons(trains, WHOLE, 10, lvr_of_block(0.0))) == pytest.approx(1, abs=0.01)


def test_regular_trains_have_cv_0_and_lvr_0():
    trains = make_trains([list(np.arange(0.0, 1000.0, 20.0))] * 3)
    np.testing.assert_allclose(of_neurons(trains, WHOLE, 10, cv_of_block), 0, atol=1e-12)
    np.testing.assert_allclose(of_neurons(trains, WHOLE, 10, lvr_of_block(2.0)), 0, atol=1e-12)


def test_refractoriness_is_corrected_to_first_order():
    """Poisson with a dead time of R = 2 ms and mean interval m: CV = 1 - R / m.

    With u = 2 R / (I_k + I_k+1), LvR is the mean of (1 - u)^2 without, and of
    (1 - u)^2 (1 + 2 u) = 1 - O(u^2) with the correction; I_k + I_k+1 - 2 R is gamma distributed.
    """
    rng = np.random.default_rng(2)
    R, mean = 2.0, 40.0
    intervals = R + rng.exponential(mean - R, (400, 500))
    trains = make_trains(np.cumsum(intervals, axis=1).tolist())
    u = 2 * R / (2 * R + gamma(2, scale=mean - R).ppf((np.arange(10_000) + 0.5) / 10_000))
    cvs = of_neurons(trains, WHOLE, 10, cv_of_block)
    plain = of_neurons(trains, WHOLE, 10, lvr_of_block(0.0))
    corrected = of_neurons(trains, WHOLE, 10, lvr_of_block(R))
    assert np.mean(cvs) == pytest.approx(1 - R / mean, abs=0.01)
    assert np.mean(plain) == pytest.approx(np.mean((1 - u) ** 2), abs=0.006)
    assert np.mean(corrected) == pytest.approx(np.mean((1 - u) ** 2 * (1 + 2 * u)), abs=0.006)


def test_long_trains_are_cut_into_blocks_without_a_seam(monkeypatch):
    from multiarea.spikes import windows

    rng = np.random.default_rng(3)
    trains = make_trains(poisson_trains(rng, 40, 30.0, 1000.0))
    whole = of_neurons(trains, (100.0, 900.0), 10, lvr_of_block(2.0))
    plain = windows.blocks
    monkeypatch.setattr(windows, "blocks", lambda trains: plain(trains, 64))
    np.testing.assert_array_equal(of_neurons(trains, (100.0, 900.0), 10, lvr_of_block(2.0)), whole)


def test_a_foreign_population_is_told(store):
    with pytest.raises(InputError, match="no population z\\|IV\\|E"):
        lvr(
            network=network(2.0), spikes=store({("z", "IV", "E"): [[1.0]]}), parameters=parameters()
        )


@pytest.mark.parametrize("block", ["cv", "lvr"])
def test_a_short_run_is_told(store, block):
    spikes = store({KEY: [[1.0]]}, t_stop=400.0)
    wanted = parameters(**{block: {"t_start": 500.0}})
    with pytest.raises(InputError, match=f"t_sim = 400 ms ends before {block}.t_start = 500 ms"):
        if block == "cv":
            cv(spikes=spikes, parameters=wanted)
        else:
            lvr(network=network(2.0), spikes=spikes, parameters=wanted)
