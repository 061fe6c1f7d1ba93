"""Acceptance of runs: distances by hand, and what Poisson spikes tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from acceptance_statistics import accept, ks_distances, rate_table

from multiarea.analysis.correlation import pair_correlations
from multiarea.spikes.trains import Trains

KEY, OTHER = ("a", "IV", "E"), ("a", "IV", "I")


def samples(**values):
    empty = {"rate": [1.0], "cv": [1.0], "correlation": [0.0]}
    return {KEY: {name: np.array(v, float) for name, v in {**empty, **values}.items()}}


def test_ks_distance_by_hand():
    """Of 1, 2, 3, 4 three lie below 3.5, of 3, 4, 5, 6 one does: distance 0.5."""
    table = ks_distances(samples(rate=[1, 2, 3, 4], cv=[]), samples(rate=[3, 4, 5, 6]))
    assert table.loc[KEY, "rate"] == 0.5
    assert np.isnan(table.loc[KEY, "cv"]) and table.loc[KEY, "correlation"] == 0.0


def test_pair_correlations_by_hand():
    """Bins of 2 ms in 0 ... 8 ms: 1010, 1010, 0101 and a neuron without spikes."""
    times = np.array([0.5, 4.5, 1.0, 5.0, 2.5, 6.5])
    trains = Trains(times, np.array([0, 2, 4, 6, 6]))
    assert pair_correlations(trains, (0.0, 8.0), 2.0) == pytest.approx([1, -1, -1])
    assert len(pair_correlations(Trains(times[:2], np.array([0, 2])), (0.0, 8.0), 2.0)) == 0


def test_the_distance_between_references_decides():
    """References at 0, 1, 2 (shares below: largest distance 1); the nearest one counts."""
    references = [samples(rate=[k, k + 10]) for k in (0, 1, 2)]
    table = accept(samples(rate=[1, 11]), references).set_index("statistic")
    assert table.loc["rate", "distance"] == 0.0 and table.loc["rate", "by_chance"] == 0.5
    assert table["accepted"].all()
    far = accept(samples(rate=[50, 60]), references).set_index("statistic")
    assert far.loc["rate", "distance"] == 1.0 and not far.loc["rate", "accepted"]
    assert far.loc["cv", "accepted"]
    with pytest.raises(ValueError, match="at least three"):
        accept(samples(), references[:2])


def test_rates_beside_published_ones():
    runs = [{KEY: {"rate": np.array([0.0, r])}, OTHER: {"rate": np.array([8.0])}} for r in (4, 8)]
    index = pd.MultiIndex.from_tuples([key[1:] for key in (OTHER, KEY)])
    table = rate_table(runs, pd.Series([4.0, 3.0], index=index))
    assert table.loc[KEY].to_dict() == {"rate": 3, "sd": np.sqrt(2), "published": 3, "ratio": 1}
    assert table.loc[OTHER, "ratio"] == 2
