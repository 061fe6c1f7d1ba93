"""The microcircuit with both simulators: distances no larger than those between seeds of NEST."""

from __future__ import annotations

import pandas as pd
import psutil
import pytest
from acceptance_statistics import accept, activity, rate_table

from multiarea.build import pipeline
from multiarea.models.microcircuit import Parameters
from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.spikes.store import Spikes

TENTH = {"N_scaling": 0.1, "K_scaling": 0.1}


@pytest.fixture
def samples(tmp_path):
    """Return what simulates the microcircuit and takes its samples."""

    def run(simulator, seed, scaling, times, **changes):
        path = tmp_path / f"{simulator}-{seed}.h5"
        network = pipeline.build_network("microcircuit", Parameters(**scaling, **changes))
        settings = SimulationParameters(t_sim=times[1], master_seed=seed, simulator=simulator)
        simulate(network, settings, virtual_processes=2, spikes_path=path)
        with Spikes(path) as spikes:
            return activity(spikes, t_start=times[0])

    return run


def compared(samples, scaling, times, checkout, seeds):
    """Return accepted shares of the engine and of another g, and its rates beside published ones.

    A run of NEST with a fourth seed is accepted in 0.88 to 0.92 of the statistics, with g = -4.5 in
    0.38 to 0.54 (test_acceptance of the microcircuit).
    """
    references = [samples("nest", seed, scaling, times) for seed in (1, 2, 3)]
    runs = [samples("procedural", seed, scaling, times) for seed in seeds]
    other = {"connection_params": {"g": -4.5}}
    wrong = accept(samples("procedural", 9, scaling, times, **other), references)
    tables = [accept(run, references) for run in runs]
    path = checkout / "experimental_data/potjans_diesmann/reference_rates.csv"
    published = pd.read_csv(path, index_col=["layer", "population"])["nest_3"]
    shares = [table["accepted"].mean() for table in tables]
    return shares, wrong["accepted"].mean(), rate_table(runs, published), tables


@pytest.mark.long
def test_a_tenth(samples, checkout):
    shares, wrong, _, tables = compared(samples, TENTH, (100.0, 4100.0), checkout, (4, 5))
    assert all(len(table) == 24 for table in tables)
    assert min(shares) >= 0.75
    assert wrong < 0.6


@pytest.mark.long
def test_full_scale(samples, checkout):
    """Three runs of NEST of 1 s take 10 minutes and 9 GB; rates as published to within 5 %."""
    if psutil.virtual_memory().available < 10e9:
        pytest.skip("NEST needs 9 GB for the microcircuit")
    shares, _, rates, _ = compared(samples, {}, (500.0, 1500.0), checkout, (4, 5))
    assert min(shares) >= 0.75
    assert rates["rate"].to_numpy() == pytest.approx(rates["published"], rel=0.05, abs=0.05)
