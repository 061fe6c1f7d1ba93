"""What the options `delay_min` and `delay_max` change: statistics stay within those of seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multiarea.analysis import compute
from multiarea.build.pipeline import build_network
from multiarea.models import human
from multiarea.parameters import AnalysisParameters, SimulationParameters
from multiarea.simulation import simulate
from multiarea.spikes.store import Spikes

ROOT = Path(__file__).parents[2]
SEEDS = range(1, 6)
LIMITS = {"delay_min": 0.5, "delay_max": 50.0}
MEASURES = {"rates": "rate_spikes_per_s", "cv": "cv", "correlation": "correlation"}
T_SIM = 1000.0


@pytest.fixture(scope="module")
def network():
    """The human network with linear scaling, which fires enough in a second."""
    parameters = human.Parameters(
        N_scaling=0.001,
        K_scaling=0.01,
        scaling_type="linear",
        fullscale_rates=str(ROOT / "simulated_data" / "base_theory_rates.csv"),
    )
    return build_network("human", parameters)


def statistics(network, path, seed, **limits):
    """Return mean rate, CV and correlation of each population, (measures, P), and the report."""
    parameters = SimulationParameters(t_sim=T_SIM, master_seed=seed, **limits)
    report = simulate(network, parameters, virtual_processes=1, spikes_path=path)
    analysis = AnalysisParameters.model_validate({"cv": {"min_spikes": 5}})
    with Spikes(path) as spikes:
        inputs = {"network": network, "spikes": spikes}
        found = [compute(name, inputs, analysis)[column] for name, column in MEASURES.items()]
    return np.array(found, dtype=float), report


@pytest.mark.science
def test_rates_cv_and_correlations_stay_within_the_spread_between_seeds(network, tmp_path):
    """The means of five seeds with and without limits differ as two halves of ten seeds would.

    For each measure: the mean over populations (Student's t of 8 degrees of freedom), and the
    populations' own t values, whose mean square is about 8/6 if the limits change nothing.
    """
    samples = []
    for limits in ({}, LIMITS):
        runs = [
            statistics(
                network, tmp_path / f"{seed}_{len(limits)}.h5", seed + 10 * len(limits), **limits
            )
            for seed in SEEDS
        ]
        samples.append(np.array([values for values, _ in runs]))
        report = runs[0][1]
    assert report.min_delay == pytest.approx(0.5)
    assert report.max_delay <= 50.0 + 1e-9
    assert 0.05 < report.share_delay_min < 0.07
    assert 0.0005 < report.share_delay_max < 0.002
    for measure, free, limited in zip(MEASURES, *np.moveaxis(samples, 2, 1), strict=True):
        assert abs(t_value(np.nanmean(free, axis=1), np.nanmean(limited, axis=1))) < 4.5, measure
        own = t_value(free, limited)
        own = own[np.isfinite(own)]
        assert len(own) > 100, measure
        assert np.mean(own**2) < 1.8, measure


def t_value(first, second):
    """Return Student's t for the difference of two sets of seeds, along the first axis."""
    n = len(first)
    error = np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(error > 0, (second.mean(axis=0) - first.mean(axis=0)) / error, np.nan)
