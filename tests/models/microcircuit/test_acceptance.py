"""Acceptance of the microcircuit: published rates, and distances no larger than between seeds.

Three runs of NEST that differ in their seed alone are the references, for both simulators.
"""

from __future__ import annotations

import pandas as pd
import psutil
import pytest
from acceptance_statistics import accept, activity, ks_distances, rate_table

from multiarea.build import pipeline
from multiarea.models.microcircuit import Parameters
from multiarea.parameters import SimulationParameters
from multiarea.simulation import simulate
from multiarea.spikes.store import Spikes

TENTH = {"N_scaling": 0.1, "K_scaling": 0.1}
OTHER = {"connection_params": {"g": -4.5}}
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Return what simulates the microcircuit and takes its samples."""
    folder = tmp_path_factory.mktemp("runs")

    def run(simulator, seed, scaling, times, **changes):
        path = folder / f"{simulator}-{seed}.h5"
        network = pipeline.build_network("microcircuit", Parameters(**scaling, **changes))
        settings = SimulationParameters(t_sim=times[1], master_seed=seed, simulator=simulator)
        simulate(network, settings, virtual_processes=2, spikes_path=path)
        with Spikes(path) as spikes:
            found = activity(spikes, t_start=times[0])
        path.unlink()
        return found

    return run


@pytest.fixture(scope="module")
def tenth(samples):
    """Return what makes the samples of 4 s at a tenth of the size."""
    return lambda simulator, seed, **changes: samples(
        simulator, seed, TENTH, (100.0, 4100.0), **changes
    )


@pytest.fixture(scope="module")
def references(tenth):
    return [tenth("nest", seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def published(checkout):
    path = checkout / "experimental_data/potjans_diesmann/reference_rates.csv"
    return pd.read_csv(path, index_col=["layer", "population"])["nest_3"]


@pytest.mark.science
def test_rates_and_distances_of_seeds(references, published):
    rates = rate_table(references, published)
    # large weights and few neurons cost some of the rates of the full network
    assert rates["rate"].to_numpy() == pytest.approx(rates["published"], rel=0.25, abs=0.35)
    assert (rates["sd"] < 0.1 * rates["rate"] + 0.1).all()
    between = ks_distances(references[0], references[1])
    assert between["rate"].max() < 0.25 and between["correlation"].max() < 0.2


@pytest.mark.science
@pytest.mark.parametrize("simulator", ["nest", "procedural"])
def test_another_seed_is_accepted_and_another_g_is_not(tenth, references, simulator):
    """Measured with NEST: 0.88 to 0.92 of the statistics at the same g, 0.38 to 0.54 at -4.5.

    In 1 s g = -4.5 cannot be told from another seed reliably (0.54 to 0.62).
    """
    same = accept(tenth(simulator, 4), references)
    assert len(same) == 24 and same["accepted"].mean() >= 0.75
    other = accept(tenth(simulator, 5, **OTHER), references)
    assert other["accepted"].mean() < 0.6


@pytest.mark.long
def test_full_scale(samples, published):
    """Three runs of NEST of 1 s take 10 minutes and 9 GB; rates as published to within 5 %."""
    if psutil.virtual_memory().available < 10e9:
        pytest.skip("NEST needs 9 GB for the microcircuit")
    times = (500.0, 1500.0)
    references = [samples("nest", seed, {}, times) for seed in SEEDS]
    runs = [samples("procedural", seed, {}, times) for seed in (4, 5)]
    assert min(accept(run, references)["accepted"].mean() for run in runs) >= 0.75
    rates = rate_table(runs, published)
    assert rates["rate"].to_numpy() == pytest.approx(rates["published"], rel=0.05, abs=0.05)
