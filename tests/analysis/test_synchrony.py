"""Synchrony against spike counts by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from handmade import make_trains, write_store

from multiarea.analysis.synchrony import NEURONS, synchrony, variability
from multiarea.errors import InputError
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes

EXC, INH = ("V1", "IV", "E"), ("V1", "IV", "I")


def parameters(**window: float) -> AnalysisParameters:
    block = {"tmin": 0.0, **window}
    return AnalysisParameters.model_validate({"correlation_coefficient": block})


def test_variance_of_the_counts_divided_by_their_mean(tmp_path: Path):
    """12 ms are 4 bins of 3 ms with 0, 4, 2 and 2 spikes: mean 2, variance 2. 12 and 13 ms: after
    the window of whole bins."""
    trains = {EXC: [[3.0, 6.0, 9.0, 12.5], [3.5, 5.9, 7.0], [4.0, 11.0, 12.0]], INH: [[], []]}
    spikes = Spikes(write_store(tmp_path / "spikes.h5", trains, 14.0))
    table = synchrony(spikes=spikes, parameters=parameters())
    assert table["n_neurons"].tolist() == [3, 2]
    assert table["synchrony"][0] == pytest.approx(2.0 / 2.0)
    assert np.isnan(table["synchrony"][1])


def test_neurons_that_fire_together_are_more_synchronous_by_their_number():
    """n copies of a Poisson-like train: n times its variability."""
    train = [1.0, 4.0, 5.0, 20.0]
    one = variability(make_trains([train]), (0.0, 30.0))
    assert variability(make_trains([train] * 5), (0.0, 30.0)) == pytest.approx(5 * one)


def test_independent_poisson_processes_have_1(tmp_path: Path):
    rng = np.random.default_rng(1)
    counts = rng.poisson(10, 1500)
    trains = [np.sort(rng.uniform(0, 3000, n)).tolist() for n in counts]
    spikes = Spikes(write_store(tmp_path / "spikes.h5", {EXC: trains}, 3000.0))
    first, again = (synchrony(spikes=spikes, parameters=parameters()) for _ in range(2))
    assert first["n_neurons"].tolist() == [NEURONS]
    # the standard error of a variance of 1000 bins is sqrt(2 / 1000) = 0.045
    assert first["synchrony"][0] == pytest.approx(1.0, abs=0.15)
    assert first.equals(again)


def test_a_window_of_less_than_two_bins_is_refused(tmp_path: Path):
    spikes = Spikes(write_store(tmp_path / "spikes.h5", {EXC: [[1.0]]}, 8.0))
    with pytest.raises(InputError, match="synchrony needs at least 6 ms"):
        synchrony(spikes=spikes, parameters=parameters(tmin=3.0))
