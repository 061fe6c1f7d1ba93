"""Rates and rate histograms against numbers computed by hand."""

import numpy as np
import pytest
from handmade import make_trains, parameters

from multiarea.analysis.rate_histograms import rate_histograms
from multiarea.analysis.rates import rates, rates_individual
from multiarea.errors import InputError
from multiarea.spikes import windows

E, INH = ("a", "IV", "E"), ("a", "IV", "I")
OTHER = ("b", "VI", "E")
TRAINS = {
    E: [[100.0, 500.0, 600.0, 999.9], [], [10.0], [700.0]],
    INH: [[1000.0], [499.9]],
    OTHER: [[], [], []],
}


def test_rates_by_hand(store):
    """From 500 ms to 1000 ms E has 3 + 0 + 0 + 1 = 4 spikes of 4 neurons in 0.5 s: 2 spikes/s."""
    table = rates(
        spikes=store(TRAINS), parameters=parameters(meanFiringRate={"t_start": 500.0})
    ).set_index(["area", "layer", "population"])
    assert table.loc[E].tolist() == [4, 4, 2.0, 0.5]
    assert table.loc[INH].tolist() == [2, 0, 0.0, 0.0]
    assert table.loc[OTHER].tolist() == [3, 0, 0.0, 0.0]


def test_individual_rates_by_hand(store):
    result = rates_individual(
        spikes=store(TRAINS),
        parameters=parameters(individualFiringRate={"t_start": 100.0, "t_stop": 600.0}),
    )
    assert result["rate"].tolist() == [4.0, 0, 0, 0, 0, 2.0, 0, 0, 0]
    assert result["offsets"].tolist() == [0, 4, 6, 9]
    assert list(result.populations) == [E, INH, OTHER]


def test_histograms_by_hand(store):
    """Bins of 250 ms from 500 ms: E has 3 and 1 spikes; 4 neurons: 3 and 1 spikes/s."""
    result = rate_histograms(
        spikes=store(TRAINS),
        parameters=parameters(rate_histogram={"t_start": 500.0, "binsize": 250.0}),
    )
    assert result["time"].tolist() == [500.0, 750.0]
    assert result["population_rate"].tolist() == [[3.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    assert result["area_rate"].tolist() == [[2.0, pytest.approx(2 / 3)], [0.0, 0.0]]
    assert result["area"].tolist() == ["a", "b"]


def test_histograms_honour_stop_and_whole_bins(store):
    result = rate_histograms(
        spikes=store(TRAINS),
        parameters=parameters(rate_histogram={"t_start": 0.0, "t_stop": 650.0, "binsize": 200.0}),
    )
    counts = result["population_rate"] * 0.2 * np.array([[4], [2], [3]])
    np.testing.assert_allclose(counts, [[2, 0, 1], [0, 0, 1], [0, 0, 0]], atol=1e-12)


def test_rounding_of_spike_times_moves_no_spike(store):
    """0.1 * 3 is a little more than 0.3, 0.1 * 5003 a little less than 500.3."""
    times = np.arange(10_000) * 0.1
    result = rate_histograms(
        spikes=store({E: [times.tolist()]}), parameters=parameters(rate_histogram={"binsize": 1.0})
    )
    np.testing.assert_allclose(result["population_rate"], 10_000.0)


@pytest.mark.parametrize(
    ("measure", "block"),
    [
        (rates, "meanFiringRate"),
        (rates_individual, "individualFiringRate"),
        (rate_histograms, "rate_histogram"),
    ],
)
def test_a_short_run_is_told(store, measure, block):
    spikes = store({E: [[1.0]]}, t_stop=400.0)
    wanted = parameters(**{block: {"t_start": 500.0}})
    with pytest.raises(InputError, match=f"t_sim = 400 ms ends before {block}.t_start = 500 ms"):
        measure(spikes=spikes, parameters=wanted)
    wanted = parameters(**{block: {"t_stop": 500.0}})
    with pytest.raises(InputError, match=f"{block}.t_stop = 500 ms"):
        measure(spikes=spikes, parameters=wanted)


def test_a_bin_longer_than_the_window_is_told(store):
    with pytest.raises(InputError, match="binsize = 2000 ms"):
        rate_histograms(
            spikes=store(TRAINS), parameters=parameters(rate_histogram={"binsize": 2000.0})
        )


def test_blocks_cover_all_neurons_whatever_their_size():
    rng = np.random.default_rng(1)
    trains = make_trains([np.sort(rng.uniform(0, 9, n)).tolist() for n in (0, 3, 0, 7, 1, 0, 2, 0)])
    for size in (1, 2, 5, 100):
        parts = list(windows.blocks(trains, size))
        assert [n for part, _ in parts for n in range(part.start, part.stop)] == list(range(8))
        assert np.concatenate([part.times for _, part in parts]).tolist() == trains.times.tolist()
        assert np.concatenate([part.counts for _, part in parts]).tolist() == trains.counts.tolist()
