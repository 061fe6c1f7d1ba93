"""Distributions of rate, CV and LvR against the recorded ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from handmade import make_trains, parameters, poisson_trains
from scipy.stats import ks_2samp

from multiarea.analysis.distributions import (
    _compared,
    activity_similarity,
    ks_distance,
    rate_distribution_similarity,
    trial_starts,
)
from multiarea.analysis.rates import rates_individual
from multiarea.data.single_units import (
    ExperimentalUnits,
    from_counts,
    from_quantiles,
    load_experimental_units,
)
from multiarea.errors import InputError
from multiarea.spikes.statistics import cv_of_block, lvr_of_block, of_neurons

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "simulated_data" / "pronold2024"
KEY, OTHER = ("caudalanteriorcingulate", "V", "E"), ("insula", "V", "E")


@pytest.fixture(scope="module")
def units():
    return load_experimental_units(ROOT / "experimental_data" / "minxha2020")


def test_ks_by_hand():
    """Distribution functions of (1, 2) and (2, 3, 4, 5) differ most at 2: 1 - 1/4."""
    assert ks_distance(np.array([1.0, 2]), np.array([2.0, 3, 4, 5])) == 0.75


def test_ks_against_scipy(store):
    rng = np.random.default_rng(1)
    trains = poisson_trains(rng, 400, 2.0, 10_000.0) + [[]] * 5
    reference = np.round(2 * rng.gamma(2.0, 1.0, 900)) / 2
    wanted = parameters()
    individual = rates_individual(
        spikes=store({KEY: trains, OTHER: [[]]}, 10_000.0), parameters=wanted
    )
    table = rate_distribution_similarity(
        rates_individual=individual,
        experimental_units=ExperimentalUnits(reference, np.empty(0), np.empty(0)),
        parameters=wanted,
    ).set_index("area")
    rate = np.array([len(times) / 10 for times in trains if times])
    expected = ks_2samp(rate, reference[reference > 0], method="asymp")
    row = table.loc[KEY[0]]
    assert row["ks_distance"] == pytest.approx(expected.statistic, abs=1e-12)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=0.1)
    assert row["n_simulated"] == len(rate)
    assert np.isnan(table.loc["insula", "similarity"])
    assert table.loc["insula", "n_simulated"] == 0


def test_p_value_is_near_the_exact_one():
    rng = np.random.default_rng(4)
    first, second = np.sort(rng.normal(size=60)), np.sort(rng.normal(0.2, 1, 80))
    expected = ks_2samp(first, second, method="exact")
    distance, similarity, p_value, n, m = _compared(first, second)
    assert (distance, n, m) == (pytest.approx(expected.statistic), 60, 80)
    assert similarity == 1 - distance
    assert p_value == pytest.approx(expected.pvalue, rel=0.05)


def test_zeros_are_compared_when_asked_for(store, units):
    wanted = parameters(rate_distribution_similarity={"remove_zeros": False})
    individual = rates_individual(spikes=store({KEY: [[], [1.0]]}), parameters=wanted)
    with pytest.raises(InputError, match="Minxha et al. 2020 holds no rates of 0"):
        rate_distribution_similarity(
            rates_individual=individual, experimental_units=units, parameters=wanted
        )
    table = rate_distribution_similarity(
        rates_individual=individual,
        experimental_units=ExperimentalUnits(np.array([0.0, 2.0]), np.empty(0), np.empty(0)),
        parameters=wanted,
    )
    assert table["n_simulated"][0] == 2
    assert table["similarity"][0] == 0.5


def test_trials_are_the_published_ones_for_the_published_run():
    assert trial_starts(12_500.0, 2000.0, 500.0) == [2500.0, 4500.0, 6500.0, 8500.0, 10_500.0]
    assert trial_starts(2500.0, 2000.0, 500.0) == [500.0]
    assert trial_starts(2400.0, 2000.0, 500.0) == []
    assert trial_starts(400.0, 2000.0, 500.0) == []


def test_activity_uses_the_recorded_area_and_the_stated_selection(store):
    """Two trials from 1 s on; of three neurons one has 10 spikes in each, one 1, one none."""
    regular = [k * 200.0 + 1 for k in range(25)]
    reference = np.array([0.5, 5.0])
    units = ExperimentalUnits(reference, np.array([0.0, 1.0]), np.array([0.5, 1.0]))
    trains = {KEY: [regular, [], [1500.0]], OTHER: [regular] * 7}
    table = activity_similarity(
        spikes=store(trains, 5000.0),
        experimental_units=units,
        parameters=parameters(individualFiringRate={"t_start": 1000.0}),
    ).set_index("quantity")
    assert table["n_simulated"].tolist() == [3, 2, 2]
    assert table["n_experimental"].tolist() == [2, 2, 2]
    assert table.loc["rate", "ks_distance"] == pytest.approx(1 / 2 - 1 / 3)
    assert table.loc["lvr", "similarity"] == 0.0
    assert table["area"].unique().tolist() == ["caudalanteriorcingulate"]


def test_activity_without_samples_is_nan(store, units):
    for trains in ({OTHER: [[1.0]]}, {KEY: [[]]}):
        table = activity_similarity(
            spikes=store(trains, 3000.0), experimental_units=units, parameters=parameters()
        )
        assert table["similarity"].isna().all()
        assert table["n_simulated"].tolist() == [0, 0, 0]


def test_a_recording_of_poisson_neurons_is_alike_itself(store):
    rng = np.random.default_rng(2)
    trains = poisson_trains(rng, 1500, 20.0, 2000.0)
    cut = make_trains(trains)
    units = ExperimentalUnits(
        rate=cut.counts / 2.0,
        cv=of_neurons(cut, (0.0, 2000.0), 10, cv_of_block),
        lvr=of_neurons(cut, (0.0, 2000.0), 10, lvr_of_block(2.0)),
    )
    table = activity_similarity(
        spikes=store({KEY: poisson_trains(rng, 1500, 20.0, 2000.0)}, 2000.0),
        experimental_units=units,
        parameters=parameters(),
    )
    assert (table["similarity"] > 0.93).all()


def published_samples(state, kind):
    if kind == "rates":
        table = pd.read_csv(PUBLISHED / "rate_distributions.csv")
        return from_counts(table[(table["source"] == "default") & (table["state"] == state)])
    table = pd.read_csv(PUBLISHED / "cv_lvr_quantiles.csv")
    chosen = (table["source"] == "default") & (table["state"] == state)
    return from_quantiles(table[chosen & (table["measure"] == kind)])


@pytest.mark.parametrize(("state", "chi"), [("groundstate", 1.0), ("bestfit", 2.5)])
def test_published_rate_similarity_is_reproduced(units, state, chi):
    """1 - KS of the stored rates: .82403116 at chi 1 and .92981602 at chi 2.5."""
    sweep = pd.read_csv(PUBLISHED / "chi_sweep.csv").set_index(["variant", "chi"])
    value = 1 - ks_distance(published_samples(state, "rates"), units.rate)
    assert len(units.rate) == 178_800
    assert value == pytest.approx(sweep.loc[("default", chi), "similarity_rates"], abs=1e-12)


@pytest.mark.parametrize(("kind", "same_rule"), [("cv", 0.9122), ("lvr", 0.9282)])
def test_published_irregularity_similarity_is_reproduced(units, kind, same_rule):
    """With at least 10 spikes on both sides .9122 and .9282 at chi 2.5.

    The sweep table mixes two selection rules: .8996 and .9546.
    """
    value = 1 - ks_distance(published_samples("bestfit", kind), getattr(units, kind))
    assert value == pytest.approx(same_rule, abs=1.5e-3)
    sweep = pd.read_csv(PUBLISHED / "chi_sweep.csv").set_index(["variant", "chi"])
    assert value == pytest.approx(sweep.loc[("default", 2.5), f"similarity_{kind}"], abs=0.03)
